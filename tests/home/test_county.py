"""The county over townships that each hold their own contest: their sum first, and who holds none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people.models import Person, Unit, UnitKind
from studyhall.quizzes.models import Assessment
from tests.factories import a_person, a_unit
from tests.reports.building import CLOSES, OPENS, a_contest, hands_in

ClientFor = Callable[..., FlaskClient]
MIDDLE = OPENS + (CLOSES - OPENS) / 2


@dataclass
class County:
    watcher: Person
    admin: Person


@pytest.fixture
def county(sqlite_database: Database) -> County:
    """Two townships of four with one and three of them in; a third holds nothing."""
    with sqlite_database.writing() as session:
        top = a_unit(session, "C", name="沙泉县", kind=UnitKind.COUNTY)
        watcher = a_person(session, top, roles=[(Role.COUNTY, top)])
        admin = a_person(session, top, roles=[(Role.ADMIN, top)])
        for code, name, came in (("T1", "红柳乡", 3), ("T2", "胡杨乡", 1), ("T3", "梭梭镇", None)):
            township = a_unit(session, code, top, name=name, kind=UnitKind.TOWNSHIP)
            people = [a_person(session, township, name=f"{name}{number}") for number in range(4)]
            if came is not None:
                contest = a_contest(session, township, title="2026年5月月月赛")
                for person in people[:came]:
                    hands_in(session, contest, person, 8000)
                _ = contest.code
        session.flush()
        session.expunge_all()
    return County(watcher, admin)


@pytest.fixture(autouse=True)
def _while_it_is_open():
    with clock.standing_at(MIDDLE):
        yield


def read(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", "", re.sub(r"<wbr>|<[^>]+>", "", main))


def test_the_first_page_sums_the_townships_lowest_first(county: County, client_for: ClientFor) -> None:
    page = client_for(county.watcher).get("/").text
    words = read(page)
    assert "5月月月赛，8人里4人参加了，还差4人" in words
    assert "2个单位，各办各的，还有1个没有办" in words
    assert "50.0%" in words
    places = [
        words.index(part) for part in ("梭梭镇—没有办5月的", "胡杨乡25.0%1/4，差3人", "红柳乡75.0%3/4，差1人")
    ]
    assert places == sorted(places)
    assert "红柳乡，应参加4人" in words and "胡杨乡，应参加4人" in words, "what comes next is told apart too"
    assert "【学法提醒】5月月月赛，还差4人：胡杨乡3人、红柳乡1人。还没有办的：梭梭镇。" in page
    assert "红柳乡0" not in page and "/behind/" not in page, "the county sees how many, never who"


def test_each_township_leads_to_its_own_month(county: County, client_for: ClientFor) -> None:
    client = client_for(county.watcher)
    page = client.get("/").text
    target = re.search(r'href="([^"]+)"><span class="row-main">胡杨乡', page)
    assert target and "应参加4人，参加1人" in read(client.get(target[1]).text)


def test_the_months_contests_are_told_apart_by_who_holds_them(county: County, client_for: ClientFor) -> None:
    client = client_for(county.watcher)
    words = read(client.get("/reports/month/2026-05").text)
    assert "2个单位各办各的月月赛，合起来应参加8人，参加4人，缺4人。还没有办的1个：梭梭镇。" in words
    assert "红柳乡2026年5月月月赛应参加4人，参加3人" in words
    assert "胡杨乡2026年5月月月赛应参加4人，参加1人" in words
    of_one = read(client.get("/reports/month/2026-05?unit=T2").text)
    assert "2026年5月月月赛应参加4人" in of_one and "胡杨乡2026年" not in of_one
    assert "胡杨乡2026年5月月月赛" in client.get("/reports/month/2026-05/print").text


def test_a_year_with_nothing_in_it_opens_nothing(county: County, client_for: ClientFor) -> None:
    """A nought and an empty list behind it is no receipt."""
    page = client_for(county.admin).get("/reports/year/2025").text
    assert not re.search(r"/behind/[^>]*>(0|看是哪些)<", page)
    assert "点数字，看背后的名单" not in page


def test_one_contest_of_the_county_is_told_by_itself(
    county: County, client_for: ClientFor, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        session.execute(sa.update(Assessment).values(withdrawn_at=MIDDLE))
        top = session.scalars(sa.select(Unit).where(Unit.code == "C")).one()
        _ = a_contest(session, top, title="2026年5月全县月月赛").code
    words = read(client_for(county.watcher).get("/").text)
    assert "全县月月赛，14人里0人参加了，还差14人" in words and "各办各的" not in words
