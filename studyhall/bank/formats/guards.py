"""What a file may be before any reader opens it: size, members, unpacked sum, passwords, macros."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from studyhall.bank.formats.reading import TORN, Refused

MOST_BYTES = 20 * 1024 * 1024
MOST_MEMBERS = 5_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_OF_ONE = 60 * 1024 * 1024
MOST_RATIO = 200
"""Unpacked to packed, of members past a megabyte: honest XML stays below fifty."""
MOST_CELLS = 6_000_000
MOST_ROWS, MOST_COLUMNS = 100_000, 400

_SMALLER = "请打开原来的文件，删去空行、空列和用不着的图片，另存一份再传。"

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def weigh(data: bytes) -> None:
    if not data.strip():
        raise Refused("文件是空的，请看是不是选错了。")
    if len(data) > MOST_BYTES:
        raise Refused(f"文件有 {len(data) // 1_000_000} MB，最多 20 MB；请分成几个文件再传。")


def safe_zip(data: bytes) -> zipfile.ZipFile:
    """Opened only for its list; refuses bombs, passwords, paths that lead out, macros and torn files."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Refused(TORN) from error
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise Refused(f"压缩包里有 {len(members)} 个文件，超过了 {MOST_MEMBERS} 个。")
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Refused(f"解开后超过 200 MB，没有读。{_SMALLER}")
    for member in members:
        _check_member(member)
    if any(name.lower().endswith("vbaproject.bin") for name in archive.namelist()):
        raise Refused("这是带宏的文件，不能导入；请另存为不带宏的 .xlsx 或 .docx 再传。")
    return archive


def _check_member(member: zipfile.ZipInfo) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"^[A-Za-z]:", member.filename):
        raise Refused("压缩包里有指向外面的路径，不安全，没有读。")
    if member.flag_bits & 1:
        raise Refused("这个压缩包有密码，请去掉密码再传。")
    large = member.file_size > 1_000_000
    if member.file_size > MOST_OF_ONE or (
        large and member.file_size > MOST_RATIO * max(1, member.compress_size)
    ):
        raise Refused(f"解开后大得不正常，没有读。{_SMALLER}")


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """A torn archive may point anywhere, even before its own beginning."""
    try:
        return archive.read(name)
    except (ValueError, RuntimeError, OSError) as error:
        raise Refused(TORN) from error


_FAR = re.compile(rb'r="(?:[A-Z]{2}|[A-Z]\d{5})')
"""Without one of these no cell lies beyond column 26 or row 9,999, and none is looked at one by one."""


def manifest_of(names: Iterable[str]) -> str:
    """The one nearest the top, "" where there is none; a Mac puts a shadow of each file beside it."""
    found = [
        name for name in names if re.search(r"(^|[/\\])imsmanifest\.xml$", name) and "__MACOSX" not in name
    ]
    return min(found, key=lambda name: (name.count("/"), name), default="")


_CELL = re.compile(rb'<c\s(?:[^>]*?\s)?r="([A-Z]{1,4})(\d{1,8})"[^>]*?(/?)>')
_REPEATED = re.compile(rb'table:number-(rows|columns)-repeated="(\d+)"')


def check_cells(
    archive: zipfile.ZipFile, look: Callable[[str, bytes], None] = lambda name, sheet: None
) -> None:
    """The farthest filled cell of each sheet: one at XFD1048576 makes a reader ask for all of them.

    `look` is shown each sheet, which is unpacked here anyway.
    """
    for name in archive.namelist():
        if not re.match(r"xl/worksheets/[^/]+\.xml$", name):
            continue
        row, column, sheet = 0, 0, member(archive, name)
        look(name, sheet)
        if not _FAR.search(sheet):
            continue
        for letters, digits, empty in _CELL.findall(sheet):
            if not empty:
                row, column = max(row, int(digits)), max(column, _column(letters))
        if row > MOST_ROWS or column > MOST_COLUMNS or row * column > MOST_CELLS:
            raise Refused(
                f"有一张工作表写到了第 {row} 行第 {column} 列，超过了能读的范围；请删去多余的行列再传。"
            )


def check_repeats(archive: zipfile.ZipFile) -> None:
    """An .ods says in a few words that a row stands there a million times."""
    content = member(archive, "content.xml")
    for row in re.finditer(rb"<table:table-row\b[^>]*>.*?</table:table-row>", content, re.DOTALL):
        head = row[0][: row[0].find(b">")]
        rows = _REPEATED.search(head)
        if rows and int(rows[2]) > 1_000 and re.search(rb"office:value-type|<text:p>.", row[0]):
            raise Refused("有一张工作表把同一行重复了很多次，超过了能读的范围。")
        for cell in re.finditer(rb"<table:table-cell\b[^>]*>", row[0]):
            wide = _REPEATED.search(cell[0])
            if wide and int(wide[2]) > MOST_COLUMNS and b"office:value-type" in cell[0]:
                raise Refused("有一张工作表把同一格重复了很多次，超过了能读的范围。")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def ole_kind(data: bytes) -> str:
    """`doc` or `xls` by the names in the old container; refuses passwords and macros."""

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise Refused("这个文件有密码，请去掉密码再传。")
    if holds("_VBA_PROJECT") or holds("VBA\0"):
        raise Refused("这是带宏的文件，不能导入；请另存为不带宏的 .xlsx 或 .docx 再传。")
    if holds("WordDocument"):
        return "doc"
    if holds("Workbook") or holds("Book\0"):
        return "xls"
    if holds("PowerPoint Document"):
        raise Refused("幻灯片不能导入，请把试题放进 Word 或 Excel。")
    raise Refused("这个旧格式的 Office 文件里没有文档也没有表格，读不懂。")
