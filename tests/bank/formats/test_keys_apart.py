"""Keys that stand apart from their questions: what is given, and beside it the near misses that stay held.

Each is a small paper of its own, written as in the layouts of offices: `A*` is a key that is held, `-` none.
"""

from __future__ import annotations

import pytest

from studyhall.bank.formats.text import read_pasted
from tests.bank.formats.test_office_layouts import said

PLACES = "A.甲村 B.乙村 C.丙村 D.丁村"


def asked(count: int, begins: int = 1, about: str = "渠") -> str:
    """So many choices without keys, each with words of its own."""
    return "".join(f"{n}.谁修第{n}段{about}？\n{PLACES}\n" for n in range(begins, begins + count))


def claimed(count: int, begins: int = 1) -> str:
    return "".join(f"{n}.第{n}段渠可以公用。\n" for n in range(begins, begins + count))


def read(text: str, key: str = "") -> str:
    return " ".join(map(said, read_pasted(text, key).records))


# Keys that speak against others

THREE = f"{asked(3)}答案：1.A 2.B 3.C\n"


@pytest.mark.parametrize(
    "line",
    [
        "更正答案：1.A 2.C 3.C",
        "答案（更正版）：1-3 ACC",
        "更正\n2.C",
        "修订答案\n1.A\n2.C\n3.C",
        "勘误：第2题答案应为C",
        "勘误表\n第2题应为C",
        "（更正：因笔误，第二题选C）",
        "注：第2题答案有误，应为C。",
        "第2题答案更正为C",
        "更正：第2题作废",
        "更正：2.B→C",
        "张老师的答案：1.A 2.C 3.C",
    ],
)
def test_of_two_keys_that_differ_neither_is_taken(line: str) -> None:
    assert read(f"{THREE}{line}\n") == "S:A S:B* S:C"


def test_a_correction_that_says_the_same_holds_nothing() -> None:
    assert read(f"{THREE}更正答案：1.A 2.B 3.C\n") == "S:A S:B S:C"


def test_a_correction_holds_wherever_the_key_stands() -> None:
    assert (
        read(f"1.谁修渠？\n{PLACES}\n答案：A\n2.谁修坝？\n{PLACES}\n答案：B\n更正：第2题答案应为C\n")
        == "S:A S:B*"
    )
    assert read(asked(2), "1.A 2.B\n更正：2.C") == "S:A S:B*"
    paper = f"1.谁修渠？\n{PLACES}\n2.谁修坝？\n{PLACES}\n"
    answered = f"1.谁修渠？\n{PLACES}\n答案：A\n2.谁修坝？\n{PLACES}\n答案：B\n更正：2.C\n"
    assert read(paper, answered) == "S:A S:B*"


def test_a_key_that_only_a_correction_names_is_held() -> None:
    assert read(f"{asked(3)}答案：1.A 3.C\n更正答案：2.B\n") == "S:A S:B* S:C"


def test_a_correction_without_a_section_holds_all_it_may_mean() -> None:
    paper = (
        f"一、单选题\n{asked(2)}二、判断题\n{claimed(2)}参考答案\n一、单选题\n1.A 2.B\n二、判断题\n1.√ 2.×\n"
    )
    assert read(f"{paper}更正：2.C\n") == "S:A S:B* J:对 J:错"
    assert read(f"{paper}更正：第2题有误\n") == "S:A S:B* J:对 J:错*"


def test_options_and_questions_about_corrections_are_none() -> None:
    text = f"1.错了怎么办？\nA.更正\nB.勘误\n答案：B\n第2题 答案应写在哪里？\n{PLACES}\n答案：A\n"
    assert read(text) == "S:B S:A"


# Worths and places to read on, behind keys and headings


@pytest.mark.parametrize(
    "keys",
    [
        "参考答案（每题2分）\n1.A（2分）2.B（2分）3.C（2分）",
        "参考答案（每小题2分，共6分）：1.A 2.B 3.C",
        "答案：1.A（2分） 2.B（2分） 3.C（2分）",
        "答案：1-3 ABC（每题2分）",
        "答案\n1.A（见第三条）\n2.B（依据第五条第二款）\n3.C（参见教材）",
        "答案：1.A（见第三条）2.B（见第五条）3.C",
    ],
)
def test_worths_and_places_to_read_on_are_no_part_of_a_key(keys: str) -> None:
    assert read(f"{asked(3)}{keys}\n") == "S:A S:B S:C"


def test_a_place_to_read_on_becomes_the_explanation() -> None:
    records = read_pasted(f"{asked(2)}答案\n1.A（见第三条）\n2.B\n").records
    assert [record.explanation for record in records] == ["见第三条", ""]


