"""The sums behind the reports: counts of results by unit and by month. The database counts, we only divide.

In the denominator stands who was due on the frozen roster; nothing here ever counts accounts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from fractions import Fraction
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.access import paths_above
from studyhall.core.db import direct
from studyhall.people.models import RosterEntry, Unit
from studyhall.quizzes.models import Assessment, AssessmentKind, Result
from studyhall.reports.counts import Counts


def in_figures(as_of: datetime) -> sa.ColumnElement[bool]:
    """SQL: a contest or an exam that had opened by `as_of`; drafts, withdrawn, mocks and make-ups are not."""
    return sa.and_(
        Assessment.kind.in_([AssessmentKind.CONTEST, AssessmentKind.EXAM]),
        Assessment.is_published,
        Assessment.make_up_of.is_(None),
        Assessment.opens_at <= as_of,
    )


def units_below(unit: Unit) -> sa.Select[Any]:
    """The ids of a unit and of all below it."""
    return sa.select(Unit.id).where(Unit.path.startswith(unit.path, autoescape=True))


def has_people_in(unit: Unit) -> sa.ColumnElement[bool]:
    """SQL: somebody of this unit or below stands on the assessment's roster."""
    return sa.exists().where(Result.assessment_id == Assessment.id, Result.unit_id.in_(units_below(unit)))


def counts_by_category(
    session: Session, assessments: Sequence[Assessment], unit: Unit
) -> dict[int, dict[str, Counts]]:
    """Main run counts by the category that stands on the roster, by assessment id; 事后 is not told apart."""
    rows = direct(session).execute(
        sa.select(Result.assessment_id, RosterEntry.category, Result.full, *_SUMS[:_OF_MAIN])
        .join(RosterEntry, RosterEntry.id == Result.roster_entry_id)
        .where(
            Result.assessment_id.in_([one.id for one in assessments]), Result.unit_id.in_(units_below(unit))
        )
        .group_by(Result.assessment_id, RosterEntry.category, Result.full)
    )
    found: dict[int, dict[str, Counts]] = defaultdict(dict)
    for assessment_id, category, full, *sums in rows:
        counts = found[assessment_id]
        counts[category] = counts.get(category, Counts()) + _main(sums, full)
    return found


ByRow = dict[int, Counts]
"""Counts by the id of a direct child with all below it, or of the unit itself for its own members."""


def counts_by_row(
    session: Session, assessments: Sequence[Assessment], unit: Unit, made_up: Collection[int] = ()
) -> dict[int, tuple[ByRow, ByRow]]:
    """Main run and final counts of each row of a report on `unit`, by assessment id.

    `made_up`: the ids of those with a make-up; only they have final counts. It takes as many statements for
    many assessments as for a few, and the database adds up what lies below a child.
    """
    found: dict[int, tuple[ByRow, ByRow]] = {one.id: ({}, {}) for one in assessments}
    for final in (False, True):
        ids = [one.id for one in assessments if (one.id in made_up) is final]
        if ids:
            _tally(session, ids, unit, found, final=final)
    of_roster = {one.roster_id: one.id for one in assessments if _has_exempt(found[one.id][0])}
    if not of_roster:
        return found
    late = _exempt_after_close(session, list(of_roster), unit)
    row_ids = _row_ids(session, unit, {path for _roster_id, path, _count in late})
    for roster_id, path, count in late:
        for counts in found[of_roster[roster_id]]:
            if row_ids[path] in counts:
                counts[row_ids[path]] += Counts(exempt_after_close=count)
    return found


def _tally(
    session: Session, ids: Sequence[int], unit: Unit, found: dict[int, tuple[ByRow, ByRow]], *, final: bool
) -> None:
    connection = direct(session)
    many = len(ids) > 1
    which = {"unit_id": unit.id, "which": list(ids) if many else ids[0]}
    rows = connection.execute(_rolled_up(final, many, split=False), which).all()
    if any(row.full != row.largest_full or row.final_full != row.largest_final_full for row in rows):
        # Within a row people had different full marks, as after a question was left out of some papers.
        rows = connection.execute(_rolled_up(final, many, split=True), which).all()
    for assessment_id, row_id, full, _largest, final_full, _largest_final, *sums in rows:
        main_counts, final_counts = found[assessment_id]
        _add(main_counts, row_id, _main(sums, full))
        if final:
            _add(final_counts, row_id, _final(sums, final_full))


