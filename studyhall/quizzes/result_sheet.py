"""A sheet of results to rows; runs in a child process (`core.sandbox`)."""

from __future__ import annotations

import csv
import io

from studyhall.core.errors import Refused
from studyhall.people import sheet_safety

MOST_ROWS = 20_000


def read(data: bytes) -> list[list[str]]:
    """The cells of the first sheet that has any. Raises Refused where the file is no sheet."""
    if sheet_safety.check(data) == "text":
        return _text(data)
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python()
            if rows:
                return [[_word(cell) for cell in row] for row in rows[:MOST_ROWS]]
    except (python_calamine.CalamineError, OSError, ValueError, KeyError):
        raise Refused("文件打不开，可能已经损坏。请用WPS或Excel打开，另存一份再传。") from None
    raise Refused("表里没有内容。")


def _text(data: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            words = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return [row for row in csv.reader(io.StringIO(words))][:MOST_ROWS]
    raise Refused("文件里的字读不出来，请另存为.xlsx再传。")


def _word(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
