"""Where somebody stands among all who have taken part, and how many of his unit have."""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from studyhall.core.db import direct
from studyhall.quizzes.models import Assessment, Result
from studyhall.quizzes.ranking import Standing
from studyhall.quizzes.sitting_rows import Contest


def own_standing(session: Session, assessment: Assessment | Contest, person_id: int) -> Standing | None:
    """One's own place among all who have taken part; None for somebody who has not.

    The SQL twin of `ranking.standings`: the database counts who stands before, whoever many there are.
    """
    before, joint, everybody = (
        direct(session)
        .execute(_place(assessment.earlier_wins), {"assessment_id": assessment.id, "person_id": person_id})
        .one()
    )
    return Standing(before + 1, joint, everybody) if everybody else None


@cache
def _place(earlier_wins: bool) -> sa.Select[int, int, int]:
    own = aliased(Result)
    # Compared without a division, and in wide numbers: two scores of hundredths multiplied are large.
    theirs = sa.cast(Result.score, sa.BigInteger) * own.full
    mine = sa.cast(own.score, sa.BigInteger) * Result.full
    before = sa.or_(theirs > mine, sa.and_(theirs == mine, Result.seconds < own.seconds))
    joint = sa.and_(theirs == mine, Result.seconds == own.seconds)
    if earlier_wins:
        before = sa.or_(before, sa.and_(joint, Result.handed_in_at < own.handed_in_at))
        joint = sa.and_(joint, Result.handed_in_at == own.handed_in_at)
    return (
        sa.select(sa.func.count().filter(before), sa.func.count().filter(joint), sa.func.count())
        .select_from(Result)
        .join(own, own.assessment_id == Result.assessment_id)
        .where(
            Result.assessment_id == sa.bindparam("assessment_id"),
            own.person_id == sa.bindparam("person_id"),
            *(one.took_part & one.seconds.is_not(None) & one.full.is_not(None) for one in (Result, own)),
        )
    )


def unit_share(session: Session, assessment_id: int, unit_id: int) -> tuple[int, int]:
    """How many of one unit have taken part, of how many due."""
    took, due = direct(session).execute(_SHARE, {"of_assessment": assessment_id, "of_unit": unit_id}).one()
    return took, due


_SHARE = sa.select(sa.func.count().filter(Result.took_part), sa.func.count().filter(Result.due)).where(
    Result.assessment_id == sa.bindparam("of_assessment"), Result.unit_id == sa.bindparam("of_unit")
)
