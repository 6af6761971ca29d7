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
