"""Sheets as rows of words: what calamine or the csv module give, written as a person sees it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from studyhall.bank.formats.lines import cleaned
from studyhall.bank.formats.reading import TORN, Refused

MOST_ROWS = 60_000
MOST_COLUMNS = 200


@dataclass
class Sheet:
    name: str
    rows: list[Sequence[str]]
    """Every cell without blanks around it."""
    merged: dict[tuple[int, int], str] = field(default_factory=dict)
    """Words of a cell that reaches over several rows, by (row from 1, column from 0) of those below its first."""
    hidden: bool = False
    pictured: frozenset[int] = frozenset()
    """Rows at which a picture stands that does not come along."""
    overlong: frozenset[int] = frozenset()
    """Rows of a file in commas that have more cells than the others."""
    bare_numbers: bool = False
    """Nobody knows how its numbers are shown: 0.1 may be 10%."""


def sheets_of(data: bytes) -> list[Sheet]:
    """.xlsx, .xls, .ods; the file is known to be none that harms."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        hidden = {one.name for one in book.sheets_metadata if one.visible != SheetVisibleEnum.Visible}
        return [replace(_sheet(book, name), hidden=name in hidden) for name in book.sheet_names]
    except CalamineError as error:
        raise Refused(_why(str(error))) from error
    except (ValueError, KeyError, OSError, EOFError) as error:
        raise Refused(TORN) from error


def _sheet(book: CalamineWorkbook, name: str) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
        raise Refused(
            f"工作表“{name}”占了 {sheet.total_height} 行 {sheet.total_width} 列，超过了能读的 "
            f"{MOST_ROWS} 行 {MOST_COLUMNS} 列；请删去空行空列再传。"
        )
    start = sheet.start[0] if sheet.start else 0
    rows: list[Sequence[str]] = [()] * start
    rows += [
        [words(cell) if cell != "" else "" for cell in row] for row in sheet.to_python(skip_empty_area=True)
    ]
    return Sheet(name, rows, _merged(sheet, rows))


def _merged(sheet: CalamineSheet, rows: Sequence[Sequence[str]]) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top < bottom and left == right and top < len(rows) and left < len(rows[top]):
            for row in range(top + 1, min(bottom, len(rows) - 1) + 1):
                found[row + 1, left] = rows[top][left]
    return found


class DateWords(str):
    """What stands in a cell that the file keeps as a day: `1-2` became one where the program took it for a date."""

    __slots__ = ()


def words(cell: Any) -> str:
    """1.0 is 1, a day is 2021-01-01, true is TRUE; no blanks around it."""
    if isinstance(cell, str):
        if "_x000D_" in cell:
            cell = cell.replace("_x000D_", "")
        return (cell if cell.isprintable() else cleaned(cell)).strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return DateWords(cell.date().isoformat() if cell.time() == time() else cell.isoformat(" "))
    if isinstance(cell, time) and not cell.second:
        return DateWords(cell.isoformat("minutes"))
    if isinstance(cell, date | time | timedelta):
        return DateWords(cell)
    return "" if cell is None else str(cell)


def _why(error: str) -> str:
    lowered = error.lower()
    if "password" in lowered or "encrypt" in lowered:
        return "这个文件有密码，请去掉密码再传。"
    return TORN


def sheet_of_text(text: str) -> Sheet:
    """.csv and .tsv: the sign that divides most lines into the same number of cells."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]

    def evenness(sign: str) -> tuple[int, int]:
        counts = [line.count(sign) for line in lines]
        head = next(filter(None, counts), 0)
        return (sum(count >= head for count in counts) if head else 0, head)

    sign = max("\t,;|，", key=evenness)
    if any(len(line) > 200_000 for line in text.splitlines()):
        raise Refused("这个文件有一行超过 20 万字，不像题库。")
    csv.field_size_limit(1_000_000)
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign))
    except csv.Error as error:
        raise Refused(f"这个表格文件的格式不对（{error}）。") from error
    if len(found) > MOST_ROWS:
        raise Refused(f"文件有 {len(found)} 行，超过了能读的 {MOST_ROWS} 行。")
    return Sheet("", [[_unguarded(cell.strip()) for cell in row] for row in found], overlong=_overlong(found))


def _overlong(rows: Sequence[Sequence[str]]) -> frozenset[int]:
    """Longer than most: a comma among the words of a cell has cut it in two."""
    if not rows:
        return frozenset()
    [(usual, _count)] = Counter(len(row) for row in rows if len(row) > 1).most_common(1) or [(0, 0)]
    return frozenset(number for number, row in enumerate(rows, 1) if len(row) > usual)


def _unguarded(cell: str) -> str:
    return cell.removeprefix("'") if cell[:2] in _GUARDED else cell


_GUARDED = {"'=", "'+", "'-", "'@", "'＝", "'＋", "'－", "'＠"}
"""What our own export puts before a cell that a table program would take for a formula."""
