"""The exams of every year are choices of the set-up, each with what usually holds for it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people.models import Unit
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.usual_exams import USUAL_EXAMS
from tests.factories import a_bank_of, a_law, a_person, a_township, an_assessment
from tests.quizzes.test_setting_pages import ClientFor, Office, newest, read, value_of


@pytest.fixture
def office(sqlite_database: Database) -> Office:
    with sqlite_database.writing() as session:
        township = a_township(session)
        admin = a_person(session, township, name="刘志远", roles=[(Role.ADMIN, township)])
        civil = a_law(session, "民法典").law_id
        constitution = a_law(session, "宪法").law_id
        for law in (civil, constitution):
            a_bank_of(session, law, single=20, multiple=20, judge=20)
        session.expunge_all()
    return Office(township, admin, constitution)


@pytest.mark.parametrize("key", USUAL_EXAMS)
def test_its_points_make_a_hundred(key: str) -> None:
    exam = USUAL_EXAMS[key]
    assert sum(count * exam.worth[kind] for kind, count in exam.counts.items()) == 10_000


@pytest.mark.parametrize(
    ("key", "title", "minutes", "passing", "asked"),
    [
        ("must-know", "2026年应知应会考试", "45", "80", "30题，100分"),
        ("constitution", "2026年宪法知识考试", "30", "60", "25题，100分"),
        ("year", "2026年度考试", "60", "60", "50题，100分"),
    ],
)
def test_a_choice_fills_the_form_in(
    office: Office, client_for: ClientFor, sqlite_database: Database,
    key: str, title: str, minutes: str, passing: str, asked: str,
) -> None:  # fmt: skip
    client = client_for(office.admin)
    assert f"/assessments/new?usual={key}" in client.get("/assessments/new").text, (
        "offered on the page itself"
    )
    page = client.get(f"/assessments/new?usual={key}").text
    assert (value_of(page, "kind"), value_of(page, "title")) == ("exam", title)
    assert (value_of(page, "minutes"), value_of(page, "pass_percent")) == (minutes, passing)
    assert value_of(page, "attempts_allowed") == "1" and asked in read(page)
    assert re.search(r'aria-current="true">\w*' + title[-4:], page)


def test_the_constitution_s_is_of_the_constitution_on_its_day(office: Office, client_for: ClientFor) -> None:
    client = client_for(office.admin)
    with clock.standing_at(clock.at_local(date(2026, 11, 30), 10)):
        page = client.get("/assessments/new?usual=constitution").text
    assert value_of(page, "opens_at") == "2026-12-04T09:00" and value_of(page, "counts_for") == "2026-12"
    assert value_of(page, "closes_at") == "2026-12-10T18:00"
    asked = {int(law) for law, count in re.findall(r'name="n-(\d+)-[a-z]+"[^>]*value="(\d+)"', page)}
    assert asked == {office.law}
    with clock.standing_at(clock.at_local(date(2026, 12, 20), 10)):
        late = client.get("/assessments/new?usual=constitution").text
    assert value_of(late, "opens_at") == "2026-12-21T09:00", "its day has gone by"


def test_next_year_s_follows_the_last_one_of_its_name(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        township = session.get_one(Unit, office.township.id)
        lines = [Line(office.law, "single", 7, 500)]
        an_assessment(session, township, lines, kind="exam", title="2025年宪法知识考试", minutes=40)
        an_assessment(session, township, lines, kind="exam", title="2025年年度考试", minutes=90)
    page = client_for(office.admin).get("/assessments/new?usual=constitution").text
    assert value_of(page, "minutes") == "40" and value_of(page, f"n-{office.law}-single") == "7"
    assert "照2025年宪法知识考试的规则填好了" in page and value_of(page, "title") == "2026年宪法知识考试"


def test_it_is_an_exam_in_every_table(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    page = client.get("/assessments/new?usual=constitution").text
    form = {name: value_of(page, name) for name in (
        "kind", "title", "counts_for", "opens_at", "closes_at", "minutes", "attempts_allowed", "pass_percent",
        "excellent_percent", f"n-{office.law}-single", "worth-single",
    )} | {"counting_rule": "best", "partial_rule": "half", "reveal": "after_close", "categories": ["village"]}  # fmt: skip
    assert client.post("/assessments/new?usual=constitution", data=form).status_code == 302
    made = newest(sqlite_database)
    assert (made.kind, made.title) == ("exam", "2026年宪法知识考试")


@pytest.mark.parametrize("nonsense", ["usual=nonsense", "kind=nonsense", "usual=", "usual=year&kind=mock"])
def test_nonsense_in_the_address_is_a_form_all_the_same(
    office: Office, client_for: ClientFor, nonsense: str
) -> None:
    assert client_for(office.admin).get(f"/assessments/new?{nonsense}").status_code == 200
