"""Answering the questions of a run: judged at once, the first answer counts; a mock is judged at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.asked import Asked, asked
from studyhall.bank.models import Question, QuestionState
from studyhall.bank.queries import reported
from studyhall.core.access import Actor
from studyhall.core.errors import Refused
from studyhall.practice import cards, queries
from studyhall.practice.drawing import shuffled
from studyhall.practice.models import PracticeItem, PracticeRun, Way
from studyhall.quizzes.answers import KINDS, from_shown, key_as_graded
from studyhall.quizzes.models import PartialRule
from studyhall.quizzes.withholding import withheld_questions

LOOK = "look"
"""看答案: not known."""


class Outcome(StrEnum):
    JUDGED = "judged"
    ALREADY = "already"
    """Answered before, in another tab or on another device: that answer stands."""
    CHANGED = "changed"
    """The question was edited after it was shown: it is asked again as it is now."""
    KEPT = "kept"
    """In a mock: to be judged when it is handed in."""
    SKIPPED = "skipped"


def answer(
    session: Session, actor: Actor, run_id: int, position: int, given: Sequence[str], now: datetime,
    *, look: bool = False, version_id: int | None = None, seen: str | None = None,
) -> Outcome:  # fmt: skip
    """Take one answer, given in the letters shown. `look`: wants to see the answer without giving one.

    `version_id`: what was shown when the answer was given; None where the form does not say. `seen`: the
    `stamp` of the answer to which this one was a change, said by an answer that waited for the line; one
    that came in between on another device stands. It counts as of its arrival: a phone's clock says anything.

    Raises Missing for somebody else's run, Refused where nothing is chosen, BadAnswer for a forged option.
    """
    cards.lock(session, actor.person_id, now)
    run = queries.own_run(session, run_id, actor.person_id)
    item = queries.item_of(run, position)
    mock, shown = run.way == Way.MOCK, version_id or item.version_id
    if item.skipped or (mock and run.finished_at):
        return Outcome.ALREADY
    if not mock and item.answered_at is not None:
        return _again(session, item, given, look, shown)
    if settle_item(session, actor, item, now):
        return Outcome.SKIPPED
    if item.version_id != shown:
        # The letters were those of another order of options.
        return Outcome.CHANGED
    question = asked(session, [item.version_id])[item.version_id]
    said = KINDS[question.kind].read(from_shown(given, item.option_order), question.letters)
    if mock:
        if seen is not None and seen != stamp(item) and said != item.answer:
            return Outcome.ALREADY
        item.answer, item.answered_at = said, now if said else None
        session.flush()
        return Outcome.KEPT
    if said is None and not look:
        raise Refused("还没有答案。先答，或者点“看答案”。")
    item.answer = None if look else said
    item.answered_at = now
    if question.kind != "short" or look:
        item.is_right = is_right(question, item.answer)
    session.flush()
    if item.is_right is not None:
        cards.answered(session, actor.person_id, item.question_id, now)
    _finish(run, now)
    return Outcome.JUDGED


def _again(session: Session, item: PracticeItem, given: Sequence[str], look: bool, shown: int) -> Outcome:
    """An answer to what is answered: the same one once more (sent twice over a bad line) is no news."""
    if shown != item.version_id:
        return Outcome.ALREADY
    question = asked(session, [shown])[shown]
    said = None if look else KINDS[question.kind].read(from_shown(given, item.option_order), question.letters)
    return Outcome.JUDGED if said == item.answer else Outcome.ALREADY


def stamp(item: PracticeItem) -> str:
    """Which answer an item holds, in a word that a form carries; empty for none."""
    return item.answered_at.isoformat() if item.answered_at else ""


def is_right(question: Asked, answer: str | None) -> bool:
    """Wholly right: part of a multiple is not."""
    key = key_as_graded(question.kind, question.stem, question.answer)
    return KINDS[question.kind].points(answer, key, 100, PartialRule.NONE) == 100


def say(session: Session, actor: Actor, run_id: int, position: int, knows: str, now: datetime) -> None:
    """我会了 or 还不熟. A short answer is judged by its writer: with 我会了 it was right."""
    if knows not in ("sure", "unsure"):
        return
    cards.lock(session, actor.person_id, now)
    run = queries.own_run(session, run_id, actor.person_id)
    item = queries.item_of(run, position)
    if item.answered_at is None or run.way == Way.MOCK:
        return
    by_writer = asked(session, [item.version_id])[item.version_id].kind == "short" and item.answer is not None
    if item.knows == knows and (item.is_right is not None or not by_writer):
        return
    item.knows = knows
    if by_writer:
        item.is_right = knows == "sure"
    session.flush()
    cards.answered(session, actor.person_id, item.question_id, now)


def settle_item(session: Session, actor: Actor, item: PracticeItem, now: datetime) -> bool:
    """Bring an open question up to date: one edited since is asked as it is now; one that may not be asked
    any more is passed over, with why. True where it was passed over.
    """
    state, current, is_reported = session.execute(
        sa.select(Question.state, Question.current_version_id, reported()).where(
            Question.id == item.question_id
        )
    ).one()
    if state != QuestionState.IN_USE or is_reported or current is None:
        item.skipped = "retired"
    elif item.question_id in withheld_questions(session, actor.person_id, now):
        item.skipped = "sealed"
    elif current != item.version_id:
        item.version_id = current
        question = asked(session, [current])[current]
        item.option_order = shuffled(question.letters, Random(item.run_id * 1000 + item.position))
        item.answer = item.answered_at = None
    session.flush()
    return item.skipped is not None


def as_drawn(session: Session, actor: Actor, items: Sequence[PracticeItem], now: datetime) -> set[int]:
    """The positions among these of one run that may be asked just as they were drawn; looks only."""
    rows = session.execute(
        sa.select(Question.id, Question.current_version_id).where(
            Question.id.in_([item.question_id for item in items]),
            Question.state == QuestionState.IN_USE,
            ~reported(),
        )
    )
    current = {question_id: version_id for question_id, version_id in rows}
    sealed = withheld_questions(session, actor.person_id, now) if items else set()
    return {
        item.position
        for item in items
        if current.get(item.question_id) == item.version_id and item.question_id not in sealed
    }


def settle(session: Session, actor: Actor, run_id: int, position: int, now: datetime) -> None:
    cards.lock(session, actor.person_id, now)
    run = queries.own_run(session, run_id, actor.person_id)
    item = queries.item_of(run, position)
    if item.is_open:
        settle_item(session, actor, item, now)
        _finish(run, now)


def _finish(run: PracticeRun, now: datetime) -> None:
    if run.way != Way.MOCK and run.finished_at is None and not any(one.is_open for one in run.items):
        run.finished_at = now


def hand_in(session: Session, actor: Actor, run_id: int, now: datetime) -> PracticeRun:
    """Judge a mock. Handing in twice changes nothing."""
    cards.lock(session, actor.person_id, now)
    run = queries.own_run(session, run_id, actor.person_id)
    if run.way != Way.MOCK or run.finished_at is not None:
        return run
    questions = asked(session, [item.version_id for item in run.items])
    partial = run.assessment.partial_rule if run.assessment else PartialRule.NONE
    judged = []
    for item in run.items:
        question = questions[item.version_id]
        if item.answer is None or item.skipped:
            continue
        if question.kind != "short":
            item.is_right = is_right(question, item.answer)
            key = key_as_graded(question.kind, question.stem, question.answer)
            item.points = KINDS[question.kind].points(item.answer, key, item.worth, partial)
            judged.append(item.question_id)
    run.finished_at = now
    session.flush()
    for question_id in judged:
        cards.answered(session, actor.person_id, question_id, now)
    return run


@dataclass(frozen=True)
class MockResult:
    """How a mock went: hundredths by the exam's own rules, over what a machine can judge."""

    right: int
    questions: int
    score: int
    full: int
    by_hand: int
    """Short answers, which here nobody marks."""


def mock_result(session: Session, run: PracticeRun) -> MockResult:
    questions = asked(session, [item.version_id for item in run.items])
    counted = [item for item in run.items if not item.skipped and questions[item.version_id].kind != "short"]
    return MockResult(
        right=sum(item.is_right is True for item in counted),
        questions=len(counted),
        score=sum(item.points or 0 for item in counted),
        full=sum(item.worth for item in counted),
        by_hand=sum(questions[item.version_id].kind == "short" for item in run.items),
    )
