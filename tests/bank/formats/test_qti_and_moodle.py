"""Moodle XML and QTI as the systems that write them do: fractions, conditions, mappings, packages, formulas."""

import io
import zipfile
from collections.abc import Sequence

import pytest

from studyhall.bank.formats import Refused, read_bytes
from studyhall.bank.formats.html_words import words_of
from studyhall.bank.formats.mathml import with_formulas
from tests.bank.formats.described import read
from tests.factories import a_picture

# Moodle


def moodle(kind: str, body: str, stem: str = "谁管？") -> str:
    text = f'<questiontext format="html"><text><![CDATA[<p>{stem}</p>]]></text></questiontext>'
    return f'<quiz><question type="{kind}">{text}{body}</question></quiz>'


def answers(*pairs: tuple[str, str], more: str = "") -> str:
    return "".join(
        f'<answer fraction="{worth}"><text>{words}</text>{more}</answer>' for worth, words in pairs
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (moodle("multichoice", "<single>true</single>" + answers(("100", "甲"), ("50", "乙"))), "single A"),
        (moodle("multichoice", answers(("0", "甲"), ("100.00000", "乙"))), "single B"),
        (moodle("multichoice", "<single>0</single>" + answers(("50,0", "甲"), ("50,0", "乙"), ("-50", "丙"))), "multiple AB"),
        (moodle("multichoice", "<single>0</single>" + answers(("100", "甲"), ("50", "乙"))), "multiple AB held"),
        (moodle("multichoiceset", answers(("100", "甲"), ("100", "乙"), ("0", "丙"))), "multiple AB"),
        (moodle("numerical", answers(("100", "60"), more="<tolerance>0</tolerance>")), 'fill [["60"]]'),
        (moodle("numerical", answers(("100", "60"), more="<tolerance>0.5</tolerance>")), "other held"),
        (moodle("cloze", "", "{1:SHORTANSWER:=甲~%100%乙}和{1:NUMERICAL:=60:0}"), 'fill [["甲", "乙"], ["60"]]'),
        (moodle("cloze", "", "{1:NUMERICAL:=60:5}"), "other held"),
        (moodle("multichoice", answers(("100", "甲"), ("0", "乙")), '听<audio src="a.mp3"></audio>'), "single A held"),
        (moodle("multichoice", answers(*[("0", f"第{n}")for n in range(27)], ("100", "末"))), "single held"),
        (moodle("kprime", ""), "other held"),
    ],
)  # fmt: skip
def test_moodle_of_many_versions(text: str, expected: str) -> None:
    assert read(text, "a.xml") == [expected]


def test_names_of_html_and_a_named_document_type_are_no_danger() -> None:
    text = moodle("multichoice", answers(("100", "甲&nbsp;乙"), ("0", "丙")))
    [record] = read_bytes(f'<!DOCTYPE quiz SYSTEM "quiz.dtd">{text}'.encode(), "a.xml").records
    assert record.options[0].text == "甲 乙"
    with pytest.raises(Refused, match="实体定义"):
        read(f'<!DOCTYPE quiz [<!ENTITY a "b">]>{text}', "a.xml")


# HTML and formulas


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<ol><li>甲</li><li>乙</li></ol><p>选</p>", "1. 甲\n2. 乙\n选"),
        ('<ol start="3" type="A"><li>甲</li></ol>', "C. 甲"),
        ("应当<u>&nbsp; &nbsp;</u>答复", "应当____答复"),
        ('应当<input type="text"/>答复', "应当____答复"),
        ("<blockquote>甲</blockquote><h5>乙</h5>丙<hr>丁", "甲\n乙\n丙\n丁"),
        ("a<b 且 b>c<br>x<y", "a<b 且 b>c\nx<y"),
        ("<o:p>甲</o:p><font color=red>乙</font>", "甲乙"),
        ('看<object data="a.svg"></object>', "看〔音像〕"),
    ],
)
def test_what_html_shows_is_kept_as_words(markup: str, words: str) -> None:
    assert words_of(markup)[0] == words


