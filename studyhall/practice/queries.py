"""What may be practised, by whom, and what each person has under way. Always one's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, selectinload

from studyhall.bank.models import Bank, Question, QuestionState, QuestionVersion
from studyhall.bank.queries import reported, usable_by
from studyhall.core.access import Actor
from studyhall.core.errors import Missing
from studyhall.library.models import Article, Edition, Law
from studyhall.practice import evidence, plan
from studyhall.practice.drawing import Drawable, Place
from studyhall.practice.models import PracticeItem, PracticeLaw, PracticeRun, Way
from studyhall.quizzes.answers import MARKED_BY_MACHINE
from studyhall.quizzes.models import Assessment, AssessmentKind, BlueprintLine, Result
from studyhall.quizzes.withholding import withheld_questions


def stock(
    session: Session,
    actor: Actor,
    now: datetime,
    laws: Collection[int] | None = None,
    *,
    kinds: Collection[str] = MARKED_BY_MACHINE,
) -> list[Drawable]:
    """Questions in use that this person may practise now: no parts of cases, none of a paper still sealed."""
    sealed = withheld_questions(session, actor.person_id, now)
    query = (
        sa.select(Question.id, QuestionVersion.id, QuestionVersion.options)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .join(Bank, Bank.id == Question.bank_id)
        .where(
            Question.state == QuestionState.IN_USE,
            QuestionVersion.parent_version_id.is_(None),
            QuestionVersion.kind.in_(kinds),
            usable_by(actor.unit_path),
            ~reported(),
        )
        .order_by(Question.id)
    )
    if laws is not None:
        query = query.where(Question.law_id.in_(laws))
    rows = [row for row in session.execute(query) if row[0] not in sealed]
    places = evidence.places_of(session, [row[0] for row in rows])
    return [
        Drawable(
            question_id, version_id, "".join(letter for letter, _ in options), places.get(question_id, ())
        )
        for question_id, version_id, options in rows
    ]


def cases(session: Session, actor: Actor, now: datetime) -> list[list[Drawable]]:
    """Cases in use, each as its parts in order, whole or not at all."""
    sealed = withheld_questions(session, actor.person_id, now)
    whole = (
        sa.select(QuestionVersion.id)
        .join(Question, Question.current_version_id == QuestionVersion.id)
        .join(Bank, Bank.id == Question.bank_id)
        .where(
            Question.state == QuestionState.IN_USE,
            QuestionVersion.kind == "case",
            usable_by(actor.unit_path),
            ~reported(),
        )
    )
    rows = session.execute(
        sa.select(
            QuestionVersion.parent_version_id,
            Question.id,
            QuestionVersion.id,
            QuestionVersion.options,
            sa.and_(Question.state == QuestionState.IN_USE, ~reported()),
        )
        .join(Question, Question.current_version_id == QuestionVersion.id)
        .where(QuestionVersion.parent_version_id.in_(whole))
        .order_by(QuestionVersion.parent_version_id, QuestionVersion.position)
    ).all()
    broken = {row[0] for row in rows if not row[4] or row[1] in sealed}
    found: dict[int, list[Drawable]] = {}
    for case_id, question_id, version_id, options, _whole in rows:
        if case_id not in broken:
            letters = "".join(letter for letter, _ in options)
            found.setdefault(case_id, []).append(Drawable(question_id, version_id, letters, ()))
    return list(found.values())


def met_by(session: Session, person_id: int) -> dict[int, datetime]:
    """When somebody last answered each question in practice."""
    rows = session.execute(
        sa.select(
            PracticeItem.question_id,
            sa.func.max(PracticeItem.answered_at, type_=PracticeItem.answered_at.type),
        )
        .where(PracticeItem.person_id == person_id, PracticeItem.answered_at.is_not(None))
        .group_by(PracticeItem.question_id)
    )
    return {question_id: at for question_id, at in rows if at is not None}


@dataclass(frozen=True)
class Choice:
    """A law with questions to practise, and whether it is among somebody's own."""

    law: Law
    articles: int
    """How many of its articles have a question."""
    chosen: bool


def own_laws(session: Session, actor: Actor, year: int) -> tuple[set[int], bool]:
    """The laws of somebody's five questions, and whether he has chosen them himself.

    Without a choice those of the year's plan; empty where there is none.
    """
    chosen = set(
        session.scalars(sa.select(PracticeLaw.law_id).where(PracticeLaw.person_id == actor.person_id))
    )
    if chosen:
        return chosen, True
    return plan.laws_of_year(session, actor, year), False


def laws_in_order(session: Session) -> Sequence[Law]:
    return session.scalars(sa.select(Law).order_by(Law.position, Law.id)).all()


