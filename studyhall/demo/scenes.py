"""What happened when: the demo's past is written in the order of time, each scene at its own moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.db import Database


@dataclass(frozen=True)
class Scene:
    at: datetime
    happens: Callable[[Session], object]


def play(database: Database, scenes: Iterable[Scene], until: datetime) -> None:
    """Every scene up to `until`, in order, each in a transaction of its own with the clock standing at it."""
    for scene in sorted(scenes, key=lambda scene: scene.at):
        if scene.at > until:
            return
        with clock.standing_at(scene.at), database.writing() as session:
            scene.happens(session)
