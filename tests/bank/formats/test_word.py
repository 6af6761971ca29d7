"""What Word keeps out of sight: numbers, tables, boxes, breaks, bodies put in, pictures."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm

from studyhall.bank.formats import read_bytes
from studyhall.bank.formats.reading import Refused
from studyhall.bank.formats.word_numbering import in_format
from studyhall.bank.formats.word_out import write
from studyhall.bank.formats.xml_safe import children_of
from studyhall.bank.record import Kind, Option, Picture, Record

NUMBERING = f"""<w:numbering {nsdecls("w")}>
<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>
<w:lvlText w:val="%1."/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperLetter"/>
<w:lvlText w:val="%1."/></w:lvl></w:abstractNum>
<w:num w:numId="71"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="81"><w:abstractNumId w:val="8"/></w:num>
<w:num w:numId="82"><w:abstractNumId w:val="8"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>
</w:num></w:numbering>"""


def saved(document: docx.document.Document, change: Callable[[str, bytes], bytes] | None = None) -> bytes:
    target = io.BytesIO()
    document.save(target)
    if change is None:
        return target.getvalue()
    out = io.BytesIO()
    with zipfile.ZipFile(target) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            after.writestr(name, change(name, before.read(name)))
    return out.getvalue()


def paper(*paragraphs: str) -> docx.document.Document:
    document = docx.Document()
    for words in paragraphs:
        document.add_paragraph(words)
    return document


def numbered(document: docx.document.Document, words: str, num: int) -> None:
    paragraph = document.add_paragraph(words)
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{num}"/></w:numPr>')
    )


def read(data: bytes) -> list[Record]:
    return read_bytes(data, "a.docx").records


def test_paragraphs_with_their_place() -> None:
    [record] = read(saved(paper("一、单选题", "1.谁？（ B ）", "A.甲", "B.乙")))
    assert (record.kind, record.answer) == (Kind.SINGLE, ("B",))
    assert record.place.to_json() == {"file": "a.docx", "paragraph": 2}


def test_automatic_numbers_and_letters_count_as_words() -> None:
    document = paper("一、单选题")
    for stem, letters in (("谁先？（ B ）", 81), ("谁后？（ A ）", 82)):
        numbered(document, stem, 71)
        for text in ("甲", "乙", "丙"):
            numbered(document, text, letters)

    def change(name: str, data: bytes) -> bytes:
        return NUMBERING.encode() if name == "word/numbering.xml" else data

    first, second = read(saved(document, change))
    assert (first.number, first.right_texts, second.number, second.right_texts) == (1, ("乙",), 2, ("甲",))


@pytest.mark.parametrize(
    ("format", "words"),
    [
        ("decimal", "3"),
        ("upperLetter", "C"),
        ("chineseCounting", "三"),
        ("upperRoman", "III"),
        ("lowerLetter", "c"),
    ],
)
def test_a_number_in_its_format(format: str, words: str) -> None:
    assert in_format(3, format) == words


def test_soft_breaks_and_tabs_divide_a_paragraph() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("1.谁？")
    for text in ("A.甲", "B.乙"):
        paragraph.add_run().add_break()
        paragraph.add_run(text)
    document.add_paragraph("答案：A")
    document.add_paragraph("2.谁？\tA.甲\tB.乙\t答案：B")
    assert [record.answer for record in read(saved(document))] == [("A",), ("B",)]


def test_a_table_with_a_header_is_a_sheet() -> None:
    document = paper("某镇题库")
    rows = [
        ["题型", "题干", "选项A", "选项B", "答案"],
        ["单选题", "谁？", "甲", "乙", "B"],
        ["判断题", "对吗？", "", "", "√"],
    ]
    table = document.add_table(rows=3, cols=5)
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    assert [(record.kind, record.answer) for record in read(saved(document))] == [
        (Kind.SINGLE, ("B",)),
        (Kind.JUDGE, True),
    ]


def test_a_grid_of_answers_in_a_table() -> None:
    document = paper(
        "一、单选题", *(w for n in (1, 2, 3) for w in (f"{n}.第{n}问（ ）", "A.甲", "B.乙")), "参考答案"
    )
    table = document.add_table(rows=2, cols=4)
    for row, cells in zip(table.rows, (["题号", "1", "2", "3"], ["答案", "A", "B", "A"]), strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    assert [record.answer for record in read(saved(document))] == [("A",), ("B",), ("A",)]


ABCD = (*"ABCD",)
KEY_TABLES: dict[str, list[list[str]]] = {
    "a grid without names, in two bands": [["1", "2"], ["A", "B"], ["3", "4"], ["C", "D"]],
    "a key in each cell": [["1.A", "2.B", "3.C"], ["4.D", "", ""]],
    "numbers and keys down the page": [["题号", "答案"], ["1", "A"], ["2", "B"], ["3", "C"], ["4", "D"]],
    "the same twice side by side": [["题号", "答案", "题号", "答案"], ["1", "A", "3", "C"], ["2", "B", "4", "D"]],
    "with reasons, short and long": [
        ["题号", "答案", "解析"], ["1", "A", "村里定。"], ["2", "B", "镇里定的，因为县里这样规定了，大家都同意。"],
        ["3", "C", "县里定。"], ["4", "D", ""],
    ],
    "the kind in each row": [["题型", "题号", "答案"], *(["单选题", str(n), key] for n, key in enumerate(ABCD, 1))],
    "the kind and a range": [["单选题", "1-4 ABCD"]],
}  # fmt: skip


def put(document: docx.document.Document, rows: list[list[str]]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words


@pytest.mark.parametrize("name", KEY_TABLES)
def test_key_tables_of_many_shapes(name: str) -> None:
    document = paper(
        "一、单选题",
        *(w for n in range(1, 5) for w in (f"{n}.第{n}问（ ）", "A.甲 B.乙 C.丙 D.丁")),
        "参考答案",
    )
    put(document, KEY_TABLES[name])
    records = read(saved(document))
    assert [(record.answer, record.reason) for record in records] == [((key,), "") for key in ABCD]
    assert not name.startswith("with reasons") or records[1].explanation.startswith("镇里定的")


def test_a_narrow_key_table_that_does_not_come_out_gives_nothing_it_does_not_say() -> None:
    document = paper(
        "一、单选题", *(w for n in range(1, 5) for w in (f"{n}.第{n}问（ ）", "A.甲 B.乙 C.丙")), "参考答案"
    )
    put(document, [["1", "2"], ["A", ""], ["3", "4"], ["C", "B"]])
    assert [record.answer for record in read(saved(document))] == [None, None, ("C",), ("B",)]


@pytest.mark.parametrize(
    "cells",
    [
        [["A.甲", "B.乙"], ["C.丙", "D.丁"]],
        [["A.甲", "C.丙"], ["B.乙", "D.丁"]],
        [["A", "甲"], ["B", "乙"], ["C", "丙"]],
    ],
)
def test_options_in_a_table(cells: list[list[str]]) -> None:
    document = paper("一、单选题")
    for n, key in enumerate("CB", 1):
        document.add_paragraph(f"{n}.第{n}问（{key}）")
        put(document, cells)
    assert [(record.right_texts, record.reason) for record in read(saved(document))] == [
        (("丙",), ""),
        (("乙",), ""),
    ]


def test_text_boxes_are_read_once() -> None:
    document = paper("1.谁？", "A.甲", "B.乙")
    box = (
        f'<w:r {nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        "<mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>答案：B</w:t></w:r></w:p></w:txbxContent>"
        "</mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>答案：B</w:t></w:r></w:p></w:txbxContent>"
        "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    document.add_paragraph()._p.append(parse_xml(box))
    [record] = read(saved(document))
    assert (record.answer, record.reason) == (("B",), "")


@pytest.mark.parametrize(
    ("ending", "body"),
    [
        ("html", "<html><body><p>1.谁？</p><p>A.甲<br/>B.乙</p><p>答案：B</p></body></html>"),
        ("txt", "1.谁？\nA.甲\nB.乙\n答案：B\n"),
        (
            "mht",
            "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<p>1.谁？</p><p>A.甲</p><p>B.乙</p><p>答案：B</p>\n",
        ),
    ],
)
def test_a_body_put_in_from_another_file(ending: str, body: str) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        archive.writestr(
            "word/document.xml",
            f'<w:document {nsdecls("w")} xmlns:r="{relation}"><w:body><w:altChunk r:id="c1"/></w:body></w:document>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="c1" Type="{relation}/aFChunk" Target="chunk.{ending}"/></Relationships>',
        )
        archive.writestr(f"word/chunk.{ending}", body.encode("utf-8"))
    [record] = read(target.getvalue())
    assert record.right_texts == ("乙",)


def test_ticks_of_symbol_fonts_and_deleted_words() -> None:
    document = paper("一、判断题")
    paragraph = document.add_paragraph("1.可以补办。（")
    paragraph._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'))
    paragraph.add_run("）")
    paragraph._p.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>不要</w:delText></w:r></w:del>"))
    [record] = read(saved(document))
    assert (record.stem, record.answer) == ("可以补办。", True)


def run(words: str, look: str) -> str:
    return f'<w:r {nsdecls("w")}><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def test_hidden_words_are_not_read() -> None:
    document = paper("1.谁？")
    document.add_paragraph()._p.append(parse_xml(run("答案：A", "<w:vanish/>")))
    for words in ("A.甲", "B.乙", "答案：B"):
        document.add_paragraph(words)
    [record] = read(saved(document))
    assert (record.answer, record.reason) == (("B",), "")


def test_underlined_blanks_are_to_be_filled_in_and_underlined_words_are_words() -> None:
    document = paper("一、填空题")
    for blank, look in (("        ", '<w:u w:val="single"/>'), ("    ", '<w:u w:val="none"/>')):
        paragraph = document.add_paragraph("1.应当")
        paragraph._p.append(parse_xml(run("书面", '<w:u w:val="single"/>')))
        paragraph.add_run("报告")
        paragraph._p.append(parse_xml(run(blank, look)))
        paragraph.add_run("。")
        document.add_paragraph("答案：司法所")
    first, second = read(saved(document))
    assert (first.stem, second.stem) == ("应当书面报告____。", "应当书面报告    。")


def test_a_number_typed_behind_the_one_word_prints_is_one_number() -> None:
    document = docx.Document()
    for number, key in ((1, "A"), (2, "B")):
        numbered(document, f"{number}、谁先{key}？（ {key} ）", 71)
        document.add_paragraph("A.甲 B.乙")

    def change(name: str, data: bytes) -> bytes:
        return NUMBERING.encode() if name == "word/numbering.xml" else data

    assert [(r.number, r.stem, r.reason) for r in read(saved(document, change))] == [
        (1, "谁先A？（ ）", ""),
        (2, "谁先B？（ ）", ""),
    ]


def png() -> bytes:
    """One red point."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    points = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", points) + chunk(b"IEND", b"")


