"""How answered questions become a score. Plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from studyhall.core.figures import reaches
from studyhall.quizzes.answers import KINDS


@dataclass(frozen=True)
class Answered:
    """One question of a paper as it goes to be graded."""

    position: int
    kind: str
    key: Any
    worth: int
    answer: str | None
    marked_points: int | None = None
    """What a person has given for it, where a person marks."""
    voided: str | None = None
    """`full`: everybody gets its points; `left_out`: it leaves the full mark."""


@dataclass(frozen=True)
class Graded:
    points: dict[int, int]
    """Hundredths by position."""
    score: int
    full: int
    answered: int


def grade(items: Iterable[Answered], partial: str) -> Graded:
    """The score of one paper, in hundredths. Grading the same paper again gives the same."""
    points: dict[int, int] = {}
    full = answered = 0
    for item in items:
        points[item.position] = _points(item, partial)
        full += 0 if item.voided == "left_out" else item.worth
        answered += item.answer is not None
    return Graded(points, sum(points.values()), full, answered)


def _points(item: Answered, partial: str) -> int:
    if item.voided == "full":
        return item.worth
    if item.voided == "left_out":
        return 0
    if item.marked_points is not None:
        return item.marked_points
    return KINDS[item.kind].points(item.answer, item.key, item.worth, partial)


@dataclass(frozen=True)
class Run:
    """One handed-in attempt, as the counting rule sees it."""

    attempt_id: int
    number: int
    score: int
    full: int
    seconds: int
    answered: int
    handed_in_at: datetime


def counted_run(runs: Iterable[Run], rule: str) -> Run | None:
    """The attempt that counts: best, last or first. A blank one is not taking part and never counts.

    Of equal attempts the one with less time counts, then the earlier.
    """
    taken = sorted((run for run in runs if run.answered > 0), key=lambda run: run.number)
    if not taken:
        return None
    if rule == "first":
        return taken[0]
    if rule == "last":
        return taken[-1]
    best = taken[0]
    for run in taken[1:]:
        # score / full compared exactly, without a division
        mine, other = run.score * best.full, best.score * run.full
        if mine > other or (mine == other and run.seconds < best.seconds):
            best = run
    return best


@dataclass(frozen=True)
class Final:
    """Main run and make-up merged (含补考)."""

    took_part: bool
    score: int | None
    full: int | None
    passed: bool
    excellent: bool


def final_of(
    main: tuple[int, int] | None,
    make_up: tuple[int, int] | None,
    *,
    pass_percent: int,
    excellent_percent: int,
    capped: bool,
) -> Final:
    """The better of main run and make-up, each `(score, full)`; a capped make-up earns the pass mark at most."""
    candidates = []
    if main is not None:
        candidates.append(main)
    if make_up is not None:
        score, full = make_up
        if capped and reaches(score, full, pass_percent):
            # The pass mark of this scale, rounded up so that it still passes.
            score = -(-pass_percent * full // 100)
        candidates.append((score, full))
    if not candidates:
        return Final(False, None, None, False, False)
    score, full = candidates[0]
    for other_score, other_full in candidates[1:]:
        if other_score * full > score * other_full:
            score, full = other_score, other_full
    return Final(
        True, score, full, reaches(score, full, pass_percent), reaches(score, full, excellent_percent)
    )
