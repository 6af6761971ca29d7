"""What an answer may look like, what it earns, and which spellings are the same answer."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyhall.quizzes.answers import (
    KINDS,
    BadAnswer,
    folded,
    from_shown,
    key_as_graded,
    says_free_order,
    shown_answer,
    shown_letter,
)

PARTIAL_RULES = ("none", "half", "proportional")
LETTERS = "ABCDEF"

some_letters = st.sets(st.sampled_from(LETTERS), min_size=1).map(lambda found: "".join(sorted(found)))
some_words = st.text(max_size=12)


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, object]:
    """A kind with a key that fits it."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    keys = {
        "single": st.sampled_from(LETTERS),
        "multiple": some_letters,
        "judge": st.booleans(),
        "fill": st.lists(
            st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=3), min_size=1, max_size=4
        ),
        "short": st.just("要点"),
    }
    return kind, draw(keys[kind])


@st.composite
def answers_to(draw: st.DrawFn, kind: str) -> str | None:
    """Anything that `read` can have stored for this kind."""
    forms = {
        "single": st.sampled_from(LETTERS),
        "multiple": some_letters,
        "judge": st.sampled_from(["true", "false"]),
        "fill": st.lists(some_words, max_size=6).map(lambda words: json.dumps(words, ensure_ascii=False)),
        "short": st.text(min_size=1, max_size=20),
    }
    return draw(st.none() | forms[kind])


@given(st.data(), questions(), st.integers(1, 10_000), st.sampled_from(PARTIAL_RULES))
def test_points_are_never_outside_nought_and_worth(
    data: st.DataObject, question: tuple[str, object], worth: int, partial: str
) -> None:
    kind, key = question
    answer = data.draw(answers_to(kind))
    assert 0 <= KINDS[kind].points(answer, key, worth, partial) <= worth


@given(questions(), st.integers(1, 10_000), st.sampled_from(PARTIAL_RULES))
def test_no_answer_earns_nothing(question: tuple[str, object], worth: int, partial: str) -> None:
    kind, key = question
    assert KINDS[kind].points(None, key, worth, partial) == 0


@pytest.mark.parametrize(
    ("chosen", "none", "half", "proportional"),
    [
        ("ABD", 600, 600, 600),
        ("AB", 0, 300, 400),
        ("A", 0, 300, 200),
        ("ABC", 0, 0, 0),
        ("ABCD", 0, 0, 0),
        ("C", 0, 0, 0),
        (None, 0, 0, 0),
    ],
)
def test_an_incomplete_choice_by_each_rule(chosen: str, none: int, half: int, proportional: int) -> None:
    earned = [KINDS["multiple"].points(chosen, "ABD", 600, rule) for rule in PARTIAL_RULES]
    assert earned == [none, half, proportional]


@given(some_letters, some_letters, st.integers(1, 10_000), st.sampled_from(PARTIAL_RULES))
def test_a_wrong_letter_in_a_multiple_earns_nothing(key: str, chosen: str, worth: int, partial: str) -> None:
    if set(chosen) - set(key):
        assert KINDS["multiple"].points(chosen, key, worth, partial) == 0


@pytest.mark.parametrize(
    ("typed", "earned"),
    [
        (["60日", "书面"], 500),
        (["六十日", " 书 面 "], 500),
        (["６０日", "书面。"], 500),
        (["60日", "口头"], 250),
        (["60日"], 250),
        (["", "书面"], 250),
        (["书面", "60日"], 0),
    ],
)
def test_each_blank_of_a_fill_is_worth_its_share(typed: list[str], earned: int) -> None:
    fill = KINDS["fill"]
    answer = fill.read(typed, "")
    assert fill.points(answer, [["六十日", "60日"], ["书面"]], 500, "half") == earned


def test_three_blanks_all_right_are_the_whole_worth_though_it_does_not_divide() -> None:
    fill = KINDS["fill"]
    key = [["甲"], ["乙"], ["丙"]]
    earned = [
        fill.points(json.dumps(typed), key, 400, "half")
        for typed in (["甲"], ["甲", "乙"], ["甲", "乙", "丙"])
    ]
    assert earned == [133, 266, 400]


def test_a_short_answer_waits_for_a_person() -> None:
    assert KINDS["short"].points("答得很好", "要点", 1000, "half") == 0


@pytest.mark.parametrize(
    ("kind", "sent", "kept"),
    [
        ("single", [], None),
        ("single", ["C"], "C"),
        ("multiple", ["D", "A"], "AD"),
        ("multiple", ["A", "A"], "A"),
        ("multiple", [], None),
        ("judge", [], None),
        ("judge", ["false"], "false"),
        ("fill", ["", "  "], None),
        ("fill", [" 书面 ", ""], '["书面", ""]'),
        ("short", ["  "], None),
        ("short", [" 要点 "], "要点"),
        ("short", [], None),
    ],
)
def test_one_form_for_each_answer(kind: str, sent: list[str], kept: str | None) -> None:
    assert KINDS[kind].read(sent, "ABCD") == kept


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("single", ["E"]),
        ("single", ["A", "B"]),
        ("single", ["AB"]),
        ("single", [""]),
        ("multiple", ["A", "E"]),
        ("multiple", ["AB"]),
        ("multiple", [""]),
        ("judge", ["yes"]),
        ("judge", ["true", "false"]),
        ("fill", ["甲"] * 41),
    ],
)
def test_what_was_not_offered_is_refused(kind: str, sent: list[str]) -> None:
    with pytest.raises(BadAnswer):
        KINDS[kind].read(sent, "ABCD")


