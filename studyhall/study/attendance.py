"""The roll: everybody present, then the exceptions; and what happens when two call it at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from studyhall.core.sayings import later

STATES = ("present", "leave", "absent")

LEAVE_REASONS = {
    "private": later("事假"),
    "sick": later("病假"),
    "duty": later("公务"),
    "other": later("其他"),
}
"""Only the kind is kept, no paper."""


@dataclass(frozen=True)
class Mark:
    """How one entry stands: a state, and why where it is leave."""

    state: str
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"{self.state!r} is no state of attendance")
        if self.reason is not None and (self.state != "leave" or self.reason not in LEAVE_REASONS):
            raise ValueError(f"{self.reason!r} is no reason for {self.state}")


@dataclass(frozen=True)
class Reconciled:
    """What one save changes, and where somebody else has said otherwise meanwhile."""

    changes: Mapping[int, Mark]
    clashes: tuple[int, ...]
    """Entries that both have changed, to different marks: the first saved one stands."""


def reconcile(
    seen: Mapping[int, Mark | None], wanted: Mapping[int, Mark], standing: Mapping[int, Mark]
) -> Reconciled:
    """Three-way, by entry: what the page showed, what it sends back, what the table holds now.

    Only what this page has changed is written, so that two who call at once both keep their marks. An entry
    that the page does not send is left alone.
    """
    changes: dict[int, Mark] = {}
    clashes = []
    for entry, mark in wanted.items():
        before, now = seen.get(entry), standing.get(entry)
        if now == mark or (before == mark and now is not None):
            continue
        if now is not None and now != before:
            clashes.append(entry)
            continue
        changes[entry] = mark
    return Reconciled(changes, tuple(clashes))


@dataclass(frozen=True)
class Tally:
    """应到, 出席, 请假, 缺席 of one meeting; made-up ones are among leave and absent."""

    due: int
    present: int
    leave: int
    absent: int
    made_up: int = 0

    @property
    def uncalled(self) -> int:
        return self.due - self.present - self.leave - self.absent


def tally(due: int, marks: Iterable[str], made_up: int = 0) -> Tally:
    found = list(marks)
    return Tally(due, found.count("present"), found.count("leave"), found.count("absent"), made_up)
