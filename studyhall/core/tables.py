"""Sheets out: the only place that writes a workbook.

Text is written as text, so that a name beginning with = stays a name; numbers as numbers, shares with the
same rounding as on the pages. The head stays in view and is printed again on each sheet of paper.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import IO, Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from studyhall.core import clock, figures

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOTHING = "—"
"""Where there is nothing to divide by: never 0."""

_IN_MEMORY = 4 * 1024 * 1024
_A4 = 9


class Cell(Enum):
    """What stands in a column."""

    TEXT = "text"
    WHOLE = "whole"
    SHARE = "share"
    """From 0 to 1, shown in percent."""
    MARKS = "marks"
    """One decimal."""
    DAY = "day"


Value = str | int | float | Fraction | date | datetime | None
Formats = dict[str, Any]


@dataclass(frozen=True)
class Column:
    head: str
    cell: Cell = Cell.TEXT
    width: float = 10
    choices: Sequence[str] = ()
    """What may be filled in by hand: the sheet offers these and nothing else."""


@dataclass(frozen=True)
class BarChart:
    """A native chart: one bar a row, of the shares in one column, named by another."""

    title: str
    names: int
    values: int


@dataclass(frozen=True)
class Sheet:
    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    total: Sequence[Value] | None = None
    notes: Sequence[str] = field(default=())
    chart: BarChart | None = None


def workbook(sheets: Iterable[Sheet]) -> IO[bytes]:
    """The whole workbook as an open file at its beginning; large ones lie on the disk, not in memory."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    writer = _Writer(book)
    taken: set[str] = set()
    for sheet in sheets:
        writer.write(sheet, _tab(sheet.name, taken))
    book.close()
    file.seek(0)
    return file


@dataclass(frozen=True)
class Blank:
    """A sheet to be filled in by hand: one head, columns with lists to choose from, and how to fill it."""

    name: str
    heads: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[str]]
    choices: Mapping[int, Sequence[str]]
    """By column, from 0."""
    help: Sequence[str]
    hints: Mapping[int, str] = field(default_factory=dict)
    """By column: shown beside a cell while it is filled."""
    empty_rows: int = 2_000
    """So many rows at least have the lists."""


MOST_IN_CELL = 32_767
"""Letters; XlsxWriter would leave the whole cell empty beyond that."""


