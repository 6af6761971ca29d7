"""Which wrong answers stand in somebody's book, and when each comes again. Plain values in, plain values out.

In by a wrong answer, out by right ones on two different days, or by hand; in again by the next wrong one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

AGAIN_AFTER_WRONG = timedelta(days=1)
AGAIN_AFTER_RIGHT = timedelta(days=3)
AGAIN_WHEN_KEPT = timedelta(days=14)
RIGHT_DAYS = 2


@dataclass(frozen=True)
class Answer:
    """One answer to one question, in a contest whose answers may be seen or in practice."""

    day: date
    at: datetime
    key: str
    right: bool
    knows: str | None = None


@dataclass(frozen=True)
class Mark:
    """keep or dismiss, by hand."""

    what: str
    at: datetime


@dataclass(frozen=True)
class Entry:
    """One question in the book."""

    wrong: int
    """How often it was wrong, in all."""
    right_days: int
    """Right on so many different days since the last wrong answer."""
    kept: bool
    due_on: date

    @property
    def needed(self) -> int:
        """Right answers on so many more days and it leaves; 0 for one that is kept."""
        return max(RIGHT_DAYS - self.right_days, 0)


def entry(answers: Iterable[Answer], mark: Mark | None = None) -> Entry | None:
    """Where a question stands after these answers, in whatever order they come in; None: not in the book.

    A wrong answer marked 我会了 was a slip and does not bring it in. A right one marked 还不熟 does not help
    it out.
    """
    inside = kept = marked = False
    wrong, right_days, last = 0, set[date](), None
    for one in sorted(answers, key=lambda answer: (answer.at, answer.key)):
        if mark and not marked and mark.at < one.at:
            inside, kept = _by_hand(mark, inside)
            marked = True
        last = one
        wrong += not one.right
        if not one.right and one.knows != "sure":
            inside, right_days = True, set()
        elif one.right and one.knows != "unsure":
            right_days.add(one.day)
            inside = inside and (kept or len(right_days) < RIGHT_DAYS)
    if mark and not marked:
        inside, kept = _by_hand(mark, inside)
    if not inside or last is None:
        return None
    return Entry(wrong, len(right_days), kept, last.day + _pause(last.right, len(right_days)))


def _by_hand(mark: Mark, inside: bool) -> tuple[bool, bool]:
    """Inside and kept from here on. Keeping brings nothing back that has gone."""
    return (inside, inside) if mark.what == "keep" else (False, False)


def _pause(right: bool, right_days: int) -> timedelta:
    if not right or not right_days:
        return AGAIN_AFTER_WRONG
    return AGAIN_AFTER_RIGHT if right_days < RIGHT_DAYS else AGAIN_WHEN_KEPT
