"""Entering a meeting: planned, held, moved, merged into another, cancelled with a reason; and mending it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import audit, clock
from studyhall.core.access import Actor, paths_above
from studyhall.core.citations import find_citations, short_title
from studyhall.core.errors import Refused
from studyhall.people import roster
from studyhall.people.models import Roster, RosterEntry, Unit
from studyhall.study.calendar import due_days, nearest_due
from studyhall.study.models import (
    Attendance,
    Series,
    SessionCitation,
    SessionSeries,
    SessionState,
    StudySession,
)

_LAW = re.compile(r"《([^《》]{2,60})》")


@dataclass(frozen=True)
class Entry:
    """What a clerk fills in for one meeting, or for a due day on which there was none."""

    state: str
    held_on: date
    serves: tuple[tuple[int, date | None], ...]
    """Series id and the due day it stands for; None lets the calendar find the day."""
    topic: str = ""
    basis: str = ""
    begins: time | None = None
    ends: time | None = None
    place: str = ""
    host: str = ""
    speaker: str = ""
    guests: int = 0
    proceedings: str = ""
    rule: roster.Rule | None = None
    reason: str | None = None
    merged_into_id: int | None = None


def enter(session: Session, actor: Actor | None, owner: Unit, entry: Entry, now: datetime) -> StudySession:
    """A new meeting. Raises Refused, with what to do, for anything that cannot be."""
    _check(session, owner, entry, now, None)
    meeting = StudySession(
        owner_unit_id=owner.id,
        created_by=actor.person_id if actor else None,
        created_at=now,
        roster=None,
        **_columns(entry),
    )
    _expect(session, meeting, owner, entry)
    session.add(meeting)
    _fill(session, meeting, owner, entry, now)
    _record(session, actor, meeting, owner, f"study.{entry.state}", None)
    return meeting


def change(
    session: Session, actor: Actor | None, meeting: StudySession, entry: Entry, now: datetime
) -> StudySession:
    """Mend what was entered. Once the roll has been called, who was expected stays as it was."""
    owner = meeting.owner_unit
    if meeting.called_at is not None and entry.state in (SessionState.MERGED, SessionState.CANCELLED):
        raise Refused("这一场已经点过名，不能改成取消或并入。要改，请先把点名改对。")
    _check(session, owner, entry, now, meeting)
    before = _words(meeting)
    _expect(session, meeting, owner, entry)
    for name, value in _columns(entry).items():
        setattr(meeting, name, value)
    _fill(session, meeting, owner, entry, now)
    _record(session, actor, meeting, owner, "study.changed", before)
    return meeting


def explain(
    session: Session,
    actor: Actor | None,
    owner: Unit,
    series: Series,
    due_on: date,
    reason: str,
    now: datetime,
) -> StudySession:
    """A due day on which nothing was held, with the reason."""
    entry = Entry(state=SessionState.CANCELLED, held_on=due_on, serves=((series.id, due_on),), reason=reason)
    return enter(session, actor, owner, entry, now)


def merge(
    session: Session,
    actor: Actor | None,
    owner: Unit,
    series: Series,
    due_on: date,
    into: StudySession,
    now: datetime,
) -> StudySession:
    """A due day taken over by another series' meeting."""
    words = "、".join(one.series.name for one in into.serves)
    entry = Entry(
        state=SessionState.MERGED,
        held_on=due_on,
        serves=((series.id, due_on),),
        reason=f"并入{words}",
        merged_into_id=into.id,
    )
    return enter(session, actor, owner, entry, now)


def _check(session: Session, owner: Unit, entry: Entry, now: datetime, meeting: StudySession | None) -> None:
    today = clock.day_of(now)
    if not 1 <= len(entry.serves) <= 2 or len({series for series, _ in entry.serves}) != len(entry.serves):
        raise Refused("请选一种学习活动，最多两种。")
    if entry.state in (SessionState.MERGED, SessionState.CANCELLED) and not (entry.reason or "").strip():
        raise Refused("请写明没有办的原因。")
    if entry.state in (SessionState.PLANNED, SessionState.HELD) and not entry.topic.strip():
        raise Refused("请写明讲什么。")
    if entry.state == SessionState.HELD and entry.held_on > today:
        raise Refused("日期还没有到，请先存成计划。")
    if entry.begins and entry.ends and entry.ends <= entry.begins:
        raise Refused("结束要在开始后面。")
    for series_id, due_on in entry.serves:
        series = usable_series(session, owner, series_id)
        if due_on is not None:
            _check_due(session, series, due_on, meeting)


def _check_due(session: Session, series: Series, due_on: date, meeting: StudySession | None) -> None:
    if due_on not in days_of(series, due_on.year):
        raise Refused(
            "%(series)s在%(month)s月%(day)s日没有应办的一场。",
            series=series.name,
            month=due_on.month,
            day=due_on.day,
        )
    taken = session.scalar(
        sa.select(SessionSeries.session_id).where(
            SessionSeries.series_id == series.id, SessionSeries.due_on == due_on
        )
    )
    if taken is not None and (meeting is None or taken != meeting.id):
        raise Refused(
            "%(series)s%(month)s月%(day)s日已经登记过了，请改那一场。",
            series=series.name,
            month=due_on.month,
            day=due_on.day,
        )