def test_pictures_come_along() -> None:
    document = paper("一、单选题")
    paragraph = document.add_paragraph("1.看图")
    paragraph.add_run().add_picture(io.BytesIO(png()), width=Cm(1))
    document.add_paragraph("这是什么牌子？（ A ）")
    document.add_paragraph("A.甲 B.乙")
    [record] = read(saved(document))
    assert record.stem == "看图〔图1〕\n这是什么牌子？（ ）"
    assert [picture.media_type for picture in record.pictures] == ["image/png"]


def test_what_we_write_we_read_back() -> None:
    options = (Option("A", "甲"), Option("B", "乙"), Option("C", "丙"))
    bank = [
        Record(Kind.SINGLE, "谁先报告？", options, ("B",), "先乙。"),
        Record(Kind.MULTIPLE, "谁可以？", options, ("A", "C"), ""),
        Record(Kind.JUDGE, "可以口头答复。", answer=False, explanation="要书面。"),
        Record(Kind.FILL, "应当在____日内____。", answer=(("60", "六十"), ("答复",))),
        Record(Kind.SHORT, "怎么办？", answer="先报告。\n再登记。", explanation="依法。"),
        Record(
            Kind.SINGLE, "看图〔图1〕选择。", options, ("A",), pictures=(Picture("图1", "image/png", png()),)
        ),
        Record(
            Kind.CASE,
            "老王和老李争地。",
            parts=(
                Record(Kind.JUDGE, "可以打架。", answer=False),
                Record(Kind.SINGLE, "找谁？", options, ("C",), "找丙。"),
            ),
        ),
    ]

    def seen(record: Record) -> tuple[object, ...]:
        parts = tuple(seen(part) for part in record.parts)
        return (
            record.kind,
            record.stem,
            record.options,
            record.answer,
            record.explanation,
            len(record.pictures),
            parts,
        )

    assert sorted(map(seen, read(write(bank))), key=str) == sorted(map(seen, bank), key=str)
    bare = read(write(bank, answers=False))
    assert [r.stem for r in bare if r.kind is Kind.JUDGE] == ["可以口头答复。"]
    assert all(record.answer is None for record in bare)


def test_a_document_without_a_body_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/styles.xml", "<a/>")
    with pytest.raises(Exception, match="没有正文"):
        read(target.getvalue())


def test_children_come_one_by_one_and_none_from_deeper() -> None:
    data = b"<!DOCTYPE a><a><b><p>1</p><t><p>2</p></t><p>3&nbsp;<p>4</p></p></b><p>5</p></a>"
    found = children_of(data, "b", ["{*}p", "{*}t"])
    assert [(one.tag, "".join(one.itertext())) for one in found] == [("p", "1"), ("t", "2"), ("p", "3\xa04")]
    for spoilt in (
        data[:-8],
        b'<!DOCTYPE a [<!ENTITY x "y">]>' + data[12:],
        b"<!DOCTYPE a [<!ELEMENT b ANY>]>" + data[12:],
    ):
        with pytest.raises(Refused):
            list(children_of(spoilt, "b", ["{*}p"]))
