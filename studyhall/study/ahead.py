"""What is planned, what is due and not yet entered, what waits for its roll."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from studyhall.people.models import RosterEntry, Unit
from studyhall.study.holding import days_of
from studyhall.study.models import Series, SessionSeries, SessionState, StudySession
from studyhall.study.queries import series_of

_LOADED = selectinload(StudySession.serves).joinedload(SessionSeries.series)


def planned(session: Session, unit: Unit, first: date, last: date) -> list[StudySession]:
    """Planned meetings at which somebody of a unit or below is expected, in the order of time."""
    expected = sa.exists().where(
        RosterEntry.roster_id == StudySession.roster_id,
        RosterEntry.state == "due",
        RosterEntry.unit_path.startswith(unit.path, autoescape=True),
    )
    return list(
        session.scalars(
            sa.select(StudySession)
            .where(
                StudySession.state == SessionState.PLANNED,
                StudySession.held_on.between(first, last),
                expected,
            )
            .order_by(StudySession.held_on, StudySession.begins, StudySession.id)
            .options(_LOADED, joinedload(StudySession.owner_unit))
        )
    )


def unplanned(session: Session, unit: Unit, first: date, last: date) -> list[tuple[Series, date]]:
    """The due days of a unit's own series within these days for which nothing was entered, in order.

    A quarter, due on its last day, is open as long as nothing was held in it.
    """
    kept = series_of(session, unit)
    entered = {
        (series_id, day)
        for series_id, day in session.execute(
            sa.select(SessionSeries.series_id, SessionSeries.due_on).where(
                SessionSeries.series_id.in_([one.id for one in kept]),
                SessionSeries.due_on.between(first, last),
            )
        )
    }
    found = [
        (series, day)
        for series in kept
        for year in range(first.year, last.year + 1)
        for day in days_of(series, year)
        if first <= day <= last and (series.id, day) not in entered
    ]
    return sorted(found, key=lambda one: (one[1], one[0].position))


def uncalled(session: Session, unit: Unit, first: date, today: date) -> list[StudySession]:
    """Meetings of a unit whose day has come and whose roll nobody has called, the oldest first."""
    return list(
        session.scalars(
            sa.select(StudySession)
            .where(
                StudySession.owner_unit_id == unit.id,
                StudySession.state.in_([SessionState.PLANNED, SessionState.HELD]),
                StudySession.called_at.is_(None),
                StudySession.held_on.between(first, today),
            )
            .order_by(StudySession.held_on, StudySession.id)
            .options(_LOADED)
        )
    )
