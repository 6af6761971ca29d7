"""The meetings of one month with their attendance, for a unit and what lies below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from studyhall.core import clock
from studyhall.core.periods import Month
from studyhall.core.sayings import later
from studyhall.people.models import RosterEntry, Unit
from studyhall.study.models import Attendance, AttendanceState, SessionSeries, SessionState, StudySession

SIDES = {
    "due": later("应到的人"),
    "present": later("出席的人"),
    "leave": later("请假的人"),
    "absent": later("缺席的人"),
    "made_up": later("补学的人"),
}
"""What the numbers of a meeting open."""


@dataclass(frozen=True)
class Seat:
    """One person expected at a meeting, and what became of him; no attendance where nobody called the roll."""

    entry: RosterEntry
    attendance: Attendance | None


@dataclass(frozen=True)
class MonthSession:
    """One held meeting: how many of this unit were due, came, and made it up later."""

    meeting: StudySession
    due: int
    present: int
    leave: int
    absent: int
    made_up: int

    @property
    def kinds(self) -> str:
        """The series it served, with 改期 where it was moved."""
        names = "、".join(one.series.name for one in self.meeting.serves)
        return f"{names}，改期" if self.meeting.is_moved else names


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


def of_month(session: Session, month: Month, unit: Unit, as_of: datetime) -> MonthSessions:
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


def meeting_of(session: Session, meeting_id: int, unit: Unit) -> StudySession | None:
    """A held meeting on whose roster somebody of the unit stands."""
    return session.scalar(
        sa.select(StudySession)
        .where(
            StudySession.id == meeting_id,
            StudySession.state == SessionState.HELD,
            sa.exists().where(
                RosterEntry.roster_id == StudySession.roster_id,
                RosterEntry.unit_path.startswith(unit.path, autoescape=True),
            ),
        )
        .options(selectinload(StudySession.serves).joinedload(SessionSeries.series))
    )


def seats(
    session: Session, meeting: StudySession, unit: Unit, side: str, *, limit: int, skip: int = 0
) -> tuple[int, list[Seat]]:
    """How many of the unit and below stand on this side of the meeting, and some of them by unit, then name."""
    query = (
        sa.select(RosterEntry, Attendance)
        .join(Unit, Unit.id == RosterEntry.unit_id)
        .outerjoin(
            Attendance,
            sa.and_(Attendance.session_id == meeting.id, Attendance.roster_entry_id == RosterEntry.id),
        )
        .where(
            RosterEntry.roster_id == meeting.roster_id,
            RosterEntry.unit_path.startswith(unit.path, autoescape=True),
            _on_side(side),
        )
    )
    count = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = session.execute(
        query.order_by(Unit.position, RosterEntry.unit_path, RosterEntry.name_sort, RosterEntry.staff_no)
        .limit(limit)
        .offset(skip)
    )
    return count, [Seat(*row) for row in rows]


def _on_side(side: str) -> sa.ColumnElement[bool]:
    if side == "due":
        return RosterEntry.state == "due"
    if side == "made_up":
        return Attendance.made_up_on.is_not(None)
    return Attendance.state == side
