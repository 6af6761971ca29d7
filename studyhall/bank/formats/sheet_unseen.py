"""What an .xlsx holds that the reader of its cells passes over: hidden rows, errors, raised figures, pictures."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from html import unescape

from studyhall.bank.formats.guards import member

_HIDDEN_ROW = re.compile(rb'<row\b(?=[^>]*\shidden="(?:1|true)")[^>]*\sr="(\d{1,7})"')
_HIDDEN_COLUMN = re.compile(
    rb'<col\b(?=[^>]*\shidden="(?:1|true)")(?=[^>]*\smin="(\d{1,5})")[^>]*\smax="(\d{1,5})"'
)
_ERROR = re.compile(
    rb'<c\s[^>]*?r="([A-Z]{1,3})(\d{1,7})"[^>]*\st="e"[^>]*>(?:<f\b[^>]*(?:/>|>[^<]*</f>))?<v>([^<]{1,12})</v>'
)


STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"


@dataclass
class Unseen:
    """Of one sheet."""

    rows: list[int] = field(default_factory=list)
    columns: list[tuple[int, int]] = field(default_factory=list)
    """Hidden ones, from 1; the columns as first and last."""
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
        found.rows = list(map(int, _HIDDEN_ROW.findall(sheet)))
        found.columns = [(int(first), int(last)) for first, last in _HIDDEN_COLUMN.findall(sheet)]
    if b' t="e"' in sheet:
        for letters, digits, shown in _ERROR.findall(sheet):
            found.errors.append((int(digits), column_of(letters), shown.decode("utf-8", "replace")))
    return found


def column_of(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def raised(archive: zipfile.ZipFile) -> bool:
    """Some words of the cells stand higher or lower than the others: 10², CO₂."""
    return STRINGS in archive.namelist() and b"<vertAlign " in member(archive, STRINGS)


LITERAL = re.compile(r'(?:0|#|General|G/通用格式)(?:"([^"%]{1,6})"|([\u4e00-\u9fff]{1,4}))')
"""3元: a number and the word behind it."""
_SPEAKS = re.compile(r"0(?:\.0+)?%|0{2,12}")
_PERCENT = {"9": "0%", "10": "0.00%"}
_FORMAT = re.compile(r'<numFmt numFmtId="(\d+)" formatCode="([^"]*)"')
_STYLE = re.compile(r'<xf [^>]*?numFmtId="(\d+)"')


def speaking_formats(archive: zipfile.ZipFile) -> dict[int, str]:
    """Style of a cell to the format of its number, where that says more: percent, zeros in front, a unit."""
    if STYLES not in archive.namelist():
        return {}
    styles = member(archive, STYLES).decode("utf-8", "replace")
    formats = _PERCENT | {number: unescape(code) for number, code in _FORMAT.findall(styles)}
    used = styles[styles.find("<cellXfs") : styles.find("</cellXfs")]
    codes = (formats.get(number, "") for number in _STYLE.findall(used))
    return {
        place: code for place, code in enumerate(codes) if _SPEAKS.fullmatch(code) or LITERAL.fullmatch(code)
    }