def blank(sheet: Blank) -> bytes:
    """The workbook of such a sheet, its help on a second one."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    paper = book.add_worksheet(sheet.name[:31])
    head = book.add_format({"bold": True, "bg_color": "#DDE6F0", "border": 1, "text_wrap": True})
    # As text: what is typed stays what it is, 1-2 becomes no day and 007 no 7.
    wrap = book.add_format({"text_wrap": True, "valign": "top", "num_format": 49})
    for column, (name, width) in enumerate(zip(sheet.heads, sheet.widths, strict=True)):
        paper.write_string(0, column, name, head)
        paper.set_column(column, column, width, wrap)
    for row, cells in enumerate(sheet.rows, 1):
        for column, words in enumerate(cells):
            if words:
                paper.write_string(row, column, words[:MOST_IN_CELL], wrap)
    last = max(sheet.empty_rows, len(sheet.rows) * 2)
    for column, words_of in sheet.choices.items():
        told = f"请从列表里选：{'、'.join(words_of)}。"
        rule = {"validate": "list", "source": list(words_of), "ignore_blank": True, "error_message": told}
        paper.data_validation(1, column, last, column, rule)
    for column, hint in sheet.hints.items():
        paper.data_validation(1, column, last, column, {"validate": "any", "input_message": hint})
    paper.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(len(sheet.heads) - 1)}{last + 1}"})
    paper.freeze_panes(1, 2)
    notes = book.add_worksheet("填写说明")
    notes.set_column(0, 0, 100)
    for row, words in enumerate(sheet.help):
        notes.write_string(row, 0, words)
    book.close()
    return target.getvalue()


def _tab(name: str, taken: set[str]) -> str:
    """A name that a workbook takes: 31 letters, without \\ / ? * [ ] :, each once."""
    plain = re.sub(r"[\\/?*\[\]:']", "", name)[:31] or "表"
    unique, number = plain, 2
    while unique.lower() in taken:
        ending = f"（{number}）"
        unique, number = plain[: 31 - len(ending)] + ending, number + 1
    taken.add(unique.lower())
    return unique


class _Writer:
    def __init__(self, book: Any) -> None:
        self.book = book
        rule = {"border": 1, "border_color": "#B8B4AA", "valign": "vcenter"}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format(rule | {"bold": True, "bg_color": "#EEEBE4", "text_wrap": True})
        self.note = book.add_format({"font_color": "#465061"})
        self.plain, self.bold = self._formats(rule), self._formats(rule | {"bold": True})

    def _formats(self, rule: Formats) -> Formats:
        number = {"align": "right"}
        made = {
            "text": {},
            "nothing": number,
            "whole": number | {"num_format": "0"},
            "marks": number | {"num_format": "0.0"},
            "share": number | {"num_format": "0.0%"},
            "exact": number | {"num_format": "0%"},
            "almost": number | {"num_format": '"99.9%"'},
            "hardly": number | {"num_format": '"0.1%"'},
            "day": number | {"num_format": "yyyy-mm-dd"},
        }
        return {name: self.book.add_format(rule | own) for name, own in made.items()}

    def write(self, sheet: Sheet, tab: str) -> None:
        paper = self.book.add_worksheet(tab)
        paper.set_paper(_A4)
        paper.fit_to_pages(1, 0)
        paper.set_footer("&C&P / &N")
        for index, column in enumerate(sheet.columns):
            paper.set_column(index, index, column.width)
        paper.write_string(0, 0, sheet.title, self.title)
        for index, column in enumerate(sheet.columns):
            paper.write_string(1, index, column.head, self.head)
        paper.freeze_panes(2, 1)
        paper.repeat_rows(1)
        row = 2
        for values in sheet.rows:
            self._line(paper, row, sheet.columns, values, self.plain)
            row += 1
        last = row - 1
        for index, column in enumerate(sheet.columns):
            if column.choices and last >= 2:
                offered = {"validate": "list", "source": list(column.choices)}
                paper.data_validation(2, index, last, index, offered)
        if sheet.total is not None:
            self._line(paper, row, sheet.columns, sheet.total, self.bold)
            row += 1
        for note in sheet.notes:
            row += 1
            paper.write_string(row, 0, note, self.note)
        if sheet.chart is not None and last >= 3:
            self._chart(paper, tab, sheet, last)

    def _line(
        self, paper: Any, row: int, columns: Sequence[Column], values: Sequence[Value], formats: Formats
    ) -> None:
        for index, (column, value) in enumerate(zip(columns, values, strict=True)):
            _write(paper, (row, index), column.cell, value, formats)

    def _chart(self, paper: Any, tab: str, sheet: Sheet, last: int) -> None:
        about = sheet.chart
        assert about is not None
        chart = self.book.add_chart({"type": "bar"})
        chart.add_series(
            {
                "name": sheet.columns[about.values].head,
                "categories": [tab, 2, about.names, last, about.names],
                "values": [tab, 2, about.values, last, about.values],
                "fill": {"color": "#1A4B7C"},
                "gap": 40,
            }
        )
        chart.set_title({"name": about.title, "name_font": {"size": 12}})
        chart.set_legend({"none": True})
        chart.set_x_axis({"min": 0, "max": 1, "num_format": "0%", "major_gridlines": {"visible": True}})
        chart.set_y_axis({"reverse": True})
        chart.set_size({"width": 560, "height": 120 + 22 * (last - 1)})
        paper.insert_chart(1, len(sheet.columns) + 1, chart)


def _write(paper: Any, place: tuple[int, int], kind: Cell, value: Value, formats: Formats) -> None:
    if value is None:
        blank = "" if kind in (Cell.TEXT, Cell.DAY) else NOTHING
        paper.write_string(*place, blank, formats["nothing"])
    elif kind is Cell.TEXT:
        paper.write_string(*place, str(value), formats["text"])
    elif kind is Cell.DAY and isinstance(value, date):
        day = clock.day_of(value) if isinstance(value, datetime) else value
        paper.write_datetime(*place, day, formats["day"])
    elif kind is Cell.SHARE and isinstance(value, (int, Fraction)):
        paper.write_number(*place, float(value), formats[_rounding(Fraction(value))])
    elif isinstance(value, (int, float, Fraction)):
        paper.write_number(*place, float(value), formats[kind.value])
    else:
        raise TypeError(f"{value!r} is no {kind.value}")


def _rounding(value: Fraction) -> str:
    """The same as `figures.percent`: 100% and 0% only when exact."""
    shown = figures.percent(value)
    if value in (0, 1):
        return "exact"
    if shown == "99.9%" and value > Fraction(9995, 10000):
        return "almost"
    if shown == "0.1%" and value < Fraction(5, 10000):
        return "hardly"
    return "share"
