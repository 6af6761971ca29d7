"""Dealing: seeded, equally hard for everybody, kinds in order, cases whole, options in their own order."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyhall.quizzes.assembly import (
    ORDER_OF_KINDS,
    Candidate,
    Line,
    deal,
    level_quota,
    shortfalls,
    spread,
)

KINDS = ("single", "multiple", "judge")

seeds = st.integers(0, 2**62 - 1)


@st.composite
def pools(draw: st.DrawFn) -> list[Candidate]:
    """Questions of two laws, three kinds and three levels; some cases of two to four parts."""
    count = draw(st.integers(10, 60))
    pool = [
        Candidate(
            version_id,
            draw(st.sampled_from([1, 2])),
            draw(st.sampled_from(KINDS)),
            draw(st.integers(1, 3)),
            "ABCD",
        )
        for version_id in range(1, count)
    ]
    for case in range(draw(st.integers(0, 4))):
        first = 1000 + 10 * case
        parts = tuple(
            Candidate(first + at, 1, draw(st.sampled_from(KINDS)), 2, "ABC")
            for at in range(1, draw(st.integers(2, 4)) + 1)
        )
        pool.append(Candidate(first, 1, "case", 2, "", parts))
    return pool


any_line = st.builds(
    Line,
    st.sampled_from([1, 2]),
    st.sampled_from([*KINDS, "case"]),
    st.integers(1, 6),
    st.integers(1, 1000),
    st.none() | st.integers(1, 3),
)


@st.composite
def pools_and_lines(draw: st.DrawFn) -> tuple[list[Candidate], list[Line]]:
    """A pool and a blueprint that it can fill."""
    pool = draw(pools())
    lines = [Line(pool[0].law_id, pool[0].kind, 1, 400, pool[0].difficulty)]
    for line in draw(st.lists(any_line, max_size=6)):
        if not shortfalls([*lines, line], pool):
            lines.append(line)
    return pool, lines


def by_id(pool: list[Candidate]) -> dict[int, Candidate]:
    return {one.version_id: one for candidate in pool for one in (candidate, *candidate.parts)}


def whole(pool: list[Candidate], paper: list) -> list[Candidate]:
    """The questions dealt, a case once for all its parts."""
    case_of = {part.version_id: one for one in pool for part in one.parts}
    found = by_id(pool)
    return list(dict.fromkeys(case_of.get(d.version_id, found[d.version_id]) for d in paper))


@given(pools_and_lines(), seeds)
def test_the_same_seed_deals_the_same_paper(case, seed: int) -> None:
    pool, lines = case
    assert deal(lines, pool, seed) == deal(lines, pool[::-1], seed)


@given(pools_and_lines(), seeds)
def test_a_paper_has_what_the_blueprint_asks_for_and_nothing_twice(case, seed: int) -> None:
    pool, lines = case
    paper = deal(lines, pool, seed)
    assert len({dealt.version_id for dealt in paper}) == len(paper)
    wanted: Counter[tuple[int, str]] = Counter()
    for line in lines:
        wanted[(line.law_id, line.kind)] += line.how_many
    assert Counter((one.law_id, one.kind) for one in whole(pool, paper)) == wanted


@given(pools_and_lines(), seeds, seeds)
def test_every_paper_is_equally_hard_and_worth_the_same(case, one: int, other: int) -> None:
    pool, lines = case

    def profile(seed: int) -> Counter[tuple[int, str, int]]:
        return Counter((q.law_id, q.kind, q.difficulty) for q in whole(pool, deal(lines, pool, seed)))

    assert profile(one) == profile(other)
    if all(line.kind != "case" for line in lines):
        worths = [sum(dealt.worth for dealt in deal(lines, pool, seed)) for seed in (one, other)]
        assert worths[0] == worths[1] == sum(line.how_many * line.worth for line in lines)


@given(pools_and_lines(), seeds)
def test_the_spread_said_beforehand_is_that_of_every_paper(case, seed: int) -> None:
    pool, lines = case
    dealt = Counter(one.difficulty for one in whole(pool, deal(lines, pool, seed)))
    assert +Counter(spread(lines, pool)) == dealt


def test_what_the_bank_cannot_fill_has_no_spread() -> None:
    assert spread([Line(1, "single", 2, 400)], [Candidate(1, 1, "single", 1, "ABCD")]) == {}


@given(pools_and_lines(), seeds)
def test_kinds_stand_in_their_usual_order_and_cases_last(case, seed: int) -> None:
    pool, lines = case
    kinds = [one.kind for one in whole(pool, deal(lines, pool, seed))]
    assert kinds == sorted(kinds, key=ORDER_OF_KINDS.index)


@given(pools_and_lines(), seeds)
def test_the_parts_of_a_case_stay_together_in_their_order(case, seed: int) -> None:
    pool, lines = case
    dealt = [one.version_id for one in deal(lines, pool, seed)]
    for candidate in pool:
        ids = [part.version_id for part in candidate.parts]
        if ids and ids[0] in dealt:
            start = dealt.index(ids[0])
            assert dealt[start : start + len(ids)] == ids


@given(pools_and_lines(), seeds)
def test_options_are_only_mixed(case, seed: int) -> None:
    pool, lines = case
    found = by_id(pool)
    for dealt in deal(lines, pool, seed):
        assert sorted(dealt.option_order) == sorted(found[dealt.version_id].letters)


@given(pools_and_lines(), seeds, st.data())
def test_questions_met_before_come_only_when_the_others_run_out(case, seed: int, data: st.DataObject) -> None:
    pool, lines = case
    plain = [one for one in pool if not one.parts]
    met = data.draw(st.sets(st.sampled_from([one.version_id for one in plain])))
    dealt = {one.version_id for one in deal(lines, pool, seed, avoid=met)}
    for slot in {(one.law_id, one.kind, one.difficulty) for one in plain}:
        inside = [one.version_id for one in plain if (one.law_id, one.kind, one.difficulty) == slot]
        if dealt & met & set(inside):
            assert set(inside) - met <= dealt


def test_a_case_met_before_is_avoided_too() -> None:
    pool = [
        Candidate(
            n, 1, "case", 1, "", (Candidate(n + 1, 1, "single", 1, "AB"), Candidate(n + 2, 1, "judge", 1, ""))
        )
        for n in (10, 20)
    ]
    line = Line(1, "case", 1, 400)
    for seed in range(20):
        assert deal([line], pool, seed, avoid={11, 12})[0].version_id == 21


@given(st.dictionaries(st.integers(1, 3), st.integers(0, 50), min_size=1), st.integers(0, 60))
def test_the_quota_of_levels_adds_up_and_is_never_more_than_there_is(
    available: dict[int, int], how_many: int
) -> None:
    total = sum(available.values())
    if total < how_many:
        with pytest.raises(ValueError, match="there"):
            level_quota(available, how_many)
        return
    quota = level_quota(available, how_many)
    assert sum(quota.values()) == how_many
    for level, count in quota.items():
        assert 0 < count <= available[level]
        # No level is a whole question away from its share.
        assert abs(count * total - available[level] * how_many) < total


def test_the_largest_remainders_get_the_last_questions() -> None:
    assert level_quota({1: 5, 2: 3, 3: 2}, 5) == {1: 3, 2: 1, 3: 1}
    assert level_quota({1: 1, 2: 1}, 1) == {1: 1}
    assert level_quota({1: 0, 2: 0}, 0) == {}


@given(pools(), st.lists(any_line, min_size=1, max_size=4), seeds)
def test_what_is_not_short_can_be_dealt_and_what_is_short_cannot(pool, lines: list[Line], seed: int) -> None:
    if shortfalls(lines, pool):
        with pytest.raises(ValueError, match="there"):
            deal(lines, pool, seed)
    else:
        assert len(deal(lines, pool, seed)) >= sum(line.how_many for line in lines)


def test_a_shortfall_says_how_many_are_missing() -> None:
    pool = [Candidate(n, 1, "single", 1, "ABCD") for n in range(3)]
    found = shortfalls([Line(1, "single", 5, 400), Line(1, "judge", 2, 400)], pool)
    assert [(short.line.kind, short.missing) for short in found] == [("single", 2), ("judge", 2)]
