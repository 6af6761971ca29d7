"""How many statements each page of a paper costs, the look-up of the login included; and no list costs more
for being longer. Begin and commit are not counted, a statement for many rows counts once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from studyhall.bank import cited
from studyhall.bank.asked import asked
from studyhall.bank.models import QuestionVersion
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people.models import Person, Unit
from studyhall.quizzes import taking
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Attempt
from studyhall.quizzes.upkeep import keep_up
from tests.counting import counted
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, a_unit, an_actor, an_assessment


@dataclass
class Town:
    database: Database
    township: Unit
    admin: Person
    cadre: Person
    code: str
    assessment_id: int
    law_id: int


@pytest.fixture
def town(sqlite_database: Database) -> Town:
    with sqlite_database.writing() as session:
        township = a_township(session)
        admin = a_person(
            session, township, name="其其格", roles=[(Role.ADMIN, township), (Role.LEADER, township)]
        )
        cadre = a_person(session, township)
        law = a_law(session).law_id
        a_bank_of(session, law, single=12, multiple=6, judge=6)
        lines = [Line(law, "single", 10, 400), Line(law, "multiple", 5, 600), Line(law, "judge", 5, 600)]
        assessment = an_assessment(session, township, lines, attempts_allowed=2)
        code, number = assessment.code, assessment.id
    keep_up(sqlite_database, NOON)
    return Town(sqlite_database, township, admin, cadre, code, number, law)


@pytest.fixture
def client(
    town: Town, client_for: Callable[[Person], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> FlaskClient:
    """The cadre's phone. Others have been through all questions, so that these and their articles are kept."""
    monkeypatch.setattr(cited, "_SURE_FOR", 600.0)  # however slow the machine is
    with town.database.writing() as session:
        versions = session.scalars(sa.select(QuestionVersion.id)).all()
        asked(session, versions)
        for version in versions:
            cited.grounds(session, version, NOON.date())
    return client_for(town.cadre)


def _begin(phone: FlaskClient, town: Town) -> str:
    return phone.post(f"/c/{town.code}/begin").location.rsplit("/", 1)[0]


GOALS = {
    "question": 3,
    "save": 3,
    "sheet": 8,
    "hand_in": 7,
    "result": 10,
    "review": 3,
}
"""At most. Save, hand-in and review are those of the design."""


@pytest.mark.parametrize("step", GOALS)
def test_a_page_of_a_paper_costs_at_most(step: str, town: Town, client: FlaskClient) -> None:
    path = _begin(client, town)
    client.get(f"{path}/1")
    client.post(f"{path}/3", data={"answer": "B", "go": "4"})
    if step in ("result", "review"):
        client.post(f"{path}/hand-in")
    ask = {
        "question": lambda: client.get(f"{path}/2"),
        "save": lambda: client.post(
            f"{path}/1/save",
            data={"answer": "A", "number": str(taking.DEVICE_SPAN + 1)},
            headers={"Accept": "application/json"},
        ),
        "sheet": lambda: client.get(f"{path}/sheet"),
        "hand_in": lambda: client.post(f"{path}/hand-in"),
        "result": lambda: client.get(f"{path}/result"),
        "review": lambda: client.get(f"{path}/review/1"),
    }[step]
    with counted(town.database.engine) as statements:
        response = ask()
    assert response.status_code in (200, 302), response.text
    if step == "save":
        assert response.get_json()["word"] == "stored"
    assert len(statements) <= GOALS[step], "\n\n".join(statements)


def test_handing_in_a_second_paper_looks_at_the_first_one_too(town: Town, client: FlaskClient) -> None:
    for more in (0, 1):
        path = _begin(client, town)
        client.post(f"{path}/3", data={"answer": "B", "go": "4"})
        with counted(town.database.engine) as statements:
            client.post(f"{path}/hand-in")
        assert len(statements) <= GOALS["hand_in"] + more, "\n\n".join(statements)


def test_opening_costs_the_same_however_large_the_bank_is(town: Town, client_for) -> None:
    counts = []
    for more in (0, 60):
        with town.database.writing() as session:
            a_bank_of(session, town.law_id, single=more)
        phone = client_for(town.cadre)
        with counted(town.database.engine) as statements:
            path = _begin(phone, town)
        phone.post(f"{path}/hand-in")
        counts.append(len(statements))
    assert max(counts) <= 16, "\n\n".join(statements)
    # One statement more where the letters of new questions are read, one less where all were dealt before.
    assert abs(counts[1] - counts[0]) <= 1


def test_reading_pages_never_write(town: Town, client: FlaskClient) -> None:
    path = _begin(client, town)
    client.get("/")
    with counted(town.database.engine) as statements:
        for page in ("/", f"/c/{town.code}", f"{path}/1", f"{path}/sheet", f"{path}/whole"):
            assert client.get(page).status_code == 200
    assert [one for one in statements if not one.lstrip().upper().startswith("SELECT")] == []


PANELS = {"admin": "/"}
"""The first page of an admin is no list: it has a panel for each contest that is open."""


def _rows(town: Town, how_many: int) -> None:
    """So many more people in units of their own, contests, and papers handed in."""
    with town.database.writing() as session:
        people = []
        for _ in range(how_many):
            unit = a_unit(session, parent=session.get_one(Unit, town.township.id))
            people.append(a_person(session, unit))
        lines = [Line(town.law_id, "judge", 2, 500)]
        for number in range(how_many):
            assessment = an_assessment(
                session, session.get_one(Unit, town.township.id), lines, title=f"第{number}场"
            )
            actor = an_actor(session, people[number])
            attempt: Attempt = taking.begin(session, actor, assessment, NOON)
            taking.hand_in(session, attempt.id, actor, NOON)
    keep_up(town.database, NOON)


@pytest.mark.parametrize("who", ["admin", "cadre"])
def test_a_list_asks_the_same_for_3_rows_and_for_30(town: Town, app: Flask, client_for, who: str) -> None:
    # A page that does not open is another test's matter.
    app.config["PROPAGATE_EXCEPTIONS"] = False
    phone = client_for(getattr(town, who))
    counts: dict[str, list[int]] = {
        rule.rule: []
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.rule != PANELS.get(who)
    }
    for how_many in (3, 27):
        _rows(town, how_many)
        for path in list(counts):
            if phone.get(path).status_code != 200:
                del counts[path]
                continue
            with counted(town.database.engine) as statements:
                phone.get(path)
            counts[path].append(len(statements))
    assert counts
    assert {path: pair for path, pair in counts.items() if pair[0] != pair[1]} == {}
