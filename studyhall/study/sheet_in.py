"""An attendance sheet filled in by hand: names or numbers to marks, what is unsure held with its row."""

from __future__ import annotations

import io
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from studyhall.core.errors import Refused
from studyhall.core.sandbox import apart
from studyhall.people import names, sheet_safety
from studyhall.people.models import RosterEntry
from studyhall.study.attendance import Mark

_HEADS = {
    "name": ("姓名", "名字", "参会人员", "人员姓名"),
    "staff_no": ("工号", "编号", "人员编号"),
    "state": ("情况", "出勤", "考勤", "签到", "出席情况", "出勤情况", "状态", "签名"),
}
_WORDS = {
    "present": ("出席", "到", "已到", "√", "✓", "是", "1", "参加", "实到"),
    "leave": ("请假", "假", "事假", "病假", "公务", "公出", "出差"),
    "absent": ("缺席", "未到", "缺", "×", "✗", "否", "0", "旷会"),
}
_REASON = {"事假": "private", "病假": "sick", "公务": "duty", "公出": "duty", "出差": "duty"}
_STATE = {word: state for state, words in _WORDS.items() for word in words}
LOOK_FOR_HEADS = 30
MOST_ROWS = 5000


@dataclass(frozen=True)
class Line:
    row: int
    name: str
    staff_no: str
    state: str


@dataclass(frozen=True)
class Matched:
    marks: dict[int, Mark]
    """By roster entry."""
    held: list[str]
    """What could not be read, each a sentence with its row."""


def read(file_name: str, data: bytes) -> list[Line]:
    """In a child process. Raises Refused for a file without a column of names or of numbers."""
    if not file_name.lower().endswith((".xlsx", ".xls", ".et")):
        raise Refused("请选Excel文件（.xlsx或.xls）。")
    return [Line(**row) for row in apart("studyhall.study.sheet_in:lines", data)]


def lines(data: bytes) -> list[dict[str, object]]:
    """Runs in the child."""
    from python_calamine import CalamineWorkbook

    if sheet_safety.check(data) != "sheet":
        raise Refused("请选Excel文件（.xlsx或.xls）。")
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        rows = [[_text(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()]
        heads = next((n for n, row in enumerate(rows[:LOOK_FOR_HEADS]) if _columns(row)), None)
        if heads is None:
            continue
        columns = _columns(rows[heads])
        found = []
        for number, row in enumerate(rows[heads + 1 : heads + 1 + MOST_ROWS], heads + 2):
            for side in range(max(len(places) for places in columns.values())):
                cells = {
                    key: row[places[side]]
                    for key, places in columns.items()
                    if side < len(places) and places[side] < len(row)
                }
                if cells.get("name") or cells.get("staff_no"):
                    found.append({"row": number, "name": "", "staff_no": "", "state": ""} | cells)
        return found
    raise Refused("没有找到“姓名”或“工号”这一列。请用系统导出的签到表，或者写上这样的表头。")


def _columns(row: Sequence[str]) -> dict[str, list[int]]:
    """Which columns are what, two of each on a sheet in two columns; empty where this row is no head."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, cell in enumerate(row):
        for key, heads in _HEADS.items():
            if cell.replace(" ", "") in heads:
                found[key].append(place)
    return dict(found) if {"name", "staff_no"} & set(found) else {}


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unicodedata.normalize("NFKC", str(cell)).strip() if cell is not None else ""


def match(read_lines: Sequence[Line], entries: Sequence[RosterEntry]) -> Matched:
    """Marks by entry. Two of one name need a number; an empty state leaves the person alone."""
    by_number = {entry.staff_no.upper(): entry for entry in entries}
    by_name: dict[str, list[RosterEntry]] = defaultdict(list)
    for entry in entries:
        by_name[names.tidy(entry.name)].append(entry)
    marks: dict[int, Mark] = {}
    held = []
    for line in read_lines:
        if line.name.startswith(("合计", "总计", "备注", "说明", "记录人", "应到")):
            continue
        same = by_name.get(names.tidy(line.name), [])
        found = by_number.get(line.staff_no.upper()) or (same[0] if len(same) == 1 else None)
        who = line.name or line.staff_no
        if found is None:
            why = f"有{len(same)}个{who}，请写工号" if same else f"名册里没有{who}"
            held.append(f"第{line.row}行：{why}。")
            continue
        state = _STATE.get(line.state.replace(" ", ""))
        if state is None and line.state:
            held.append(f"第{line.row}行：{who}的“{line.state[:20]}”看不懂，没有改。")
        elif state is not None:
            reason = _REASON.get(line.state) if state == "leave" else None
            marks[found.id] = Mark(state, reason)
    return Matched(marks, held)
