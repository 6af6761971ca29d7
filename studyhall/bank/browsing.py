"""What an admin sees of the banks within his reach: counts, the list with its filters, one question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager, selectinload
from sqlalchemy.sql.elements import ColumnElement

from studyhall.bank.models import Bank, Citation, Question, QuestionState, QuestionVersion
from studyhall.bank.record import Kind
from studyhall.core import search_words
from studyhall.core.access import Reach
from studyhall.core.errors import Missing
from studyhall.library.models import Law
from studyhall.people.models import Person, Unit

PAGE = 50
COUNTED = QuestionVersion.kind != Kind.CASE
"""Parts of a case count, the case does not."""


def within(reach: Reach) -> ColumnElement[bool]:
    """SQL on `Bank`: the product's own, those of units in one's reach and of the units above them."""
    owners = sa.select(Unit.id).where(sa.or_(reach.within(Unit.path), Unit.path.in_(reach.owners())))
    return sa.or_(Bank.owner_unit_id.is_(None), Bank.owner_unit_id.in_(owners))


def stem_holds(word: str) -> ColumnElement[bool]:
    """SQL on `QuestionVersion`."""
    return search_words.holds(QuestionVersion.id, QuestionVersion.grams, QuestionVersion.stem, word)


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; None and empty mean everything."""

    words: str = ""
    law_id: int | None = None
    articles: tuple[int, int] | None = None
    """From one article to another, both included; only together with a law."""
    kind: str | None = None
    difficulty: int | None = None
    state: str | None = None
    page: int = 1

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = [
            QuestionVersion.kind == self.kind if self.kind else COUNTED,
            *(stem_holds(word) for word in search_words.words_in(self.words)),
        ]
        if self.law_id is not None:
            found.append(Question.law_id == self.law_id)
            if self.articles is not None:
                found.append(self._cites())
        if self.difficulty is not None:
            found.append(QuestionVersion.difficulty == self.difficulty)
        if self.state is not None:
            found.append(Question.state == self.state)
        return found

    def _cites(self) -> ColumnElement[bool]:
        assert self.articles is not None
        return QuestionVersion.id.in_(
            sa.select(Citation.version_id).where(
                Citation.law_id == self.law_id, Citation.article.between(*self.articles)
            )
        )


@dataclass(frozen=True)
class Listed:
    """One page of the list; `states` counts by state under the other filters."""

    questions: Sequence[Question]
    count: int
    page: int
    states: Mapping[str, int]

    @property
    def pages(self) -> int:
        return max(-(-self.count // PAGE), 1)


def listed(session: Session, reach: Reach, filters: Filters) -> Listed:
    """By law and first article cited, so that neighbours stand together."""
    base = _current(reach).where(*filters.conditions())
    states = _states(session, reach, filters)
    count = states.get(filters.state, 0) if filters.state else sum(states.values())
    first_cited = (
        sa.select(sa.func.min(Citation.article))
        .where(Citation.version_id == QuestionVersion.id)
        .scalar_subquery()
    )
    page = min(max(filters.page, 1), max(-(-count // PAGE), 1))
    questions = session.scalars(
        base.outerjoin(Law, Law.id == Question.law_id)
        .order_by(Law.position, first_cited, Question.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
        .options(
            contains_eager(Question.current_version).selectinload(QuestionVersion.citations),
            contains_eager(Question.law),
        )
    ).all()
    return Listed(questions, count, page, states)


def _current(reach: Reach) -> sa.Select[Question]:
    return (
        sa.select(Question)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .join(Bank, Bank.id == Question.bank_id)
        .where(within(reach))
    )


def _states(session: Session, reach: Reach, filters: Filters) -> dict[str, int]:
    every = replace(filters, state=None).conditions()
    rows = session.execute(
        _current(reach)
        .where(*every)
        .with_only_columns(Question.state, sa.func.count())
        .group_by(Question.state)
    )
    return {state: count for state, count in rows}


@dataclass(frozen=True)
class Stocked:
    """One law in the table of counts: questions in use by kind, and all there are."""

    law: Law | None
    in_use: Mapping[str, int]
    total: int


def stocked(session: Session, reach: Reach) -> list[Stocked]:
    """Each law with what may be dealt of it; questions without a law last."""
    rows = session.execute(
        _current(reach)
        .where(COUNTED)
        .with_only_columns(Question.law_id, Question.state, QuestionVersion.kind, sa.func.count())
        .group_by(Question.law_id, Question.state, QuestionVersion.kind)
    )
    in_use: dict[int | None, Counter[str]] = {}
    total: Counter[int | None] = Counter()
    for law_id, state, kind, count in rows:
        kinds = in_use.setdefault(law_id, Counter())
        total[law_id] += count
        if state == QuestionState.IN_USE:
            kinds[kind] += count
    laws = session.scalars(sa.select(Law).order_by(Law.position, Law.id)).all()
    found = [Stocked(law, in_use[law.id], total[law.id]) for law in laws if law.id in in_use]
    if None in in_use:
        found.append(Stocked(None, in_use[None], total[None]))
    return found


@dataclass(frozen=True)
class Kept:
    """One question as its page shows it."""

    question: Question
    version: QuestionVersion
    case: Question | None
    parts: Sequence[Question] = ()
    versions: Sequence[tuple[QuestionVersion, Person | None]] = field(default_factory=list)
    """Newest first, each with who wrote it; None for files."""


def one(session: Session, reach: Reach, question_id: int) -> Kept:
    """Raises Missing for a question of a bank out of reach."""
    question = session.scalar(
        _current(reach)
        .where(Question.id == question_id)
        .options(
            contains_eager(Question.current_version).selectinload(QuestionVersion.citations),
            selectinload(Question.bank),
            selectinload(Question.law),
        )
    )
    if question is None or question.current_version is None:
        raise Missing
    versions = session.execute(
        sa.select(QuestionVersion, Person)
        .outerjoin(Person, Person.id == QuestionVersion.author_id)
        .where(QuestionVersion.question_id == question.id)
        .order_by(QuestionVersion.number.desc())
        .options(selectinload(QuestionVersion.citations))
    ).all()
    case = session.get(Question, question.parent_id) if question.parent_id else None
    return Kept(
        question,
        question.current_version,
        case,
        parts_of(session, question),
        [(version, person) for version, person in versions],
    )


def parts_of(session: Session, question: Question) -> Sequence[Question]:
    """Of a case, its parts as they are now; empty for anything else."""
    part = aliased(QuestionVersion)
    query: Any = (
        sa.select(Question)
        .join(part, part.id == Question.current_version_id)
        .where(part.parent_version_id == question.current_version_id)
        .order_by(part.position)
        .options(selectinload(Question.current_version).selectinload(QuestionVersion.citations))
    )
    return list(session.scalars(query))
