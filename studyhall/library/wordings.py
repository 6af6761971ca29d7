"""Two wordings of an article side by side, with what is not in the other marked."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby

Run = tuple[str, bool]
"""Some words, and whether they are missing from the other text."""
SHORTEST = 2
"""A single letter in common is chance, not wording."""
LONGEST = 6_000
"""Letters of a text up to which letters are matched one by one: the longest article has a third of that."""


def compared(text: str, other: str) -> list[list[Run]]:
    """The lines of `text`, each in runs. All of it counts as different where either is too long to match."""
    common = bytearray(len(text))
    if text == other:
        common = bytearray(b"\x01" * len(text))
    elif max(len(text), len(other)) <= LONGEST:
        for start, _there, size in SequenceMatcher(None, text, other, autojunk=False).get_matching_blocks():
            if size >= SHORTEST:
                common[start : start + size] = b"\x01" * size
    found, at = [], 0
    for line in text.split("\n"):
        found.append(list(_runs(line, common[at : at + len(line)])))
        at += len(line) + 1
    return found


def _runs(line: str, common: bytearray) -> Iterator[Run]:
    at = 0
    for same, letters in groupby(common):
        size = len(list(letters))
        yield line[at : at + size], not same
        at += size