@given(st.sampled_from(sorted(KINDS)), st.lists(st.text(max_size=30), max_size=6))
def test_whatever_a_form_sends_is_either_refused_or_can_be_stored_and_graded(
    kind: str, sent: list[str]
) -> None:
    keys = {"single": "A", "multiple": "AB", "judge": True, "fill": [["六十"]], "short": "要点"}
    try:
        answer = KINDS[kind].read(sent, "ABCD")
    except BadAnswer:
        return
    # PostgreSQL has no NUL in a text: such a letter must not turn a save into an error.
    assert "\x00" not in (answer or "") and "\\u0000" not in (answer or "")
    assert 0 <= KINDS[kind].points(answer, keys[kind], 400, "half") <= 400


def test_a_long_text_is_cut_and_not_refused() -> None:
    assert len(KINDS["short"].read(["长" * 9000], "") or "") == 5000
    assert len(json.loads(KINDS["fill"].read(["长" * 900], "") or "[]")[0]) == 100


@given(st.permutations(LETTERS), some_letters)
def test_letters_of_a_paper_and_of_the_bank_go_both_ways(order: list[str], chosen: str) -> None:
    shuffled = "".join(order)
    shown = shown_answer(chosen, shuffled)
    assert sorted(from_shown(list(shown), shuffled)) == sorted(chosen)


def test_the_first_option_shown_is_a() -> None:
    assert [shown_letter(letter, "CABD") for letter in "CABD"] == list("ABCD")


@pytest.mark.parametrize("forged", ["E", "a", "", "AB", "甲"])
def test_a_letter_that_the_paper_did_not_show_is_refused(forged: str) -> None:
    with pytest.raises(BadAnswer):
        from_shown([forged], "CABD")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("六十日", "60日"),
        ("六十日", "６０ 日"),
        ("二〇二四", "2024"),
        ("一千零四十二", "1042"),
        ("十五", "15"),
        ("一百二十", "120"),
        ("两年", "2年"),
        ("《民法典》", "民法典"),
        ("书面。", "书面"),
        ("WTO", "ｗｔｏ"),
    ],
)
def test_spellings_of_one_answer(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"), [("六十日", "十六日"), ("60", "600"), ("书面", "口头"), ("一百", "一千")]
)
def test_different_answers_stay_different(one: str, other: str) -> None:
    assert folded(one) != folded(other)


TREES = [["白杨", "杨树"], ["沙枣"], ["红柳"]]


@pytest.mark.parametrize(
    ("typed", "earned"),
    [
        (["白杨", "沙枣", "红柳"], 600),
        (["红柳", "杨树", "沙枣"], 600),
        (["红柳", "", "白杨"], 400),
        (["沙枣", "沙枣", "沙枣"], 200),
        (["白杨", "杨树", "红柳"], 400),
        (["松树", "柏树", ""], 0),
    ],
)
def test_in_free_order_each_blank_is_met_once_wherever_it_stands(typed: list[str], earned: int) -> None:
    key = key_as_graded("fill", "渠边种了____、____、____。（顺序不限）", TREES)
    answer = KINDS["fill"].read(typed, "")
    assert KINDS["fill"].points(answer, key, 600, "none") == earned


def test_a_word_that_fits_two_blanks_leaves_the_one_that_fits_only_one() -> None:
    key = key_as_graded("fill", "____和____（次序不限）", [["甲", "乙"], ["甲"]])
    for typed in (["甲", "乙"], ["乙", "甲"]):
        assert KINDS["fill"].points(KINDS["fill"].read(typed, ""), key, 400, "none") == 400


def test_in_its_own_order_a_word_in_the_wrong_blank_earns_nothing() -> None:
    key = key_as_graded("fill", "先____，再____。", [["受理"], ["调查"]])
    assert KINDS["fill"].points(KINDS["fill"].read(["调查", "受理"], ""), key, 400, "none") == 0


@pytest.mark.parametrize(
    ("kind", "stem", "free"),
    [
        ("fill", "有____、____两种。（顺序不限）", True),
        ("fill", "有____、____两种（答案不分先后）", True),
        ("fill", "有____、____两种【次序不限】", True),
        ("fill", "几名债权人____受偿，不分先后____。", False),
        ("single", "下列哪项对？（顺序不限）", False),
    ],
)
def test_free_order_is_what_the_question_says_in_brackets(kind: str, stem: str, free: bool) -> None:
    assert says_free_order(kind, stem) is free


@given(st.permutations(range(4)), st.sets(st.integers(0, 3)))
def test_in_free_order_the_order_changes_no_points(order: list[int], left_empty: set[int]) -> None:
    key = key_as_graded("fill", "（顺序不限）", [[word] for word in "甲乙丙丁"])
    words = ["" if at in left_empty else "甲乙丙丁"[at] for at in order]
    answer = KINDS["fill"].read(words, "")
    assert KINDS["fill"].points(answer, key, 400, "none") == 100 * (4 - len(left_empty))
