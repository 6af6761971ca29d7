"""The questions that an assessment has dealt: to how many, and how many had them right."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from studyhall.bank.asked import Asked, asked
from studyhall.bank.models import QuestionVersion
from studyhall.core.access import Actor
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem, QuestionRuling


@dataclass(frozen=True)
class DealtQuestion:
    question: Asked
    worth: int
    dealt: int
    """In how many handed-in papers."""
    right: int
    """In how many of them it earned its full points."""
    ruling: QuestionRuling | None


def dealt_questions(session: Session, assessment: Assessment) -> list[DealtQuestion]:
    """Those answered worst first: a question that nearly nobody has right deserves a look."""
    rows = session.execute(
        sa.select(
            AttemptItem.version_id,
            sa.func.max(AttemptItem.worth),
            sa.func.count(),
            sa.func.count().filter(AttemptItem.points == AttemptItem.worth),
        )
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(Attempt.assessment_id == assessment.id, Attempt.handed_in_at.is_not(None))
        .group_by(AttemptItem.version_id)
    ).all()
    questions = asked(session, [row[0] for row in rows])
    rulings = {
        ruling.version_id: ruling
        for ruling in session.scalars(
            sa.select(QuestionRuling).where(QuestionRuling.assessment_id == assessment.id)
        )
    }
    found = [
        DealtQuestion(questions[version], worth, dealt, right, rulings.get(version))
        for version, worth, dealt, right in rows
    ]
    return sorted(found, key=lambda one: (one.right / one.dealt, -one.dealt, one.question.key))


def was_dealt(session: Session, actor: Actor, version_ids: Collection[int]) -> bool:
    """Whether one of these versions, or another of the same question, is in a paper of this person."""
    other = aliased(QuestionVersion)
    return bool(
        session.scalar(
            sa.select(
                sa.exists()
                .where(QuestionVersion.id.in_(version_ids), other.question_id == QuestionVersion.question_id)
                .where(AttemptItem.version_id == other.id, Attempt.id == AttemptItem.attempt_id)
                .where(Attempt.person_id == actor.person_id)
            )
        )
    )
