"""What the first pages ask beyond the domains' own questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.access import paths_above
from studyhall.core.db import direct
from studyhall.people.memberships import holds_on
from studyhall.people.models import Category, LoginSession, Membership, RosterEntry, Unit, UnitKind
from studyhall.quizzes.models import Assessment, AssessmentKind, Result


@dataclass(frozen=True)
class OwnYear:
    """n / d of one's own year, by kind."""

    year: int
    contests: tuple[int, int]
    exams: tuple[int, int]


def own_year(session: Session, person_id: int, year: int, as_of: datetime) -> OwnYear:
    """Took part / due, over what belongs to the year and has opened."""
    rows = session.execute(
        sa.select(
            Assessment.kind, sa.func.count().filter(Result.took_part), sa.func.count().filter(Result.due)
        )
        .join(Assessment, Assessment.id == Result.assessment_id)
        .where(
            Result.person_id == person_id,
            Assessment.counts_for_year == year,
            Assessment.is_published,
            Assessment.make_up_of.is_(None),
            Assessment.opens_at <= as_of,
        )
        .group_by(Assessment.kind)
    )
    by_kind = {kind: (took, due) for kind, took, due in rows}
    return OwnYear(
        year, by_kind.get(AssessmentKind.CONTEST, (0, 0)), by_kind.get(AssessmentKind.EXAM, (0, 0))
    )


def own_record(
    session: Session, person_id: int, as_of: datetime
) -> list[tuple[Assessment, Result, RosterEntry]]:
    """Every assessment on whose roster somebody stands, newest first."""
    rows = session.execute(
        sa.select(Assessment, Result, RosterEntry)
        .join(Result, Result.assessment_id == Assessment.id)
        .join(RosterEntry, RosterEntry.id == Result.roster_entry_id)
        .where(
            Result.person_id == person_id,
            Assessment.is_published,
            Assessment.opens_at <= as_of,
        )
        .order_by(Assessment.opens_at.desc())
        .limit(60)
    )
    return [(a, r, e) for a, r, e in rows]


def own_devices(session: Session, person_id: int) -> Sequence[LoginSession]:
    return session.scalars(
        sa.select(LoginSession)
        .where(LoginSession.person_id == person_id, LoginSession.ended_at.is_(None))
        .order_by(LoginSession.last_seen_at.desc())
        .limit(20)
    ).all()


def size(session: Session, unit: Unit, day: date) -> tuple[int, int]:
    """People counted and units with somebody in them, in a unit and below, on a day."""
    people, units = session.execute(
        sa.select(sa.func.count(), sa.func.count(sa.distinct(Membership.unit_id)))
        .join(Unit, Unit.id == Membership.unit_id)
        .where(
            Membership.counts,
            Membership.category != Category.UNCOUNTED,
            holds_on(day),
            Unit.path.startswith(unit.path, autoescape=True),
        )
    ).one()
    return people, units


# Every page with a frame asks it.
_ABOVE = (
    sa.select(Unit.kind, Unit.name)
    .where(Unit.path.in_(sa.bindparam("paths", expanding=True)))
    .order_by(Unit.path)
)


def office_name(session: Session, unit_path: str) -> str:
    """The township somebody belongs to; on a site without one, or above it, the root."""
    rows = direct(session).execute(_ABOVE, {"paths": paths_above(unit_path)}).all()
    townships = [name for kind, name in rows if kind == UnitKind.TOWNSHIP]
    return townships[0] if townships else rows[0][1] if rows else ""
