"""The wrong book as a Word file, to read on paper."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

import docx
from docx.oxml.ns import qn
from docx.shared import Pt

from studyhall.bank.asked import Asked
from studyhall.core.citations import Citation
from studyhall.practice.drawing import Place
from studyhall.quizzes.answers import LABELS
from studyhall.quizzes.shown import Option, Verdict


class Printed(Protocol):
    """One wrong question as it is printed."""

    @property
    def asked(self) -> Asked: ...
    @property
    def places(self) -> tuple[Place, ...]: ...
    @property
    def options(self) -> list[Option]: ...
    @property
    def verdict(self) -> Verdict: ...


def wrong_book(name: str, on: date, groups: Iterable[tuple[str, Sequence[Printed]]]) -> io.BytesIO:
    """Grouped by law and article, as the pages come: stem, options, what was given, what is right, why, and the articles."""
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "仿宋", Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    document.add_heading("我的错题", 0)
    document.add_paragraph(f"{name}　{on.year}年{on.month}月{on.day}日")
    for law, pages in groups:
        document.add_heading(law, 1)
        article = None
        for number, page in enumerate(pages, 1):
            if page.places and page.places[0] != article:
                _edition, first, sub = article = page.places[0]
                document.add_heading(str(Citation(None, first, sub)), 2)
            _question(document, number, page)
    file = io.BytesIO()
    document.save(file)
    file.seek(0)
    return file


def _question(document: docx.document.Document, number: int, page: Printed) -> None:
    asked, verdict = page.asked, page.verdict
    if asked.case_stem:
        document.add_paragraph(_plain(asked.case_stem))
    stem = document.add_paragraph()
    stem.paragraph_format.keep_with_next = True
    stem.add_run(f"{number}．{LABELS[asked.kind]}　").bold = True
    stem.add_run(_plain(asked.stem))
    for option in page.options:
        document.add_paragraph(f"{option.letter}．{_plain(option.text)}")
    document.add_paragraph(f"答的：{verdict.chosen or '没有答'}　　正确答案：{verdict.right}")
    others = "、".join(str(Citation(None, article, sub)) for _edition, article, sub in page.places[1:])
    document.add_paragraph(_plain(asked.explanation) + (f"（另见{others}）" if others else ""))


def _plain(text: str) -> str:
    return text.replace("**", "")
