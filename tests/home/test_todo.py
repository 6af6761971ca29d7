"""What waits for an admin stands on the first page, with the button that begins it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

from flask.testing import FlaskClient

from studyhall.bank import faults
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.home import agenda
from studyhall.people import roster
from studyhall.people.models import Category
from studyhall.study import holding, series
from tests.factories import NOON, a_bank, a_law, a_person, a_question, a_township, an_actor

PAPER = "一、判断题\n1. 村务要公开。（ √ ）\n"


def test_reported_questions_and_open_imports_wait_for_the_admin(
    sqlite_database: Database, client_for: Callable[[int], FlaskClient]
) -> None:
    with sqlite_database.writing() as session:
        township = a_township(session)
        admin = a_person(session, township, roles=[(Role.ADMIN, township)])
        cadre = an_actor(session, a_person(session, township))
        version = a_question(session, a_bank(session), a_law(session).law_id)
        faults.report(session, cadre, version.id, "key", "应该是B")
    client = client_for(admin.id)
    form = {"file": (io.BytesIO(PAPER.encode()), "县里发的.txt"), "bank": "本单位题库"}
    client.post("/bank/imports/", data=form, content_type="multipart/form-data")
    page = client.get("/").text
    assert "1道题有人反映有误" in page and "1个导入的文件还没有入库" in page and "县里发的.txt" in page
    other = client_for(cadre.person_id).get("/").text
    assert "反映有误" not in other and "县里发的" not in other


def test_study_that_was_not_entered_waits_for_the_admin(
    sqlite_database: Database, client_for: Callable[[int], FlaskClient]
) -> None:
    with sqlite_database.writing() as session:
        township = a_township(session)
        admin = a_person(session, township, roles=[(Role.ADMIN, township)]).id
        kept = series.keep(
            session,
            None,
            township,
            series.Plan("nine", "逢九必讲", "month_days", (9, 19, 29), date(2026, 4, 1)),
        )
        for day in (date(2026, 4, 9), date(2026, 5, 19)):
            rule = roster.Rule((township.path,), tuple(Category))
            entry = holding.Entry("held", day, ((kept.id, None),), topic="讲信访", rule=rule)
            holding.enter(session, None, township, entry, NOON)
    page = client_for(admin).get("/").text
    assert "逢九必讲有3天没有登记也没写原因" in page and "4月19日、4月29日、5月9日" in page
    assert f"series={kept.id}&amp;day=2026-04-19#one" in page
    assert "4月9日的逢九必讲还没有点名" in page and "5月19日的逢九必讲还没有点名" in page


def test_this_week_ends_on_sunday() -> None:
    days = [date(2026, 5, n) for n in (20, 24, 25)]
    found = [agenda.Ahead(day, None, "讲", "", None) for day in days]
    week, later = agenda.this_week(found, date(2026, 5, 20))
    assert [one.day.day for one in week] == [20, 24] and [one.day.day for one in later] == [25]
    assert agenda.end_of_week(date(2026, 5, 24)) == date(2026, 5, 24)


def test_a_correction_asked_for_waits_for_the_admin(
    sqlite_database: Database, client_for: Callable[[int], FlaskClient]
) -> None:
    with sqlite_database.writing() as session:
        township = a_township(session)
        admin = a_person(session, township, roles=[(Role.ADMIN, township)]).id
        cadre = a_person(session, township).id
    client_for(cadre).post("/me/correction", data={"about": "unit", "text": "我在沙枣村"})
    assert "1处干部说记录有错" in client_for(admin).get("/").text
    assert "说记录有错" not in client_for(cadre).get("/").text
