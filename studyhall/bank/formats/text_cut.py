"""Where one question ends and the next begins, seen over a whole section.

Numbers alone mislead: stems hold lists, explanations hold lists, some numbers are lost. So every line that
could begin a question is a candidate, and the cuts are laid so that each piece holds one key and one set of
options and the numbers run on. The best way through all candidates is found by going over them once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from studyhall.bank.formats.lines import Line
from studyhall.bank.formats.option_marks import split_options
from studyhall.bank.formats.stem_marks import key_in_stem
from studyhall.bank.formats.text_rules import BARE_KEY, Mark, Numbered, mark_of, numbers_of_line
from studyhall.bank.record import Kind

WINDOW = 120
"""So many candidates may be passed over between two questions: lists in stems and explanations."""
FAMILIES = ("digit", "bare", "paren", "cnparen", "cn", "circled")
_ASKS = re.compile(r"[?？]\s*$|分\s*[）)]\s*$|[_＿]{2,}|[（(]\s*[）)]|简述|试述|论述|简答")
_CIRCLED = re.compile(r"^\s*([①-⑳])\s*[.．、]?\s*(.*)$")
"""Numbers of judges only: in the stems of choices they number what the options combine."""


@dataclass
class Item:
    """A line with what it is, seen alone."""

    line: Line
    mark: Mark
    numbers: list[Numbered]
    answers: int = 0
    """1 where the line states a key: a label, or a filled bracket."""
    labelled: int = 0
    first_option: int = 0
    """1 where options begin in it."""
    orphan: int = 0
    """1 where it is text right behind a plain key: most likely the next stem."""
    in_answer: bool = False
    """It stands below an answer in words, so a number here may be that of one of its points."""

    @property
    def text(self) -> str:
        return self.line.text


@dataclass
class Piece:
    """The lines of one question; `number` None where it has none, `rest` the first line without it."""

    items: list[Item]
    number: int | None = None
    rest: str = ""
    rule: str = ""


def item_of(line: Line, kind: Kind | None) -> Item:
    mark = mark_of(line.text)
    numbers = numbers_of_line(line.text) if mark.rule == "text" else []
    if kind is Kind.JUDGE and (circled := _CIRCLED.match(line.text)):
        numbers.append(Numbered("circled", ord(circled[1]) - ord("①") + 1, circled[2]))
    item = Item(line, mark, numbers)
    item.labelled = int(mark.rule == "answer")
    if mark.rule == "option":
        item.first_option = int(mark.name == "A")
    elif mark.rule == "text" and re.search(r"[AＡ]", line.text) and re.search(r"[BＢ]", line.text):
        item.first_option = int(bool(split_options(line.text).options))
    if mark.rule == "text" and BARE_KEY.match(line.text):
        item.mark, item.answers = Mark("bare-key", line.text), 1
    elif mark.rule == "text":
        item.answers = int(key_in_stem(line.text, judge=kind is Kind.JUDGE, misread=True) is not None)
    return item


def cut(items: Sequence[Item], expected: int = 1) -> list[Piece]:
    """The pieces of a section, in order. Lines before the first question come first, without a number.

    `expected` is the number that follows the section before; numbers run on from it or begin at 1.
    """
    _find_orphans(items)
    best: tuple[float, list[tuple[int, Numbered]]] = (0.0, [])
    for family in FAMILIES:
        path = _best_path(items, family, expected)
        if path[0] > best[0]:
            best = path
    starts = best[1]
    if not starts:
        return _cut_unnumbered(items)
    pieces = []
    first = starts[0][0]
    if any(item.mark.rule not in ("blank", "noise", "separator") for item in items[:first]):
        pieces += _cut_unnumbered(items[:first])
    ends = [at for at, _number in starts[1:]] + [len(items)]
    for (at, numbered), end in zip(starts, ends, strict=True):
        inner = _cut_unnumbered(items[at:end], numbered)
        pieces += inner
    return pieces


def _find_orphans(items: Sequence[Item]) -> None:
    behind_key = in_words = False
    for item in items:
        if item.mark.rule in ("blank", "noise"):
            continue
        item.in_answer = in_words and item.mark.rule == "text" and not _ASKS.search(item.text)
        if item.mark.rule == "answer":
            in_words = not BARE_KEY.match(item.mark.rest)
        elif item.mark.rule in ("option", "separator", "meta"):
            in_words = False
        item.orphan = int(behind_key and item.mark.rule == "text")
        behind_key = item.mark.rule == "answer" and bool(BARE_KEY.match(item.mark.rest))


def _best_path(items: Sequence[Item], family: str, expected: int) -> tuple[float, list[tuple[int, Numbered]]]:
    """The starts of questions with the highest score, for one way of numbering."""
    candidates = [(at, n) for at, item in enumerate(items) for n in item.numbers if n.family == family]
    if not candidates:
        return (0.0, [])
    sums = _Sums(items)
    evidence = sums.labelled[-1] + sums.options[-1] + sums.brackets[-1]
    bare_cost = -2.0 if evidence >= 0.2 * len(candidates) else 0.0
    if family == "bare":
        bare_cost /= 4  # a line of nothing but a number is hardly ever anything else
    jumps = _jumps(candidates, family)
    score: list[float] = []
    before: list[int] = []
    for here, (at, numbered) in enumerate(candidates):
        begins = jumps or numbered.number in (1, expected)
        best, origin = (1.0 if begins else -2.0) - numbered.cost, -1
        best -= 0.5 * min(sums.labelled[at] + sums.options[at], 20)
        for there in range(max(0, here - WINDOW), here):
            start, previous = candidates[there]
            worth = score[there] + sums.quality(start, at, bare_cost)
            worth += _step(previous.number, numbered.number, jumps) - numbered.cost
            if worth >= best:  # of equals the later: what stands nearest to its options and key
                best, origin = worth, there
        score.append(best)
        before.append(origin)
    totals = [
        score[here] + sums.quality(at, len(items), bare_cost) for here, (at, _n) in enumerate(candidates)
    ]
    end = max(range(len(candidates)), key=lambda at: (totals[at], at))
    path = []
    here = end
    while here >= 0:
        path.append(candidates[here])
        here = before[here]
    return totals[end], path[::-1]


def _step(previous: int, number: int, jumps: bool) -> float:
    if number == previous + 1:
        return 3.0
    if jumps:
        return 1.0
    if number == 1:
        return 0.5
    return -1.0 if previous + 1 < number <= previous + 5 else -2.0


def _jumps(candidates: Sequence[tuple[int, Numbered]], family: str) -> bool:
    """The numbers are those of a database: large, and in no order or on lines of their own."""
    numbers = [numbered.number for _at, numbered in candidates]
    running = sum(after == before + 1 for before, after in pairwise(numbers))
    scattered = running < 0.6 * len(numbers) or family == "bare"
    return len(numbers) > 3 and scattered and min(numbers) > 99


class _Sums:
    """Running counts of keys and options, to weigh any stretch of lines at once."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.labelled = [0, *accumulate(item.labelled for item in items)]
        self.options = [0, *accumulate(item.first_option for item in items)]
        self.orphans = [0, *accumulate(item.orphan for item in items)]
        self.brackets = [0, *accumulate(item.answers for item in items)]
        self.in_answer = [item.in_answer for item in items]

    def quality(self, start: int, end: int, bare_cost: float) -> float:
        """Of a piece from `start` up to `end`: 3 for one key, 2 for options only, minus for two of either."""
        labelled = self.labelled[end] - self.labelled[start]
        options = self.options[end] - self.options[start]
        keys = labelled or self.brackets[end] - self.brackets[start]
        if not keys and not options:
            return bare_cost - (1.5 if self.in_answer[start] else 0.0)
        surplus = max(0, keys - 1) + max(0, options - 1)
        orphans = self.orphans[end] - self.orphans[start + 1]
        return (3.0 if keys else 2.0) - 4.0 * min(surplus, 5) - 0.5 * min(orphans, 5)


