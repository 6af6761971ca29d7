"""What study asks of an admin: rolls nobody has called, due days nobody has explained."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import Actor, Permission
from studyhall.core.filters import day as day_words
from studyhall.home.task import Task
from studyhall.people.models import Unit
from studyhall.study import ahead

NAMED = 4
"""How many days a line names before it says how many more there are."""


def study_tasks(session: Session, actor: Actor, unit: Unit, now: datetime) -> list[Task]:
    """Of this year; a year that is over is looked after in its report."""
    if not actor.can(Permission.KEEP_STUDY):
        return []
    today = clock.day_of(now)
    first = date(today.year, 1, 1)
    return [*_uncalled(session, unit, first, today), *_unexplained(session, unit, first, today)]


def _uncalled(session: Session, unit: Unit, first: date, today: date) -> list[Task]:
    found = ahead.uncalled(session, unit, first, today)
    tasks = []
    for meeting in found[:NAMED]:
        series = "、".join(one.series.name for one in meeting.serves)
        what = _("%(day)s的%(series)s还没有点名", day=day_words(meeting.held_on), series=series)
        url = url_for("study.call", session_id=meeting.id)
        tasks.append(Task("people", what, meeting.topic, _("去点名"), url))
    return tasks


def _unexplained(session: Session, unit: Unit, first: date, today: date) -> list[Task]:
    """One line a series; today itself may still be held."""
    found = ahead.unplanned(session, unit, first, today - timedelta(days=1))
    tasks = []
    for series, pairs in groupby(sorted(found, key=lambda one: one[0].position), key=lambda one: one[0]):
        days = [day for _series, day in pairs]
        what = _("%(series)s有%(count)d天没有登记也没写原因", series=series.name, count=len(days))
        why = "、".join(day_words(day) for day in days[:NAMED])
        if len(days) > NAMED:
            why += _("等")
        where = {"series": series.id, "day": days[0].isoformat(), "_anchor": "one"}
        url = url_for("study.year", year=days[0].year, **where)
        tasks.append(Task("calendar", what, why, _("写明"), url))
    return tasks
