"""However many units, people and contests there are, a report asks the database as often as for a few."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people.models import Person, Unit
from tests.counting import counted
from tests.factories import a_person, a_township, a_unit
from tests.reports.building import LATER, a_contest, exempts, hands_in

ClientFor = Callable[..., FlaskClient]


@dataclass
class County:
    database: Database
    unit: Unit
    admin: Person
    leader: Person

    def grows_by(self, towns: int, villages: int, people: int, first: str) -> None:
        """So many townships of so many villages, each with a contest of its own: one took part, one is exempt
        (事后), the others are missing."""
        with self.database.writing() as session:
            county = session.get_one(Unit, self.unit.id)
            for town in range(towns):
                township = a_township(session, f"{first}{town}", county)
                members = []
                for village in range(villages):
                    below = a_unit(session, f"{first}{town}-{village}", township)
                    members += [a_person(session, below) for _ in range(people)]
                contest = a_contest(session, township, title=f"{first}{town}的月月赛")
                hands_in(session, contest, members[0], 9000)
                exempts(session, contest, members[1], after_close=True)


@pytest.fixture
def county(sqlite_database: Database) -> Iterator[County]:
    with sqlite_database.writing() as session:
        unit = a_unit(session, "C", name="县")
        seat = a_township(session, "SEAT", unit)
        admin = a_person(session, seat, roles=[(Role.ADMIN, unit)])
        leader = a_person(session, seat, roles=[(Role.LEADER, unit)])
        session.flush()
    found = County(sqlite_database, unit, admin, leader)
    found.grows_by(2, 1, 4, "A")
    with clock.standing_at(LATER):
        yield found


PAGES = [
    ("admin", "/reports/month/2026-05", None),
    ("admin", "/reports/month/2026-05?names=1&order=tree", None),
    ("admin", "/reports/month/2026-05/print", None),
    ("admin", "/reports/month/2026-05/export", {"unit": "C"}),
    ("admin", "/reports/month/2026-05/export", {"unit": "C", "as": "word"}),
    ("admin", "/reports/year/2026", None),
    ("admin", "/reports/year/2026/months", None),
    ("admin", "/reports/year/2026/behind/contest.participation/rest", None),
    ("admin", "/reports/year/2026/behind/study.coverage/rest", None),
    ("admin", "/reports/year/2026/export", {"unit": "C"}),
    ("admin", "/reports/year/2026/export", {"unit": "C", "as": "word"}),
    ("leader", "/", None),
    ("leader", "/?names=1", None),
]


@pytest.mark.parametrize(("who", "path", "form"), PAGES)
def test_a_report_of_a_county_asks_as_often_as_of_two_townships(
    county: County, client_for: ClientFor, who: str, path: str, form: dict[str, str] | None
) -> None:
    client = client_for(getattr(county, who))

    def asked() -> list[str]:
        with counted(county.database.engine) as sent:
            answer = client.get(path) if form is None else client.post(path, data=form)
        assert answer.status_code == 200
        return sent

    asked()
    few = asked()
    county.grows_by(4, 3, 5, "B")
    many = asked()
    assert len(many) == len(few), [one for one in many if one not in few]


def test_what_does_not_fit_is_told_one_by_one_up_to_eight(county: County, client_for: ClientFor) -> None:
    with county.database.writing() as session:
        session.execute(sa.text("UPDATE roster_entry SET approver = NULL WHERE state = 'exempt'"))
    client = client_for(county.admin)
    few = client.get("/reports/year/2026").text
    assert few.count("没有写批准人") == 2
    county.grows_by(9, 1, 2, "B")
    with county.database.writing() as session:
        session.execute(sa.text("UPDATE roster_entry SET approver = NULL WHERE state = 'exempt'"))
    many = client.get("/reports/year/2026").text
    assert many.count("，没有写批准人") == 8
    assert "另有3条免考也没有写批准人" in many
