"""What a person is on the roster of, and what can be done about each: begun, gone on with, looked back at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.access import Actor
from studyhall.core.errors import Gone, Missing
from studyhall.core.sayings import later
from studyhall.people.models import RosterEntry, Unit
from studyhall.quizzes import timing
from studyhall.quizzes.models import Assessment
from studyhall.quizzes.sitting_rows import Contest, Listed, Own, Run, rows

LOOK_BACK = timedelta(days=31)
"""How long a closed contest stays on its people's first page."""


@dataclass(frozen=True)
class Sitting:
    """One assessment as one person on its roster meets it."""

    assessment: Contest
    result: Own
    entry: Listed
    attempts: tuple[Run, ...]
    now: datetime
    extra_attempts: int = 0
    """Granted to this person beyond what the rules allow."""

    @property
    def running(self) -> Run | None:
        """The attempt that can still be answered."""
        return next(
            (one for one in self.attempts if one.is_open and timing.still_taken(self.now, one.deadline)),
            None,
        )

    @property
    def handed_in(self) -> list[Run]:
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
        if not self.result.due:
            return "exempt"
        return "open" if self.attempts_left and not self.assessment.has_closed(self.now) else "missed"

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
            raise Gone(
                "%(assessment)s撤回了，不用答。以后要答，首页上会有。",
                assessment=withdrawn,
                title=later("这场测评撤回了"),
            )
        raise Missing("没有您要参加的这场测评。网址可能抄漏了字，或者您不在它的名册里。")
    return found[0]


class Announced(NamedTuple):
    """What the notice of a contest says to everybody, and whose contest it is."""

    title: str
    opens_at: datetime
    closes_at: datetime
    unit_path: str


def announced(session: Session, code: str, now: datetime) -> Announced | None:
    """For the door, before anybody has signed in. Nothing of a draft, of one withdrawn or over: whoever tries
    short addresses learns no more than what hangs on the wall."""
    row = session.execute(_announced(), {"code": code, "now": now}).first()
    return Announced(*row) if row else None


@cache
def _announced() -> sa.Select[str, datetime, datetime, str]:
    return (
        sa.select(Assessment.title, Assessment.opens_at, Assessment.closes_at, Unit.path)
        .join(Unit, Unit.id == Assessment.owner_unit_id)
        .where(
            Assessment.code == sa.bindparam("code"),
            Assessment.is_published,
            Assessment.closes_at > sa.bindparam("now", type_=Assessment.closes_at.type),
        )
    )


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
    return [
        Sitting(row.contest, row.own, row.listed, row.runs, now, row.extra_attempts)
        for row in rows(session, actor.person_id, which, wanted)
    ]
