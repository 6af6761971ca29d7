"""Which reader a file gets: by what is in it, never by its name.

Readers are imported where they are wanted: a child process lives for one file, and all of them together take
longer to load than most files to read.
"""

from __future__ import annotations

import json
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import replace

from studyhall.bank.batch_checks import side_by_side
from studyhall.bank.formats.guards import (
    OLE,
    check_cells,
    check_repeats,
    manifest_of,
    member,
    ole_kind,
    safe_zip,
    weigh,
)
from studyhall.bank.formats.lines import Line, decoded, lines_of
from studyhall.bank.formats.other_systems import OTHER_SYSTEMS
from studyhall.bank.formats.reading import MANIFEST, TORN, Reading, Refused
from studyhall.bank.record import Fragment, Place

MOST_QUESTIONS = 20_000
MOST_FILES = 50

_REFUSED_STARTS = (
    (b"%PDF", "PDF 不能导入；请用 Word 或 WPS 打开它，另存为 .docx 再传。"),
    (b"{\\rtf", "RTF 不能导入；请另存为 .docx 再传。"),
    (b"\x89PNG", "图片不能导入；请先识别成文字。"),
    (b"\xff\xd8\xff", "图片不能导入；请先识别成文字。"),
    (b"GIF8", "图片不能导入；请先识别成文字。"),
    (b"BM", "图片不能导入；请先识别成文字。"),
    (b"Rar!", "RAR 压缩包不能导入；请解开后再传，或者压成 .zip。"),
    (
        b"\x1f\x8b",
        "这是 .gz 压缩包，Moodle 的课程备份也是这种；题库请导出为 Moodle XML 或 GIFT，别的文件请解开后再传。",
    ),
    (b"7z\xbc\xaf", "7z 压缩包不能导入；请解开后再传，或者压成 .zip。"),
    (b"MZ", "程序不能导入。"),
    (b"SQLite format", "数据库文件不能导入。"),
)


def open_data(data: bytes, file: str, key: tuple[bytes, str] | None = None) -> Reading:
    """The whole way for one file: guard, recognise, read, compare side by side."""
    weigh(data)
    key_lines = lines_of_key(*key) if key else ()
    reading = _whole(data, file, key_lines, depth=0)
    for one in reading.files or [reading]:
        if len(one.records) > MOST_QUESTIONS:
            raise Refused(f"文件里有 {len(one.records)} 道题，一次最多 {MOST_QUESTIONS} 道；请分成几个文件。")
        if any(record.pictures or record.parts for record in one.records):
            from studyhall.bank.formats.drawing_anew import drawn_anew

            one.records = drawn_anew(one.records)
        one.records = side_by_side(one.records)
    return reading


def _whole(data: bytes, file: str, key_lines: Sequence[Line], depth: int) -> Reading:
    """A member that does not unpack shows only when it is read."""
    try:
        return _read(data, file, key_lines, depth)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError) as error:
        raise Refused(TORN) from error


def _read(data: bytes, file: str, key_lines: Sequence[Line], depth: int) -> Reading:
    for start, message in _REFUSED_STARTS:
        if data.startswith(start) and (start != b"BM" or b"\0" in data[:30]):
            raise Refused(message)
    if data.startswith(OLE):
        if ole_kind(data) == "doc":
            from studyhall.bank.formats import word_old

            return word_old.read(data, file, key_lines)
        return _read_book(data, file, "xls")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _read_zip(data, file, key_lines, depth)
    from studyhall.bank.formats.opening_words import read_words

    return read_words(data, file, key_lines)


def _read_zip(data: bytes, file: str, key_lines: Sequence[Line], depth: int) -> Reading:
    archive = safe_zip(data)
    names = set(archive.namelist())
    if any(name.startswith("word/") for name in names):
        from studyhall.bank.formats import word

        return word.read(data, file, key_lines)
    if any(name.startswith("xl/") for name in names):
        return _read_xlsx(archive, data, file)
    if "mimetype" in names:
        kind = member(archive, "mimetype")[:100].decode("ascii", errors="replace")
        if "spreadsheet" in kind:
            check_repeats(archive)
            return _read_book(data, file, "ods")
        raise Refused("这种 OpenDocument 文件不能导入；请另存为 .docx 或 .xlsx 再传。")
    _refuse_other_systems(names)
    if manifest_of(names):
        from studyhall.bank.formats import qti

        return qti.read_package(archive, file)
    if MANIFEST in names:
        return _read_manifest(archive, file)
    return _read_several(archive, file, depth)


def _read_book(data: bytes, file: str, format: str) -> Reading:
    from studyhall.bank.formats.sheet_cells import sheets_of
    from studyhall.bank.formats.sheets import read_sheets

    return read_sheets([replace(sheet, bare_numbers=True) for sheet in sheets_of(data)], file, format)


