"""GIFT, Aiken, Moodle XML, QTI and JSON: read, and written so that they read back the same."""

import io
import json
import zipfile

import pytest
from hypothesis import given, settings

from studyhall.bank.counting import questions_in
from studyhall.bank.formats import Refused, read_bytes
from studyhall.bank.formats.writing import FORMATS, losses
from studyhall.bank.record import Kind, Option, Point, Record, State
from tests.bank.formats.papers import banks
from tests.factories import a_picture

OPTIONS = (Option("A", "甲{}=~#:"), Option("B", "乙 <b>粗</b> & 细"), Option("C", "丙\\n"))
PICTURE = a_picture("图1")
BANK = [
    Record(Kind.SINGLE, "谁先~报告？", OPTIONS, ("B",), "先乙：因为#1。", id="q-1", law="民法典", cites=("第十条",), difficulty=2),
    Record(Kind.MULTIPLE, "谁可以？", OPTIONS, ("A", "C"), "", id="q-2"),
    Record(Kind.JUDGE, "可以口头答复。", answer=False, explanation="要书面。", id="q-3", difficulty=1),
    Record(Kind.FILL, "应当在____日内答复。", answer=(("60", "六十"),), id="q-4"),
    Record(Kind.SHORT, "怎么办？", answer="先报告。\n再登记。", id="q-5", points=(Point("报告", 2),)),
    Record(Kind.SINGLE, "看〔图1〕选", OPTIONS, ("A",), id="q-6", pictures=(PICTURE,)),
    Record(
        Kind.CASE,
        "老王和老李争地。",
        parts=(
            Record(Kind.JUDGE, "可以打架。", answer=False, id="c-1-1"),
            Record(Kind.SINGLE, "找谁？", OPTIONS, ("C",), "找丙。", id="c-1-2"),
        ),
        id="c-1",
    ),
]  # fmt: skip


def read(text: str | bytes, name: str = "a.txt") -> list[Record]:
    return read_bytes(text.encode("utf-8") if isinstance(text, str) else text, name).records


def back(bank: list[Record], name: str) -> list[Record]:
    return read(FORMATS[name].write(bank), f"a{FORMATS[name].ending}")


def seen(record: Record) -> tuple[object, ...]:
    parts = tuple(seen(part) for part in record.parts)
    return (record.kind, record.stem, record.options, record.answer, record.explanation, parts)


@pytest.mark.parametrize("name", ["json", "qti"])
def test_a_whole_bank_comes_back(name: str) -> None:
    assert [seen(record) for record in back(BANK, name)] == [seen(record) for record in BANK]


def test_json_holds_everything() -> None:
    assert back(BANK, "json") == BANK


@pytest.mark.parametrize("name", ["gift", "moodle"])
def test_questions_come_back_and_cases_part_by_part(name: str) -> None:
    simple = [record for record in BANK[:4]]
    assert [seen(record) for record in back(simple, name)] == [seen(record) for record in simple]
    parts = back(BANK[6:], name)
    assert [record.stem for record in parts] == ["老王和老李争地。\n可以打架。", "老王和老李争地。\n找谁？"]


@pytest.mark.parametrize("name", ["gift", "moodle", "qti"])
def test_law_article_and_difficulty_travel_as_tags(name: str) -> None:
    record = back(BANK[:1], name)[0]
    assert (record.law, record.cites, record.difficulty) == ("民法典", ("第十条",), 2)


@pytest.mark.parametrize("name", ["moodle", "qti"])
def test_pictures_travel(name: str) -> None:
    record = back(BANK[5:6], name)[0]
    assert [picture.data for picture in record.pictures] == [PICTURE.data]
    assert "〔图1〕" in record.stem


def test_aiken_holds_single_choices() -> None:
    records = back(BANK, "aiken")
    assert [(record.stem, record.answer) for record in records] == [
        ("谁先~报告？", ("B",)), ("看〔图1〕选", ("A",)), ("找谁？", ("C",)),
    ]  # fmt: skip


def test_the_template_holds_all_but_pictures() -> None:
    wanted = [seen(record) for record in BANK if not record.pictures]
    records = [record for record in back(BANK, "xlsx") if "图1" not in record.stem]
    assert [seen(record) for record in records] == wanted
    assert [(r.law, r.cites, r.difficulty, r.id) for r in records[:1]] == [("民法典", ("第十条",), 2, "q-1")]
    assert records[4].points == (Point("报告", 2),)


@settings(max_examples=25, deadline=None)
@given(banks())
def test_any_bank_comes_back_through_any_format(bank: list[Record]) -> None:
    for name in ("json", "qti", "moodle", "gift", "xlsx", "docx"):
        found = sorted((seen(record) for record in back(bank, name)), key=str)
        assert found == sorted((seen(record) for record in bank), key=str), name


def test_what_is_lost_is_said() -> None:
    assert losses(BANK, "json") == []
    assert any("拆成单独的小题" in words for words in losses(BANK, "gift"))
    assert any("不是单选题" in words for words in losses(BANK, "aiken"))
    assert any("采分点" in words for words in losses(BANK, "moodle"))


