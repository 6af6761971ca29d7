"""Keys that nothing tells but the print: read where the whole file does it, else held; each says how it was found."""

import io
import re

import docx
import pytest
from docx.enum.dml import MSO_THEME_COLOR
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import RGBColor
from docx.text.run import Run

from studyhall.bank.formats import read_bytes
from studyhall.bank.formats.reading import Reading
from studyhall.bank.record import State
from tests.bank.formats.described import described

OPTIONS = ("甲村", "乙村", "丙村", "丁村")


def look(run: Run, name: str) -> None:
    """One way to print a run; an unknown name is a style of the document."""
    if name == "bold":
        run.bold = True
    elif name == "under":
        run.underline = True
    elif name == "yellow":
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW
    elif name == "theme":
        run.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    elif name == "ground":
        run._r.get_or_add_rPr().append(
            parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="FFFF00"/>')
        )
    elif re.fullmatch("[0-9A-F]{6}", name):
        run.font.color.rgb = RGBColor.from_string(name)
    else:
        run.style = name


def add(document: docx.document.Document, words: str) -> None:
    """`A.{FF0000:甲村}`: what stands in braces is printed as they say; `\\n` is a soft break."""
    paragraph = document.add_paragraph()
    for plain, names, marked in re.findall(r"([^{]+)|\{([\w+ ]+):([^}]*)\}", words):
        run = paragraph.add_run(plain or marked)
        for name in names.split("+") if names else ():
            look(run, name)


def paper(*paragraphs: str) -> docx.document.Document:
    document = docx.Document()
    for words in paragraphs:
        add(document, words)
    return document


def reading(document: docx.document.Document) -> Reading:
    target = io.BytesIO()
    document.save(target)
    return read_bytes(target.getvalue(), "a.docx")


def read(*paragraphs: str) -> list[str]:
    return [described(record) for record in reading(paper(*paragraphs)).records]


def question(
    number: int, right: str, mark: str = "{{FF0000:{words}}}", *, stem: str = "谁修渠{n}？"
) -> list[str]:
    lines = [f"{number}." + stem.format(n=number)]
    for letter, words in zip("ABCD", OPTIONS, strict=True):
        lines.append(f"{letter}." + (mark.format(words=words) if letter in right else words))
    return lines


def bank(keys: str, mark: str = "{{FF0000:{words}}}") -> list[str]:
    return [line for n, right in enumerate(keys.split(), 1) for line in question(n, right, mark)]


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("{{FF0000:{words}}}", "标红"),
        ("{{C00000:{words}}}", "标红"),
        ("{{0070C0:{words}}}", "标蓝"),
        ("{{bold:{words}}}", "加粗"),
        ("{{Strong:{words}}}", "加粗"),
        ("{{under:{words}}}", "加下划线"),
        ("{{yellow:{words}}}", "加黄色底"),
        ("{{ground:{words}}}", "加黄色底"),
        ("{{bold+FF0000:{words}}}", "加粗、标红"),
    ],
)
def test_the_option_that_stands_out_in_every_question_is_the_key(mark: str, said: str) -> None:
    found = reading(paper(*bank("B A D C AC B", mark)))
    assert [record.answer for record in found.records] == [(*key,) for key in ("B", "A", "D", "C", "AC", "B")]
    assert {record.state for record in found.records} == {State.READY}
    assert found.records[0].findings[0].message == f"答案按{said}的选项读出（B），文件里没有另外写。"
    assert found.notes == [f"有 6 道题的答案按{said}的选项读出，请抽查几题。"]


def test_a_look_may_lie_on_the_letter_alone_and_break_in_the_middle_of_an_option() -> None:
    letters = [
        line
        for n, right in enumerate("BADCB", 1)
        for line in (
            f"{n}.谁修渠{n}？",
            *(
                f"{{FF0000:{x}.}}{w}" if x == right else f"{x}.{w}"
                for x, w in zip("ABCD", OPTIONS, strict=True)
            ),
        )
    ]
    assert read(*letters) == [f"single {key}" for key in "BADCB"]
    broken = bank("B A D C B", "{{FF0000:乡}}{{C00000:里{words}}}。")
    assert read(*broken) == [f"single {key}" for key in "BADCB"]


def test_letters_in_bold_everywhere_say_nothing_and_a_second_look_does() -> None:
    lines = [re.sub(r"^([A-D]\.)", r"{bold:\1}", line) for line in bank("B A D C B")]
    assert read(*lines) == [f"single {key}" for key in "BADCB"]
    bold = [re.sub(r"^([A-D]\.)", r"{bold:\1}", line) for line in bank("B A D C B", "{{bold:{words}}}")]
    assert read(*bold) == [f"single {key}" for key in "BADCB"]


