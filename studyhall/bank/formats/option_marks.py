"""Where options begin: `A.` on a line of its own, four on one line, or glued (`A.甲B.乙`).

All marks that could begin an option are looked at together. A chain A, B, C … is laid through them that
takes the surest mark for each letter: one at the start of a line before one after a blank, that before
one in the middle of words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from studyhall.bank.record import KEYS

_WIDE = {ord(wide): narrow for wide, narrow in zip("ＡＢＣＤＥＦＧＨＩＪＫＬ", "ABCDEFGHIJKL", strict=True)}
_PUNCTUATION = ".．、:：)）,，｡"
_MARK = re.compile(
    rf"(?:(?P<open>[(（\[【])\s*)?(?P<letter>[A-LＡ-Ｌ])\s*(?:(?P<close>[)）\]】])|(?P<mark>[{_PUNCTUATION}]))"
    r"[.．、:：]?"
)
_BARE = re.compile(r"(?m)^[ \t　\xa0]*(?P<letter>[A-LＡ-Ｌ])(?=[\s　\u2000-\u206f\u3000-\u9fff“‘《（(\d\-])")

LINE, BLANK, GLUED, BARE, STUCK = 0, 1, 2, 3, 4
"""How sure a mark is, surest first. A bare letter counts at the start of a line only; stuck is an A at the
end of the stem, without a sign, that is taken only because B, C … follow."""


@dataclass(frozen=True)
class Mark:
    letter: str
    start: int
    end: int
    strength: int
    sign: str


@dataclass(frozen=True)
class Split:
    stem: str
    options: list[tuple[str, str]]
    again: bool = False
    """A second A follows: two sets of options may have run together."""
    weakest: int = LINE


def split_options(text: str, *, stem_first: bool = True) -> Split:
    """`stem_first`: the text begins with a stem, so a mark at its very start is none."""
    if "A" not in text and "Ａ" not in text:
        return Split(text.strip(), [])
    marks = [mark for mark in _marks(text) if not (stem_first and not text[: mark.start].strip())]
    chain = _columns(marks) or _chain(marks) or _stuck_chain(text, marks)
    if not chain:
        return Split(text.strip(), [])
    printed = sorted(chain, key=lambda mark: mark.start)
    ends = dict(zip(printed, [mark.start for mark in printed[1:]] + [len(text)], strict=True))
    options = [(mark.letter, tidy(text[mark.end : ends[mark]])) for mark in chain]
    options = _without_separators(options)
    last = printed[-1]
    again = any(mark.letter == "A" and mark.strength == LINE and mark.start > last.start for mark in marks)
    return Split(text[: chain[0].start].strip(), options, again, max(mark.strength for mark in chain))


def _marks(text: str) -> list[Mark]:
    found = []
    for match in _MARK.finditer(text):
        if bool(match["open"]) != bool(match["close"]) and match["open"]:
            continue
        start = match.start()
        before = text[start - 1] if start else "\n"
        sign = match["close"] or match["mark"]
        if match["close"] and not match["open"] and match["close"] in "]】":
            continue
        if before.isascii() and before.isalpha():
            continue
        line_start = not text[text.rfind("\n", 0, start) + 1 : start].strip(" \t　\xa0")
        strength = LINE if line_start else BLANK if before in " \t　\xa0\n|；;" else GLUED
        if before in "$" or (strength == GLUED and before in "，,、和及与"):
            continue
        letter = match["letter"].translate(_WIDE)
        if strength == GLUED and sign in ",，":
            continue
        found.append(Mark(letter, start, match.end(), strength, sign))
    taken = {mark.start for mark in found if mark.strength == LINE}
    for match in _BARE.finditer(text):
        start = match.start("letter")
        if start not in taken and not any(mark.start <= start < mark.end for mark in found):
            found.append(Mark(match["letter"].translate(_WIDE), start, match.end(), BARE, ""))
    return sorted(found, key=lambda mark: mark.start)


def _columns(marks: Sequence[Mark]) -> list[Mark]:
    """A C on one line and B D on the next: two columns, every mark at the start of its line or its column."""
    first = next((at for at, mark in enumerate(marks) if mark.letter == "A" and mark.strength == LINE), None)
    found = marks[first:] if first is not None else ()
    half, more = divmod(len(found), 2)
    if half < 2 or len(found) > len(KEYS):
        return []
    order = "".join(KEYS[at // 2 + (half + more) * (at % 2)] for at in range(len(found)))
    aligned = all(mark.strength <= (BLANK if at % 2 else LINE) for at, mark in enumerate(found))
    if "".join(mark.letter for mark in found) != order or not aligned:
        return []
    return sorted(found, key=lambda mark: mark.letter)


def _chain(marks: Sequence[Mark]) -> list[Mark]:
    """The best chain that begins with A; a lone A counts at the start of a line only."""
    firsts = sorted((mark for mark in marks if mark.letter == "A"), key=lambda m: (m.strength, m.start))
    for first in firsts:
        chain = _chain_from(first, marks)
        if len(chain) >= 2 and (first.strength != GLUED or chain[1].strength <= GLUED):
            return chain
    return [first for first in firsts if first.strength == LINE][:1]


def _stuck_chain(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """B, C … on lines of their own and no A: the last A of the stem is theirs."""
    second = next((m for m in marks if m.letter == "B" and m.strength == LINE), None)
    at = text.rfind("A", 0, second.start) if second else -1
    if second is None or at <= 0 or (text[at - 1].isascii() and text[at - 1].isalpha()):
        return []
    chain = _chain_from(Mark("A", at, at + 1, STUCK, ""), marks)
    return chain if len(chain) >= 3 else []


def _chain_from(first: Mark, marks: Sequence[Mark]) -> list[Mark]:
    later_firsts = [
        m.start for m in marks if m.letter == "A" and m.start > first.start and m.strength <= BLANK
    ]
    limit = later_firsts[0] if later_firsts else None
    chain = [first]
    for letter in KEYS[1:12]:
        here = chain[-1]
        nexts = [
            mark
            for mark in marks
            if mark.letter == letter
            and mark.start >= here.end
            and (limit is None or mark.start < limit)
            and _may_follow(mark, chain)
        ]
        if not nexts:
            break
        chain.append(min(nexts, key=lambda mark: (mark.strength, mark.start)))
    return chain


def _may_follow(mark: Mark, chain: Sequence[Mark]) -> bool:
    """In the middle of words only the sign that the chain uses counts: 维生素C、D is no option."""
    if mark.strength != GLUED:
        return True
    signs = {before.sign for before in chain if before.sign}
    return not signs or mark.sign in signs


def _without_separators(options: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A.甲/B.乙/C.丙: a stroke behind every option but the last divides them."""
    for sign in "/／|":
        if len(options) > 1 and all(text.endswith(sign) for _letter, text in options[:-1]):
            return [(letter, text.removesuffix(sign).rstrip()) for letter, text in options]
    return options


def tidy(text: str) -> str:
    text = re.sub(r"[ \t　\xa0]*\n[ \t　\xa0]*", "\n", text)
    return text.strip(" \t　\xa0\n|").strip()
