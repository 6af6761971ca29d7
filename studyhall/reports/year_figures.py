"""The figures of a year, each with its numerator, denominator and rule; the meanings are the domain paper's.

The database counts, Python divides. `KEY.with_make_up` follows a figure that make-ups have changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.access import paths_above
from studyhall.core.figures import Figure, share
from studyhall.people.models import Membership, RosterEntry, Unit
from studyhall.quizzes.models import Assessment, Result
from studyhall.reports.year_scope import Scope, serves
from studyhall.study.holding import days_of
from studyhall.study.models import (
    Attendance,
    AttendanceState,
    SelfStudy,
    Series,
    SeriesCode,
    StudySession,
)


@dataclass(frozen=True)
class Sums:
    """人次 of one kind in one month: due, took part, passed; and the last two on final scores."""

    due: int = 0
    took_part: int = 0
    passed: int = 0
    final_took_part: int = 0
    final_passed: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.due + other.due,
            self.took_part + other.took_part,
            self.passed + other.passed,
            self.final_took_part + other.final_took_part,
            self.final_passed + other.final_passed,
        )


def sums_by_month(session: Session, scope: Scope) -> dict[tuple[str, int], Sums]:
    """By kind and month; only months in which something had opened for somebody of the unit."""
    rows = session.execute(
        sa.select(
            Assessment.kind, Assessment.counts_for_month,
            sa.func.count().filter(Result.due), sa.func.count().filter(Result.took_part),
            sa.func.count().filter(Result.passed), sa.func.count().filter(Result.final_took_part),
            sa.func.count().filter(Result.final_passed),
        )
        .join(Result, Result.assessment_id == Assessment.id)
        .where(scope.assessments("contest", "exam"), scope.results)
        .group_by(Assessment.kind, Assessment.counts_for_month)
    )  # fmt: skip
    return {(kind, month): Sums(*counts) for kind, month, *counts in rows}


def year_figures(session: Session, scope: Scope) -> list[Figure]:
    """All of them, in the order of the contracts paper."""
    by_month = sums_by_month(session, scope)
    return [
        *_exams(session, scope, by_month),
        *_contests(session, scope, by_month),
        *_sessions(session, scope),
        *_people_times(session, scope),
        _coverage(session, scope),
        _self_study(session, scope),
    ]


ByMonth = dict[tuple[str, int], Sums]


def _exams(session: Session, scope: Scope, by_month: ByMonth) -> Iterator[Figure]:
    total = sum((sums for (kind, _), sums in by_month.items() if kind == "exam"), Sums())
    count, still_open = _events(session, scope, "exam")
    events = f"{count}场考试" + (f"，其中{still_open}场还在进行" if still_open else "")
    yield from _with_make_up(scope, "exam.participation", "考试参考率",
                             f"{events}，参考÷应考，缺考算没有参考",
                             (total.took_part, total.due), (total.final_took_part, total.due))  # fmt: skip
    yield from _passes(scope, "exam", "考试", total)


def _contests(session: Session, scope: Scope, sums: ByMonth) -> Iterator[Figure]:
    by_month = {m: s for (kind, m), s in sums.items() if kind == "contest"}
    total = sum(by_month.values(), Sums())
    count, still_open = _events(session, scope, "contest")
    events = f"{count}场月月赛" + (f"，其中{still_open}场还在进行" if still_open else "")
    yield from _with_make_up(scope, "contest.participation", "月月赛参与率（全年）",
                             f"{events}，各场参加人次之和÷应参加人次之和",
                             (total.took_part, total.due), (total.final_took_part, total.due))  # fmt: skip
    main = _mean([share(s.took_part, s.due) for s in by_month.values()])
    final = _mean([share(s.final_took_part, s.due) for s in by_month.values()])
    rule = f"有月月赛的{sum(s.due > 0 for s in by_month.values())}个月，各月参与率的平均数"
    key, label = "contest.participation.mean", "月月赛参与率（各月平均）"
    yield Figure(key, label, None, None, rule, scope.as_of, main)
    if final != main:
        yield Figure(
            f"{key}.with_make_up", _made_up(label), None, None, f"{rule}，含补考", scope.as_of, final
        )
    roster, *once = session.execute(
        scope.year_roster(
            sa.func.count(),
            sa.func.count().filter(scope.took_part_once()),
            sa.func.count().filter(scope.took_part_once(final=True)),
        )
    ).one()
    yield from _with_make_up(scope, "contest.participation.ever", "参加过月月赛的人",
                             "全年至少参加一次的人÷年度名册",
                             (once[0], roster), (once[1], roster))  # fmt: skip
    yield from _passes(scope, "contest", "月月赛", total)


def _passes(scope: Scope, key: str, word: str, total: Sums) -> Iterator[Figure]:
    yield from _with_make_up(scope, f"{key}.pass.due", f"{word}合格率（应考）",
                             "合格人次÷应参加人次，没有参加的算不合格",
                             (total.passed, total.due), (total.final_passed, total.due))  # fmt: skip
    yield from _with_make_up(scope, f"{key}.pass.present", f"{word}合格率（实考）",
                             "合格人次÷参加人次，只算参加了的",
                             (total.passed, total.took_part),
                             (total.final_passed, total.final_took_part))  # fmt: skip


def _with_make_up(
    scope: Scope, key: str, label: str, rule: str, main: tuple[int, int], final: tuple[int, int]
) -> Iterator[Figure]:
    yield Figure(key, label, *main, rule, scope.as_of)
    if final != main:
        yield Figure(f"{key}.with_make_up", _made_up(label), *final, f"{rule}；含补考", scope.as_of)


def _made_up(label: str) -> str:
    """合格率（应考） → 合格率（应考，含补考）."""
    return f"{label[:-1]}，含补考）" if label.endswith("）") else f"{label}（含补考）"


def _mean(rates: list[Fraction | None]) -> Fraction | None:
    known = [rate for rate in rates if rate is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


def _events(session: Session, scope: Scope, kind: str) -> tuple[int, int]:
    """How many have opened for somebody of the unit, and how many of them are still open."""
    here = sa.exists().where(Result.assessment_id == Assessment.id, scope.results)
    count, still_open = session.execute(
        sa.select(sa.func.count(), sa.func.count().filter(Assessment.closes_at > scope.as_of)).where(
            scope.assessments(kind), here
        )
    ).one()
    return count, still_open


SERIES_WORDS = {
    SeriesCode.CENTRE_GROUP: "中心组学习",
    SeriesCode.NINE: "逢九必讲",
    SeriesCode.THEORY: "理论学习",
    SeriesCode.LECTURE: "法治讲座",
}


def _sessions(session: Session, scope: Scope) -> Iterator[Figure]:
    for code, word in SERIES_WORDS.items():
        held = held_of(session, scope, code)
        rule = "已经办的场次，改期的算，并入和取消的不算"
        if held is None:
            rule = "这种学习由下级单位各自办，不往上加"
        yield Figure(f"study.sessions.{code}", f"{word}（场）", held, None, rule, scope.as_of)
        if code == SeriesCode.NINE:
            yield _nine_due(session, scope)


def held_of(session: Session, scope: Scope, code: str) -> int | None:
    """Held meetings of the series of this unit, or of one above it; None where only units below keep it."""
    if not _keeps(session, scope, code) and _kept_below(session, scope, code):
        return None
    counted = sa.select(sa.func.count()).select_from(StudySession).where(scope.held_of_series(code))
    return _count(session, counted)


def _keeps(session: Session, scope: Scope, code: str) -> bool:
    return _any_series(session, code, Unit.path.in_(paths_above(scope.unit.path)))


def _kept_below(session: Session, scope: Scope, code: str) -> bool:
    return _any_series(session, code, scope.below(Unit.path))


def _any_series(session: Session, code: str, where: sa.ColumnElement[bool]) -> bool:
    found = sa.exists().where(Series.code == code, Series.owner_unit_id == Unit.id, where)
    return bool(session.scalar(sa.select(found)))


def own_series(session: Session, unit: Unit, code: str) -> list[Series]:
    return list(
        session.scalars(
            sa.select(Series)
            .where(Series.owner_unit_id == unit.id, Series.code == code)
            .order_by(Series.position, Series.id)
        )
    )


def _nine_due(session: Session, scope: Scope) -> Figure:
    kept = own_series(session, scope.unit, SeriesCode.NINE)
    due: int | None = None
    if kept:
        due = sum(day <= scope.until for one in kept for day in days_of(one, scope.year))
        rule = "每月9日、19日、29日各一场，没有29日的2月少一场"
        if scope.is_running:
            rule += f"，截至{scope.until.month}月{scope.until.day}日"
    elif _any_series(session, SeriesCode.NINE, sa.true()):
        rule = "应讲场次归办的单位，不往上加，也不往下分"
    else:
        due, rule = 0, "没有开办逢九必讲"
    return Figure("study.sessions.nine.due", "逢九必讲应讲（场）", due, None, rule, scope.as_of)


def _people_times(session: Session, scope: Scope) -> Iterator[Figure]:
    present = (
        sa.select(sa.func.count())
        .select_from(Attendance)
        .join(StudySession, StudySession.id == Attendance.session_id)
        .join(RosterEntry, RosterEntry.id == Attendance.roster_entry_id)
        .where(scope.held, scope.below(RosterEntry.unit_path), Attendance.state == AttendanceState.PRESENT)
    )
    due = (
        sa.select(sa.func.count())
        .select_from(StudySession)
        .join(RosterEntry, RosterEntry.roster_id == StudySession.roster_id)
        .where(scope.held, scope.below(RosterEntry.unit_path), RosterEntry.state == "due")
    )
    times = _count(session, present)
    nine = _count(session, present.where(serves(SeriesCode.NINE)))
    yield Figure("study.person_times", "参加学习人次", times, None,
                 "各场出席人次之和，一场只算一次，外来听众和补学不算", scope.as_of)  # fmt: skip
    yield Figure("study.person_times.nine", "逢九必讲人次", nine, None,
                 "各场逢九必讲出席人次之和，是人次，不是人", scope.as_of)  # fmt: skip
    yield Figure("study.attendance", "出勤率", times, _count(session, due),
                 "各场出席人次之和÷应到人次之和，请假算应到，补学不算出席", scope.as_of)  # fmt: skip


def _coverage(session: Session, scope: Scope) -> Figure:
    counts = scope.year_roster(sa.func.count(), sa.func.count().filter(scope.qualifies))
    roster, covered = session.execute(counts).one()
    day = f"{scope.until.month}月{scope.until.day}日"
    rule = f"年度名册（{day}在册，全年免学的除外）里至少有一条出席、补学或自学记录的人，测评不算"
    return Figure("study.coverage", "学法覆盖率", covered, roster, rule, scope.as_of)


def _self_study(session: Session, scope: Scope) -> Figure:
    count = _count(
        session,
        sa.select(sa.func.count())
        .select_from(SelfStudy)
        .where(scope.self_studied, scope.below(SelfStudy.unit_path)),
    )
    return Figure("study.self_study", "自学（条）", count, None, "自己登记的自学条数", scope.as_of)


def roster_size(session: Session, scope: Scope) -> int:
    return _count(session, scope.year_roster(sa.func.count(Membership.id)))


def _count(session: Session, query: sa.Select[Any]) -> int:
    return session.scalar(query) or 0