def math(inner: str) -> str:
    return with_formulas(f'<math xmlns="http://www.w3.org/1998/Math/MathML">{inner}</math>')


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ("<msup><mi>x</mi><mn>2</mn></msup>", "x^2"),
        ("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>", "(a+b)/2"),
        ("<msqrt><mi>x</mi></msqrt><mo>&ge;</mo><mn>0</mn>", "√(x)≥0"),
        ("<msub><mi>a</mi><mn>10</mn></msub><mo>&lt;</mo><mi>b</mi>", "a_10&lt;b"),
        ("<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover>", "∑_i^n"),
        ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", "(a,b)"),
        ('<semantics><mi>x</mi><annotation encoding="application/x-tex">\\vec{x}</annotation></semantics>', "$\\vec{x}$"),
        ("<mtable><mtr><mtd><mn>1</mn></mtd></mtr></mtable>", "〔公式〕"),
        ("<mover><mi>x</mi><mo>→</mo></mover>", "〔公式〕"),
        ("<mrow>" * 60 + "<mi>x</mi>" + "</mrow>" * 60, "〔公式〕"),
    ],
)  # fmt: skip
def test_formulas_are_a_line_or_none(inner: str, words: str) -> None:
    assert math(inner) == words


def test_a_formula_without_a_line_holds_its_question() -> None:
    text = moodle("multichoice", answers(("100", "甲"), ("0", "乙")), "<math><mtable></mtable></math>是？")
    [record] = read_bytes(text.encode(), "a.xml").records
    assert "公式" in record.reason


# QTI 1.2

LABELS = (("11", "甲"), ("22", "乙"), ("33", "丙"), ("44", "丁"))


def choices(labels: Sequence[tuple[str, str]] = LABELS, several: bool = False, ident: str = "r") -> str:
    shown = "".join(
        f'<response_label ident="{name}"><material><mattext>{words}</mattext></material></response_label>'
        for name, words in labels
    )
    cardinality = "Multiple" if several else "Single"
    return f'<response_lid ident="{ident}" rcardinality="{cardinality}"><render_choice>{shown}</render_choice></response_lid>'


def equal(value: str, ident: str = "r") -> str:
    return f'<varequal respident="{ident}">{value}</varequal>'


def pays(inner: str, score: str = "100") -> str:
    return f"<respcondition><conditionvar>{inner}</conditionvar><setvar>{score}</setvar></respcondition>"


def item(response: str, conditions: str, kind: str = "", stem: str = "谁管？") -> str:
    field = f"<fieldlabel>question_type</fieldlabel><fieldentry>{kind}</fieldentry>"
    return (
        f"<item><itemmetadata><qtimetadatafield>{field}</qtimetadatafield></itemmetadata><presentation>"
        f"<material><mattext>{stem}</mattext></material>{response}</presentation>"
        f"<resprocessing>{conditions}</resprocessing></item>"
    )


def qti_1(*items: str) -> str:
    return f"<questestinterop><assessment><section>{''.join(items)}</section></assessment></questestinterop>"


TYPED = '<response_str ident="r"><render_fib/></response_str>'


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (item(choices(), pays(equal("22")) + pays(equal("33"), "50")), "single B"),
        (item(choices(), pays(equal("22"), "SCORE.max")), "single B"),
        (item(choices(), pays(f"<or>{equal('11')}{equal('22')}</or>")), "multiple AB held"),
        (item(choices(several=True), pays(equal("11"), "0.5") + pays(equal("22"), "-0.5") + pays(equal("33"), "0.5")), "multiple AC"),
        (item(choices(several=True), pays(f"<and>{equal('11')}{equal('22')}</and>") + pays(equal("33"), "25")), "multiple AB"),
        (item(choices((("1", "T"), ("2", "F"))), pays(equal("2")), "true_false_question"), "judge false"),
        (item(TYPED, pays(equal("甲")) + pays(equal("乙"), "50")), 'fill [["甲"]]'),
        (item(TYPED, pays('<vargte respident="r">4</vargte>')), "other held"),
        (item(TYPED, pays('<varsubstring respident="r">甲</varsubstring>')), "short held"),
        (item(TYPED, "", "essay_question"), "short"),
        (item(choices((("7", "甲"), ("8", "乙")), ident="r_a"), "", "fill_in_multiple_blanks_question", "由[甲]管"), "other held"),
        (item(choices() + choices(ident="s"), "", "matching_question"), "other held"),
        (item(choices(), pays(equal("33")).replace("<setvar>100</setvar>", '<displayfeedback linkrefid="Correct"/>')), "single C"),
    ],
)  # fmt: skip
def test_conditions_of_qti_1(one: str, expected: str) -> None:
    assert read(qti_1(one), "a.xml") == [expected]


