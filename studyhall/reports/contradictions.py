"""What does not fit together: listed with where to mend it, never printed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.figures import Figure
from studyhall.core.settings import settings_for
from studyhall.people.models import Membership, Person, RosterEntry, Unit
from studyhall.quizzes.models import Assessment, Result, ScoreChange
from studyhall.reports.year_scope import Scope
from studyhall.reports.year_series import SeriesOfYear
from studyhall.study.calendar import Fate
from studyhall.study.models import Attendance, AttendanceState, StudySession

NAMED = 8
"""So many of one rule are told one by one, the rest as a number: a page of hundreds is read by nobody."""


@dataclass(frozen=True)
class Contradiction:
    """One thing that does not fit, in words, and the page on which it can be mended."""

    rule: str
    words: str
    endpoint: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    act: str = ""


def contradictions(
    session: Session, scope: Scope, figures: dict[str, Figure], kept: Sequence[SeriesOfYear]
) -> list[Contradiction]:
    return [
        *_rosters_differ(session, scope),
        *_times_beside_coverage(scope, figures),
        *_unexplained_days(scope, kept),
        *_meetings_with_nobody(session, scope),
        *_on_no_roster(session, scope),
        *_exempt_without_approver(session, scope),
        *_entered_late(session, scope),
    ]


def _rosters_differ(session: Session, scope: Scope) -> Iterator[Contradiction]:
    """Each exam beside the contest of its month, or the last one before it, or the first one of the year."""
    rows = session.execute(
        sa.select(
            Assessment.id, Assessment.kind, Assessment.title, Assessment.counts_for_month, sa.func.count()
        )
        .join(Result, Result.assessment_id == Assessment.id)
        .where(scope.assessments("contest", "exam"), scope.results)
        .group_by(Assessment.id, Assessment.kind, Assessment.title, Assessment.counts_for_month)
        .order_by(Assessment.counts_for_month, Assessment.opens_at, Assessment.id)
    ).all()
    contests = [row for row in rows if row.kind == "contest"]
    for exam_id, _kind, title, month, size in (row for row in rows if row.kind == "exam"):
        beside = [row for row in contests if row.counts_for_month <= month][-1:] or contests[:1]
        if beside and beside[0][4] != size:
            other = beside[0]
            yield Contradiction(
                "rosters_differ",
                f"{title}名册{size}人，{other.title}名册{other[4]}人，不是同一份名册。",
                "reports.people_behind",
                {"assessment_id": exam_id, "side": "roster", "unit": scope.unit.code}, "看名册",
            )  # fmt: skip


def _times_beside_coverage(scope: Scope, figures: dict[str, Figure]) -> Iterator[Contradiction]:
    """400人次 over 28 lectures beside a coverage of 100%: true only if other records carry it."""
    nine, times = figures["study.sessions.nine"], figures["study.person_times.nine"]
    coverage = figures["study.coverage"]
    held, covered, roster = nine.numerator or 0, coverage.numerator or 0, coverage.denominator or 0
    if not held or not roster:
        return
    average = (times.numerator or 0) / held
    if average * 2 < roster and covered * 10 >= roster * 9:
        yield Contradiction(
            "times_beside_coverage",
            f"逢九必讲{held}场{times.numerator}人次，平均每场{average:.1f}人，年度名册{roster}人；"
            f"覆盖率{covered}/{roster}是把别的学习、补学和自学都算上的，写总结时不要只写逢九必讲。",
            "reports.year_behind_figure", _coverage(scope, "numerator"), "看每人的记录",
        )  # fmt: skip


def _unexplained_days(scope: Scope, kept: Sequence[SeriesOfYear]) -> Iterator[Contradiction]:
    for one_series in kept:
        series, open_days = one_series.series, one_series.calendar.of(Fate.OPEN)
        if open_days:
            days = "、".join(f"{one.day.month}月{one.day.day}日" for one in open_days[:NAMED])
            more = f"等{len(open_days)}天" if len(open_days) > NAMED else ""
            yield Contradiction(
                "unexplained_day",
                f"{series.name}{days}{more}没有登记，也没有写原因。",
                "study.year",
                {"year": scope.year, "series": series.id, "day": open_days[0].day.isoformat()},
                "补写原因",
            )


def _meetings_with_nobody(session: Session, scope: Scope) -> Iterator[Contradiction]:
    came = sa.exists().where(
        Attendance.session_id == StudySession.id, Attendance.state == AttendanceState.PRESENT
    )
    query = sa.select(StudySession).where(scope.held_here, ~came)
    found, more = _some(session, query, StudySession.held_on, StudySession.id)
    for (meeting,) in found:
        why = "没有一个人出席" if meeting.called_at else "还没有点名"
        yield Contradiction(
            "nobody_came",
            f"{meeting.held_on.month}月{meeting.held_on.day}日“{meeting.topic}”记为办了，{why}。",
            "study.call", {"session_id": meeting.id}, "去点名",
        )  # fmt: skip
    if more:
        yield Contradiction("nobody_came", f"另有{more}场也记为办了，没有人出席或者还没有点名。")


def _on_no_roster(session: Session, scope: Scope) -> Iterator[Contradiction]:
    on_assessment = (
        sa.select(Result.person_id)
        .join(Assessment, Assessment.id == Result.assessment_id)
        .where(scope.assessments("contest", "exam"))
    )
    on_meeting = (
        sa.select(RosterEntry.person_id)
        .join(StudySession, StudySession.roster_id == RosterEntry.roster_id)
        .where(scope.held)
    )
    query = (
        scope.year_roster(Person.name, Unit.name)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.person_id.not_in(on_assessment), Membership.person_id.not_in(on_meeting))
        .order_by(Unit.path, Person.staff_no)
    )
    found = session.execute(query).all()
    if found:
        names = "、".join(f"{name}（{unit}）" for name, unit in found[:NAMED])
        more = f"等{len(found)}人" if len(found) > NAMED else ""
        yield Contradiction(
            "on_no_roster", f"{names}{more}在年度名册里，全年的测评和学习却没有一份名册有名字。",
            "reports.year_behind_figure", _coverage(scope, "denominator"), "看年度名册",
        )  # fmt: skip


def _exempt_without_approver(session: Session, scope: Scope) -> Iterator[Contradiction]:
    query = _exemptions(scope).where(
        sa.or_(RosterEntry.approver.is_(None), sa.func.trim(RosterEntry.approver) == "")
    )
    found, more = _some(session, query, Assessment.opens_at, Assessment.id, RosterEntry.staff_no)
    for entry_id, name, title, assessment_id, _at in found:
        yield Contradiction(
            "no_approver", f"{title}免了{name}，没有写批准人。",
            "quizzes.roster_entry", {"assessment_id": assessment_id, "entry_id": entry_id}, "改这条免考",
        )  # fmt: skip
    if more:
        yield Contradiction("no_approver", f"另有{more}条免考也没有写批准人。")


def _exemptions(scope: Scope) -> sa.Select[int, str, str, int, datetime | None]:
    """Every exemption of the year: entry, name, title and number of the assessment, when it was decided."""
    return (
        sa.select(RosterEntry.id, RosterEntry.name, Assessment.title, Assessment.id, RosterEntry.decided_at)
        .join(Result, Result.roster_entry_id == RosterEntry.id)
        .join(Assessment, Assessment.id == Result.assessment_id)
        .where(
            scope.assessments("contest", "exam"),
            scope.results,
            Result.due.is_(False),
            RosterEntry.state == "exempt",
        )
    )


def _some(session: Session, query: Any, *order: Any) -> tuple[list[Any], int]:
    """The first few rows, and how many there are beyond them."""
    rows = session.execute(query.order_by(*order).limit(NAMED + 1)).all()
    if len(rows) <= NAMED:
        return list(rows), 0
    count = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    return list(rows[:NAMED]), count - NAMED


def _coverage(scope: Scope, side: str) -> dict[str, Any]:
    return {"year": scope.year, "unit": scope.unit.code, "key": "study.coverage", "side": side}


def report_day(session: Session, scope: Scope) -> date:
    """Before which the office hands in the report of the year; set by the unit or one above it."""
    month, day = settings_for(session, scope.unit.path).report_by.split("-")
    return date(scope.year + 1, int(month), int(day))


def _entered_late(session: Session, scope: Scope) -> Iterator[Contradiction]:
    """Entered on the reporting day or after: the report that went out did not hold it."""
    day = report_day(session, scope)
    cut = clock.start_of(day)
    if scope.as_of < cut:
        return
    told = f"{day.month}月{day.day}日"
    query = sa.select(StudySession).where(scope.held_here, StudySession.recorded_at >= cut)
    found, more = _some(session, query, StudySession.held_on, StudySession.id)
    for (meeting,) in found:
        entered = clock.day_of(meeting.recorded_at) if meeting.recorded_at else scope.until
        yield Contradiction(
            "entered_late",
            f"{meeting.held_on.month}月{meeting.held_on.day}日“{meeting.topic}”"
            f"到{entered.year}年{entered.month}月{entered.day}日才登记，上报日是{told}。",
            "study.show", {"session_id": meeting.id}, "看这一场",
        )  # fmt: skip
    if more:
        yield Contradiction("entered_late", f"另有{more}场也是上报日{told}以后才登记的。")
    yield from _exempted_late(session, scope, cut, told)
    count = session.scalar(_late_marks(scope, cut))
    if count:
        yield Contradiction(
            "entered_late", f"有{count}条点名或补学是上报日{told}以后才记、才改的。",
            "study.year", {"year": scope.year}, "看学习活动",
        )  # fmt: skip
    yield from _scores_moved_late(session, scope, cut, told)


def _exempted_late(session: Session, scope: Scope, cut: datetime, told: str) -> Iterator[Contradiction]:
    query = _exemptions(scope).where(RosterEntry.decided_at >= cut)
    found, more = _some(session, query, RosterEntry.decided_at, RosterEntry.id)
    for entry_id, name, title, assessment_id, decided_at in found:
        day = clock.day_of(decided_at)
        yield Contradiction(
            "entered_late",
            f"{title}免了{name}，到{day.year}年{day.month}月{day.day}日才写，上报日是{told}。",
            "quizzes.roster_entry", {"assessment_id": assessment_id, "entry_id": entry_id}, "核对这条免考",
        )  # fmt: skip
    if more:
        yield Contradiction("entered_late", f"另有{more}条免考也是上报日{told}以后才写的。")


def _scores_moved_late(session: Session, scope: Scope, cut: datetime, told: str) -> Iterator[Contradiction]:
    """By assessment: its scores stand together on one page."""
    query = (
        sa.select(Assessment.id, Assessment.title, sa.func.count(sa.distinct(ScoreChange.result_id)))
        .join(Result, Result.assessment_id == Assessment.id)
        .join(ScoreChange, ScoreChange.result_id == Result.id)
        .where(scope.assessments("contest", "exam"), scope.results, ScoreChange.at >= cut)
        .group_by(Assessment.id, Assessment.title, Assessment.opens_at)
    )
    found, more = _some(session, query, Assessment.opens_at, Assessment.id)
    for assessment_id, title, count in found:
        yield Contradiction(
            "entered_late", f"{title}有{count}个成绩是上报日{told}以后才改的。",
            "quizzes.scores", {"assessment_id": assessment_id}, "看成绩",
        )  # fmt: skip
    if more:
        yield Contradiction("entered_late", f"另有{more}场测评也有成绩是上报日{told}以后才改的。")


def _late_marks(scope: Scope, cut: datetime) -> sa.Select[Any]:
    """At meetings that were entered in time: those entered late are told themselves."""
    return (
        sa.select(sa.func.count())
        .select_from(Attendance)
        .join(StudySession, StudySession.id == Attendance.session_id)
        .join(RosterEntry, RosterEntry.id == Attendance.roster_entry_id)
        .where(
            scope.held,
            scope.below(RosterEntry.unit_path),
            StudySession.recorded_at < cut,
            Attendance.updated_at >= cut,
        )
    )
