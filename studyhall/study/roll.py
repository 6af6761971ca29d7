"""Calling the roll, and making a missed meeting up later. Lock order: meeting, roster, attendance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import audit, clock
from studyhall.core.access import Actor
from studyhall.core.errors import Missing, Refused
from studyhall.people import names, roster
from studyhall.people.models import Person, RosterEntry, Unit
from studyhall.study.attendance import Mark, Tally, reconcile, tally
from studyhall.study.models import Attendance, AttendanceState, SessionState, StudySession


@dataclass(frozen=True)
class Row:
    """One person on the roll."""

    entry: RosterEntry
    attendance: Attendance | None

    @property
    def mark(self) -> Mark | None:
        return Mark(self.attendance.state, self.attendance.reason) if self.attendance else None


def rows(session: Session, meeting: StudySession) -> list[Row]:
    """Everybody on the roster by unit and name, exempt ones too."""
    found = session.execute(
        sa.select(RosterEntry, Attendance)
        .join(Unit, Unit.id == RosterEntry.unit_id)
        .outerjoin(
            Attendance,
            sa.and_(Attendance.roster_entry_id == RosterEntry.id, Attendance.session_id == meeting.id),
        )
        .where(RosterEntry.roster_id == meeting.roster_id)
        .order_by(Unit.position, RosterEntry.unit_path, RosterEntry.name_sort, RosterEntry.staff_no)
    )
    return [Row(entry, attendance) for entry, attendance in found]


def fits(asked: str, entry: RosterEntry) -> bool:
    """Whether a search for a name, its pinyin or initials, or a number means this entry."""
    return names.tidy(asked).replace(" ", "").casefold() in found_by(entry)


def found_by(entry: RosterEntry) -> str:
    """What a search looks through: pinyin, initials, name, number."""
    return f"{names.search_key(entry.name)} {entry.staff_no.casefold()}"


def tally_of(found: Sequence[Row]) -> Tally:
    return tally(
        sum(row.entry.state == "due" for row in found),
        (row.attendance.state for row in found if row.attendance),
        sum(bool(row.attendance and row.attendance.made_up_on) for row in found),
    )


def list_is_stale(session: Session, meeting: StudySession) -> bool:
    """Whether memberships have moved under a roster that is not yet frozen."""
    if meeting.roster is None or meeting.roster.frozen_at is not None:
        return False
    wanted = roster.expected(session, roster.Rule.of(meeting.roster), meeting.roster.as_of)
    listed = roster.entries_of(session, meeting.roster.id)
    return {(one.person_id, one.unit_id) for one in wanted} != {(e.person_id, e.unit_id) for e in listed}


def bring_list_up_to_date(session: Session, meeting_id: int) -> None:
    meeting = _locked(session, meeting_id)
    if meeting.roster is not None:
        roster.refresh(session, meeting.roster)


@dataclass(frozen=True)
class Outcome:
    """What a saved roll did: how it stands now, and whom somebody else had marked otherwise."""

    tally: Tally
    changed: int
    clashes: tuple[str, ...]
    by: str | None
    """Who saved last before, if that was somebody else and this page had not seen it."""


def call(
    session: Session,
    actor: Actor | None,
    meeting: StudySession,
    seen: Mapping[int, Mark | None],
    wanted: Mapping[int, Mark],
    now: datetime,
    *,
    rest_came: bool = False,
) -> Outcome:
    """Save a roll: `seen` is what the page showed, `wanted` what it sends. A planned meeting becomes held.

    `rest_came` marks everybody due who has no mark yet and is not in `wanted` as present. Two who call at
    once both keep their marks; where they differ on one person, the first stands and is told.
    Raises Refused for a day that has not come, or a meeting that was cancelled or merged.
    """
    meeting = _locked(session, meeting.id)
    if meeting.state not in (SessionState.PLANNED, SessionState.HELD) or meeting.roster is None:
        raise Refused("这一天没有办，不用点名。")
    if meeting.held_on > clock.day_of(now):
        raise Refused("日期还没有到，到那天再点名。")
    entries = {entry.id: entry for entry in roster.entries_of(session, meeting.roster.id)}
    standing_rows = {
        one.roster_entry_id: one
        for one in session.scalars(sa.select(Attendance).where(Attendance.session_id == meeting.id))
    }
    standing = {key: Mark(one.state, one.reason) for key, one in standing_rows.items()}
    said = {key: mark for key, mark in wanted.items() if key in entries}
    if rest_came:
        uncalled = (key for key, one in entries.items() if one.state == "due" and key not in standing)
        said = {key: Mark("present") for key in uncalled} | said
    done = reconcile(seen, said, standing)
    _write(session, meeting, entries, standing_rows, done.changes, actor, now)
    by = _someone_else(session, standing_rows.values(), seen, standing, actor)
    _mark_held(session, meeting, now)
    result = tally_of(rows(session, meeting))
    if done.changes:
        _record_call(session, actor, meeting, result)
    return Outcome(result, len(done.changes), tuple(entries[key].name for key in done.clashes), by)


def _write(
    session: Session,
    meeting: StudySession,
    entries: Mapping[int, RosterEntry],
    standing: Mapping[int, Attendance],
    changes: Mapping[int, Mark],
    actor: Actor | None,
    now: datetime,
) -> None:
    by = actor.person_id if actor else None
    fresh = []
    for key, mark in changes.items():
        row = standing.get(key)
        if mark.state == AttendanceState.PRESENT and entries[key].state == "exempt":
            # Nobody is among those who came and not among those due.
            roster.make_due(entries[key])
        if row is None:
            fresh.append(
                {"session_id": meeting.id, "roster_entry_id": key, "state": mark.state,
                 "reason": mark.reason, "updated_at": now, "updated_by": by}
            )  # fmt: skip
            continue
        row.state, row.reason, row.updated_at, row.updated_by = mark.state, mark.reason, now, by
        if mark.state == AttendanceState.PRESENT:
            row.made_up_on = row.made_up_how = None
    if fresh:
        session.execute(sa.insert(Attendance), fresh)
    session.flush()


def _mark_held(session: Session, meeting: StudySession, now: datetime) -> None:
    if meeting.called_at is None:
        meeting.called_at = now
    if meeting.state == SessionState.PLANNED:
        meeting.state = SessionState.HELD
        meeting.recorded_at = now
    if meeting.roster is not None:
        roster.freeze(meeting.roster, now)
    session.flush()


def _someone_else(
    session: Session,
    standing: object,
    seen: Mapping[int, Mark | None],
    marks: Mapping[int, Mark],
    actor: Actor | None,
) -> str | None:
    me = actor.person_id if actor else None
    others = [
        one
        for one in standing  # type: ignore[attr-defined]
        if one.updated_by not in (None, me) and seen.get(one.roster_entry_id) != marks[one.roster_entry_id]
    ]
    if not others:
        return None
    last = max(others, key=lambda one: one.updated_at)
    return session.scalar(sa.select(Person.name).where(Person.id == last.updated_by))


def make_up(
    session: Session,
    actor: Actor | None,
    meeting: StudySession,
    entry_id: int,
    on: date,
    how: str,
    now: datetime,
) -> Attendance:
    """补学 after a meeting somebody missed; a record beside the 人次, never inside it.

    Raises Missing for a stranger to this meeting, Refused for one who came or a day before it.
    """
    meeting = _locked(session, meeting.id)
    row = _attendance_of(session, meeting, entry_id)
    if row.state == AttendanceState.PRESENT:
        raise Refused("这个人出席了，不用补学。")
    if not meeting.held_on <= on <= clock.day_of(now):
        raise Refused("补学的日期要在开会那天以后、今天以前。")
    row.made_up_on, row.made_up_how = on, how.strip() or None
    row.updated_at, row.updated_by = now, actor.person_id if actor else None
    session.flush()
    audit.record(
        session, actor, "study.made_up", f"study_session:{meeting.id}", row.entry.name,
        unit_path=row.entry.unit_path, after={"made_up_on": on.isoformat()},
    )  # fmt: skip
    return row


def take_back(
    session: Session, actor: Actor | None, meeting: StudySession, entry_id: int, now: datetime
) -> None:
    """A 补学 that was entered by mistake; without one nothing changes. Raises Missing for a stranger."""
    meeting = _locked(session, meeting.id)
    row = _attendance_of(session, meeting, entry_id)
    if row.made_up_on is None:
        return
    day = row.made_up_on
    row.made_up_on = row.made_up_how = None
    row.updated_at, row.updated_by = now, actor.person_id if actor else None
    session.flush()
    audit.record(
        session, actor, "study.not_made_up", f"study_session:{meeting.id}", row.entry.name,
        unit_path=row.entry.unit_path, before={"made_up_on": day.isoformat()},
    )  # fmt: skip


def _attendance_of(session: Session, meeting: StudySession, entry_id: int) -> Attendance:
    row = session.scalar(
        sa.select(Attendance).where(
            Attendance.session_id == meeting.id, Attendance.roster_entry_id == entry_id
        )
    )
    if row is None:
        raise Missing
    return row


def _locked(session: Session, meeting_id: int) -> StudySession:
    return session.execute(
        sa.select(StudySession)
        .where(StudySession.id == meeting_id)
        .with_for_update(of=StudySession)
        .execution_options(populate_existing=True)
    ).scalar_one()


def _record_call(session: Session, actor: Actor | None, meeting: StudySession, result: Tally) -> None:
    names = "、".join(one.series.name for one in meeting.serves)
    audit.record(
        session, actor, "study.called", f"study_session:{meeting.id}",
        f"{names}，{meeting.held_on.month}月{meeting.held_on.day}日{meeting.topic}",
        unit_path=meeting.owner_unit.path,
        after={"present": result.present, "leave": result.leave, "absent": result.absent},
    )  # fmt: skip
