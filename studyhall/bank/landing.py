"""Writing many new questions at once, and taking them back while nobody has been dealt one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.models import (
    Citation,
    ImportItem,
    Question,
    QuestionPicture,
    QuestionState,
    QuestionVersion,
)
from studyhall.bank.pictures import rows_of
from studyhall.bank.record import Record
from studyhall.bank.versions import CITED, citations_of, content_of
from studyhall.core import clock
from studyhall.core.db import Base
from studyhall.core.errors import Refused
from studyhall.library.models import Law


class Landing:
    """One batch into one bank, in a few Core statements: mapped classes cost forty times as much."""

    def __init__(
        self,
        session: Session,
        bank_id: int,
        prefix: str,
        *,
        in_use: bool,
        known: Collection[str] = (),
    ) -> None:
        """`prefix` makes the stable keys: `b12-1`, and `b12-1-1` for a part of a case.

        `known`: content hashes of what is there already; somebody may have landed the same file meanwhile.
        """
        self.session, self.bank_id, self.prefix = session, bank_id, prefix
        self.known = set(known)
        self.state = QuestionState.IN_USE if in_use else QuestionState.DRAFT
        self.laws = {law.short_title: law.id for law in session.scalars(sa.select(Law))}

    def land(self, records: Sequence[tuple[int, Record]]) -> dict[int, int]:
        """The question id of each record, by the number it came with; what is known already is left out."""
        fresh = []
        for number, record in records:
            content = content_of(record)
            if content["content_hash"] not in self.known:
                self.known.add(content["content_hash"])
                fresh.append((number, f"{self.prefix}-{number}", record, content))
        if not fresh:
            return {}
        whole = [(key, record) for _number, key, record, _content in fresh]
        self.content = {key: content for _number, key, _record, content in fresh}
        ids = self._write(whole, {})
        parts = [
            (f"{key}-{place}", part, key, place)
            for key, record in whole
            for place, part in enumerate(record.parts, 1)
        ]
        if parts:
            self._write(
                [(key, part) for key, part, _case, _place in parts],
                {key: (ids[case], place) for key, _part, case, place in parts},
            )
        return {number: ids[key][0] for number, key, _record, _content in fresh}

    def _write(
        self, records: Sequence[tuple[str, Record]], cases: dict[str, tuple[tuple[int, int], int]]
    ) -> dict[str, tuple[int, int]]:
        """Question and version ids by key. `cases`: of a part, its case's two ids and its place."""
        self._insert(Question, [self._question(key, r, cases) for key, r in records])
        keys = [key for key, _record in records]
        questions = self._by_key(Question.id, keys)
        now = clock.now()
        self._insert(
            QuestionVersion,
            [
                {
                    "question_id": questions[key],
                    "number": 1,
                    "parent_version_id": cases[key][0][1] if key in cases else None,
                    "position": cases[key][1] if key in cases else 0,
                    "created_at": now,
                    **(self.content.get(key) or content_of(record)),
                }
                for key, record in records
            ],
        )
        self._make_current(keys)
        versions = self._by_key(Question.current_version_id, keys)
        cited = [
            {"version_id": versions[key], **dict(zip(CITED, row, strict=True))}
            for key, record in records
            for row in citations_of(record, self.laws, {})
        ]
        self._insert(Citation, cited)
        shown = [row for key, record in records for row in rows_of(versions[key], record.pictures)]
        self._insert(QuestionPicture, shown)
        return {key: (questions[key], versions[key]) for key in keys}

    def _insert(self, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
        """Into the table itself: through the mapped class the same rows cost half as much again."""
        if rows:
            self.session.connection().execute(sa.insert(model.__table__), rows)  # type: ignore[arg-type]

    def _question(
        self, key: str, record: Record, cases: dict[str, tuple[tuple[int, int], int]]
    ) -> dict[str, Any]:
        return {
            "bank_id": self.bank_id,
            "key": key,
            "law_id": self.laws.get(record.law),
            "parent_id": cases[key][0][0] if key in cases else None,
            "state": self.state,
        }

    def _ours(self) -> sa.ColumnElement[bool]:
        return sa.and_(
            Question.bank_id == self.bank_id, Question.key.startswith(f"{self.prefix}-", autoescape=True)
        )

    def _by_key(self, column: Any, keys: Sequence[str]) -> dict[str, int]:
        wanted = set(keys)
        rows = self.session.execute(sa.select(Question.key, column).where(self._ours()))
        return {key: value for key, value in rows if key in wanted}

    def _make_current(self, keys: Sequence[str]) -> None:
        newest = (
            sa.select(sa.func.max(QuestionVersion.id))
            .where(QuestionVersion.question_id == Question.id)
            .scalar_subquery()
        )
        self.session.execute(
            sa.update(Question)
            .where(self._ours(), Question.current_version_id.is_(None))
            .values(current_version_id=newest)
            .execution_options(synchronize_session=False)
        )


def take_back(session: Session, questions: sa.Select[int | None]) -> None:
    """Delete the questions that this asks for, with their parts.

    Raises Refused when one has been dealt: then it stays for good.
    """
    whole = session.scalars(questions.where(ImportItem.question_id.is_not(None))).all()
    parts = session.scalars(sa.select(Question.id).where(Question.parent_id.in_(questions))).all()
    ids = [question_id for question_id in (*whole, *parts) if question_id is not None]
    dealt = sum(_dealt(session, some) for some in _by_thousands(ids))
    if dealt:
        raise Refused("其中%(count)s题已经有人抽到，不能整批撤回。可以到题库里把这些题停用。", count=dealt)
    quiet = {"synchronize_session": False}
    for some in _by_thousands(ids):
        versions = sa.select(QuestionVersion.id).where(QuestionVersion.question_id.in_(some))
        for statement in (
            sa.update(ImportItem).where(ImportItem.question_id.in_(some)).values(question_id=None),
            sa.delete(Citation).where(Citation.version_id.in_(versions)),
            sa.delete(QuestionPicture).where(QuestionPicture.version_id.in_(versions)),
            sa.update(Question).where(Question.id.in_(some)).values(current_version_id=None),
        ):
            session.execute(statement, execution_options=quiet)
    # Parts before their cases: each names its own.
    for table, column in ((QuestionVersion, QuestionVersion.question_id), (Question, Question.id)):
        for some in (*_by_thousands(parts), *_by_thousands(whole)):
            session.execute(sa.delete(table).where(column.in_(some)), execution_options=quiet)
    session.expire_all()


def dealt(session: Session, questions: sa.Select[int | None]) -> int:
    """How many of the questions this asks for, or of their parts, somebody was dealt."""
    query = (
        sa.select(sa.func.count(sa.distinct(QuestionVersion.question_id)))
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(
            sa.or_(Question.id.in_(questions), Question.parent_id.in_(questions)),
            QuestionVersion.first_dealt_at.is_not(None),
        )
    )
    return session.scalar(query) or 0


def _dealt(session: Session, question_ids: Sequence[int]) -> int:
    """How many of them somebody was dealt."""
    query = sa.select(sa.func.count(sa.distinct(QuestionVersion.question_id))).where(
        QuestionVersion.question_id.in_(question_ids), QuestionVersion.first_dealt_at.is_not(None)
    )
    return session.scalar(query) or 0


def _by_thousands(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """A statement takes only so many values."""
    for at in range(0, len(ids), 1_000):
        yield ids[at : at + 1_000]