def law_named(session: Session, short_title: str) -> Law:
    law = session.scalar(sa.select(Law).where(Law.short_title == short_title))
    if law is None:
        raise Missing
    return law


def editions_by_id(session: Session, ids: Collection[int]) -> dict[int, Edition]:
    rows = session.scalars(
        sa.select(Edition).join(Edition.law).where(Edition.id.in_(ids)).options(contains_eager(Edition.law))
    )
    return {edition.id: edition for edition in rows}


def gists(session: Session, places: Collection[Place]) -> dict[Place, str]:
    """条旨 of those articles that have one."""
    wanted: dict[int, set[int]] = {}
    for edition, article, _sub in places:
        wanted.setdefault(edition, set()).add(article)
    among = [
        sa.and_(Article.edition_id == one, Article.number.in_(numbers)) for one, numbers in wanted.items()
    ]
    rows = session.execute(
        sa.select(Article.edition_id, Article.number, Article.sub_number, Article.gist).where(
            Article.gist.is_not(None), sa.or_(sa.false(), *among)
        )
    )
    found = {(edition, number, sub): gist for edition, number, sub, gist in rows if gist}
    return {place: found[place] for place in places if place in found}


def own_run(session: Session, run_id: int, person_id: int) -> PracticeRun:
    """Raises Missing for anybody else's."""
    run = session.scalar(
        sa.select(PracticeRun)
        .where(PracticeRun.id == run_id, PracticeRun.person_id == person_id)
        .options(selectinload(PracticeRun.items), selectinload(PracticeRun.assessment))
        .execution_options(populate_existing=True)
    )
    if run is None:
        raise Missing
    return run


def item_of(run: PracticeRun, position: int) -> PracticeItem:
    if not 1 <= position <= len(run.items):
        raise Missing
    return run.items[position - 1]


def open_runs(session: Session, person_id: int) -> Sequence[PracticeRun]:
    """What somebody has begun and not finished, newest first."""
    return session.scalars(
        sa.select(PracticeRun)
        .where(PracticeRun.person_id == person_id, PracticeRun.finished_at.is_(None))
        .options(selectinload(PracticeRun.items))
        .order_by(PracticeRun.id.desc())
    ).all()


def practised(session: Session, person_id: int) -> list[tuple[datetime, str, str, bool]]:
    """What somebody has answered in practice, newest first: when, in which run, the stem, right or not."""
    rows = session.execute(
        sa.select(PracticeItem.answered_at, PracticeRun.title, QuestionVersion.stem, PracticeItem.is_right)
        .join(PracticeRun, PracticeRun.id == PracticeItem.run_id)
        .join(QuestionVersion, QuestionVersion.id == PracticeItem.version_id)
        .where(PracticeItem.person_id == person_id, PracticeItem.is_right.is_not(None))
        .order_by(PracticeItem.answered_at.desc(), PracticeItem.position)
    )
    return [(at, title, stem, bool(right)) for at, title, stem, right in rows if at is not None]


def mocks_offered(session: Session, person_id: int, now: datetime) -> Sequence[Assessment]:
    """Exams and contests to come or still open, of which this person is expected; the nearest first."""
    return session.scalars(
        sa.select(Assessment)
        .join(Result, Result.assessment_id == Assessment.id)
        .where(
            Result.person_id == person_id,
            Result.due,
            Assessment.is_published,
            Assessment.closes_at > now,
            Assessment.kind.in_((AssessmentKind.EXAM, AssessmentKind.CONTEST)),
        )
        .options(selectinload(Assessment.lines).joinedload(BlueprintLine.law))
        .order_by(Assessment.kind.desc(), Assessment.opens_at, Assessment.id)
        .limit(3)
    ).all()


def past_mocks(session: Session, person_id: int) -> Sequence[PracticeRun]:
    """Mocks handed in, newest first."""
    return session.scalars(
        sa.select(PracticeRun)
        .where(
            PracticeRun.person_id == person_id,
            PracticeRun.way == Way.MOCK,
            PracticeRun.finished_at.is_not(None),
        )
        .options(selectinload(PracticeRun.items), selectinload(PracticeRun.assessment))
        .order_by(PracticeRun.id.desc())
        .limit(5)
    ).all()


def was_practised(session: Session, actor: Actor, version_ids: Collection[int]) -> bool:
    """Whether the question of one of these versions is in a run of this person."""
    return bool(
        session.scalar(
            sa.select(
                sa.exists()
                .where(QuestionVersion.id.in_(version_ids))
                .where(PracticeItem.question_id == QuestionVersion.question_id)
                .where(PracticeItem.person_id == actor.person_id)
            )
        )
    )
