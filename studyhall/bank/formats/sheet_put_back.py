"""What `sheet_unseen` found in an .xlsx, put back into its sheets or said in a line for the clerk."""

from __future__ import annotations

import posixpath
import re
import zipfile
from typing import Any

from studyhall.bank.formats.guards import member
from studyhall.bank.formats.reading import Refused
from studyhall.bank.formats.sheet_cells import Sheet
from studyhall.bank.formats.sheet_unseen import LITERAL, STRINGS, Unseen, column_of, raised, speaking_formats
from studyhall.bank.formats.xml_safe import all_named, first_named, local, parsed

_PICTURE_ROW = re.compile(rb"<xdr:from>.*?<xdr:row>(\d+)</xdr:row>.*?</xdr:from>", re.DOTALL)


def mind_unseen(archive: zipfile.ZipFile, sheets: list[Sheet], found: dict[str, Unseen]) -> list[str]:
    """As `_mind`; a part of the file that is written in another way than usual is left alone."""
    try:
        return _mind(archive, sheets, found)
    except (Refused, KeyError, ValueError):
        return ["隐藏的行列、图片、上标和数的格式没有看清，请对照原表看几道。"]


def _mind(archive: zipfile.ZipFile, sheets: list[Sheet], found: dict[str, Unseen]) -> list[str]:
    """Puts back into the sheets what can be put back; the rest is said in lines for the clerk."""
    notes: list[str] = []
    if raised(archive):
        _raise_figures(archive, sheets)
    codes = speaking_formats(archive)
    if codes:
        _show_numbers(archive, sheets, codes)
    members = _members(archive)
    for sheet in sheets:
        name = members.get(sheet.name, "")
        unseen = found.get(name, Unseen())
        for row, column, shown in unseen.errors:
            _put(sheet, row, column, shown)
        said = _hidden(sheet, unseen)
        if said:
            notes.append(f"工作表“{sheet.name}”有{said}是隐藏的或者筛选掉的，也读了。")
        if unseen.drawn:
            sheet.pictured, remarks = _beside(archive, name)
            if remarks:
                notes.append(f"工作表“{sheet.name}”有{remarks}个批注，批注里的字没有读。")
    return notes


def _hidden(sheet: Sheet, unseen: Unseen) -> str:
    """3行、1列 of those in which something stands: whoever tidies up hides all the empty ones too."""
    filled = {number for number, row in enumerate(sheet.rows, 1) if any(row)}
    wide = max(map(len, sheet.rows), default=0)
    rows = sum(number in filled for number in unseen.rows)
    columns = sum(
        any(at < len(row) and row[at] for row in sheet.rows)
        for first, last in unseen.columns
        for at in range(first - 1, min(last, wide))
    )
    return "、".join(filter(None, (f"{rows}行" if rows else "", f"{columns}列" if columns else "")))


def _put(sheet: Sheet, row: int, column: int, words: str) -> None:
    if 0 < row <= len(sheet.rows):
        cells = list(sheet.rows[row - 1])
        cells += [""] * (column + 1 - len(cells))
        cells[column] = words
        sheet.rows[row - 1] = cells


def _members(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of a sheet to its member."""
    targets = _relations(archive, "xl/workbook.xml")
    sheets = all_named(parsed(member(archive, "xl/workbook.xml")), "sheet")
    return {sheet.get("name", ""): targets.get(_relation(sheet), "") for sheet in sheets}


def _relation(element: Any) -> str:
    return next((value for name, value in element.items() if name.endswith("}id")), "")


def _relations(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """What a member names, by the key it names it with."""
    folder, last = posixpath.split(name)
    relations = f"{folder}/_rels/{last}.rels"
    if relations not in archive.namelist():
        return {}
    return {
        one.get("Id", ""): posixpath.normpath(posixpath.join(folder, one.get("Target", ""))).removeprefix("/")
        for one in all_named(parsed(member(archive, relations)), "Relationship")
        if one.get("TargetMode") != "External"
    }


def _beside(archive: zipfile.ZipFile, name: str) -> tuple[frozenset[int], int]:
    """The rows at which pictures stand, and how many remarks there are."""
    rows: set[int] = set()
    remarks = 0
    names = set(archive.namelist())
    for target in _relations(archive, name).values():
        if target not in names:
            continue
        if re.search(r"drawings/drawing[^/]*\.xml$", target):
            anchors = re.split(rb"(?=<xdr:(?:oneCell|twoCell)Anchor\b)", member(archive, target))
            for anchor in anchors:
                at = _PICTURE_ROW.search(anchor) if b"<xdr:pic>" in anchor or b"<xdr:pic " in anchor else None
                if at:
                    rows.add(int(at[1]) + 1)
        elif re.search(r"comments[^/]*\.xml$", target, re.IGNORECASE):
            remarks += member(archive, target).count(b"<comment ")
    return frozenset(rows), remarks


def _raise_figures(archive: zipfile.ZipFile, sheets: list[Sheet]) -> None:
    """10² is written as 10^2, CO₂ as CO_2: the reader of the cells runs them together."""
    strings = member(archive, STRINGS)
    changed: dict[str, str] = {}
    for item in re.findall(rb"<si\b[^>]*>(?:(?!</si>).)*?<vertAlign .*?</si>", strings, re.DOTALL):
        plain, marked = _runs(item)
        changed[plain.strip()] = marked.strip()
    for sheet in sheets:
        for at, row in enumerate(sheet.rows):
            if any(cell in changed for cell in row if cell):
                sheet.rows[at] = [changed.get(cell, cell) for cell in row]


def _runs(item: bytes) -> tuple[str, str]:
    plain = marked = ""
    for run in all_named(parsed(re.sub(rb"\s\w+:\w+=\"[^\"]*\"", b"", item)), "r"):
        words = "".join(text.text or "" for text in run if local(text) == "t")
        align = first_named(run, "vertAlign")
        sign = {"superscript": "^", "subscript": "_"}.get(
            align.get("val", "") if align is not None else "", ""
        )
        plain += words
        marked += f"{sign}{words if len(words.strip()) == 1 else f'({words})'}" if sign and words else words
    return plain, marked


# Numbers as the program shows them: 10%, 007, 3元

_NUMBER = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})" s="(\d+)"(?: t="n")?><v>([-\d.Ee+]+)</v>')


def _show_numbers(archive: zipfile.ZipFile, sheets: list[Sheet], codes: dict[int, str]) -> None:
    """Words in the place of those numbers whose format says more than the number."""
    members = _members(archive)
    for sheet in sheets:
        name = members.get(sheet.name, "")
        if name not in archive.namelist():
            continue
        for letters, digits, style, value in _NUMBER.findall(member(archive, name)):
            code = codes.get(int(style))
            if code:
                _put(sheet, int(digits), column_of(letters), _as_shown(float(value), code))


def _as_shown(value: float, code: str) -> str:
    if code.endswith("%"):
        places = code.count("0") - 1
        return f"{value * 100:.{places}f}%"
    if literal := LITERAL.fullmatch(code):
        return f"{value:g}{literal[1] or literal[2]}"
    return f"{value:0{len(code)}.0f}"
