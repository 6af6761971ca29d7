"""A paper's score, the attempt that counts, and the final after a make-up: properties and tables."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyhall.core.figures import reaches
from studyhall.quizzes.grading import Answered, Run, counted_run, final_of, grade
from tests.factories import NOON

PARTIAL_RULES = st.sampled_from(["none", "half", "proportional"])

choices = st.sets(st.sampled_from("ABCD"), min_size=1).map(lambda found: "".join(sorted(found)))


@st.composite
def papers(draw: st.DrawFn) -> list[Answered]:
    """Some questions that a machine marks, answered somehow."""
    items = []
    for position in range(1, draw(st.integers(1, 12)) + 1):
        kind = draw(st.sampled_from(["single", "multiple", "judge"]))
        keys = {"single": st.sampled_from("ABCD"), "multiple": choices, "judge": st.booleans()}
        forms = keys | {"judge": st.sampled_from(["true", "false"])}
        items.append(
            Answered(
                position,
                kind,
                draw(keys[kind]),
                draw(st.integers(1, 2000)),
                draw(st.none() | forms[kind]),
                voided=draw(st.sampled_from([None, None, None, "full", "left_out"])),
            )
        )
    return items


def right_answer(item: Answered) -> str:
    return {True: "true", False: "false"}[item.key] if item.kind == "judge" else item.key


@given(papers(), PARTIAL_RULES)
def test_points_lie_between_nought_and_worth_and_add_up(paper: list[Answered], partial: str) -> None:
    graded = grade(paper, partial)
    for item in paper:
        assert 0 <= graded.points[item.position] <= item.worth
    assert graded.score == sum(graded.points.values())
    assert 0 <= graded.score <= graded.full


@given(papers(), PARTIAL_RULES)
def test_all_right_is_the_full_mark(paper: list[Answered], partial: str) -> None:
    graded = grade([replace(item, answer=right_answer(item)) for item in paper], partial)
    assert graded.score == graded.full
    assert graded.answered == len(paper)


@given(papers(), PARTIAL_RULES)
def test_grading_again_gives_the_same(paper: list[Answered], partial: str) -> None:
    assert grade(paper, partial) == grade(list(paper), partial)


@given(papers(), PARTIAL_RULES, st.randoms(use_true_random=False))
def test_the_order_of_the_questions_makes_no_difference(paper, partial, dice) -> None:
    mixed = list(paper)
    dice.shuffle(mixed)
    assert grade(mixed, partial) == grade(paper, partial)


def test_a_voided_question_gives_everybody_its_points_or_leaves_the_full_mark() -> None:
    wrong = Answered(1, "single", "A", 400, "B")
    right = Answered(2, "single", "A", 600, "A")
    given_to_all = grade([replace(wrong, voided="full"), right], "none")
    left_out = grade([replace(wrong, voided="left_out"), right], "none")
    assert (given_to_all.score, given_to_all.full) == (1000, 1000)
    assert (left_out.score, left_out.full) == (600, 600)


def test_a_persons_mark_stands() -> None:
    short = Answered(1, "short", "要点", 1000, "答", marked_points=700)
    assert grade([short], "none").score == 700
    assert grade([replace(short, marked_points=None)], "none").score == 0


def run(number: int, score: int, full: int = 1000, seconds: int = 600, answered: int = 5) -> Run:
    return Run(100 + number, number, score, full, seconds, answered, NOON)


@pytest.mark.parametrize(("rule", "number"), [("best", 2), ("last", 3), ("first", 1)])
def test_the_rule_says_which_attempt_counts(rule: str, number: int) -> None:
    counted = counted_run([run(1, 500), run(2, 900), run(3, 700)], rule)
    assert counted is not None and counted.number == number


@pytest.mark.parametrize("rule", ["best", "last", "first"])
def test_a_blank_attempt_never_counts(rule: str) -> None:
    counted = counted_run([run(1, 0, answered=0), run(2, 100), run(3, 0, answered=0)], rule)
    assert counted is not None and counted.number == 2
    assert counted_run([run(1, 0, answered=0)], rule) is None


def test_of_equal_attempts_the_quicker_counts_then_the_earlier() -> None:
    best = counted_run([run(1, 800), run(2, 800, seconds=300), run(3, 800, seconds=300)], "best")
    assert best is not None and best.number == 2


def test_attempts_of_different_full_marks_are_compared_by_percent() -> None:
    best = counted_run([run(1, 850, full=1000), run(2, 800, full=900)], "best")
    assert best is not None and best.number == 2


runs = st.lists(
    st.builds(
        Run, st.integers(1, 99), st.integers(1, 9), st.integers(0, 100), st.just(100), st.integers(0, 99),
        st.integers(0, 5), st.just(NOON),
    ),
    max_size=6,
    unique_by=lambda one: one.number,
)  # fmt: skip


@given(runs)
def test_no_attempt_is_better_than_the_best(several: list[Run]) -> None:
    best = counted_run(several, "best")
    for other in several:
        if other.answered:
            assert best is not None and best.score >= other.score


@given(runs, st.sampled_from(["best", "last", "first"]))
def test_it_does_not_matter_in_which_order_attempts_are_read(several: list[Run], rule: str) -> None:
    assert counted_run(several, rule) == counted_run(several[::-1], rule)


def final(main: tuple[int, int] | None, make_up: tuple[int, int] | None, *, capped: bool = False):
    return final_of(main, make_up, pass_percent=60, excellent_percent=90, capped=capped)


def test_the_final_is_the_better_of_main_run_and_make_up() -> None:
    assert final((500, 1000), (800, 1000)).score == 800
    assert final((800, 1000), (500, 1000)).score == 800
    assert final(None, (500, 1000)).score == 500
    assert not final(None, None).took_part


def test_a_capped_make_up_earns_the_pass_mark_at_most() -> None:
    lifted = final((500, 1000), (950, 1000), capped=True)
    assert (lifted.score, lifted.passed, lifted.excellent) == (600, True, False)
    assert final((700, 1000), (950, 1000), capped=True).score == 700
    assert final(None, (590, 1000), capped=True).score == 590


scores = st.none() | st.integers(1, 3000).flatmap(lambda full: st.tuples(st.integers(0, full), st.just(full)))


@given(scores, scores, st.booleans())
def test_a_make_up_never_takes_anything_away(main, make_up, capped: bool) -> None:
    merged = final(main, make_up, capped=capped)
    if main is not None:
        assert merged.score * main[1] >= main[0] * merged.full
    if make_up is not None and reaches(*make_up, 60):
        assert merged.passed
    assert merged.took_part is (main is not None or make_up is not None)