def test_blanks_with_names_stand_where_the_stem_names_them() -> None:
    def named(name: str, *words: str) -> str:
        shown = choices(tuple((word, word) for word in words), ident=name)
        return shown.replace(
            "<render_choice>", f"<material><mattext>{name}</mattext></material><render_choice>"
        )

    one = item(
        named("b", "书面") + named("a", "60", "六十"),
        "",
        "fill_in_multiple_blanks_question",
        "在[a]日内[b]答复",
    )
    [record] = read_bytes(qti_1(one).encode(), "a.xml").records
    assert (record.stem, record.answer) == ("在____日内____答复", (("60", "六十"), ("书面",)))


def test_a_field_in_mid_sentence_is_a_blank() -> None:
    fields = TYPED + "<material><mattext>日内</mattext></material>" + TYPED.replace('"r"', '"s"')
    after = "<material><mattext>答复</mattext></material>"
    one = item(fields + after, pays(equal("60")) + pays(equal("书面", "s")), stem="在")
    [record] = read_bytes(qti_1(one).encode(), "a.xml").records
    assert (record.stem, record.answer, record.reason) == ("在____日内____答复", (("60",), ("书面",)), "")


def test_words_between_questions_are_none() -> None:
    reading = read_bytes(qti_1(item("", "", "text_only_question", "第一部分")).encode(), "a.xml")
    assert (len(reading.records), len(reading.fragments)) == (0, 1)


def test_blackboard_keeps_its_words_in_an_extension() -> None:
    one = item(choices(), pays(equal("22"), "SCORE.max")).replace("mattext>", "mat_formattedtext>")
    [record] = read_bytes(qti_1(one).encode(), "a.xml").records
    assert (record.stem, record.right_texts) == ("谁管？", ("乙",))


# QTI 2


def item_2(declaration: str, body: str, after: str = "") -> str:
    return f'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1">{declaration}<itemBody>{body}</itemBody>{after}</assessmentItem>'


def declared(
    cardinality: str, *values: str, paid: Sequence[tuple[str, str]] = (), kind: str = "identifier"
) -> str:
    correct = "".join(f"<value>{value}</value>" for value in values)
    mapping = "".join(f'<mapEntry mapKey="{key}" mappedValue="{worth}"/>' for key, worth in paid)
    return (
        f'<responseDeclaration identifier="R" cardinality="{cardinality}" baseType="{kind}">'
        f"{f'<correctResponse>{correct}</correctResponse>' if values else ''}<mapping>{mapping}</mapping></responseDeclaration>"
    )


def choosing(most: str = "1", first: str = "甲") -> str:
    shown = "".join(
        f'<simpleChoice identifier="{key}">{words}</simpleChoice>'
        for key, words in zip("abc", (first, "乙", "丙"), strict=True)
    )
    return f'<p>谁管？</p><choiceInteraction responseIdentifier="R" maxChoices="{most}">{shown}</choiceInteraction>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (item_2(declared("multiple", paid=[("a", "1"), ("b", "-1"), ("c", "0.5")]), choosing("0")), "multiple AC"),
        (item_2(declared("single", paid=[("a", "0.5"), ("b", "1")]), choosing()), "single B"),
        (item_2(declared("single", "a", paid=[("b", "1")]), choosing()), "single A"),
        (item_2(declared("multiple", "b"), choosing("1")), "single B"),
        (item_2(declared("multiple", "b"), choosing("0")), "multiple B held"),
        (item_2(declared("single", "甲", paid=[("甲", "2"), ("乙", "2"), ("丙", "1")], kind="string"),
                '<p>由<textEntryInteraction responseIdentifier="R"/>管</p>'), 'fill [["甲", "乙"]]'),
        (item_2(declared("single", "a"), choosing() + "<printedVariable identifier='x'/>"), "other held"),
        (item_2("", '<extendedTextInteraction responseIdentifier="R"><prompt>谈谈</prompt></extendedTextInteraction>'), "short"),
        (item_2("", '<orderInteraction responseIdentifier="R"><prompt>排</prompt></orderInteraction>'), "other held"),
    ],
)  # fmt: skip
def test_declarations_of_qti_2(text: str, expected: str) -> None:
    assert read(text, "a.xml") == [expected]


