"""Sheets out: text stays text, numbers stay numbers, shares round as on the pages."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from io import BytesIO
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from studyhall.core.tables import Blank, Cell, Column, Sheet, blank, workbook


def book_of(*sheets: Sheet) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(BytesIO(workbook(sheets).read()))


def xml_of(*sheets: Sheet) -> str:
    with ZipFile(workbook(sheets)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))


def a_sheet(kind: Cell, *values: object, name: str = "表") -> Sheet:
    return Sheet(name, "标题", [Column("栏", kind)], [(value,) for value in values])


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "http://evil.example", "001"])
def test_text_is_never_a_formula_a_link_or_a_number(text: str) -> None:
    sheet = a_sheet(Cell.TEXT, text)
    assert book_of(sheet).get_sheet_by_index(0).to_python()[2] == [text]
    assert "<f>" not in xml_of(sheet) and "hyperlink" not in xml_of(sheet)


def test_numbers_read_back_as_numbers() -> None:
    assert book_of(a_sheet(Cell.WHOLE, 3)).get_sheet_by_index(0).to_python()[2] == [3]
    assert book_of(a_sheet(Cell.SHARE, Fraction(1, 3))).get_sheet_by_index(0).to_python()[2] == [
        pytest.approx(1 / 3)
    ]
    assert book_of(a_sheet(Cell.DAY, date(2026, 5, 20))).get_sheet_by_index(0).to_python()[2] == [
        date(2026, 5, 20)
    ]


def test_nothing_to_divide_by_is_a_dash_not_nought() -> None:
    assert book_of(a_sheet(Cell.SHARE, None)).get_sheet_by_index(0).to_python()[2] == ["—"]


@pytest.mark.parametrize(
    ("share", "shown"),
    [(Fraction(1), '"0%"'), (Fraction(9999, 10000), "99.9%"), (Fraction(1, 9999), "0.1%")],
)
def test_only_what_is_exact_shows_as_all_or_nothing(share: Fraction, shown: str) -> None:
    """The number stays what it is; its form says 99.9% and never 100.0%."""
    text = xml_of(a_sheet(Cell.SHARE, share))
    assert shown.strip('"') in text


def test_two_sheets_of_one_name_are_told_apart() -> None:
    long = "一二三四五六七八九十" * 4
    names = book_of(a_sheet(Cell.TEXT, name=long), a_sheet(Cell.TEXT, name=long)).sheet_names
    assert len(set(names)) == 2 and all(len(name) <= 31 for name in names)
    assert book_of(a_sheet(Cell.TEXT, name="[1]/2:?")).sheet_names == ["12"]


def test_the_head_stays_in_view() -> None:
    assert 'state="frozen"' in xml_of(a_sheet(Cell.TEXT, "甲"))


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(TypeError):
        workbook([a_sheet(Cell.WHOLE, "三")])


def test_what_is_typed_into_a_blank_stays_as_it_is_typed() -> None:
    """As text: a program makes a day of 1-2 and 7 of 007."""
    empty = Blank("试题", ("题型", "答案"), (10, 12), (), {0: ("单选题",)}, (), {1: "写字母。"}, 50)
    with ZipFile(BytesIO(blank(empty))) as archive:
        styles = archive.read("xl/styles.xml").decode()
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    formats = re.findall(r'<xf numFmtId="(\d+)"', styles[styles.index("<cellXfs") :])
    columns = re.findall(r'<col [^>]*style="(\d+)"', sheet)
    assert [formats[int(style)] for style in columns] == ["49", "49"], "49 is text"
    assert 'prompt="写字母。" sqref="B2:B51"' in sheet and "单选题" in sheet
