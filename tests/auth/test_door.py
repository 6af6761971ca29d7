"""The door: who comes in, what is said to who does not, and the first password of one's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from studyhall.auth import passwords
from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people.models import LoginSession, Person, Unit
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, a_unit, an_assessment

PASSWORD = "沙枣花开的时候"
NEW = "胡杨林里的那条路"


@pytest.fixture(scope="module")
def password_hash() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture
def person(app: Flask, password_hash: str) -> Person:
    with database(app).writing() as session:
        person = a_person(session, a_township(session), name="巴特尔", staff_no="SZ0001")
        person.password_hash = password_hash
        session.flush()
        session.expunge_all()
    return person


def database(app: Flask) -> Database:
    found: Database = app.extensions["studyhall_db"]
    return found


def enter(client: FlaskClient, password: str = PASSWORD, number: str = "SZ0001", **more: str):
    return client.post("/login", data={"staff_no": number, "password": password, **more})


def test_the_right_password_opens_the_first_page(app: Flask, person: Person) -> None:
    client = app.test_client()
    assert enter(client).location == "/"
    assert "巴特尔，您好" in client.get("/").text


def test_a_number_may_be_typed_small(app: Flask, person: Person) -> None:
    assert enter(app.test_client(), number=" sz0001 ").status_code == 302


def test_one_lands_where_one_wanted_to_go(app: Flask, person: Person) -> None:
    client = app.test_client()
    door = client.get("/me").location
    assert door == "/login?next=/me"
    assert 'value="/me"' in client.get(door).text
    assert enter(client, next="/me").location == "/me"


@pytest.mark.parametrize("elsewhere", ["https://boese.example/", "//boese.example", "/\\boese.example"])
def test_never_at_another_host(app: Flask, person: Person, elsewhere: str) -> None:
    assert enter(app.test_client(), next=elsewhere).location == "/"


def test_a_wrong_password_says_how_many_tries_are_left(app: Flask, person: Person) -> None:
    response = enter(app.test_client(), "不是这个密码")
    assert response.status_code == 401
    assert "工号或密码不对，还可以再试4次。忘了密码请找管理员。" in response.text
    assert 'value="SZ0001"' in response.text
    assert "不是这个密码" not in response.text


def test_an_unknown_number_sounds_the_same(app: Flask, person: Person) -> None:
    assert "工号或密码不对，还可以再试4次" in enter(app.test_client(), number="SZ9999").text


def test_five_wrong_ones_lock(app: Flask, person: Person) -> None:
    client = app.test_client()
    client.get("/login")
    for minute in range(5):
        with clock.standing_at(NOON + timedelta(minutes=minute)):
            response = enter(client, "不是这个密码")
    assert "锁定" in response.text
    with clock.standing_at(NOON + timedelta(minutes=5)):
        locked = enter(client)
    assert locked.status_code == 429
    assert "请管理员解锁" in locked.text


def test_an_empty_field_is_named(app: Flask, person: Person) -> None:
    response = enter(app.test_client(), "")
    assert response.status_code == 400
    assert "请填密码。" in response.text


def test_a_session_that_ended_is_explained(app: Flask) -> None:
    page = app.test_client().get("/login?next=/papers/3/7&ended=1").text
    assert "离开时间长了，请重新登录。" in page
    assert "刚才的答案已经保存" in page


def test_a_slip_that_expired_is_named(app: Flask, person: Person) -> None:
    with database(app).writing() as session:
        session.execute(sa.update(Person).values(password_expires_at=NOON - timedelta(days=1)))
    assert "这张密码条过期了" in enter(app.test_client()).text


def test_the_first_thing_is_a_password_of_ones_own(app: Flask, person: Person) -> None:
    with database(app).writing() as session:
        session.execute(sa.update(Person).values(must_change_password=True))
    client = app.test_client()
    enter(client)
    assert client.get("/").location == "/me/password"
    assert client.get("/me/password").location == "/notice"
    assert client.post("/notice").location == "/me/password"
    page = client.get("/me/password").text
    assert "设一个自己的密码" in page and "密码条上的密码只能用这一次" in page
    done = client.post("/me/password", data={"new": NEW, "again": NEW})
    assert done.location == "/"
    assert client.get("/").status_code == 200
    assert enter(app.test_client(), NEW).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "words"),
    [
        ("不是这个密码", NEW, NEW, "现在的密码不对。"),
        (PASSWORD, NEW, NEW + "上", "两次填的不一样。"),
        (PASSWORD, PASSWORD, PASSWORD, "新密码和现在的一样，请换一个。"),
        (PASSWORD, "短的", "短的", "至少8位，现在只有2位。"),
        (PASSWORD, "88888888", "88888888", "这个密码太常见"),
        (PASSWORD, "sz0001的密码", "sz0001的密码", "密码里不要有工号和姓名。"),
        (PASSWORD, "", "", "请填新密码。"),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said_at_its_field(
    app: Flask, person: Person, old: str, new: str, again: str, words: str
) -> None:
    client = app.test_client()
    enter(client)
    response = client.post("/me/password", data={"old": old, "new": new, "again": again})
    assert response.status_code == 400
    assert words in response.text and "处要改：" in response.text


def test_all_that_is_wrong_with_it_is_said_at_once(app: Flask, person: Person) -> None:
    client = app.test_client()
    enter(client)
    page = client.post("/me/password", data={"old": "不是这个密码", "new": "短的", "again": "短"}).text
    assert "有3处要改：" in page
    for words in ("现在的密码不对。", "至少8位，现在只有2位。", "两次填的不一样。"):
        assert words in page


def test_a_new_password_signs_the_other_devices_out(app: Flask, person: Person) -> None:
    here, there = app.test_client(), app.test_client()
    enter(here)
    enter(there)
    here.post("/me/password", data={"old": PASSWORD, "new": NEW, "again": NEW})
    assert here.get("/").status_code == 200
    assert there.get("/").location == "/login?next=/&ended=1"


def test_leaving_ends_the_session(app: Flask, person: Person) -> None:
    client = app.test_client()
    enter(client)
    assert client.post("/logout").location == "/login"
    assert client.get("/").status_code == 302
    with database(app).reading() as session:
        assert session.scalars(sa.select(LoginSession.ended_at)).one() == NOON


def test_large_type_works_before_the_door_and_stays_with_the_person(
    app: Flask, person: Person, client_for: Callable[..., FlaskClient]
) -> None:
    client = app.test_client()
    client.post("/type-size", data={"size": "large", "back": "/login"})
    assert 'data-type="large"' in client.get("/login").text
    enter(client)
    assert 'data-type="large"' not in client.get("/").text
    client.post("/type-size", data={"size": "large", "back": "/"})
    assert 'data-type="large"' in client_for(person).get("/").text


# What the door says to somebody who is not known yet


@pytest.fixture
def contest(app: Flask, person: Person) -> Assessment:
    with database(app).writing() as session:
        township = session.scalars(sa.select(Unit)).one()
        office = a_unit(session, "DZ", township, name="党政综合办公室")
        a_person(session, office, name="刘志远", roles=[(Role.ADMIN, township)])
        law = a_law(session).law_id
        a_bank_of(session, law, judge=2)
        contest = an_assessment(session, township, [Line(law, "judge", 2, 500)], title="2026年5月月月赛")
        session.flush()
        session.expunge_all()
    return contest


def test_the_door_names_the_contest_and_who_helps(app: Flask, contest: Assessment) -> None:
    page = app.test_client().get(f"/login?next=/c/{contest.code}").text
    assert "登录后直接进入2026年5月月月赛，5月23日12:00截止" in page
    assert "忘了密码，请找管理员重设：刘志远，党政综合办公室。重设后马上能用。" in page
    with clock.standing_at(contest.opens_at - timedelta(hours=1)):
        early = app.test_client().get(f"/login?next=/c/{contest.code}").text
    assert "登录后看2026年5月月月赛，5月19日12:00开始" in early


def test_after_a_wrong_password_the_door_says_that_and_who_helps(app: Flask, contest: Assessment) -> None:
    page = enter(app.test_client(), password="不对不对不对", next=f"/c/{contest.code}").text
    assert "登录后直接进入" not in page and "还可以再试4次" in page and "刘志远" in page


@pytest.mark.parametrize("hidden", ["draft", "withdrawn", "over", "unknown"])
def test_the_door_says_nothing_of_a_contest_that_is_not_on_the_wall(
    app: Flask, contest: Assessment, hidden: str
) -> None:
    with database(app).writing() as session:
        kept = session.get_one(Assessment, contest.id)
        if hidden == "draft":
            kept.published_at = None
        elif hidden == "withdrawn":
            kept.withdrawn_at = NOON
        elif hidden == "over":
            kept.closes_at = NOON
    code = "zzzzzz" if hidden == "unknown" else contest.code
    page = app.test_client().get(f"/login?next=/c/{code}").text
    assert "登录后直接进入测评" in page and "月月赛" not in page


def test_where_several_offices_share_a_site_nobody_is_named_by_chance(
    app: Flask, contest: Assessment
) -> None:
    with database(app).writing() as session:
        other = a_township(session, "T2")
        a_person(session, other, name="高雪", roles=[(Role.ADMIN, other)])
    client = app.test_client()
    door = client.get("/login").text
    assert "刘志远" not in door and "高雪" not in door and "忘了密码，请找管理员重设。" in door
    # Who comes by a contest's address is sent to the admin of its office.
    page = client.get(f"/login?next=/c/{contest.code}").text
    assert "刘志远" in page and "高雪" not in page
