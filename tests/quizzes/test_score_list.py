"""成绩汇总表: everybody on the roster, in the order of the roster, with lines to sign."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
import python_calamine
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import Reach, Role
from studyhall.core.audit import AuditEvent
from studyhall.core.db import Database
from studyhall.core.errors import Missing
from studyhall.people.models import Person, RosterEntry, Unit
from studyhall.quizzes import elsewhere, fairness, make_up
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment
from studyhall.quizzes.score_list import Row, score_list
from studyhall.quizzes.whole_paper import sit
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, a_unit, an_actor, an_assessment
from tests.quizzes.test_setting_pages import ClientFor, read

MINUTES = timedelta(minutes=9)
AFTER = NOON + timedelta(days=10)


@dataclass
class Exam:
    township: Unit
    village: Unit
    admin: Person
    assessment: Assessment


def answers(right: int):
    return lambda paper: [["true" if at < right else "false"] for at, _ in enumerate(paper)]


def held(session: Session) -> Exam:
    """Excellent, passed, failed, absent, exempt, and one from a paper exam; in two units."""
    township = a_township(session)
    village = a_unit(session, "SZ", township, name="沙枣村")
    admin = a_person(session, None, name="刘志远", roles=[(Role.ADMIN, township)])
    names = ("甲", "乙", "丙", "丁", "戊", "己")
    people = [
        a_person(session, village if at % 2 else township, name=name, staff_no=f"SZ{at:04d}")
        for at, name in enumerate(names)
    ]
    law = a_law(session).law_id
    a_bank_of(session, law, judge=10)
    assessment = an_assessment(
        session, township, [Line(law, "judge", 10, 1000)], kind="exam", title="年度考试"
    )
    for person, right in zip(people, (10, 7, 3), strict=False):
        sit(session, an_actor(session, person), assessment, answers(right), NOON, MINUTES)
    actor = an_actor(session, admin)
    entry = session.scalars(sa.select(RosterEntry.id).where(RosterEntry.name == "戊")).one()
    fairness.exempt(session, actor, assessment, entry, "sick", "李文生")
    elsewhere.bring_in(
        session, actor, assessment, [elsewhere.Given("SZ0005", 8850, 10000)], NOON, source="keyed_in"
    )
    return Exam(township, village, admin, assessment)


def test_while_it_is_open_nobody_is_absent_yet(session: Session) -> None:
    exam = held(session)
    found = score_list(session, exam.assessment, Reach((exam.township.path,)), NOON)
    assert by_name(found.rows)["丁"].grade == "未考"


def by_name(rows: Sequence[Row]) -> dict[str, Row]:
    return {row.name: row for row in rows}


def test_everybody_on_the_roster_has_a_row_with_what_he_earned(session: Session) -> None:
    exam = held(session)
    found = score_list(session, exam.assessment, Reach((exam.township.path,)), AFTER)
    rows = by_name(found.rows)
    assert {name: (row.main, row.grade, row.note) for name, row in rows.items()} == {
        "甲": ("100", "优秀", ""), "乙": ("70", "合格", ""), "丙": ("30", "不合格", ""), "丁": (None, "缺考", ""),
        "戊": (None, "免考", "长期病假"), "己": ("88.5", "合格", "纸卷"),
    }  # fmt: skip
    assert (found.due, found.took_part, found.passed, found.excellent) == (5, 4, 3, 1)
    assert "参考率80.0%（4/5）。" in found.sums and "合格率（实考）75.0%（3/4）。" in found.sums


def test_rows_stand_as_the_roster_does_and_never_by_points(session: Session) -> None:
    exam = held(session)
    found = score_list(session, exam.assessment, Reach((exam.township.path,)), AFTER)
    order = [(row.unit_name, row.name) for row in found.rows]
    assert order == sorted(order, key=lambda one: (one[0] != "T1乡",)), "one unit after the other"
    assert [row.name for row in found.rows if row.unit_name == "沙枣村"] == ["丁", "己", "乙"], "by pinyin"


def test_a_make_up_stands_beside_the_main_run(session: Session) -> None:
    exam = held(session)
    opens = exam.assessment.closes_at + timedelta(days=1)
    plan = make_up.Plan("年度考试补考", opens, opens + timedelta(days=3))
    made = make_up.set_up(session, None, exam.assessment, plan, exam.assessment.closes_at)
    absent = session.scalars(sa.select(Person).where(Person.name == "丁")).one()
    sit(session, an_actor(session, absent), made, answers(9), opens, MINUTES)
    session.expire_all()
    found = score_list(session, exam.assessment, Reach((exam.township.path,)), AFTER)
    row = by_name(found.rows)["丁"]
    assert (row.main, row.grade, row.make_up, row.final, row.final_grade) == (
        None,
        "缺考",
        "90",
        "90",
        "优秀",
    )
    assert found.with_make_up and "含补考参考率100%（5/5）。" in found.sums


def test_one_sees_only_the_rows_of_his_own_units(session: Session) -> None:
    exam = held(session)
    found = score_list(session, exam.assessment, Reach((exam.village.path,)), AFTER)
    assert {row.unit_name for row in found.rows} == {"沙枣村"}
    with pytest.raises(Missing):
        score_list(session, exam.assessment, Reach(("Z9/",)), AFTER)


def test_the_page_has_lines_to_sign_and_the_workbook_the_same_rows(
    sqlite_database: Database, client_for: ClientFor
) -> None:
    with sqlite_database.writing() as session:
        exam = held(session)
        cadre = a_person(session, exam.village)
        session.expunge_all()
    path = f"/assessments/{exam.assessment.id}/scores"
    client = client_for(exam.admin)
    page = client.get(path).text
    words = read(page)
    assert "年度考试成绩汇总表" in words and "填表：＿＿＿＿＿＿" in words and "单位（盖章）" in words
    assert "不按成绩排名" in words and "还在进行" in words
    answer = client.post(path)
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert rows[0][0] == "年度考试成绩汇总表"
    assert rows[1] == ["序号", "单位", "姓名", "工号", "成绩", "等次", "备注", "签名"]
    assert {row[2]: row[4] for row in rows[2:8]} == {
        "甲": 100, "丙": 30, "戊": "—", "丁": "—", "己": 88.5, "乙": 70,
    }  # fmt: skip
    assert any(row[0] and "填表：" in str(row[0]) for row in rows)
    with sqlite_database.reading() as session:
        assert session.scalars(sa.select(AuditEvent.action)).all().count("assessment.scores_exported") == 1
    assert client_for(cadre).get(path).status_code == 403


def test_before_it_opens_there_is_no_list(sqlite_database: Database, client_for: ClientFor) -> None:
    with sqlite_database.writing() as session:
        exam = held(session)
        session.expunge_all()
    with clock.standing_at(NOON - timedelta(days=2)):
        assert client_for(exam.admin).get(f"/assessments/{exam.assessment.id}/scores").status_code == 404
