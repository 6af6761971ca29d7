"""Cells written as HTML, as exam systems export them: their words, and their pictures by name."""

from __future__ import annotations

import re

from studyhall.bank.drafts import Draft
from studyhall.bank.formats.sheet_tables import Table
from studyhall.bank.record import Finding, Picture

_WRAPPED = re.compile(r"<(p|div|span|h\d)\b[^>]*>.*</\1\s*>", re.DOTALL | re.IGNORECASE)
_MARKUP = re.compile(
    r"<(?:p|br|div|span|strong|b|u|i|em|font|sub|sup|img)\b[^<>]*>|&(?:nbsp|lt|gt|amp|quot|ldquo|rdquo|#\d+);",
    re.IGNORECASE,
)


def is_markup(table: Table) -> bool:
    """Half of the stems and more are paragraphs of a page: then every cell of the table is. Not in our own export."""
    if all(map(table.head.has, ("id", "points", "material"))):
        return False
    stem = table.head.columns["stem"][0]
    stems = [row[stem] for _number, row in table.rows if stem < len(row) and row[stem]]
    pages = sum(cell[:1] == "<" and bool(_WRAPPED.fullmatch(cell)) for cell in stems)
    return pages > 0 and 2 * pages >= len(stems)


def in_words(table: Table) -> dict[int, tuple[Picture, ...]]:
    """Turns the rows into words; the pictures by the number of the row."""
    from studyhall.bank.formats.html_words import words_of  # slow to load, and most sheets need none

    pictures: dict[int, tuple[Picture, ...]] = {}
    for at, (number, row) in enumerate(table.rows):
        shown: tuple[Picture, ...] = ()
        cells = []
        for cell in row:
            if "<" in cell or "&" in cell:
                words, more = words_of(cell, known=shown)
                shown += more
                cells.append(words)
            else:
                cells.append(cell)
        table.rows[at] = (number, cells)
        if shown:
            pictures[number] = shown
    return pictures


def mind_lost(draft: Draft) -> None:
    """Of a table of markup: pictures that only have an address."""
    from studyhall.bank.formats.html_words import mind_lost_pictures

    mind_lost_pictures(draft)


def mind_markup(draft: Draft) -> None:
    """A tag among plain words: whether it is one or is asked about, somebody has to say."""
    if "<" not in draft.source and "&" not in draft.source:
        return
    for words in (draft.stem, *(text for _letter, text in draft.options)):
        found = _MARKUP.search(words)
        if found and found[0] != words:
            draft.doubts.append(Finding("markup", f"题里有网页代码（{found[0][:20]}），不要的请删去。"))
            return
