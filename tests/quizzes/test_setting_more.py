"""The rarer settings of a contest: by difficulty, a part of the units, equal scores, one paper for all."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people import exemptions
from studyhall.people.models import Person, RosterEntry, Unit, UnitKind
from studyhall.quizzes.models import Assessment
from tests.factories import a_bank_of, a_law, a_person, a_question, a_township, a_unit
from tests.quizzes.test_setting_pages import ClientFor, Office, filled, newest, read, value_of


@pytest.fixture
def office(sqlite_database: Database) -> Office:
    """A township of two villages and an office; eight easy single questions and two hard ones."""
    with sqlite_database.writing() as session:
        township = a_township(session)
        admin = a_person(session, township, name="刘志远", roles=[(Role.ADMIN, township)])
        for code, people in (("SZ", 3), ("HY", 2)):
            village = a_unit(session, code, township, name=f"{code}村")
            for _ in range(people):
                a_person(session, village)
        law = a_law(session, "民法典").law_id
        bank = a_bank_of(session, law, single=8)
        for _ in range(2):
            a_question(session, bank, law, difficulty=3)
        session.expunge_all()
    return Office(township, admin, law)


def unit_id(database: Database, code: str) -> int:
    with database.reading() as session:
        return session.scalars(sa.select(Unit.id).where(Unit.code == code)).one()


def listed(database: Database, assessment: Assessment) -> int:
    with database.reading() as session:
        count = sa.select(sa.func.count()).where(RosterEntry.roster_id == assessment.roster_id)
        return session.scalar(count) or 0


def test_the_rare_settings_are_kept_and_shown_again(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    asked = {"top_list": "y", "earlier_wins": "y", "fixed_paper": "y", "avoid_last": "3"}
    client.post("/assessments/new", data=filled(office, draft="1", **asked))
    made = newest(sqlite_database)
    assert (made.top_list, made.earlier_wins, made.fixed_paper, made.avoid_last) == (True, True, True, 3)
    page = client.get(f"/assessments/{made.id}/edit").text
    for name in ("top_list", "earlier_wins", "fixed_paper"):
        assert re.search(rf'<input checked[^>]*name="{name}"', page), name
    assert '<details class="form-step more" open>' in page
    shown = read(client.get(f"/assessments/{made.id}").text)
    assert "公布前10名" in shown and "先交卷的在前" in shown and "同一份试卷" in shown


def test_left_alone_they_have_their_usual_values(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    client.post("/assessments/new", data=filled(office, draft="1", avoid_last="1"))
    made = newest(sqlite_database)
    assert (made.top_list, made.earlier_wins, made.fixed_paper, made.avoid_last) == (False, False, False, 1)
    assert '<details class="form-step more">' in client.get(f"/assessments/{made.id}/edit").text


def test_the_first_ten_are_switched_on_for_one_contest_only(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    client.post("/assessments/new", data=filled(office, draft="1", top_list="y", earlier_wins="y"))
    made = newest(sqlite_database)
    client.post(f"/assessments/{made.id}/copy")
    copied = newest(sqlite_database)
    assert copied.id != made.id and copied.earlier_wins and not copied.top_list
    page = client.get("/assessments/new").text
    assert not re.search(r'<input checked[^>]*name="top_list"', page)


def test_only_the_chosen_units_are_due(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    village = unit_id(sqlite_database, "SZ")
    page = client.post("/assessments/new", data=filled(office, recount="1", units=[village])).text
    assert "应参加3人" in read(page)
    client.post("/assessments/new", data=filled(office, draft="1", units=[village]))
    made = newest(sqlite_database)
    assert listed(sqlite_database, made) == 3
    page = client.get(f"/assessments/{made.id}/edit").text
    assert re.search(rf'value="{village}"[^>]* checked', page)
    assert "SZ村" in read(client.get(f"/assessments/{made.id}").text)


def test_another_township_s_unit_cannot_be_chosen(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        other = a_unit(session, "T2", name="别的乡", kind=UnitKind.TOWNSHIP)
        session.flush()
        other_id = other.id
    answer = client_for(office.admin).post(
        "/assessments/new", data=filled(office, draft="1", units=[other_id])
    )
    assert answer.status_code == 400


def test_who_is_exempt_on_the_opening_day_is_not_counted_as_due(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        somebody = session.scalars(sa.select(Person).order_by(Person.id.desc()).limit(1)).one()
        exemptions.grant(session, somebody.id, "sick", "李文生", date(2026, 6, 1), None, decided_by=None)
    client = client_for(office.admin)
    page = read(client.post("/assessments/new", data=filled(office, recount="1")).text)
    assert "应参加5人开始那天名册6人，免1人" in page
    client.post("/assessments/new", data=filled(office, draft="1"))
    made = newest(sqlite_database)
    assert "5人会收到试卷" in read(client.get(f"/assessments/{made.id}/publish").text)


def levels(office: Office, **counts: str) -> dict[str, Any]:
    names = {"any": "", "easy": "-1", "middle": "-2", "hard": "-3"}
    fields = {f"n-{office.law}-single{names[level]}": count for level, count in counts.items()}
    return filled(office, levels="1", **({f"n-{office.law}-single": ""} | fields))


def test_difficulty_can_be_asked_for_and_comes_back(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    client.post("/assessments/new", data=levels(office, easy="3", hard="2") | {"draft": "1"})
    made = newest(sqlite_database)
    assert [(line.difficulty, line.how_many) for line in made.lines] == [(1, 3), (3, 2)]
    page = client.get(f"/assessments/{made.id}/edit").text
    assert f'id="n-{office.law}-single-3"' in page and "可用2" in page
    assert "易" in read(client.get(f"/assessments/{made.id}").text)


def test_the_table_unfolds_by_difficulty_and_folds_again_without_losing_a_number(
    office: Office, client_for: ClientFor
) -> None:
    client = client_for(office.admin)
    open_page = client.post("/assessments/new", data=filled(office, recount="levels"))
    assert open_page.status_code == 200 and f'id="n-{office.law}-single-2"' in open_page.text
    assert re.search(rf'id="n-{office.law}-single"[^>]* value="5"', open_page.text)
    folded = client.post(
        "/assessments/new", data=levels(office, easy="3", hard="2") | {"recount": "no-levels"}
    ).text
    assert re.search(rf'id="n-{office.law}-single"[^>]* value="5"', folded)
    assert "single-1" not in folded


def test_what_one_difficulty_lacks_is_said_with_its_name(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    page = client.post("/assessments/new", data=levels(office, hard="5") | {"recount": "1"}).text
    assert f'<a href="#n-{office.law}-single-3">民法典单选题（难）还差3道</a>' in page
    client.post("/assessments/new", data=levels(office, hard="5") | {"draft": "1"})
    made = newest(sqlite_database)
    assert "民法典单选题（难）还差3道。" in read(client.get(f"/assessments/{made.id}/publish").text)


def test_an_exam_starts_without_a_contest_s_name_and_with_one_attempt(
    office: Office, client_for: ClientFor
) -> None:
    page = client_for(office.admin).get("/assessments/new?kind=exam").text
    assert value_of(page, "kind") == "exam"
    assert "应知应会考试" in page and "宪法知识考试" in page
    assert re.search(r'id="attempts_allowed"[^>]* value="1"', page)
