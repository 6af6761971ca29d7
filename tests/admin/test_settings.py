"""Settings of an office: the nearest unit's word holds, and only those who keep it may change it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from studyhall.core import settings
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people.models import Unit, UnitKind
from tests.factories import a_person, a_township, a_unit

For = Callable[..., FlaskClient]


@pytest.fixture
def county(sqlite_database: Database) -> Unit:
    with sqlite_database.writing() as session:
        return a_unit(session, "C", kind=UnitKind.COUNTY)


def test_a_units_own_word_wins_over_that_of_the_units_above(sqlite_database: Database, county: Unit) -> None:
    with sqlite_database.writing() as session:
        top = session.get_one(Unit, county.id)
        one, two = a_township(session, "T1", top), a_township(session, "T2", top)
        settings.set_value(session, top.id, top.path, "idle_minutes", 30)
        settings.set_value(session, one.id, one.path, "idle_minutes", 60)
        assert settings.settings_for(session, one.path).idle_minutes == 60
        assert settings.settings_for(session, two.path).idle_minutes == 30
        assert settings.settings_for(session, two.path).phone_login is False


def test_a_setting_that_there_is_not_is_a_mistake(sqlite_database: Database, county: Unit) -> None:
    with sqlite_database.writing() as session, pytest.raises(KeyError):
        settings.set_value(session, county.id, county.path, "typo", 1)


def test_an_admin_sets_them_for_his_own_units_only(
    client_for: For, sqlite_database: Database, county: Unit
) -> None:
    with sqlite_database.writing() as session:
        top = session.get_one(Unit, county.id)
        town, other = a_township(session, "T1", top), a_township(session, "T2", top)
        admin = a_person(session, town, roles=[(Role.ADMIN, town)])
        leader = a_person(session, town, roles=[(Role.LEADER, town)])
    client = client_for(admin)
    data = {"address": "https://xuefa.example.cn/", "phone_login": "y", "idle_minutes": "30"}
    assert client.post("/settings", data=data).status_code == 302
    with sqlite_database.reading() as session:
        held = settings.settings_for(session, town.path)
        assert (held.address, held.phone_login, held.idle_minutes) == ("https://xuefa.example.cn", True, 30)
        assert settings.settings_for(session, other.path).address == ""
    assert client.get(f"/settings?unit={other.id}").status_code == 404
    assert client.post(f"/settings?unit={county.id}", data=data).status_code == 404
    assert client_for(leader).get("/settings").status_code == 403


@pytest.mark.parametrize("address", ["xuefa", "javascript:alert(1)", "ftp://x", "https://"])
def test_an_address_is_written_whole(
    client_for: For, sqlite_database: Database, county: Unit, address: str
) -> None:
    with sqlite_database.writing() as session:
        top = session.get_one(Unit, county.id)
        admin = a_person(session, top, roles=[(Role.ADMIN, top)])
    page = client_for(admin).post("/settings", data={"address": address, "idle_minutes": "0"})
    assert page.status_code == 400 and "网址要写全" in page.get_data(as_text=True)


@pytest.mark.parametrize(("said", "kept"), [("2月20日", "02-20"), ("3-15", "03-15"), ("", "03-01")])
def test_the_reporting_day_is_a_day_of_every_year(
    client_for: For, sqlite_database: Database, county: Unit, said: str, kept: str
) -> None:
    with sqlite_database.writing() as session:
        admin = a_person(session, session.get_one(Unit, county.id), roles=[(Role.ADMIN, county)])
    client = client_for(admin)
    assert client.post("/settings", data={"report_by": said, "idle_minutes": "0"}).status_code == 302
    with sqlite_database.reading() as session:
        assert settings.settings_for(session, county.path).report_by == kept
    for wrong in ("2月29日", "13月1日", "明天"):
        page = client.post("/settings", data={"report_by": wrong, "idle_minutes": "0"})
        assert page.status_code == 400 and "写几月几日" in page.text
