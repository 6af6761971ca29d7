"""Which articles a round is about, and which question of an article."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from studyhall.practice.drawing import (
    FIVE,
    NEW_OF_FIVE,
    Drawable,
    Today,
    articles_for,
    question_of,
    questions_for,
    shuffled,
)
from studyhall.practice.schedule import Due
from tests.factories import NOON

DAY = date(2026, 5, 20)


def place(number: int) -> tuple[int, int, int]:
    return (1, number, 0)


def due(number: int, ago: int = 20, stability: float = 5.0) -> Due:
    on = DAY - timedelta(days=ago)
    return Due(place(number), stability, on, on + timedelta(days=5))


def one(question_id: int, *numbers: int, letters: str = "ABCD") -> Drawable:
    return Drawable(question_id, question_id, letters, tuple(place(number) for number in numbers))


def test_new_ones_are_mixed_in_with_what_is_being_forgotten() -> None:
    cards = [due(number) for number in range(1, 11)]
    chosen = articles_for(cards, [place(number) for number in range(1, 21)], DAY)
    assert len(chosen) == FIVE
    assert [number for _e, number, _s in chosen if number > 10] == [11, 12]


def test_without_anything_due_all_are_new_and_in_order() -> None:
    chosen = articles_for([], [place(number) for number in range(1, 21)], DAY)
    assert chosen == [place(number) for number in range(1, 6)]


def test_where_all_is_known_the_least_certain_come_early_and_none_of_today() -> None:
    cards = [Due(place(n), float(n), DAY - timedelta(days=1), DAY + timedelta(days=n)) for n in range(1, 5)]
    cards.append(Due(place(5), 1.0, DAY, DAY + timedelta(days=1)))
    chosen = articles_for(cards, [place(number) for number in range(1, 6)], DAY)
    assert chosen == [place(1), place(2), place(3), place(4)]


def test_an_article_without_a_question_is_not_asked() -> None:
    assert articles_for([due(1)], [place(2)], DAY) == [place(2)]


@given(st.sets(st.integers(1, 60), max_size=40), st.sets(st.integers(1, 60), max_size=40), st.integers(0, 30))
@settings(max_examples=100, deadline=None)
def test_a_round_has_no_article_twice_and_none_of_today(known, seen_today, done) -> None:
    cards = [due(n) for n in known - seen_today]
    cards += [Due(place(n), 3.0, DAY, DAY + timedelta(days=2)) for n in seen_today]
    chosen = articles_for(cards, [place(n) for n in range(1, 61)], DAY, Today(due=done))
    assert len(set(chosen)) == len(chosen) <= FIVE
    assert not {number for _e, number, _s in chosen} & seen_today


def test_the_draw_turns_between_the_questions_of_an_article() -> None:
    candidates = [one(1, 1), one(2, 1), one(3, 1)]
    met: dict[int, datetime] = {}
    drawn = []
    for turn in range(9):
        question = question_of(candidates, met, random.Random(turn))
        drawn.append(question.question_id)
        met[question.question_id] = NOON + timedelta(days=turn)
    assert set(drawn[:3]) == {1, 2, 3}
    assert all(drawn[n] != drawn[n + 1] for n in range(8))


def test_no_question_twice_in_a_round() -> None:
    chosen = questions_for([place(1), place(2)], [one(1, 1, 2)], {}, random.Random(1))
    assert [question.question_id for question in chosen] == [1]


def test_options_come_in_another_order_each_time() -> None:
    dice, last, orders = random.Random(3), "", []
    for _turn in range(20):
        last = shuffled("ABCD", dice, last)
        orders.append(last)
    assert all(orders[n] != orders[n + 1] for n in range(19))
    assert shuffled("", dice) == "" and shuffled("A", dice, "A") == "A"


def test_two_of_five() -> None:
    assert (FIVE, NEW_OF_FIVE) == (5, 2)
