"""What is in the bank already, as an import is compared with it: stems and contents, the rest where wanted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from studyhall.bank import pictures
from studyhall.bank.comparing import Held, Shelf
from studyhall.bank.models import Bank, Question, QuestionVersion
from studyhall.bank.queries import usable_by
from studyhall.bank.record import Kind, Option, Picture, Record, answer_from_json, content_hash, question_hash


def shelf_of(session: Session, unit_path: str) -> Shelf:
    """Every question that this unit may use, to be compared with while the session is open."""
    usable = (QuestionVersion.parent_version_id.is_(None), usable_by(unit_path))
    rows = session.execute(
        _of_current(QuestionVersion.id, QuestionVersion.content_hash, QuestionVersion.stem).where(*usable)
    ).all()
    shown = pictures.of_versions(session, [row.id for row in rows if pictures.OPENS in row.stem])
    whole = _Whole(session, usable, shown)
    # An edit on a page knows nothing of pictures: with them the content is worked out anew.
    held = (Held(id, whole.content(id) if id in shown else content, stem) for id, content, stem in rows)
    return Shelf(held, whole.asked)


class _Whole:
    """The same questions with options and key, read together when the first of them is wanted.

    Seldom: a file that says what the bank does not shares no stem with it, one that came before all its contents.
    """

    def __init__(
        self,
        session: Session,
        usable: tuple[ColumnElement[bool], ...],
        shown: Mapping[int, tuple[Picture, ...]],
    ) -> None:
        self._session, self._usable, self._shown = session, usable, shown

    @cached_property
    def _rows(self) -> dict[int, Any]:
        rows = self._session.execute(
            _of_current(
                QuestionVersion.id, QuestionVersion.kind, QuestionVersion.stem, QuestionVersion.content_hash,
                # As words: most are never looked at.
                sa.cast(QuestionVersion.options, sa.Text).label("options"),
                sa.cast(QuestionVersion.answer, sa.Text).label("answer"),
            ).where(*self._usable)
        )  # fmt: skip
        return {row.id: row for row in rows}

    def content(self, version_id: int) -> str:
        row = self._rows[version_id]
        return row.content_hash if row.kind == Kind.CASE else content_hash(self._record(row))

    def asked(self, version_id: int) -> str:
        """Of a case its content: with other parts it is another."""
        row = self._rows[version_id]
        return row.content_hash if row.kind == Kind.CASE else question_hash(self._record(row))

    def _record(self, row: Any) -> Record:
        kind, options, answer = Kind(row.kind), json.loads(row.options), json.loads(row.answer or "null")
        return Record(
            kind, row.stem, tuple(Option(letter, text) for letter, text in options),
            answer_from_json(kind, list(answer) if isinstance(answer, str) and options else answer),
            pictures=self._shown.get(row.id, ()),
        )  # fmt: skip


def _of_current(*columns: ColumnElement[Any] | Any) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .join(Question, Question.current_version_id == QuestionVersion.id)
        .join(Bank, Bank.id == Question.bank_id)
    )
