"""What somebody has answered, in practice and in contests whose answers he may see: read, never copied.

What a question has taught counts no more once its key was wrong or its article was amended.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from studyhall.bank.asked import Asked, asked
from studyhall.bank.models import Citation, Question, QuestionVersion
from studyhall.core import clock
from studyhall.library.models import Edition
from studyhall.library.queries import edition_in_force
from studyhall.practice.drawing import Place
from studyhall.practice.models import PracticeItem
from studyhall.quizzes.answers import MARKED_BY_MACHINE
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem, QuestionRuling, Reveal


@dataclass(frozen=True)
class Given:
    """One answer to one question, judged."""

    question_id: int
    version_id: int
    at: datetime
    key: str
    right: bool
    knows: str | None
    answer: str | None
    """None where it was left blank."""
    option_order: str
    contest: str | None
    """The title of the contest or exam; None for practice."""


def given_by(
    session: Session, person_id: int, now: datetime, questions: Collection[int] | None = None
) -> list[Given]:
    """All judged answers of one person, or those to some questions; not what counts no more."""
    found = [*_practised(session, person_id, questions), *_sat(session, person_id, now, questions)]
    unsound = unsound_versions(session, {one.version_id for one in found})
    return [one for one in found if one.version_id not in unsound]


def sat_by(session: Session, person_id: int, now: datetime) -> list[Given]:
    """All answers in contests and exams that this person may see by now, those that count no more as well."""
    return list(_sat(session, person_id, now, None))


def _practised(session: Session, person_id: int, questions: Collection[int] | None) -> Iterable[Given]:
    query = sa.select(
        PracticeItem.question_id,
        PracticeItem.version_id,
        PracticeItem.answered_at,
        PracticeItem.run_id,
        PracticeItem.position,
        PracticeItem.is_right,
        PracticeItem.knows,
        PracticeItem.answer,
        PracticeItem.option_order,
    ).where(PracticeItem.person_id == person_id, PracticeItem.is_right.is_not(None))
    if questions is not None:
        query = query.where(PracticeItem.question_id.in_(questions))
    for question_id, version_id, at, run_id, position, right, knows, answer, order in session.execute(query):
        if at is not None and right is not None:
            key = f"p{run_id:012d}:{position:04d}"
            yield Given(question_id, version_id, at, key, right, knows, answer, order, None)


def _sat(
    session: Session, person_id: int, now: datetime, questions: Collection[int] | None
) -> Iterable[Given]:
    query = (
        sa.select(
            QuestionVersion.question_id,
            AttemptItem.version_id,
            sa.func.coalesce(AttemptItem.answered_at, Attempt.handed_in_at, type_=Attempt.handed_in_at.type),
            AttemptItem.attempt_id,
            AttemptItem.position,
            AttemptItem.points == AttemptItem.worth,
            AttemptItem.answer,
            AttemptItem.option_order,
            Assessment.title,
        )
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(Assessment, Assessment.id == Attempt.assessment_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.version_id)
        .where(open_to_owner(person_id, now), QuestionVersion.kind.in_(MARKED_BY_MACHINE))
    )
    if questions is not None:
        query = query.where(QuestionVersion.question_id.in_(questions))
    for question_id, version_id, at, attempt_id, position, right, answer, order, title in session.execute(
        query
    ):
        key = f"a{attempt_id:012d}:{position:04d}"
        yield Given(question_id, version_id, at, key, bool(right), None, answer, order, title)


def open_to_owner(person_id: int, now: datetime) -> ColumnElement[bool]:
    """SQL: a handed-in paper of this person whose answers he may see (`Assessment.answers_shown`)."""
    return sa.and_(
        Attempt.person_id == person_id,
        Attempt.handed_in_at.is_not(None),
        Assessment.withdrawn_at.is_(None),
        sa.or_(Assessment.reveal == Reveal.AFTER_HAND_IN, Assessment.closes_at <= now),
    )


@dataclass(frozen=True)
class Unsound:
    """Why the answers to one version count no more, and since when."""

    reason: str
    """re_keyed or amended."""
    since: datetime


def unsound_versions(session: Session, versions: Collection[int]) -> dict[int, Unsound]:
    """Versions whose key was changed since, by an edit or a ruling, or whose article was amended."""
    found: dict[int, Unsound] = {}
    for chunk in _chunks(versions):
        found |= _re_keyed(session, chunk)
        for version_id, at in session.execute(
            sa.select(QuestionRuling.version_id, sa.func.min(QuestionRuling.at, type_=QuestionRuling.at.type))
            .where(QuestionRuling.version_id.in_(chunk))
            .group_by(QuestionRuling.version_id)
        ):
            found[version_id] = Unsound("re_keyed", at)
        for version_id, since in session.execute(
            sa.select(Citation.version_id, Citation.held_since).where(
                Citation.version_id.in_(chunk), Citation.held_since.is_not(None)
            )
        ):
            if since is not None:
                found[version_id] = Unsound("amended", since)
    return found


def _re_keyed(session: Session, versions: Collection[int]) -> dict[int, Unsound]:
    now = aliased(QuestionVersion)
    replaced = {
        old: (new, at)
        for old, new, at in session.execute(
            sa.select(QuestionVersion.id, now.id, now.created_at)
            .join(Question, Question.id == QuestionVersion.question_id)
            .join(now, now.id == Question.current_version_id)
            .where(QuestionVersion.id.in_(versions), now.id != QuestionVersion.id)
        )
    }
    if not replaced:
        return {}
    said = asked(session, {*replaced, *(new for new, _at in replaced.values())})
    return {
        old: Unsound("re_keyed", at) for old, (new, at) in replaced.items() if other_key(said[old], said[new])
    }


def other_key(old: Asked, new: Asked) -> bool:
    """Whether what was right once is not what is right now. Options put in another order change nothing."""
    if old.kind != new.kind:
        return True
    if not old.options or {text for _, text in old.options} != {text for _, text in new.options}:
        return bool(old.answer != new.answer)
    return _right_texts(old) != _right_texts(new)


def _right_texts(one: Asked) -> set[str]:
    return {text for letter, text in one.options if letter in one.answer}


def questions_of(session: Session, versions: Collection[int]) -> dict[int, int]:
    """The question of each version."""
    rows = session.execute(
        sa.select(QuestionVersion.id, QuestionVersion.question_id).where(QuestionVersion.id.in_(versions))
    )
    return {version_id: question_id for version_id, question_id in rows}


def places_of(session: Session, questions: Collection[int] | None = None) -> dict[int, tuple[Place, ...]]:
    """The articles each question stands for, by what its current version cites; not those of unknown laws."""
    in_force = editions_in_force(session)
    query = (
        sa.select(Question.id, Citation.law_id, Citation.edition_id, Citation.article, Citation.sub_article)
        .join(Citation, Citation.version_id == Question.current_version_id)
        .order_by(Question.id, Citation.position)
    )
    found: dict[int, dict[Place, None]] = defaultdict(dict)
    for chunk in [None] if questions is None else _chunks(questions):
        rows = session.execute(query if chunk is None else query.where(Question.id.in_(chunk)))
        for question_id, law_id, edition_id, article, sub in rows:
            edition = edition_id or in_force.get(law_id or 0)
            if edition is not None:
                found[question_id][edition, article, sub] = None
    return {question_id: tuple(places) for question_id, places in found.items()}


def editions_in_force(session: Session) -> dict[int, int]:
    """The edition in force today, by law."""
    editions: dict[int, list[Edition]] = defaultdict(list)
    for edition in session.scalars(sa.select(Edition)):
        editions[edition.law_id].append(edition)
    today = clock.today()
    return {law_id: edition_in_force(all_of, today).id for law_id, all_of in editions.items()}


def questions_on(session: Session, places: Collection[Place]) -> set[int]:
    """The questions whose current version cites one of these articles."""
    in_force = {edition: law for law, edition in editions_in_force(session).items()}
    on = [
        sa.and_(
            sa.or_(
                Citation.edition_id == edition,
                sa.and_(Citation.edition_id.is_(None), Citation.law_id == in_force.get(edition, 0)),
            ),
            Citation.article == article,
            Citation.sub_article == sub,
        )
        for edition, article, sub in places
    ]
    return set(
        session.scalars(
            sa.select(Question.id)
            .join(Citation, Citation.version_id == Question.current_version_id)
            .where(sa.or_(sa.false(), *on))
        )
    )


def _chunks(ids: Collection[int], size: int = 500) -> Iterable[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]
