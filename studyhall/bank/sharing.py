"""A bank from another office, brought in again and again: what is new, changed, gone; only what one takes lands.

A question is known again by the key it has there. Of one that was edited here, what counts is whether the
other office has changed it since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from studyhall.bank import exporting
from studyhall.bank.batch_items import Columns, Row
from studyhall.bank.comparing import Shelf, beside_the_laws
from studyhall.bank.filing import Filing
from studyhall.bank.formats import package as package_file
from studyhall.bank.formats.reading import Reading
from studyhall.bank.landing import take_back
from studyhall.bank.models import (
    Bank,
    Citation,
    ImportBatch,
    ImportItem,
    Question,
    QuestionPicture,
    QuestionState,
    QuestionVersion,
)
from studyhall.bank.record import Finding, Record, State
from studyhall.core import clock
from studyhall.core.errors import Refused
from studyhall.library.models import Edition, Law

NAME = "package"


def package(
    session: Session, within: ColumnElement[bool], wanted: exporting.Wanted, *, office: str, title: str
) -> bytes:
    """Retired questions go along only when asked for; where they stood is in the file either way."""
    about = package_file.About(title, office, clock.today().isoformat())
    return package_file.write(exporting.records(session, within, wanted), about)


def editions_here(session: Session) -> dict[tuple[str, str], Edition]:
    """By law and day, as records name them."""
    rows = session.execute(sa.select(Law.short_title, Edition).join(Edition, Edition.law_id == Law.id))
    return {(title, edition.effective.isoformat()): edition for title, edition in rows}


def compared(
    session: Session,
    reading: Reading,
    bank: Bank | None,
    shelf: Shelf,
    articles: Mapping[str, int],
) -> tuple[Reading, list[Columns]]:
    """The reading looked at, and its rows: each question with what it changes here, those gone there last.

    `bank`: where it landed before, None for the first time; `shelf`: what the unit may use, for those that
    are new; `articles`: how many each law has.
    """
    filing = Filing(session, bank or Bank(name=reading.bank), editions_here(session))
    changes = [filing.outcome(record) for record in reading.records]
    records, rows = [], []
    for record, change in zip(reading.records, changes, strict=True):
        looked_at, question_id = _same(record), None
        if change == "new":
            looked_at = shelf.beside(beside_the_laws(record, articles))
        elif change == "changed":
            looked_at = beside_the_laws(record, articles)
            question_id = filing.known[record.id].question_id
        row = Row.of(looked_at).columns() | {"change": change.replace("same", ""), "question_id": question_id}
        if record.standing == QuestionState.RETIRED and row["state"] == "ready":
            row["state"] = "left_out"
        records.append(looked_at)
        rows.append(row)
    rows += _gone(session, reading, bank) if bank else []
    return replace(reading, records=records), rows


def _same(record: Record) -> Record:
    finding = Finding("same-version", "和上次带来的一样。", holds=False)
    return replace(record, state=State.DUPLICATE, findings=(*record.findings, finding))


def _gone(session: Session, reading: Reading, bank: Bank) -> list[Columns]:
    """What came from there before and is not there any more: left as it is here unless somebody says so."""
    there = {record.id for record in reading.records}
    wanted = exporting.Wanted(bank_id=bank.id)
    ids = _ids(session, bank.id)
    return [
        Row.of(record).columns()
        | {
            "state": "left_out",
            "change": "gone",
            "reason": "对方的题库里没有了",
            "question_id": ids[record.id],
        }
        for record in exporting.records(session, sa.true(), wanted)
        if record.id not in there
    ]


def _ids(session: Session, bank_id: int) -> dict[str, int]:
    rows = session.execute(sa.select(Question.key, Question.id).where(Question.bank_id == bank_id))
    return {key: question_id for key, question_id in rows}


def land(session: Session, batch: ImportBatch, items: Sequence[ImportItem], *, in_use: bool) -> None:
    """New questions and next versions in the words of the other office; what is gone there is retired."""
    taken = [(item, Record.from_dict(item.record)) for item in items if item.change != "gone"]
    filing = Filing(session, batch.bank, editions_here(session))
    filing.compare([record for _item, record in taken])
    filing.write()
    ids = _ids(session, batch.bank_id)
    drafts = []
    for item, record in taken:
        item.state, item.question_id = "landed", ids[record.id]
        unready = record.standing in (QuestionState.DRAFT, QuestionState.HELD)
        if item.change == "new" and (unready or not in_use):
            drafts.append(item.question_id)
    _retire_dropped(session, [record for _item, record in taken if record.parts], ids)
    gone = [item for item in items if item.change == "gone"]
    for item in gone:
        item.state = "landed"
    _set_state(session, drafts, QuestionState.DRAFT)
    _set_state(session, [item.question_id for item in gone], QuestionState.RETIRED)
    session.flush()


def _set_state(session: Session, question_ids: Sequence[int | None], state: str) -> None:
    """Cases with their parts."""
    family = sa.or_(Question.id.in_(question_ids), Question.parent_id.in_(question_ids))
    session.execute(
        sa.update(Question).where(family).values(state=state),
        execution_options={"synchronize_session": False},
    )


def undo(session: Session, items: Sequence[ImportItem]) -> None:
    """New questions go, changed ones get their last version back, retired ones their state.

    Raises Refused when one of them has been dealt or edited since.
    """
    new = [item.id for item in items if item.change == "new"]
    take_back(session, sa.select(ImportItem.question_id).where(ImportItem.id.in_(new)))
    for item in items:
        if item.change == "changed" and item.question_id is not None:
            _step_back(session, item.question_id)
        elif item.change == "gone":
            _set_state(session, [item.question_id], item.record.get("standing") or QuestionState.IN_USE)
    session.expire_all()


def _step_back(session: Session, question_id: int) -> None:
    """The newest version of a question, or of a case with its parts, is taken away."""
    whole = session.get_one(Question, question_id)
    version = whole.current_version
    assert version is not None
    family = [version, *version.parts]
    if any(one.first_dealt_at is not None for one in family):
        raise Refused("其中有改动的题已经有人抽到新的一版，不能整批撤回。可以到题库里一题一题改。")
    if any(one.author_id is not None for one in family):
        raise Refused("其中有题后来又有人改过，不能整批撤回。可以到题库里一题一题改。")
    before = {
        row.question_id: row.id
        for one in family
        for row in session.execute(
            sa.select(QuestionVersion.question_id, QuestionVersion.id).where(
                QuestionVersion.question_id == one.question_id, QuestionVersion.number == one.number - 1
            )
        )
    }
    quiet = {"synchronize_session": False}
    for one in family:
        session.execute(
            sa.update(Question)
            .where(Question.id == one.question_id)
            .values(current_version_id=before.get(one.question_id)),
            execution_options=quiet,
        )
    ids, parts = [one.id for one in family], [one.id for one in version.parts]
    for beside in (Citation, QuestionPicture):
        session.execute(sa.delete(beside).where(beside.version_id.in_(ids)), execution_options=quiet)
    for some in (parts, [version.id]):
        session.execute(
            sa.delete(QuestionVersion).where(QuestionVersion.id.in_(some)), execution_options=quiet
        )
    fresh = [one.question_id for one in family if one.question_id not in before]
    session.execute(sa.delete(Question).where(Question.id.in_(fresh)), execution_options=quiet)
    # Parts that the other office had dropped belong to the version that is the newest again.
    _set_state(session, [question_id], whole.state)
    session.expire_all()


def _retire_dropped(session: Session, cases: Sequence[Record], ids: dict[str, int]) -> None:
    """Parts that a changed case has no more."""
    for case in cases:
        session.execute(
            sa.update(Question)
            .where(Question.parent_id == ids[case.id], Question.key.not_in([part.id for part in case.parts]))
            .values(state=QuestionState.RETIRED),
            execution_options={"synchronize_session": False},
        )
