"""When the people of the invented town sit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from studyhall.core import clock
from studyhall.demo.papers import by_day

OPENS = clock.at_local(date(2026, 5, 18), 9)
WEEK, DAY = timedelta(days=7), timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "hour", "span", "sits_at"),
    [
        (20, 3, WEEK, 11),
        (20, 6, WEEK, 14),
        (20, 7, WEEK, 7),
        (20, 22, WEEK, 22),
        (19, 3, DAY, 3),
        (25, 3, WEEK, 3),
    ],
)
def test_nobody_sits_at_night_where_the_window_has_the_room(
    day: int, hour: int, span: timedelta, sits_at: int
) -> None:
    moment = by_day(clock.at_local(date(2026, 5, day), hour), OPENS, span)
    assert clock.local(moment).hour == sits_at
