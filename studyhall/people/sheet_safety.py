"""What a roster file may be before a reader opens it: no bomb, no password, no macro, no cell at XFD1048576."""

from __future__ import annotations

import io
import re
import zipfile

from studyhall.core.errors import Refused
from studyhall.core.sayings import later

MOST_MEMBERS = 2000
MOST_UNPACKED = 120 * 1024 * 1024
MOST_RATIO = 200
MOST_ROWS, MOST_COLUMNS = 20_000, 256

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CELL = re.compile(rb'<c\s(?:[^>]*?\s)?r="([A-Z]{1,4})(\d{1,8})"')
_MACRO = later("这是带宏的文件，不能导入。请另存为不带宏的.xlsx再传。")
_PASSWORD = later("这个文件有密码，请去掉密码再传。")
_TORN = later("文件打不开，可能没有传完，或者不是表格。名册请用.xlsx、.xls或.csv。")


def check(data: bytes) -> str:
    """`sheet` or `text`; raises Refused for what is not read at all."""
    if not data.strip():
        raise Refused("文件是空的。")
    if data.startswith(b"PK"):
        _check_zip(data)
        return "sheet"
    if data.startswith(OLE):
        _check_old(data)
        return "sheet"
    if data[:512].count(b"\0") > 0 and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(_TORN)
    return "text"


def _check_zip(data: bytes) -> None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Refused(_TORN) from None
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Refused("这个文件解开以后大得不正常，没有读。")
    for member in members:
        if member.flag_bits & 1:
            raise Refused(_PASSWORD)
        if member.file_size > 1_000_000 and member.file_size > MOST_RATIO * max(1, member.compress_size):
            raise Refused("这个文件解开以后大得不正常，没有读。")
        if member.filename.lower().endswith("vbaproject.bin"):
            raise Refused(_MACRO)
    sheets = [name for name in archive.namelist() if re.match(r"xl/worksheets/[^/]+\.xml$", name)]
    if not sheets and "content.xml" not in archive.namelist():
        raise Refused(_TORN)
    for name in sheets:
        _check_extent(archive.read(name))


def _check_extent(xml: bytes) -> None:
    """One cell far out makes a reader ask for all cells up to it."""
    row = column = 0
    for letters, digits in _CELL.findall(xml):
        row, column = max(row, int(digits)), max(column, _number(letters))
    if row > 10 * MOST_ROWS or column > MOST_COLUMNS:
        raise Refused(
            "有一张表写到了第%(row)s行第%(column)s列，超过了能读的范围。请删去多余的行列再传。",
            row=row,
            column=column,
        )


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_old(data: bytes) -> None:
    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise Refused(_PASSWORD)
    if holds("_VBA_PROJECT"):
        raise Refused(_MACRO)
    if not (holds("Workbook") or holds("Book")):
        raise Refused("这个文件不是表格。名册请用.xlsx、.xls或.csv。")
