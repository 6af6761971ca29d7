"""What did not land as an Excel file: our template with the reason and the words of the file beside each row.

It reads back like the template: mend the rows and bring the file in again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from studyhall.bank.formats import sheet_out
from studyhall.bank.record import Fragment, Record

HEAD = ("为什么没有入库", "在原来文件的", "原文")
_MOST = 32_000
"""A cell holds 32,767 letters."""


def write(left: Iterable[tuple[Record | Fragment, str]]) -> bytes:
    """`left`: each piece with its reason; a piece that was no question has its words as the stem."""
    return sheet_out.write_rows(list(_rows(left)), HEAD)


def _rows(left: Iterable[tuple[Record | Fragment, str]]) -> Iterator[Sequence[str]]:
    for piece, reason in left:
        if isinstance(piece, Fragment):
            words = piece.text[:_MOST]
            row = ["", words, *[""] * (len(sheet_out.HEAD) - 2)]
            yield (*row, reason or piece.reason, str(piece.place), words)
            continue
        for question in piece.parts or (piece,):
            said = question.reason or reason or piece.reason
            where = question.place if question.place.to_json() else piece.place
            source = (question.source or piece.source or question.stem)[:_MOST]
            yield (*sheet_out.row_of(question, piece.stem if piece.parts else ""), said, str(where), source)
