"""GIFT, Aiken, Moodle XML, QTI and JSON: read, and written so that they read back the same."""

import base64
import io
import json
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings

from studyhall.bank.counting import questions_in
from studyhall.bank.formats import Refused, read_bytes
from studyhall.bank.formats.writing import FORMATS, losses
from studyhall.bank.record import Kind, Option, Point, Record, State
from tests.bank.formats.papers import banks
from tests.factories import a_picture


def zipped(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


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


@pytest.mark.parametrize("name", ["json", "qti", "moodle"])
def test_a_whole_bank_comes_back(name: str) -> None:
    assert [seen(record) for record in back(BANK, name)] == [seen(record) for record in BANK]


def test_json_holds_everything() -> None:
    assert back(BANK, "json") == BANK


@pytest.mark.parametrize("name", ["gift", "moodle", "qti"])
def test_a_part_whose_story_was_touched_stands_alone(name: str) -> None:
    """Somebody changed it in the other system: it is no part of ours any more."""
    data = FORMATS[name].write(BANK[6:])
    if name == "qti":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {one: archive.read(one) for one in archive.namelist()}
        members["item00002.xml"] = members["item00002.xml"].replace("〔以上是材料〕".encode(), b"")
        data = zipped(members)
    else:
        first, _, rest = data.decode().rpartition("〔以上是材料〕")
        data = (first + rest).encode()
    case, alone = read(data, "a" + FORMATS[name].ending)
    assert (case.kind, [part.stem for part in case.parts]) == (Kind.CASE, ["可以打架。"])
    assert (alone.kind, alone.stem.split()) == (Kind.SINGLE, ["老王和老李争地。", "找谁？"])


def test_gift_holds_all_but_pictures() -> None:
    without = [record for record in BANK if not record.pictures]
    assert [seen(record) for record in back(without, "gift")] == [seen(record) for record in without]


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
        ("谁先~报告？", ("B",)), ("看〔图1〕选", ("A",)), ("老王和老李争地。 〔以上是材料〕 找谁？", ("C",)),
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


CLOZE = """<quiz><question type="cloze"><questiontext format="html"><text><![CDATA[<p>应当在{1:SHORTANSWER:=60#对~%100%六十~%50%59}日内
{2:SA:=书面 \\} 答复}。</p>]]></text></questiontext><generalfeedback><text>见条文</text></generalfeedback></question>
<question type="cloze"><questiontext><text>{1:SHORTANSWER:=甲}和{1:MC:=乙~丙}</text></questiontext></question>
<question type="cloze"><questiontext><text>{1:NUMERICAL:=5:0.1}</text></questiontext></question>
<question type="cloze"><questiontext><text>{1:SA:=甲*}</text></questiontext></question></quiz>"""


def test_a_cloze_of_gaps_to_be_typed_is_a_fill_and_no_other_is() -> None:
    first, *others = read(CLOZE, "a.xml")
    assert (first.kind, first.state) == (Kind.FILL, State.READY)
    assert (first.stem, first.answer) == ("应当在____日内\n____。", (("60", "六十"), ("书面 } 答复",)))
    assert [(one.kind, one.state) for one in others] == [(Kind.OTHER, State.HELD)] * 3
    assert all("嵌入式填空" in one.reason for one in others)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("应当____、____。{=登记；公示}", (("登记",), ("公示",))),
        ("应当____、____。{=甲；乙 =甲；丁 =丙；乙 =丙；丁}", (("甲", "丙"), ("乙", "丁"))),
        ("应当____、____。{=甲；乙 =丙；丁}", None),  # nobody said that 甲 goes with 丁
        ("应当____、____。{=登记公示 =公示登记}", None),
        ("每人{=元/人 =元}", (("元/人", "元"),)),
    ],
)
def test_the_words_of_several_blanks_are_never_guessed(words: str, answer: object) -> None:
    [record] = read(words, "a.txt")
    assert record.answer == answer
    assert (record.state is State.HELD) == (answer is None)


INSIDE = f'<img src="data:image/png;base64,{base64.b64encode(PICTURE.data).decode()}"/>'


