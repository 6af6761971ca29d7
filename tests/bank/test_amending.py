"""A question mended by hand is checked as strictly as one that was read."""

from __future__ import annotations

import pytest

from studyhall.bank.amending import mended, taken, typed_answer
from studyhall.bank.record import Kind, Option, Record, State
from studyhall.core.errors import Refused

HELD = Record(Kind.SINGLE, "甲？", (Option("A", "一"), Option("B", "二")), None).held(
    "no-answer", "没有答案。"
)


def form(**fields: str) -> dict[str, str]:
    return {"kind": "single", "stem": "甲？", "option-A": "一", "option-B": "二", "answer": "A"} | {
        name.replace("_", "-"): text for name, text in fields.items()
    }


def test_a_mended_question_is_ready() -> None:
    record = mended(HELD, form())
    assert (record.state, record.answer, record.findings) == (State.READY, ("A",), ())


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"stem": " "}, "题干是空的"),
        ({"answer": ""}, "没有答案"),
        ({"answer": "E"}, "答案是E，选项只有A到B"),
        ({"answer": "AB"}, "单选题只能有一个"),
        ({"kind": "multiple"}, "至少要两个答案"),
        ({"kind": "judge", "answer": "也许"}, "写正确或错误"),
        ({"option_B": ""}, "至少要两个选项"),
        ({"option_B": "一"}, "两个选项一样"),
        ({"option_B": "", "option_C": "三"}, "选项B是空的"),
        ({"cites": "第几条"}, "看不懂"),
        ({"kind": "case"}, "请选题型"),
    ],
)
def test_what_is_wrong_is_said(fields: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        mended(HELD, form(**fields))


def test_a_fill_takes_a_line_a_blank_and_a_slash_between_forms() -> None:
    record = mended(HELD, form(kind="fill", answer="60/六十\n书面"))
    assert record.answer == (("60", "六十"), ("书面",))
    assert typed_answer(record) == "60/六十\n书面"


def test_a_question_without_an_answer_is_not_taken_as_it_stands() -> None:
    with pytest.raises(Refused, match="没有答案"):
        taken(HELD)


def test_a_doubted_question_is_taken_by_somebody_who_looked() -> None:
    doubted = Record(Kind.JUDGE, "村务要公开。", answer=True).held("odd", "题号重复。")
    assert taken(doubted).state is State.READY
