"""Which words of a question stand out in print: its options, stretches of its stem."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from studyhall.bank.drafts import Draft, Look, Run
from studyhall.bank.record import KEYS

WHOLE = 0.8
"""So much of an option at least is printed so, where all of it was meant."""
_STOPS = " ，。、；：,.;:"
_SORTS = {"bold": "加粗", "underline": "加下划线", "ink": "标{}", "ground": "加{}色底"}
_HUES = {
    "red": "红", "orange": "橙", "yellow": "黄", "green": "绿", "blue": "蓝", "purple": "紫",
}  # fmt: skip

_Signs = list[tuple[str, frozenset[Look]]]


def said(look: Look) -> str:
    """标红, 加粗: as a clerk says it."""
    return _SORTS[look.sort].format(_HUES.get(look.hue, ""))


@dataclass(frozen=True)
class Marked:
    """What one look marks among the options of one question."""

    letters: str
    """The options that are printed so, or whose letters are."""
    every: bool = False
    """All options: it tells nothing."""
    torn: bool = False
    """Some option only in part, or some letter beside other words."""

    @property
    def tells(self) -> bool:
        return bool(self.letters) and not self.every and not self.torn


def options_marked(draft: Draft) -> dict[Look, Marked] | None:
    """By look; None where the options are not found again in the words as they are printed."""
    signs = _signs(draft.runs)
    found: list[tuple[str, _Signs, _Signs]] = []
    at = 0
    words = "".join(sign for sign, _looks in signs)
    for letter, text in draft.options:
        place = _option_at(words, letter, re.sub(r"\s+", "", text), at)
        if place is None:
            return None
        mark, start, at = place
        found.append((letter, signs[mark : mark + 1], signs[start:at]))
    looks = {look for _letter, mark, text in found for _sign, own in (*mark, *text) for look in own}
    return {look: _marked(found, look) for look in looks}


def _signs(runs: Sequence[Run]) -> _Signs:
    """Sign by sign without blanks: what the reader did to blanks and breaks does not matter then."""
    return [(sign, run.looks) for run in runs for sign in run.words if not sign.isspace()]


_LETTERS = {
    letter: re.compile(rf"[{letter}{chr(ord(letter) + 0xFEE0)}][）)\]】]?[.．、:：)）,，｡]*")
    for letter in KEYS
}


def _option_at(words: str, letter: str, text: str, start: int) -> tuple[int, int, int] | None:
    """(where its letter is, where it begins, where it ends), the first behind `start`."""
    for mark in _LETTERS[letter].finditer(words, start) if text and letter in _LETTERS else ():
        if words.startswith(text, mark.end()):
            return mark.start(), mark.end(), mark.end() + len(text)
    return None


def _marked(options: Sequence[tuple[str, _Signs, _Signs]], look: Look) -> Marked:
    """By the words of the options. Letters count where they are not all printed so and no words are."""
    shares = [(letter, _share(text, look)) for letter, _mark, text in options]
    whole = "".join(letter for letter, share in shares if share >= WHOLE)
    torn = any(0 < share < WHOLE for _letter, share in shares)
    by_letter = "".join(letter for letter, mark, _text in options if any(look in own for _sign, own in mark))
    if len(by_letter) == len(options):
        by_letter = ""
    if whole and by_letter and whole != by_letter:
        torn = True
    letters = whole or by_letter
    return Marked(letters, len(letters) == len(options), torn)


def _share(signs: _Signs, look: Look) -> float:
    """How much of some words is printed so; points and commas do not count where there is anything else."""
    told = [own for sign, own in signs if sign.isalnum()] or [own for _sign, own in signs]
    return sum(look in own for own in told) / len(told)


def stretches(draft: Draft, look: Look) -> Iterator[tuple[int, int]] | None:
    """Where in the stem words are printed so; None where the stem is not found in the words as printed."""
    signs = _signs(draft.runs)
    places = [at for at, sign in enumerate(draft.stem) if not sign.isspace()]
    start = "".join(sign for sign, _looks in signs).find("".join(draft.stem[at] for at in places))
    if start < 0 or not places:
        return None
    marked = [look in signs[start + n][1] for n in range(len(places))]
    return _closed_up(draft.stem, _runs_of(marked, places))


def _closed_up(words: str, found: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Without commas and points at their ends; a stretch of nothing else is none."""
    for start, end in found:
        told = words[start:end]
        bare = told.lstrip(_STOPS)
        if bare.rstrip(_STOPS):
            yield end - len(bare), start + len(told.rstrip(_STOPS))


def _runs_of(marked: Sequence[bool], places: Sequence[int]) -> Iterator[tuple[int, int]]:
    begun: int | None = None
    for n, here in enumerate((*marked, False)):
        if here and begun is None:
            begun = n
        elif not here and begun is not None:
            yield places[begun], places[n - 1] + 1
            begun = None
