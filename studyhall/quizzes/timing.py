"""When a paper may be opened, saved and handed in. The server's clock decides; plain values only."""

from __future__ import annotations

from datetime import datetime, timedelta

GRACE = timedelta(seconds=60)
"""Saves and hand-ins on their way are taken this long after the deadline; time used ends at the deadline."""

NEARLY = timedelta(seconds=5)
"""A phone counts in whole seconds: when it hands in by itself the server may have a little time left."""

AT_ONCE = "after_hand_in"
"""Of `models.Reveal`: answers are shown to whoever has handed in."""


def deadline_of(
    started_at: datetime, minutes: int, closes_at: datetime, granted: timedelta = timedelta()
) -> datetime:
    """The earlier of time allowed and end of the window, later by what was granted."""
    return min(started_at + timedelta(minutes=minutes), closes_at) + granted


def still_taken(now: datetime, deadline: datetime) -> bool:
    """Whether a save or a hand-in that arrives now counts."""
    return now <= deadline + GRACE


def is_overdue(now: datetime, deadline: datetime) -> bool:
    return not still_taken(now, deadline)


def seconds_used(started_at: datetime, handed_in_at: datetime, deadline: datetime) -> int:
    """Whole seconds from opening to handing in, at the latest to the deadline."""
    return max(int((min(handed_in_at, deadline) - started_at).total_seconds()), 0)


def answers_shown(reveal: str, closes_at: datetime, now: datetime) -> bool:
    """Whether somebody who has handed in may see key and explanation: at once, or when the window has ended."""
    return reveal == AT_ONCE or now >= closes_at
