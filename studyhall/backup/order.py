"""Which table comes after which, so that no row points to one that is not there yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import sqlalchemy as sa


def in_order(tables: Mapping[str, sa.Table]) -> Iterator[tuple[sa.Table, list[str]]]:
    """Each table after those it points to, with the columns that must be filled in afterwards.

    Keys that go in circles (a question's newest version, a unit's parent) may be empty meanwhile.
    """
    done: set[str] = set()
    left = dict(tables)
    pointed_at = Counter(key.column.table.name for table in tables.values() for key in table.foreign_keys)
    while left:
        ready = [table for table in left.values() if not _missing(table, done, required=True)]
        if not ready:
            raise ValueError("tables that need each other")
        # One whose keys all stand needs no second pass; else one that many others wait for, so that what
        # nothing waits for, the audit trail above all, is written once.
        table = min(ready, key=lambda one: (_waits(one, done), -pointed_at[one.name]))
        yield table, _missing(table, done, required=False)
        done.add(table.name)
        del left[table.name]


def _waits(table: sa.Table, done: set[str]) -> bool:
    own = {key.parent.name for key in table.foreign_keys if key.column.table is table}
    return bool(set(_missing(table, done, required=False)) - own)


def _missing(table: sa.Table, done: set[str], *, required: bool) -> list[str]:
    return [
        key.parent.name
        for key in table.foreign_keys
        if key.column.table.name not in done and not (required and key.parent.nullable)
    ]
