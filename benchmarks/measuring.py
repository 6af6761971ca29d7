"""How things are measured: CPU and not the clock on the wall, cells taking turns, medians, ratios with goals."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

ROUNDS = 7


class Cpu:
    """CPU seconds of this process and, on PostgreSQL, of the server's processes that serve this database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine if engine.dialect.name == "postgresql" else None

    def now(self) -> float:
        return time.process_time() + self._of_backends()

    def _of_backends(self) -> float:
        if self._engine is None:
            return 0.0
        seconds = 0.0
        for pid in self._pids():
            try:
                # Nanoseconds on the processor; `stat` only counts in hundredths of a second.
                seconds += int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
            except OSError:
                continue
        return seconds

    def _pids(self) -> list[int]:
        assert self._engine is not None
        if not hasattr(self, "_watcher"):
            self._watcher = self._engine.connect()
        rows = self._watcher.exec_driver_sql(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        pids = [pid for (pid,) in rows]
        self._watcher.rollback()
        return pids


@dataclass
class Cell:
    """One thing to measure: `run` does it `times` times, having been told the round."""

    name: str
    run: Callable[[int], int]
    """Does the work of one round; gives how many times it was done."""
    seconds: list[float] = field(default_factory=list)

    @property
    def each(self) -> float:
        """CPU seconds of one, the median of the rounds."""
        return statistics.median(self.seconds)


def once(cell: Cell, cpu: Cpu, number: int) -> None:
    """One round of one cell; round 0 warms up and is not counted."""
    gc.collect()
    before = cpu.now()
    times = cell.run(number)
    spent = cpu.now() - before
    if number:
        cell.seconds.append(spent / times)


def take_turns(cells: list[Cell], cpu: Cpu, rounds: int = ROUNDS) -> None:
    """One round to warm up, then `rounds` in which the cells take turns, each time beginning with another."""
    for number in range(rounds + 1):
        start = number % len(cells)
        for cell in cells[start:] + cells[:start]:
            once(cell, cpu, number)


@dataclass(frozen=True)
class Line:
    what: str
    bare: float
    ours: float
    goal: float

    @property
    def ratio(self) -> float:
        return self.ours / self.bare


def table(title: str, lines: Iterable[Line]) -> str:
    """A table for people and for the README; milliseconds of CPU, and ours over bare."""
    rows = [f"| {title} | bare ms | ours ms | ratio | goal | |", "|---|---|---|---|---|---|"]
    for line in lines:
        verdict = "met" if line.ratio <= line.goal else "missed"
        goal, verdict = (f"{line.goal:g}", verdict) if line.goal < 1000 else ("", "")
        rows.append(
            f"| {line.what} | {line.bare * 1000:.2f} | {line.ours * 1000:.2f} | {line.ratio:.2f} "
            f"| {goal} | {verdict} |"
        )
    return "\n".join(rows)
