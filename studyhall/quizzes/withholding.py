"""Which questions somebody may not read the answers of: those of a paper that is not settled for him."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.models import QuestionVersion
from studyhall.core import clock
from studyhall.core.access import Actor
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem, Reveal


def withheld_questions(session: Session, person_id: int, now: datetime) -> set[int]:
    """Question ids dealt to this person in an attempt still open, or whose answers come after the closing.

    A contest taken back settles nothing any more: what it dealt is free again. The one rule for all that shows
    questions outside their paper: the reading room and practice.
    """
    return set(
        session.scalars(
            sa.select(QuestionVersion.question_id)
            .join(AttemptItem, AttemptItem.version_id == QuestionVersion.id)
            .join(Attempt, Attempt.id == AttemptItem.attempt_id)
            .join(Assessment, Assessment.id == Attempt.assessment_id)
            .where(
                Attempt.person_id == person_id,
                Assessment.withdrawn_at.is_(None),
                sa.or_(
                    Attempt.handed_in_at.is_(None),
                    sa.and_(Assessment.reveal != Reveal.AFTER_HAND_IN, Assessment.closes_at > now),
                ),
            )
        )
    )


def from_reader(session: Session, actor: Actor) -> set[int]:
    """The rule as `bank.showing` asks for it."""
    return withheld_questions(session, actor.person_id, clock.now())
