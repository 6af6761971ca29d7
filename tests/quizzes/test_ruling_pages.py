"""Voiding, re-keying, make-ups and results from elsewhere, as an admin meets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from studyhall.bank.asked import asked
from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.core.errors import Refused
from studyhall.quizzes import re_keying, taking
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment, AttemptItem, Result, ScoreChange
from tests.factories import (
    NOON,
    a_bank,
    a_bank_of,
    a_law,
    a_person,
    a_question,
    a_township,
    an_actor,
    an_assessment,
)
from tests.quizzes.test_setting_pages import value_of


@dataclass
class Office:
    admin: int
    stranger: int
    assessment: int
    version: int
    wrong_one: int
    absent_no: str


@pytest.fixture
def office(sqlite_database: Database) -> Office:
    """Two questions, the same for all; 巴图 has one wrong (50%), 曾小兰 has not come."""
    with sqlite_database.writing() as session:
        township = a_township(session)
        admin = a_person(session, township, name="刘志远", roles=[(Role.ADMIN, township)])
        sitter = a_person(session, township, name="巴图")
        absent = a_person(session, township, name="曾小兰")
        elsewhere = a_township(session, "T2")
        stranger = a_person(session, elsewhere, roles=[(Role.ADMIN, elsewhere)])
        law = a_law(session).law_id
        a_bank_of(session, law, judge=2)
        assessment = an_assessment(
            session, township, [Line(law, "judge", 2, 500)],
            opens_at=NOON - timedelta(days=3), closes_at=NOON - timedelta(days=1),
        )  # fmt: skip
        actor = an_actor(session, sitter)
        with clock.standing_at(NOON - timedelta(days=2)):
            attempt = taking.begin(session, actor, assessment, clock.now())
            sheet = taking.own_sheet(session, attempt.id, actor, lock=True)
            taking.save(session, sheet, actor, 1, ["true"], clock.now())
            taking.save(session, sheet, actor, 2, ["false"], clock.now())
            taking.hand_in(session, attempt.id, actor, clock.now())
        wrong = session.scalars(
            sa.select(AttemptItem.version_id).where(
                AttemptItem.attempt_id == attempt.id, AttemptItem.points == 0
            )
        ).one()
        return Office(admin.id, stranger.id, assessment.id, wrong, sitter.id, absent.staff_no)


@pytest.fixture
def admin(client_for: Callable[[int], FlaskClient], office: Office) -> FlaskClient:
    return client_for(office.admin)


def result_of(database: Database, office: Office, person: int) -> Result:
    with database.reading() as session:
        return session.scalars(
            sa.select(Result).where(Result.assessment_id == office.assessment, Result.person_id == person)
        ).one()


def test_the_list_shows_how_many_had_it_right(admin: FlaskClient, office: Office) -> None:
    page = admin.get(f"/assessments/{office.assessment}/questions").text
    assert "0 / 1" in page and "1 / 1" in page


def test_a_long_list_is_leafed_through_and_searched(
    admin: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studyhall.quizzes.views.rulings.PAGE", 1)
    address = f"/assessments/{office.assessment}/questions"
    first, second = admin.get(address).text, admin.get(f"{address}?page=2").text
    assert "第1至1道，共2道" in first and "第2至2道，共2道" in second
    assert first.count('scope="row"') == second.count('scope="row"') == 1
    stem = re.search(r'class="stem-cell">([^<]+)<', second)
    assert stem and stem[1] not in first
    assert stem[1] in admin.get(address, query_string={"q": stem[1]}).text
    assert "没有找到题目里有“居住权”的题。" in admin.get(f"{address}?q=居住权").text


def test_the_page_asks_first_and_names_whom_it_moves(
    admin: FlaskClient, office: Office, sqlite_database: Database
) -> None:
    page = admin.get(f"/assessments/{office.assessment}/questions/{office.version}").text
    assert "1人由不及格变及格" in page and "巴图" in page
    assert result_of(sqlite_database, office, office.wrong_one).score == 500


def test_voiding_grades_again_and_keeps_the_old_score(
    admin: FlaskClient, office: Office, sqlite_database: Database
) -> None:
    address = f"/assessments/{office.assessment}/questions/{office.version}"
    assert admin.post(address, data={"ruling": "full", "seen": "full ", "reason": " "}).status_code == 400
    assert result_of(sqlite_database, office, office.wrong_one).score == 500
    form = {"ruling": "full", "seen": "full ", "reason": "题目说不清楚"}
    assert "这道题作废了，成绩都重新算过" in admin.post(address, data=form, follow_redirects=True).text
    assert result_of(sqlite_database, office, office.wrong_one).score == 1000
    with sqlite_database.reading() as session:
        change = session.scalars(sa.select(ScoreChange)).one()
        assert (change.old_score, change.new_score, change.reason) == (500, 1000, "题目说不清楚")


def test_re_keying_needs_a_key_and_moves_the_score(
    admin: FlaskClient, office: Office, sqlite_database: Database
) -> None:
    address = f"/assessments/{office.assessment}/questions/{office.version}"
    assert admin.post(address, data={"ruling": "re_key", "key": "", "reason": "错"}).status_code == 400
    form = {"ruling": "re_key", "key": "false", "reason": "答案反了"}
    shown = admin.post(address, data=form | {"seen": "full "}).text
    assert "看好了再点一次" in shown and "1人由不及格变及格" in shown
    assert result_of(sqlite_database, office, office.wrong_one).score == 500, "what was not shown is not done"
    assert admin.post(address, data=form | {"seen": value_of(shown, "seen")}).status_code == 302
    assert result_of(sqlite_database, office, office.wrong_one).score == 1000


def test_who_ticks_another_answer_sees_first_whom_that_moves(
    admin: FlaskClient, office: Office, sqlite_database: Database
) -> None:
    """Without a word beside it: the answer that was ticked anew is the one to count."""
    address = f"/assessments/{office.assessment}/questions/{office.version}"
    first = admin.get(address).text
    assert ticked(first) == ["true"], "what counts now"
    form = {"ruling": "full", "key": "false", "seen": value_of(first, "seen"), "reason": "答案反了"}
    for pressed in ({"recount": "1"}, {}):
        shown = admin.post(address, data=form | pressed).text
        assert "改这道题的答案？" in shown and "1人由不及格变及格" in shown and ticked(shown) == ["false"]
        assert result_of(sqlite_database, office, office.wrong_one).score == 500
    form |= {"ruling": "re_key", "seen": value_of(shown, "seen")}
    assert admin.post(address, data=form).status_code == 302
    assert result_of(sqlite_database, office, office.wrong_one).score == 1000
    again = admin.get(address).text
    assert ticked(again) == ["false"] and "这道题的答案改过。理由：答案反了" in again


def test_the_answer_that_counts_already_is_no_change(admin: FlaskClient, office: Office) -> None:
    address = f"/assessments/{office.assessment}/questions/{office.version}"
    page = admin.post(address, data={"ruling": "re_key", "key": "true", "recount": "1"}).text
    assert "现在就按这个答案算分，没有要改的" in page


def ticked(page: str) -> list[str]:
    return re.findall(r'name="key" id="[^"]+" value="([^"]+)" checked', page)


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        ("single", ["E"], "答案要在A、B、C、D里"),
        ("single", [], "请在选项上点出改成什么答案"),
        ("multiple", ["B"], "多选题的答案至少要有两项"),
        ("judge", ["A"], "请选正确还是错误"),
        ("fill", [""], "这道题有1空，每空都要写"),
    ],
)
def test_a_key_that_cannot_be_is_refused(session: Session, kind: str, given: list[str], words: str) -> None:
    law = a_law(session).law_id
    version = a_question(session, a_bank(session), law, kind)
    question = asked(session, [version.id])[version.id]
    with pytest.raises(Refused, match=words):
        re_keying.key_of(question, given)


@pytest.mark.parametrize(
    ("kind", "given", "key"),
    [
        ("single", ["C"], "C"),
        ("multiple", ["C", "A", "C"], "AC"),
        ("judge", ["false"], False),
        ("fill", ["六十/60"], [["六十", "60"]]),
    ],
)
def test_a_key_is_ticked_as_it_is_kept(session: Session, kind: str, given: list[str], key: object) -> None:
    law = a_law(session).law_id
    version = a_question(session, a_bank(session), law, kind)
    question = asked(session, [version.id])[version.id]
    assert re_keying.key_of(question, given) == key
    assert re_keying.key_of(question, re_keying.ticks_of(question, key)) == key


def test_counting_anew_changes_nothing(admin: FlaskClient, office: Office, sqlite_database: Database) -> None:
    address = f"/assessments/{office.assessment}/questions/{office.version}"
    page = admin.post(address, data={"ruling": "left_out", "recount": "1"})
    assert page.status_code == 200 and "1人的分数会变" in page.text
    assert result_of(sqlite_database, office, office.wrong_one).score == 500


def test_a_make_up_for_the_absent_and_the_failed(
    admin: FlaskClient, office: Office, sqlite_database: Database
) -> None:
    address = f"/assessments/{office.assessment}/make-up"
    page = admin.get(address).text
    assert "没有参加的2人" in page and "没有及格的1人" in page
    form = {
        "who": ["absent"],
        "title": "补考",
        "opens_at": "2026-05-20T09:00",
        "closes_at": "2026-05-24T18:00",
    }
    assert admin.post(address, data=form | {"who": []}).status_code == 400
    assert admin.post(address, data=form).status_code == 302
    with sqlite_database.reading() as session:
        made = session.scalars(sa.select(Assessment).where(Assessment.make_up_of == office.assessment)).one()
        assert len(made.roster.entries) == 2


def test_a_make_up_lasts_three_days_unless_said_otherwise(admin: FlaskClient, office: Office) -> None:
    page = admin.get(f"/assessments/{office.assessment}/make-up").text
    assert 'name="opens_at" value="2026-05-20T12:00"' in page
    assert 'name="closes_at" value="2026-05-23T18:00"' in page


def test_a_make_up_taken_back_is_no_draft_and_another_can_be_set(
    admin: FlaskClient, office: Office, sqlite_database: Database
) -> None:
    address = f"/assessments/{office.assessment}/make-up"
    form = {
        "who": ["absent"],
        "title": "补考",
        "opens_at": "2026-05-21T09:00",
        "closes_at": "2026-05-24T18:00",
    }
    where = admin.post(address, data=form).location
    assert "补考" in admin.get(f"/assessments/{office.assessment}").text
    assert "2人的首页不再显示，正考的成绩不变" in admin.get(f"{where}/withdraw").text
    admin.post(f"{where}/withdraw")
    page = admin.get(where).text
    assert "已撤回" in page and "草稿" not in page and "改设置" not in page
    assert "重新安排补考" in page and "照这个出下个月的" not in page
    assert admin.get(f"{where}/edit").status_code == 409
    assert admin.post(f"{where}/publish").status_code == 409
    assert admin.post(address, data=form).status_code == 302, "it is not in the way of another one"
    with sqlite_database.reading() as session:
        made = session.scalars(sa.select(Assessment).where(Assessment.make_up_of == office.assessment)).all()
        assert [one.is_published for one in sorted(made, key=lambda one: one.id)] == [False, True]


def test_results_from_elsewhere_are_looked_at_before_they_land(
    admin: FlaskClient, office: Office, sqlite_database: Database
) -> None:
    address = f"/assessments/{office.assessment}/elsewhere"
    held = admin.post(address, data={"text": "没有的人\t80", "land": "1"})
    assert held.status_code == 400 and "名册里没有没有的人" in held.text
    seen = admin.post(address, data={"text": "曾小兰\t80"})
    assert "带入1人的成绩" in seen.text
    assert (
        admin.post(address, data={"text": "曾小兰\t80", "land": "1", "source": "keyed_in"}).status_code == 302
    )
    with sqlite_database.reading() as session:
        brought = session.scalars(sa.select(Result).where(Result.source == "keyed_in")).one()
        assert (brought.score, brought.took_part, brought.passed) == (8000, True, True)


@pytest.mark.parametrize("page", ["questions", "questions/1", "make-up", "elsewhere"])
def test_another_townships_admin_finds_nothing(
    client_for: Callable[[int], FlaskClient], office: Office, page: str
) -> None:
    assert client_for(office.stranger).get(f"/assessments/{office.assessment}/{page}").status_code == 404
