"""The only place that reads the time. Moments are aware UTC, days are local."""

from __future__ import annotations

import time as _time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DEFAULT_ZONE = "Asia/Shanghai"

_zone: ZoneInfo = ZoneInfo(DEFAULT_ZONE)
_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def use_zone(name: str) -> None:
    """The zone in which this site counts its days; `DEFAULT_ZONE` unless the deployer says otherwise."""
    global _zone  # noqa: PLW0603
    _zone = ZoneInfo(name)


def zone() -> ZoneInfo:
    return _zone


def now() -> datetime:
    """This moment, or the one at which `standing_at` has stopped the clock."""
    return _standing.get() or datetime.now(UTC)


def today() -> date:
    return day_of(now())


def monotonic() -> float:
    """Seconds on a clock that nobody sets; only differences mean something.

    It goes on while the machine sleeps, where the system has such a clock.
    """
    boot = getattr(_time, "CLOCK_BOOTTIME", None)
    return _time.monotonic() if boot is None else _time.clock_gettime(boot)


def offset() -> float | None:
    """Seconds by which the clock is ahead of `monotonic`: changes only when somebody sets the clock.

    None while it is stopped: that is no clock that anybody could set.
    """
    return None if _standing.get() else _time.time() - monotonic()


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Let everything inside happen at `moment`: tests, and a demo that writes its own past."""
    if moment.tzinfo is None:
        raise ValueError("a moment has a time zone")
    token = _standing.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _standing.reset(token)


def local(moment: datetime) -> datetime:
    """The same moment as the clocks on the wall show it."""
    return moment.astimezone(_zone)


def day_of(moment: datetime) -> date:
    return local(moment).date()


def at_local(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """A local day and hour as an aware UTC moment."""
    return datetime.combine(day, time(hour, minute), tzinfo=_zone).astimezone(UTC)


def start_of(day: date) -> datetime:
    return at_local(day)


def end_of(day: date) -> datetime:
    """The first moment that no longer belongs to `day`."""
    return at_local(day + timedelta(days=1))
