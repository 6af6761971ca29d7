"""The wrong book of one person, worked out from his answers each time: nothing of it is copied anywhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.models import Bank, Question, QuestionState, QuestionVersion
from studyhall.bank.queries import reported, usable_by
from studyhall.core import clock
from studyhall.core.access import Actor
from studyhall.core.errors import Missing
from studyhall.practice import evidence, wrong_book
from studyhall.practice.drawing import Drawable
from studyhall.practice.evidence import Given
from studyhall.practice.models import PracticeItem, PracticeMark, PracticeRun, Way
from studyhall.practice.wrong_book import Answer, Entry, Mark
from studyhall.quizzes.withholding import withheld_questions

A_DAY = 10
"""Wrong ones that a day asks for at most; after a holiday the rest waits its turn and is not named."""


@dataclass(frozen=True)
class InBook:
    """One question in somebody's book, with the answer that last was wrong."""

    question_id: int
    entry: Entry
    last_wrong: Given


def entries(session: Session, person_id: int, now: datetime) -> list[InBook]:
    """All of them; of equal days the older first."""
    answers: dict[int, list[Given]] = defaultdict(list)
    for one in evidence.given_by(session, person_id, now):
        answers[one.question_id].append(one)
    marks = {
        mark.question_id: Mark(mark.what, mark.at)
        for mark in session.scalars(sa.select(PracticeMark).where(PracticeMark.person_id == person_id))
    }
    found = []
    for question_id, given in answers.items():
        wrong = [one for one in given if not one.right]
        if not wrong:
            continue
        stands = wrong_book.entry(
            # A server's clock that ran ahead: what is dated after now counts as of today.
            (Answer(clock.day_of(min(one.at, now)), one.at, one.key, one.right, one.knows) for one in given),
            marks.get(question_id),
        )
        if stands is not None:
            found.append(InBook(question_id, stands, max(wrong, key=lambda one: (one.at, one.key))))
    return sorted(found, key=lambda one: (one.entry.due_on, one.last_wrong.at, one.question_id))


def due(entries: Sequence[InBook], today: date, done: int = 0) -> list[InBook]:
    """What today still asks for: the longest due first, never more than `A_DAY` less what was `done`."""
    return [one for one in entries if one.entry.due_on <= today][: max(A_DAY - done, 0)]


def done_on(session: Session, person_id: int, now: datetime) -> int:
    """How many of his wrong ones somebody has gone over again on this day."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(PracticeItem)
            .join(PracticeRun, PracticeRun.id == PracticeItem.run_id)
            .where(
                PracticeRun.person_id == person_id,
                PracticeRun.way == Way.WRONG,
                PracticeItem.answered_at >= clock.start_of(clock.day_of(now)),
                PracticeItem.answered_at < clock.start_of(clock.day_of(now) + timedelta(days=1)),
            )
        )
        or 0
    )


def to_review(session: Session, actor: Actor, entries: Sequence[InBook], now: datetime) -> list[InBook]:
    """What today still asks for and may be asked: the number that every page gives, and the round that follows."""
    today = due(entries, clock.day_of(now), done_on(session, actor.person_id, now))
    usable = practisable(session, actor, [one.question_id for one in today], now) if today else {}
    return [one for one in today if one.question_id in usable]


def one_of(session: Session, person_id: int, question_id: int, now: datetime) -> InBook:
    """Raises Missing for a question that is not in the book."""
    for one in entries(session, person_id, now):
        if one.question_id == question_id:
            return one
    raise Missing("这道题不在您的错题里，可能已经移出了。")


def mark(session: Session, actor: Actor, question_id: int, what: str, now: datetime) -> None:
    """Keep it or take it out by hand. Raises Missing for a question that is not in the book."""
    one_of(session, actor.person_id, question_id, now)
    row = session.scalar(
        sa.select(PracticeMark).where(
            PracticeMark.person_id == actor.person_id, PracticeMark.question_id == question_id
        )
    )
    if row is None:
        row = PracticeMark(person_id=actor.person_id, question_id=question_id)
        session.add(row)
    row.what, row.at = what, now
    session.flush()


def practisable(
    session: Session, actor: Actor, questions: Collection[int], now: datetime, *, parts: bool = True
) -> dict[int, Drawable]:
    """Those of them that may be asked now: in use, not reported, on no sealed paper. No case as such."""
    sealed = withheld_questions(session, actor.person_id, now)
    query = (
        sa.select(Question.id, QuestionVersion.id, QuestionVersion.options)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .join(Bank, Bank.id == Question.bank_id)
        .where(
            Question.id.in_(questions),
            Question.state == QuestionState.IN_USE,
            QuestionVersion.kind != "case",
            usable_by(actor.unit_path),
            ~reported(),
        )
    )
    if not parts:
        query = query.where(QuestionVersion.parent_version_id.is_(None))
    return {
        question_id: Drawable(question_id, version_id, "".join(letter for letter, _ in options), ())
        for question_id, version_id, options in session.execute(query)
        if question_id not in sealed
    }
