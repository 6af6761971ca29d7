"""The tree of units beside the list of people: how many count in each, the way to the chosen one open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.access import Reach, paths_above
from studyhall.people.directory import Wish
from studyhall.people.memberships import holds_on
from studyhall.people.models import Category, Membership, Unit


@dataclass(frozen=True)
class Branch:
    """A node of the tree beside the list: a unit, or all units of a kind below one."""

    unit: Unit
    label: str
    people: int
    kind: str = ""
    open: bool = False
    current: bool = False
    below: tuple[Branch, ...] = ()


KIND_GROUPS = {"office": ("机关", "个办所"), "station": ("站所", "个"), "village": ("村", "个"),
               "township": ("乡镇", "个"), "county": ("县", "个")}  # fmt: skip
FEW = 8
"""So many units below one are shown singly; more are grouped by kind."""


def tree(session: Session, reach: Reach, wish: Wish, today: date) -> list[Branch]:
    """Every unit within one's reach that is open, with how many count in it and below; the way to the
    chosen one is open."""
    units = [
        unit
        for unit in session.scalars(
            sa.select(Unit).where(reach.within(Unit.path)).order_by(Unit.position, Unit.code)
        )
        if unit.is_open_on(today)
    ]
    rows = session.execute(
        sa.select(Unit.path, sa.func.count())
        .join(Membership, Membership.unit_id == Unit.id)
        .where(
            Membership.counts,
            holds_on(today),
            Membership.category != Category.UNCOUNTED,
            reach.within(Unit.path),
        )
        .group_by(Unit.path)
    )
    people: dict[str, int] = defaultdict(int)
    for path, count in rows:
        for above in paths_above(path):
            people[above] += count
    below: dict[int | None, list[Unit]] = defaultdict(list)
    ids = {unit.id for unit in units}
    for unit in units:
        below[unit.parent_id if unit.parent_id in ids else None].append(unit)
    return [_branch(unit, below, people, wish) for unit in below[None]]


def _branch(unit: Unit, below: dict[int | None, list[Unit]], people: dict[str, int], wish: Wish) -> Branch:
    children = below[unit.id]
    on_the_way = wish.unit is not None and wish.unit.path.startswith(unit.path)
    shown: list[Branch] = []
    if unit in below[None] or on_the_way:
        groups: dict[str, list[Unit]] = defaultdict(list)
        for child in children:
            groups[child.kind].append(child)
        if len(children) <= FEW or len(groups) == 1:
            shown = [_branch(child, below, people, wish) for child in children]
        else:
            shown = [_group(unit, kind, found, below, people, wish) for kind, found in groups.items()]
    current = wish.unit is not None and wish.unit.id == unit.id and not wish.kind
    return Branch(unit, unit.name, people[unit.path], "", bool(shown), current, tuple(shown))


def _group(
    parent: Unit,
    kind: str,
    found: list[Unit],
    below: dict[int | None, list[Unit]],
    people: dict[str, int],
    wish: Wish,
) -> Branch:
    count = sum(people[unit.path] for unit in found)
    if len(found) == 1:
        return _branch(found[0], below, people, wish)
    chosen = wish.unit is not None and wish.unit.id == parent.id and wish.kind == kind
    inside = wish.unit is not None and any(wish.unit.path.startswith(unit.path) for unit in found)
    word, measure = KIND_GROUPS[kind]
    shown = tuple(_branch(unit, below, people, wish) for unit in found) if chosen or inside else ()
    return Branch(parent, f"{word}，{len(found)}{measure}", count, kind, bool(shown), chosen, shown)


def place(branches: Iterable[Branch], wish: Wish) -> str:
    """What is being looked at, in words: the unit, or 村，9个."""
    for branch in branches:
        if branch.current:
            return branch.label
        if branch.below and (found := place(branch.below, wish)):
            return found
    return ""
