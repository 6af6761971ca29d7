"""What an .xlsx holds that the reader of its cells passes over: hidden rows, errors, raised figures, pictures."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field

from studyhall.bank.formats.guards import member

_HIDDEN_ROW = re.compile(rb'<row\b[^>]*\shidden="(?:1|true)"[^>]*>')
_HIDDEN_COLUMN = re.compile(rb'<col\b[^>]*\shidden="(?:1|true)"[^>]*>')
_ERROR = re.compile(
    rb'<c\s[^>]*?r="([A-Z]{1,3})(\d{1,7})"[^>]*\st="e"[^>]*>(?:<f\b[^>]*(?:/>|>[^<]*</f>))?<v>([^<]{1,12})</v>'
)


STRINGS = "xl/sharedStrings.xml"


@dataclass
class Unseen:
    """Of one sheet."""

    rows: int = 0
    columns: int = 0
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    """(row from 1, column from 0, what is shown)"""
    drawn: bool = False
    """There are pictures or remarks beside the cells."""

    def __bool__(self) -> bool:
        return bool(self.rows or self.columns or self.errors or self.drawn)


def unseen_in(sheet: bytes) -> Unseen:
    """Of the XML of a sheet; most have nothing of all this, and then it is not looked at closely."""
    found = Unseen(drawn=b"<drawing " in sheet or b"<legacyDrawing " in sheet)
    if b' hidden="' in sheet:
        found.rows = len(_HIDDEN_ROW.findall(sheet))
        found.columns = len(_HIDDEN_COLUMN.findall(sheet))
    if b' t="e"' in sheet:
        for letters, digits, shown in _ERROR.findall(sheet):
            found.errors.append((int(digits), _column(letters), shown.decode("utf-8", "replace")))
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def raised(archive: zipfile.ZipFile) -> bool:
    """Some words of the cells stand higher or lower than the others: 10², CO₂."""
    return STRINGS in archive.namelist() and b"<vertAlign " in member(archive, STRINGS)
