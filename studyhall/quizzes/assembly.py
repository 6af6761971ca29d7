"""How a paper is dealt: a seeded draw in which every paper is equally hard, options in their own order.

Plain values in, plain values out; the same seed and pool give the same paper.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from studyhall.core.sayings import later

ORDER_OF_KINDS = ("single", "multiple", "judge", "fill", "short", "case")
LEVELS = {1: later("易"), 2: later("中"), 3: later("难")}


class Candidate(NamedTuple):
    """A question that may be dealt. A case stands for all its parts."""

    version_id: int
    law_id: int
    kind: str
    difficulty: int
    letters: str
    parts: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of the blueprint; `difficulty` None takes all levels."""

    law_id: int
    kind: str
    how_many: int
    worth: int
    difficulty: int | None = None


@dataclass(frozen=True)
class Dealt:
    version_id: int
    option_order: str
    worth: int


@dataclass(frozen=True)
class Shortfall:
    """A line that the bank cannot fill."""

    line: Line
    available: int

    @property
    def missing(self) -> int:
        return self.line.how_many - self.available


def shortfalls(lines: Iterable[Line], pool: Sequence[Candidate]) -> list[Shortfall]:
    """The lines for which the bank has too few questions. Lines that draw on the same questions share them."""
    left = _by_slot(pool)
    found = []
    for line in sorted(lines, key=lambda line: line.difficulty is None):
        slots = _slots(line)
        available = sum(len(left[slot]) for slot in slots)
        if available < line.how_many:
            found.append(Shortfall(line, available))
        taken = min(line.how_many, available)
        for slot in slots:
            used = min(taken, len(left[slot]))
            del left[slot][:used]
            taken -= used
    return found


def deal(
    lines: Sequence[Line],
    pool: Sequence[Candidate],
    seed: int,
    *,
    avoid: Collection[int] = (),
    option_seed: int | None = None,
) -> list[Dealt]:
    """A paper: kinds in their usual order, questions shuffled within a kind, parts of a case together.

    How many come from each level of difficulty depends on the pool and the line alone, not on the seed, so
    that no paper is luckier. Questions in `avoid` (met lately) are taken only when the others run out.
    A paper that is the same for everybody has one `seed`, and an `option_seed` for each person.
    Raises ValueError where the bank cannot fill a line.
    """
    dice = random.Random(seed)
    turns = dice if option_seed is None else random.Random(option_seed)
    left = _by_slot(pool)
    chosen: dict[str, list[tuple[Candidate, int]]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: line.difficulty is None):
        quota = level_quota({slot[2]: len(left[slot]) for slot in _slots(line)}, line.how_many)
        for level, count in quota.items():
            slot = (line.law_id, line.kind, level)
            drawn = _draw(left[slot], count, dice, avoid)
            gone = {candidate.version_id for candidate in drawn}
            left[slot] = [candidate for candidate in left[slot] if candidate.version_id not in gone]
            chosen[line.kind].extend((candidate, line.worth) for candidate in drawn)
    paper: list[Dealt] = []
    for kind in ORDER_OF_KINDS:
        dice.shuffle(chosen[kind])
        for candidate, worth in chosen[kind]:
            for asked in candidate.parts or (candidate,):
                paper.append(Dealt(asked.version_id, _shuffled(asked.letters, turns), worth))
    return paper


def spread(lines: Iterable[Line], pool: Sequence[Candidate]) -> dict[int, int]:
    """How many questions of each difficulty every paper has, a case counted once: the same for every seed.

    Empty where the bank cannot fill a line.
    """
    left = {slot: len(those) for slot, those in _by_slot(pool).items()}
    found = dict.fromkeys(LEVELS, 0)
    for line in sorted(lines, key=lambda line: line.difficulty is None):
        there = {slot[2]: left.get(slot, 0) for slot in _slots(line)}
        if sum(there.values()) < line.how_many:
            return {}
        for level, count in level_quota(there, line.how_many).items():
            left[line.law_id, line.kind, level] -= count
            found[level] += count
    return found


def in_turn(paper: Iterable[Dealt], option_seed: int) -> list[Dealt]:
    """The same questions for the next person, the options in an order of his own."""
    turns = random.Random(option_seed)
    return [
        Dealt(one.version_id, _shuffled("".join(sorted(one.option_order)), turns), one.worth) for one in paper
    ]


def level_quota(available: Mapping[int, int], how_many: int) -> dict[int, int]:
    """How many questions of each level, in proportion to what there is (largest remainder).

    Raises ValueError when there are fewer than `how_many` in all.
    """
    total = sum(available.values())
    if total < how_many:
        raise ValueError(f"{how_many} asked for, {total} there")
    if not how_many:
        return {}
    quota = {level: count * how_many // total for level, count in available.items()}
    by_remainder = sorted(available, key=lambda level: (-(available[level] * how_many % total), level))
    for level in by_remainder[: how_many - sum(quota.values())]:
        quota[level] += 1
    return {level: count for level, count in quota.items() if count}


def _slots(line: Line) -> list[tuple[int, str, int]]:
    levels = (line.difficulty,) if line.difficulty else (1, 2, 3)
    return [(line.law_id, line.kind, level) for level in levels]


def _by_slot(pool: Iterable[Candidate]) -> dict[tuple[int, str, int], list[Candidate]]:
    slots: dict[tuple[int, str, int], list[Candidate]] = defaultdict(list)
    for candidate in sorted(pool, key=lambda candidate: candidate.version_id):
        slots[(candidate.law_id, candidate.kind, candidate.difficulty)].append(candidate)
    return slots


def _draw(
    candidates: Sequence[Candidate], count: int, dice: random.Random, avoid: Collection[int]
) -> list[Candidate]:
    fresh = [candidate for candidate in candidates if not _was_met(candidate, avoid)] if avoid else candidates
    if len(fresh) >= count:
        return dice.sample(fresh, count)
    met = [candidate for candidate in candidates if _was_met(candidate, avoid)]
    return [*fresh, *dice.sample(met, count - len(fresh))]


def _was_met(candidate: Candidate, avoid: Collection[int]) -> bool:
    # Of a case its parts are dealt, so a case met before is known by them.
    return any(asked.version_id in avoid for asked in candidate.parts or (candidate,))


def _shuffled(letters: str, dice: random.Random) -> str:
    return "".join(dice.sample(letters, len(letters)))
