"""The feedback: what waits, what was answered, each within one's reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.admin.models import Feedback
from studyhall.core.access import Reach
from studyhall.core.errors import Missing
from studyhall.people.models import Person


@dataclass(frozen=True)
class Said:
    feedback: Feedback
    person: Person | None


def feedback(session: Session, reach: Reach) -> list[Said]:
    """What waits first, then what was settled; newest first in each."""
    rows = session.execute(
        sa.select(Feedback, Person)
        .outerjoin(Person, Person.id == Feedback.person_id)
        .where(reach.within(Feedback.unit_path))
        .order_by(Feedback.settled_at.is_not(None), Feedback.at.desc())
        .limit(200)
    )
    return [Said(*row) for row in rows]


def feedback_waiting(session: Session, reach: Reach) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Feedback)
            .where(reach.within(Feedback.unit_path), Feedback.settled_at.is_(None))
        )
        or 0
    )


def one_feedback(session: Session, reach: Reach, feedback_id: int) -> Feedback:
    row = session.scalar(
        sa.select(Feedback).where(Feedback.id == feedback_id, reach.within(Feedback.unit_path))
    )
    if row is None:
        raise Missing
    return row


def own_feedback(session: Session, person_id: int) -> Sequence[Feedback]:
    """What somebody has said himself, the newest first, with the answers."""
    return session.scalars(
        sa.select(Feedback).where(Feedback.person_id == person_id).order_by(Feedback.at.desc()).limit(10)
    ).all()


def anonymous_lately(session: Session, since: datetime) -> int:
    """How much was written without logging in."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Feedback)
            .where(Feedback.person_id.is_(None), Feedback.at >= since)
        )
        or 0
    )
