"""When an article comes again: rules in tables, and what must hold whatever the answers are."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import fsrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyhall.practice.schedule import (
    DEFAULT,
    Due,
    Parameters,
    Review,
    chance,
    due_today,
    rating,
    remembered,
    spread,
)

DAY = date(2026, 5, 20)


def a_review(
    offset: int = 0, right: bool = True, knows: str | None = None, key: str = "a", hour: int = 9
) -> Review:
    day = DAY + timedelta(days=offset)
    return Review(day, datetime.combine(day, time(hour), tzinfo=UTC), key, right, knows)


@pytest.mark.parametrize(
    ("right", "knows", "expected"),
    [
        (True, None, fsrs.Rating.Good),
        (True, "sure", fsrs.Rating.Good),
        (True, "unsure", fsrs.Rating.Hard),
        (False, None, fsrs.Rating.Again),
        (False, "unsure", fsrs.Rating.Again),
        (False, "sure", fsrs.Rating.Again),
    ],
)
def test_what_an_answer_says_of_the_memory(right, knows, expected) -> None:
    assert rating(right, knows) is expected


@pytest.mark.parametrize(
    ("answers", "days_until_due"),
    [
        ([True], 2),
        ([False], 1),
    ],
)
def test_after_the_first_answer(answers, days_until_due) -> None:
    memory = remembered([a_review(0, right) for right in answers], DAY)
    assert (memory.due_on - DAY).days == days_until_due


def test_pauses_grow_with_right_answers_and_a_wrong_one_brings_it_back_soon() -> None:
    reviews, pauses, day = [], [], DAY
    for n in range(4):
        reviews.append(Review(day, datetime.combine(day, time(9), tzinfo=UTC), str(n), True))
        memory = remembered(reviews, day)
        pauses.append((memory.due_on - day).days)
        day = memory.due_on
    assert pauses == sorted(pauses) and pauses[-1] > 30
    reviews.append(Review(day, datetime.combine(day, time(9), tzinfo=UTC), "x", False))
    after = remembered(reviews, day)
    assert (after.due_on - day).days < pauses[1] and not after.last_right


def test_no_answer_no_card() -> None:
    assert remembered([], DAY) is None


def test_the_first_answer_of_a_day_counts() -> None:
    once = remembered([a_review(0, False, hour=8)], DAY)
    more = remembered([a_review(0, True, key="b", hour=9), a_review(0, False, hour=8)], DAY)
    assert (more.state, more.due_on) == (once.state, once.due_on)
    assert more.reviews == 1 and not more.last_right


def test_ten_thousand_answers_in_a_day_are_one_review() -> None:
    memory = remembered([a_review(0, n % 3 > 0, key=f"{n:05d}") for n in range(10_000)], DAY)
    assert memory.reviews == 1 and memory.due_on > DAY


def test_an_answer_from_next_year_counts_as_today() -> None:
    ahead = remembered([a_review(365)], DAY)
    assert ahead.reviewed_on == DAY
    assert ahead.due_on == remembered([a_review(0)], DAY).due_on


def test_the_label_says_version_and_parameters() -> None:
    assert DEFAULT.label == "6.3/default"
    assert Parameters(DEFAULT.values, "4").label == "6.3/4"


def test_chance_falls_from_one_through_nine_tenths_at_the_stability() -> None:
    assert chance(10, DAY, DAY) == 1
    assert chance(10, DAY, DAY + timedelta(days=10)) == pytest.approx(0.9)
    assert chance(10, DAY, DAY - timedelta(days=5)) == 1


reviews = st.lists(
    st.builds(
        lambda offset, hour, right, knows, key: a_review(offset, right, knows, key, hour),
        st.integers(-400, 30),
        st.integers(0, 23),
        st.booleans(),
        st.sampled_from([None, "sure", "unsure"]),
        st.text("abc", min_size=1, max_size=3),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda one: (one.at, one.key),
)


@given(reviews, st.randoms())
@settings(max_examples=150, deadline=None)
def test_the_order_in_which_devices_bring_answers_never_changes_the_card(found, dice) -> None:
    shuffled = list(found)
    dice.shuffle(shuffled)
    assert remembered(shuffled, DAY) == remembered(found, DAY)


@given(reviews)
@settings(max_examples=150, deadline=None)
def test_no_card_is_due_on_the_day_it_was_answered(found) -> None:
    memory = remembered(found, DAY)
    assert memory.due_on > memory.reviewed_on
    assert memory.reviewed_on <= DAY
    assert memory.stability > 0
    due = Due("one", memory.stability, memory.reviewed_on, memory.due_on)
    assert due_today([due], memory.reviewed_on) == []


cards = st.lists(
    st.builds(
        lambda key, stability, ago, pause: Due(
            key, stability, DAY - timedelta(days=ago), DAY - timedelta(days=ago) + timedelta(days=pause)
        ),
        st.integers(0, 10_000),
        st.floats(0.1, 400),
        st.integers(0, 500),
        st.integers(1, 365),
    ),
    max_size=120,
    unique_by=lambda card: card.key,
)


@given(cards, st.integers(0, 12), st.integers(0, 20))
@settings(max_examples=150, deadline=None)
def test_a_day_never_asks_for_more_than_the_cap(found, cap, done) -> None:
    assert len(due_today(found, DAY, cap=cap, done=done)) <= max(cap - done, 0)


@given(cards, st.integers(1, 12))
@settings(max_examples=100, deadline=None)
def test_a_backlog_is_spread_so_that_every_day_keeps_the_cap_and_nothing_is_lost(found, cap) -> None:
    days = spread(found, DAY, cap=cap)
    assert set(days) == {card.key for card in found if card.reviewed_on < DAY or card.due_on > DAY}
    for day in set(days.values()):
        assert sum(one == day for one in days.values()) <= cap
    for card in found:
        if card.key in days:
            assert days[card.key] >= max(card.due_on, DAY)


def test_after_a_holiday_the_most_endangered_come_first() -> None:
    weak = Due("weak", 2.0, DAY - timedelta(days=30), DAY - timedelta(days=28))
    strong = Due("strong", 60.0, DAY - timedelta(days=61), DAY - timedelta(days=1))
    assert [card.key for card in due_today([strong, weak], DAY, cap=1)] == ["weak"]
    assert spread([strong, weak], DAY, cap=1) == {"weak": DAY, "strong": DAY + timedelta(days=1)}
