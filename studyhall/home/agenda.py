"""What comes next in a unit: contests and exams that begin or end, meetings that are planned or due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import paths_above
from studyhall.core.db import Sessions
from studyhall.people.models import Roster, RosterEntry, Unit
from studyhall.quizzes.models import Assessment
from studyhall.quizzes.upkeep import follow_until_opening
from studyhall.reports.month import held_below
from studyhall.study import ahead

DAYS = 31
MOST = 12


@dataclass(frozen=True)
class Ahead:
    """A day on which something happens; `at` where an hour belongs to it."""

    day: date
    at: datetime | None
    what: str
    detail: str
    url: str | None
    """For whoever keeps it; None for one who only looks."""


def agenda(session: Session, unit: Unit, now: datetime, *, keeps: bool) -> list[Ahead]:
    """The next 31 days, the nearest first; `keeps` links each to where it is set."""
    today = clock.day_of(now)
    found = [*_assessments(session, unit, now, keeps), *_meetings(session, unit, today, keeps)]
    found += _due_days(session, unit, today, keeps)
    return sorted(found, key=lambda one: (one.day, one.at or clock.at_local(one.day, 23)))[:MOST]


def follow(database: Sessions, unit_path: str, now: datetime) -> None:
    """Before it is counted who will be due: lists that are not frozen yet follow who came, went or was exempted.

    Only those of the contests that the agenda of this unit shows.
    """
    with database.reading() as session:
        coming = session.scalars(
            sa.select(Assessment.id)
            .join(Roster, Roster.id == Assessment.roster_id)
            .where(
                Assessment.is_published,
                Assessment.opens_at > now,
                Assessment.opens_at <= now + timedelta(days=DAYS),
                Roster.frozen_at.is_(None),
                Assessment.owner_unit_id.in_(_above_or_below(unit_path)),
            )
            .order_by(Assessment.opens_at, Assessment.id)
            .limit(MOST)
        ).all()
    for assessment_id in coming:
        follow_until_opening(database, assessment_id, now)


def _above_or_below(unit_path: str) -> sa.Select[int]:
    return sa.select(Unit.id).where(
        sa.or_(Unit.path.in_(paths_above(unit_path)), Unit.path.startswith(unit_path, autoescape=True))
    )


def end_of_week(day: date) -> date:
    """The Sunday of its week."""
    return day + timedelta(days=7 - day.isoweekday())


def _assessments(session: Session, unit: Unit, now: datetime, keeps: bool) -> list[Ahead]:
    until = now + timedelta(days=DAYS)
    expected = (
        sa.select(sa.func.count())
        .select_from(RosterEntry)
        .where(
            RosterEntry.roster_id == Assessment.roster_id,
            RosterEntry.state == "due",
            RosterEntry.unit_path.startswith(unit.path, autoescape=True),
        )
        .correlate(Assessment)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Assessment, expected, Unit)
        .join(Unit, Unit.id == Assessment.owner_unit_id)
        .where(
            Assessment.is_published,
            sa.or_(
                sa.and_(Assessment.opens_at > now, Assessment.opens_at <= until),
                sa.and_(Assessment.closes_at > now, Assessment.closes_at <= until),
            ),
        )
    )
    found = []
    for one, due, owner in rows:
        if not due:
            continue
        mine = keeps and owner.path.startswith(unit.path)
        url = url_for("quizzes.show", assessment_id=one.id) if mine else None
        whose, detail = held_below(owner, unit), _("应参加%(count)d人", count=due)
        if whose:
            detail = _("%(unit)s，%(detail)s", unit=whose, detail=detail)
        for at, words in ((one.opens_at, _("%(title)s开始")), (one.closes_at, _("%(title)s截止"))):
            if now < at <= until:
                found.append(Ahead(clock.day_of(at), at, words % {"title": one.title}, detail, url))
    return found


def _meetings(session: Session, unit: Unit, today: date, keeps: bool) -> list[Ahead]:
    found = []
    for meeting in ahead.planned(session, unit, today, today + timedelta(days=DAYS)):
        series = "、".join(one.series.name for one in meeting.serves)
        at = None
        if meeting.begins is not None:
            at = clock.at_local(meeting.held_on, meeting.begins.hour, meeting.begins.minute)
        mine = keeps and meeting.owner_unit.path.startswith(unit.path)
        url = url_for("study.show", session_id=meeting.id) if mine else None
        detail = "，".join(part for part in (meeting.topic, meeting.place) if part)
        found.append(Ahead(meeting.held_on, at, series, detail, url))
    return found


def _due_days(session: Session, unit: Unit, today: date, keeps: bool) -> list[Ahead]:
    """Due days that nobody has planned yet."""
    return [
        Ahead(
            day, None, series.name, _("还没有安排"),
            url_for("study.year", year=day.year, series=series.id, day=day.isoformat(), _anchor="one")
            if keeps else None,
        )
        for series, day in ahead.unplanned(session, unit, today, today + timedelta(days=DAYS))
    ]  # fmt: skip


def this_week(found: Sequence[Ahead], today: date) -> tuple[list[Ahead], list[Ahead]]:
    """Up to Sunday, and later."""
    last = end_of_week(today)
    return [one for one in found if one.day <= last], [one for one in found if one.day > last]
