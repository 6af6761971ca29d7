"""The meetings of one month with their attendance, for a unit and what lies below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from studyhall.core import clock
from studyhall.core.periods import Month
from studyhall.people.models import RosterEntry, Unit
from studyhall.study.models import Attendance, AttendanceState, SessionSeries, SessionState, StudySession


@dataclass(frozen=True)
class MonthSession:
    """One held meeting: how many of this unit were due, came, and made it up later."""

    meeting: StudySession
    due: int
    present: int
    leave: int
    absent: int
    made_up: int


@dataclass(frozen=True)
class MonthSessions:
    sessions: tuple[MonthSession, ...]

    @property
    def due(self) -> int:
        return sum(one.due for one in self.sessions)

    @property
    def present(self) -> int:
        """人次: not people, never divided by a roster."""
        return sum(one.present for one in self.sessions)


def month_sessions(session: Session, month: Month, unit: Unit, as_of: datetime) -> MonthSessions:
    """Held meetings on whose roster somebody of the unit stands, in order."""
    rows = session.execute(
        sa.select(
            StudySession.id,
            sa.func.count().filter(RosterEntry.state == "due"),
            *(
                sa.func.count().filter(Attendance.state == state)
                for state in (AttendanceState.PRESENT, AttendanceState.LEAVE, AttendanceState.ABSENT)
            ),
            sa.func.count().filter(Attendance.made_up_on.is_not(None)),
        )
        .join(RosterEntry, RosterEntry.roster_id == StudySession.roster_id)
        .outerjoin(
            Attendance,
            sa.and_(Attendance.session_id == StudySession.id, Attendance.roster_entry_id == RosterEntry.id),
        )
        .where(
            StudySession.state == SessionState.HELD,
            StudySession.held_on.between(month.first, min(month.last, clock.day_of(as_of))),
            RosterEntry.unit_path.startswith(unit.path, autoescape=True),
        )
        .group_by(StudySession.id)
    ).all()
    counts = {meeting_id: tuple(sides) for meeting_id, *sides in rows}
    meetings = session.scalars(
        sa.select(StudySession)
        .where(StudySession.id.in_(counts))
        .order_by(StudySession.held_on, StudySession.id)
        .options(selectinload(StudySession.serves).joinedload(SessionSeries.series))
    )
    return MonthSessions(tuple(_counted(one, counts[one.id]) for one in meetings))


def _counted(meeting: StudySession, sides: tuple[int, ...]) -> MonthSession:
    due, present, leave, absent, made_up = sides
    return MonthSession(meeting, due, present, leave, absent, made_up)
