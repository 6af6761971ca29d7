"""A paper as a Word document on A4, to be sat on paper or kept in a file; with the answers or without."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import IO, Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.image.exceptions import UnrecognizedImageError
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt
from flask_babel import gettext as _

from studyhall.bank.record import Picture
from studyhall.core.citations import to_chinese
from studyhall.core.filters import points as points_words
from studyhall.quizzes.answers import LABELS

MIMETYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PICTURE = re.compile(r"〔([^〔〕]{1,40})〕")
_STRONG = re.compile(r"\*\*(.+?)\*\*")
_BLANK = re.compile(r"_{2,}")
_RULE = "＿＿＿＿＿＿"
_LINES_TO_WRITE_ON = 6

Pictures = Mapping[int, Sequence[Picture]]
"""By version."""


def paper_document(
    title: str, under: str, items: Sequence[Mapping[str, Any]], pictures: Pictures, *, answers: bool
) -> IO[bytes]:
    """The document as an open file at its beginning. `items` as the sample page shows them."""
    paper = _Paper()
    paper.line(title, Pt(18), head=True, centred=True)
    paper.line(under, Pt(11), centred=True)
    if not answers:
        paper.line(_("单位：＿＿＿＿＿＿＿＿　　姓名：＿＿＿＿＿＿　　得分：＿＿＿＿"), Pt(11), centred=True)
    by_kind = groupby(items, key=lambda item: item["question"].kind)
    for place, (kind, those) in enumerate(by_kind, 1):
        paper.line(f"{to_chinese(place)}、{LABELS[kind]}", Pt(13), head=True)
        for item in those:
            _question(paper, item, pictures, answers=answers)
    return paper.file()


def _question(paper: _Paper, item: Mapping[str, Any], pictures: Pictures, *, answers: bool) -> None:
    question = item["question"]
    own = pictures.get(question.version_id, ())
    if question.case_stem and question.case_position == 1:
        paper.words(question.case_stem, pictures.get(question.case_id or 0, ()))
    worth = _("（%(points)s分）", points=points_words(item["worth"]))
    stem = _BLANK.sub(_RULE, question.stem) if question.kind == "fill" else question.stem
    paper.words(f"{item['place']}．{stem}{worth}", own, keep=True)
    for letter, text, _right in item["options"]:
        paper.words(f"{letter}．{text}", own, inset=True)
    if answers:
        cited = "、".join(str(citation) for citation in question.citations)
        paper.words(_("**答案：%(key)s**　%(cited)s", key=item["key"], cited=cited), (), inset=True)
    elif question.kind == "judge":
        paper.words(_("正确（　）　　错误（　）"), (), inset=True)
    elif question.kind == "short":
        for _line in range(_LINES_TO_WRITE_ON):
            paper.words("＿" * 32, (), inset=True)


class _Paper:
    """One document being written, from top to bottom."""

    def __init__(self) -> None:
        self._document: Any = Document()
        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin = section.bottom_margin = Mm(20)
        section.left_margin = section.right_margin = Mm(20)
        style = self._document.styles["Normal"]
        style.font.name, style.font.size = "Times New Roman", Pt(11)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
        style.paragraph_format.space_after = Pt(2)
        self._document.core_properties.author = ""

    def line(self, words: str, size: Any, *, head: bool = False, centred: bool = False) -> None:
        paragraph = self._document.add_paragraph()
        run = paragraph.add_run(words)
        run.font.size, run.bold = size, head
        if head:
            run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "黑体")
            paragraph.paragraph_format.keep_with_next = True
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def words(
        self, text: str, pictures: Sequence[Picture], *, inset: bool = False, keep: bool = False
    ) -> None:
        """One paragraph: `**不能**` stands out, a picture stands where the words name it."""
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = keep
        if inset:
            paragraph.paragraph_format.left_indent = Pt(22)
        elif keep:
            paragraph.paragraph_format.space_before = Pt(6)
        known = {picture.name: picture for picture in pictures}
        for place, piece in enumerate(_STRONG.split(text)):
            at = 0
            for match in _PICTURE.finditer(piece):
                if match[1] in known:
                    paragraph.add_run(piece[at : match.start()]).bold = bool(place % 2)
                    _draw(paragraph, known[match[1]], match[0])
                    at = match.end()
            paragraph.add_run(piece[at:]).bold = bool(place % 2)

    def file(self) -> IO[bytes]:
        file = tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024)  # noqa: SIM115 - whoever sends it closes it
        self._document.save(file)
        file.seek(0)
        return file


def _draw(paragraph: Any, picture: Picture, name: str) -> None:
    try:
        paragraph.add_run().add_picture(io.BytesIO(picture.data), width=Cm(7))
    except (UnrecognizedImageError, ValueError, KeyError):
        paragraph.add_run(name)
