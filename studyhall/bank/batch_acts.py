"""What an admin does to the items of a batch while he looks it over: mend, take, leave, one or all alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank import amending
from studyhall.bank.batch_items import columns_of
from studyhall.bank.batch_list import alike
from studyhall.bank.batches import require_open
from studyhall.bank.models import ImportBatch, ImportItem
from studyhall.bank.record import Fragment, Place, Record
from studyhall.core.errors import Refused


def amend(session: Session, batch: ImportBatch, item: ImportItem, record: Record) -> None:
    """Put a mended question in place of the one read; it is ready when nothing holds it any more."""
    require_open(batch)
    if item.state == "landed" or item.change == "gone":
        raise Refused("这一条不能改。")
    put(item, record)
    session.flush()


def put(item: ImportItem, record: Record) -> None:
    """The record and all columns that follow from it; what it changes stays what it is."""
    change = item.change
    for name, value in columns_of(record).items():
        setattr(item, name, value)
    item.change = change


def leave_out(session: Session, batch: ImportBatch, item: ImportItem) -> None:
    """Not this one. It can be had back until the batch lands."""
    require_open(batch)
    if item.change == "gone":
        item.state = "ready" if item.state == "left_out" else "left_out"
    elif item.state == "left_out":
        put(item, Record.from_dict(item.record))
    elif item.state != "fragment":
        item.state = "left_out"
    session.flush()


@dataclass(frozen=True)
class Settled:
    """Of all held for the same reason: how many questions went the same way, and how many cannot."""

    done: int
    stayed: int = 0


def take_alike(session: Session, batch: ImportBatch, item: ImportItem) -> Settled:
    """Everything held for the same reason lands as it stands; what cannot be asked stays held.

    Raises Refused when not one of them can land.
    """
    done, stayed = 0, 0
    why: Refused | None = None
    for other in _alike(session, batch, item):
        try:
            record = amending.taken(Record.from_dict(other.record))
        except Refused as refusal:
            stayed, why = stayed + other.questions, refusal
            continue
        put(other, record)
        done += other.questions
    if not done and why is not None:
        raise why
    session.flush()
    return Settled(done, stayed)


def leave_alike(session: Session, batch: ImportBatch, item: ImportItem) -> Settled:
    """Nothing held for the same reason lands."""
    done = 0
    for other in _alike(session, batch, item):
        other.state = "left_out"
        done += other.questions
    session.flush()
    return Settled(done)


def _alike(session: Session, batch: ImportBatch, item: ImportItem) -> list[ImportItem]:
    require_open(batch)
    if item.state != "held" or not item.rules:
        raise Refused("这一题已经处理过了。")
    return list(session.scalars(sa.select(ImportItem).where(alike(item))))


def set_for_ready(
    session: Session, batch: ImportBatch, *, law: str | None = None, difficulty: int | None = None
) -> int:
    """Law or difficulty for all that is ready and names none; gives how many were set."""
    require_open(batch)
    count = 0
    for item in session.scalars(
        sa.select(ImportItem).where(
            ImportItem.batch_id == batch.id, ImportItem.state == "ready", ImportItem.change != "gone"
        )
    ):
        record = Record.from_dict(item.record)
        changed = replace(record, law=record.law or law or "", difficulty=record.difficulty or difficulty)
        if changed != record:
            item.record = changed.to_row()
            count += item.questions
    session.flush()
    return count


def piece_of(item: ImportItem) -> Record | Fragment:
    if item.state == "fragment":
        return Fragment(Place(**item.record["place"]), item.reason, item.record["text"])
    return Record.from_dict(item.record)


def put_instead(
    session: Session, batch: ImportBatch, old: Sequence[ImportItem], new: Sequence[Record | Fragment]
) -> None:
    """One or two neighbours replaced by one or two pieces, at the place of the first.

    Raises Refused where one of the old is no longer in the batch as it was looked at.
    """
    require_open(batch)
    if any(item.state == "landed" or item.change for item in old):
        raise Refused("这一条不能改。")
    first = old[0].position
    for item in old:
        session.delete(item)
    session.flush()
    more = len(new) - len(old)
    if more > 0:
        _make_room(session, batch, old[-1].position, more)
    for place, piece in enumerate(new):
        session.add(ImportItem(batch_id=batch.id, position=first + place, **columns_of(piece)))
    session.flush()


def _make_room(session: Session, batch: ImportBatch, position: int, more: int) -> None:
    """Two steps: a position stands once in a batch at every moment, in the middle of the statement too."""
    behind = sa.and_(ImportItem.batch_id == batch.id, ImportItem.position > position)
    quiet = {"synchronize_session": False}
    far = 1_000_000
    for condition, step in (
        (behind, far),
        (sa.and_(ImportItem.batch_id == batch.id, ImportItem.position > far), more - far),
    ):
        session.execute(
            sa.update(ImportItem).where(condition).values(position=ImportItem.position + step),
            execution_options=quiet,
        )
