"""学法计划: the laws that a year asks of somebody, month by month. They are those of the year's contests and exams,
so that the plan is kept in one place and never says something else than what is examined.

An admin sets them one by one or the year's twelve in one go, and changes them there. Drafts belong to it: what
is planned for June may be learnt in March.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.access import Actor, paths_above
from studyhall.library.models import Law
from studyhall.people.models import Unit
from studyhall.quizzes.models import Assessment, AssessmentKind, BlueprintLine, Result


@dataclass(frozen=True)
class PlannedMonth:
    """What one month asks for; `laws` in the order of the reading room."""

    month: int
    titles: tuple[str, ...]
    laws: tuple[Law, ...]


def of_year(session: Session, actor: Actor, year: int) -> list[PlannedMonth]:
    """By month, those with a contest or an exam only: published ones that expect this person, and drafts of his
    unit and those above. Nothing withdrawn, no make-up, no mock.
    """
    expected = sa.exists().where(Result.assessment_id == Assessment.id, Result.person_id == actor.person_id)
    rows = session.execute(
        sa.select(Assessment.counts_for_month, Assessment.title, Law)
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
        .order_by(Assessment.counts_for_month, Assessment.opens_at, Assessment.id, Law.position, Law.id)
    ).all()
    found: dict[int, tuple[dict[str, None], dict[Law, None]]] = {}
    for month, title, law in rows:
        titles, laws = found.setdefault(month, ({}, {}))
        titles[title] = None
        laws[law] = None
    return [PlannedMonth(month, tuple(titles), _in_order(laws)) for month, (titles, laws) in found.items()]


def _in_order(laws: Iterable[Law]) -> tuple[Law, ...]:
    return tuple(sorted(laws, key=lambda law: (law.position, law.id)))


def laws_of_year(session: Session, actor: Actor, year: int) -> set[int]:
    return {law.id for month in of_year(session, actor, year) for law in month.laws}