def test_a_picture_in_its_own_address_comes_along_and_a_lost_one_holds() -> None:
    rows = [
        {"question": f"看{INSIDE}和{INSIDE}", "options": {"A": "甲", "B": INSIDE}, "answer": "A"},
        {
            "question": 'what <img src="https://example.org/a.png" alt="牌子"/>',
            "options": ["甲", "乙"],
            "answer": "A",
        },
    ]
    first, second = read(json.dumps(rows), "a.json")
    assert (first.stem, len(first.pictures), first.state) == ("看〔图1〕和〔图1〕", 1, State.READY)
    assert first.options[1].text == "〔图1〕"
    assert (second.stem, second.state) == ("what 〔图：牌子〕", State.HELD)
    assert "图片没有随文件来" in second.reason


def test_what_is_lost_is_said() -> None:
    assert losses(BANK, "json") == []
    assert (
        losses(BANK, "moodle")
        == losses(BANK, "qti")
        == ["1道案例题在那边拆成单独的小题，材料写在每个小题前面。"]
    )
    assert losses(BANK, "gift")[1:] == ["1道题的图片不会导出。"]
    assert any("不是单选题" in words for words in losses(BANK, "aiken"))
    assert any("采分点" in words for words in losses(BANK, "docx"))


def test_word_keeps_law_articles_and_difficulty_and_says_what_it_does_not() -> None:
    cited = Record(
        Kind.SINGLE, "谁先报告？", OPTIONS, ("B",), "先乙。", law="民法典", edition="2021-01-01",
        cites=("第十条", "《宪法》第三条第二款"), difficulty=3,
    )  # fmt: skip
    case = Record(Kind.CASE, "老王和老李争地。", parts=(replace(cited, stem="谁后报告？"), BANK[2]))
    single, whole = back([cited, case], "docx")
    for record in (single, whole.parts[0]):
        assert (record.law, record.cites, record.difficulty) == (cited.law, cited.cites, 3)
        assert record.explanation == "先乙。"
    assert whole.parts[1].cites == ()
    assert losses([cited], "docx") == ["1道题引用的是哪一天的文本不会导出，再导入时按现行文本。"]
    assert losses([cited], "qti") == []


def test_a_text_too_long_for_a_cell_is_said() -> None:
    long = Record(Kind.SHORT, "写", answer="长" * 40_000)
    assert losses([long], "xlsx") == ["1道题有一段字太长，一格放不下，后面的不会导出。"]
    assert back([long], "gift")[0].answer == "长" * 40_000


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


WEBCT = ":TYPE:MC:1:0:C\n:TITLE:first\n:QUESTION:H\n谁？\n:ANSWER1:100:H\n甲\n:ANSWER2:0:H\n乙\n"


@pytest.mark.parametrize(
    ("data", "name", "export"),
    [
        (b'<qti-assessment-item xmlns="x"/>', "QTI 3", "QTI 2.1"),
        (b"<qti-assessment-test/>", "QTI 3", "QTI 2.1"),
        (zipped({"imsmanifest.xml": b'<m><resource type="imsqti_item_xmlv3p0" href="a.xml"/></m>',
                 "a.xml": b"<qti-assessment-item/>"}), "QTI 3", "QTI 2.1"),
        (b"<POOL><QUESTIONLIST/></POOL>", "Blackboard", "QTI 2.1"),
        (zipped({"res00001.dat": b"<x/>"}), "Blackboard", "QTI 2.1"),
        (zipped({"pool/res00001.dat": b"<x/>", "pool/imsmanifest.xml": b"<x/>"}), "Blackboard", "QTI 2.1"),
        (zipped({".bb-package-info": b"x"}), "Blackboard", "QTI 2.1"),
        (WEBCT.encode(), "WebCT", "QTI 1.2"),
        (b"<examview><question/></examview>", "ExamView", "QTI 1.2"),
        (zipped({"bank.bnk": b"x"}), "ExamView", "QTI 1.2"),
        (b"\x1f\x8b\x08\0", "Moodle 的课程备份", "Moodle XML"),
        (b"<something/>", "不认识这种 XML", "Moodle XML"),
    ],
)  # fmt: skip
def test_formats_nobody_has_are_refused_by_name(data: bytes, name: str, export: str) -> None:
    """And say what to export instead."""
    with pytest.raises(Refused, match=f"{name}.*{export}"):
        read(data, "a.bin")


def test_every_question_of_a_written_bank_counts() -> None:
    assert len(list(questions_in(back(BANK, "qti")))) == 8
