"""Keeping each card what its reviews make of it, and bringing it in line with what happened elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from studyhall.bank.models import Question, QuestionVersion
from studyhall.core import clock
from studyhall.core.db import Sessions
from studyhall.practice import evidence
from studyhall.practice.drawing import Place
from studyhall.practice.evidence import Given
from studyhall.practice.mastery import Learnt
from studyhall.practice.models import (
    PracticeCard,
    PracticeItem,
    PracticeLook,
    PracticeParameters,
    PracticeReset,
)
from studyhall.practice.schedule import DEFAULT, Due, Memory, Parameters, Review, remembered
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem


def parameters(session: Session) -> Parameters:
    """The newest fitted ones; the published ones where there are none yet."""
    row = session.scalar(sa.select(PracticeParameters).order_by(PracticeParameters.id.desc()).limit(1))
    return Parameters(tuple(row.values), str(row.id)) if row else DEFAULT


def lock(session: Session, person_id: int, now: datetime) -> PracticeLook:
    """One writer a person: what two devices bring at one moment is worked out one after the other."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {"person_id": person_id, "at": now, "attempts": 0, "scheduler": ""}
    session.execute(insert(PracticeLook).values(**row).on_conflict_do_nothing())
    return session.execute(
        sa.select(PracticeLook)
        .where(PracticeLook.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def answered(session: Session, person_id: int, question_id: int, now: datetime) -> None:
    """An answer came in: its articles' cards are worked out anew. `lock` must be held."""
    places = evidence.places_of(session, [question_id]).get(question_id, ())
    _rewrite(session, person_id, places, now)
    for place in places:
        session.execute(sa.delete(PracticeReset).where(_at(PracticeReset, person_id, place)))


def _rewrite(session: Session, person_id: int, places: Collection[Place], now: datetime) -> None:
    if places:
        questions = evidence.questions_on(session, places)
        answers = evidence.given_by(session, person_id, now, questions)
        _write(session, person_id, answers, evidence.places_of(session, questions), now, only=set(places))


def rewrite_all(session: Session, person_id: int, now: datetime) -> None:
    """Every card of one person. `lock` must be held."""
    answers = evidence.given_by(session, person_id, now)
    questions = {one.question_id for one in answers}
    _write(session, person_id, answers, evidence.places_of(session, questions), now, only=None)


def _write(
    session: Session,
    person_id: int,
    answers: Iterable[Given],
    places: dict[int, tuple[Place, ...]],
    now: datetime,
    only: set[Place] | None,
) -> None:
    reviews = _by_place(answers, places)
    model, today = parameters(session), clock.day_of(now)
    cards = {
        (card.edition_id, card.article, card.sub_article): card
        for card in session.scalars(sa.select(PracticeCard).where(PracticeCard.person_id == person_id))
    }
    wanted = only if only is not None else {*cards, *reviews}
    for place in sorted(wanted):
        memory = remembered(reviews.get(place, ()), today, model)
        card = cards.get(place)
        if memory is None:
            if card is not None:
                session.delete(card)
            continue
        if card is None:
            edition_id, article, sub = place
            card = PracticeCard(person_id=person_id, edition_id=edition_id, article=article, sub_article=sub)
            session.add(card)
        _set(card, memory, model.label)
    session.flush()


def reviews_of(session: Session, person_id: int, now: datetime) -> dict[Place, list[Review]]:
    """All that counts of what somebody answered, by article."""
    answers = evidence.given_by(session, person_id, now)
    return _by_place(answers, evidence.places_of(session, {one.question_id for one in answers}))


def _by_place(answers: Iterable[Given], places: dict[int, tuple[Place, ...]]) -> dict[Place, list[Review]]:
    reviews: dict[Place, list[Review]] = defaultdict(list)
    for one in answers:
        if one.answer is None and one.contest is not None:
            # Left blank in a contest: time may have run out. It stands in the wrong book, not in the memory.
            continue
        for place in places.get(one.question_id, ()):
            reviews[place].append(Review(clock.day_of(one.at), one.at, one.key, one.right, one.knows))
    return reviews


def _set(card: PracticeCard, memory: Memory, label: str) -> None:
    card.state, card.scheduler = memory.state, label
    card.stability, card.due_on, card.reviewed_on = memory.stability, memory.due_on, memory.reviewed_on
    card.reviews, card.wrong, card.last_right = memory.reviews, memory.wrong, memory.last_right


def catch_up(database: Sessions, person_id: int, now: datetime) -> None:
    """Before a page of practice: take in contests whose answers may be seen by now, questions re-keyed or moved
    to another article, laws amended, parameters fitted anew. Looks first without a lock; doing it twice changes nothing.
    """
    with database.reading() as session:
        look = session.get(PracticeLook, person_id)
        if look is not None and not _stale(session, look, now):
            return
        if look is None and not _papers(session, person_id, now):
            return
    with database.writing() as session:
        bring_up(session, person_id, now)


def bring_up(session: Session, person_id: int, now: datetime) -> None:
    look = lock(session, person_id, now)
    _note_resets(session, look, now)
    rewrite_all(session, person_id, now)
    look.at, look.attempts = now, _papers(session, person_id, now)
    look.scheduler = parameters(session).label


def _stale(session: Session, look: PracticeLook, now: datetime) -> bool:
    return (
        look.at > now
        or look.scheduler != parameters(session).label
        or look.attempts != _papers(session, look.person_id, now)
        or bool(_unsound_since(session, look.person_id, look.at))
        or _moved_since(session, look.person_id, look.at)
    )


def _moved_since(session: Session, person_id: int, since: datetime) -> bool:
    """Whether a question he has answered has a new version since: it may rest on another article now, as when a
    new text of its law has come in.
    """
    answered = sa.union(
        sa.select(PracticeItem.question_id).where(
            PracticeItem.person_id == person_id, PracticeItem.is_right.is_not(None)
        ),
        sa.select(QuestionVersion.question_id)
        .join(AttemptItem, AttemptItem.version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(Attempt.person_id == person_id, Attempt.handed_in_at.is_not(None)),
    )
    newer = (
        sa.select(Question.id)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .where(QuestionVersion.created_at > since, Question.id.in_(answered))
    )
    return bool(session.scalar(sa.select(newer.exists())))


def _papers(session: Session, person_id: int, now: datetime) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Attempt)
            .join(Assessment, Assessment.id == Attempt.assessment_id)
            .where(evidence.open_to_owner(person_id, now))
        )
        or 0
    )