def _add(counts: ByRow, row_id: int, more: Counts) -> None:
    counts[row_id] = counts[row_id] + more if row_id in counts else more


def _has_exempt(counts: ByRow) -> bool:
    return any(one.exempt for one in counts.values())


def _row_ids(session: Session, unit: Unit, paths: Collection[str]) -> dict[str, int]:
    """The row in which each of these units is counted."""
    depth = len(paths_above(unit.path))
    row_paths = {path: (paths_above(path)[depth:] or [unit.path])[0] for path in paths}
    if not row_paths:
        return {}
    found = direct(session).execute(
        sa.select(Unit.path, Unit.id).where(Unit.path.in_(set(row_paths.values())))
    )
    ids = {row[0]: row[1] for row in found}
    return {path: ids[row_path] for path, row_path in row_paths.items()}


@cache
def _rolled_up(made_up: bool, many: bool, *, split: bool) -> sa.Select[Any]:
    """A row for each child that had somebody; with `split` for each full mark that somebody in it had."""
    rows = _units_of_rows()
    which: Any = sa.bindparam("which", expanding=many)
    asked = Result.assessment_id.in_(which) if many else Result.assessment_id == which
    full, final_full = (Result.full, Result.final_full) if made_up else (Result.full, sa.null())
    marks = (
        (full, full, final_full, final_full)
        if split
        else (sa.func.min(full), sa.func.max(full), sa.func.min(final_full), sa.func.max(final_full))
        if made_up
        else (sa.func.min(full), sa.func.max(full), final_full, final_full)
    )
    names = ("full", "largest_full", "final_full", "largest_final_full")
    labels = [mark.label(name) for mark, name in zip(marks, names, strict=True)]
    return (
        sa.select(Result.assessment_id, rows.c.row_id, *labels, *(_SUMS if made_up else _SUMS[:_OF_MAIN]))
        .select_from(rows)
        # Outer, so that the database goes from the few units to their results through the index, and does
        # not read the results of a whole county to find those of one township.
        .outerjoin(Result, sa.and_(asked, Result.unit_id == rows.c.unit_id))
        .group_by(
            rows.c.row_id,
            Result.assessment_id,
            *([full, final_full] if split and made_up else [full] if split else []),
        )
        .having(Result.assessment_id.is_not(None))
    )


def _units_of_rows() -> sa.CTE:
    """Each unit below `:unit_id` beside the child that it lies in, and the unit beside itself."""
    asked = sa.bindparam("unit_id", type_=sa.Integer)
    rows = (
        sa.select(Unit.id.label("unit_id"), Unit.id.label("row_id"))
        .where(sa.or_(Unit.parent_id == asked, Unit.id == asked))
        .cte("units_of_rows", recursive=True)
    )
    return rows.union_all(
        sa.select(Unit.id, rows.c.row_id).where(Unit.parent_id == rows.c.unit_id, rows.c.row_id != asked)
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


def _exempt_after_close(
    session: Session, roster_ids: Sequence[int], unit: Unit
) -> list[tuple[int, str, int]]:
    """How many of each roster, by the path of their unit. They are few: an index holds no others."""
    which = {"rosters": roster_ids, "below": unit.path + "%"}
    return [(roster, path, count) for roster, path, count in direct(session).execute(_late(), which)]


@cache
def _late() -> Any:
    return (
        sa.select(RosterEntry.roster_id, RosterEntry.unit_path, sa.func.count())
        .where(
            RosterEntry.roster_id.in_(sa.bindparam("rosters", expanding=True)),
            RosterEntry.state == "exempt",
            RosterEntry.after_close,
            # Codes hold letters, digits and hyphens: nothing in a path means anything to LIKE.
            RosterEntry.unit_path.like(sa.bindparam("below")),
        )
        .group_by(RosterEntry.roster_id, RosterEntry.unit_path)
    )
