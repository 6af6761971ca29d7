"""The year's twelve in one go: what is made, what is left alone, what is said."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from studyhall.bank.queries import Stock
from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people.models import Unit
from studyhall.quizzes import yearly
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, an_assessment
from tests.quizzes.test_setting_pages import ClientFor, Office, read

BASE = [Line(1, "single", 6, 400), Line(2, "single", 4, 400), Line(1, "judge", 3, 600)]
STOCK = [
    Stock(1, "宪法", "single", (5, 0, 0)),
    Stock(2, "民法典", "single", (50, 10, 0)),
    Stock(3, "国家安全法", "single", (3, 0, 0)),
    Stock(1, "宪法", "judge", (2, 0, 0)),
    Stock(2, "民法典", "judge", (9, 9, 0)),
]


def asked(lines: tuple[Line, ...], kind: str) -> dict[int, int]:
    return {line.law_id: line.how_many for line in lines if line.kind == kind}


def test_one_law_takes_all_the_questions() -> None:
    lines = yearly.lines_for(BASE, STOCK, 2, 1)
    assert [(line.law_id, line.kind, line.how_many, line.worth) for line in lines] == [
        (2, "single", 10, 400), (2, "judge", 3, 600),
    ]  # fmt: skip
    assert yearly.lacking(yearly.lines_for(BASE, STOCK, 1, 1), STOCK) == [("single", 5), ("judge", 1)]


def test_all_laws_share_and_what_is_left_over_goes_round() -> None:
    assert asked(yearly.lines_for(BASE, STOCK, yearly.ALL_LAWS, 0), "judge") == {1: 2, 2: 1}
    assert asked(yearly.lines_for(BASE, STOCK, yearly.ALL_LAWS, 1), "judge") == {1: 1, 2: 2}


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(0, 40), st.integers(0, 12))
def test_no_law_is_asked_for_more_than_it_has(there: list[int], wanted: int, turn: int) -> None:
    stock = [Stock(law, f"法{law}", "single", (count, 0, 0)) for law, count in enumerate(there, 1)]
    given_out = asked(
        yearly.lines_for([Line(1, "single", wanted, 100)], stock, yearly.ALL_LAWS, turn), "single"
    )
    assert sum(given_out.values()) == min(wanted, sum(there))
    assert all(count <= there[law - 1] for law, count in given_out.items())
    full = [law for law, count in enumerate(there, 1) if given_out.get(law, 0) == count]
    shares = [given_out.get(law, 0) for law in range(1, len(there) + 1) if law not in full]
    assert not shares or max(shares) - min(shares) <= 1, "who has enough gets the same as the next"


@pytest.fixture
def office(sqlite_database: Database) -> Office:
    """May's contest is set: nine o'clock on the 14th to the 23rd, five single questions of two laws."""
    with sqlite_database.writing() as session:
        township = a_township(session)
        admin = a_person(session, township, name="刘志远", roles=[(Role.ADMIN, township)])
        laws = [a_law(session, title).law_id for title in ("宪法", "民法典")]
        a_bank_of(session, laws[0], single=8)
        a_bank_of(session, laws[1], single=3)
        an_assessment(
            session, township, [Line(laws[0], "single", 5, 2000)], title="2026年5月月月赛", minutes=45,
            opens_at=clock.at_local(NOON.date().replace(day=14), 9),
            closes_at=clock.at_local(NOON.date().replace(day=23), 18), earlier_wins=True, top_list=True,
        )  # fmt: skip
        session.expunge_all()
    return Office(township, admin, laws[1])


def sent(page: str, **changed: Any) -> dict[str, Any]:
    """The form as the page shows it."""
    fields = dict(re.findall(r'name="((?:opens|closes)-\d+|from|until)" value="([^"]+)"', page))
    fields |= dict.fromkeys(re.findall(r'name="(use-\d+)"', page), "1")
    fields |= dict.fromkeys(re.findall(r'name="(law-\d+)"', page), "0")
    return {name: text for name, text in (fields | changed).items() if text is not None}


def contests(database: Database) -> list[Assessment]:
    with database.reading() as session:
        found = session.scalars(sa.select(Assessment).order_by(Assessment.opens_at)).all()
        for one in found:
            _ = one.lines
        return list(found)


def test_the_months_to_come_are_made_by_the_last_one_s_rules(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    page = client.get("/assessments/year").text
    assert "一次把没有设置的7个月都设好" in read(page), "May has one, January to April have gone by"
    answer = client.post("/assessments/year", data=sent(page, year=2026, publish="1"))
    assert answer.status_code == 302
    made = contests(sqlite_database)[1:]
    assert [one.counts_for_month for one in made] == list(range(6, 13))
    assert all(one.is_published for one in made)
    june = made[0]
    assert (june.title, june.minutes, june.earlier_wins, june.top_list) == (
        "2026年6月月月赛",
        45,
        True,
        False,
    )
    assert june.opens_at == datetime(2026, 6, 14, 1, tzinfo=UTC)
    assert june.closes_at == datetime(2026, 6, 23, 10, tzinfo=UTC)
    assert sum(line.how_many for line in june.lines) == 5 and len(june.lines) == 2
    assert "发布了7场，到时候自己开始。" in read(client.get(answer.location).text)


def test_rows_can_be_changed_and_left_out(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    page = client.get("/assessments/year?year=2026").text
    changed: dict[str, Any] = {f"use-{month}": None for month in range(8, 13)}
    changed |= {"law-7": str(office.law), "opens-6": "2026-06-01", "closes-6": "2026-06-30", "from": "08:30"}
    client.post("/assessments/year", data=sent(page, year=2026, draft="1", **changed))
    june, july = contests(sqlite_database)[1:]
    assert clock.local(june.opens_at).strftime("%d %H:%M") == "01 08:30" and not june.is_published
    assert [line.law_id for line in july.lines] == [office.law]


def test_a_month_that_has_one_is_left_alone_and_said(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    page = client.get("/assessments/year?year=2026").text
    assert "use-5" not in page and "2026年5月月月赛" in page
    with sqlite_database.writing() as session:
        an_assessment(
            session, session.get_one(Unit, office.township.id), [Line(office.law, "single", 1, 100)],
            title="手工设的6月", counts_for=(2026, 6), opens_at=NOON + timedelta(days=20),
            closes_at=NOON + timedelta(days=30), published=False,
        )  # fmt: skip
    answer = client.post("/assessments/year", data=sent(page, year=2026, draft="1"))
    assert [one.title for one in contests(sqlite_database) if one.counts_for_month == 6] == ["手工设的6月"]
    assert "存了6场草稿。6月已经有了，没有动。" in read(client.get(answer.location).text)
    again = client.post("/assessments/year", data=sent(page, year=2026, draft="1"))
    assert len(contests(sqlite_database)) == 8 and again.status_code in (302, 400), (
        "a second press adds nothing"
    )


def test_what_the_bank_cannot_fill_stays_a_draft_and_is_said_before(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    page = client.get("/assessments/year?year=2026").text
    form = sent(page, year=2026, **{"law-6": str(office.law)})
    assert "单选题还差2道，只能先存草稿" in read(
        client.post("/assessments/year", data=form | {"recount": "1"}).text
    )
    client.post("/assessments/year", data=form | {"publish": "1"})
    made = contests(sqlite_database)[1:]
    assert [one.is_published for one in made] == [False, *[True] * 6]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"closes-7": "2026-07-01"}, "截止要在开始后面。"),
        ({"opens-7": "七月"}, "请填开始和截止的时间。"),
        ({"opens-7": "2026-01-01", "closes-7": "2026-01-03"}, "截止时间已经过去。"),
    ],
)
def test_one_wrong_row_holds_them_all_and_what_was_typed_stays(
    office: Office, client_for: ClientFor, sqlite_database: Database, wrong: dict[str, str], words: str
) -> None:
    client = client_for(office.admin)
    page = client.get("/assessments/year?year=2026").text
    answer = client.post("/assessments/year", data=sent(page, year=2026, publish="1", **wrong))
    assert answer.status_code == 400 and words in answer.text and 'href="#opens-7"' in answer.text
    assert all(text in answer.text for text in wrong.values())
    assert len(contests(sqlite_database)) == 1


def test_a_forged_law_is_not_found_and_no_month_ticked_makes_nothing(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    page = client.get("/assessments/year?year=2026").text
    assert (
        client.post("/assessments/year", data=sent(page, **{"law-7": "999", "publish": "1"})).status_code
        == 404
    )
    none = {f"use-{month}": None for month in range(1, 13)}
    answer = client.post("/assessments/year", data=sent(page, year=2026, publish="1", **none))
    assert "一个月也没有勾，没有生成。" in answer.text
    assert len(contests(sqlite_database)) == 1


def test_a_draft_far_ahead_is_nothing_to_do_yet(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    page = client.get("/assessments/year?year=2026").text
    client.post("/assessments/year", data=sent(page, year=2026, draft="1"))
    home = read(client.get("/").text)
    assert "6月月月赛是草稿" in home and "7月月月赛是草稿" not in home
