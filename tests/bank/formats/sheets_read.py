"""Rows read as a sheet, and the keys found: as words, so that a wrong letter cannot hide."""

from __future__ import annotations

from studyhall.bank.formats.reading import Reading
from studyhall.bank.formats.sheet_cells import Sheet
from studyhall.bank.formats.sheets import read_sheets
from studyhall.bank.record import Kind, Record, State

WHO, WHICH, TRUE = "水渠归谁修？", "哪些要公示？", "低保名单要公示。"
FOUR = ["村里", "邻村", "学校", "医院"]
SEVERAL = ["低保", "工程", "日记", "账目"]
HELD = "held"


def read(rows: list[list[str]], name: str = "Sheet1") -> Reading:
    return read_sheets([Sheet(name, rows)], "a.xlsx", "xlsx")


def key(record: Record) -> object:
    """The words of the right options, true or false, the blanks; `HELD` where it is held."""
    if record.state is State.HELD:
        return HELD
    if record.kind in (Kind.SINGLE, Kind.MULTIPLE):
        return "+".join(record.right_texts)
    return record.answer


def keys(reading: Reading) -> list[object]:
    return [key(question) for record in reading.records for question in record.parts or (record,)]


Layouts = dict[str, tuple[list[list[str]], list[object]]]
"""Rows, and the keys written down before anybody read them."""
