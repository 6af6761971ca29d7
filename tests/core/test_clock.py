"""Moments are aware and in UTC, days are those of the wall clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyhall.core import clock
from tests.factories import NOON

moments = st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))


@pytest.fixture
def _zone_back() -> Iterator[None]:
    yield
    clock.use_zone(clock.DEFAULT_ZONE)


def test_a_day_ends_at_midnight_on_the_wall() -> None:
    assert clock.day_of(datetime(2026, 4, 30, 15, 59, tzinfo=UTC)) == date(2026, 4, 30)
    assert clock.day_of(datetime(2026, 4, 30, 16, 0, tzinfo=UTC)) == date(2026, 5, 1)


def test_the_month_of_a_moment_is_the_local_one() -> None:
    with clock.standing_at(datetime(2026, 12, 31, 16, 30, tzinfo=UTC)):
        assert clock.today() == date(2027, 1, 1)


@given(moments)
def test_a_moment_lies_in_its_own_day(moment: datetime) -> None:
    day = clock.day_of(moment)
    assert clock.start_of(day) <= moment < clock.end_of(day)


@given(moments)
def test_one_day_ends_where_the_next_begins(moment: datetime) -> None:
    day = clock.day_of(moment)
    assert clock.end_of(day) == clock.start_of(day + timedelta(days=1))


@pytest.mark.usefixtures("_zone_back")
@pytest.mark.parametrize(("zone", "hours"), [("Asia/Shanghai", 24), ("Europe/Berlin", 23), ("UTC", 24)])
def test_a_day_is_as_long_as_it_is_there(zone: str, hours: int) -> None:
    clock.use_zone(zone)
    day = date(2026, 3, 29)
    assert clock.end_of(day) - clock.start_of(day) == timedelta(hours=hours)
    assert clock.zone() == ZoneInfo(zone)


def test_the_clock_stands_only_inside() -> None:
    later = NOON + timedelta(hours=1)
    with clock.standing_at(later):
        assert clock.now() == later
    assert clock.now() == NOON


def test_a_moment_without_a_zone_is_no_moment() -> None:
    with pytest.raises(ValueError, match="zone"), clock.standing_at(datetime(2026, 1, 1)):
        pass


def test_the_monotonic_clock_never_goes_back() -> None:
    assert clock.monotonic() <= clock.monotonic()
