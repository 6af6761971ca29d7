"""The sums behind the reports: counts of results by unit and by month. The database counts, we only divide.

In the denominator stands who was due on the frozen roster; nothing here ever counts accounts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.db import direct
from studyhall.people.models import RosterEntry, Unit
from studyhall.quizzes.models import Assessment, AssessmentKind, Result
from studyhall.reports.counts import Counts


def in_figures(as_of: datetime) -> sa.ColumnElement[bool]:
    """SQL: a contest or an exam that had opened by `as_of`; drafts, withdrawn, mocks and make-ups are not."""
    return sa.and_(
        Assessment.kind.in_([AssessmentKind.CONTEST, AssessmentKind.EXAM]),
        Assessment.published_at.is_not(None),
        Assessment.withdrawn_at.is_(None),
        Assessment.make_up_of.is_(None),
        Assessment.opens_at <= as_of,
    )


def units_below(unit: Unit) -> sa.Select[Any]:
    """The ids of a unit and of all below it."""
    return sa.select(Unit.id).where(Unit.path.startswith(unit.path, autoescape=True))


def has_people_in(unit: Unit) -> sa.ColumnElement[bool]:
    """SQL: somebody of this unit or below stands on the assessment's roster."""
    return sa.exists().where(Result.assessment_id == Assessment.id, Result.unit_id.in_(units_below(unit)))


def counts_by_unit(
    session: Session, assessment: Assessment, unit: Unit, *, made_up: bool = True
) -> tuple[dict[int, Counts], dict[int, Counts]]:
    """Main run and final counts of each unit below, by unit id; no final ones without `made_up`."""
    which = {"assessment_id": assessment.id, "below": unit.path + "%"}
    connection = direct(session)
    rows = connection.execute(_by_unit(made_up, split=False), which).all()
    if any(row.full != row.largest_full or row.final_full != row.largest_final_full for row in rows):
        # Within a unit people had different full marks, as after a question was left out of some papers.
        rows = connection.execute(_by_unit(made_up, split=True), which).all()
    main: dict[int, Counts] = {}
    final: dict[int, Counts] = {}
    for unit_id, full, _largest, final_full, _largest_final, *sums in rows:
        _add(main, unit_id, _main(sums, full))
        if made_up:
            _add(final, unit_id, _final(sums, final_full))
    for unit_id, count in _exempt_after_close(session, assessment).items():
        for counts in (main, final):
            if unit_id in counts:
                counts[unit_id] += Counts(exempt_after_close=count)
    return main, final


def _add(counts: dict[int, Counts], unit_id: int, more: Counts) -> None:
    counts[unit_id] = counts[unit_id] + more if unit_id in counts else more


@cache
def _by_unit(made_up: bool, *, split: bool) -> sa.Select[Any]:
    """`split`: a row for each full mark that somebody in the unit had; otherwise a row a unit."""
    # Codes hold letters, digits and hyphens: nothing in a path means anything to LIKE.
    below = sa.select(Unit.id).where(Unit.path.like(sa.bindparam("below")))
    fulls = (
        (Result.full, Result.full, Result.final_full, Result.final_full)
        if split
        else (
            sa.func.min(Result.full),
            sa.func.max(Result.full),
            sa.func.min(Result.final_full),
            sa.func.max(Result.final_full),
        )
    )
    names = ("full", "largest_full", "final_full", "largest_final_full")
    marks: list[sa.Label[Any]] = [full.label(name) for full, name in zip(fulls, names, strict=True)]
    return (
        sa.select(Result.unit_id, *marks, *(_SUMS if made_up else _SUMS[:_OF_MAIN]))
        .where(Result.assessment_id == sa.bindparam("assessment_id"), Result.unit_id.in_(below))
        .group_by(Result.unit_id, *([Result.full, Result.final_full] if split else []))
    )


def counts_by_month(
    session: Session, year: int, unit: Unit, as_of: datetime
) -> dict[tuple[int, str], Counts]:
    """Main run counts of a year by month and kind, `(11, "contest")`; 事后 is not told apart."""
    rows = session.execute(
        sa.select(Assessment.counts_for_month, Assessment.kind, Result.full, *_SUMS)
        .join(Assessment, Assessment.id == Result.assessment_id)
        .where(
            Assessment.counts_for_year == year,
            in_figures(as_of),
            Result.unit_id.in_(units_below(unit)),
        )
        .group_by(Assessment.counts_for_month, Assessment.kind, Result.full)
    )
    found: dict[tuple[int, str], Counts] = defaultdict(Counts)
    for month, kind, full, *sums in rows:
        found[month, kind] += _main(sums, full)
    return dict(found)


_OF_MAIN = 6
"""How many of the sums the main run takes; the rest are those of the final."""

_SUMS = (
    sa.func.count(),
    sa.func.count().filter(Result.due),
    sa.func.count().filter(Result.took_part),
    sa.func.count().filter(Result.passed),
    sa.func.count().filter(Result.excellent),
    sa.func.coalesce(sa.func.sum(Result.score).filter(Result.took_part), 0),
    sa.func.count().filter(Result.final_took_part),
    sa.func.count().filter(Result.final_passed),
    sa.func.count().filter(Result.final_excellent),
    sa.func.coalesce(sa.func.sum(Result.final_score).filter(Result.final_took_part), 0),
)


def _main(sums: Sequence[Any], full: int | None) -> Counts:
    everybody, due, took, passed, excellent, score, *_rest = sums
    return Counts(due, everybody - due, 0, took, passed, excellent, _percent(score, full))


def _final(sums: Sequence[Any], full: int | None) -> Counts:
    everybody, due, *_main_run, took, passed, excellent, score = sums
    return Counts(due, everybody - due, 0, took, passed, excellent, _percent(score, full))


_NOTHING = Fraction(0)


def _percent(score: int, full: int | None) -> Fraction:
    """Exact: everybody in the group has the same full mark."""
    return Fraction(int(score) * 100, full) if full else _NOTHING


_LATE = (
    sa.select(RosterEntry.unit_id, sa.func.count())
    .where(
        RosterEntry.roster_id == sa.bindparam("roster_id"),
        RosterEntry.state == "exempt",
        RosterEntry.after_close,
    )
    .group_by(RosterEntry.unit_id)
)


def _exempt_after_close(session: Session, assessment: Assessment) -> dict[int, int]:
    rows = direct(session).execute(_LATE, {"roster_id": assessment.roster_id})
    return {row[0]: row[1] for row in rows}
