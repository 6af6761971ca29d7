"""One thing that an admin has to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    icon: str
    what: str
    why: str
    act: str
    url: str
    is_open: bool = False
    """About what runs now, such as a contest; the others wait."""
    is_a_first_step: bool = False
    """Said already by the five steps of a new site, as long as they stand there."""
