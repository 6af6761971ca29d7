"""From when somebody on a roster sheet is in his unit."""

from __future__ import annotations

from datetime import date

import pytest

from studyhall.people import first_days, matching
from studyhall.people.matching import Fate, Known, Line

THEN = date(2026, 11, 30)
KNOWN = Known(1, "XQ0001", "苏和", 7, "西渠村", "village", "", "", since="2024-05-01")


@pytest.mark.parametrize(
    ("kind", "since", "said", "day", "words"),
    [
        (matching.NEW, "2021-03-01", "", date(2021, 3, 1), None),
        (matching.NEW, "2026-11-30", "", THEN, None),
        (matching.NEW, "2026-12-01", "", None, "任职时间2026年12月1日还没有到，没有用"),
        (matching.NEW, "", "不详", None, "任职时间“不详”认不出，没有用"),
        (matching.NEW, "", "", None, None),
        (matching.TRANSFERRED, "2026-10-01", "", date(2026, 10, 1), None),
        (matching.TRANSFERRED, "2024-05-01", "", None, "任职时间2024年5月1日早于现在的任职，没有用"),
        (matching.SAME, "2021-03-01", "", None, None),
        (matching.HELD, "2021-03-01", "不详", None, None),
    ],
)
def test_the_day_of_the_sheet_counts_where_it_can_be_true(
    kind: str, since: str, said: str, day: date | None, words: str | None
) -> None:
    line = Line(3, "4", 4, "苏和", 8, "东河村", since=since, since_said=said)
    known = None if kind == matching.NEW else KNOWN
    days, refused = first_days.of_sheet([Fate(line, kind, known)], THEN)
    assert (days.get(3), refused.get(3)) == (day, words)
