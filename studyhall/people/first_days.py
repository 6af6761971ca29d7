"""From when somebody on a sheet is in his unit: the day the sheet gives, where it can be true.

Plain values in, plain values out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from studyhall.people import matching


def of_sheet(fates: Iterable[matching.Fate], effective_on: date) -> tuple[dict[int, date], dict[int, str]]:
    """By row, the first day of a new membership, and why a day that the sheet gives is not taken.

    A new membership begins on the day given when that is not after `effective_on`, the day the sheet speaks of;
    one that ends another, only after that one began. Where nothing begins, nothing is said.
    """
    days: dict[int, date] = {}
    refused: dict[int, str] = {}
    for fate in fates:
        if fate.kind not in (matching.NEW, matching.TRANSFERRED):
            continue
        line = fate.line
        if line.since_said:
            refused[line.row] = f"任职时间“{line.since_said}”认不出，没有用"
        elif line.since > effective_on.isoformat():
            refused[line.row] = f"任职时间{_words(line.since)}还没有到，没有用"
        elif line.since and fate.person is not None and line.since <= fate.person.since:
            refused[line.row] = f"任职时间{_words(line.since)}早于现在的任职，没有用"
        elif line.since:
            days[line.row] = date.fromisoformat(line.since)
    return days, refused


def _words(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"
