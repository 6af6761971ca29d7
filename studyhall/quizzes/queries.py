"""Questions to the database about contests and exams, each limited to what the asker may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager, selectinload

from studyhall.bank.asked import Asked, asked
from studyhall.core.access import Actor, Reach
from studyhall.core.db import direct
from studyhall.core.errors import Gone, Missing
from studyhall.people.models import LoginSession, RosterEntry, Unit
from studyhall.quizzes import timing
from studyhall.quizzes.answers import MARKED_BY_MACHINE
from studyhall.quizzes.models import Allowance, Assessment, Attempt, AttemptItem, BlueprintLine, Result
from studyhall.quizzes.ranking import Standing

LOOK_BACK = timedelta(days=31)
"""How long a closed contest stays on its people's first page."""


@dataclass(frozen=True)
class Sitting:
    """One assessment as one person on its roster meets it."""

    assessment: Assessment
    result: Result
    entry: RosterEntry
    attempts: tuple[Attempt, ...]
    now: datetime
    extra_attempts: int = 0
    """Granted to this person beyond what the rules allow."""

    @property
    def running(self) -> Attempt | None:
        """The attempt that can still be answered."""
        return next(
            (one for one in self.attempts if one.is_open and timing.still_taken(self.now, one.deadline)),
            None,
        )

    @property
    def handed_in(self) -> list[Attempt]:
        return [one for one in self.attempts if not one.is_open]

    @property
    def attempts_left(self) -> int:
        return max(self.assessment.attempts_allowed + self.extra_attempts - len(self.attempts), 0)

    @property
    def state(self) -> str:
        """running, done, exempt, open, early or missed: what the person can do about it now."""
        if self.running:
            return "running"
        if self.result.took_part:
            return "done"
        if self.now < self.assessment.opens_at:
            return "early"
        if self.assessment.has_closed(self.now):
            return "missed" if self.result.due else "exempt"
        if not self.result.due and not self.attempts:
            return "exempt"
        return "open" if self.attempts_left else "missed"

    @property
    def can_begin(self) -> bool:
        return self.assessment.is_open(self.now) and self.attempts_left > 0 and self.running is None


def sittings(session: Session, actor: Actor, now: datetime) -> list[Sitting]:
    """What this person is on the roster of: open, to come, or closed within `LOOK_BACK`; nearest end first."""
    return _sittings(session, actor, now, "recent", now - LOOK_BACK)


def sitting(session: Session, actor: Actor, assessment_id: int, now: datetime) -> Sitting:
    """One of them. Raises Missing for an assessment on whose roster this person is not."""
    found = _sittings(session, actor, now, "id", assessment_id)
    if not found:
        raise Missing
    return found[0]


def sitting_by_code(session: Session, actor: Actor, code: str, now: datetime) -> Sitting:
    found = _sittings(session, actor, now, "code", code)
    if not found:
        withdrawn = session.scalar(_withdrawn(), {"code": code, "person_id": actor.person_id})
        if withdrawn:
            raise Gone(f"{withdrawn}撤回了，不用答。以后要答，首页上会有。", title="这场测评撤回了")
        raise Missing("没有您要参加的这场测评。网址可能抄漏了字，或者您不在它的名册里。")
    return found[0]


@cache
def _withdrawn() -> sa.Select[str]:
    """The title of a withdrawn one that this person was to take."""
    return (
        sa.select(Assessment.title)
        .join(RosterEntry, RosterEntry.roster_id == Assessment.roster_id)
        .where(
            Assessment.code == sa.bindparam("code"),
            Assessment.withdrawn_at.is_not(None),
            RosterEntry.person_id == sa.bindparam("person_id"),
        )
    )


def _sittings(session: Session, actor: Actor, now: datetime, which: str, wanted: object) -> list[Sitting]:
    rows = session.execute(_on_roster(which), {"person_id": actor.person_id, "wanted": wanted}).all()
    attempts: dict[int, list[Attempt]] = defaultdict(list)
    ids = [row[0].id for row in rows]
    if ids:
        for attempt in session.scalars(_own_attempts(), {"person_id": actor.person_id, "ids": ids}):
            attempts[attempt.assessment_id].append(attempt)
    return [
        Sitting(assessment, result, entry, tuple(attempts[assessment.id]), now, int(extra))
        for assessment, result, entry, extra in rows
    ]


@cache
def _own_attempts() -> sa.Select[Attempt]:
    return (
        sa.select(Attempt)
        .where(
            Attempt.person_id == sa.bindparam("person_id"),
            Attempt.assessment_id.in_(sa.bindparam("ids", expanding=True)),
        )
        .order_by(Attempt.number)
    )


