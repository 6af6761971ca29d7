"""The contests of one month side by side, where the units below each hold their own: a county over its townships."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from studyhall.core.periods import Month
from studyhall.people.models import Unit, UnitKind
from studyhall.quizzes.models import AssessmentKind
from studyhall.reports.counts import Counts, summed
from studyhall.reports.month import MonthReport, UnitRow


@dataclass(frozen=True)
class Below:
    """One unit below, all its people and all contests of the month they were due in."""

    row: UnitRow
    counts: Counts


@dataclass(frozen=True)
class ContestsBelow:
    """Sums of the month: whoever was due in two contests is counted in both, as in the year."""

    month: Month
    total: Counts
    lowest_first: tuple[Below, ...]
    without: tuple[str, ...]
    """Townships of which nobody was due in any contest of the month."""
    closes_first: datetime | None
    """When the first of those still open ends."""

    @property
    def short_of(self) -> list[Below]:
        return [one for one in self.lowest_first if one.counts.missing]


def contests_below(report: MonthReport, children: Collection[Unit]) -> ContestsBelow | None:
    """None where one unit holds them all: its contest is told by itself."""
    contests = [one for one in report.assessments if one.assessment.kind == AssessmentKind.CONTEST]
    if len({one.assessment.owner_unit_id for one in contests}) < 2:
        return None
    counts: dict[str, list[Counts]] = defaultdict(list)
    rows: dict[str, UnitRow] = {}
    for contest in contests:
        for row in contest.rows:
            counts[row.code].append(row.counts)
            rows[row.code] = row
    below = [Below(row, summed(counts[code])) for code, row in rows.items()]
    open_until = [one.assessment.closes_at for one in contests if one.is_open]
    return ContestsBelow(
        report.month,
        summed(one.total for one in contests),
        tuple(sorted(below, key=_need)),
        tuple(
            unit.name
            for unit in children
            if unit.kind == UnitKind.TOWNSHIP and unit.closed_on is None and unit.code not in rows
        ),
        min(open_until, default=None),
    )


def _need(one: Below) -> tuple[bool, Fraction, int]:
    rate = one.counts.participation
    return rate is None, rate if rate is not None else Fraction(1), -one.counts.missing
