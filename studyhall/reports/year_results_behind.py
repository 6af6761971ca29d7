"""Behind the rates of a year's contests and exams: each result with its score, each person with his contests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.figures import marks_text
from studyhall.people.models import RosterEntry
from studyhall.quizzes.models import Assessment, Result
from studyhall.reports.year_lines import Behind, Line, Window, count_of, page_by_roster
from studyhall.reports.year_people import people_of_the_year
from studyhall.reports.year_scope import Scope

SIDES_OF_RATE = {
    "participation": {"numerator": "took_part", "denominator": "due", "rest": "missing"},
    "pass.due": {"numerator": "passed", "denominator": "due", "rest": "not_passed"},
    "pass.present": {"numerator": "passed", "denominator": "took_part", "rest": "failed"},
    "excellent": {"numerator": "excellent", "denominator": "took_part", "rest": "not_excellent"},
}
"""The rates of one kind of assessment, and the rows on each side of them."""


def results(
    session: Session, scope: Scope, kind: str, rate: str, side: str, *, final: bool, window: Window
) -> Behind:
    """`kind` contest or exam; `rate` and `side` keys of SIDES_OF_RATE; `final`: on final scores."""
    query = (
        sa.select(RosterEntry, Assessment, Result)
        .join(Result, Result.roster_entry_id == RosterEntry.id)
        .join(Assessment, Assessment.id == Result.assessment_id)
        .where(
            scope.assessments(kind),
            scope.results,
            _condition(SIDES_OF_RATE[rate][side], final),
            sa.true() if window.month is None else Assessment.counts_for_month == window.month,
            Result.unit_id == scope.unit.id if window.own else sa.true(),
        )
    )
    rows = session.execute(page_by_roster(query, window, Assessment.opens_at, Assessment.id))
    return Behind(
        count_of(session, query),
        tuple(
            Line(entry.name, entry.staff_no, entry.unit_name,
                 _result_words(assessment, result, final, window.scores),
                 person_id=entry.person_id)
            for entry, assessment, result in rows
        ),
    )  # fmt: skip


def _condition(word: str, final: bool) -> sa.ColumnElement[bool]:
    took = Result.final_took_part if final else Result.took_part
    passed = Result.final_passed if final else Result.passed
    excellent = Result.final_excellent if final else Result.excellent
    found: dict[str, Any] = {
        "took_part": took,
        "due": Result.due.is_(True),
        "missing": sa.and_(Result.due, ~took),
        "passed": passed,
        "not_passed": sa.and_(Result.due, ~passed),
        "failed": sa.and_(took, ~passed),
        "excellent": excellent,
        "not_excellent": sa.and_(took, ~excellent),
    }
    condition: sa.ColumnElement[bool] = found[word]
    return condition


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


def ever(session: Session, scope: Scope, side: str, *, final: bool, window: Window) -> Behind:
    """People of the year roster, each with how many of the year's contests he took part in, wherever he was."""
    took = Result.final_took_part if final else Result.took_part

    def told(people: Sequence[int]) -> dict[int, str]:
        stood = session.execute(
            sa.select(Result.person_id, sa.func.count().filter(took), sa.func.count().filter(Result.due))
            .join(Assessment, Assessment.id == Result.assessment_id)
            .where(scope.assessments("contest"), Result.person_id.in_(people))
            .group_by(Result.person_id)
        )
        return {person: f"应参加{due}场月月赛，参加{times}场" for person, times, due in stood}

    return people_of_the_year(
        session, scope, side, scope.took_part_once(final=final), window,
        told=told, otherwise="全年的月月赛名册里都没有名字",
    )  # fmt: skip