@cache
def _on_roster(which: str) -> sa.Select[Assessment, Result, RosterEntry, int]:
    """`which`: recent, id or code; built once for each."""
    wanted: sa.BindParameter[Any] = sa.bindparam("wanted")
    chosen = {
        "recent": Assessment.closes_at > sa.bindparam("wanted", type_=Assessment.closes_at.type),
        "id": Assessment.id == wanted,
        "code": Assessment.code == wanted,
    }[which]
    extra = (
        sa.select(sa.func.coalesce(sa.func.sum(Allowance.attempts), 0))
        .where(Allowance.assessment_id == Assessment.id, Allowance.person_id == sa.bindparam("person_id"))
        .scalar_subquery()
    )
    chosen_rows = (
        sa.select(Assessment, Result, RosterEntry, extra)
        .join(Result, Result.assessment_id == Assessment.id)
        .join(RosterEntry, RosterEntry.id == Result.roster_entry_id)
        .where(
            Result.person_id == sa.bindparam("person_id"),
            Assessment.published_at.is_not(None),
            Assessment.withdrawn_at.is_(None),
            chosen,
        )
        .order_by(Assessment.closes_at, Assessment.id)
    )
    # Sheet and result, which ask for one by its id, say nothing of what it asks.
    if which == "id":
        return chosen_rows
    return chosen_rows.options(selectinload(Assessment.lines).joinedload(BlueprintLine.law))


@dataclass(frozen=True)
class Cell:
    """One question on the answer sheet."""

    position: int
    kind: str
    answered: bool
    flagged: bool


class Item(NamedTuple):
    """One question dealt, as its row stands: see `models.AttemptItem`."""

    position: int
    version_id: int
    option_order: str
    worth: int
    answer: str | None
    flagged: bool
    answered_at: datetime | None
    save_no: int
    points: int | None
    marked_by: int | None


@dataclass(frozen=True)
class Paper:
    """One's own attempt with all that it asks."""

    attempt: Attempt
    assessment: Assessment
    items: tuple[Item, ...]
    questions: dict[int, Asked]

    def question(self, item: Item) -> Asked:
        return self.questions[item.version_id]

    def item(self, position: int) -> Item:
        """Raises Missing for a place that this paper has not."""
        if not 1 <= position <= len(self.items):
            raise Missing
        return self.items[position - 1]

    @property
    def cells(self) -> list[Cell]:
        return [
            Cell(item.position, self.question(item).kind, item.answer is not None, item.flagged)
            for item in self.items
        ]

    @property
    def open_positions(self) -> list[int]:
        return [item.position for item in self.items if item.answer is None]

    @property
    def answered(self) -> int:
        return len(self.items) - len(self.open_positions)

    @property
    def highest_save(self) -> int:
        return max((item.save_no for item in self.items), default=0)

    def is_right(self, item: Item) -> bool:
        return item.points == item.worth

    @property
    def wrong_positions(self) -> list[int]:
        """Those that did not earn their full points, where a machine marks."""
        return [
            item.position
            for item in self.items
            if not self.is_right(item) and self.question(item).kind in MARKED_BY_MACHINE
        ]


def own_paper(session: Session, attempt_id: int, actor: Actor) -> Paper:
    """Two statements; the questions are kept in the process. Raises Missing for anybody else's attempt."""
    attempt = session.scalar(_own_attempt(), {"attempt_id": attempt_id, "person_id": actor.person_id})
    if attempt is None:
        raise Missing
    rows = direct(session).execute(_ITEMS, {"attempt_id": attempt_id})
    items = tuple(Item(*row) for row in rows)
    questions = asked(session, [item.version_id for item in items])
    return Paper(attempt, attempt.assessment, items, questions)


@cache
def _own_attempt() -> sa.Select[Attempt]:
    return (
        sa.select(Attempt)
        .join(Attempt.assessment)
        .where(Attempt.id == sa.bindparam("attempt_id"), Attempt.person_id == sa.bindparam("person_id"))
        .options(contains_eager(Attempt.assessment))
    )


_ITEMS = (
    sa.select(*(AttemptItem.__table__.c[name] for name in Item._fields))
    .where(AttemptItem.__table__.c.attempt_id == sa.bindparam("attempt_id"))
    .order_by(AttemptItem.__table__.c.position)
)


def device_is_free(session: Session, login_session_id: int | None, actor: Actor) -> bool:
    """Whether nobody can be answering there any more: signed out, or this very browser before a new login."""
    there, here = sa.orm.aliased(LoginSession), sa.orm.aliased(LoginSession)
    row = session.execute(
        sa.select(there.ended_at, there.device_mark, here.device_mark)
        .join(here, here.id == actor.login_session_id)
        .where(there.id == login_session_id)
    ).first()
    return row is None or row[0] is not None or (row[1] is not None and row[1] == row[2])


