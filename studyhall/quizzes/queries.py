"""Questions to the database about the contests and exams that somebody keeps, limited to what he may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, selectinload

from studyhall.core.access import Reach
from studyhall.core.errors import Missing
from studyhall.people.models import Unit
from studyhall.quizzes.models import Assessment, BlueprintLine, Result
from studyhall.quizzes.sitting_rows import LineMet


@dataclass(frozen=True)
class Tally:
    """One assessment in the admin's list."""

    assessment: Assessment
    due: int
    took_part: int


def kept(session: Session, reach: Reach) -> list[Tally]:
    """The assessments owned within one's reach, newest first, with how many of the due have taken part."""
    counts = (
        sa.select(
            Result.assessment_id,
            sa.func.count().filter(Result.due).label("due"),
            sa.func.count().filter(Result.took_part).label("took_part"),
        )
        .group_by(Result.assessment_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(Assessment, sa.func.coalesce(counts.c.due, 0), sa.func.coalesce(counts.c.took_part, 0))
        .join(Unit, Unit.id == Assessment.owner_unit_id)
        .outerjoin(counts, counts.c.assessment_id == Assessment.id)
        .where(reach.within(Unit.path))
        .order_by(Assessment.opens_at.desc(), Assessment.id.desc())
        .options(contains_eager(Assessment.owner_unit))
    )
    return [Tally(*row) for row in rows]


def kept_one(session: Session, reach: Reach, assessment_id: int) -> Assessment:
    """An assessment owned within one's reach. Raises Missing otherwise."""
    assessment = session.scalar(
        sa.select(Assessment)
        .join(Unit, Unit.id == Assessment.owner_unit_id)
        .where(Assessment.id == assessment_id, reach.within(Unit.path))
        .options(selectinload(Assessment.lines).joinedload(BlueprintLine.law))
    )
    if assessment is None:
        raise Missing
    return assessment


def latest_kept(session: Session, reach: Reach, kind: str, named: str = "") -> Assessment | None:
    """The newest of this kind, with `named` in its title: the next one starts from its rules."""
    return session.scalar(
        sa.select(Assessment)
        .join(Unit, Unit.id == Assessment.owner_unit_id)
        .where(Assessment.kind == kind, Assessment.make_up_of.is_(None), reach.within(Unit.path))
        .where(Assessment.title.contains(named, autoescape=True))
        .order_by(Assessment.opens_at.desc())
        .limit(1)
        .options(selectinload(Assessment.lines))
    )


def unit_names(session: Session, paths: Collection[str]) -> Sequence[str]:
    """Of the units an assessment is limited to, in the order of the tree; of none, no statement."""
    if not paths:
        return []
    return session.scalars(
        sa.select(Unit.name).where(Unit.path.in_(paths)).order_by(Unit.position, Unit.path)
    ).all()


def questions_of(lines: Sequence[BlueprintLine] | Sequence[LineMet]) -> tuple[int, int]:
    """How many single questions and how many cases a blueprint asks for."""
    cases = sum(line.how_many for line in lines if line.kind == "case")
    return sum(line.how_many for line in lines) - cases, cases