def test_options_on_one_line_in_soft_breaks_and_in_a_table() -> None:
    row = [
        line
        for n, right in enumerate("BADCB", 1)
        for line in (
            f"{n}.谁修渠{n}？",
            "  ".join(
                f"{x}." + (f"{{FF0000:{w}}}" if x == right else w)
                for x, w in zip("ABCD", OPTIONS, strict=True)
            ),
        )
    ]
    assert read(*row) == [f"single {key}" for key in "BADCB"]
    whole = docx.Document()
    paragraph = whole.add_paragraph()
    for line in bank("B A D C B"):
        for plain, marked in re.findall(r"([^{]+)|\{FF0000:([^}]*)\}", line):
            run = paragraph.add_run(plain or marked)
            if marked:
                run.font.color.rgb = RGBColor(255, 0, 0)
        paragraph.add_run().add_break()
    assert [described(record) for record in reading(whole).records] == [f"single {key}" for key in "BADCB"]
    tables = docx.Document()
    for n, right in enumerate("BADCB", 1):
        tables.add_paragraph(f"{n}.谁修渠{n}？")
        cells = tables.add_table(rows=1, cols=4).rows[0].cells
        for cell, letter, words in zip(cells, "ABCD", OPTIONS, strict=True):
            cell.paragraphs[0].add_run(f"{letter}.{words}").bold = letter == right
    assert [described(record) for record in reading(tables).records] == [f"single {key}" for key in "BADCB"]


def test_options_of_a_judge_go_by_their_words() -> None:
    lines = [
        line
        for n, right in enumerate(("对", "错", "对", "对", "错"), 1)
        for line in (
            f"{n}.章可外借{n}。",
            *(f"{x}.{{bold:{w}}}" if w == right else f"{x}.{w}" for x, w in ("A错", "B对")),
        )
    ]
    assert read("一、判断题", *lines) == [
        f"judge {key}" for key in ("true", "false", "true", "true", "false")
    ]


@pytest.mark.parametrize(
    "lines",
    [
        bank("B A D C"),
        bank("A A A A A A"),
        bank("ABCD ABCD ABCD ABCD ABCD"),
        bank("B A D C B", "{{000000:{words}}}"),
        bank("B A D C B", "{{333333:{words}}}"),
        bank("B A D C B", "{{theme:{words}}}"),
        bank("B A D C B", "{words}"),
        [line for n in range(1, 7) for line in question(n, "", stem="谁{{bold:不}}修渠{n}？")],
        [*bank("B A D C B"), *(line for n in range(6, 10) for line in question(n, ""))],
        bank("B A D C B", "{{bold:甲}}、戊、己、庚"),
    ],
    ids=[
        "four questions are no habit", "always the same letter", "all options", "black", "grey",
        "the colour of text", "nothing", "words of stems", "many without a mark", "words of options",
    ],
)  # fmt: skip
def test_what_is_no_habit_gives_no_key(lines: list[str]) -> None:
    assert {record.answer for record in reading(paper(*lines)).records} == {None}


def test_a_habit_that_is_none_is_told_of() -> None:
    lines = [*bank("B A D C B"), *(line for n in range(6, 10) for line in question(n, ""))]
    assert reading(paper(*lines)).notes == ["有 5 道题有标红的选项，别的题没有这样标，没有当作答案。"]
    assert reading(paper(*bank("A A A A A"))).notes == [
        "有 5 道题有标红的选项，都是同一个选项，没有当作答案。"
    ]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (question(11, ""), "别的题都有标红的选项，这一题没有；没有找到答案"),
        (question(11, "ABCD"), "这一题的选项全都标红了，看不出哪个是答案；没有找到答案"),
        (
            question(11, "B", "{{FF0000:{words}}}和镇政府"),
            "这一题的选项只有一部分标红，看不出哪个是答案；没有找到答案",
        ),
        (
            ["11.谁修渠？", "A.{FF0000:甲村}", "B.{bold:乙村}", "C.丙村"],
            "这一题有几个选项用不同的样子标出，看不出哪个是答案；没有找到答案",
        ),
    ],
)
def test_a_question_that_does_not_follow_is_held(lines: list[str], reason: str) -> None:
    *others, last = reading(paper(*bank("B A D C B A C D A B"), *lines)).records
    assert {record.state for record in others} == {State.READY}
    assert (last.state, last.reason) == (State.HELD, reason)


