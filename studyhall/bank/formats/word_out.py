"""A bank as a Word document, with or without answers, in a layout that our own reader reads back the same."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from docx import Document
from docx.image.exceptions import UnrecognizedImageError
from docx.oxml.ns import qn
from docx.shared import Cm

from studyhall.bank.formats.sheet_out import LEVELS, answer_words
from studyhall.bank.record import KIND_NAMES, Kind, Record
from studyhall.core.citations import to_chinese

_HEADINGS = {
    Kind.SINGLE: "单项选择题",
    Kind.MULTIPLE: "多项选择题",
    Kind.JUDGE: "判断题",
    Kind.FILL: "填空题",
    Kind.SHORT: "简答题",
    Kind.CASE: "案例分析题",
}
_PICTURE = re.compile(r"〔([^〔〕]{1,20})〕")


def write(records: Sequence[Record], *, title: str = "题库", answers: bool = True) -> bytes:
    """Section by section, each numbered from 1. `answers` False leaves out keys and explanations."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name = "Times New Roman"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    document.add_heading(title, level=0)
    kinds = [kind for kind in _HEADINGS if any(record.kind is kind for record in records)]
    for place, kind in enumerate(kinds, 1):
        document.add_heading(f"{to_chinese(place)}、{_HEADINGS[kind]}", level=1)
        section = [record for record in records if record.kind is kind]
        for number, record in enumerate(section, 1):
            _write_one(document, record, number, answers=answers)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _write_one(document: Any, record: Record, number: int, *, answers: bool) -> None:
    if record.kind is Kind.CASE:
        _paragraph(document, f"案例{number}：{record.stem}", record)
        for place, part in enumerate(record.parts, 1):
            _write_question(document, part, f"（{place}）[{KIND_NAMES[part.kind]}]", answers=answers)
    else:
        _write_question(document, record, f"{number}．", answers=answers)
    document.add_paragraph()


def _write_question(document: Any, record: Record, number: str, *, answers: bool) -> None:
    _paragraph(document, number + record.stem, record)
    for option in record.options:
        _paragraph(document, f"{option.key}．{option.text}", record)
    if not answers:
        return
    words = answer_words(record)
    if words:
        _paragraph(document, f"答案：{words}", record)
    if record.explanation:
        _paragraph(document, f"解析：{record.explanation}", record)
    for line in _beside(record):
        document.add_paragraph(line)


def _beside(record: Record) -> Iterator[str]:
    """Law, articles and difficulty, each in a line of its own as our reader knows them."""
    if record.law:
        yield f"所属法律：{record.law}"
    if record.cites:
        yield f"引用条文：{'；'.join(record.cites)}"
    if record.difficulty:
        yield f"难度：{LEVELS[record.difficulty]}"


def _paragraph(document: Any, text: str, record: Record) -> None:
    """A line break stays a soft break; a picture stands where the text names it."""
    paragraph = document.add_paragraph()
    pictures = {picture.name: picture for picture in record.pictures}
    at = 0
    for match in _PICTURE.finditer(text):
        picture = pictures.get(match[1])
        if picture is None:
            continue
        paragraph.add_run(text[at : match.start()])
        try:
            paragraph.add_run().add_picture(io.BytesIO(picture.data), width=Cm(8))
        except (UnrecognizedImageError, ValueError, KeyError):
            paragraph.add_run(match[0])
        at = match.end()
    paragraph.add_run(text[at:])
