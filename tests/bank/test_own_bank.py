"""The questions that come with the product are a button on an empty site, not a command somebody must know."""

from __future__ import annotations

import re
from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient

from studyhall.bank.models import Question
from studyhall.core import resources
from studyhall.core.access import Role
from studyhall.core.audit import AuditEvent
from studyhall.core.db import Database
from studyhall.people.models import UnitKind
from tests.factories import a_bank, a_law, a_person, a_question, a_township, a_unit

For = Callable[..., FlaskClient]


def count(database: Database) -> int:
    with database.writing() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Question)) or 0


def test_one_press_loads_them_and_a_second_one_nothing(client_for: For, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        town = a_township(session)
        admin = a_person(session, town, roles=[(Role.ADMIN, town)])
    client = client_for(admin)
    assert "载入自带的题" in client.get("/bank/").get_data(as_text=True)
    page = client.post("/bank/own", follow_redirects=True).get_data(as_text=True)
    loaded = int(re.search(r"题库，(\d+)道题", page)[1])
    assert loaded > 1000 and f"载入了{loaded}道题" in page and "载入自带的题" not in page
    stored = count(sqlite_database)
    assert client.post("/bank/own").location == "/bank/" and count(sqlite_database) == stored
    with sqlite_database.writing() as session:
        noted = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "bank.loaded")).all()
    assert [one.after for one in noted] == [{"added": loaded}]
    for folder in resources.question_bank().glob("*/contents.yaml"):
        law = folder.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("law: ")
        assert law in page


def test_beside_one_s_own_questions_they_are_still_offered(
    client_for: For, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        town = a_township(session)
        admin = a_person(session, town, roles=[(Role.ADMIN, town)])
        a_question(session, a_bank(session, town), a_law(session).law_id)
    assert "系统自带的题还没有载入" in client_for(admin).get("/bank/").get_data(as_text=True)


def test_a_township_of_a_county_does_not_load_for_everybody(
    client_for: For, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        county = a_unit(session, "XN", kind=UnitKind.COUNTY)
        town = a_township(session, parent=county)
        admin = a_person(session, town, roles=[(Role.ADMIN, town)])
    client = client_for(admin)
    assert "载入自带的题" not in client.get("/bank/").get_data(as_text=True)
    assert client.post("/bank/own").status_code == 404 and count(sqlite_database) == 0
