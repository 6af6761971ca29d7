"""Which column of a sheet holds what, by the words above it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from studyhall.bank.formats.sheet_names import (
    ANOTHER_KEY,
    BLANK,
    CHINESE,
    DISTRACTOR,
    EXACT,
    MARK,
    OPTION,
    PART_OF_KEY,
    ROLES,
    STEM_LIKE,
    TRUE_AND_FALSE,
    cleaned,
    option_letter,
)


@dataclass
class Head:
    """A header row: where each column stands. Options are (column, place among options)."""

    row: int
    columns: dict[str, list[int]] = field(default_factory=dict)
    options: list[tuple[int, int]] = field(default_factory=list)
    numbered: bool = False
    """The options are called 1, 2, 3 …, so a key of 2 names the second."""
    marks: list[tuple[int, int]] = field(default_factory=list)
    """Columns that say of one option whether it is right, like `options`."""
    truths: tuple[int, int] | None = None
    """The columns 对 and 错, of which one is ticked."""
    parted_key: list[int] = field(default_factory=list)
    """答案1, 答案2 …: each holds a part of the key."""
    more_keys: list[int] = field(default_factory=list)
    """正确答案 beside 答案: columns that must not say anything else."""
    distractors: list[int] = field(default_factory=list)

    @property
    def is_one(self) -> bool:
        """A stem and a key, options or a kind beside it: no row of data looks like that by accident."""
        beside = {"answer", "options", "kind", "right", "both"} & self.columns.keys()
        return "stem" in self.columns and bool(
            beside or len(self.options) >= 2 or self.truths or self.parted_key
        )

    @cached_property
    def known(self) -> frozenset[int]:
        """The columns of which it is known what they hold."""
        named = [column for columns in self.columns.values() for column in columns]
        of_options = [column for column, _place in (*self.options, *self.marks)]
        return frozenset((*named, *of_options, *(self.truths or ()), *self.more_keys, *self.parted_key))

    @cached_property
    def doubles_an_option(self) -> bool:
        """Two columns say that they are the same option."""
        return len({place for _column, place in self.options}) < len(self.options)

    def has(self, role: str) -> bool:
        return role in self.columns

    def by_role(self, row: Sequence[str]) -> dict[str, str]:
        """The words of every role at once."""
        wide = len(row)
        return {
            role: (row[columns[0]] if columns[0] < wide else "")
            if len(columns) == 1
            else "\n".join(row[column] for column in columns if column < wide and row[column])
            for role, columns in self.columns.items()
        }

    def words(self, row: Sequence[str], role: str) -> str:
        """The cells of that role, most often one."""
        columns = self.columns.get(role)
        if not columns:
            return ""
        if len(columns) == 1:
            return row[columns[0]].strip() if columns[0] < len(row) else ""
        found = [row[column].strip() for column in columns if column < len(row)]
        return "\n".join(word for word in found if word)


def head_of(row: Sequence[str], number: int) -> Head | None:
    """The row as a header; None where it is none."""
    for cell in row:
        if cell and len(cell) <= 30 and _names_a_stem(cell):
            break
    else:
        return None  # most rows, without a closer look
    head = Head(number)
    bare: list[tuple[int, int]] = []
    named: list[tuple[int, str]] = []
    for column, cell in enumerate(row):
        words = cleaned(cell)
        if not words or len(words) > 16:
            continue
        role = ROLES.get(words)
        option, mark = OPTION.fullmatch(words), MARK.fullmatch(words)
        if role:
            head.columns.setdefault(role, []).append(column)
        elif mark:
            head.marks.append((column, _place_of_mark(mark)))
        elif option and (words.isdigit() or words in CHINESE):
            bare.append((column, _place(option)))
        elif option:
            head.options.append((column, _place(option)))
        named.append((column, words))
    _take_parted_key(head, row)
    if not head.options and _run_on(bare):
        head.options, head.numbered = bare, True
    elif head.options and all(not option_letter(row[column]) for column, _place in head.options):
        head.numbered = min(place for _column, place in head.options) == 0
    if not head.options and not head.has("answer") and not head.parted_key:
        head.truths = _truth_columns(named)
    _take_both(head, row)
    _take_blanks_and_more_keys(head, named)
    _take_repeated(head, [column for column, words in named if words == "正确"])
    if not head.is_one:
        return None
    if any(place < 0 for _column, place in head.options):  # 选项0, 选项1, …
        head.options = [(column, place + 1) for column, place in head.options]
    head.options.sort(key=lambda pair: pair[1])
    _one_stem(head, row)
    return head


def _take_parted_key(head: Head, row: Sequence[str]) -> None:
    """答案1, 答案2 beside options with letters are the parts of a key; without those they are options."""
    parts = [(at, place) for at, place in head.options if PART_OF_KEY.fullmatch(cleaned(row[at]))]
    others = [pair for pair in head.options if pair not in parts]
    if parts and not head.has("answer") and sum(option_letter(row[at]) for at, _place in others) > 1:
        head.options, head.parted_key = others, [at for at, _place in parts]


def _take_blanks_and_more_keys(head: Head, named: Sequence[tuple[int, str]]) -> None:
    """空1, 空2 hold a blank each; 更正答案 beside 答案 must not say anything else."""
    taken = head.known
    free = [(at, words) for at, words in named if at not in taken]
    if not head.parted_key:
        head.parted_key = [at for at, words in free if BLANK.fullmatch(words)]
    head.distractors = [] if head.truths else [at for at, words in free if DISTRACTOR.fullmatch(words)]
    head.more_keys = [at for at, words in free if ANOTHER_KEY.fullmatch(words)]
    del head.known


def _take_both(head: Head, row: Sequence[str]) -> None:
    """答案解析 without a column of keys may hold the keys too."""
    named = [at for at in head.columns.get("explanation", ()) if cleaned(row[at]).startswith("答案")]
    told = {"answer", "both", "right"} & head.columns.keys() or head.marks or head.truths or head.parted_key
    if len(named) != 1 or told:
        return
    head.columns["both"] = named
    rest = [at for at in head.columns.pop("explanation") if at not in named]
    if rest:
        head.columns["explanation"] = rest


def _take_repeated(head: Head, ticked: list[int]) -> None:
    """选项, 是否正确, 选项, 是否正确 …: options in the order they stand, each with its mark behind it."""
    right = head.columns.get("right") or ([] if head.truths else ticked)
    if not right:
        pass
    elif len(right) == 1:
        head.columns["right"] = right
    elif right == [at + 1 for at, _place in head.options] or right == [
        at + 1 for at in head.columns.get("options", ())
    ]:
        head.marks = [(at, place) for place, at in enumerate(right)]
        head.columns.pop("right", None)
    repeated = head.columns.get("options", ())
    if not head.options and (len(repeated) > 2 or (repeated and head.marks)):
        head.options = [(at, place) for place, at in enumerate(head.columns.pop("options"))]


def _run_on(bare: Sequence[tuple[int, int]]) -> bool:
    """1 2 3 4 above columns side by side are options; a lone 1 is anything."""
    first = bare[0][0] if bare else 0
    return len(bare) > 1 and [(first + place, place) for place in range(len(bare))] == list(bare)


def _truth_columns(named: Sequence[tuple[int, str]]) -> tuple[int, int] | None:
    found = [[column for column, words in named if words in meant] for meant in TRUE_AND_FALSE]
    return (found[0][0], found[1][0]) if len(found[0]) == len(found[1]) == 1 else None


def over_two_rows(upper: Sequence[str], lower: Sequence[str], number: int) -> Head | None:
    """选项 over A B C D: the words of both rows, where the lower one names options and nothing but heads."""
    letters = [at for at, cell in enumerate(lower) if option_letter(cell)] or _figures(lower)
    if len(letters) < 2 or any(len(cell) > 10 for cell in lower):
        return None
    if any(at < len(upper) and ROLES.get(cleaned(upper[at])) not in (None, "options") for at in letters):
        return None
    wide = max(len(upper), len(lower))
    upper, lower = ([*row, *[""] * (wide - len(row))] for row in (upper, lower))
    return head_of([below or above for above, below in zip(upper, lower, strict=True)], number)


def _figures(lower: Sequence[str]) -> list[int]:
    """1 2 3 4 side by side and nothing else in the row."""
    filled = [at for at, cell in enumerate(lower) if cell]
    alone = [lower[at] for at in filled] == [str(place) for place in range(1, len(filled) + 1)]
    return filled if alone and filled == list(range(filled[0], filled[0] + len(filled))) else []


def _names_a_stem(cell: str) -> bool:
    return STEM_LIKE.search(cell) is not None and ROLES.get(cleaned(cell)) == "stem"


def _place_of_mark(mark: re.Match[str]) -> int:
    letter, digit = mark["letter"] or mark["letter_behind"], mark["digit"] or mark["digit_behind"]
    return ord(letter) - ord("a") if letter else int(digit) - 1


def _place(option: re.Match[str]) -> int:
    if option["letter"]:
        return ord(option["letter"]) - ord("a")
    return CHINESE[option["chinese"]] if option["chinese"] else int(option["digit"]) - 1


def _one_stem(head: Head, row: Sequence[str]) -> None:
    """题目 beside 题干 is its title: the surer name wins. Of two keys the first counts."""
    surer = EXACT["stem"].split()
    head.columns["stem"] = sorted(head.columns["stem"], key=lambda at: surer.index(cleaned(row[at])))[:1]
    if "answer" in head.columns:
        head.more_keys += head.columns["answer"][1:]
        head.columns["answer"] = head.columns["answer"][:1]
    if len(head.columns.get("options", ())) == 2:
        label, head.columns["options"] = head.columns["options"][:1], head.columns["options"][1:]
        head.columns.setdefault("label", label)
