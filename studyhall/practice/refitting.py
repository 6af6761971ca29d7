"""Fitting the model anew once there is enough to learn from: read, reckon without any lock, write one row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from studyhall.core import clock
from studyhall.core.db import Sessions
from studyhall.practice import fitting
from studyhall.practice.cards import parameters, reviews_of
from studyhall.practice.models import PracticeItem, PracticeLook, PracticeParameters

AGAIN_AFTER = timedelta(days=30)
PEOPLE_AT_MOST = 300
"""More teach nothing more about five weights; a county would reckon for hours."""
NIGHT = 3
"""The local hour from which a day's try may be made: on an office computer that is off, when it is started."""

_tried_on: date | None = None


@dataclass(frozen=True)
class Refitted:
    """The number kept with each card, and on how many reviews the parameters rest."""

    number: int
    reviews: int


def refit(database: Sessions, now: datetime) -> Refitted | None:
    """A new row only where it foretells better than what is in use, and nobody else was faster."""
    with database.reading() as session:
        start = parameters(session)
        everybody = session.scalars(sa.select(PracticeLook.person_id).order_by(PracticeLook.person_id)).all()
        step = max(-(-len(everybody) // PEOPLE_AT_MOST), 1)
        histories = [
            (person_id, fitting.firsts_of_days(reviews))
            for person_id in everybody[::step]
            for reviews in reviews_of(session, person_id, now).values()
        ]
    found = fitting.fit(histories, start)
    if found is None or not found.is_better:
        return None
    with database.writing() as session:
        if parameters(session) != start:
            return None
        row = PracticeParameters(
            fitted_at=now,
            values=list(found.parameters.values),
            reviews=found.reviews,
            loss_before=found.loss_before,
            loss_after=found.loss_after,
        )
        session.add(row)
        session.flush()
        return Refitted(row.id, row.reviews)


def keep_up(database: Sessions, now: datetime) -> None:
    """Once a day in each process, and not within a month of the last new parameters. Mostly looks at nothing."""
    global _tried_on  # noqa: PLW0603  what this process has done today is no state of the site
    today = clock.day_of(now)
    if _tried_on == today or clock.local(now).hour < NIGHT:
        return
    _tried_on = today
    with database.reading() as session:
        last = session.scalar(sa.select(sa.func.max(PracticeParameters.fitted_at, type_=_MOMENT)))
        practised = session.scalar(sa.select(sa.func.count()).select_from(PracticeItem)) or 0
    if practised >= fitting.ENOUGH and (last is None or now - last >= AGAIN_AFTER):
        refit(database, now)


_MOMENT = PracticeParameters.__table__.c.fitted_at.type
