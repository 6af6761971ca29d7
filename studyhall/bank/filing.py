"""Filing the questions of files in a bank: what is new, what changed, what was left out.

A question that an admin has edited is compared with what the files last said of it, so that his words stay
until the file itself changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.models import (
    Bank,
    Citation,
    Question,
    QuestionPicture,
    QuestionState,
    QuestionVersion,
)
from studyhall.bank.pictures import rows_of
from studyhall.bank.record import Kind, Record
from studyhall.bank.versions import CITED, CONTENT, Content, citations_of, content_of
from studyhall.core import clock
from studyhall.library.models import Edition, Law

_VERSION = (
    QuestionVersion.id,
    QuestionVersion.number,
    QuestionVersion.author_id,
    QuestionVersion.parent_version_id,
    *(getattr(QuestionVersion, name) for name in CONTENT),
)

Cites = list[tuple[Any, ...]]


@dataclass
class Counts:
    """Counted in questions; the parts of a case count, the case does not."""

    added: int = 0
    changed: int = 0
    same: int = 0
    retired: int = 0


@dataclass
class Loaded(Counts):
    """What loading did, in all and law by law."""

    by_law: dict[str, Counts] = field(default_factory=dict)

    @property
    def laws(self) -> list[str]:
        return list(self.by_law)

    def count(self, law: str, what: str, questions: int = 1) -> None:
        for counts in (self, self.by_law.setdefault(law, Counts())):
            setattr(counts, what, getattr(counts, what) + questions)


@dataclass(frozen=True)
class _Known:
    """A question as it stands in the bank."""

    question_id: int
    state: str
    kind: str
    law: str
    number: int
    parent_version_id: int | None
    version_id: int
    files_said: tuple[Content, Cites]
    """What was last loaded from the files; somebody may have edited the question since."""


@dataclass
class _Planned:
    """A version to be written: the next of a known question, or the first of a new one."""

    record: Record
    known: _Known | None
    parent: _Planned | None
    position: int
    content: Content
    cites: Cites
    question_id: int = 0
    version_id: int = 0

    @property
    def number(self) -> int:
        return self.known.number + 1 if self.known else 1


class Filing:
    """One run over one bank: compare everything first, then write it in a few statements."""

    def __init__(self, session: Session, bank: Bank, editions: Mapping[tuple[str, str], Edition]) -> None:
        self.session, self.bank = session, bank
        self.editions = {key: edition.id for key, edition in editions.items()}
        self.laws = {law.short_title: law.id for law in session.scalars(sa.select(Law))}
        self.done = Loaded(by_law={law: Counts() for law, _day in editions})
        self.seen: set[str] = set()
        self.planned: list[_Planned] = []
        self.known = dict(self._read_known())

    def _read_known(self) -> Iterator[tuple[str, _Known]]:
        cites = self._read_cites()
        loaded = self._read_loaded(cites)
        rows = self.session.execute(
            sa.select(Question.key, Question.id, Question.state, Law.short_title, *_VERSION)
            .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
            .outerjoin(Law, Law.id == Question.law_id)
            .where(Question.bank_id == self.bank.id)
        )
        for key, question_id, state, law, version_id, number, author_id, parent, *content in rows:
            said = dict(zip(CONTENT, content, strict=True)), cites[version_id]
            if author_id is not None:
                said = loaded.get(question_id, said)
            yield (
                key,
                _Known(question_id, state, said[0]["kind"], law or "", number, parent, version_id, said),
            )

    def _read_cites(self) -> dict[int, Cites]:
        cites: dict[int, Cites] = defaultdict(list)
        columns = [getattr(Citation, name) for name in CITED]
        for version_id, *cited in self.session.execute(
            sa.select(Citation.version_id, *columns)
            .join(QuestionVersion, QuestionVersion.id == Citation.version_id)
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(Question.bank_id == self.bank.id)
            .order_by(Citation.version_id, Citation.position)
        ):
            cites[version_id].append(tuple(cited))
        return cites

    def _read_loaded(self, cites: dict[int, Cites]) -> dict[int, tuple[Content, Cites]]:
        """The newest version out of the files, of each question that somebody has edited."""
        edited = sa.select(Question.id).join(
            QuestionVersion, QuestionVersion.id == Question.current_version_id
        )
        rows = self.session.execute(
            sa.select(QuestionVersion.question_id, *_VERSION)
            .where(
                QuestionVersion.author_id.is_(None),
                QuestionVersion.question_id.in_(
                    edited.where(Question.bank_id == self.bank.id, QuestionVersion.author_id.is_not(None))
                ),
            )
            .order_by(QuestionVersion.number)
        )
        return {
            question_id: (dict(zip(CONTENT, content, strict=True)), cites[version_id])
            for question_id, version_id, _number, _author, _parent, *content in rows
        }

    def compare(self, records: Iterable[Record]) -> None:
        """Count what is new, changed and as it was; plan a version for the first two."""
        for record in records:
            family = [self._plan(record, None, 0)]
            family += [self._plan(part, family[0], place) for place, part in enumerate(record.parts, 1)]
            changed = any(self._differs(one) for one in family)
            for one in family:
                self.seen.add(one.record.id)
                if one.record.kind is not Kind.CASE:
                    what = "same" if not changed else "changed" if one.known else "added"
                    self.done.count(one.record.law, what)
            if changed:
                self.planned += family

    def outcome(self, record: Record) -> str:
        """new, changed or same, of a question or of a case with its parts; nothing is planned."""
        family = [self._plan(record, None, 0)]
        family += [self._plan(part, family[0], place) for place, part in enumerate(record.parts, 1)]
        if family[0].known is None:
            return "new"
        return "changed" if any(self._differs(one) for one in family) else "same"

    def _plan(self, record: Record, parent: _Planned | None, position: int) -> _Planned:
        cites = citations_of(record, self.laws, self.editions)
        return _Planned(record, self.known.get(record.id), parent, position, content_of(record), cites)

    def _differs(self, one: _Planned) -> bool:
        if one.known is None:
            return True
        case = one.parent.known if one.parent else None
        if one.parent and (case is None or one.known.parent_version_id != case.version_id):
            return True
        return one.known.files_said != (one.content, one.cites)

    def write(self) -> None:
        """Cases before their parts: a part names its case."""
        for parts in (False, True):
            planned = [one for one in self.planned if (one.parent is not None) is parts]
            if planned:
                self._write_questions(planned)
                self._write_versions(planned)
                self._write_citations(planned)
                self._make_current(planned)

    def _write_questions(self, planned: list[_Planned]) -> None:
        new = [one for one in planned if one.known is None]
        if new:
            self.session.execute(
                sa.insert(Question),
                [
                    {
                        "bank_id": self.bank.id,
                        "key": one.record.id,
                        "law_id": self.laws.get(one.record.law),
                        "parent_id": one.parent.question_id if one.parent else None,
                        "state": QuestionState.IN_USE,
                    }
                    for one in new
                ],
            )
        keys = sa.select(Question.key, Question.id).where(Question.bank_id == self.bank.id)
        ids: dict[str, int] = {key: question for key, question in self.session.execute(keys)}
        for one in planned:
            one.question_id = ids[one.record.id]

    def _write_versions(self, planned: list[_Planned]) -> None:
        now = clock.now()
        self.session.execute(
            sa.insert(QuestionVersion),
            [
                {
                    "question_id": one.question_id,
                    "number": one.number,
                    "parent_version_id": one.parent.version_id if one.parent else None,
                    "position": one.position,
                    "created_at": now,
                    **one.content,
                }
                for one in planned
            ],
        )
        newest = (
            sa.select(QuestionVersion.question_id, sa.func.max(QuestionVersion.id))
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(Question.bank_id == self.bank.id)
            .group_by(QuestionVersion.question_id)
        )
        ids: dict[int, int] = {question: version for question, version in self.session.execute(newest)}
        for one in planned:
            one.version_id = ids[one.question_id]

    def _write_citations(self, planned: list[_Planned]) -> None:
        rows = [
            {"version_id": one.version_id, **dict(zip(CITED, cited, strict=True))}
            for one in planned
            for cited in one.cites
        ]
        if rows:
            self.session.execute(sa.insert(Citation), rows)
        shown = [row for one in planned for row in rows_of(one.version_id, one.record.pictures)]
        if shown:
            self.session.execute(sa.insert(QuestionPicture), shown)

    def _make_current(self, planned: list[_Planned]) -> None:
        """A question that comes with new words is in use again; one on hold waits for who put it there."""
        self.session.execute(
            sa.update(Question),
            [
                {
                    "id": one.question_id,
                    "law_id": self.laws.get(one.record.law),
                    "parent_id": one.parent.question_id if one.parent else None,
                    "current_version_id": one.version_id,
                    "state": QuestionState.IN_USE
                    if one.known is None or one.known.state == QuestionState.RETIRED
                    else one.known.state,
                }
                for one in planned
            ],
        )

    def retire_absent(self) -> None:
        gone = [
            known
            for key, known in self.known.items()
            if key not in self.seen and known.state != QuestionState.RETIRED
        ]
        for known in gone:
            self.done.count(known.law, "retired", int(known.kind != Kind.CASE))
        if gone:
            self.session.execute(
                sa.update(Question),
                [{"id": known.question_id, "state": QuestionState.RETIRED} for known in gone],
            )