@pytest.mark.parametrize("said_of_it", ["（有争议）", "（或C）", "（待定）", "（见第三条，也可选C）"])
def test_other_words_behind_a_key_hold_it(said_of_it: str) -> None:
    assert "S:B " not in read(f"{asked(3)}答案\n1.A\n2.B{said_of_it}\n3.C\n")


# Keys told by their count

SINGLE, MULTIPLE, JUDGES = "一、单选题\n", "二、多选题\n", "三、判断题\n"

BY_COUNT = {
    "letters apart": (f"{SINGLE}{asked(5)}答案：A B C D A\n", "S:A S:B S:C S:D S:A"),
    "groups on a line below": (
        f"{SINGLE}{asked(7)}答案：\nABCDA/BB\n",
        "S:A S:B S:C S:D S:A S:B S:B",
    ),
    "no heading": (f"{asked(5)}答案：ABCDA\n", "S:A S:B S:C S:D S:A"),
    "several for each": (f"{MULTIPLE}{asked(3)}答案：AB ABC BCD\n", "M:AB M:ABC M:BCD"),
    "judges with options": (
        f"{JUDGES}1.渠可公用。\nA.错\nB.对\n2.章可外借。\nA.错\nB.对\n3.树可补种。\nA.错\nB.对\n答案：ABB\n",
        "J:错 J:对 J:对",
    ),
    "the whole paper": (
        f"{SINGLE}{asked(3)}{MULTIPLE}{asked(2)}{JUDGES}{claimed(2)}答案：A B C AB CD √ ×\n",
        "S:A S:B S:C M:AB M:CD J:对 J:错",
    ),
    "each section": (f"{SINGLE}{asked(3)}答案：ABC\n{JUDGES}{claimed(3)}答案：√√×\n", "S:A S:B S:C J:对 J:对 J:错"),
    "under names of kinds": (f"{SINGLE}{asked(2)}{JUDGES}{claimed(2)}答案\n单选：AA\n判断：√×\n", "S:A S:A J:对 J:错"),
    # What may be the key of one question, or does not come out
    "one too few": (f"{SINGLE}{asked(5)}答案：A B C D\n", "S:-* S:-* S:-* S:-* M:ABCD*"),
    "the key of the last 多选题": (f"{MULTIPLE}{asked(3)}答案：A B D\n", "M:-* M:-* M:ABD*"),
    "of a paper without headings": (f"{asked(3)}答案：ABC\n", "S:-* S:-* M:ABC*"),
    "two 多选题 and four letters": (f"{MULTIPLE}{asked(2)}答案：AB CD\n", "M:-* M:ABCD*"),
    "a 不定项 each, or all of one": (f"一、不定项选择题\n{asked(2)}答案\n不定项：BA\n判断：√×\n", "M:-* M:-*"),
    "two sections of one kind": (f"{SINGLE}{asked(2)}{SINGLE}{asked(2)}答案：B A B A\n", "S:-* S:-* S:-* S:-*"),
    "one has its key already": (
        f"{SINGLE}1.谁修渠？（A）\n{PLACES}\n{asked(2, 2)}答案：B A B\n",
        "S:A S:-* S:-*",
    ),
    "a question follows": (f"{SINGLE}{asked(3)}答案：B A B\n{asked(1, 4)}", "S:-* S:-* S:-* S:-*"),
    "letters for judges": (f"{JUDGES}{claimed(4)}答案：ABBA\n", "J:-* J:-* J:-* J:-*"),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_COUNT)
def test_keys_without_numbers_are_given_where_the_count_fits_in_one_way(name: str) -> None:
    text, wanted = BY_COUNT[name]
    assert read(text) == wanted


# Lines that run on, and keys that nothing announces