def _read_xlsx(archive: zipfile.ZipFile, data: bytes, file: str) -> Reading:
    from studyhall.bank.formats.sheet_cells import sheets_of
    from studyhall.bank.formats.sheet_unseen import Unseen, raised, speaking_formats, unseen_in
    from studyhall.bank.formats.sheets import read_sheets

    unseen: dict[str, Unseen] = {}
    check_cells(archive, lambda name, sheet: unseen.update({name: unseen_in(sheet)}))
    sheets = sheets_of(data)
    notes: list[str] = []
    if any(unseen.values()) or raised(archive) or speaking_formats(archive):
        from studyhall.bank.formats.sheet_put_back import mind_unseen

        notes = mind_unseen(archive, sheets, unseen)
    reading = read_sheets(sheets, file, "xlsx")
    reading.notes += notes
    return reading


def _read_manifest(archive: zipfile.ZipFile, file: str) -> Reading:
    from studyhall.bank.formats import json_bank, package

    words = member(archive, MANIFEST).decode("utf-8", errors="replace")
    manifest = json.loads(words) if json_bank.is_json(words) else {}
    return (
        package.read(archive, manifest, file) if package.is_package(manifest) else json_bank.read(words, file)
    )


def _refuse_other_systems(names: set[str]) -> None:
    if any(re.search(r"(^|/)res\d{5}\.dat$", name) or name.endswith(".bb-package-info") for name in names):
        raise Refused(OTHER_SYSTEMS["blackboard"])
    if any(name.lower().endswith((".bnk", ".tst")) for name in names):
        raise Refused(OTHER_SYSTEMS["examview"])
    if any(name.startswith("ppt/") for name in names):
        raise Refused("幻灯片不能导入，请把试题放进 Word 或 Excel。")
    if "questions.xml" in names and "moodle_backup.xml" in names:
        raise Refused("这是 Moodle 的课程备份；请在 Moodle 的题库里导出为 Moodle XML 或 GIFT 再传。")


def _read_several(archive: zipfile.ZipFile, file: str, depth: int) -> Reading:
    """An archive of files, each read for itself; one that is refused says so and the others stay."""
    if depth:
        raise Refused("压缩包里又有压缩包，请解开后再传。")
    members = [info for info in archive.infolist() if not info.is_dir() and not _is_litter(info.filename)]
    if not members:
        raise Refused("压缩包里没有文件。")
    if len(members) > MOST_FILES:
        raise Refused(f"压缩包里有 {len(members)} 个文件，一次最多 {MOST_FILES} 个。")
    reading = Reading("zip", file=file)
    for info in sorted(members, key=lambda info: info.filename):
        name = _name_of(info)
        try:
            data = member(archive, info.filename)
            weigh(data)
            reading.files.append(_whole(data, name, (), depth + 1))
        except Refused as refused:
            fragment = Fragment(Place(file=name), str(refused), "")
            reading.files.append(Reading("refused", fragments=[fragment], file=name))
    return reading


def _is_litter(name: str) -> bool:
    last = name.rsplit("/", 1)[-1]
    return (
        name.startswith("__MACOSX/") or last.startswith((".", "~$")) or last in ("Thumbs.db", "desktop.ini")
    )


def _name_of(info: zipfile.ZipInfo) -> str:
    """Chinese Windows writes names in GBK, a Mac in UTF-8, and neither says so."""
    if info.flag_bits & 0x800:
        return info.filename
    for code in ("utf-8", "gb18030"):
        try:
            return info.filename.encode("cp437").decode(code)
        except UnicodeError:
            continue
    return info.filename


def lines_of_key(data: bytes, file: str) -> list[Line]:
    """The second file, of which only the words count; a sheet becomes lines with tabs."""
    weigh(data)
    if data.startswith(OLE) and ole_kind(data) == "doc":
        from studyhall.bank.formats import word_old

        return word_old.lines_of(data, file)
    if data.startswith(b"PK\x03\x04"):
        archive = safe_zip(data)
        if any(name.startswith("word/") for name in archive.namelist()):
            from studyhall.bank.formats import word

            return word.key_lines_of(data, file)
        check_cells(archive)
    if data.startswith((OLE, b"PK\x03\x04")):
        from studyhall.bank.formats.sheet_cells import sheets_of

        rows = [row for sheet in sheets_of(data) for row in sheet.rows]
        return [Line("\t".join(row), Place(file=file), from_table=True) for row in rows]
    return [replace(line, from_table="\t" in line.text) for line in lines_of(decoded(data), file)]