def _cut_unnumbered(items: Sequence[Item], numbered: Numbered | None = None) -> list[Piece]:
    """More than one question in a piece, where a number was lost: cut behind each that is complete.

    Complete is: it has a key, and as many sets of options as the others have.
    """
    pieces: list[Piece] = [Piece([], numbered.number, numbered.rest, numbered.family)] if numbered else []
    wants_options = any(item.first_option for item in items)
    current = pieces[0] if pieces else None
    for at, item in enumerate(items):
        rule = item.mark.rule
        if rule in ("blank", "noise"):
            continue
        if rule == "separator":
            if current and _holds_key(current) and _question_follows(items[at + 1 :]):
                current = None
            continue
        if current is None:
            current = Piece([], None, item.text, "unnumbered")
            pieces.append(current)
        elif rule == "text" and at and _complete(current, wants_options) and _new_stem(current, items[at:]):
            current = Piece([], None, item.text, "lost-number")
            pieces.append(current)
        current.items.append(item)
    return pieces


def _holds_key(piece: Piece) -> bool:
    return any(item.labelled or item.answers for item in piece.items)


def _complete(piece: Piece, wants_options: bool) -> bool:
    if not _holds_key(piece):
        return False
    return not wants_options or any(item.first_option for item in piece.items)


def _new_stem(piece: Piece, rest: Sequence[Item]) -> bool:
    """Text behind a complete question begins another where a key or options follow it before long."""
    last = piece.items[-1].mark
    if last.rule == "option" and not any(item.labelled for item in piece.items):
        return bool(rest[0].answers or rest[0].first_option) or _marks_ahead(rest) == "option"
    if last.rule == "answer" and not last.rest:
        return False
    ahead = _marks_ahead(rest)
    if last.rule == "explanation" or any(item.mark.rule == "explanation" for item in piece.items):
        return ahead == "option"
    if rest[0].answers or rest[0].first_option:
        return True
    return ahead in ("option", "answer")


def _marks_ahead(items: Sequence[Item]) -> str:
    """What comes after the text lines that follow: options, a key, or nothing near."""
    for item in items[:8]:
        if item.first_option:
            return "option"
        if item.labelled:
            return "answer"
        if item.mark.rule in ("separator", "explanation", "option"):
            return ""
    return ""


def _question_follows(items: Sequence[Item]) -> bool:
    return any(item.mark.rule == "text" for item in items[:3])
