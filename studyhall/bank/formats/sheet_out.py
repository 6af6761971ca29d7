"""Our Excel template, empty or filled: drop-downs for kind and difficulty, and it reads back the same.

Every cell is written as text, so that a stem that begins with = stays a stem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from studyhall.bank.record import KIND_NAMES, Kind, Record
from studyhall.core import tables

LETTERS = "ABCDEFGH"
HEAD = (
    *("题型", "题干", *(f"选项{letter}" for letter in LETTERS)),
    *("答案", "解析", "难度", "法律", "引用条文", "采分点", "材料", "章节", "试题编号"),
)
_WIDTHS = {"题干": 50, "解析": 40, "材料": 40, "采分点": 24, "引用条文": 24, "答案": 12}
_WIDTHS |= {name: 16 for name in HEAD if name.startswith("选项")}
KINDS = tuple(KIND_NAMES[kind] for kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE, Kind.FILL, Kind.SHORT))
LEVELS = {1: "易", 2: "中", 3: "难"}
_HINTS = {
    "题干": "填空题用 ____ 表示空。",
    "答案": "单选写 B，多选写 ABD，判断写“正确”或“错误”；填空的几处空用“；”分开。",
    "材料": "案例题才填：几个小题写在相邻的几行，材料写同一段。",
    "试题编号": "不用填。导出的题带着编号，再导入时认得出是同一题。",
}
_HELP = (
    "题干和答案一定要填，选择题还要填选项；别的可以不填。",
    "一行一道题；案例题的几个小题写在相邻的几行，“材料”一栏写同一段材料。",
    "答案：单选写 B，多选写 ABD，判断写“正确”或“错误”。",
    "填空：题干里用 ____ 表示空；几处空用“；”分开，一处空有几种写法用“/”分开，如 60/六十；书面。",
    "填空的几处空可以换位置的，在题干里写（顺序不限），写在哪一处都算对。",
    "简答：写参考答案；采分点写成“报告（2分）；登记（1分）”。",
    "引用条文：第二十八条第三项；几条用“；”分开，别的法律写全《治安管理处罚法》第二十九条。",
)
MOST_IN_CELL = tables.MOST_IN_CELL


def write(records: Sequence[Record] = (), title: str = "试题") -> bytes:
    """Without records: the empty template."""
    return write_rows(list(_rows(records)), title=title)


def write_rows(rows: Sequence[Sequence[str]], more: Sequence[str] = (), title: str = "试题") -> bytes:
    """Rows in the order of `HEAD`, each with as many cells behind it as `more` has heads."""
    return tables.blank(
        tables.Blank(
            title,
            (*HEAD, *more),
            [*(_WIDTHS.get(name, 10) for name in HEAD), *[30] * len(more)],
            rows,
            {0: KINDS, HEAD.index("难度"): tuple(LEVELS.values())},
            _HELP,
            {HEAD.index(name): hint for name, hint in _HINTS.items()},
        )
    )


def _rows(records: Sequence[Record]) -> Iterator[tuple[str, ...]]:
    for record in records:
        for question in record.parts or (record,):
            yield row_of(question, record.stem if record.parts else "")


def row_of(record: Record, material: str = "") -> tuple[str, ...]:
    """The cells under `HEAD`; `material` is the story of the case it belongs to."""
    texts = [option.text for option in record.options[: len(LETTERS)]]
    points = points_words(record)
    return (
        KIND_NAMES[record.kind],
        record.stem,
        *texts,
        *[""] * (len(LETTERS) - len(texts)),
        answer_words(record),
        record.explanation,
        LEVELS.get(record.difficulty or 0, ""),
        record.law,
        "；".join(record.cites),
        points,
        material,
        "\n".join(record.topics),
        record.id,
    )


def answer_words(record: Record) -> str:
    """The key as people write it: B, ABD, 正确, 60/六十；书面."""
    answer = record.answer
    if isinstance(answer, bool):
        return "正确" if answer else "错误"
    if isinstance(answer, str):
        return answer
    if answer is None:
        return ""
    if record.kind is Kind.FILL:
        written = [_alternatives(blank) for blank in answer]
        # Where a word has the sign that divides blanks, each blank has a line.
        return ("\n" if re.search("[；;]", "".join(written)) else "；").join(written)
    return "".join(str(key) for key in answer)


def _alternatives(blank: Sequence[str] | str) -> str:
    """60/六十; with || where a word has a stroke or a figure beside it: 元/人||元."""
    words = (
        [blank.replace("||", "｜｜")]
        if isinstance(blank, str)
        else [word.replace("||", "｜｜") for word in blank]
    )
    if any("/" in word for word in words):
        return "||".join(words) + ("||" if len(words) == 1 else "")
    figures = any(one[-1:].isdigit() and two[:1].isdigit() for one, two in pairwise(words))
    return ("||" if figures else "/").join(words)


def points_words(record: Record) -> str:
    """报告（2分）；登记（1分）, a line each where the words have such signs themselves."""
    told = [f"{point.text}（{point.worth}分）" for point in record.points]
    divided = any(re.search("[；;（(]", point.text) for point in record.points)
    return ("\n" if divided else "；").join(told)
