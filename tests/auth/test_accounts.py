"""Getting in: slips, first login, resets told to their owner, remembering, idling, own devices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from studyhall.auth import first_passwords, passwords
from studyhall.core import clock, settings
from studyhall.core.access import Role
from studyhall.core.audit import AuditEvent
from studyhall.core.db import Database
from studyhall.people.models import LoginFailure, LoginSession, Person, Unit
from studyhall.quizzes import taking
from studyhall.quizzes.assembly import Line
from tests.conftest import make_app
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, an_actor, an_assessment

For = Callable[..., FlaskClient]
SLIP = re.compile(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}")


@pytest.fixture(scope="module")
def known_hash() -> str:
    return passwords.hashed("一句自己记得住的话")


@pytest.fixture
def town(sqlite_database: Database, known_hash: str) -> Unit:
    with sqlite_database.writing() as session:
        town = a_township(session, "T1")
        admin = a_person(session, town, name="刘志远", staff_no="T10001", roles=[(Role.ADMIN, town)])
        cadre = a_person(session, town, name="苏和", staff_no="T10002")
        admin.password_hash = cadre.password_hash = known_hash
        cadre.phone = "13900001111"
        a_person(session, town, name="新来的", staff_no="T10003").must_change_password = True
        return town


def person(database: Database, staff_no: str) -> Person:
    with database.reading() as session:
        return session.scalars(sa.select(Person).where(Person.staff_no == staff_no)).one()


def log_in(app: Flask, name: str, password: str, **more: str) -> tuple[FlaskClient, object]:
    client = app.test_client()
    return client, client.post("/login", data={"staff_no": name, "password": password, **more})


def set_for(database: Database, town: Unit, **values: object) -> None:
    with database.writing() as session:
        for name, value in values.items():
            settings.set_value(session, town.id, town.path, name, value)


@contextmanager
def later(**span: float) -> Iterator[None]:
    with clock.standing_at(NOON + timedelta(**span)):
        yield


def test_slips_are_printed_for_those_without_a_password_and_open_the_account(
    app: Flask, client_for: For, town: Unit, sqlite_database: Database
) -> None:
    set_for(sqlite_database, town, address="https://xuefa.example.cn")
    printed = client_for(person(sqlite_database, "T10001")).post("/people/slips", data={"unit": town.id})
    page = printed.get_data(as_text=True)
    assert printed.headers["Cache-Control"] == "no-store"
    assert "新来的" in page and "苏和" not in page and 'class="slip-code"' in page
    (password,) = SLIP.findall(page)
    client, entered = log_in(app, "T10003", password)
    assert entered.status_code == 302
    assert client.get("/").location == "/me/password"
    stored = person(sqlite_database, "T10003")
    assert stored.password_hash.startswith("$argon2") and password not in stored.password_hash


def test_the_address_of_the_code_comes_from_the_setting_never_from_the_request(
    client_for: For, town: Unit, sqlite_database: Database
) -> None:
    client = client_for(person(sqlite_database, "T10001"))
    page = client.post("/people/slips", data={"unit": town.id}, headers={"Host": "evil.example"})
    assert "evil.example" not in page.get_data(as_text=True)
    assert "slip-code" not in page.get_data(as_text=True)


def test_printing_again_makes_new_ones_and_the_old_no_longer_open(
    app: Flask, client_for: For, town: Unit, sqlite_database: Database
) -> None:
    admin = client_for(person(sqlite_database, "T10001"))
    old, new = (
        SLIP.findall(admin.post("/people/slips", data={"unit": town.id}).get_data(as_text=True))[0]
        for _ in range(2)
    )
    assert log_in(app, "T10003", old)[1].status_code == 401
    assert log_in(app, "T10003", new)[1].status_code == 302


def test_a_slip_dies_after_a_fortnight(
    app: Flask, client_for: For, town: Unit, sqlite_database: Database
) -> None:
    admin = client_for(person(sqlite_database, "T10001"))
    (slip,) = SLIP.findall(admin.post("/people/slips", data={"unit": town.id}).get_data(as_text=True))
    with later(days=14, minutes=1):
        answer = log_in(app, "T10003", slip)[1]
        assert answer.status_code == 401 and "过期" in answer.get_data(as_text=True)


def test_the_first_login_shows_the_notice_then_asks_for_an_own_password(
    app: Flask, client_for: For, town: Unit, sqlite_database: Database
) -> None:
    admin = client_for(person(sqlite_database, "T10001"))
    (slip,) = SLIP.findall(admin.post("/people/slips", data={"unit": town.id}).get_data(as_text=True))
    client, _ = log_in(app, "T10003", slip)
    assert client.get("/me/password").location == "/notice"
    assert "身份证号、人脸、位置" in client.get("/notice").get_data(as_text=True)
    assert client.post("/notice").location == "/me/password"
    same = client.post("/me/password", data={"new": slip, "again": slip})
    assert same.status_code == 400 and "和现在的一样" in same.get_data(as_text=True)
    done = client.post("/me/password", data={"new": "早上六点放羊去", "again": "早上六点放羊去"})
    assert done.status_code == 400, "seven characters are too few"
    done = client.post("/me/password", data={"new": "早上六点放羊去了", "again": "早上六点放羊去了"})
    assert done.location == "/"
    assert client.get("/me").status_code == 200
    assert person(sqlite_database, "T10003").notice_seen_at is not None


@pytest.mark.parametrize("word", ["12345678", "t10003abc", "aaaaaaaa", "password1", "短", "23456789"])
def test_passwords_that_everybody_tries_first_fail(
    app: Flask, client_for: For, town: Unit, sqlite_database: Database, word: str
) -> None:
    assert passwords.weakness(word, staff_no="T10003", name="新来的")


def test_a_reset_takes_two_taps_is_shown_once_and_told_at_the_next_login(
    app: Flask, client_for: For, town: Unit, sqlite_database: Database
) -> None:
    cadre = person(sqlite_database, "T10002")
    at_work = client_for(cadre)
    admin = client_for(person(sqlite_database, "T10001"))
    assert f"/people/{cadre.id}/password" in admin.get(f"/people/{cadre.id}").get_data(as_text=True)
    shown = admin.post(f"/people/{cadre.id}/password")
    (new,) = SLIP.findall(shown.get_data(as_text=True))
    assert shown.headers["Cache-Control"] == "no-store"
    assert not SLIP.findall(admin.get(f"/people/{cadre.id}/password").get_data(as_text=True))
    assert at_work.get("/me").status_code == 302, "a reset signs every device out"
    client, _ = log_in(app, "T10002", new)
    client.post("/notice")
    assert "5月20日刘志远重设了您的密码" in client.get("/me/password").get_data(as_text=True)
    client.post("/me/password", data={"new": "早上六点放羊去了", "again": "早上六点放羊去了"})
    assert person(sqlite_database, "T10002").password_reset_by is None


def test_nobody_resets_somebody_above_him_or_himself(
    client_for: For, town: Unit, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        below = session.get_one(Unit, town.id)
        from tests.factories import a_unit

        village = a_unit(session, "V", below)
        keeper = a_person(session, village, name="村里管理员", roles=[(Role.ADMIN, village)])
        boss = a_person(session, village, name="乡里管理员", roles=[(Role.ADMIN, below)])
    client = client_for(keeper)
    assert client.post(f"/people/{boss.id}/password").status_code == 409
    assert "/password" not in client.get(f"/people/{boss.id}").get_data(as_text=True)
    assert client.post(f"/people/{keeper.id}/password").status_code == 409


def test_wrong_passwords_lock_and_one_tap_unlocks(
    app: Flask, client_for: For, town: Unit, sqlite_database: Database, known_hash: str
) -> None:
    cadre = person(sqlite_database, "T10002")
    client = app.test_client()
    client.set_cookie("device", "one-phone")
    with sqlite_database.writing() as session:
        for second in range(5):
            session.add(
                LoginFailure(
                    account="T10002", device="one-phone", address="1", at=NOON - timedelta(seconds=second)
                )
            )
    form = {"staff_no": "T10002", "password": "一句自己记得住的话"}
    assert client.post("/login", data=form).status_code == 429
    admin = client_for(person(sqlite_database, "T10001"))
    assert "锁定，输错5次" in admin.get("/people").get_data(as_text=True)
    admin.post(f"/people/{cadre.id}/unlock")
    assert client.post("/login", data=form).status_code == 302


@pytest.mark.parametrize(("allowed", "status"), [(True, 302), (False, 401)])
def test_the_telephone_is_a_login_name_where_the_office_says_so(
    app: Flask, town: Unit, sqlite_database: Database, allowed: bool, status: int
) -> None:
    set_for(sqlite_database, town, phone_login=allowed)
    assert log_in(app, "13900001111", "一句自己记得住的话")[1].status_code == status


def test_a_telephone_of_two_opens_neither(app: Flask, town: Unit, sqlite_database: Database) -> None:
    set_for(sqlite_database, town, phone_login=True)
    with sqlite_database.writing() as session:
        a_person(session, session.get_one(Unit, town.id)).phone = "13900001111"
    assert log_in(app, "13900001111", "一句自己记得住的话")[1].status_code == 401


@pytest.mark.parametrize(
    ("staff_no", "setting", "kept"), [("T10002", 30, True), ("T10001", 30, False), ("T10002", 0, False)]
)
def test_only_a_cadres_phone_is_remembered_and_only_where_allowed(
    app: Flask, town: Unit, sqlite_database: Database, staff_no: str, setting: int, kept: bool
) -> None:
    set_for(sqlite_database, town, remember_days=setting)
    _client, answer = log_in(app, staff_no, "一句自己记得住的话", keep="y")
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("session="))
    assert ("Expires" in cookie) is kept
    with sqlite_database.reading() as session:
        assert bool(session.scalar(sa.select(LoginSession.remember_until))) is kept


@pytest.mark.parametrize("https", ["off", "proxy"])
def test_every_cookie_of_the_door_follows_the_one_setting(
    town: Unit, sqlite_database: Database, https: str
) -> None:
    set_for(sqlite_database, town, remember_days=30)
    app = make_app(sqlite_database, HTTPS=https)
    _client, answer = log_in(app, "T10002", "一句自己记得住的话", keep="y")
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) >= 3
    assert all(("Secure" in cookie) is (https == "proxy") for cookie in cookies)


def test_a_device_left_alone_is_signed_out_and_told_so(
    app: Flask, town: Unit, sqlite_database: Database
) -> None:
    set_for(sqlite_database, town, idle_minutes=30)
    client, _ = log_in(app, "T10002", "一句自己记得住的话")
    with later(minutes=29):
        assert client.get("/me").status_code == 200
    with later(minutes=60):
        gone = client.get("/me")
        assert gone.status_code == 302 and "ended=1" in gone.location
        assert "离开时间长了" in client.get(gone.location).get_data(as_text=True)


def test_a_paper_being_taken_is_never_interrupted(app: Flask, town: Unit, sqlite_database: Database) -> None:
    set_for(sqlite_database, town, idle_minutes=15)
    with sqlite_database.writing() as session:
        here = session.get_one(Unit, town.id)
        law = a_law(session)
        a_bank_of(session, law.law_id, single=3)
        contest = an_assessment(session, here, [Line(law.law_id, "single", 2, 100)], minutes=60)
    client, _ = log_in(app, "T10002", "一句自己记得住的话")
    with sqlite_database.writing() as session:
        person_ = session.scalars(sa.select(Person).where(Person.staff_no == "T10002")).one()
        actor = an_actor(session, person_)
        taking.begin(session, actor, session.merge(contest), clock.now())
    with later(minutes=40):
        assert client.get("/me").status_code == 200


def test_one_s_own_devices_are_ended_and_nobody_elses(
    client_for: For, town: Unit, sqlite_database: Database
) -> None:
    cadre = person(sqlite_database, "T10002")
    here, there = client_for(cadre), client_for(cadre)
    stranger = client_for(person(sqlite_database, "T10001"))
    with sqlite_database.reading() as session:
        other = session.scalars(
            sa.select(LoginSession.id)
            .where(LoginSession.person_id == cadre.id)
            .order_by(LoginSession.id.desc())
        ).first()
    assert stranger.post(f"/me/devices/{other}/end").status_code == 404
    assert there.get("/me").status_code == 200
    here.post(f"/me/devices/{other}/end")
    assert there.get("/me").status_code == 302
    assert here.get("/me").status_code == 200


def test_a_first_password_is_in_no_record(client_for: For, town: Unit, sqlite_database: Database) -> None:
    admin = client_for(person(sqlite_database, "T10001"))
    (slip,) = SLIP.findall(admin.post("/people/slips", data={"unit": town.id}).get_data(as_text=True))
    with sqlite_database.reading() as session:
        trail = session.scalars(sa.select(AuditEvent)).all()
        assert any(one.action == "person.slip_made" for one in trail)
        assert not any(slip in f"{one.summary}{one.before}{one.after}" for one in trail)


def test_the_number_given_up_in_a_merger_still_opens_the_account(
    app: Flask, town: Unit, sqlite_database: Database, known_hash: str
) -> None:
    from studyhall.people import merging

    with sqlite_database.writing() as session:
        kept = session.scalars(sa.select(Person).where(Person.staff_no == "T10002")).one()
        old = session.scalars(sa.select(Person).where(Person.staff_no == "T10003")).one()
        merging.merge(session, None, kept, old)
    assert log_in(app, "T10003", "一句自己记得住的话")[1].status_code == 302


def test_slips_of_first_passwords_are_unlike_each_other() -> None:
    made = {passwords.slip_password() for _ in range(500)}
    assert len(made) == 500
    assert all(SLIP.fullmatch(one) for one in made)
    assert timedelta(days=14) == first_passwords.VALID_FOR
