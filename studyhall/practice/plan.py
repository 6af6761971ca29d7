"""学法计划: the laws that a year asks of somebody, month by month. They are those of the year's contests and exams,
so that the plan is kept in one place and never says something else than what is examined.

An admin sets them one by one or the year's twelve in one go, and changes them there. Drafts belong to it: what
is planned for June may be learnt in March.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.access import Actor, paths_above
from studyhall.library.models import Law
from studyhall.people.models import Unit
from studyhall.quizzes.models import Assessment, AssessmentKind, BlueprintLine, Result


@dataclass(frozen=True)
class Planned:
    """What one month asks for, or several in a row that ask for the same; `laws` as the reading room has them."""

    first: int
    last: int
    laws: tuple[Law, ...]

    def holds(self, month: int) -> bool:
        return self.first <= month <= self.last


def of_year(session: Session, actor: Actor, year: int) -> list[Planned]:
    """By month, those with a contest or an exam only: published ones that expect this person, and drafts of his
    unit and those above. Nothing withdrawn, no make-up, no mock.
    """
    expected = sa.exists().where(Result.assessment_id == Assessment.id, Result.person_id == actor.person_id)
    rows = session.execute(
        sa.select(Assessment.counts_for_month, Law)
        .join(BlueprintLine, BlueprintLine.assessment_id == Assessment.id)
        .join(Law, Law.id == BlueprintLine.law_id)
        .join(Unit, Unit.id == Assessment.owner_unit_id)
        .where(
            Assessment.counts_for_year == year,
            Assessment.kind != AssessmentKind.MOCK,
            Assessment.make_up_of.is_(None),
            Assessment.withdrawn_at.is_(None),
            Unit.path.in_(paths_above(actor.unit_path)),
            sa.or_(Assessment.published_at.is_(None), expected),
        )
        .distinct()
        .order_by(Assessment.counts_for_month, Law.position, Law.id)
    ).all()
    found: list[Planned] = []
    for month, of_month in groupby(rows, key=lambda row: row[0]):
        laws = tuple(law for _month, law in of_month)
        if found and found[-1].laws == laws and found[-1].last == month - 1:
            found[-1] = replace(found[-1], last=month)
        else:
            found.append(Planned(month, month, laws))
    return found


def laws_of_year(session: Session, actor: Actor, year: int) -> set[int]:
    return {law.id for planned in of_year(session, actor, year) for law in planned.laws}
