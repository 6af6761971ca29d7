"""When a paper ends, what still counts, how long it took."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyhall.quizzes import timing
from tests.factories import NOON

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)

spans = st.timedeltas(timedelta(), timedelta(days=60))


def test_the_paper_ends_with_the_time_allowed_or_with_the_window() -> None:
    assert timing.deadline_of(NOON, 30, NOON + timedelta(days=1)) == NOON + 30 * MINUTE
    assert timing.deadline_of(NOON, 30, NOON + 10 * MINUTE) == NOON + 10 * MINUTE


def test_what_was_granted_comes_on_top() -> None:
    assert timing.deadline_of(NOON, 30, NOON + 10 * MINUTE, granted=5 * MINUTE) == NOON + 15 * MINUTE


@pytest.mark.parametrize(
    ("late", "taken"), [(-MINUTE, True), (timedelta(), True), (60 * SECOND, True), (61 * SECOND, False)]
)
def test_a_minute_of_grace(late: timedelta, taken: bool) -> None:
    assert timing.still_taken(NOON + late, NOON) is taken
    assert timing.is_overdue(NOON + late, NOON) is not taken


@pytest.mark.parametrize(
    ("after", "seconds"),
    [
        (timedelta(), 0),
        (timedelta(milliseconds=999), 0),
        (90 * SECOND, 90),
        (40 * MINUTE, 1800),
        (-SECOND, 0),
    ],
)
def test_time_used_is_in_whole_seconds_and_ends_at_the_deadline(after: timedelta, seconds: int) -> None:
    assert timing.seconds_used(NOON, NOON + after, NOON + 30 * MINUTE) == seconds


@given(spans, st.integers(1, 600), spans)
def test_time_used_is_never_more_than_the_time_allowed(
    window: timedelta, minutes: int, after: timedelta
) -> None:
    deadline = timing.deadline_of(NOON, minutes, NOON + window)
    assert 0 <= timing.seconds_used(NOON, NOON + after, deadline) <= minutes * 60
