"""How moments, points and shares are written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st

from studyhall.core import clock, filters
from studyhall.core.periods import Month
from tests.factories import NOON


@pytest.fixture(autouse=True)
def _words() -> Iterator[None]:
    app = Flask("words")
    Babel(app, default_locale="zh_Hans_CN")
    with app.test_request_context():
        yield


def test_a_day_of_this_year_needs_no_year() -> None:
    assert filters.day(date(2026, 11, 20)) == "11月20日"
    assert filters.day(date(2025, 11, 20)) == "2025年11月20日"


def test_a_moment_is_written_in_local_time() -> None:
    late = datetime(2026, 5, 20, 17, 5, tzinfo=UTC)
    assert filters.moment(late) == "5月21日01:05"
    assert filters.weekday(late) == "星期四"
    assert filters.hour(late) == "01:05"


def test_a_month_is_written_with_its_year() -> None:
    assert filters.month(Month(2026, 5)) == "2026年5月"


@pytest.mark.parametrize(
    ("hundredths", "words"), [(400, "4"), (250, "2.5"), (133, "1.33"), (0, "0"), (5, "0.05"), (None, "—")]
)
def test_points_without_needless_noughts(hundredths: int | None, words: str) -> None:
    assert filters.points(hundredths) == words


@given(st.integers(0, 1_000_000))
def test_points_say_exactly_what_is_stored(hundredths: int) -> None:
    assert Fraction(filters.points(hundredths)) == Fraction(hundredths, 100)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=5, hours=3), "还有5天"),
        (timedelta(hours=23, minutes=59), "还有23小时"),
        (timedelta(minutes=20, seconds=30), "还有20分钟"),
        (timedelta(seconds=20), "还有1分钟"),
    ],
)
def test_the_time_left_in_its_largest_unit(left: timedelta, words: str) -> None:
    assert filters.days_left(NOON + left) == words


def test_seconds_as_minutes_and_seconds() -> None:
    assert filters.minutes_and_seconds(22 * 60 + 18) == "22分18秒"


def test_a_share_with_nothing_below_is_a_dash() -> None:
    assert filters.share(0, 0) == "—"
    assert filters.share(1, 3) == "33.3%"


@given(st.none() | st.fractions(0, 1))
def test_a_bar_stays_on_its_ground(value: Fraction | None) -> None:
    assert 0 <= float(filters.bar_width(value)) <= 100


def test_the_clock_of_the_tests_stands() -> None:
    assert clock.now() == NOON


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        (
            "2026年11月月月赛",
            "".join(f'<span class="nowrap">{part}</span>' for part in ("2026年", "11月", "月月赛")),
        ),
        ("2026年11月应知应会考试补考", "2026年11月应知应会考试补考"),
        ("宪法知识考试", "宪法知识考试"),
        ("2026年<b>月月赛", "2026年&lt;b&gt;月月赛"),
    ],
)
def test_a_title_breaks_between_its_year_its_month_and_its_name(title: str, shown: str) -> None:
    assert filters.titled(title) == shown
