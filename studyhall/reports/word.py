"""Word documents as an office writes them: A4, 黑体 heads, 仿宋 text, ruled tables with a repeated head.

The only place that speaks to the Word writer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Sequence
from typing import IO, Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

MIMETYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TEXT, _HEAD = "仿宋", "黑体"
_TEXT_WIDTH = 210 - 2 * 26
"""Millimetres between the margins."""


class Paper:
    """One document being written, from top to bottom."""

    def __init__(self, title: str, under: str) -> None:
        self._document: Any = Document()
        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin = section.bottom_margin = Mm(25)
        section.left_margin = section.right_margin = Mm(26)
        style = self._document.styles["Normal"]
        style.font.name, style.font.size = "Times New Roman", Pt(14)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), _TEXT)
        self._document.core_properties.title = title
        self._document.core_properties.author = ""
        self._line(title, Pt(20), _HEAD, centred=True)
        self._line(under, Pt(12), _TEXT, centred=True)

    def head(self, words: str) -> None:
        self._line(words, Pt(15), _HEAD)

    def text(self, words: str, *, small: bool = False) -> None:
        """A paragraph, its first line set in by two characters."""
        paragraph = self._line(words, Pt(10.5 if small else 14), _TEXT)
        paragraph.paragraph_format.first_line_indent = Pt(21 if small else 28)

    def table(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths: Sequence[int],
        words: Collection[int] = (0,),
    ) -> None:
        """A ruled table as wide as the text; `widths`: shares of it; `words`: the columns that hold words."""
        table = self._document.add_table(rows=1, cols=len(heads))
        table.style, table.autofit = "Table Grid", False
        for column, share in zip(table.columns, widths, strict=True):
            column.width = Mm(_TEXT_WIDTH * share / sum(widths))
        self._row(table.rows[0], heads, words, bold=True)
        _repeat(table.rows[0])
        for values in rows:
            row = table.add_row()
            _keep_whole(row)
            self._row(row, values, words, bold=False)
        self._document.add_paragraph()

    def new_page(self) -> None:
        self._document.add_page_break()

    def sign(self) -> None:
        """Lines for those who fill in, check and stamp."""
        self._document.add_paragraph()
        self._line("填表：＿＿＿＿＿＿　　审核：＿＿＿＿＿＿　　单位（盖章）：＿＿＿＿＿＿", Pt(12), _TEXT)
        line = self._line("年　　月　　日", Pt(12), _TEXT)
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def file(self) -> IO[bytes]:
        """The document as an open file at its beginning."""
        out = tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024)  # noqa: SIM115 - whoever sends it closes it
        self._document.save(out)
        out.seek(0)
        return out

    def _line(self, words: str, size: Pt, face: str, *, centred: bool = False) -> Any:
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(6)
        paragraph.paragraph_format.line_spacing = 1.5
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if face == _HEAD:
            paragraph.paragraph_format.keep_with_next = True
        _run(paragraph, words, size, face)
        return paragraph

    def _row(self, row: Any, values: Sequence[str], words: Collection[int], *, bold: bool) -> None:
        for place, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
            paragraph = cell.paragraphs[0]
            told = place in words and not bold
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if told else WD_ALIGN_PARAGRAPH.CENTER
            _run(paragraph, value, Pt(10.5), _HEAD if bold else _TEXT)


def _run(paragraph: Any, words: str, size: Pt, face: str) -> None:
    run = paragraph.add_run(words)
    run.font.size = size
    run.font.name = "Times New Roman"
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)


def _repeat(row: Any) -> None:
    """The head again on each sheet of paper."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _keep_whole(row: Any) -> None:
    mark = OxmlElement("w:cantSplit")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
