"""Watching a contest, granting what is fair, copying it: the admin's pages while it runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people.models import RosterEntry
from studyhall.quizzes import taking
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment, Result
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, a_unit, an_actor, an_assessment


@dataclass
class Running:
    admin: int
    stranger: int
    assessment: int
    entry: int
    newcomer: int


@pytest.fixture
def running(sqlite_database: Database) -> Running:
    """曾小兰 has not begun, 巴图 is answering; 新来的 came after the roster was frozen."""
    with sqlite_database.writing() as session:
        township = a_township(session)
        village = a_unit(session, "SZ", township, name="沙枣村")
        admin = a_person(session, township, name="刘志远", roles=[(Role.ADMIN, township)])
        waiting = a_person(session, village, name="曾小兰")
        busy = a_person(session, village, name="巴图")
        elsewhere = a_township(session, "T2")
        stranger = a_person(session, elsewhere, roles=[(Role.ADMIN, elsewhere)])
        law = a_law(session).law_id
        a_bank_of(session, law, single=5)
        assessment = an_assessment(session, township, [Line(law, "single", 2, 400)])
        newcomer = a_person(session, village, name="新来的", starts_on=NOON.date())
        taking.begin(session, an_actor(session, busy), assessment, NOON)
        entry = session.scalars(sa.select(RosterEntry).where(RosterEntry.person_id == waiting.id)).one()
        return Running(admin.id, stranger.id, assessment.id, entry.id, newcomer.id)


@pytest.fixture
def admin(client_for: Callable[[int], FlaskClient], running: Running) -> FlaskClient:
    return client_for(running.admin)


def test_the_live_page_sorts_people_by_where_they_are(admin: FlaskClient, running: Running) -> None:
    page = admin.get(f"/assessments/{running.assessment}/live").text
    assert "还差3人" in page
    assert page.index("正在答") < page.index("巴图") < page.index("还没有开始") < page.index("曾小兰")
    assert 'http-equiv="refresh"' in page


def test_the_live_page_stands_still_when_asked(admin: FlaskClient, running: Running) -> None:
    assert "http-equiv" not in admin.get(f"/assessments/{running.assessment}/live?still=1").text


def test_exempting_from_the_page(admin: FlaskClient, running: Running, sqlite_database: Database) -> None:
    address = f"/assessments/{running.assessment}/roster/{running.entry}"
    answer = admin.post(f"{address}/exempt", data={"code": "maternity", "approver": "李文生"})
    assert answer.status_code == 302
    assert "免考：产假，李文生批准" in admin.get(address).text
    with sqlite_database.reading() as session:
        assert not session.scalars(sa.select(Result).where(Result.roster_entry_id == running.entry)).one().due


def test_what_is_refused_is_said_and_what_was_typed_stays(admin: FlaskClient, running: Running) -> None:
    address = f"/assessments/{running.assessment}/roster/{running.entry}/exempt"
    answer = admin.post(address, data={"code": "", "approver": "李文生"})
    assert answer.status_code == 400
    assert "请选一种免考的事由" in answer.text and 'value="李文生"' in answer.text


def test_adding_somebody_who_came_late(admin: FlaskClient, running: Running) -> None:
    address = f"/assessments/{running.assessment}/add-late"
    assert "新来的" in admin.get(f"{address}?q=新来").text
    assert "没有找到" in admin.get(f"{address}?q=曾小兰").text
    form = {"q": "新来", "person": running.newcomer, "reason": "调入", "approver": "李文生"}
    assert admin.post(address, data=form).status_code == 302
    assert "后补" in admin.get(f"/assessments/{running.assessment}/roster").text


def test_a_long_roster_is_leafed_through_as_it_was_narrowed(
    admin: FlaskClient, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studyhall.quizzes.views.running.PAGE", 2)
    address = f"/assessments/{running.assessment}/roster"
    assert "第1至2人，共3人" in admin.get(address).text
    last = admin.get(f"{address}?show=waiting&page=2").text
    back = re.search(r'rel="prev" href="([^"]+)"', last)
    assert last.count('scope="row"') == 1
    assert back and "show=waiting" in back[1] and "page=1" in back[1]


def test_extending_needs_a_later_end_and_a_reason(
    admin: FlaskClient, running: Running, sqlite_database: Database
) -> None:
    address = f"/assessments/{running.assessment}/extend"
    assert admin.post(address, data={"closes_at": "2026-05-20T10:00", "reason": "早"}).status_code == 400
    assert admin.post(address, data={"closes_at": "明天", "reason": "晚"}).status_code == 400
    assert admin.post(address, data={"closes_at": "2026-05-30T18:00", "reason": "停电"}).status_code == 302
    with sqlite_database.reading() as session:
        assert session.get_one(Assessment, running.assessment).closes_at.isoformat().startswith("2026-05-30")


def test_a_copy_is_next_months_draft(admin: FlaskClient, running: Running, sqlite_database: Database) -> None:
    answer = admin.post(f"/assessments/{running.assessment}/copy")
    assert answer.status_code == 302 and answer.location.endswith("/edit")
    with sqlite_database.reading() as session:
        copy = session.scalars(sa.select(Assessment).order_by(Assessment.id.desc())).first()
        assert copy is not None and copy.published_at is None
        assert (str(copy.counts_for), copy.title) == ("2026-06", "五月月月赛")
        assert [line.how_many for line in copy.lines] == [2]


@pytest.mark.parametrize("page", ["live", "roster", "roster/1", "add-late", "extend"])
def test_another_townships_admin_finds_nothing(
    client_for: Callable[[int], FlaskClient], running: Running, page: str
) -> None:
    stranger = client_for(running.stranger)
    assert stranger.get(f"/assessments/{running.assessment}/{page}").status_code == 404
