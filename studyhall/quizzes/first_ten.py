"""The first ten of a contest that publishes them: the only list in which persons stand in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.people.models import RosterEntry
from studyhall.quizzes.models import Assessment, Result
from studyhall.quizzes.ranking import Contender, first_places
from studyhall.quizzes.sitting_rows import Contest

LOOKED_AT = 60
"""Ten places and those who share the tenth: more than that is no list of the first."""


@dataclass(frozen=True)
class Placed:
    """One line of the list; score and full mark in hundredths."""

    rank: int
    name: str
    unit_name: str
    score: int
    full: int


def first_ten(session: Session, assessment: Assessment | Contest) -> list[Placed]:
    """The best first; empty, without a statement, for a contest that publishes none."""
    if not assessment.top_list:
        return []
    rows: Sequence[Any] = session.execute(
        sa.select(
            Result.person_id, Result.score, Result.full, Result.seconds, Result.handed_in_at,
            RosterEntry.name, RosterEntry.unit_name,
        )
        .join(RosterEntry, RosterEntry.id == Result.roster_entry_id)
        .where(
            Result.assessment_id == assessment.id,
            Result.took_part,
            Result.seconds.is_not(None),
            Result.handed_in_at.is_not(None),
            Result.full > 0,
        )
        # Equal shares of different full marks give the same quotient.
        .order_by(sa.desc(1.0 * Result.score / Result.full), Result.seconds, Result.handed_in_at)
        .limit(LOOKED_AT)
    ).all()  # fmt: skip
    found = {row.person_id: row for row in rows}
    places = first_places((Contender(*row[:5]) for row in rows), earlier_wins=assessment.earlier_wins)
    return [
        Placed(rank, row.name, row.unit_name, row.score, row.full)
        for person_id, rank in places
        for row in [found[person_id]]
    ]
