"""The contests of a year month by month: the line of the whole, and unit × month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.access import paths_above
from studyhall.core.figures import share
from studyhall.people.models import Unit
from studyhall.people.units import children
from studyhall.quizzes.models import Assessment, Result
from studyhall.reports.year_scope import Scope

MONTHS = range(1, 13)


@dataclass(frozen=True)
class Cell:
    """Took part and due in one month; due 0 where nobody was."""

    took_part: int = 0
    due: int = 0

    def __add__(self, other: Cell) -> Cell:
        return Cell(self.took_part + other.took_part, self.due + other.due)

    @property
    def rate(self) -> Fraction | None:
        return share(self.took_part, self.due)

    @property
    def missing(self) -> int:
        return self.due - self.took_part

    @property
    def heat(self) -> int:
        """Five steps, deeper where more are missing; 0 where nobody was due."""
        rate = self.rate
        if rate is None:
            return 0
        return (
            1
            if rate == 1
            else next(step for step, least in ((2, 90), (3, 80), (4, 70), (5, 0)) if rate * 100 >= least)
        )


@dataclass(frozen=True)
class Row:
    """A direct child with all below it, or the unit's own members."""

    code: str
    name: str
    is_own: bool
    months: tuple[Cell, ...]
    closed: bool = False

    @property
    def label(self) -> str:
        """本级: its own members, beside the units below it."""
        return f"{self.name}本级" if self.is_own else self.name

    @property
    def total(self) -> Cell:
        return sum(self.months, Cell())


@dataclass(frozen=True)
class YearMonths:
    rows: tuple[Row, ...]
    total: Row
    open_months: frozenset[int]
    """Months with a contest that is still open."""

    @property
    def rows_lowest_first(self) -> list[Row]:
        """In the order in which they need a call; units where nobody was ever due last."""
        return sorted(
            self.rows, key=lambda row: (row.total.rate is None, row.total.rate or 0, -row.total.missing)
        )

    @property
    def known(self) -> list[tuple[int, Cell]]:
        """The months that had a contest."""
        return [(month, cell) for month, cell in zip(MONTHS, self.total.months, strict=True) if cell.due]


def year_months(session: Session, scope: Scope) -> YearMonths:
    rows = session.execute(
        sa.select(
            Result.unit_id, Assessment.counts_for_month,
            sa.func.count().filter(Result.took_part), sa.func.count().filter(Result.due),
        )
        .join(Assessment, Assessment.id == Result.assessment_id)
        .where(scope.assessments("contest"), scope.results)
        .group_by(Result.unit_id, Assessment.counts_for_month)
    ).all()  # fmt: skip
    unit_ids = {unit_id for unit_id, *_ in rows}
    found_units = session.execute(sa.select(Unit.id, Unit.path).where(Unit.id.in_(unit_ids)))
    paths = {unit_id: path for unit_id, path in found_units}
    below: dict[str, dict[int, Cell]] = defaultdict(lambda: defaultdict(Cell))
    depth = len(paths_above(scope.unit.path))
    for unit_id, month, took_part, due in rows:
        chain = paths_above(paths[unit_id])
        path = chain[depth] if len(chain) > depth else scope.unit.path
        below[path][month] += Cell(took_part, due)
    found = [
        Row(unit.code, unit.name, False, _months(below[unit.path]), unit.closed_on is not None)
        for unit in children(session, scope.unit)
        if unit.path in below
    ]
    if scope.unit.path in below:
        own = Row(scope.unit.code, scope.unit.name, True, _months(below[scope.unit.path]))
        found.insert(0, own)
    whole = tuple(sum((row.months[month - 1] for row in found), Cell()) for month in MONTHS)
    return YearMonths(
        tuple(found), Row(scope.unit.code, scope.unit.name, False, whole), _open_months(session, scope)
    )


def _months(cells: dict[int, Cell]) -> tuple[Cell, ...]:
    return tuple(cells.get(month, Cell()) for month in MONTHS)


def _open_months(session: Session, scope: Scope) -> frozenset[int]:
    return frozenset(
        session.scalars(
            sa.select(Assessment.counts_for_month).where(
                scope.assessments("contest"), Assessment.closes_at > scope.as_of
            )
        )
    )


@dataclass(frozen=True)
class Point:
    month: int
    x: float
    y: float
    words: str
    is_marked: bool
    """Lowest or highest: its value stands beside the dot."""
    above: bool


@dataclass(frozen=True)
class Line:
    """The months as a drawing of 460 × 220; the axis is cut where nothing lies below."""

    points: tuple[Point, ...]
    grid: tuple[tuple[float, str], ...]
    floor: int

    @property
    def polyline(self) -> str:
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)


_LEFT, _STEP, _TOP, _HEIGHT = 60, 35, 20, 120


def line_of(months: YearMonths) -> Line | None:
    """None for fewer than two months: one dot is no line."""
    known = [(month, cell.rate) for month, cell in months.known if cell.rate is not None]
    if len(known) < 2:
        return None
    lowest, highest = min(rate for _, rate in known), max(rate for _, rate in known)
    floor = max(int(lowest * 100) // 2 * 2 - (2 if lowest * 100 % 2 == 0 else 0), 0) if lowest < 1 else 90
    span = 100 - floor
    points = [
        Point(
            month,
            _LEFT + (month - 1) * _STEP,
            _TOP + float((1 - rate) * 100) / span * _HEIGHT,
            _short(rate),
            rate in (lowest, highest),
            rate == highest,
        )
        for month, rate in known
    ]
    middle = (100 + floor) / 2
    grid = (
        (_TOP, "100%"),
        (_TOP + _HEIGHT / 2, f"{middle:g}%"),
        (_TOP + _HEIGHT, f"{floor}%"),
    )
    return Line(tuple(points), grid, floor)


def _short(rate: Fraction) -> str:
    from studyhall.core.figures import percent

    return percent(rate).removesuffix("%")
