"""The month in figures: each contest and exam of a unit and what lies below it, by unit, with the missing.

In the denominator stands who was due on the frozen roster; nothing here ever counts accounts. The page, the
sheet and the JSON all read these records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from studyhall.core.access import paths_above
from studyhall.core.figures import Figure
from studyhall.core.filters import without_year
from studyhall.core.periods import Month
from studyhall.people.models import RosterEntry, Unit
from studyhall.people.units import children
from studyhall.quizzes.models import Assessment, AssessmentKind, Result
from studyhall.reports.counts import Counts, summed
from studyhall.reports.tallies import counts_by_row, has_people_in, in_figures


@dataclass(frozen=True)
class UnitRow:
    """One direct child with all below it, or the unit's own members."""

    unit_id: int
    code: str
    name: str
    path: str
    is_own: bool
    counts: Counts

    @property
    def label(self) -> str:
        """本级: its own members, beside the units below it."""
        return f"{self.name}本级" if self.is_own else self.name


@dataclass(frozen=True)
class Absent:
    """Due, and has not taken part."""

    person_id: int
    staff_no: str
    name: str
    unit_code: str
    unit_name: str
    unit_path: str


@dataclass(frozen=True)
class MissingGroup:
    """The missing of one row of the report: a direct child with all below it, or the unit's own members."""

    row: UnitRow
    people: tuple[Absent, ...]


@dataclass(frozen=True)
class AssessmentMonth:
    assessment: Assessment
    as_of: datetime
    total: Counts
    with_make_up: Counts | None
    """The same on final scores, where there was a make-up."""
    rows: tuple[UnitRow, ...]
    missing: tuple[Absent, ...]
    held_by: str = ""
    """The unit that holds it, where that lies below the one asked for: townships give theirs the same title."""

    @property
    def title(self) -> str:
        return f"{self.held_by}{self.assessment.title}"

    @property
    def short_title(self) -> str:
        return f"{self.held_by}{without_year(self.assessment.title)}"

    @property
    def is_open(self) -> bool:
        return self.as_of < self.assessment.closes_at

    @property
    def rows_lowest_first(self) -> list[UnitRow]:
        """Those in most need of a call first; units where nobody was due last."""

        def need(row: UnitRow) -> tuple[bool, Fraction, int]:
            rate = row.counts.participation
            return rate is None, rate if rate is not None else Fraction(1), -row.counts.missing

        return sorted(self.rows, key=need)

    @property
    def missing_by_unit(self) -> list[MissingGroup]:
        """By the rows of the report; the most missing first, the order of the tree among equals."""
        names: dict[str, list[Absent]] = defaultdict(list)
        by_path = {row.path: row for row in self.rows}
        for one in self.missing:
            nearest = next(path for path in reversed(paths_above(one.unit_path)) if path in by_path)
            names[nearest].append(one)
        grouped = [MissingGroup(row, tuple(names[row.path])) for row in self.rows if row.path in names]
        return sorted(grouped, key=lambda group: -len(group.people))

    def figures(self) -> list[Figure]:
        """The four that stand on top, each with its receipt: 正考."""
        return self._figures(self.total, "", "")

    def figures_with_make_up(self) -> list[Figure]:
        """The same on final scores; empty where there was no make-up."""
        if self.with_make_up is None:
            return []
        return self._figures(self.with_make_up, ".with_make_up", "final_")

    def _figures(self, counts: Counts, mark: str, run: str) -> list[Figure]:
        key, as_of = self.assessment.kind, self.as_of
        contest = key == AssessmentKind.CONTEST
        took_part, passed, excellent = f"{run}took_part", f"{run}passed", f"{run}excellent"
        return [
            Figure(f"{key}.participation{mark}", "参与率" if contest else "参考率", counts.took_part,
                   counts.due, f"名册{counts.roster}人，免{counts.exempt}人", as_of,
                   sides=(took_part, "due")),
            Figure(f"{key}.pass.due{mark}", "合格率（应考）", counts.passed, counts.due,
                   "没有参加的算不合格", as_of, sides=(passed, "due")),
            Figure(f"{key}.pass.present{mark}", "合格率（实考）", counts.passed, counts.took_part,
                   "只算参加了的人", as_of, sides=(passed, took_part)),
            Figure(f"{key}.excellent{mark}", "优秀率", counts.excellent, counts.took_part,
                   f"{self.assessment.excellent_percent}分及以上", as_of, sides=(excellent, took_part)),
        ]  # fmt: skip

    def figures_in_other_use(self) -> list[Figure]:
        """How an upstream site would count the same records, where that differs from ours."""
        counts, key, as_of = self.total, self.assessment.kind, self.as_of
        contest = key == AssessmentKind.CONTEST
        found = [
            Figure(f"{key}.participation.roster", "参与率" if contest else "参考率", counts.took_part,
                   counts.roster, "免考的也算应参加", as_of, sides=("took_part", "roster")),
            Figure(f"{key}.pass.roster", "合格率", counts.passed, counts.roster,
                   "按名册，免考和没有参加的都算不合格", as_of, sides=("passed", "roster")),
            Figure(f"{key}.excellent.due", "优秀率", counts.excellent, counts.due,
                   "按应参加的人", as_of, sides=("excellent", "due")),
        ]  # fmt: skip
        ours = (counts.participation, counts.pass_rate_due, counts.excellent_rate)
        return [figure for figure, own in zip(found, ours, strict=True) if figure.value != own]


