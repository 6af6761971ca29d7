"""Keys in tables, as their lines come one by one: 题号 1 2 3 over 答案 A B C, numbers and keys in columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from studyhall.bank.formats.text_key_lines import KeyEntry, cells_of, grid_numbers, is_key, parted

KEY_WORDS = ("答案", "选项", "正确答案")
_STROKES = re.compile(r"[|:\s\-—]+")
"""Below the first row of a grid in Markdown."""
_BARE_NUMBER = re.compile(r"(\d{1,4})\s*[.．、]?")


@dataclass
class Grid:
    """Numbers whose keys are still to come, and those of their keys that have."""

    numbers: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Numbers that other numbers came behind before they had their keys."""

    def take(self, text: str) -> list[KeyEntry] | None:
        """Keys that this line completes, none where more is to come; None where the line is no part of a grid."""
        cells = cells_of(text)
        if numbers := grid_numbers(cells):
            self._begin(numbers)
            return []
        if number := _BARE_NUMBER.fullmatch(text):
            # Numbers below each other, and their keys below them: as cells of a narrow table come.
            self._begin([*([] if self.keys else self.numbers), int(number[1])])
            return []
        if row := _row(cells):
            self.numbers, self.keys = [], []
            return [row]
        return self._keys(text, cells) if self.numbers else None

    def end(self) -> None:
        if self.keys:
            self.left.append("、".join(map(str, self.numbers)))
        self.numbers, self.keys = [], []

    def _begin(self, numbers: list[int]) -> None:
        self.end()
        self.numbers = numbers

    def _keys(self, text: str, cells: Sequence[str]) -> list[KeyEntry] | None:
        if _STROKES.fullmatch(text):
            return []
        if len(self.numbers) == 1 and len(cells) > 1 and is_key(cells[0]) and not any(map(is_key, cells[1:])):
            return self._done([cells[0]], " ".join(cells[1:]))
        keys = [cell for cell in cells if cell not in KEY_WORDS]
        if len(keys) == 1 and len(self.numbers) > 1:
            keys = parted(keys[0], len(self.numbers)) or keys
        if keys and all(map(is_key, keys)) and len(self.keys) + len(keys) <= len(self.numbers):
            self.keys += keys
            return self._done(self.keys) if len(self.keys) == len(self.numbers) else []
        if cells and not keys:
            return []  # 答案 in a cell of its own
        self.end()
        return None

    def _done(self, keys: Sequence[str], why: str = "") -> list[KeyEntry]:
        found = [KeyEntry(number, key, why) for number, key in zip(self.numbers, keys, strict=True)]
        self.numbers, self.keys = [], []
        return found


def is_row(text: str) -> bool:
    return _row(cells_of(text)) is not None


def _row(cells: Sequence[str]) -> KeyEntry | None:
    """1, A and why: a row of a table with reasons."""
    if (
        len(cells) < 3
        or not re.fullmatch(r"\d{1,4}", cells[0])
        or not is_key(cells[1])
        or any(map(is_key, cells[2:]))
    ):
        return None
    return KeyEntry(int(cells[0]), cells[1], " ".join(cells[2:]))