LINES = {
    "ranges, then pairs": (
        f"{asked(12)}答案：1-5 ABCDA　6-10：BBCCD\n11、A　12、D\n",
        "S:A S:B S:C S:D S:A S:B S:B S:C S:C S:D S:A S:D",
    ),
    "one a line behind the label": (
        f"{SINGLE}{asked(2)}答案：1.A\n2.B\n{JUDGES}{claimed(2)}答案：1.√\n2.×\n",
        "S:A S:B J:对 J:错",
    ),
    "a number left out": (f"{asked(4)}答案：1-2 AB\n4、D\n", "S:A S:B S:-* S:-*"),
    "no heading at all": (f"{asked(3)}1.B\n2.C\n3.D\n", "S:B S:C S:D"),
    "no heading, a section each": (
        f"{SINGLE}{asked(2)}{JUDGES}{claimed(2)}1.B 2.C\n1.√ 2.×\n",
        "S:B S:C J:对 J:错",
    ),
    "no heading, one too few": (f"{asked(3)}1.B\n2.C\n", "S:-* S:-* S:-*"),
    "no heading, of another kind": (
        f"{SINGLE}{asked(2)}{JUDGES}{claimed(2)}1.√ 2.×\n1.B 2.C\n",
        "S:-* S:-* J:-* J:-*",
    ),
    "no heading, and keys of their own": (f"1.谁修渠？\n{PLACES}\n答案：A\n{asked(2, 2)}1.A\n2.C\n3.D\n", "S:A S:-* S:-* Q-*"),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_keys_over_several_lines(name: str) -> None:
    text, wanted = LINES[name]
    assert read(text) == wanted


# Cases

CASES, FIRST, SECOND = "二、案例分析题\n", "（一）老王种了老李的地。\n", "（二）小张丢了文件。\n"

OF_CASES = {
    "numbers run on from story to story": (
        f"{CASES}{FIRST}{asked(2)}{SECOND}{asked(1, 3)}答案：1.B 2.A 3.AB\n",
        "C[S:B S:A] C[M:AB]",
    ),
    "one a line below a heading": (
        f"{CASES}{FIRST}{asked(2)}{SECOND}{asked(1, 3)}参考答案\n1.B\n2.A\n3.AB\n",
        "C[S:B S:A] C[M:AB]",
    ),
    "numbers run on from the section before": (
        f"{SINGLE}{asked(1)}{CASES}{FIRST}{asked(2, 2)}参考答案：1.A 2.B 3.CD\n",
        "S:A C[S:B M:CD]",
    ),
    "each story with its own": (
        f"{CASES}{FIRST}{asked(2)}答案：1.B 2.A\n{SECOND}{asked(2)}答案：1.C 2.D\n",
        "C[S:B S:A] C[S:C S:D]",
    ),
    "a table for the section before comes behind": (
        f"{SINGLE}{asked(2)}{CASES}{FIRST}{asked(2)}答案：1.B 2.A\n参考答案\n一、单选题\n1.C 2.D\n",
        "S:C S:D C[S:B S:A]",
    ),
    "numbers of the story and of the section before": (
        f"{SINGLE}{asked(2)}{CASES}{FIRST}{asked(2)}答案：1.B 2.A\n",
        "S:-* S:-* C[S:-* S:-*]",
    ),
    "numbers that begin anew in each story": (
        f"{CASES}{FIRST}{asked(2)}{SECOND}{asked(2)}答案：1.B 2.A 3.A 4.B\n",
        "C[S:-* S:-*] C[S:-* S:-*]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OF_CASES)
def test_keys_behind_cases(name: str) -> None:
    text, wanted = OF_CASES[name]
    records = read_pasted(text).records
    assert " ".join(map(said, records)).replace("]*", "]") == wanted


# Keys with something behind or before them


@pytest.mark.parametrize("score", ["得分：0", "，得分：2", " 本题得分：2.0", "  分值：5"])
def test_what_a_question_earned_is_no_part_of_its_key(score: str) -> None:
    text = f"1.谁修渠？\n{PLACES}\n您的答案：B 正确答案：A {score}\n2.渠可公用。[判断题]\n我的答案：错 正确答案：对 {score}\n"
    assert read(text) == "S:A J:对"


def test_a_key_behind_the_last_option_is_one_where_the_file_does_so() -> None:
    one = "{n}.谁修第{n}渠？A.甲村 B.乙村 C.丙村 D.丁村 {key}\n"
    three = [one.format(n=n, key=f"答案{key}") for n, key in enumerate("BAD", 1)]
    assert read("".join(three)) == "S:B S:A S:D"
    assert read("".join([*three[:2], one.format(n=3, key="答案：略")])) == "S:-* S:-* S:-*"
    assert read("".join(three[:2])) == "S:-* S:-*"
    assert read("".join(three).replace("丁村 答案D", "丁村 答案DA卷")) == "S:-* S:-* S:-*"


def test_a_label_nobody_knows_names_no_key() -> None:
    """错误答案：A is not the key, and no part of the option above it either."""
    options = "A.甲村\nB.乙村\nC.丙村\nD.丁村\n"
    for label in ("错误", "备选", "张三的"):
        assert (
            read(f"1.谁修渠？\n{options}{label}答案：A\n2.谁修坝？\n{options}{label}答案：B\n") == "S:-* S:-*"
        )
    for label in ("推荐", "官方"):
        assert (
            read(f"1.谁修渠？\n{options}{label}答案：A\n2.谁修坝？\n{options}{label}答案：B\n") == "S:A S:B"
        )


WAYS = {
    "a grid with single blanks": (f"{asked(3)}题号 1 2 3\n答案 A B C\n", "S:A S:B S:C"),
    "numbers over letters": (f"{asked(3)}参考答案\n1 2 3\nA B C\n", "S:A S:B S:C"),
    "numbers over too few letters": (f"{asked(3)}参考答案\n1 2 3\nA B\n", "S:-* S:-* S:-*"),
    "two tables beside each other": (
        f"{asked(4)}题号\t答案\t题号\t答案\n1\tA\t3\tC\n2\tB\t4\tD\n",
        "S:A S:B S:C S:D",
    ),
    "a table without a title": (f"{asked(2)}题号\t答案\n1\tA\n2\tB\n", "S:A S:B"),
    "a key on each line, without numbers": (f"{asked(3)}参考答案\nA\nB\nC\n", "S:A S:B S:C"),
    "a line too few": (f"{asked(3)}参考答案\nA\nB\n", "S:-* S:-* M:AB*"),
    "commas within, semicolons between": (
        f"{MULTIPLE}{asked(3)}答案：A、B；A、C；B、D\n",
        "M:AB M:AC M:BD",
    ),
    "numbers in words": (f"{asked(2)}答案：第一题A 第二题选B\n", "S:A S:B"),
    "small letters": (f"{asked(2)}答案：1.a 2.b\n", "S:A S:B"),
    "a digit for a letter": (f"{asked(2)}答案：1.A 2.8\n", "S:-* S:-*"),
    "downwards": (f"{asked(2)}答案：2-1 BA\n", "S:-* S:-*"),
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
def test_other_ways_to_write_a_key(name: str) -> None:
    text, wanted = WAYS[name]
    assert read(text) == wanted


def test_one_or_the_other_is_held_where_nothing_says_that_several_are_right() -> None:
    assert read(f"{asked(3)}答案：1.A 2.B/C 3.C\n") == "S:A M:BC* S:C"
    assert read(f"{MULTIPLE}{asked(2)}答案：1.A/B 2.B/C\n") == "M:AB M:BC"


def test_a_reason_that_puts_the_key_right_holds_it() -> None:
    assert read(f"1.谁修渠？\n{PLACES}\n答案：A\n解析：原答案有误，更正为B。\n") == "S:A*"


ROWS = {
    "a row that lost one, behind two without keys": (
        f"{asked(2)}3.谁修坝？\n{PLACES}\nC A\n{claimed(1, 4)}答案：√\n",
        "S:-* S:-* M:AC* J:对",
    ),
    "a row behind the second group": (f"1.谁修坝？\n{PLACES}\n答案：A\n{asked(3, 2)}答案：B D C\n", "S:A S:-* S:-* M:BCD*"),
    "truths behind claims of no known kind": (f"{claimed(3)}答案：√√×\n", "Q*"),
    "a grid of which one row is lost": (f"{claimed(2)}答案：题号 1 2\n", "Q*"),
    "nothing but a worth": (f"{claimed(2)}参考答案（每题2分）\n", "Q*"),
    "truths on lines below the last": (f"{JUDGES}{claimed(2)}答案：√\n√\n×\n", "J:-* J:对*"),
    "numbers with truths below the last": (f"{JUDGES}{claimed(2)}1.√ 2.× 3.√\n", "J:-* J:对*"),
    "keys between, and more questions": (f"{asked(2)}答案\nABD ABCD\n{asked(5, 3)}", "S:-* S:-* S:-* S:-* S:-* S:-* S:-*"),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_row_of_keys_is_nobody_s_answer_in_words(name: str) -> None:
    text, wanted = ROWS[name]
    assert read(text) == wanted


def test_a_section_of_short_judges_behind_a_key_is_not_part_of_it() -> None:
    first = f"{MULTIPLE}{asked(2)}答案\n1.BD 2.ACD\n"
    judges = "三、判断题\n1.渠可公用。\n2.章可外借。\n"
    assert read(f"{first}{judges}答案\n1.√ 2.×\n") == "M:BD M:ACD J:对 J:错"
    assert read(f"{first}{judges}") == "M:BD M:ACD J:-* J:-*"
    keys = "参考答案\n二、多选题\n1.BD 2.ACD\n三、判断题\n1.本题正确。\n2.本题错误。\n"
    assert read(f"{MULTIPLE}{asked(2)}{judges}{keys}") == "M:BD M:ACD J:对 J:错"


def test_keys_of_a_third_section_are_not_those_of_the_only_one() -> None:
    assert read(f"{asked(6)}参考答案\n二、B D B\n三、BC AB BD\n") == " ".join(["S:-*"] * 6)
    assert read(f"{asked(3)}参考答案\n一、BDB\n") == "S:B S:D S:B"


def test_a_row_behind_several_sections_without_keys_is_for_them_all_or_for_none() -> None:
    assert read(f"{SINGLE}{asked(2)}{MULTIPLE}{asked(3)}答案：\nBD\nCD AC\n") == "S:-* S:-* M:-* M:-* M:-*"
    assert read(f"{SINGLE}{asked(2)}{JUDGES}{claimed(3)}答案：√√×\n") == "S:-* S:-* J:对 J:对 J:错"
