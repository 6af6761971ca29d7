"""Slots: a lower page offers a place, a higher domain puts a panel there without being named.

`offer("person.record")` in the lower domain; `fill("person.record", permission, panel)` in the higher one.
A panel is a function of the slot's keyword arguments that gives ready markup, or None to stay away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from studyhall.core.access import Actor, Permission

Panel = Callable[..., Markup | None]


@dataclass(frozen=True)
class _Filling:
    permission: Permission
    panel: Panel


_slots: dict[str, list[_Filling]] = {}


def offer(name: str) -> None:
    """Make a slot known. Offering it twice changes nothing."""
    _slots.setdefault(name, [])


def fill(name: str, permission: Permission, panel: Panel, *, first: bool = False) -> None:
    """Put a panel into a slot, `first` before the others. Raises KeyError for a slot that nobody offers."""
    filling = _Filling(permission, panel)
    if filling not in _slots[name]:
        _slots[name].insert(0 if first else len(_slots[name]), filling)


def slot(name: str, actor: Actor, **about: object) -> list[Markup]:
    """The panels of a slot that this actor may see. Raises KeyError for a slot that nobody offers."""
    panels = (f.panel(actor=actor, **about) for f in _slots[name] if actor.can(f.permission))
    return [panel for panel in panels if panel is not None]


def offered() -> frozenset[str]:
    return frozenset(_slots)
