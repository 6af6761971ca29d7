"""补考: a second chance for those who were absent or failed, written into the result it makes up for.

A make-up is an assessment of its own that points at its parent, is never an event of its own in a report,
and has the parent's roster entries of those it is for, as they stood when the parent's roster was frozen.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from studyhall.core import audit
from studyhall.core.access import Actor
from studyhall.core.errors import Refused
from studyhall.people.models import Roster, RosterEntry
from studyhall.quizzes.models import Assessment, AssessmentKind, BlueprintLine, MakeUpRule, Result
from studyhall.quizzes.publishing import make_results, new_code

ABSENT: ColumnElement[bool] = sa.and_(Result.due, ~Result.took_part)
FAILED: ColumnElement[bool] = sa.and_(Result.due, Result.took_part, ~Result.passed)
LISTS = {"absent": ABSENT, "failed": FAILED}
"""The two lists of those a make-up may be for."""


@dataclass(frozen=True)
class Plan:
    """When the make-up is, and for whom. Everything else is as it was the first time."""

    title: str
    opens_at: datetime
    closes_at: datetime
    who: frozenset[str] = frozenset(LISTS)
    rule: str = MakeUpRule.MAX
    attempts_allowed: int = 1


def waiting(session: Session, parent: Assessment, who: Collection[str]) -> list[RosterEntry]:
    """The parent's entries that a make-up would be for, by unit and number."""
    return list(
        session.scalars(
            sa.select(RosterEntry)
            .join(Result, Result.roster_entry_id == RosterEntry.id)
            .where(Result.assessment_id == parent.id, sa.or_(sa.false(), *(LISTS[one] for one in who)))
            .order_by(RosterEntry.unit_path, RosterEntry.staff_no)
        )
    )


def of_parent(session: Session, parent: Assessment) -> list[Assessment]:
    """The make-ups there have been, those taken back too, in the order in which they were set."""
    return list(
        session.scalars(
            sa.select(Assessment).where(Assessment.make_up_of == parent.id).order_by(Assessment.id)
        )
    )


def set_up(
    session: Session, actor: Actor | None, parent: Assessment, plan: Plan, now: datetime
) -> Assessment:
    """A make-up, published at once for those who need it today.

    Raises Refused before the parent has closed, where nobody needs it, for a make-up of a make-up, for a
    mock, and while another make-up of the same parent is still to come or open.
    """
    parent = _locked(session, parent.id)
    _check(session, parent, plan, now)
    entries = waiting(session, parent, plan.who)
    if not entries:
        raise Refused("没有要补考的人。")
    if parent.make_up_rule != MakeUpRule(plan.rule):
        parent.make_up_rule = MakeUpRule(plan.rule)
    makeup = Assessment(
        code=new_code(),
        title=plan.title,
        make_up_of=parent.id,
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        attempts_allowed=plan.attempts_allowed,
        created_by=actor.person_id if actor else None,
        created_at=now,
        published_at=now,
        roster=_roster(session, parent, entries, now),
        **{name: getattr(parent, name) for name in _AS_BEFORE},
    )
    session.add(makeup)
    session.flush()
    session.add_all(
        BlueprintLine(
            assessment_id=makeup.id, position=line.position, law_id=line.law_id, kind=line.kind,
            difficulty=line.difficulty, how_many=line.how_many, worth=line.worth,
        )
        for line in parent.lines
    )  # fmt: skip
    session.flush()
    make_results(session, makeup)
    audit.record(
        session, actor, "assessment.make_up", f"assessment:{makeup.id}", makeup.title,
        unit_path=parent.owner_unit.path, after={"due": len(entries)},
    )  # fmt: skip
    return makeup


_AS_BEFORE = (
    "kind", "owner_unit_id", "counts_for_year", "counts_for_month", "minutes", "counting_rule",
    "pass_percent", "excellent_percent", "partial_rule", "reveal", "make_up_rule", "earlier_wins",
    "avoid_last", "fixed_paper",
)  # fmt: skip


def _check(session: Session, parent: Assessment, plan: Plan, now: datetime) -> None:
    if parent.make_up_of is not None or parent.kind == AssessmentKind.MOCK or not parent.is_published:
        raise Refused("这一场不能补考。")
    if not parent.has_closed(now):
        raise Refused("还没有截止，截止以后才能安排补考。")
    if not parent.closes_at <= plan.opens_at < plan.closes_at or plan.closes_at <= now:
        raise Refused("补考要在正考截止以后，截止要在开始后面。")
    running = sa.exists().where(
        Assessment.make_up_of == parent.id,
        Assessment.withdrawn_at.is_(None),
        Assessment.closes_at > now,
    )
    if session.scalar(sa.select(running)):
        raise Refused("上一次补考还没有结束。")


def _roster(session: Session, parent: Assessment, entries: Collection[RosterEntry], now: datetime) -> Roster:
    """Frozen from the start: who needs a make-up does not follow memberships any more."""
    roster = Roster(rule=parent.roster.rule, as_of=parent.roster.as_of, frozen_at=now)
    session.add(roster)
    session.flush()
    copied = ("person_id", "unit_id", "unit_path", "unit_name", "category", "staff_no", "name", "name_sort")
    session.add_all(
        RosterEntry(roster_id=roster.id, state="due", **{name: getattr(entry, name) for name in copied})
        for entry in entries
    )
    session.flush()
    return roster


def _locked(session: Session, assessment_id: int) -> Assessment:
    return session.execute(
        sa.select(Assessment)
        .where(Assessment.id == assessment_id)
        .with_for_update(of=Assessment)
        .execution_options(populate_existing=True)
    ).scalar_one()
