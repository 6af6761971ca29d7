"""The people behind a number: who stands in a numerator or a denominator, and what put him there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.sayings import later
from studyhall.people.models import RosterEntry, Unit
from studyhall.people.roster import REASONS
from studyhall.quizzes.models import Assessment, Result

SIDES = {
    "roster": sa.true(),
    "due": Result.due,
    "exempt": Result.due.is_(False),
    "took_part": Result.took_part,
    "missing": sa.and_(Result.due, Result.took_part.is_(False)),
    "passed": Result.passed,
    "failed": sa.and_(Result.took_part, Result.passed.is_(False)),
    "excellent": Result.excellent,
    "final_took_part": Result.final_took_part,
    "final_passed": Result.final_passed,
    "final_excellent": Result.final_excellent,
    "exempt_after_close": sa.and_(Result.due.is_(False), RosterEntry.after_close),
}
"""Each side of a figure, as the rows it counts."""

SIDE_LABELS = {
    "roster": later("名册上的人"),
    "due": later("应参加的人"),
    "exempt": later("免考的人"),
    "took_part": later("参加了的人"),
    "missing": later("没有参加的人"),
    "passed": later("合格的人"),
    "failed": later("参加了、没有及格的人"),
    "excellent": later("优秀的人"),
    "final_took_part": later("参加了的人（含补考）"),
    "final_passed": later("合格的人（含补考）"),
    "final_excellent": later("优秀的人（含补考）"),
    "exempt_after_close": later("事后免考的人"),
}
FROM_SIDE_TO_SIDE = ("due", "took_part", "missing", "passed", "failed", "exempt")
"""Those one goes between on the page of one: who else was due, who of them did not come."""
SIDE_WORDS = {
    "roster": later("名册"),
    "due": later("应参加"),
    "took_part": later("参加"),
    "passed": later("合格"),
    "excellent": later("优秀"),
    "final_took_part": later("参加"),
    "final_passed": later("合格"),
    "final_excellent": later("优秀"),
}
"""The short word that stands before the number in a quotient: 参加81 ÷ 应参加85."""


@dataclass(frozen=True)
class Behind:
    """One person behind a number, as of the roster's day."""

    entry: RosterEntry
    result: Result


def people_behind(
    session: Session,
    assessment: Assessment,
    unit: Unit,
    side: str,
    *,
    category: str | None = None,
    own: bool = False,
    limit: int | None = None,
    skip: int = 0,
) -> list[Behind]:
    """By unit, then name; `side` is a key of SIDES; `category`: those of it only; `own`: without units below."""
    rows = session.execute(
        sa.select(RosterEntry, Result)
        .join(Result, Result.roster_entry_id == RosterEntry.id)
        .join(Unit, Unit.id == RosterEntry.unit_id)
        .where(*_on_side(assessment, unit, side, category, own=own))
        .order_by(Unit.position, RosterEntry.unit_path, RosterEntry.name_sort, RosterEntry.staff_no)
        .limit(limit)
        .offset(skip)
    )
    return [Behind(*row) for row in rows]


def exempt_of(
    session: Session, assessments: Sequence[Assessment], unit: Unit, *, limit: int | None = None
) -> dict[int, list[Behind]]:
    """The exempt of many assessments at once, by assessment id, in the order of `people_behind`.

    `limit`: so many of each; without it all.
    """
    ids = [one.id for one in assessments]
    order = (Unit.position, RosterEntry.unit_path, RosterEntry.name_sort, RosterEntry.staff_no)
    place = sa.func.row_number().over(partition_by=Result.assessment_id, order_by=order)
    chosen = (
        sa.select(Result.id.label("id"), place.label("place"))
        .join(RosterEntry, RosterEntry.id == Result.roster_entry_id)
        .join(Unit, Unit.id == RosterEntry.unit_id)
        .where(
            Result.assessment_id.in_(ids),
            RosterEntry.unit_path.startswith(unit.path, autoescape=True),
            SIDES["exempt"],
        )
        .subquery()
    )
    rows = session.execute(
        sa.select(RosterEntry, Result)
        .join(Result, Result.roster_entry_id == RosterEntry.id)
        .join(chosen, chosen.c.id == Result.id)
        .where(sa.true() if limit is None else chosen.c.place <= limit)
        .order_by(Result.assessment_id, chosen.c.place)
    )
    found: dict[int, list[Behind]] = {}
    for entry, result in rows:
        found.setdefault(result.assessment_id, []).append(Behind(entry, result))
    return found


def count_behind(
    session: Session,
    assessment: Assessment,
    unit: Unit,
    side: str,
    *,
    category: str | None = None,
    own: bool = False,
) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(RosterEntry)
            .join(Result, Result.roster_entry_id == RosterEntry.id)
            .where(*_on_side(assessment, unit, side, category, own=own))
        )
        or 0
    )


def exempt_by_reason(session: Session, assessment: Assessment, unit: Unit) -> list[tuple[str, int]]:
    """产假 1、病假 1: why people are exempt, with how many; no names."""
    rows = session.execute(
        sa.select(RosterEntry.reason_code, sa.func.count())
        .join(Result, Result.roster_entry_id == RosterEntry.id)
        .where(*_on_side(assessment, unit, "exempt"))
        .group_by(RosterEntry.reason_code)
        .order_by(sa.func.count().desc(), RosterEntry.reason_code)
    )
    return [(REASONS.get(code or "", REASONS["other"]), count) for code, count in rows]


def _on_side(
    assessment: Assessment, unit: Unit, side: str, category: str | None = None, *, own: bool = False
) -> tuple[sa.SQLColumnExpression[bool], ...]:
    return (
        sa.true() if category is None else RosterEntry.category == category,
        Result.assessment_id == assessment.id,
        RosterEntry.unit_path == unit.path
        if own
        else RosterEntry.unit_path.startswith(unit.path, autoescape=True),
        SIDES[side],
    )
