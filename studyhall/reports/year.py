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
from studyhall.reports.contradictions import Contradiction, contradictions
from studyhall.reports.paragraph import Paragraph, own_word, paragraph
from studyhall.reports.year_figures import year_figures
from studyhall.reports.year_scope import Scope, scope_of
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
    uncovered: tuple[Uncovered, ...]

    @cached_property
    def by_key(self) -> Mapping[str, Figure]:
        return {figure.key: figure for figure in self.figures}

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
    until = f"{scope.until.month}月{scope.until.day}日" if scope.is_running else None
    words = paragraph(year, own_word(unit.name, unit.kind), by_key, laws_studied(session, scope), until=until)
    return YearReport(
        scope,
        tuple(figures),
        words,
        tuple(contradictions(session, scope, by_key)),
        tuple(uncovered(session, scope)),
    )


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


def uncovered(session: Session, scope: Scope) -> list[Uncovered]:
    rows = session.execute(
        scope.year_roster(Person.id, Person.staff_no, Person.name, Unit.name)
        .join(Person, Person.id == Membership.person_id)
        .where(~scope.qualifies)
        .order_by(Unit.path, Person.staff_no)
    )
    return [Uncovered(*row) for row in rows]
