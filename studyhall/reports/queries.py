"""Which units and assessments a reader of reports may open."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.access import Reach
from studyhall.core.errors import Missing
from studyhall.people import queries as people
from studyhall.people.models import RosterEntry, Unit
from studyhall.quizzes.models import Assessment


def unit_for(session: Session, reach: Reach, code: str | None) -> Unit:
    """The unit asked for, inside one's reach; by default the widest one. Raises Missing."""
    if code:
        unit = session.scalar(sa.select(Unit).where(Unit.code == code, reach.within(Unit.path)))
    else:
        unit = people.top_unit(session, reach)
    if unit is None:
        raise Missing
    return unit


def assessment_for(session: Session, unit: Unit, assessment_id: int) -> Assessment:
    """A published assessment with somebody of this unit on its roster. Raises Missing."""
    assessment = session.scalar(
        sa.select(Assessment).where(
            Assessment.id == assessment_id,
            Assessment.is_published,
            sa.exists().where(
                RosterEntry.roster_id == Assessment.roster_id,
                RosterEntry.unit_path.startswith(unit.path, autoescape=True),
            ),
        )
    )
    if assessment is None:
        raise Missing
    return assessment
