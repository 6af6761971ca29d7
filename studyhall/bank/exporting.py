"""Questions out of the bank as plain records, for every writer: what was asked, why, by which articles."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager
from sqlalchemy.sql.elements import ColumnElement

from studyhall.bank import browsing, editing, pictures
from studyhall.bank.formats.writing import fitting
from studyhall.bank.models import Bank, Question, QuestionState, QuestionVersion
from studyhall.bank.record import Kind, Picture, Record
from studyhall.core import audit, search_words
from studyhall.core.access import Actor
from studyhall.core.errors import Missing, Refused
from studyhall.library.models import Edition, Law
from studyhall.people.models import Unit

NOT_RETIRED = (QuestionState.IN_USE, QuestionState.DRAFT, QuestionState.HELD)
EVERY_STATE = tuple(QuestionState)


@dataclass(frozen=True)
class Wanted:
    """What goes out; None and empty mean everything but what is out of use."""

    bank_id: int | None = None
    law_id: int | None = None
    states: Collection[str] = NOT_RETIRED
    question_ids: Collection[int] = ()
    """Of a part of a case: the whole case, which alone can be asked. These come whatever their state."""
    words: str = ""
    """What the stem holds; where a part of a case does, or its story, the whole case comes."""

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = [Question.parent_id.is_(None)]
        if self.bank_id is not None:
            found.append(Question.bank_id == self.bank_id)
        if self.law_id is not None:
            found.append(Question.law_id == self.law_id)
        for word in search_words.words_in(self.words):
            found.append(Question.id.in_(_whole_with(word)))
        if self.question_ids:
            cases = sa.select(Question.parent_id).where(Question.id.in_(self.question_ids))
            chosen = sa.or_(Question.id.in_(self.question_ids), Question.id.in_(cases))
            found.append(chosen)
        else:
            found.append(Question.state.in_(self.states))
        return found


def _whole_with(word: str) -> sa.Select[int]:
    """Questions whose newest stem holds the word; of a part of a case, the case."""
    return (
        sa.select(sa.func.coalesce(Question.parent_id, Question.id))
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .where(browsing.stem_holds(word))
        .correlate(None)
    )


def records(session: Session, within: ColumnElement[bool], wanted: Wanted) -> list[Record]:
    """The newest versions by law and key, cases with their parts. `within`: SQL on `Bank`, what one may have."""
    editions = {
        edition_id: effective.isoformat()
        for edition_id, effective in session.execute(sa.select(Edition.id, Edition.effective))
    }
    found = []
    for some in _questions(session, within, wanted):
        shown = _pictures(session, some)
        found += [record_of(question, shown, editions) for question in some]
    return found


def _questions(session: Session, within: ColumnElement[bool], wanted: Wanted) -> Sequence[Sequence[Question]]:
    parts = contains_eager(Question.current_version).selectinload(QuestionVersion.parts)
    found = session.scalars(
        sa.select(Question)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .join(Bank, Bank.id == Question.bank_id)
        .outerjoin(Law, Law.id == Question.law_id)
        .where(within, *wanted.conditions())
        .order_by(Law.position, Question.bank_id, Question.id)
        .options(
            contains_eager(Question.law),
            contains_eager(Question.current_version).selectinload(QuestionVersion.citations),
            parts.selectinload(QuestionVersion.citations),
            parts.selectinload(QuestionVersion.question),
        )
    ).all()
    return [found[at : at + 500] for at in range(0, len(found), 500)]


def _pictures(session: Session, questions: Sequence[Question]) -> Mapping[int, tuple[Picture, ...]]:
    versions = [one.current_version for one in questions if one.current_version]
    every = [version for whole in versions for version in (whole, *whole.parts)]
    said = [version.id for version in every if _mentions_picture(version)]
    return pictures.of_versions(session, said) if said else {}


def _mentions_picture(version: QuestionVersion) -> bool:
    words = (version.stem, version.explanation, *(text for _letter, text in version.options))
    return any(pictures.OPENS in text for text in words)


def record_of(
    question: Question, shown: Mapping[int, tuple[Picture, ...]], editions: Mapping[int, str]
) -> Record:
    """The newest version of a question with all it needs; `id` is its key in the bank."""
    version = question.current_version
    assert version is not None
    law = question.law.short_title if question.law else ""

    def plain(one: QuestionVersion, key: str) -> Record:
        return replace(
            editing.record_of(one, law),
            id=key,
            pictures=shown.get(one.id, ()),
            edition=_edition(one, question.law_id, editions),
            standing=question.state,
            version=one.number,
        )

    parts = tuple(plain(part, part.question.key) for part in version.parts)
    return replace(plain(version, question.key), parts=parts)


def _edition(version: QuestionVersion, law_id: int | None, editions: Mapping[int, str]) -> str:
    """The edition of its own law that it cites; empty where it means the text in force."""
    cited = (one.edition_id for one in version.citations if one.law_id == law_id and one.edition_id)
    return next((editions[edition_id] for edition_id in cited), "")


def require_some(found: Sequence[Record], form: str) -> None:
    """Raises Refused where a file of this form would hold no question."""
    if not found:
        raise Refused("没有可以导出的题。")
    if not fitting(found, form):
        raise Refused("这些题里没有单选题，Aiken只有单选题；请换一种格式。")


def named(session: Session, within: ColumnElement[bool], wanted: Wanted) -> str:
    """What a file is called: the bank, the law, the words looked for, of those what was chosen.

    Raises Missing for a bank out of reach.
    """
    name = ""
    if wanted.bank_id is not None:
        bank = session.scalar(sa.select(Bank).where(within, Bank.id == wanted.bank_id))
        if bank is None:
            raise Missing
        name = bank.name
    law = session.get(Law, wanted.law_id) if wanted.law_id is not None else None
    words = f"“{wanted.words}”" if wanted.words else ""
    return f"{name}{law.short_title if law else ''}{words}"


@dataclass(frozen=True)
class Source:
    """A bank as the form offers it."""

    bank_id: int
    name: str
    owner: str | None
    """None for what comes with the product."""
    questions: int


def sources(session: Session, within: ColumnElement[bool]) -> list[Source]:
    """Banks with questions, the product's own first."""
    rows = session.execute(
        sa.select(Bank.id, Bank.name, Unit.name, sa.func.count())
        .join(Question, Question.bank_id == Bank.id)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .outerjoin(Unit, Unit.id == Bank.owner_unit_id)
        .where(within, QuestionVersion.kind != Kind.CASE, Question.state != QuestionState.RETIRED)
        .group_by(Bank.id, Bank.name, Unit.name, Bank.owner_unit_id)
        .order_by(Bank.owner_unit_id.is_not(None), Bank.name)
    )
    return [Source(*row) for row in rows]


def laws(session: Session, within: ColumnElement[bool]) -> list[Law]:
    """Those that questions one may have are about."""
    used = sa.select(Question.law_id).join(Bank, Bank.id == Question.bank_id).where(within)
    return list(session.scalars(sa.select(Law).where(Law.id.in_(used)).order_by(Law.position, Law.id)))


def note(
    session: Session, actor: Actor | None, about: str, form: str, questions: int, unit_path: str
) -> None:
    """Into the trail: who took how many questions out, with their keys, and in which form."""
    audit.record(
        session, actor, "bank.exported", "bank:export", about, unit_path=unit_path,
        after={"format": form, "questions": questions},
    )  # fmt: skip