@dataclass(frozen=True)
class MonthReport:
    month: Month
    unit: Unit
    as_of: datetime
    assessments: tuple[AssessmentMonth, ...]


def month_report(session: Session, month: Month, unit: Unit, as_of: datetime) -> MonthReport:
    """All that belongs to the month and had opened by `as_of` (see `tallies.in_figures`).

    It takes as many statements for the twenty contests of a county's townships as for one.
    """
    found = session.scalars(
        sa.select(Assessment)
        .where(
            Assessment.counts_for_year == month.year,
            Assessment.counts_for_month == month.number,
            in_figures(as_of),
            has_people_in(unit),
        )
        .options(joinedload(Assessment.owner_unit))
        .order_by(Assessment.opens_at, Assessment.id)
    ).all()
    return MonthReport(month, unit, as_of, _months(session, found, unit, as_of))


def assessment_month(
    session: Session, assessment: Assessment, unit: Unit, as_of: datetime
) -> AssessmentMonth:
    return _months(session, [assessment], unit, as_of)[0]


def current_contest(session: Session, unit: Unit, as_of: datetime) -> Assessment | None:
    """What a leader asks about first: the open one that ends first, else the last that was open."""
    visible = sa.select(Assessment).where(in_figures(as_of), has_people_in(unit)).limit(1)
    still_open = visible.where(Assessment.closes_at > as_of).order_by(Assessment.closes_at)
    return session.scalar(still_open) or session.scalar(visible.order_by(Assessment.closes_at.desc()))


def _months(
    session: Session, assessments: Sequence[Assessment], unit: Unit, as_of: datetime
) -> tuple[AssessmentMonth, ...]:
    if not assessments:
        return ()
    ids = [one.id for one in assessments]
    made_up = _made_up(session, ids, as_of)
    counted = counts_by_row(session, assessments, unit, made_up)
    below = children(session, unit)
    missing = _missing(session, ids, unit)
    return tuple(
        AssessmentMonth(
            one,
            as_of,
            summed(counted[one.id][0].values()),
            summed(counted[one.id][1].values()) if one.id in made_up else None,
            _rows(unit, below, counted[one.id][0]),
            tuple(missing[one.id]),
            held_below(one.owner_unit, unit),
        )
        for one in assessments
    )


def held_below(owner: Unit, unit: Unit) -> str:
    """The owner's name where it lies below `unit`, whose readers must tell its contest from those beside it."""
    return owner.name if owner.id != unit.id and owner.path.startswith(unit.path) else ""


def _made_up(session: Session, ids: Sequence[int], as_of: datetime) -> set[int]:
    """Which of these have had a make-up that had opened by then."""
    return set(
        session.scalars(
            sa.select(Assessment.make_up_of).where(
                Assessment.make_up_of.in_(ids),
                Assessment.is_published,
                Assessment.opens_at <= as_of,
            )
        )
    )


def _rows(unit: Unit, below: Sequence[Unit], counts: Mapping[int, Counts]) -> tuple[UnitRow, ...]:
    """A row for each direct child that had somebody on the roster, and one for the unit's own members."""
    rows = [
        UnitRow(child.id, child.code, child.name, child.path, False, counts[child.id])
        for child in below
        if child.id in counts
    ]
    if unit.id in counts:
        rows.insert(0, UnitRow(unit.id, unit.code, unit.name, unit.path, True, counts[unit.id]))
    return tuple(rows)


def _missing(session: Session, ids: Sequence[int], unit: Unit) -> dict[int, list[Absent]]:
    rows = session.execute(
        sa.select(
            Result.assessment_id, RosterEntry.person_id, RosterEntry.staff_no, RosterEntry.name, Unit.code,
            RosterEntry.unit_name, RosterEntry.unit_path,
        )
        .join(Result, Result.roster_entry_id == RosterEntry.id)
        .join(Unit, Unit.id == RosterEntry.unit_id)
        .where(
            Result.assessment_id.in_(ids),
            Result.due,
            Result.took_part.is_(False),
            RosterEntry.unit_path.startswith(unit.path, autoescape=True),
        )
        .order_by(Unit.position, RosterEntry.unit_path, RosterEntry.staff_no)
    )  # fmt: skip
    found: dict[int, list[Absent]] = defaultdict(list)
    for assessment_id, *person in rows:
        found[assessment_id].append(Absent(*cast(Any, person)))
    return found