def test_what_is_said_after_the_answer_is_no_part_of_an_option() -> None:
    said = "甲<feedbackInline identifier='a'>答对了</feedbackInline>项"
    wrong, right = (
        f'<modalFeedback identifier="{name}">{name}</modalFeedback>' for name in ("incorrect", "correct")
    )
    text = item_2(declared("single", "a"), choosing(first=said), wrong + right)
    [record] = read_bytes(text.encode(), "a.xml").records
    assert (record.options[0].text, record.explanation) == ("甲项", "correct")


def test_names_with_a_prefix_and_material_for_the_candidate() -> None:
    body = f'<rubricBlock view="candidate"><p>先读材料。</p></rubricBlock>{choosing()}'
    text = item_2(declared("single", "a"), body)
    prefixed = text.replace("<", "<q:").replace("<q:/", "</q:").replace("xmlns=", "xmlns:q=")
    for one in (text, prefixed):
        [record] = read_bytes(one.encode(), "a.xml").records
        assert (record.stem, record.right_texts) == ("先读材料。\n谁管？", ("甲",))


def zipped(members: dict[str, bytes | str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def manifest(href: str, kind: str = "imsqti_item_xmlv2p1") -> str:
    return f'<manifest><resources><resource type="{kind}" href="{href}"><file href="{href}"/></resource></resources></manifest>'


ITEM = item_2(declared("single", "b"), choosing())


@pytest.mark.parametrize(
    "members",
    [
        {"imsmanifest.xml": manifest("a.xml"), "a.xml": ITEM, "__MACOSX/._imsmanifest.xml": b"\0\5\x16\7"},
        {"包/imsmanifest.xml": manifest("题/a%201.xml"), "包/题/a 1.xml": ITEM},
        {"imsmanifest.xml": manifest("q\\a.xml"), "q/a.xml": ITEM},
        {"imsmanifest.xml": manifest("a.xml", "webcontent"), "a.xml": ITEM},
        {"imsmanifest.xml": manifest("x/a.xml.qti"), "x/a.xml.qti": ITEM},
    ],
)
def test_packages_of_many_systems(members: dict[str, bytes | str]) -> None:
    assert read(zipped(members), "a.zip") == ["single B"]


def test_a_picture_as_an_object_comes_along() -> None:
    picture = a_picture("图1")
    body = '<p>看<object data="img/a.png" type="image/png">图</object></p>' + choosing()
    members = {
        "imsmanifest.xml": manifest("q/a.xml"),
        "q/a.xml": item_2(declared("single", "a"), body),
        "q/img/a.png": picture.data,
    }
    [record] = read_bytes(zipped(members), "a.zip").records
    assert (record.stem, len(record.pictures), record.reason) == ("看〔图1〕\n谁管？", 1, "")


def test_names_of_a_mac_and_of_windows_are_read() -> None:
    """Neither says in which code they are: a stand-in of as many bytes becomes the name."""
    names = {"第一章.txt": "utf-8", "第二章.txt": "gbk"}
    stand_ins = {name: chr(65 + at) * len(name.encode(code)) for at, (name, code) in enumerate(names.items())}
    data = zipped(dict.fromkeys(stand_ins.values(), "可以。{T}"))
    for name, stand_in in stand_ins.items():
        data = data.replace(stand_in.encode(), name.encode(names[name]))
    assert sorted(one.file for one in read_bytes(data, "a.zip").files) == sorted(names)


def test_a_table_in_a_question_makes_no_page_of_a_bank() -> None:
    stem = "<table><tr><td>甲</td></tr></table>谁管？"
    text = moodle("multichoice", answers(("100", "甲"), ("0", "乙")), stem)
    assert read(f'<?xml version="1.0"?>\n<!-- 注释 -->\n{text}', "a.xml") == ["single A"]
