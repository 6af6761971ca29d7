"""On which days a series is due in a year, and what became of each. Plain values in, plain values out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from studyhall.core.sayings import later


class Rhythm(StrEnum):
    MONTH_DAYS = "month_days"
    """On these days of each month: 逢九 falls on 9, 19, 29; February of a common year has no 29th."""
    WEEKDAY = "weekday"
    QUARTER = "quarter"
    """Once a quarter; the due day is its last."""
    NONE = "none"
    """When it is called: nothing is ever due."""


class Fate(StrEnum):
    """What became of a due day."""

    HELD = "held"
    MOVED = "moved"
    """Held, on another day."""
    MERGED = "merged"
    CANCELLED = "cancelled"
    PLANNED = "planned"
    OPEN = "open"
    """Past, and nobody has written what happened."""
    COMING = "coming"


SIGNS = {
    Fate.HELD: later("讲"),
    Fate.MOVED: later("改"),
    Fate.MERGED: later("并"),
    Fate.CANCELLED: later("消"),
    Fate.PLANNED: later("定"),
    Fate.OPEN: later("未"),
    Fate.COMING: "",
}


def due_days(
    rhythm: str, days: Sequence[int], year: int, starts_on: date, ends_on: date | None = None
) -> list[date]:
    """The days of that year on which the series is due, in order, while it is kept.

    A series with an unknown rhythm raises ValueError.
    """
    found = _DAYS[Rhythm(rhythm)](days, year)
    return [day for day in found if starts_on <= day and (ends_on is None or day < ends_on)]


def _month_days(days: Sequence[int], year: int) -> list[date]:
    wanted = set(days)
    return [day for day in _days_of(year) if day.day in wanted]


def _weekday(days: Sequence[int], year: int) -> list[date]:
    wanted = set(days)
    return [day for day in _days_of(year) if day.isoweekday() in wanted]


def _quarters(_days: Sequence[int], year: int) -> list[date]:
    return [date(year, 3, 31), date(year, 6, 30), date(year, 9, 30), date(year, 12, 31)]


def _never(_days: Sequence[int], _year: int) -> list[date]:
    return []


_DAYS = {
    Rhythm.MONTH_DAYS: _month_days,
    Rhythm.WEEKDAY: _weekday,
    Rhythm.QUARTER: _quarters,
    Rhythm.NONE: _never,
}


def _days_of(year: int) -> Iterable[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


@dataclass(frozen=True)
class Entered:
    """What somebody has entered for one due day."""

    session_id: int
    state: str
    held_on: date
    reason: str | None = None
    present: int = 0


@dataclass(frozen=True)
class DueDay:
    day: date
    fate: Fate
    entered: Entered | None

    @property
    def sign(self) -> str:
        return SIGNS[self.fate]


@dataclass(frozen=True)
class SeriesYear:
    """The due days of one series in one year with what became of each, up to `until`."""

    days: tuple[DueDay, ...]
    until: date

    @property
    def due(self) -> int:
        """Days that have come."""
        return sum(one.day <= self.until for one in self.days)

    @property
    def counts(self) -> Counter[Fate]:
        return Counter(one.fate for one in self.days)

    def of(self, fate: str) -> list[DueDay]:
        return [one for one in self.days if one.fate == fate]


def explained(
    days: Iterable[date], entered: Mapping[date, Entered], until: date, *, quarterly: bool = False
) -> SeriesYear:
    """Put what was entered beside the days on which it was due; `until` is the last day that counts.

    A quarter asks for one meeting on any of its days: nothing held within it is moved.
    """
    return SeriesYear(
        tuple(DueDay(day, _fate(day, entered.get(day), until, quarterly), entered.get(day)) for day in days),
        until,
    )


def _fate(day: date, entered: Entered | None, until: date, quarterly: bool) -> Fate:
    if entered is None:
        return Fate.OPEN if day < until else Fate.COMING
    if entered.state == "held":
        return Fate.MOVED if entered.held_on != day and not quarterly else Fate.HELD
    if entered.state in ("merged", "cancelled"):
        return Fate(entered.state)
    return Fate.PLANNED if entered.held_on >= until else Fate.OPEN


def nearest_due(day: date, open_days: Iterable[date], rhythm: str) -> date | None:
    """Which open due day a meeting on `day` stands for when nobody has said: its own, or its quarter's."""
    days = set(open_days)
    if day in days:
        return day
    if rhythm == Rhythm.QUARTER:
        return next((due for due in sorted(days) if (due.month - 1) // 3 == (day.month - 1) // 3), None)
    return None
