"""The roll of a meeting as an Excel sheet to fill in; `sheet_in` reads it back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from studyhall.core import tables
from studyhall.core.tables import Cell, Column, Sheet
from studyhall.study.attendance import LEAVE_REASONS
from studyhall.study.models import StudySession
from studyhall.study.roll import Row

_STATES = {"present": "出席", "leave": "请假", "absent": "缺席"}
CHOICES = ("出席", "请假", *(words for words in LEAVE_REASONS.values() if words != "其他"), "缺席")


def workbook(meeting: StudySession, rows: Iterable[Row]) -> IO[bytes]:
    """Everybody with the state that stands; empty where the roll has not been called."""
    series = "、".join(one.series.name for one in meeting.serves)
    day = f"{meeting.held_on.year}年{meeting.held_on.month}月{meeting.held_on.day}日"
    columns = (
        Column("序号", Cell.WHOLE, 6),
        Column("单位", width=24),
        Column("姓名", width=18),
        Column("工号", width=12),
        Column("情况", width=12, choices=CHOICES),
    )
    lines = (
        (number, row.entry.unit_name, row.entry.name, row.entry.staff_no, _state(row))
        for number, row in enumerate(rows, 1)
    )
    notes = ("在“情况”一列选，空着的人不改。填好后在点名页读进来。不得录入国家秘密、工作秘密。",)
    return tables.workbook(
        [Sheet("签到表", f"{series}，{day}，{meeting.topic}", columns, lines, notes=notes)]
    )


def _state(row: Row) -> str | None:
    if row.attendance is None:
        return None
    reason = LEAVE_REASONS.get(row.attendance.reason or "", "")
    return reason if reason in CHOICES else _STATES[row.attendance.state]
