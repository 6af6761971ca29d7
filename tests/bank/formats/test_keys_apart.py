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
