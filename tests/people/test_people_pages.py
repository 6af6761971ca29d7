"""The people pages: who sees whom, what a clerk can do, and that another unit's rows are not found."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import event

from studyhall.core.access import Role
from studyhall.core.audit import AuditEvent
from studyhall.core.db import Database
from studyhall.people import memberships
from studyhall.people.models import Correction, Exemption, Membership, Person, RoleGrant, Unit, UnitKind
from tests.factories import a_person, a_township, a_unit
from tests.people.test_sheets import a_book

TODAY = date(2026, 5, 20)
For = Callable[..., FlaskClient]


@dataclass
class Town:
    town: Unit
    village: Unit
    admin: Person
    leader: Person
    cadre: Person
    stranger: Person
    stranger_unit: Unit
    county: Person


@pytest.fixture
def town(sqlite_database: Database) -> Town:
    with sqlite_database.writing() as session:
        county = a_unit(session, "C", kind=UnitKind.COUNTY, name="某县")
        here, there = a_township(session, "T1", county), a_township(session, "T11", county)
        village = a_unit(session, "XQ", here, name="西渠村")
        return Town(
            here,
            village,
            a_person(session, here, name="刘志远", staff_no="T10001", roles=[(Role.ADMIN, here)]),
            a_person(session, here, name="李文生", staff_no="T10002", roles=[(Role.LEADER, here)]),
            a_person(session, village, name="加娜尔·木拉提", staff_no="XQ0001"),
            a_person(session, there, name="别处人", staff_no="T110001"),
            there,
            a_person(session, county, name="县里人", staff_no="C0001", roles=[(Role.COUNTY, county)]),
        )


def one(database: Database, query: sa.Select) -> object:
    with database.reading() as session:
        return session.scalar(query)


def test_the_list_shows_one_s_own_people_and_no_others(client_for: For, town: Town) -> None:
    page = client_for(town.admin).get("/people").get_data(as_text=True)
    assert "加娜尔" in page and "刘志远" in page
    assert "别处人" not in page and "县里人" not in page


@pytest.mark.parametrize("words", ["加娜尔", "jianaer", "jnemlt", "jne", "XQ0001", "xq00", "木拉提"])
def test_people_are_found_by_name_pinyin_initials_and_number(client_for: For, town: Town, words: str) -> None:
    page = client_for(town.admin).get(f"/people?q={words}").get_data(as_text=True)
    assert "木拉提" in page and "李文生" not in page


def test_nothing_found_says_so_and_offers_a_way_out(client_for: For, town: Town) -> None:
    page = client_for(town.admin).get("/people?q=没有的人").get_data(as_text=True)
    assert "没有找到“没有的人”" in page and "看全部" in page


@pytest.mark.parametrize("show", ["exempt", "lent", "no_password", "locked", "left"])
def test_every_filter_has_its_empty_state(client_for: For, town: Town, show: str) -> None:
    assert client_for(town.admin).get(f"/people?show={show}").status_code == 200


def test_fifty_a_page_and_as_many_questions_for_three_as_for_sixty(
    client_for: For, town: Town, sqlite_database: Database
) -> None:
    client = client_for(town.admin)

    def statements() -> int:
        count = 0

        def note(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(sqlite_database.engine, "before_cursor_execute", note)
        page = client.get("/people").get_data(as_text=True)
        event.remove(sqlite_database.engine, "before_cursor_execute", note)
        assert page
        return count

    few = statements()
    with sqlite_database.writing() as session:
        for _ in range(60):
            a_person(session, session.get_one(Unit, town.village.id), name="甲乙丙")
    assert statements() == few
    assert "第1至50人，共63人" in client.get("/people").get_data(as_text=True)
    assert "第51至63人" in client.get("/people?page=2").get_data(as_text=True)


@pytest.mark.parametrize("path", ["", "/edit", "/move", "/leave", "/lend", "/exempt", "/merge", "/password"])
def test_another_units_person_is_not_found(client_for: For, town: Town, path: str) -> None:
    assert client_for(town.admin).get(f"/people/{town.stranger.id}{path}").status_code == 404


@pytest.mark.parametrize("path", ["/edit", "/move", "/leave", "/lend", "/exempt", "/merge", "/password"])
def test_a_leader_looks_and_changes_nothing(client_for: For, town: Town, path: str) -> None:
    client = client_for(town.leader)
    assert client.get(f"/people/{town.cadre.id}").status_code == 200
    assert client.get(f"/people/{town.cadre.id}{path}").status_code == 403
    assert client.post(f"/people/{town.cadre.id}{path}").status_code == 403


def test_a_cadre_and_the_county_see_no_lists_of_people(client_for: For, town: Town) -> None:
    assert client_for(town.cadre).get("/people").status_code == 403
    assert client_for(town.county).get("/people").status_code == 403
    assert client_for(town.county).get(f"/people/{town.cadre.id}").status_code == 403


def test_somebody_is_added_with_a_number_of_his_unit(
    client_for: For, town: Town, sqlite_database: Database
) -> None:
    sent = client_for(town.admin).post(
        "/people/new",
        data={"name": "苏 和", "unit": town.village.id, "category": "village", "starts_on": "2026-05-20"},
    )
    assert sent.status_code == 302
    assert one(sqlite_database, sa.select(Person.staff_no).where(Person.name == "苏和")) == "XQ0002"
    assert one(sqlite_database, sa.select(AuditEvent.summary).where(AuditEvent.action == "person.added"))


def test_a_known_name_is_held_until_the_clerk_says_it_is_another(
    client_for: For, town: Town, sqlite_database: Database
) -> None:
    client = client_for(town.admin)
    data = {"name": "加娜尔·木拉提", "unit": town.town.id, "category": "office", "starts_on": "2026-05-20"}
    page = client.post("/people/new", data=data)
    assert page.status_code == 400 and "要加的是另一个人" in page.get_data(as_text=True)
    assert client.post("/people/new", data=data | {"other_person": "1"}).status_code == 302


def test_nobody_is_put_into_another_township(client_for: For, town: Town) -> None:
    client = client_for(town.admin)
    data = {"name": "甲", "unit": town.stranger_unit.id, "category": "office", "starts_on": "2026-05-20"}
    assert client.post("/people/new", data=data).status_code in (400, 404)
    data = {"unit": town.stranger_unit.id, "on": "2026-05-20", "category": "office"}
    assert client.post(f"/people/{town.cadre.id}/move", data=data).status_code in (400, 404)


def test_a_transfer_and_what_it_says(client_for: For, town: Town, sqlite_database: Database) -> None:
    client = client_for(town.admin)
    data = {"unit": town.town.id, "on": "2026-06-01", "category": "office", "duty": ""}
    done = client.post(f"/people/{town.cadre.id}/move", data=data, follow_redirects=True)
    assert "从6月1日起在T1乡" in done.get_data(as_text=True)
    listed = client.get(f"/people?unit={town.village.id}").get_data(as_text=True)
    assert "6月1日调T1乡" in listed


def test_a_first_day_entered_wrong_is_mended_from_his_page(
    client_for: For, town: Town, sqlite_database: Database
) -> None:
    client = client_for(town.admin)
    job = one(sqlite_database, sa.select(Membership.id).where(Membership.person_id == town.cadre.id))
    where = f"/people/{town.cadre.id}/memberships/{job}/start"
    assert where in client.get(f"/people/{town.cadre.id}").get_data(as_text=True)
    done = client.post(where, data={"on": "2026-01-05"}, follow_redirects=True)
    assert "改好了，1月5日到任。" in done.get_data(as_text=True)
    assert one(sqlite_database, sa.select(Membership.starts_on).where(Membership.id == job)) == date(
        2026, 1, 5
    )
    assert client_for(town.cadre).post(where, data={"on": "2026-01-06"}).status_code == 403


def test_somebody_who_left_is_among_the_left_and_keeps_his_page(client_for: For, town: Town) -> None:
    client = client_for(town.admin)
    client.post(f"/people/{town.cadre.id}/leave", data={"on": "2026-05-20"}, follow_redirects=True)
    assert "木拉提" not in client.get("/people").get_data(as_text=True)
    assert "木拉提" in client.get("/people?show=left").get_data(as_text=True)
    assert "调出，记录保留" in client.get(f"/people/{town.cadre.id}").get_data(as_text=True)


def test_what_is_refused_says_why_and_keeps_what_was_typed(client_for: For, town: Town) -> None:
    page = client_for(town.admin).post(f"/people/{town.cadre.id}/leave", data={"on": "1900-01-01"})
    assert page.status_code == 400
    assert "日期1900-01-01不对" in page.get_data(as_text=True) and "1900-01-01" in page.get_data(as_text=True)


def test_an_exemption_is_registered_shown_and_ended(
    client_for: For, town: Town, sqlite_database: Database
) -> None:
    client = client_for(town.admin)
    client.post(
        f"/people/{town.cadre.id}/exempt",
        data={
            "reason": "maternity",
            "starts_on": "2026-05-01",
            "ends_on": "2026-08-31",
            "approver": "李文生",
        },
    )
    assert "产假，免考至8月31日" in client.get(f"/people/{town.cadre.id}").get_data(as_text=True)
    assert "免考，产假" in client.get("/people").get_data(as_text=True)
    page = client.get(f"/people/{town.cadre.id}").get_data(as_text=True)
    assert "提前结束" in page
    client.post(f"/people/{town.cadre.id}/exemptions/1/end", data={"on": "2026-05-20"})
    assert "免考，产假" not in client.get("/people").get_data(as_text=True)


def test_two_entries_are_merged_after_a_preview(
    client_for: For, town: Town, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        twin = a_person(session, session.get_one(Unit, town.village.id), name="加娜尔", staff_no="XQ0009")
    client = client_for(town.admin)
    page = client.post(f"/people/{town.cadre.id}/merge", data={"staff_no": "xq0009"}).get_data(as_text=True)
    assert "把这两条合成一个人？" in page and "只算留下那一条" in page
    assert one(sqlite_database, sa.select(Person.merged_into_id).where(Person.id == twin.id)) is None
    client.post(f"/people/{town.cadre.id}/merge", data={"staff_no": "XQ0009", "sure": "1"})
    assert one(sqlite_database, sa.select(Person.merged_into_id).where(Person.id == twin.id)) == town.cadre.id
    assert client.get(f"/people/{twin.id}").status_code == 404


def test_a_stranger_cannot_be_merged_in(client_for: For, town: Town) -> None:
    page = client_for(town.admin).post(
        f"/people/{town.cadre.id}/merge", data={"staff_no": town.stranger.staff_no, "sure": "1"}
    )
    assert page.status_code == 400 and "没有找到工号" in page.get_data(as_text=True)


def test_units_are_added_renamed_and_closed(client_for: For, town: Town, sqlite_database: Database) -> None:
    client = client_for(town.admin)
    added = client.post(
        "/people/units/new",
        data={"name": "新源村", "parent": town.town.id, "kind": "village", "opened_on": "2026-05-20"},
        follow_redirects=True,
    )
    assert "新源村设好了，代号XY" in added.get_data(as_text=True)
    client.post(f"/people/units/{town.village.id}", data={"name": "西渠社区", "contact": town.cadre.id})
    assert one(sqlite_database, sa.select(Unit.name).where(Unit.id == town.village.id)) == "西渠社区"
    asked = client.get(f"/people/units/{town.village.id}/close").get_data(as_text=True)
    assert "加娜尔·木拉提" in asked
    new = one(sqlite_database, sa.select(Unit.id).where(Unit.code == "XY"))
    client.post(f"/people/units/{town.village.id}/close", data={"on": "2026-05-20", "successor": new})
    with sqlite_database.reading() as session:
        assert memberships.counting_on(session, town.cadre.id, TODAY).unit_id == new


def test_a_unit_is_not_put_below_another_township(client_for: For, town: Town) -> None:
    data = {"name": "甲村", "parent": town.stranger_unit.id, "kind": "village", "opened_on": "2026-05-20"}
    assert client_for(town.admin).post("/people/units/new", data=data).status_code in (400, 404)
    assert client_for(town.admin).get(f"/people/units/{town.stranger_unit.id}").status_code == 404


def test_the_county_gives_a_township_its_admin_by_number(
    client_for: For, town: Town, sqlite_database: Database
) -> None:
    client = client_for(town.county)
    assert "谁能做什么" in client.get("/people/roles").get_data(as_text=True)
    sent = client.post(
        "/people/roles/new",
        data={
            "staff_no": "t110001",
            "role": "admin",
            "unit": town.stranger_unit.id,
            "starts_on": "2026-05-20",
        },
    )
    assert sent.status_code == 302
    held = sa.select(RoleGrant.role).where(RoleGrant.person_id == town.stranger.id)
    assert one(sqlite_database, held) == "admin"


def test_what_the_county_may_not_give_is_not_offered(client_for: For, town: Town) -> None:
    page = client_for(town.county).get("/people/roles/new").get_data(as_text=True)
    assert "管理员" in page and ">领导<" not in page
    data = {"staff_no": "T110001", "role": "leader", "unit": town.stranger_unit.id, "starts_on": "2026-05-20"}
    assert client_for(town.county).post("/people/roles/new", data=data).status_code == 400


def test_a_role_is_given_and_taken_away_and_the_last_admin_stays(
    client_for: For, town: Town, sqlite_database: Database
) -> None:
    client = client_for(town.admin)
    client.post(
        "/people/roles/new",
        data={"staff_no": "XQ0001", "role": "leader", "unit": town.village.id, "starts_on": "2026-05-20"},
    )
    grant = one(sqlite_database, sa.select(RoleGrant.id).where(RoleGrant.person_id == town.cadre.id))
    assert client.post(f"/people/roles/{grant}/end", data={"on": "2026-05-20"}).status_code == 302
    own = one(sqlite_database, sa.select(RoleGrant.id).where(RoleGrant.person_id == town.admin.id))
    page = client.post(f"/people/roles/{own}/end", data={"on": "2026-05-20"})
    assert page.status_code == 400 and "最后一位管理员" in page.get_data(as_text=True)


def send(client: FlaskClient, rows: list[list[str]]) -> str:
    sent = client.post(
        "/people/import",
        data={"file": (io.BytesIO(a_book(rows)), "名册.xlsx"), "on": "2026-05-20"},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 302, sent.get_data(as_text=True)
    return sent.location


def test_a_sheet_is_looked_through_decided_landed_and_undone(
    client_for: For, town: Town, sqlite_database: Database
) -> None:
    client = client_for(town.admin)
    where = send(client, [["姓名", "单位"], ["加娜尔·木拉提", "T1乡"], ["新来的", "西滩村"], ["", "西渠村"]])
    page = client.get(where).get_data(as_text=True)
    assert "还有1行要判断" in page and "西滩村" in page
    stopped = client.post(where, data={"do": "land"})
    said = stopped.get_data(as_text=True)
    assert stopped.status_code == 409 and "一行也没有导入" in said and "还没有判断" in said
    assert "表里有1个系统里没有的单位" in said, "what was refused is said above the preview"
    assert one(sqlite_database, sa.select(Person.id).where(Person.name == "新来的")) is None
    landed = client.post(where, data={"do": "land", "row-1": f"same:{town.cadre.id}"}, follow_redirects=True)
    assert "名册已导入" in landed.get_data(as_text=True)
    assert "新增1人" in landed.get_data(as_text=True)
    assert 'class="btn btn-primary" href="/people/slips' in landed.get_data(as_text=True), "what comes next"
    undone = client.post(where + "/undo", follow_redirects=True)
    assert "整批撤回了" in undone.get_data(as_text=True)
    assert one(sqlite_database, sa.select(Person.id).where(Person.name == "新来的")) is None


def test_a_file_that_is_refused_says_why_on_the_page(client_for: For, town: Town) -> None:
    sent = client_for(town.admin).post(
        "/people/import",
        data={"file": (io.BytesIO(b"PK\x03\x04torn"), "x.xlsx"), "on": "2026-05-20"},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 400 and "文件打不开" in sent.get_data(as_text=True)


def test_another_townships_sheet_is_not_found(client_for: For, town: Town, sqlite_database: Database) -> None:
    where = send(client_for(town.admin), [["姓名"], ["甲一"]])
    with sqlite_database.writing() as session:
        other = a_person(session, town.stranger_unit, roles=[(Role.ADMIN, town.stranger_unit)])
    for path in (where, where + "/undo", where + "/faults.xlsx"):
        assert client_for(other).get(path).status_code == 404
    assert client_for(other).post(where, data={"do": "land"}).status_code == 404


def test_a_new_unit_cannot_be_placed_outside_one_s_reach(client_for: For, town: Town) -> None:
    client = client_for(town.admin)
    where = send(client, [["姓名", "单位"], ["甲一", "西滩村"]])
    data = {"do": "note", "new-units": "1", "unit-name-0": "西滩村",
            "unit-place-0": f"under:{town.stranger_unit.id}"}  # fmt: skip
    assert client.post(where, data=data).status_code == 404


def test_the_template_and_the_faults_are_sheets(client_for: For, town: Town) -> None:
    client = client_for(town.admin)
    assert client.get("/people/import/template.xlsx").data.startswith(b"PK")
    where = send(client, [["姓名", "单位"], ["甲一", "西渠村"], ["乙二", ""]])
    assert client.get(where + "/faults.xlsx").data.startswith(b"PK")


def test_a_correction_is_asked_for_answered_and_read(
    client_for: For, town: Town, sqlite_database: Database
) -> None:
    cadre, admin = client_for(town.cadre), client_for(town.admin)
    cadre.post("/me/correction", data={"about": "unit", "text": "我在东河村"})
    assert "已交给管理员" in cadre.get("/me/correction").get_data(as_text=True)
    assert "1条更正请求" in admin.get("/people").get_data(as_text=True)
    number = one(sqlite_database, sa.select(Correction.id))
    admin.post(f"/people/corrections/{number}", data={"reply": "改好了"})
    assert "改好了" in cadre.get("/me/correction").get_data(as_text=True)


def test_another_units_correction_is_not_found(
    client_for: For, town: Town, sqlite_database: Database
) -> None:
    client_for(town.stranger).post("/me/correction", data={"about": "name", "text": "我叫张三丰"})
    number = one(sqlite_database, sa.select(Correction.id))
    assert (
        client_for(town.admin).post(f"/people/corrections/{number}", data={"reply": "好"}).status_code == 404
    )
    assert "张三丰" not in client_for(town.admin).get("/people/corrections").get_data(as_text=True)


def test_every_change_stands_in_the_trail_with_before_and_after(
    client_for: For, town: Town, sqlite_database: Database
) -> None:
    client = client_for(town.admin)
    data = {"name": "加娜尔", "staff_no": "XQ0001", "category": "village", "duty": "主任", "phone": "139"}
    client.post(f"/people/{town.cadre.id}/edit", data=data)
    with sqlite_database.reading() as session:
        row = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "person.changed")).one()
        assert (row.before["name"], row.after["name"]) == ("加娜尔·木拉提", "加娜尔")
        assert row.actor_id == town.admin.id
        assert "139" not in str(row.after)
        assert (
            session.scalar(sa.select(Membership.duty).where(Membership.person_id == town.cadre.id)) == "主任"
        )


def test_no_reason_and_no_role_is_chosen_beforehand(
    client_for: For, town: Town, sqlite_database: Database
) -> None:
    client = client_for(town.admin)
    form = {"starts_on": "2026-05-20", "approver": "李文生", "reason": ""}
    page = client.post(f"/people/{town.cadre.id}/exempt", data=form)
    assert page.status_code == 400 and "请选事由" in page.get_data(as_text=True)
    assert one(sqlite_database, sa.select(Exemption.id)) is None
    given = {
        "staff_no": town.cadre.staff_no,
        "unit": str(town.town.id),
        "starts_on": "2026-05-20",
        "role": "",
    }
    page = client.post("/people/roles/new", data=given)
    assert page.status_code == 400 and "请选角色" in page.get_data(as_text=True)
    assert one(sqlite_database, sa.select(RoleGrant.id).where(RoleGrant.person_id == town.cadre.id)) is None
