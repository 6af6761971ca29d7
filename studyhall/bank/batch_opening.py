"""Bringing a file in: read, compared with the bank and the laws, kept as a batch to be looked over.

Nothing lands unseen: what becomes of the batch is in `batches`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank import sharing
from studyhall.bank.batch_items import Columns
from studyhall.bank.carried import Carried
from studyhall.bank.comparing import rows_beside
from studyhall.bank.formats.reading import Reading
from studyhall.bank.many import kept_alive
from studyhall.bank.models import Bank, ImportBatch, ImportItem
from studyhall.bank.shelf import shelf_of
from studyhall.core import clock
from studyhall.core.access import Actor
from studyhall.core.errors import Refused
from studyhall.library.models import Edition, Law
from studyhall.people.models import Unit

MOST_QUESTIONS = 20_000


@dataclass(frozen=True)
class Prepared:
    """One file read and looked at: what is kept of it, and in which bank it is to land."""

    file: Carried
    bank: str
    rows: list[Columns]

    @property
    def reading(self) -> Reading:
        """Every record opened, for those who must say all of it."""
        return self.file.opened()


def prepared(session: Session, read: Carried, owner: Unit, bank_name: str) -> list[Prepared]:
    """Of an archive one for each file. Only reads, and may take seconds: so before anybody writes."""
    with kept_alive():
        shelf, articles = shelf_of(session, owner.path), articles_in_force(session)
        if read.bank:
            bank = session.scalar(
                sa.select(Bank).where(Bank.owner_unit_id == owner.id, Bank.name == read.bank)
            )
            reading, rows = sharing.compared(session, read.opened(), bank, shelf, articles)
            return [Prepared(Carried.of(reading), read.bank, rows)]
        files = [replace(one, rows=rows_beside(one.rows, shelf, articles)) for one in read.files or [read]]
        return [Prepared(one, bank_name, [row.columns() for row in one.rows]) for one in files]


def open_batch(
    session: Session, actor: Actor | None, owner: Unit, file: Prepared, data: bytes
) -> ImportBatch:
    """Keep what was read, to be looked over. Raises Refused for more than `MOST_QUESTIONS`."""
    if file.file.questions > MOST_QUESTIONS:
        raise Refused("一次最多导入%(most)s题，请分成几个文件。", most=MOST_QUESTIONS)
    batch = ImportBatch(
        bank_id=bank_named(session, owner, file.bank).id,
        owner_unit_id=owner.id,
        file_name=file.file.file[:250],
        file_hash=hashlib.sha256(data).hexdigest(),
        format=file.file.format,
        notes=list(file.file.notes),
        created_by=actor.person_id if actor else None,
        created_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    with kept_alive():
        rows = [
            {"question_id": None, **row, "batch_id": batch.id, "position": position}
            for position, row in enumerate(file.rows, 1)
        ]
        if rows:
            # Into the table itself: through the mapped class the same rows cost half as much again.
            session.connection().execute(sa.insert(ImportItem.__table__), rows)  # type: ignore[arg-type]
    return batch


def bank_named(session: Session, owner: Unit, name: str) -> Bank:
    """The unit's bank of this name, made where it is new."""
    bank = session.scalar(sa.select(Bank).where(Bank.owner_unit_id == owner.id, Bank.name == name))
    if bank is None:
        bank = Bank(name=name, owner_unit_id=owner.id)
        session.add(bank)
        session.flush()
    return bank


def articles_in_force(session: Session) -> dict[str, int]:
    """How many articles the newest text in force of each law has, by short title."""
    today = clock.today()
    rows = session.execute(
        sa.select(Law.short_title, Edition.article_count)
        .join(Edition, Edition.law_id == Law.id)
        .where(Edition.effective <= today)
        .order_by(Edition.effective)
    )
    return {title: count for title, count in rows}
