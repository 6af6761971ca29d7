"""A roster sheet to plain rows: heads by their many names, identity numbers out before anything else sees them.

Runs in a child process (`core.sandbox`). What leaves it has no identity number in it.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from studyhall.core.errors import Refused
from studyhall.core.sayings import later
from studyhall.people import identity_numbers, names, sheet_safety

_HEADS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "名字", "干部姓名", "人员姓名", "职工姓名", "员工姓名", "同志姓名", "姓名全称"),
    "unit": (
        "单位", "所在单位", "工作单位", "部门", "所属单位", "单位名称", "所在部门", "所属部门", "科室", "站所",
        "办公室", "所在村", "村社区", "单位部门", "部门单位", "单位及部门", "所在科室", "内设机构", "机构",
    ),
    "duty": ("职务", "岗位", "现任职务", "职务岗位", "职务名称", "职位", "现职务", "职务职级"),
    "phone": (
        "电话", "手机", "手机号", "联系电话", "手机号码", "电话号码", "联系方式", "移动电话", "联系手机",
    ),
    "staff_no": (
        "工号", "职工号", "人员编号", "员工号", "员工编号", "职工编号", "工作证号", "干部编号", "人员工号",
    ),
    "category": (
        "类别", "人员类别", "人员性质", "身份", "人员身份", "编制类型", "职务类别", "人员类型", "干部类别",
    ),
    "since": (
        "任职时间", "到任时间", "到岗时间", "任现职时间", "任职日期", "到任日期", "入职时间", "入职日期",
        "起始日期", "任职起始日期",
    ),
}  # fmt: skip
_FIELD = {alias: key for key, aliases in _HEADS.items() for alias in aliases}
LABELS = {
    "name": later("姓名"), "unit": later("单位"), "duty": later("职务"), "phone": later("电话"),
    "staff_no": later("工号"), "category": later("类别"), "since": later("任职时间"),
}  # fmt: skip

_FOOTER = re.compile(r"^(合计|总计|小计|共计|备注|说明|注[:：]|填表|制表|审核|填报|以下空白)")
_NAME = re.compile(r"[㐀-鿿A-Za-z·\-'’（）() .\U00020000-\U0002fa1f]{1,60}")
_LETTER = re.compile(r"[㐀-鿿A-Za-z\U00020000-\U0002fa1f]")
LOOK_FOR_HEADS = 30


@dataclass
class Row:
    """One line of the sheet as it may be kept."""

    row: int
    name: str = ""
    unit: str = ""
    duty: str = ""
    phone: str = ""
    staff_no: str = ""
    category: str = ""
    since: str = ""
    """ISO, empty for none."""
    sheet: str = ""
    fault: str = ""
    since_said: str = ""
    """What stands where the day should, when it is none: he comes in without it."""


@dataclass
class Sheet:
    """What was read of a file, ready to be stored as JSON."""

    title: str = ""
    """What stands above the heads: often the office's name."""
    sheets: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    dropped: list[dict[str, Any]] = field(default_factory=list)
    """Columns of identity numbers: `{"sheet", "column", "rows"}`; column counts from 1."""
    scrubbed: int = 0
    """Cells of other columns an identity number was taken out of."""
    rows: list[Row] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, document: dict[str, Any]) -> Sheet:
        return cls(**(document | {"rows": [Row(**row) for row in document["rows"]]}))


def read(data: bytes) -> dict[str, Any]:
    """The file as JSON. Raises Refused where no sheet has a column of names."""
    kind = sheet_safety.check(data)
    found = Sheet()
    tables = _text(data) if kind == "text" else _workbook(data)
    for name, cells in tables:
        _read_table(found, name, cells, several=len(tables) > 1)
    if not found.sheets:
        raise Refused("没有找到姓名列。表头里要有“姓名”，最好还有“单位”。可以下载空白模板，照着填。")
    if len(found.rows) > sheet_safety.MOST_ROWS:
        raise Refused(
            "表里有%(count)s行，最多%(most)s行，请分成几个文件。",
            count=len(found.rows),
            most=sheet_safety.MOST_ROWS,
        )
    return found.as_json()


