"""What belongs to a year of a unit, as SQL: its contests and exams, its held meetings, its year roster.

The figures, the names behind them and the list of contradictions all ask with these same conditions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from studyhall.core import clock
from studyhall.core.access import paths_above
from studyhall.people import exemptions
from studyhall.people.memberships import holds_on
from studyhall.people.models import Category, Membership, RosterEntry, Unit
from studyhall.quizzes.models import Assessment, Result
from studyhall.study.models import (
    Attendance,
    AttendanceState,
    SelfStudy,
    Series,
    SessionSeries,
    SessionState,
    StudySession,
)


@dataclass(frozen=True)
class Scope:
    """One year of one unit and what lies below it, as of a moment."""

    year: int
    unit: Unit
    as_of: datetime
    exempt: frozenset[int] = frozenset()
    """Whom standing exemptions cover for the whole year: not on its roster."""

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    @property
    def until(self) -> date:
        """The last day that counts: 31 December, in a running year today."""
        return min(date(self.year, 12, 31), clock.day_of(self.as_of))

    @property
    def is_running(self) -> bool:
        return clock.day_of(self.as_of) <= date(self.year, 12, 31)

    @property
    def whole_months(self) -> int:
        """How many months of the year are over."""
        return self.until.month - (self.is_running and self.until < date(self.year, 12, 31))

    def below(self, column: Any) -> ColumnElement[bool]:
        """The path in this column is the unit's or one below it."""
        found: ColumnElement[bool] = column.startswith(self.unit.path, autoescape=True)
        return found

    @property
    def units_below(self) -> sa.Select[Any]:
        return sa.select(Unit.id).where(self.below(Unit.path))

    def assessments(self, *kinds: str) -> ColumnElement[bool]:
        """Contests or exams of the year that have opened; no make-ups, mocks, drafts or withdrawn ones."""
        return sa.and_(
            Assessment.counts_for_year == self.year,
            Assessment.kind.in_(kinds),
            Assessment.is_published,
            Assessment.make_up_of.is_(None),
            Assessment.opens_at <= self.as_of,
        )

    @property
    def results(self) -> ColumnElement[bool]:
        """Results of people who stood in the unit or below when the roster was taken."""
        return Result.unit_id.in_(self.units_below)

    @property
    def held(self) -> ColumnElement[bool]:
        """Meetings that took place in the year."""
        return sa.and_(
            StudySession.state == SessionState.HELD, StudySession.held_on.between(self.first, self.until)
        )

    @property
    def held_here(self) -> ColumnElement[bool]:
        """Those of them on whose roster somebody of the unit stands."""
        return sa.and_(
            self.held,
            sa.exists().where(
                RosterEntry.roster_id == StudySession.roster_id, self.below(RosterEntry.unit_path)
            ),
        )

    def held_of_series(self, code: str) -> ColumnElement[bool]:
        """Those of them that were entered under a series of this code kept by the unit or by one above it."""
        own = sa.exists().where(
            SessionSeries.session_id == StudySession.id,
            SessionSeries.series_id == Series.id,
            Series.code == code,
            Series.owner_unit_id == Unit.id,
            Unit.path.in_(paths_above(self.unit.path)),
        )
        return sa.and_(self.held_here, own)

    @property
    def self_studied(self) -> ColumnElement[bool]:
        return SelfStudy.studied_on.between(self.first, self.until)

    def year_roster(self, *columns: Any) -> sa.Select[Any]:
        """Counting memberships on the last day that counts, less exemptions for the whole year."""
        return (
            sa.select(*columns)
            .select_from(Membership)
            .join(Unit, Unit.id == Membership.unit_id)
            .where(
                Membership.counts,
                Membership.category != Category.UNCOUNTED,
                holds_on(self.until),
                self.below(Unit.path),
                Membership.person_id.not_in(self.exempt),
            )
        )

    @property
    def qualifies(self) -> ColumnElement[bool]:
        """The member has a record that counts for 覆盖率: came, made it up, or read by himself."""
        came = (
            sa.select(RosterEntry.person_id)
            .join(Attendance, Attendance.roster_entry_id == RosterEntry.id)
            .join(StudySession, StudySession.id == Attendance.session_id)
            .where(self.held, came_or_made_up(self.until))
        )
        read = sa.select(SelfStudy.person_id).where(self.self_studied)
        return sa.or_(Membership.person_id.in_(came), Membership.person_id.in_(read))

    def took_part_once(self, *, final: bool = False) -> ColumnElement[bool]:
        """The member took part in a contest of the year at least once, wherever he then was."""
        taken = Result.final_took_part if final else Result.took_part
        return Membership.person_id.in_(
            sa.select(Result.person_id)
            .join(Assessment, Assessment.id == Result.assessment_id)
            .where(self.assessments("contest"), taken)
        )


def scope_of(session: Session, year: int, unit: Unit, as_of: datetime) -> Scope:
    exempt = exemptions.throughout(session, date(year, 1, 1), date(year, 12, 31))
    return Scope(year, unit, as_of, frozenset(exempt))


def came_or_made_up(until: date) -> ColumnElement[bool]:
    return sa.or_(Attendance.state == AttendanceState.PRESENT, Attendance.made_up_on <= until)


def serves(code: str) -> ColumnElement[bool]:
    """The meeting was entered under a series of this code."""
    return sa.exists().where(
        SessionSeries.session_id == StudySession.id,
        SessionSeries.series_id == Series.id,
        Series.code == code,
    )
