"""Results from elsewhere as lines: who, score, out of how many; pasted out of a sheet or read from one.

Plain values in, plain values out.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from studyhall.core.sayings import Saying
from studyhall.people.names import tidy

_WHO = ("工号", "职工号", "编号", "人员编号", "staff")
_NAME = ("姓名", "名字", "干部姓名")
_SCORE = ("分数", "成绩", "得分", "总分", "考试成绩", "最终成绩")
_FULL = ("满分", "总分值", "卷面分")
USUAL_FULL = 10_000
"""100分."""


@dataclass(frozen=True)
class Line:
    """One line that was understood: hundredths of a point."""

    who: str
    score: int
    full: int


@dataclass(frozen=True)
class Expected:
    staff_no: str
    name: str


def lines_of(text: str) -> tuple[list[Line], list[Saying]]:
    """The lines understood, and for each of the others what is wrong with it, in words."""
    return lines_of_rows([_cells(line) for line in text.splitlines() if line.strip()])


def _cells(line: str) -> list[str]:
    """By tabs or commas where there are any: a name may have a blank in it."""
    return re.split(r"[\t,，]" if re.search(r"[\t,，]", line.strip()) else r"\s+", line.strip())


def as_text(rows: Sequence[Sequence[object]]) -> str:
    """A sheet as lines to be looked through and mended: who, score and full mark of each row that says anything."""
    plain = [[_word(cell) for cell in row] for row in rows]
    start, columns = _head(plain)
    lines = []
    for row in plain[start:]:
        who = _at(row, columns["who"]) or _at(row, columns["name"])
        said = [who, _at(row, columns["score"]), _at(row, columns["full"])]
        if any(said):
            lines.append("\t".join(re.sub(r"[\t\n,，]+", " ", words) for words in said).rstrip("\t"))
    return "\n".join(lines)


def lines_of_rows(rows: Sequence[Sequence[object]]) -> tuple[list[Line], list[Saying]]:
    """The same of the cells of a sheet. Without a head: who, score, and perhaps the full mark."""
    plain = [[_word(cell) for cell in row] for row in rows]
    start, columns = _head(plain)
    found: list[Line] = []
    problems: list[Saying] = []
    for number, row in enumerate(plain[start:], start + 1):
        if not any(row):
            continue
        who = _at(row, columns["who"]) or _at(row, columns["name"])
        score, full = hundredths(_at(row, columns["score"])), _at(row, columns["full"])
        whole = hundredths(full) if full else USUAL_FULL
        if not who:
            problems.append(Saying("第%(row)s行没有工号，也没有姓名。", row=number))
        elif score is None:
            problems.append(
                Saying(
                    "第%(row)s行%(who)s：分数“%(score)s”不是数。",
                    row=number,
                    who=who,
                    score=_at(row, columns["score"]),
                )
            )
        elif whole is None or whole <= 0:
            problems.append(
                Saying("第%(row)s行%(who)s：满分“%(full)s”不是大于0的数。", row=number, who=who, full=full)
            )
        else:
            found.append(Line(who, score, whole))
    return found, problems


def resolved(lines: Iterable[Line], roster: Iterable[Expected]) -> tuple[list[Line], list[Saying]]:
    """Lines by staff number; a name stands for its number where only one on the roster has it."""
    expected = list(roster)
    numbers = {one.staff_no.upper(): one.staff_no for one in expected}
    times = Counter(tidy(one.name) for one in expected)
    by_name = {tidy(one.name): one.staff_no for one in expected}
    found: list[Line] = []
    problems: list[Saying] = []
    for line in lines:
        name = tidy(line.who)
        if line.who.upper() in numbers:
            found.append(Line(numbers[line.who.upper()], line.score, line.full))
        elif times[name] == 1:
            found.append(Line(by_name[name], line.score, line.full))
        elif times[name] > 1:
            problems.append(
                Saying("名册里有%(count)s个%(name)s，请写工号。", count=times[name], name=line.who)
            )
        else:
            problems.append(Saying("名册里没有%(name)s。", name=line.who))
    return found, problems


def _head(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int | None]]:
    for number, row in enumerate(rows[:10]):
        columns = {
            "who": _find(row, _WHO),
            "name": _find(row, _NAME),
            "score": _find(row, _SCORE),
            "full": _find(row, _FULL),
        }
        if columns["score"] is not None and (columns["who"] is not None or columns["name"] is not None):
            return number + 1, columns
    return 0, {"who": 0, "name": None, "score": 1, "full": 2}


def _find(row: Sequence[str], names: Sequence[str]) -> int | None:
    return next((at for at, cell in enumerate(row) if re.sub(r"[（(].*", "", cell) in names), None)


def _at(row: Sequence[str], column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""


def _word(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return unicodedata.normalize("NFKC", str(cell if cell is not None else "")).strip()


def hundredths(text: str) -> int | None:
    """`87`, `87.5`, `87分` in hundredths, full width too; None for what is no number or has more than two
    decimals."""
    plain = unicodedata.normalize("NFKC", text).strip()
    match = re.fullmatch(r"([0-9]{1,5})(?:\.([0-9]{1,2})0*)?\s*分?", plain)
    if match is None:
        return None
    return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))