GIFT = """// 注释
$CATEGORY: $course$/国安法/第一章

::标题:: [html]<p>谁<b>先</b>报告\\: 甲\\=乙\\?</p> {
 =镇政府 # 对了
 ~村委会 # 不对
 ~%0%县里
####总的说明}

哪些可以？ { ~%50%甲 ~%50%乙 ~%-100%丙 }

可以口头答复。{FALSE#错#对了####要书面}

最高国家权力机关是 {=全国人大 =全国人民代表大会} 。

数一数 {#5}

大约 {#5:1}

配对 {=甲 -> 乙 =丙 -> 丁}

谈谈 {}
"""


def test_gift() -> None:
    records = read(GIFT)
    assert [record.kind.value for record in records] == [
        "single", "multiple", "judge", "fill", "fill", "other", "other", "short",
    ]  # fmt: skip
    first = records[0]
    assert (first.stem, first.right_texts, first.explanation) == (
        "谁先报告: 甲=乙\\?",
        ("镇政府",),
        "总的说明",
    )
    assert first.topics == ("国安法", "第一章")
    assert records[3].stem == "最高国家权力机关是 ____ 。"
    assert records[3].answer == (("全国人大", "全国人民代表大会"),)
    assert records[4].answer == (("5",),)
    assert [record.state for record in records[5:7]] == [State.HELD] * 2


MOODLE = """<quiz><question type="multichoice"><questiontext format="html"><text><![CDATA[<p>谁<script>x</script>？</p>]]></text>
</questiontext><single>true</single><answer fraction="0"><text>甲</text></answer><answer fraction="100"><text>乙</text>
</answer></question><question type="cloze"><questiontext><text>{1:MC:=a~b}</text></questiontext></question>
<question type="description"><questiontext><text>说明</text></questiontext></question></quiz>"""


def test_moodle_xml() -> None:
    reading = read_bytes(MOODLE.encode(), "a.xml")
    assert [(r.kind, r.stem, r.state) for r in reading.records] == [
        (Kind.SINGLE, "谁？", State.READY),
        (Kind.OTHER, "{1:MC:=a~b}", State.HELD),
    ]
    assert [fragment.text for fragment in reading.fragments] == ["说明"]


QTI_1 = """<questestinterop><assessment><section><item><presentation><material><mattext>谁？</mattext></material>
<response_lid ident="r" rcardinality="Multiple"><render_choice><response_label ident="x"><material><mattext>甲</mattext>
</material></response_label><response_label ident="y"><material><mattext>乙</mattext></material></response_label>
<response_label ident="z"><material><mattext>丙</mattext></material></response_label></render_choice></response_lid>
</presentation><resprocessing><respcondition><conditionvar><and><varequal respident="r">x</varequal>
<not><varequal respident="r">y</varequal></not><varequal respident="r">z</varequal></and></conditionvar>
<setvar action="Set" varname="SCORE">100</setvar></respcondition></resprocessing></item></section></assessment>
</questestinterop>"""


def test_qti_1_2_takes_what_earns_points_and_not_what_is_negated() -> None:
    [record] = read(QTI_1, "a.xml")
    assert (record.kind, record.answer) == (Kind.MULTIPLE, ("A", "C"))


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ([{"question": "谁？", "options": ["甲", "乙"], "answer": "B"}], (Kind.SINGLE, ("B",))),
        ({"data": {"list": [{"title": "谁？", "type": "多选", "choices": [{"code": "A", "content": "甲", "isCorrect": True},
          {"code": "B", "content": "乙", "isCorrect": 1}, {"code": "C", "content": "丙", "isCorrect": False}]}]}},
         (Kind.MULTIPLE, ("A", "B"))),
        ([{"题干": "对吗？", "题型": "判断题", "答案": "√"}], (Kind.JUDGE, True)),
        ([{"content": "对吗？", "answer": False}], (Kind.JUDGE, False)),
        ([{"stem": "谁？", "options": {"A": "甲", "B": "乙"}, "answer": ["A"]}], (Kind.SINGLE, ("A",))),
        ([{"stem": "____日", "type": "填空", "answer": "60"}], (Kind.FILL, (("60",),))),
    ],
)  # fmt: skip
def test_json_of_common_shapes(document: object, expected: tuple[Kind, object]) -> None:
    [record] = read(json.dumps(document, ensure_ascii=False), "a.json")
    assert (record.kind, record.answer, record.state) == (*expected, State.READY)


def test_an_index_as_the_answer_is_held_for_nobody_knows_where_it_begins() -> None:
    [record] = read(json.dumps([{"question": "谁？", "options": ["甲", "乙", "丙"], "answer": 1}]), "a.json")
    assert record.state is State.HELD


def test_formats_nobody_has_are_refused_by_name() -> None:
    with pytest.raises(Refused, match="QTI 3"):
        read('<qti-assessment-item xmlns="x"/>', "a.xml")
    with pytest.raises(Refused, match="不认识这种 XML"):
        read("<something/>", "a.xml")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("res00001.dat", "<x/>")
    with pytest.raises(Refused, match="Blackboard"):
        read(target.getvalue(), "a.zip")


def test_every_question_of_a_written_bank_counts() -> None:
    assert len(list(questions_in(back(BANK, "qti")))) == 8