def usable_series(session: Session, owner: Unit, series_id: int) -> Series:
    """A series of this unit or of one above it. Raises Refused for anybody else's."""
    series = session.scalar(
        sa.select(Series)
        .join(Unit, Unit.id == Series.owner_unit_id)
        .where(Series.id == series_id, Unit.path.in_(paths_above(owner.path)))
    )
    if series is None:
        raise Refused("没有这种学习活动，请重新选。")
    return series


def days_of(series: Series, year: int) -> list[date]:
    return due_days(series.rhythm, series.rhythm_days, year, series.starts_on, series.ends_on)


def _columns(entry: Entry) -> dict[str, object]:
    names = ("state", "held_on", "topic", "basis", "begins", "ends", "place", "host", "speaker", "guests",
             "proceedings", "reason", "merged_into_id")  # fmt: skip
    return {name: getattr(entry, name) for name in names}


def _fill(session: Session, meeting: StudySession, owner: Unit, entry: Entry, now: datetime) -> None:
    """What hangs on a meeting: its series, the articles it was about."""
    if meeting.recorded_at is None and entry.state != SessionState.PLANNED:
        meeting.recorded_at = now
    session.flush()
    _serve(session, meeting, owner, entry)
    meeting.citations.clear()
    session.flush()
    meeting.citations.extend(cited(entry.basis))
    session.flush()


def _expect(session: Session, meeting: StudySession, owner: Unit, entry: Entry) -> None:
    """Who is expected. Before the row itself is written: a held meeting never stands without its roster."""
    if entry.state not in (SessionState.PLANNED, SessionState.HELD):
        return
    rule = entry.rule or (roster.Rule.of(meeting.roster) if meeting.roster else None)
    if rule is None:
        raise Refused("请选谁应到。")
    if any(not path.startswith(owner.path) for path in rule.unit_paths):
        raise Refused("应到的人只能从本单位和下面的单位里选。")
    if meeting.roster is None:
        meeting.roster = roster.take(session, rule, entry.held_on)
    elif meeting.roster.frozen_at is None:
        meeting.roster.rule, meeting.roster.as_of = rule.as_json(), entry.held_on
        session.flush()
        roster.refresh(session, meeting.roster)
    session.flush()
    if not session.scalar(sa.select(sa.exists().where(RosterEntry.roster_id == meeting.roster.id))):
        raise Refused("没有应到的人，请选单位和人员类别。")


def _serve(session: Session, meeting: StudySession, owner: Unit, entry: Entry) -> None:
    kept = {one.series_id: one for one in meeting.serves}
    for series_id, one in kept.items():
        if series_id not in {wanted for wanted, _ in entry.serves}:
            meeting.serves.remove(one)
    session.flush()
    for position, (series_id, due_on) in enumerate(entry.serves, 1):
        series = usable_series(session, owner, series_id)
        link = kept.get(series_id)
        day = due_on or (link.due_on if link and link.due_on else _own_day(session, series, entry.held_on))
        if link is None:
            meeting.serves.append(
                SessionSeries(series_id=series_id, due_on=day, position=position, series=series)
            )
        else:
            link.due_on, link.position = day, position
    session.flush()


def _own_day(session: Session, series: Series, held_on: date) -> date | None:
    """The still unexplained due day that a meeting on this day stands for by itself."""
    taken = set(
        session.scalars(
            sa.select(SessionSeries.due_on).where(
                SessionSeries.series_id == series.id, SessionSeries.due_on.is_not(None)
            )
        )
    )
    return nearest_due(held_on, (d for d in days_of(series, held_on.year) if d not in taken), series.rhythm)


def cited(basis: str) -> list[SessionCitation]:
    """The articles in what the clerk wrote, each once; a law named without an article stands for itself."""
    found: list[tuple[str, int | None, int]] = []
    for citation in find_citations(basis):
        if citation.law:
            found.append((citation.law, citation.article, citation.sub))
    named = {law for law, _, _ in found}
    found += [(law, None, 0) for law in map(short_title, _LAW.findall(basis)) if law not in named]
    return [
        SessionCitation(position=position, law_title=law, article=article, sub_article=sub)
        for position, (law, article, sub) in enumerate(dict.fromkeys(found), 1)
    ]


def due_count(session: Session, roster_of: Roster) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(RosterEntry)
            .where(RosterEntry.roster_id == roster_of.id, RosterEntry.state == "due")
        )
        or 0
    )


def is_called(session: Session, meeting_ids: Sequence[int]) -> set[int]:
    """Which of these meetings have any attendance entered."""
    return set(
        session.scalars(
            sa.select(Attendance.session_id).where(Attendance.session_id.in_(meeting_ids)).distinct()
        )
    )


def _words(meeting: StudySession) -> dict[str, str]:
    names = ("state", "held_on", "topic", "basis", "place", "host", "speaker", "guests", "reason")
    return {name: str(getattr(meeting, name) or "") for name in names}


def _record(
    session: Session,
    actor: Actor | None,
    meeting: StudySession,
    owner: Unit,
    action: str,
    before: dict[str, str] | None,
) -> None:
    after = _words(meeting)
    if before is not None:
        changed = [name for name in after if after[name] != before[name]]
        before, after = {n: before[n] for n in changed}, {n: after[n] for n in changed}
    else:
        after = {name: words for name, words in after.items() if words}
    names = "、".join(one.series.name for one in meeting.serves)
    audit.record(
        session, actor, action, f"study_session:{meeting.id}",
        f"{names}，{meeting.held_on.month}月{meeting.held_on.day}日{meeting.topic}",
        unit_path=owner.path, before=before, after=after,
    )  # fmt: skip
