"""The series a unit keeps on certain days, with what became of each due day of the year."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from studyhall.reports.year_scope import Scope
from studyhall.study import queries as study
from studyhall.study.calendar import Fate, Rhythm, SeriesYear
from studyhall.study.models import Series


@dataclass(frozen=True)
class SeriesOfYear:
    """One series; of the days that have come: due = held + merged + cancelled + rest."""

    series: Series
    calendar: SeriesYear

    def count(self, *fates: Fate) -> int:
        return sum(one.fate in fates for one in self.calendar.days if one.day <= self.calendar.until)

    @property
    def due(self) -> int:
        return self.calendar.due

    @property
    def held(self) -> int:
        """Due days on which, or instead of which, a meeting was held."""
        return self.count(Fate.HELD, Fate.MOVED)

    @property
    def rest(self) -> int:
        """Of which nothing is written yet, or only that it was to be."""
        return self.due - self.held - self.count(Fate.MERGED, Fate.CANCELLED)


def series_of_year(session: Session, scope: Scope) -> list[SeriesOfYear]:
    """The unit's own series that are due on certain days, those of the month first."""
    found = [
        SeriesOfYear(one, study.series_year(session, one, scope.year, scope.until))
        for one in study.series_of(session, scope.unit)
    ]
    with_days = [one for one in found if one.calendar.days]
    return sorted(with_days, key=lambda one: one.series.rhythm != Rhythm.MONTH_DAYS)
