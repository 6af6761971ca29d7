"""Which wrong answers stand in the book: rules in a table, and that order never matters."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyhall.core import clock
from studyhall.practice.wrong_book import Answer, Mark, entry
from tests.factories import NOON


def at(day: float):
    return NOON + timedelta(days=day)


def answers(story: str) -> list[Answer]:
    """`x0 o1 o1.2`: wrong on day 0, right on day 1 and again that day; `X` and `O` say the opposite word."""
    found = []
    for n, word in enumerate(story.split()):
        moment = at(float(word[1:]))
        knows = {"X": "sure", "O": "unsure"}.get(word[0])
        found.append(Answer(clock.day_of(moment), moment, str(n), word[0] in "oO", knows))
    return found


@pytest.mark.parametrize(
    ("story", "mark", "needed"),
    [
        ("o0", None, None),
        ("x0", None, 2),
        ("x0 o1", None, 1),
        ("x0 o1 o1.2", None, 1),
        ("x0 o0.1", None, 1),
        ("x0 o1 o2", None, None),
        ("x0 o1 x2", None, 2),
        ("x0 o1 o2 x3", None, 2),
        ("X0", None, None),
        ("x0 O1 O2", None, 2),
        ("x0 o1 o2", ("keep", 0.5), 0),
        ("x0 o1 o2", ("keep", 3), None),
        ("x0", ("dismiss", 1), None),
        ("x0 x2", ("dismiss", 1), 2),
        ("x0 o1", ("dismiss", 2), None),
    ],
)
def test_in_by_a_wrong_answer_out_by_right_ones_on_two_days_or_by_hand(story, mark, needed) -> None:
    found = entry(answers(story), Mark(mark[0], at(mark[1])) if mark else None)
    assert (found.needed if found else None) == needed


@pytest.mark.parametrize(("story", "days"), [("x0", 1), ("x0 o1", 4), ("x0 o1 x2", 3), ("x0 O1", 2)])
def test_when_it_comes_again(story, days) -> None:
    assert entry(answers(story)).due_on == clock.day_of(at(days))


stories = st.lists(
    st.tuples(st.sampled_from("xoXO"), st.floats(0, 20).map(lambda value: round(value, 3))),
    min_size=1,
    max_size=15,
    unique_by=lambda pair: pair[1],
)


@given(stories, st.sampled_from([None, "keep", "dismiss"]), st.randoms())
@settings(max_examples=200, deadline=None)
def test_the_order_of_arrival_never_matters_and_nothing_comes_twice_a_day(story, what, dice) -> None:
    given_ = answers(" ".join(f"{kind}{day}" for kind, day in story))
    mark = Mark(what, at(7.7)) if what else None
    mixed = list(given_)
    dice.shuffle(mixed)
    found = entry(given_, mark)
    assert entry(mixed, mark) == found
    if found is not None:
        assert found.due_on > max(answer.day for answer in given_)
