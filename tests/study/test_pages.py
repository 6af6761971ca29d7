"""The pages of study: what an admin and a cadre do there, and who may not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
import xlsxwriter
from flask.testing import FlaskClient

from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people.models import Person, Unit
from studyhall.study import roll, series
from studyhall.study.models import Attendance, SelfStudy, Series, StudySession
from tests.factories import a_law, a_person, a_township

Client = Callable[[Person | int | None], FlaskClient]


@pytest.fixture
def town(sqlite_database: Database) -> dict[str, int]:
    """Ids: an admin, three cadres, a series 逢九 kept since January."""
    with sqlite_database.writing() as session:
        township = a_township(session)
        admin = a_person(session, township, name="刘志远", roles=[(Role.ADMIN, township)])
        cadres = [a_person(session, township, name=name) for name in ("巴图", "加娜尔·木拉提")]
        kept = series.keep(
            session,
            None,
            township,
            series.Plan("nine", "逢九必讲", "month_days", (9, 19, 29), date(2026, 1, 1)),
        )
        law = a_law(session, "民法典", 1260)
        return {
            "township": township.id, "admin": admin.id, "cadre": cadres[1].id, "nine": kept.id, "law": law.law_id,
        }  # fmt: skip


def filled(town: dict[str, int], **other: object) -> dict[str, object]:
    return {
        "series": town["nine"], "day": "2026-05-19", "what": "held", "held_on": "2026-05-19", "topic": "讲信访",
        "basis": "《信访工作条例》第二十一条", "begins": "10:30", "ends": "11:30", "guests": "0", "also": "0",
        "merged_into": "0", "categories": ["village"], "do": "roll",
    } | other  # fmt: skip


def logged(client: FlaskClient, town: dict[str, int], **other: object) -> int:
    response = client.post("/meetings/2026", data=filled(town, **other))
    assert response.status_code == 302, response.text
    return int(re.search(r"/(\d+)/", response.location)[1])


def test_a_meeting_is_logged_and_its_roll_called(
    client_for: Client, town: dict[str, int], sqlite_database: Database
) -> None:
    client = client_for(town["admin"])
    session_id = logged(client, town)
    page = client.get(f"/meetings/{session_id}/roll").text
    names = re.findall(r'name="(m-\d+)" id="p-', page)
    assert len(names) == 3 and page.count('value="present" checked') == 3
    form = dict.fromkeys(names, "present") | {names[1]: "leave", names[1].replace("m-", "r-"): "sick"}
    response = client.post(f"/meetings/{session_id}/roll", data=form | {"seen": "{}"}, follow_redirects=True)
    assert "出席2人" in response.text and "病假" in response.text
    with sqlite_database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Attendance)) == 3


def test_what_is_missing_is_said_and_what_was_typed_stays(client_for: Client, town: dict[str, int]) -> None:
    response = client_for(town["admin"]).post("/meetings/2026", data=filled(town, topic="", place="乡会议室"))
    assert response.status_code == 400
    assert "请写讲什么。" in response.text and "乡会议室" in response.text


def test_a_cancelled_day_shows_its_reason_in_the_calendar(client_for: Client, town: dict[str, int]) -> None:
    client = client_for(town["admin"])
    client.post("/meetings/2026", data=filled(town, what="cancelled", reason="防汛值守", topic=""))
    page = client.get("/meetings/2026").text
    assert "防汛值守" in page and "取消1场" in page


def test_somebody_elses_marks_are_told(
    client_for: Client, town: dict[str, int], sqlite_database: Database
) -> None:
    client = client_for(town["admin"])
    session_id = logged(client, town)
    with sqlite_database.writing() as session:
        other = a_person(
            session, None, name="高雪", roles=[(Role.ADMIN, session.get_one(Unit, town["township"]))]
        ).id
    names = re.findall(r'name="(m-\d+)" id="p-', client.get(f"/meetings/{session_id}/roll").text)
    client_for(other).post(
        f"/meetings/{session_id}/roll", data=dict.fromkeys(names, "absent") | {"seen": "{}"}
    )
    response = client.post(
        f"/meetings/{session_id}/roll", data=dict.fromkeys(names, "present") | {"seen": "{}"}
    )
    assert response.status_code == 200 and "高雪" in response.text and "两边记得不一样" in response.text


def test_a_broken_page_says_so(client_for: Client, town: dict[str, int]) -> None:
    client = client_for(town["admin"])
    session_id = logged(client, town)
    assert client.post(f"/meetings/{session_id}/roll", data={"seen": "[1"}).status_code == 409


def test_an_attendance_sheet_fills_the_roll_and_saves_nothing(
    client_for: Client, town: dict[str, int], sqlite_database: Database
) -> None:
    client = client_for(town["admin"])
    session_id = logged(client, town)
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    for place, row in enumerate(
        (("姓名", "情况"), ("巴图", "事假"), ("加娜尔•木拉提", "缺席"), ("外人", "出席"))
    ):
        sheet.write_row(place, 0, row)
    book.close()
    response = client.post(
        f"/meetings/{session_id}/roll-sheet", data={"file": (BytesIO(file.getvalue()), "签到.xlsx")}
    )
    assert 'value="leave" checked' in response.text and 'value="absent" checked' in response.text
    assert "名册里没有外人" in response.text
    with sqlite_database.reading() as session:
        assert not session.scalar(sa.select(sa.func.count()).select_from(Attendance))


def test_the_sheet_to_sign_has_everybody_and_a_second_for_guests(
    client_for: Client, town: dict[str, int]
) -> None:
    client = client_for(town["admin"])
    session_id = logged(client, town)
    page = client.get(f"/meetings/{session_id}/sign-in?guests=1").text
    assert "加娜尔·木拉提" in page and "外来听众" in page and "应到3人" in page


def test_a_cadre_logs_a_reading_in_two_taps(
    client_for: Client, town: dict[str, int], sqlite_database: Database
) -> None:
    client = client_for(town["cadre"])
    page = client.get("/laws/民法典/1042").text
    assert "记一次自学" in page
    form = {"law": town["law"], "article": 1042, "sub": 0, "back": "/laws/民法典/1042"}
    assert client.post("/meetings/own", data=form).location.endswith("1042")
    assert "今天已经记了一次自学" in client.get("/laws/民法典/1042").text
    assert "自学1条" in client.get("/meetings/mine").text
    with sqlite_database.reading() as session:
        assert session.scalar(sa.select(SelfStudy.law_title)) == "民法典"


@pytest.mark.parametrize(
    "path", ["/meetings/2026", "/meetings/series", "/meetings/1/roll", "/meetings/1/show"]
)
def test_a_cadre_keeps_no_meetings(client_for: Client, town: dict[str, int], path: str) -> None:
    assert client_for(town["cadre"]).get(path).status_code == 403


@pytest.mark.parametrize("page", ["show", "edit", "roll", "sign-in"])
def test_another_townships_admin_finds_nothing(
    client_for: Client, town: dict[str, int], sqlite_database: Database, page: str
) -> None:
    session_id = logged(client_for(town["admin"]), town)
    with sqlite_database.writing() as session:
        other = a_township(session, "T2")
        stranger = a_person(session, other, roles=[(Role.ADMIN, other)]).id
    assert client_for(stranger).get(f"/meetings/{session_id}/{page}").status_code == 404


def test_another_townships_series_cannot_be_served(
    client_for: Client, town: dict[str, int], sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        other = a_township(session, "T2")
        stranger = a_person(session, other, roles=[(Role.ADMIN, other)]).id
        series.keep(session, None, other, series.Plan("theory", "集中学习", "none", (), date(2026, 1, 1)))
    response = client_for(stranger).post("/meetings/2026", data=filled(town))
    assert response.status_code == 404
    with sqlite_database.reading() as session:
        assert not session.scalar(sa.select(sa.func.count()).select_from(StudySession))


def test_a_new_site_begins_with_the_usual_kinds(client_for: Client, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        township = a_township(session)
        admin = a_person(session, township, roles=[(Role.ADMIN, township)]).id
    client = client_for(admin)
    page = client.get("/meetings/", follow_redirects=True).text
    assert "还没有学习活动" in page
    client.post("/meetings/series/usual", data={"name": ["逢九必讲", "法治讲座"]})
    with sqlite_database.reading() as session:
        assert set(session.scalars(sa.select(Series.code))) == {"nine", "lecture"}


def test_a_file_is_kept_and_shown_only_to_its_keepers(client_for: Client, town: dict[str, int]) -> None:
    client = client_for(town["admin"])
    session_id = logged(client, town)
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 20
    client.post(f"/meetings/{session_id}/files", data={"file": (BytesIO(png), "现场.png")})
    page = client.get(f"/meetings/{session_id}/show").text
    address = re.search(rf"/meetings/{session_id}/files/\d+", page)[0]
    response = client.get(address)
    assert response.data == png and response.headers["X-Content-Type-Options"] == "nosniff"
    assert client_for(town["cadre"]).get(address).status_code == 403


def test_made_up_study_is_written_beside(
    client_for: Client, town: dict[str, int], sqlite_database: Database
) -> None:
    client = client_for(town["admin"])
    session_id = logged(client, town)
    names = re.findall(r'name="(m-\d+)" id="p-', client.get(f"/meetings/{session_id}/roll").text)
    client.post(
        f"/meetings/{session_id}/roll", data=dict.fromkeys(names, "absent") | {"seen": json.dumps({})}
    )
    entry = names[0].removeprefix("m-")
    client.post(f"/meetings/{session_id}/made-up", data={"entry": entry, "on": "2026-05-20", "how": "自学"})
    page = client.get(f"/meetings/{session_id}/show").text
    assert "补学1人，另算" in page and "出席0%（0/3）" in page
    with sqlite_database.reading() as session:
        meeting = session.get_one(StudySession, session_id)
        assert roll.tally_of(roll.rows(session, meeting)).made_up == 1
