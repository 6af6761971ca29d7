"""One person's tests on his page: of the latest year, with the unit he was in at the time."""

from __future__ import annotations

import sqlalchemy as sa
from flask import render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import Actor, Reach
from studyhall.core.db import db
from studyhall.people.models import RosterEntry
from studyhall.people.reasons import REASONS
from studyhall.quizzes.models import Assessment, Attempt, Result


def panel(*, actor: Actor, person_id: int, reach: Reach) -> Markup | None:
    """The tests of the year asked for (`?year=`), of units within one's reach; None where there is none."""
    now = clock.now()
    years = _years(db.session, person_id, reach)
    if not years:
        return None
    asked = request.args.get("year", type=int)
    year = asked if asked in years else years[0]
    rows = db.session.execute(
        sa.select(Assessment, Result, RosterEntry, _tries())
        .join(Result, Result.assessment_id == Assessment.id)
        .join(RosterEntry, RosterEntry.id == Result.roster_entry_id)
        .where(_shown(person_id, reach), Assessment.counts_for_year == year)
        .order_by(Assessment.opens_at.desc())
    ).all()
    return Markup(  # noqa: S704  the template has escaped what stands in it
        render_template(
            "quizzes/_person_record.html",
            rows=rows,
            year=year,
            years=years,
            person_id=person_id,
            took=sum(result.took_part for _, result, _, _ in rows),
            due=sum(result.due for _, result, _, _ in rows),
            exempt=sum(not result.due for _, result, _, _ in rows),
            reasons=REASONS,
            now=now,
        )
    )


def _shown(person_id: int, reach: Reach) -> sa.ColumnElement[bool]:
    return sa.and_(
        Result.person_id == person_id,
        reach.within(RosterEntry.unit_path),
        Assessment.is_published,
        Assessment.make_up_of.is_(None),
        Assessment.opens_at <= clock.now(),
    )


def _years(session: Session, person_id: int, reach: Reach) -> list[int]:
    return list(
        session.scalars(
            sa.select(Assessment.counts_for_year)
            .join(Result, Result.assessment_id == Assessment.id)
            .join(RosterEntry, RosterEntry.id == Result.roster_entry_id)
            .where(_shown(person_id, reach))
            .distinct()
            .order_by(Assessment.counts_for_year.desc())
        )
    )


def _tries() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .where(Attempt.result_id == Result.id, Attempt.handed_in_at.is_not(None))
        .correlate(Result)
        .scalar_subquery()
    )


def attempts_over(session: Session, from_id: int, to_id: int, _entries: frozenset[int]) -> None:
    """When two entries were one person: attempts follow their results."""
    over = sa.select(Result.id).where(Result.person_id == to_id)
    session.execute(
        sa.update(Attempt)
        .where(Attempt.person_id == from_id, Attempt.result_id.in_(over))
        .values(person_id=to_id)
        .execution_options(synchronize_session=False)
    )
