"""A question in the words of its file, before anybody has said what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from studyhall.bank.record import Answer, Finding, Kind, Option, Picture, Place, Point

NOWHERE = Place()
UNREAD_KEY = "answer-by-number"
"""The rule of a key that stands there and nobody can read."""


class Look(NamedTuple):
    """How words are printed otherwise than the text around them: bold, underlined, in red, on yellow."""

    sort: str
    hue: str = ""


class Run(NamedTuple):
    """Words printed alike."""

    words: str
    looks: frozenset[Look] = frozenset()


@dataclass
class Draft:
    """One question in the words of its file."""

    stem: str
    place: Place = NOWHERE
    kind: Kind | None = None
    """What a heading, a column or a label said; None: to be seen from the key."""
    options: list[tuple[str, str]] = field(default_factory=list)
    """(letter as printed, words); the letter is empty where the file has none."""
    answer: str = ""
    blanks: tuple[tuple[str, ...], ...] = ()
    """Of a fill, where the file itself says which words are for which blank; `answer` is then not looked at."""
    explanation: str = ""
    number: int | None = None
    id: str = ""
    difficulty: int | None = None
    topics: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    law: str = ""
    points: tuple[Point, ...] = ()
    pictures: tuple[Picture, ...] = ()
    parts: list[Draft] = field(default_factory=list)
    source: str = ""
    runs: tuple[Run, ...] = ()
    """The same words as they are printed; empty where the file does not say or nothing stands out."""
    rules: list[str] = field(default_factory=list)
    doubts: list[Finding] = field(default_factory=list)
    misread: bool = False
    """The file may come from an optical reader: V and J for √."""
    truth_letters: dict[str, bool] | None = None
    """What a heading like 判断题（A正确，B错误）says of letters."""
    wants_several: bool = False
    """The stem or a label asks for several."""
    any_number: bool = False
    """不定项: one key or several, whatever the kind is called."""

    def doubt(self, rule: str, message: str) -> None:
        self.doubts.append(Finding(rule, message))

    def no_answer(self) -> list[Finding]:
        """Nothing where the reader has said already why it took none."""
        if any(doubt.rule == UNREAD_KEY for doubt in self.doubts):
            return []
        return [Finding("no-answer", "没有找到答案。")]


class Settled(NamedTuple):
    """What a kind makes of a draft."""

    kind: Kind
    options: tuple[Option, ...]
    answer: Answer
    doubts: tuple[Finding, ...] = ()
    note: str = ""


def shortened(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 24 else words[:23] + "…"


def range_of(letters: Sequence[str]) -> str:
    return f"{letters[0]} 到 {letters[-1]}" if letters else "没有"
