"""Behind each number of the year: people, meetings or records on its two sides, with what put each there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.figures import marks_text
from studyhall.people.models import Membership, Person, RosterEntry, Unit
from studyhall.quizzes.models import Assessment, Result
from studyhall.reports.year_scope import Scope, came_or_made_up, serves
from studyhall.study.models import Attendance, AttendanceState, SelfStudy, StudySession

SIDES = {"numerator": "分子", "denominator": "分母", "rest": "分母里不在分子里的"}


@dataclass(frozen=True)
class Line:
    """One row behind a number."""

    name: str
    staff_no: str
    unit_name: str
    record: str
    """What put it there, in words."""
    session_id: int | None = None
    assessment_id: int | None = None


@dataclass(frozen=True)
class Window:
    """Which rows of many, and whether scores may be told."""

    limit: int
    skip: int
    scores: bool


@dataclass(frozen=True)
class Behind:
    total: int
    lines: tuple[Line, ...]


def sides_of(key: str) -> tuple[str, ...]:
    """The sides of a figure that open something; none for a mean, or for days that are only due."""
    base = key.removesuffix(".with_make_up")
    if base in ("contest.participation.mean", "study.sessions.nine.due"):
        return ()
    counts = ("study.sessions.", "study.person_times", "study.self_study")
    return ("numerator",) if base.startswith(counts) else ("numerator", "denominator", "rest")


def behind(
    session: Session,
    scope: Scope,
    key: str,
    side: str,
    *,
    scores: bool = True,
    limit: int = 100,
    skip: int = 0,
) -> Behind | None:
    """The rows behind one side of a figure; None for a key or side that opens nothing.

    Without `scores` a result says only whether somebody took part and passed.
    """
    if side not in sides_of(key):
        return None
    base = key.removesuffix(".with_make_up")
    window = Window(limit, skip, scores)
    final = base != key
    if base in ("exam.participation", "contest.participation"):
        return _results(session, scope, base.split(".", maxsplit=1)[0], _SHARES, side, final, window)
    if base.endswith((".pass.due", ".pass.present")):
        kind, _, against = base.split(".")
        sides = _PASS_DUE if against == "due" else _PASS_PRESENT
        return _results(session, scope, kind, sides, side, final, window)
    if base == "contest.participation.ever":
        return _members(session, scope, side, scope.took_part_once(final=final), window)
    if base == "study.coverage":
        return _members(session, scope, side, scope.qualifies, window)
    if base in ("study.person_times", "study.person_times.nine", "study.attendance"):
        return _attended(session, scope, base, side, window)
    if base.startswith("study.sessions.") and base != "study.sessions.nine.due":
        return _meetings(session, scope, base.removeprefix("study.sessions."), window)
    if base == "study.self_study":
        return _read(session, scope, window)
    return None


_SHARES = {"numerator": "took_part", "denominator": "due", "rest": "missing"}
_PASS_DUE = {"numerator": "passed", "denominator": "due", "rest": "not_passed"}
_PASS_PRESENT = {"numerator": "passed", "denominator": "took_part", "rest": "failed"}


def _condition(word: str, final: bool) -> sa.ColumnElement[bool]:
    took = Result.final_took_part if final else Result.took_part
    passed = Result.final_passed if final else Result.passed
    found: dict[str, Any] = {
        "took_part": took,
        "due": Result.due.is_(True),
        "missing": sa.and_(Result.due, ~took),
        "passed": passed,
        "not_passed": sa.and_(Result.due, ~passed),
        "failed": sa.and_(took, ~passed),
    }
    condition: sa.ColumnElement[bool] = found[word]
    return condition


def _results(
    session: Session,
    scope: Scope,
    kind: str,
    sides: dict[str, str],
    side: str,
    final: bool,
    window: Window,
) -> Behind | None:
    if side not in sides:
        return None
    query = (
        sa.select(RosterEntry, Assessment, Result)
        .join(Result, Result.roster_entry_id == RosterEntry.id)
        .join(Assessment, Assessment.id == Result.assessment_id)
        .where(scope.assessments(kind), scope.results, _condition(sides[side], final))
    )
    total = _count(session, query)
    rows = session.execute(
        query.order_by(Assessment.opens_at, Assessment.id, RosterEntry.unit_path, RosterEntry.name_sort)
        .limit(window.limit)
        .offset(window.skip)
    )
    return Behind(
        total,
        tuple(
            Line(entry.name, entry.staff_no, entry.unit_name,
                 _result_words(assessment, result, final, window.scores),
                 assessment_id=assessment.id)
            for entry, assessment, result in rows
        ),
    )  # fmt: skip


def _result_words(assessment: Assessment, result: Result, final: bool, scores: bool) -> str:
    score, full = (result.final_score, result.final_full) if final else (result.score, result.full)
    if score is None or full is None:
        return f"{assessment.title}，没有参加"
    passed = result.final_passed if final else result.passed
    told = f"{marks_text(score, full, assessment.marks)}分" if scores else "合格" if passed else "没有及格"
    words = f"{assessment.title}，{told}"
    if final and result.make_up_score is not None:
        words += "（含补考）"
    elif result.source == "elsewhere":
        words += "（外面考的，带入）"
    return words


def _members(
    session: Session, scope: Scope, side: str, holds: sa.ColumnElement[bool], window: Window
) -> Behind | None:
    """People of the year roster, each with what puts him on the side asked for."""
    query = scope.year_roster(Person.id, Person.name, Person.staff_no, Unit.name).join(
        Person, Person.id == Membership.person_id
    )
    if side == "numerator":
        query = query.where(holds)
    elif side == "rest":
        query = query.where(~holds)
    elif side != "denominator":
        return None
    total = _count(session, query)
    rows = session.execute(
        query.order_by(Unit.path, Person.name_sort).limit(window.limit).offset(window.skip)
    ).all()
    records = _records(session, scope, [row[0] for row in rows])
    return Behind(
        total,
        tuple(
            Line(name, staff_no, unit, records.get(person_id, "没有出席、补学或自学的记录"))
            for person_id, name, staff_no, unit in rows
        ),
    )


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
        words[person_id] = [*parts, f"最早{_day(first)}"]
    read = session.execute(
        sa.select(SelfStudy.person_id, sa.func.count())
        .where(scope.self_studied, SelfStudy.person_id.in_(people))
        .group_by(SelfStudy.person_id)
    )
    for person_id, count in read:
        words.setdefault(person_id, []).append(f"自学{count}条")
    return {person_id: "，".join(parts) for person_id, parts in words.items()}


def _attended(session: Session, scope: Scope, key: str, side: str, window: Window) -> Behind | None:
    present = Attendance.state == AttendanceState.PRESENT
    joined = sa.and_(Attendance.roster_entry_id == RosterEntry.id, Attendance.session_id == StudySession.id)
    query = (
        sa.select(RosterEntry, StudySession, Attendance)
        .join(StudySession, StudySession.roster_id == RosterEntry.roster_id)
        .outerjoin(Attendance, joined)
        .where(scope.held, scope.below(RosterEntry.unit_path))
    )
    if key == "study.person_times.nine":
        query = query.where(serves("nine"))
    if side == "numerator":
        query = query.where(present)
    elif side == "denominator" and key == "study.attendance":
        query = query.where(RosterEntry.state == "due")
    elif side == "rest" and key == "study.attendance":
        query = query.where(RosterEntry.state == "due", sa.or_(Attendance.id.is_(None), ~present))
    else:
        return None
    total = _count(session, query)
    rows = session.execute(
        query.order_by(StudySession.held_on, StudySession.id, RosterEntry.unit_path, RosterEntry.name_sort)
        .limit(window.limit)
        .offset(window.skip)
    )
    return Behind(
        total,
        tuple(
            Line(entry.name, entry.staff_no, entry.unit_name,
                 f"{_day(meeting.held_on)}“{meeting.topic}”，{_attendance_words(attendance)}",
                 session_id=meeting.id)
            for entry, meeting, attendance in rows
        ),
    )  # fmt: skip


def _attendance_words(attendance: Attendance | None) -> str:
    if attendance is None:
        return "没有点名"
    word = {"present": "出席", "leave": "请假", "absent": "缺席"}[attendance.state]
    return f"{word}，{_day(attendance.made_up_on)}补学" if attendance.made_up_on else word


def _meetings(session: Session, scope: Scope, code: str, window: Window) -> Behind:
    query = sa.select(StudySession).where(scope.held_here, serves(code))
    total = _count(session, query)
    rows = session.scalars(
        query.order_by(StudySession.held_on, StudySession.id).limit(window.limit).offset(window.skip)
    ).all()
    return Behind(
        total,
        tuple(
            Line(f"{_day(one.held_on)}　{one.topic}", "", one.owner_unit.name, _meeting_words(one),
                 session_id=one.id)
            for one in rows
        ),
    )  # fmt: skip


def _meeting_words(meeting: StudySession) -> str:
    words = "、".join(one.series.name for one in meeting.serves)
    moved = next((one.due_on for one in meeting.serves if meeting.is_moved and one.due_on), None)
    return f"{words}，由{_day(moved)}改期" if moved else words


def _read(session: Session, scope: Scope, window: Window) -> Behind:
    query = (
        sa.select(SelfStudy, Person, Unit.name)
        .join(Person, Person.id == SelfStudy.person_id)
        .join(Unit, Unit.id == SelfStudy.unit_id)
        .where(scope.self_studied, scope.below(SelfStudy.unit_path))
    )
    total = _count(session, query)
    rows = session.execute(
        query.order_by(SelfStudy.studied_on, SelfStudy.id).limit(window.limit).offset(window.skip)
    )
    return Behind(
        total,
        tuple(
            Line(person.name, person.staff_no, unit, f"{_day(one.studied_on)}自学《{one.law_title}》")
            for one, person, unit in rows
        ),
    )


def _day(day: date | None) -> str:
    return f"{day.month}月{day.day}日" if day else ""


def _count(session: Session, query: Any) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