def own_standing(session: Session, assessment: Assessment, person_id: int) -> Standing | None:
    """One's own place among all who have taken part; None for somebody who has not.

    The SQL twin of `ranking.standings`: the database counts who stands before, whoever many there are.
    """
    before, joint, everybody = (
        direct(session)
        .execute(_place(assessment.earlier_wins), {"assessment_id": assessment.id, "person_id": person_id})
        .one()
    )
    return Standing(before + 1, joint, everybody) if everybody else None


@cache
def _place(earlier_wins: bool) -> sa.Select[int, int, int]:
    own = aliased(Result)
    # Compared without a division, and in wide numbers: two scores of hundredths multiplied are large.
    theirs = sa.cast(Result.score, sa.BigInteger) * own.full
    mine = sa.cast(own.score, sa.BigInteger) * Result.full
    before = sa.or_(theirs > mine, sa.and_(theirs == mine, Result.seconds < own.seconds))
    joint = sa.and_(theirs == mine, Result.seconds == own.seconds)
    if earlier_wins:
        before = sa.or_(before, sa.and_(joint, Result.handed_in_at < own.handed_in_at))
        joint = sa.and_(joint, Result.handed_in_at == own.handed_in_at)
    return (
        sa.select(sa.func.count().filter(before), sa.func.count().filter(joint), sa.func.count())
        .select_from(Result)
        .join(own, own.assessment_id == Result.assessment_id)
        .where(
            Result.assessment_id == sa.bindparam("assessment_id"),
            own.person_id == sa.bindparam("person_id"),
            *(one.took_part & one.seconds.is_not(None) & one.full.is_not(None) for one in (Result, own)),
        )
    )


def unit_share(session: Session, assessment_id: int, unit_id: int) -> tuple[int, int]:
    """How many of one unit have taken part, of how many due."""
    took, due = direct(session).execute(_SHARE, {"of_assessment": assessment_id, "of_unit": unit_id}).one()
    return took, due


_SHARE = sa.select(sa.func.count().filter(Result.took_part), sa.func.count().filter(Result.due)).where(
    Result.assessment_id == sa.bindparam("of_assessment"), Result.unit_id == sa.bindparam("of_unit")
)


@dataclass(frozen=True)
class Tally:
    """One assessment in the admin's list."""

    assessment: Assessment
    due: int
    took_part: int


def kept(session: Session, reach: Reach) -> list[Tally]:
    """The assessments owned within one's reach, newest first, with how many of the due have taken part."""
    counts = (
        sa.select(
            Result.assessment_id,
            sa.func.count().filter(Result.due).label("due"),
            sa.func.count().filter(Result.took_part).label("took_part"),
        )
        .group_by(Result.assessment_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(Assessment, sa.func.coalesce(counts.c.due, 0), sa.func.coalesce(counts.c.took_part, 0))
        .join(Unit, Unit.id == Assessment.owner_unit_id)
        .outerjoin(counts, counts.c.assessment_id == Assessment.id)
        .where(reach.within(Unit.path))
        .order_by(Assessment.opens_at.desc(), Assessment.id.desc())
    )
    return [Tally(*row) for row in rows]


def kept_one(session: Session, reach: Reach, assessment_id: int) -> Assessment:
    """An assessment owned within one's reach. Raises Missing otherwise."""
    assessment = session.scalar(
        sa.select(Assessment)
        .join(Unit, Unit.id == Assessment.owner_unit_id)
        .where(Assessment.id == assessment_id, reach.within(Unit.path))
        .options(selectinload(Assessment.lines).joinedload(BlueprintLine.law))
    )
    if assessment is None:
        raise Missing
    return assessment


def latest_kept(session: Session, reach: Reach, kind: str) -> Assessment | None:
    """The newest of this kind: the next one starts from its rules."""
    return session.scalar(
        sa.select(Assessment)
        .join(Unit, Unit.id == Assessment.owner_unit_id)
        .where(Assessment.kind == kind, Assessment.make_up_of.is_(None), reach.within(Unit.path))
        .order_by(Assessment.opens_at.desc())
        .limit(1)
        .options(selectinload(Assessment.lines))
    )


def unit_names(session: Session, paths: Collection[str]) -> Sequence[str]:
    """Of the units an assessment is limited to, in the order of the tree; of none, no statement."""
    if not paths:
        return []
    return session.scalars(
        sa.select(Unit.name).where(Unit.path.in_(paths)).order_by(Unit.position, Unit.path)
    ).all()


def questions_of(lines: Sequence[BlueprintLine]) -> tuple[int, int]:
    """How many single questions and how many cases a blueprint asks for."""
    cases = sum(line.how_many for line in lines if line.kind == "case")
    return sum(line.how_many for line in lines) - cases, cases
