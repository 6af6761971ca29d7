"""The preview of a batch, asked of the database without opening every record: 20,000 may stand in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.models import ImportBatch, ImportItem
from studyhall.core.errors import Missing
from studyhall.library.models import Law

PAGE = 50
"""Rows in the list beside the question."""
_CLIPPED = 60


def counts(session: Session, batch_id: int) -> dict[str, int]:
    """Questions by state; of what was not understood the number of pieces."""
    rows = session.execute(
        sa.select(ImportItem.state, sa.func.count(), sa.func.sum(ImportItem.questions))
        .where(ImportItem.batch_id == batch_id, ImportItem.change != "gone")
        .group_by(ImportItem.state)
    )
    return {state: pieces if state == "fragment" else int(questions) for state, pieces, questions in rows}


NOTED = "noted"
"""Ready, with something said of it that is worth a look."""


def noted() -> sa.ColumnElement[bool]:
    return sa.and_(ImportItem.state == "ready", ImportItem.reason != "", ImportItem.change == "")


def count_noted(session: Session, batch_id: int) -> int:
    query = sa.select(sa.func.sum(ImportItem.questions)).where(ImportItem.batch_id == batch_id, noted())
    return int(session.scalar(query) or 0)


CHANGES = ("new", "changed", "gone")
"""What a package from another office is filtered by, beside the states."""


def changes(session: Session, batch_id: int) -> dict[str, int]:
    """Questions by what they change here, taken or not; those held or known already are counted there."""
    rows = session.execute(
        sa.select(ImportItem.change, sa.func.sum(ImportItem.questions))
        .where(ImportItem.batch_id == batch_id, _among("new", "changed", "gone"))
        .group_by(ImportItem.change)
    )
    return {change: int(questions) for change, questions in rows}


def taken_away(session: Session, batch_id: int) -> int:
    """Questions gone there that are to go out of use here too."""
    return int(
        session.scalar(
            sa.select(sa.func.sum(ImportItem.questions)).where(
                ImportItem.batch_id == batch_id, ImportItem.change == "gone", ImportItem.state == "ready"
            )
        )
        or 0
    )


def _among(*names: str) -> sa.ColumnElement[bool]:
    return sa.and_(ImportItem.change.in_(names), ImportItem.state.in_(("ready", "left_out", "landed")))


def shown(batch: ImportBatch, name: str) -> sa.ColumnElement[bool]:
    """SQL: the items under a filter of the page, a state or a change."""
    mine = ImportItem.batch_id == batch.id
    if name == NOTED:
        return sa.and_(mine, noted())
    if name in CHANGES:
        return sa.and_(mine, _among(name))
    return sa.and_(mine, ImportItem.state == name, ImportItem.change != "gone")


def kinds(session: Session, batch_id: int) -> dict[str, int]:
    """Questions by kind, the parts of a case each in its own."""
    found: Counter[str] = Counter()
    rows = session.execute(
        sa.select(ImportItem.kinds, sa.func.count())
        .where(ImportItem.batch_id == batch_id, ImportItem.questions > 0, ImportItem.change != "gone")
        .group_by(ImportItem.kinds)
        .order_by(sa.func.min(ImportItem.position))
    )
    for words, items in rows:
        for word in words.split():
            kind, _, count = word.partition(":")
            found[kind] += int(count) * items
    return dict(found)


def laws(session: Session) -> list[str]:
    return list(session.scalars(sa.select(Law.short_title).order_by(Law.position)))


@dataclass(frozen=True)
class Listed:
    """One item in the list beside the preview; `words` are clipped."""

    position: int
    state: str
    reason: str
    printed_number: int | None
    stem: str | None
    text: str | None

    @property
    def number(self) -> int:
        """As printed in the file, else its place."""
        return self.printed_number or self.position

    @property
    def words(self) -> str:
        return self.stem or self.text or ""


@dataclass(frozen=True)
class Page:
    """One page of the items of a state, in the order of the file."""

    items: list[Listed]
    number: int
    count: int

    def place_of(self, position: int) -> int:
        """Which of all under the filter it is, from 1."""
        return (self.number - 1) * PAGE + [item.position for item in self.items].index(position) + 1

    @property
    def pages(self) -> int:
        return max(-(-self.count // PAGE), 1)


def page(
    session: Session, batch: ImportBatch, state: str, number: int | None = None, item: int | None = None
) -> Page:
    """The page asked for, else the one on which this item stands, else the first."""
    mine = shown(batch, state)
    count = session.scalar(sa.select(sa.func.count()).where(mine)) or 0
    if number is None and item is not None:
        before = session.scalar(sa.select(sa.func.count()).where(mine, ImportItem.position < item)) or 0
        number = before // PAGE + 1
    number = min(max(number or 1, 1), max(-(-count // PAGE), 1))
    rows = session.execute(
        sa.select(
            ImportItem.position,
            ImportItem.state,
            ImportItem.reason,
            ImportItem.record["number"].as_integer(),
            sa.func.substr(ImportItem.record["stem"].as_string(), 1, _CLIPPED),
            sa.func.substr(ImportItem.record["text"].as_string(), 1, _CLIPPED),
        )
        .where(mine)
        .order_by(ImportItem.position)
        .offset((number - 1) * PAGE)
        .limit(PAGE)
    )
    return Page([Listed(*row) for row in rows], number, count)


def following(session: Session, batch: ImportBatch, state: str, position: int) -> int | None:
    """The next of the same state, which one looks at after settling this one."""
    return session.scalar(
        sa.select(sa.func.min(ImportItem.position)).where(shown(batch, state), ImportItem.position > position)
    )


def item_of(session: Session, batch: ImportBatch, position: int) -> ImportItem:
    """Raises Missing."""
    item = session.scalar(
        sa.select(ImportItem).where(ImportItem.batch_id == batch.id, ImportItem.position == position)
    )
    if item is None:
        raise Missing
    return item


def next_of(session: Session, batch: ImportBatch, position: int) -> ImportItem | None:
    """What stands behind it in the file, whatever became of it."""
    return session.scalar(
        sa.select(ImportItem)
        .where(ImportItem.batch_id == batch.id, ImportItem.position > position, ImportItem.change != "gone")
        .order_by(ImportItem.position)
        .limit(1)
    )


def alike(item: ImportItem) -> sa.ColumnElement[bool]:
    """SQL: held by the same rules as this one, itself too."""
    return sa.and_(
        ImportItem.batch_id == item.batch_id, ImportItem.state == "held", ImportItem.rules == item.rules
    )


def count_alike(session: Session, item: ImportItem) -> int:
    if item.state != "held" or not item.rules:
        return 0
    return session.scalar(sa.select(sa.func.count()).select_from(ImportItem).where(alike(item))) or 0


def left_behind(session: Session, batch: ImportBatch) -> Sequence[ImportItem]:
    """Held, left out or not understood: what did not and will not land, in the order of the file."""
    return session.scalars(
        sa.select(ImportItem)
        .where(
            ImportItem.batch_id == batch.id,
            ImportItem.state.in_(("held", "left_out", "fragment")),
            ImportItem.change != "gone",
        )
        .order_by(ImportItem.position)
    ).all()
