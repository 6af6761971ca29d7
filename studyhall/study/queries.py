"""Questions to the database about meetings, each limited to what the asker may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from studyhall.core.access import Reach, paths_above
from studyhall.core.errors import Missing
from studyhall.people.models import RosterEntry, Unit
from studyhall.study.calendar import Entered, Rhythm, SeriesYear, explained
from studyhall.study.holding import days_of
from studyhall.study.models import (
    Attachment,
    Attendance,
    AttendanceState,
    SelfStudy,
    Series,
    SessionSeries,
    SessionState,
    StudySession,
)

_LOADED = selectinload(StudySession.serves).joinedload(SessionSeries.series)


def series_of(session: Session, unit: Unit, *, above: bool = False) -> list[Series]:
    """The series a unit keeps, in its order; `above` adds those of the units above, which it may serve."""
    paths = paths_above(unit.path) if above else [unit.path]
    return list(
        session.scalars(
            sa.select(Series)
            .join(Unit, Unit.id == Series.owner_unit_id)
            .where(Unit.path.in_(paths))
            .order_by(Unit.path.desc(), Series.position, Series.id)
        )
    )


def series_in(session: Session, reach: Reach, series_id: int) -> Series:
    """A series owned within one's reach. Raises Missing otherwise."""
    series = session.scalar(
        sa.select(Series)
        .join(Unit, Unit.id == Series.owner_unit_id)
        .where(Series.id == series_id, reach.within(Unit.path))
    )
    if series is None:
        raise Missing
    return series


def series_year(session: Session, series: Series, year: int, until: date) -> SeriesYear:
    """Its due days of that year with what was entered for each."""
    came = _came()
    rows = session.execute(
        sa.select(
            SessionSeries.due_on, StudySession.id, StudySession.state, StudySession.held_on,
            StudySession.reason, came,
        )
        .join(StudySession, StudySession.id == SessionSeries.session_id)
        .where(
            SessionSeries.series_id == series.id,
            SessionSeries.due_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
    )  # fmt: skip
    entered = {
        due_on: Entered(session_id, state, held_on, reason, present)
        for due_on, session_id, state, held_on, reason, present in rows
        if due_on is not None
    }
    quarterly = series.rhythm == Rhythm.QUARTER
    return explained(days_of(series, year), entered, until, quarterly=quarterly)


def _came() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .select_from(Attendance)
        .where(Attendance.session_id == StudySession.id, Attendance.state == AttendanceState.PRESENT)
        .correlate(StudySession)
        .scalar_subquery()
    )


@dataclass(frozen=True)
class Listed:
    """A meeting in a list, with how many of the due came."""

    meeting: StudySession
    due: int
    present: int


def meetings(
    session: Session, reach: Reach, year: int, *, series: Series | None = None, limit: int = 400
) -> list[Listed]:
    """Meetings of a year owned within one's reach, the newest first; those of one series if asked."""
    due = (
        sa.select(sa.func.count())
        .select_from(RosterEntry)
        .where(RosterEntry.roster_id == StudySession.roster_id, RosterEntry.state == "due")
        .correlate(StudySession)
        .scalar_subquery()
    )
    query = (
        sa.select(StudySession, due, _came())
        .join(Unit, Unit.id == StudySession.owner_unit_id)
        .where(
            reach.within(Unit.path),
            StudySession.held_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .order_by(StudySession.held_on.desc(), StudySession.id.desc())
        .limit(limit)
        .options(_LOADED)
    )
    if series is not None:
        query = query.where(
            sa.exists().where(
                SessionSeries.session_id == StudySession.id, SessionSeries.series_id == series.id
            )
        )
    return [Listed(*row) for row in session.execute(query)]


def meeting_in(session: Session, reach: Reach, session_id: int) -> StudySession:
    """A meeting owned within one's reach. Raises Missing otherwise."""
    meeting = session.scalar(
        sa.select(StudySession)
        .join(Unit, Unit.id == StudySession.owner_unit_id)
        .where(StudySession.id == session_id, reach.within(Unit.path))
        .options(_LOADED, selectinload(StudySession.citations))
    )
    if meeting is None:
        raise Missing
    return meeting


def held_counts(session: Session, series: Sequence[Series], year: int, until: date) -> dict[int, int]:
    """Held meetings of each series in a year, by series id."""
    rows = session.execute(
        sa.select(SessionSeries.series_id, sa.func.count())
        .join(StudySession, StudySession.id == SessionSeries.session_id)
        .where(
            SessionSeries.series_id.in_([one.id for one in series]),
            StudySession.state == SessionState.HELD,
            StudySession.held_on.between(date(year, 1, 1), until),
        )
        .group_by(SessionSeries.series_id)
    )
    return {series_id: count for series_id, count in rows}


def self_study_count(session: Session, unit: Unit, year: int) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(SelfStudy)
            .where(
                SelfStudy.unit_path.startswith(unit.path, autoescape=True),
                SelfStudy.studied_on.between(date(year, 1, 1), date(year, 12, 31)),
            )
        )
        or 0
    )


def attachments(session: Session, meeting: StudySession) -> list[Attachment]:
    return list(
        session.scalars(
            sa.select(Attachment)
            .where(Attachment.session_id == meeting.id, Attachment.removed_at.is_(None))
            .order_by(Attachment.id)
        )
    )


@dataclass(frozen=True)
class OwnMeeting:
    """One meeting as one person on its roster meets it."""

    meeting: StudySession
    entry: RosterEntry
    attendance: Attendance | None


def own_meetings(session: Session, person_id: int, year: int) -> list[OwnMeeting]:
    """What one person was expected at in a year: held and planned ones, the newest first."""
    rows = session.execute(
        sa.select(StudySession, RosterEntry, Attendance)
        .join(RosterEntry, RosterEntry.roster_id == StudySession.roster_id)
        .outerjoin(
            Attendance,
            sa.and_(Attendance.roster_entry_id == RosterEntry.id, Attendance.session_id == StudySession.id),
        )
        .where(
            RosterEntry.person_id == person_id,
            StudySession.state.in_([SessionState.HELD, SessionState.PLANNED]),
            StudySession.held_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .order_by(StudySession.held_on.desc(), StudySession.id.desc())
        .options(_LOADED)
    )
    return [OwnMeeting(*row) for row in rows]


def next_meeting(session: Session, person_id: int, today: date) -> StudySession | None:
    """The next planned meeting on whose roster this person stands."""
    return session.scalar(
        sa.select(StudySession)
        .join(RosterEntry, RosterEntry.roster_id == StudySession.roster_id)
        .where(
            RosterEntry.person_id == person_id,
            RosterEntry.state == "due",
            StudySession.state == SessionState.PLANNED,
            StudySession.held_on >= today,
        )
        .order_by(StudySession.held_on, StudySession.begins, StudySession.id)
        .limit(1)
        .options(_LOADED)
    )


def own_share(meetings: Sequence[OwnMeeting]) -> tuple[int, int]:
    """How often one came, of the held meetings one was due at."""
    held = [one for one in meetings if one.meeting.is_held and one.entry.state == "due"]
    came = sum(bool(one.attendance and one.attendance.state == AttendanceState.PRESENT) for one in held)
    return came, len(held)


def own_readings(session: Session, person_id: int, year: int) -> list[SelfStudy]:
    return list(
        session.scalars(
            sa.select(SelfStudy)
            .where(
                SelfStudy.person_id == person_id,
                SelfStudy.studied_on.between(date(year, 1, 1), date(year, 12, 31)),
            )
            .order_by(SelfStudy.studied_on.desc(), SelfStudy.id.desc())
        )
    )
