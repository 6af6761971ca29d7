"""Shares and percents: exact, never rounded up to all or down to nothing, never past a mark."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyhall.core.figures import Figure, marks_text, percent, reaches, share
from tests.factories import NOON

counts = st.integers(0, 10_000_000)


@st.composite
def quotients(draw: st.DrawFn) -> tuple[int, int]:
    denominator = draw(st.integers(1, 10_000_000))
    near_the_ends = st.sampled_from([0, 1, denominator - 1, denominator])
    return draw(st.integers(0, denominator) | near_the_ends), denominator


@given(quotients())
def test_all_and_nothing_are_said_only_when_exact(quotient: tuple[int, int]) -> None:
    numerator, denominator = quotient
    words = percent(share(numerator, denominator))
    assert words not in ("100.0%", "0.0%")
    assert (words == "100%") is (numerator == denominator)
    assert (words == "0%") is (numerator == 0)


@given(quotients())
def test_a_percent_is_off_by_half_a_tenth_at_most_but_next_to_the_ends(quotient: tuple[int, int]) -> None:
    rate = Fraction(*quotient)
    shown = Fraction(percent(rate).removesuffix("%"))
    if Fraction(1, 1000) < rate < Fraction(999, 1000):
        assert abs(shown - rate * 100) <= Fraction(1, 20)
    else:
        assert abs(shown - rate * 100) < Fraction(1, 10)


@given(quotients(), quotients())
def test_the_larger_share_never_shows_the_smaller_percent(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    shown = [Fraction(percent(Fraction(*quotient)).removesuffix("%")) for quotient in (one, other)]
    if Fraction(*one) < Fraction(*other):
        assert shown[0] <= shown[1]


@pytest.mark.parametrize(
    ("numerator", "denominator", "words"),
    [
        (0, 88, "0%"), (88, 88, "100%"), (86, 88, "97.7%"), (1, 3, "33.3%"), (2, 3, "66.7%"),
        (9_999, 10_000, "99.9%"), (1, 10_000, "0.1%"), (1, 2000, "0.1%"), (1999, 2000, "99.9%"),
        (1, 8, "12.5%"), (1, 16, "6.3%"), (0, 0, "—"), (5, 0, "—"), (None, 88, "—"), (5, None, "—"),
    ],
)  # fmt: skip
def test_shares_as_words(numerator: int | None, denominator: int | None, words: str) -> None:
    assert percent(share(numerator, denominator)) == words


@given(counts)
def test_nothing_to_divide_by_is_no_share(numerator: int) -> None:
    assert share(numerator, 0) is None
    assert percent(None) == "—"


@st.composite
def scores(draw: st.DrawFn) -> tuple[int, int]:
    full = draw(st.integers(1, 30_000))
    return draw(st.integers(0, full)), full


@given(scores(), st.integers(0, 100), st.integers(0, 100))
def test_a_score_never_shows_a_mark_that_it_did_not_reach(
    score: tuple[int, int], low: int, high: int
) -> None:
    shown = Fraction(marks_text(*score, (low, high)))
    for mark in (low, high):
        assert (shown >= mark) is reaches(*score, mark)


@given(scores(), st.integers(0, 100))
def test_a_score_shown_is_off_by_less_than_a_tenth(score: tuple[int, int], mark: int) -> None:
    exact = Fraction(score[0] * 100, score[1])
    assert abs(Fraction(marks_text(*score, (mark,))) - exact) < Fraction(1, 10)


@pytest.mark.parametrize(
    ("score", "full", "words"),
    [(5996, 10_000, "59.9"), (6000, 10_000, "60"), (8995, 10_000, "89.9"), (8750, 10_000, "87.5"),
     (10_000, 10_000, "100"), (0, 10_000, "0"), (0, 0, "—"), (2, 3, "66.7")],
)  # fmt: skip
def test_scores_beside_60_and_90(score: int, full: int, words: str) -> None:
    assert marks_text(score, full, (60, 90)) == words


@given(scores(), st.integers(0, 100))
def test_a_mark_is_reached_exactly_or_not_at_all(score: tuple[int, int], mark: int) -> None:
    assert reaches(*score, mark) is (Fraction(score[0] * 100, score[1]) >= mark)


def test_nothing_reaches_a_mark_of_a_full_mark_of_nothing() -> None:
    assert not reaches(0, 0, 0)


def test_a_mean_of_rates_carries_its_own_value() -> None:
    mean = Figure("m", "平均", None, None, "月均", NOON, rate=Fraction(3, 4))
    assert percent(mean.value) == "75.0%"
    assert Figure("n", "参与率", 3, 4, "名册", NOON).value == Fraction(3, 4)
