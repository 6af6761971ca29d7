"""When wrong passwords make somebody wait: a delay before a lock, and never a whole office at once.

Failures are counted by account and device; by account alone only far above what a person mistypes, and then
not for a device that has signed in to this account before; by address only far above the size of the
roster, because a township shares one address. Plain values in, plain values out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from studyhall.people.accounts import FREE_TRIES, LOCK, WINDOW

__all__ = ["WINDOW"]

DELAY_AFTER = 3
DELAY = timedelta(seconds=30)
STRANGERS_PER_ACCOUNT = 30
ADDRESS_FACTOR = 5
ADDRESS_FLOOR = 500


@dataclass(frozen=True)
class Verdict:
    """`until` None: may try now. `tries_left` says how many are left before the lock."""

    until: datetime | None
    tries_left: int
    locked: bool = False


def verdict(
    now: datetime,
    *,
    on_this_device: Sequence[datetime],
    on_other_devices: Sequence[datetime],
    from_address: int,
    device_is_known: bool,
    roster_size: int,
) -> Verdict:
    """Whether this account may be tried now on this device. The moments are failures within `WINDOW`."""
    tries_left = max(FREE_TRIES - len(on_this_device), 0)
    if not tries_left and (until := max(on_this_device) + LOCK) > now:
        return Verdict(until, 0, locked=True)
    if len(on_other_devices) >= STRANGERS_PER_ACCOUNT and not device_is_known:
        until = max(on_other_devices) + LOCK
        if until > now:
            return Verdict(until, 0, locked=True)
    if from_address >= max(ADDRESS_FLOOR, ADDRESS_FACTOR * roster_size) and not device_is_known:
        return Verdict(now + DELAY, tries_left)
    if len(on_this_device) >= DELAY_AFTER and tries_left and (until := max(on_this_device) + DELAY) > now:
        return Verdict(until, tries_left)
    return Verdict(None, tries_left or FREE_TRIES)
