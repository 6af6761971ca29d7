"""The year of a unit in figures: the records that page, sheet, Word and JSON all print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.figures import Figure
from studyhall.people.models import Membership, Person, Unit
from studyhall.quizzes.models import Assessment, AssessmentKind, Result
from studyhall.reports.contradictions import Contradiction, contradictions
from studyhall.reports.paragraph import Paragraph, own_word, paragraph
from studyhall.reports.year_figures import year_figures
from studyhall.reports.year_scope import Scope, scope_of
from studyhall.reports.year_series import SeriesOfYear, series_of_year
from studyhall.study.models import SessionCitation, StudySession

LAWS_NAMED = 6


@dataclass(frozen=True)
class Uncovered:
    """Somebody of the year roster without one qualifying record."""

    person_id: int
    staff_no: str
    name: str
    unit_name: str


@dataclass(frozen=True)
class YearReport:
    scope: Scope
    figures: tuple[Figure, ...]
    paragraph: Paragraph
    contradictions: tuple[Contradiction, ...]
    series: tuple[SeriesOfYear, ...]

    @cached_property
    def by_key(self) -> Mapping[str, Figure]:
        return {figure.key: figure for figure in self.figures}

    @property
    def uncovered_count(self) -> int:
        """People of the year roster without one qualifying record; `uncovered` names them."""
        coverage = self.by_key["study.coverage"]
        return (coverage.denominator or 0) - (coverage.numerator or 0)

    @property
    def year(self) -> int:
        return self.scope.year

    @property
    def unit(self) -> Unit:
        return self.scope.unit


def year_report(session: Session, year: int, unit: Unit, as_of: datetime) -> YearReport:
    scope = scope_of(session, year, unit, as_of)
    figures = year_figures(session, scope)
    by_key = {figure.key: figure for figure in figures}
    kept = series_of_year(session, scope)
    until = f"{scope.until.month}月{scope.until.day}日" if scope.is_running else None
    exams, months = _exams_and_contest_months(session, scope)
    words = paragraph(
        year, own_word(unit.name, unit.kind), by_key, laws_studied(session, scope), until=until, exams=exams,
        every_month=months.issuperset(range(1, scope.whole_months + 1)),
    )  # fmt: skip
    return YearReport(
        scope,
        tuple(figures),
        words,
        tuple(contradictions(session, scope, by_key, kept)),
        tuple(kept),
    )


def _exams_and_contest_months(session: Session, scope: Scope) -> tuple[int, set[int]]:
    """How many exams there were for somebody of the unit, and the months that had a contest."""
    here = sa.exists().where(Result.assessment_id == Assessment.id, scope.results)
    found = session.execute(
        sa.select(Assessment.kind, Assessment.counts_for_month).where(
            scope.assessments("contest", "exam"), here
        )
    ).all()
    months = {row.counts_for_month for row in found if row.kind == AssessmentKind.CONTEST}
    return sum(row.kind == AssessmentKind.EXAM for row in found), months


def laws_studied(session: Session, scope: Scope) -> list[str]:
    """Short titles of the laws that held meetings were about, the most frequent first."""
    times = sa.func.count(sa.distinct(StudySession.id))
    return list(
        session.scalars(
            sa.select(SessionCitation.law_title)
            .join(StudySession, StudySession.id == SessionCitation.session_id)
            .where(scope.held_here)
            .group_by(SessionCitation.law_title)
            .order_by(times.desc(), SessionCitation.law_title)
            .limit(LAWS_NAMED)
        )
    )


def uncovered(session: Session, scope: Scope, *, limit: int | None = None) -> list[Uncovered]:
    """All of them, or the first few: a county has thousands before its first meeting is entered."""
    rows = session.execute(
        scope.year_roster(Person.id, Person.staff_no, Person.name, Unit.name)
        .join(Person, Person.id == Membership.person_id)
        .where(~scope.qualifies)
        .order_by(Unit.path, Person.staff_no)
        .limit(limit)
    )
    return [Uncovered(*row) for row in rows]
