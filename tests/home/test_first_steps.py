"""The empty home leads through five steps, and one's own data can be taken away."""

from __future__ import annotations

import io
from collections.abc import Callable

import python_calamine
from flask.testing import FlaskClient

from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.home.first_steps import first_steps
from studyhall.people import starting
from tests.factories import a_bank_of, a_law, a_person, a_township, a_unit

For = Callable[..., FlaskClient]


def test_an_empty_site_shows_five_steps_on_its_first_page(client_for: For, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        _unit, admin = starting.begin(session, starting.First("雁落滩乡", person_name="刘志远"))
        admin.must_change_password = False
    page = client_for(admin).get("/").get_data(as_text=True)
    assert "先把这里建起来" in page and "先办这5件事" in page and "办好0件" in page
    assert "题库里还没有试题" not in page, "that is the third step"
    for words in ("单位", "导入名册", "题库", "第一次月月赛", "登记学习"):
        assert words in page
    assert page.count("btn-primary") == 1


def test_what_is_done_is_ticked(sqlite_database: Database, app: object) -> None:
    with sqlite_database.writing() as session:
        town = a_township(session)
        a_person(session, town)
        assert [step.done for step in first_steps(session, town)] == [False] * 5
        a_person(session, a_unit(session, "A", town))
        a_bank_of(session, a_law(session).law_id, single=1)
        assert [step.done for step in first_steps(session, town)] == [True, True, True, False, False]


def test_one_s_own_data_comes_as_a_workbook_of_one_s_own(client_for: For, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        town = a_township(session)
        person = a_person(session, town, name="苏和")
        a_person(session, town, name="别人", roles=[(Role.ADMIN, town)])
    client_for(person).post("/me/correction", data={"about": "unit", "text": "=1+1"})
    data = client_for(person).get("/me/data.xlsx").data
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    words = " ".join(str(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)
    assert "苏和" in words and "=1+1" in words and "别人" not in words
    assert {"本人", "任职", "测评", "学习活动"} <= set(book.sheet_names)