def _unsound_since(session: Session, person_id: int, since: datetime) -> dict[int, evidence.Unsound]:
    versions = set(
        session.scalars(
            sa.union(
                sa.select(PracticeItem.version_id).where(
                    PracticeItem.person_id == person_id, PracticeItem.is_right.is_not(None)
                ),
                sa.select(AttemptItem.version_id)
                .join(Attempt, Attempt.id == AttemptItem.attempt_id)
                .where(Attempt.person_id == person_id, Attempt.handed_in_at.is_not(None)),
            )
        )
    )
    found = evidence.unsound_versions(session, versions)
    return {version_id: why for version_id, why in found.items() if why.since > since}


def _note_resets(session: Session, look: PracticeLook, now: datetime) -> None:
    """A word for each article of which something learnt counts no more."""
    lost = _unsound_since(session, look.person_id, look.at)
    held = {
        (card.edition_id, card.article, card.sub_article)
        for card in session.scalars(sa.select(PracticeCard).where(PracticeCard.person_id == look.person_id))
    }
    questions = evidence.questions_of(session, lost)
    places = evidence.places_of(session, set(questions.values()))
    for version_id, why in lost.items():
        for place in places.get(questions[version_id], ()):
            if place not in held:
                continue
            row = session.scalar(sa.select(PracticeReset).where(_at(PracticeReset, look.person_id, place)))
            if row is None:
                edition_id, article, sub = place
                row = PracticeReset(
                    person_id=look.person_id, edition_id=edition_id, article=article, sub_article=sub
                )
                session.add(row)
            row.reason, row.at = why.reason, now
            session.flush()


def _at(
    table: type[PracticeReset] | type[PracticeCard], person_id: int, place: Place
) -> sa.ColumnElement[bool]:
    edition_id, article, sub = place
    return sa.and_(
        table.person_id == person_id,
        table.edition_id == edition_id,
        table.article == article,
        table.sub_article == sub,
    )


def learnt_by(
    session: Session, person_id: int, editions: Collection[int] | None = None
) -> dict[Place, Learnt]:
    """What one person's cards say, by article."""
    query = sa.select(PracticeCard).where(PracticeCard.person_id == person_id)
    if editions is not None:
        query = query.where(PracticeCard.edition_id.in_(editions))
    return {one.place: one for one in map(learnt, session.scalars(query))}


def learnt(card: PracticeCard) -> Learnt:
    return Learnt(
        (card.edition_id, card.article, card.sub_article),
        card.stability,
        card.reviewed_on,
        card.due_on,
        card.reviews,
        card.wrong,
        card.last_right,
    )


def as_due(learnt: Iterable[Learnt]) -> list[Due]:
    return [Due(one.place, one.stability, one.reviewed_on, one.due_on) for one in learnt]


def done_today(learnt: Iterable[Learnt], today: date) -> tuple[int, int]:
    """How many due articles and how many new ones somebody has answered this day."""
    seen = [one for one in learnt if one.reviewed_on == today]
    new = sum(one.reviews == 1 for one in seen)
    return len(seen) - new, new


def resets_of(session: Session, person_id: int) -> Sequence[PracticeReset]:
    """What counts no more and has not been answered again yet, newest first."""
    return session.scalars(
        sa.select(PracticeReset)
        .where(PracticeReset.person_id == person_id)
        .order_by(PracticeReset.at.desc(), PracticeReset.article)
        .limit(10)
    ).all()
