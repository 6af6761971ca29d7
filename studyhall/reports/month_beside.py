"""What stands beside the month's contests: the meetings, the kinds of people, the month before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from studyhall.core.figures import Figure
from studyhall.quizzes.models import AssessmentKind
from studyhall.reports.behind import Behind, exempt_of
from studyhall.reports.counts import Counts
from studyhall.reports.month import MonthReport
from studyhall.reports.month_sessions import MonthSessions, of_month
from studyhall.reports.tallies import counts_by_category, counts_by_month


@dataclass(frozen=True)
class Compared:
    """All contests, or all exams, of the month before and of this month, added up; 正考."""

    kind: str
    then: Counts
    now: Counts

    def figures(self, report: MonthReport) -> list[tuple[Figure, Figure]]:
        """The four rates of both months, the one before first; the keys are those of the lists behind a year."""
        contest = self.kind == AssessmentKind.CONTEST
        word = "月月赛" if contest else "考试"
        rates = (
            ("participation", "参与率" if contest else "参考率", "took_part", "due"),
            ("pass.due", "合格率（应考）", "passed", "due"),
            ("pass.present", "合格率（实考）", "passed", "took_part"),
            ("excellent", "优秀率", "excellent", "took_part"),
        )

        def figure(counts: Counts, key: str, label: str, above: str, below: str) -> Figure:
            return Figure(
                f"{self.kind}.{key}", word + label, getattr(counts, above), getattr(counts, below), "",
                report.as_of,
            )  # fmt: skip

        return [(figure(self.then, *rate), figure(self.now, *rate)) for rate in rates]


@dataclass(frozen=True)
class Beside:
    sessions: MonthSessions
    by_category: Mapping[int, Mapping[str, Counts]]
    """Counts by category, by assessment id."""
    compared: Sequence[Compared]
    """Only kinds that both months have."""
    exempt: Mapping[int, Sequence[Behind]]
    """The exempt of each assessment, by its id."""


def beside(session: Session, report: MonthReport, *, exempt: int | None = None) -> Beside:
    """`exempt`: so many of each assessment's exempt; without it all."""
    assessments = [one.assessment for one in report.assessments]
    some = [one.assessment for one in report.assessments if one.total.exempt]
    return Beside(
        of_month(session, report.month, report.unit, report.as_of),
        counts_by_category(session, assessments, report.unit),
        against_month_before(session, report),
        exempt_of(session, some, report.unit, limit=exempt) if some else {},
    )


def against_month_before(session: Session, report: MonthReport) -> list[Compared]:
    before = report.month.plus(-1)
    year = counts_by_month(session, report.month.year, report.unit, report.as_of)
    year_before = (
        year
        if before.year == report.month.year
        else counts_by_month(session, before.year, report.unit, report.as_of)
    )
    found = [
        (kind, year_before.get((before.number, kind)), year.get((report.month.number, kind)))
        for kind in (AssessmentKind.CONTEST, AssessmentKind.EXAM)
    ]
    return [Compared(kind, then, now) for kind, then, now in found if then and now]
