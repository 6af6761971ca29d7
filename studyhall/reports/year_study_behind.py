"""Behind the study figures of a year: who came to what, which meetings were held, who read by himself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.people.models import Person, RosterEntry, Unit
from studyhall.reports.year_lines import Behind, Line, Window, count_of, day_words, page_by_roster
from studyhall.reports.year_people import people_of_the_year
from studyhall.reports.year_scope import Scope, came_or_made_up, serves
from studyhall.study.models import Attendance, AttendanceState, SelfStudy, StudySession


def covered(session: Session, scope: Scope, side: str, window: Window) -> Behind:
    """People of the year roster, each with what puts him on the side asked for."""
    return people_of_the_year(
        session, scope, side, scope.qualifies, window,
        told=lambda people: _records(session, scope, people), otherwise="没有出席、补学或自学的记录",
    )  # fmt: skip


def _records(session: Session, scope: Scope, people: Sequence[int]) -> dict[int, str]:
    """For each of these people: how often he came, made up and read by himself, and one of the days."""
    came = session.execute(
        sa.select(
            RosterEntry.person_id,
            sa.func.count().filter(Attendance.state == AttendanceState.PRESENT),
            sa.func.count().filter(Attendance.state != AttendanceState.PRESENT),
            sa.func.min(StudySession.held_on),
        )
        .join(Attendance, Attendance.roster_entry_id == RosterEntry.id)
        .join(StudySession, StudySession.id == Attendance.session_id)
        .where(scope.held, came_or_made_up(scope.until), RosterEntry.person_id.in_(people))
        .group_by(RosterEntry.person_id)
    )
    words: dict[int, list[str]] = {}
    for person_id, present, made_up, first in came:
        parts = [f"出席{present}次"] if present else []
        parts += [f"补学{made_up}次"] if made_up else []
        words[person_id] = [*parts, f"最早{day_words(first)}"]
    read = session.execute(
        sa.select(SelfStudy.person_id, sa.func.count())
        .where(scope.self_studied, SelfStudy.person_id.in_(people))
        .group_by(SelfStudy.person_id)
    )
    for person_id, count in read:
        words.setdefault(person_id, []).append(f"自学{count}条")
    return {person_id: "，".join(parts) for person_id, parts in words.items()}


def attended(session: Session, scope: Scope, key: str, side: str, window: Window) -> Behind:
    """Entries of held meetings: of `study.attendance` both sides, of a 人次 those who came."""
    present = Attendance.state == AttendanceState.PRESENT
    joined = sa.and_(Attendance.roster_entry_id == RosterEntry.id, Attendance.session_id == StudySession.id)
    query = (
        sa.select(RosterEntry, StudySession, Attendance)
        .join(StudySession, StudySession.roster_id == RosterEntry.roster_id)
        .outerjoin(Attendance, joined)
        .where(scope.held, scope.below(RosterEntry.unit_path))
    )
    if window.month is not None:
        query = query.where(StudySession.held_on.between(*_edges(scope.year, window.month)))
    if window.own:
        query = query.where(RosterEntry.unit_path == scope.unit.path)
    if key == "study.person_times.nine":
        query = query.where(serves("nine"))
    if side == "numerator":
        query = query.where(present)
    else:
        query = query.where(RosterEntry.state == "due")
        if side == "rest":
            query = query.where(sa.or_(Attendance.id.is_(None), ~present))
    rows = session.execute(page_by_roster(query, window, StudySession.held_on, StudySession.id))
    return Behind(
        count_of(session, query),
        tuple(
            Line(entry.name, entry.staff_no, entry.unit_name,
                 f"{day_words(meeting.held_on)}“{meeting.topic}”，{_attendance_words(attendance)}",
                 person_id=entry.person_id)
            for entry, meeting, attendance in rows
        ),
    )  # fmt: skip


def _edges(year: int, month: int) -> tuple[date, date]:
    after = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), after - timedelta(days=1)


def _attendance_words(attendance: Attendance | None) -> str:
    if attendance is None:
        return "没有点名"
    word = {"present": "出席", "leave": "请假", "absent": "缺席"}[attendance.state]
    return f"{word}，{day_words(attendance.made_up_on)}补学" if attendance.made_up_on else word


def meetings(session: Session, scope: Scope, code: str, window: Window) -> Behind:
    """The held meetings that the figure counts: of a series of this unit, or of one above it."""
    query = sa.select(StudySession).where(scope.held_of_series(code))
    rows = session.scalars(
        query.order_by(StudySession.held_on, StudySession.id).limit(window.limit).offset(window.skip)
    ).all()
    return Behind(
        count_of(session, query),
        tuple(
            Line(f"{day_words(one.held_on)}　{one.topic}", "", one.owner_unit.name, _meeting_words(one),
                 session_id=one.id)
            for one in rows
        ),
    )  # fmt: skip


def _meeting_words(meeting: StudySession) -> str:
    words = "、".join(one.series.name for one in meeting.serves)
    moved = next((one.due_on for one in meeting.serves if meeting.is_moved and one.due_on), None)
    return f"{words}，由{day_words(moved)}改期" if moved else words


def self_studied(session: Session, scope: Scope, window: Window) -> Behind:
    query = (
        sa.select(SelfStudy, Person, Unit.name)
        .join(Person, Person.id == SelfStudy.person_id)
        .join(Unit, Unit.id == SelfStudy.unit_id)
        .where(scope.self_studied, scope.below(SelfStudy.unit_path))
    )
    rows = session.execute(
        query.order_by(SelfStudy.studied_on, SelfStudy.id).limit(window.limit).offset(window.skip)
    )
    return Behind(
        count_of(session, query),
        tuple(
            Line(
                person.name,
                person.staff_no,
                unit,
                f"{day_words(one.studied_on)}自学《{one.law_title}》",
                person_id=person.id,
            )
            for one, person, unit in rows
        ),
    )
