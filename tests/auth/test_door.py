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
from studyhall.core.db import Database
from studyhall.people.models import LoginSession, Person
from tests.factories import NOON, a_person, a_township

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
