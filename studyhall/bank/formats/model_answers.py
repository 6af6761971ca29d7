"""The model answer of a short question with what earns marks below it: one text, and parted again."""

from __future__ import annotations

import re

from studyhall.bank.record import Point, Record

_HEAD = "采分点："
_POINT = re.compile(r"(.+)（(\d{1,3})分）")


def joined(record: Record) -> str:
    """参考答案的话，另起一行“采分点：”，一点一行：报告（2分）."""
    answer = record.answer if isinstance(record.answer, str) else ""
    points = [f"{point.text}（{point.worth}分）" for point in record.points]
    return "\n".join(filter(None, [answer, _HEAD if points else "", *points]))


def parted(text: str) -> tuple[str, tuple[Point, ...]]:
    """(model answer, points); without a list of points at its end the text is the answer."""
    answer, found, listed = f"\n{text}".rpartition(f"\n{_HEAD}\n")
    points = [_POINT.fullmatch(line) for line in listed.split("\n")]
    if not found or not all(points):
        return text, ()
    return answer.strip(), tuple(Point(one[1], int(one[2])) for one in points if one)
