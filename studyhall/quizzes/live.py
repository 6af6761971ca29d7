"""A contest while it runs: who has not begun, who is answering, who was cut off, who has handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.access import Reach
from studyhall.people.models import LoginSession, RosterEntry, Unit
from studyhall.quizzes import timing
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem, Result

CUT_OFF_AFTER = timedelta(minutes=5)
"""Longer than anybody thinks over one question without a sign: then the line is probably lost."""


@dataclass(frozen=True)
class Working:
    """Somebody whose paper is open."""

    entry: RosterEntry
    answered: int
    of: int
    last_sign: datetime
    deadline: datetime


@dataclass(frozen=True)
class Live:
    now: datetime
    cut_off: Sequence[Working]
    working: Sequence[Working]
    not_begun: Sequence[RosterEntry]
    due: int
    took_part: int
    passed: int
    latest: datetime | None
    shared_devices: int
    """Devices from which several people sat within an hour: a count, no accusation."""

    @property
    def missing(self) -> int:
        return self.due - self.took_part


def live(session: Session, assessment: Assessment, reach: Reach, now: datetime) -> Live:
    """As it stands now, of those whom the asker may see."""
    rows = session.execute(
        sa.select(RosterEntry, Result)
        .join(Result, Result.roster_entry_id == RosterEntry.id)
        .join(Unit, Unit.id == RosterEntry.unit_id)
        .where(Result.assessment_id == assessment.id, reach.within(RosterEntry.unit_path))
        .order_by(Unit.position, RosterEntry.unit_path, RosterEntry.name_sort)
    ).all()
    working = _working(session, assessment, {entry.person_id: entry for entry, _ in rows}, now)
    open_now = {one.entry.person_id for one in working}
    handed_in = [result.handed_in_at for _entry, result in rows if result.took_part and result.handed_in_at]
    return Live(
        now=now,
        cut_off=[one for one in working if now - one.last_sign >= CUT_OFF_AFTER],
        working=[one for one in working if now - one.last_sign < CUT_OFF_AFTER],
        not_begun=[
            entry for entry, result in rows
            if result.due and not result.took_part and entry.person_id not in open_now
        ],
        due=sum(result.due for _entry, result in rows),
        took_part=sum(result.took_part for _entry, result in rows),
        passed=sum(result.passed for _entry, result in rows),
        latest=max(handed_in, default=None),
        shared_devices=shared_devices(session, assessment),
    )  # fmt: skip


def _working(
    session: Session, assessment: Assessment, entries: dict[int, RosterEntry], now: datetime
) -> list[Working]:
    rows = session.execute(
        sa.select(
            Attempt.person_id, Attempt.started_at, Attempt.deadline,
            sa.func.count(AttemptItem.answer), sa.func.count(), sa.func.max(AttemptItem.answered_at),
        )
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .where(Attempt.assessment_id == assessment.id, Attempt.handed_in_at.is_(None))
        .group_by(Attempt.id, Attempt.person_id, Attempt.started_at, Attempt.deadline)
        .order_by(Attempt.deadline)
    )  # fmt: skip
    return [
        Working(entries[person_id], answered, of, last or started_at, deadline)
        for person_id, started_at, deadline, answered, of, last in rows
        if person_id in entries and timing.still_taken(now, deadline)
    ]


def shared_devices(session: Session, assessment: Assessment) -> int:
    """How many devices were used by several people for this assessment within one hour."""
    rows = session.execute(
        sa.select(LoginSession.device_mark, Attempt.person_id, Attempt.started_at)
        .join(LoginSession, LoginSession.id == Attempt.device_session_id)
        .where(Attempt.assessment_id == assessment.id, LoginSession.device_mark.is_not(None))
        .order_by(LoginSession.device_mark, Attempt.started_at)
    ).all()
    shared = set()
    for (mark, person, at), (next_mark, next_person, next_at) in pairwise(rows):
        if mark == next_mark and person != next_person and next_at - at <= timedelta(hours=1):
            shared.add(mark)
    return len(shared)
