"""How well an article is known, in words; and sums that never say who."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from studyhall.practice.mastery import Learnt, Level, level, next_best, unit_sums

DAY = date(2026, 5, 20)


def learnt(
    number: int = 1,
    *,
    stability: float = 12.0,
    ago: int = 1,
    reviews: int = 2,
    wrong: int = 0,
    right: bool = True,
) -> Learnt:
    on = DAY - timedelta(days=ago)
    return Learnt((1, number, 0), stability, on, on + timedelta(days=5), reviews, wrong, right)


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        (None, Level.NEW),
        (learnt(), Level.KNOWN),
        (learnt(reviews=1), Level.FAIR),
        (learnt(stability=3.0), Level.FAIR),
        (learnt(right=False), Level.RUSTY),
        (learnt(ago=60), Level.FAIR),
        (learnt(ago=400), Level.RUSTY),
    ],
)
def test_levels_fall_back_by_themselves(card, expected) -> None:
    assert level(card, DAY) is expected


def test_wrong_ones_first_then_rusty_then_new_ones_in_order() -> None:
    places = [(1, number, 0) for number in range(1, 6)]
    cards = {(1, 2, 0): learnt(2, right=False, wrong=2), (1, 3, 0): learnt(3, ago=400), (1, 1, 0): learnt(1)}
    assert next_best(places, cards, DAY) == (1, 2, 0)
    del cards[1, 2, 0]
    assert next_best(places, cards, DAY) == (1, 3, 0)
    del cards[1, 3, 0]
    assert next_best(places, cards, DAY) == (1, 2, 0)
    assert next_best([(1, 1, 0)], {(1, 1, 0): learnt(1)}, DAY) is None


def test_a_sum_over_fewer_than_five_people_is_not_shown() -> None:
    four = [learnt(1, right=False)] * 4
    assert unit_sums(four, DAY) == []
    five = [*four, learnt(1)]
    (only,) = unit_sums(five, DAY)
    assert (only.people, only.weak) == (5, 4)