def test_one_stated_key_that_another_option_contradicts_is_held() -> None:
    keyed = [line for n in range(6, 26) for line in (*question(n, "B"), "答案：B")]
    *others, last = reading(paper(*bank("B A D C B"), *keyed, *question(26, "B"), "答案：C")).records
    assert {record.state for record in others} == {State.READY}
    assert (last.answer, last.reason) == (("C",), "标红的选项是 B，答案写的是 C")


def test_a_look_that_stated_keys_contradict_is_no_key() -> None:
    keyed = [line for n in range(6, 12) for line in (*question(n, "A"), "答案：B")]
    assert read(*bank("B A D C B"), *keyed) == ["single held"] * 5 + ["single B"] * 6


def test_stated_keys_need_no_look() -> None:
    keyed = [line for n in range(6, 12) for line in (*question(n, ""), "答案：B")]
    assert read(*bank("B A D C B"), *keyed) == [f"single {key}" for key in "BADCBBBBBBB"]


def test_one_right_option_of_a_multiple_choice_is_held_as_always() -> None:
    assert read("一、多选题", *bank("AB C ABD ABCD CD AC")) == [
        "multiple AB", "multiple C held", "multiple ABD", "multiple held", "multiple CD", "multiple AC",
    ]  # fmt: skip


def test_links_and_what_was_struck_out_do_not_stand_out() -> None:
    document = docx.Document()
    for n, right in enumerate("BADCB", 1):
        document.add_paragraph(f"{n}.谁修渠{n}？")
        for letter, words in zip("ABCD", OPTIONS, strict=True):
            paragraph = document.add_paragraph(f"{letter}.")
            run = f'<w:r {nsdecls("w")}><w:rPr><w:color w:val="FF0000"/></w:rPr><w:t>{words}</w:t></w:r>'
            if letter == right:
                paragraph._p.append(parse_xml(f"<w:hyperlink {nsdecls('w')}>{run}</w:hyperlink>"))
            else:
                gone = run.replace("<w:t>", "<w:delText>").replace("</w:t>", "</w:delText>")
                paragraph._p.append(parse_xml(f"<w:del {nsdecls('w')}>{gone}</w:del>"))
                change = "<w:rPr><w:rPrChange><w:rPr><w:b/></w:rPr></w:rPrChange></w:rPr>"
                plain = f"<w:r {nsdecls('w')}>{change}<w:t>{words}</w:t></w:r>"
                paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')}>{plain}</w:ins>"))
    records = reading(document).records
    assert [record.options[0].text for record in records] == ["甲村"] * 5
    assert {record.answer for record in records} == {None}


def test_words_underlined_in_the_sentence_are_the_answers_of_blanks() -> None:
    lines = [f"{n}.第{n}组应当在{{under: {n + 10}日 }}内{{under:书面}}答复。" for n in range(1, 6)]
    found = reading(paper("一、填空题", *lines))
    assert [record.stem for record in found.records] == [
        f"第{n}组应当在____内____答复。" for n in range(1, 6)
    ]
    assert [described(record) for record in found.records] == [
        f'fill [["{n + 10}日"], ["书面"]]' for n in range(1, 6)
    ]
    assert found.records[0].findings[0].message == "答案按加下划线的字读出（11日；书面），文件里没有另外写。"


@pytest.mark.parametrize(
    "lines",
    [
        [f"{n}.应当在{{under:{n + 10}日}}内答复。" for n in range(1, 5)],
        [f"{n}.应当在{{bold:{n + 10}日}}内答复。" for n in range(1, 6)],
        [f"{n}.{{under:应当在{n + 10}日内书面答复}}。" for n in range(1, 6)],
        [f"{n}.应当在____内{{under:书面}}答复{n}。" for n in range(1, 6)],
        [f"{n}.应当在{{under:{n + 10}日}}内{{FF0000:书面}}答复。" for n in range(1, 6)],
    ],
    ids=["four are no habit", "bold stresses", "the whole sentence", "a blank is left", "two looks"],
)
def test_words_of_a_fill_question_that_are_no_answer(lines: list[str]) -> None:
    assert {described(record) for record in reading(paper("一、填空题", *lines)).records} == {"fill held"}


def test_a_fill_question_that_does_not_follow_is_held() -> None:
    lines = [f"{n}.第{n}组应当在{{under:{n + 10}日}}内答复。" for n in range(1, 11)]
    *others, last = reading(paper("一、填空题", *lines, "11.应当在十日内答复。")).records
    assert {record.state for record in others} == {State.READY}
    assert (last.state, last.reason) == (State.HELD, "别的题都有加下划线的字，这一题没有；没有找到答案")