def _workbook(data: bytes) -> list[tuple[str, list[list[str]]]]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        tables = []
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            cells = [[_words(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            _fill_merged(cells, sheet.merged_cell_ranges or [])
            tables.append((name, cells))
    except (python_calamine.CalamineError, OSError, ValueError, KeyError):
        raise Refused("文件打不开，可能没有传完，或者已经损坏。请用WPS或Excel打开，另存一份再传。") from None
    return tables


def _fill_merged(cells: list[list[str]], ranges: Sequence[Any]) -> None:
    """What is written once over several merged cells holds for each of them."""
    for (top, left), (bottom, right) in ranges:
        if top >= len(cells) or left >= len(cells[top]) or bottom - top > sheet_safety.MOST_ROWS:
            continue
        for row in range(top, min(bottom + 1, len(cells))):
            for column in range(left, min(right + 1, len(cells[row]))):
                cells[row][column] = cells[row][column] or cells[top][left]


def _text(data: bytes) -> list[tuple[str, list[list[str]]]]:
    for encoding in ("utf-16", "utf-8-sig", "gb18030"):
        if encoding == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Refused("文件里的字认不出来。请另存为UTF-8或GB18030的.csv，或存成.xlsx。")
    head = "\n".join(text.splitlines()[:LOOK_FOR_HEADS])
    delimiter = max("\t,;", key=head.count)
    try:
        rows = [[_words(cell) for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error:
        raise Refused("这个.csv读不下去，请用WPS或Excel另存为.xlsx再传。") from None
    return [("", rows)]


def _words(cell: Any) -> str:
    """A cell as one line of words; 1.0 is 1, a day is ISO."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell == int(cell) else str(cell)
    return re.sub(r"\s+", " ", str(cell)).strip()[:300]


def _read_table(found: Sheet, name: str, cells: list[list[str]], *, several: bool) -> None:
    at, columns = _heads(cells)
    if at is None:
        return
    body = cells[at + 1 :]
    found.sheets.append(identity_numbers.without(name)[0])
    if not found.title:
        above = [cell for row in cells[:at] for cell in row if cell]
        found.title = identity_numbers.without(max(above, key=len, default=""))[0][:80]
    _drop_identity(found, name, cells[at], body, columns)
    found.fields = [key for key in LABELS if key in found.fields or key in columns]
    for offset, line in enumerate(body):
        row = _row(found, line, columns, at + offset + 2, name if several else "")
        if row is not None:
            found.rows.append(row)


def _heads(cells: list[list[str]]) -> tuple[int | None, dict[str, int]]:
    """The row of heads and which column is which; the first row with a name head wins."""
    for at, row in enumerate(cells[:LOOK_FOR_HEADS]):
        columns: dict[str, int] = {}
        for index, cell in enumerate(row):
            key = _FIELD.get(_plain_head(cell))
            if key and key not in columns:
                columns[key] = index
        if "name" in columns:
            return at, columns
    return None, {}


def _plain_head(words: str) -> str:
    plain = unicodedata.normalize("NFKC", words)
    plain = re.sub(r"\((必填|选填|勿删|可不填|必须)\)", "", plain)
    return re.sub(r"[\s*:：()（）、/\\_-]+", "", plain)


def _drop_identity(
    found: Sheet, sheet: str, heads: Sequence[str], body: list[list[str]], columns: dict[str, int]
) -> None:
    """Forget every column of identity numbers, by its head or by what is in it."""
    width = max((len(row) for row in body), default=0)
    for index in range(max(width, len(heads))):
        head = heads[index] if index < len(heads) else ""
        filled = [row[index] for row in body if index < len(row) and row[index]]
        alike = sum(identity_numbers.looks_like_one(cell) for cell in filled)
        if not identity_numbers.is_title(head) and not (alike and alike * 2 >= len(filled)):
            continue
        keys = [key for key, column in columns.items() if column == index]
        if "name" in keys and not identity_numbers.is_title(head):
            # Names with numbers written behind them: the numbers go, cell by cell, further down.
            continue
        for key in keys:
            del columns[key]
        found.dropped.append(
            {"sheet": identity_numbers.without(sheet)[0], "column": index + 1, "rows": len(filled)}
        )


def _row(found: Sheet, line: Sequence[str], columns: dict[str, int], number: int, sheet: str) -> Row | None:
    """None for what is no person's row: blank, a sum, a note, the heads once more."""
    row = Row(number, sheet=identity_numbers.without(sheet)[0])
    for key, index in columns.items():
        words = line[index] if index < len(line) else ""
        words, had_number = identity_numbers.without(words)
        found.scrubbed += had_number
        setattr(row, key, words[:80])
    if not any((row.name, row.duty, row.phone, row.staff_no)) or _FOOTER.match(row.name or row.unit):
        return None
    if _FIELD.get(_plain_head(row.name)) == "name":
        return None
    row.unit = names.tidy(row.unit)
    row.name = names.tidy(row.name)
    _find_fault(row)
    return row


def _find_fault(row: Row) -> None:
    if not row.name:
        row.fault = "没有姓名"
    elif row.name.startswith("#") or not _NAME.fullmatch(row.name) or not _LETTER.search(row.name):
        row.fault = "姓名里有不认得的字"
    elif len(row.name) > 40:
        row.fault = "姓名太长"
    elif row.since:
        day = _day(row.since)
        if day is None or not date(1950, 1, 1) <= day <= date(2100, 1, 1):
            row.since, row.since_said = "", row.since[:20]
        else:
            row.since = day.isoformat()


def _day(words: str) -> date | None:
    match = re.match(r"(\d{4})\s*[-./年]\s*(\d{1,2})(?:\s*[-./月]\s*(\d{1,2}))?", words) or re.fullmatch(
        r"(\d{4})(\d{2})(\d{2})", words
    )
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        return None
