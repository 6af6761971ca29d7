"""A question as plain values."""

import json
import re
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from studyhall.bank.record import (
    Finding,
    Kind,
    Picture,
    Place,
    Point,
    Record,
    content_hash,
    lettered,
    normalised,
    question_hash,
)

SINGLE = Record(
    Kind.SINGLE,
    "村里几年换届一次？",
    lettered(["三年", "五年", "六年"]),
    ("B",),
    "任期五年。",
    Place(file="a.xlsx", sheet="题目", row=3),
)
FILL = Record(Kind.FILL, "____日内____答复。", answer=(("60", "六十"), ("书面",)))


def test_a_record_is_the_document_of_the_contract() -> None:
    assert SINGLE.to_json() == {
        "kind": "single",
        "stem": "村里几年换届一次？",
        "options": [{"key": "A", "text": "三年"}, {"key": "B", "text": "五年"}, {"key": "C", "text": "六年"}],
        "answer": ["B"],
        "explanation": "任期五年。",
        "place": {"file": "a.xlsx", "sheet": "题目", "row": 3},
        "state": "ready",
    }


def test_a_case_shows_its_parts() -> None:
    case = Record(Kind.CASE, "老王和邻居争一块地。", parts=(FILL,))
    assert case.to_json()["questions"][0]["answer"] == [["60", "六十"], ["书面"]]
    assert "questions" not in FILL.to_json()


def test_everything_of_a_record_comes_back_through_json() -> None:
    short = Record(
        Kind.SHORT,
        "怎么办？〔图1〕",
        answer="先报告。",
        points=(Point("报告", 2),),
        pictures=(Picture("图1", "image/png", b"\x89PNG"),),
        findings=(Finding("doubt", "看一看", holds=False),),
        cites=("第四十七条",),
        difficulty=2,
        law="保密法",
    )
    case = Record(Kind.CASE, "一件事", parts=(short, SINGLE, FILL), topics=("第一章",)).held("x", "有疑问。")
    assert Record.from_dict(json.loads(json.dumps(case.to_dict()))) == case
    assert Record.from_dict(json.loads(json.dumps(case.to_row()))) == case


def test_width_blanks_and_punctuation_do_not_make_a_question_another() -> None:
    assert normalised("  第 10 条，（  ）Ａ") == normalised("第10条A")


def test_numbers_signs_and_lone_punctuation_do() -> None:
    assert len({normalised(word) for word in ["C", "C++", "1.5", "15", "3天", "5天", "，", "。"]}) == 8


_ODD = "条3５七.．…·，、（）　 -—aＡé\u0301ﬁ①⒈゛か\u3099ᄀ\u1161ßİ¨½"


@given(st.text(st.sampled_from(_ODD), max_size=12) | st.text(max_size=12))
@example("3 ．5")
@example("a-\u0301")
def test_the_short_way_for_most_texts_gives_the_form_of_the_long_one(text: str) -> None:
    """Width first, then small letters, then everything dropped: as the form was defined, step by step."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = re.sub(r"(?<=\d)\.(?=\d)", "\u00b1", folded)
    dropped = re.sub(r"[\s，。、；：？！“”‘’（）()【】\[\]《》〈〉「」…—_\-.,;:?!\"'·•]+", "", kept)
    assert normalised(text) == (dropped or folded.strip())


def test_the_same_options_in_another_order_are_the_same_question() -> None:
    turned = Record(Kind.SINGLE, "村里 几年换届一次", lettered(["六年", "五年", "三年"]), ("B",))
    assert question_hash(turned) == question_hash(SINGLE)
    assert content_hash(turned) == content_hash(SINGLE)


def test_another_key_is_another_content_of_the_same_question() -> None:
    other = Record(Kind.SINGLE, SINGLE.stem, SINGLE.options, ("A",))
    assert question_hash(other) == question_hash(SINGLE)
    assert content_hash(other) != content_hash(SINGLE)
