"""The pages of study: what an admin and a cadre do there, and who may not."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
import xlsxwriter
from flask.testing import FlaskClient
from PIL import Image

from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people.models import Person, Unit
from studyhall.study import roll, series, sheet_in
from studyhall.study.attendance import Mark
from studyhall.study.models import Attendance, SelfStudy, Series, StudySession
from tests.factories import NOON, a_law, a_person, a_township

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


def a_sheet(rows: list[tuple[str, ...]]) -> bytes:
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row)
    book.close()
    return file.getvalue()


def test_an_attendance_sheet_fills_the_roll_and_saves_nothing(
    client_for: Client, town: dict[str, int], sqlite_database: Database
) -> None:
    client = client_for(town["admin"])
    session_id = logged(client, town)
    file = a_sheet([("姓名", "情况"), ("巴图", "事假"), ("加娜尔•木拉提", "缺席"), ("外人", "出席")])
    response = client.post(f"/meetings/{session_id}/roll-sheet", data={"file": (BytesIO(file), "签到.xlsx")})
    assert 'value="leave" checked' in response.text and 'value="absent" checked' in response.text
    assert "名册里没有外人" in response.text
    with sqlite_database.reading() as session:
        assert not session.scalar(sa.select(sa.func.count()).select_from(Attendance))


def test_the_sheet_that_goes_out_comes_back(
    client_for: Client, town: dict[str, int], sqlite_database: Database
) -> None:
    client = client_for(town["admin"])
    session_id = logged(client, town)
    with sqlite_database.reading() as session:
        meeting = session.get_one(StudySession, session_id)
        entries = [row.entry.id for row in roll.rows(session, meeting)]
    states = {key: Mark("present") for key in entries} | {entries[0]: Mark("leave", "duty")}
    with sqlite_database.writing() as session:
        roll.call(session, None, session.get_one(StudySession, session_id), {}, states, NOON)
    sheet = client.get(f"/meetings/{session_id}/roll.xlsx").data
    read = sheet_in.read("签到表.xlsx", sheet)
    with sqlite_database.reading() as session:
        listed = [row.entry for row in roll.rows(session, session.get_one(StudySession, session_id))]
        matched = sheet_in.match(read, listed)
    assert matched.marks == states and not matched.held


LONG = 450


@pytest.fixture
def crowd(town: dict[str, int], sqlite_database: Database, client_for: Client) -> int:
    """A meeting at which 450 and some are expected."""
    with sqlite_database.writing() as session:
        township = session.get_one(Unit, town["township"])
        for number in range(LONG):
            a_person(session, township, name=f"村民{number:03d}")
    return logged(client_for(town["admin"]), town)


def states_of(database: Database, session_id: int) -> Counter[str]:
    with database.reading() as session:
        return Counter(
            session.scalars(sa.select(Attendance.state).where(Attendance.session_id == session_id))
        )


def form_of(page: str) -> dict[str, str]:
    """The roll as a browser without scripts sends it."""
    marks = dict(re.findall(r'name="(m-\d+)" id="[plx]-\d+" value="(\w+)" checked', page))
    hidden = re.findall(r'name="(seen|given)" value="([^"]*)"', page)
    rest = {"rest": "1"} if 'name="rest" value="1" id="rest" checked' in page else {}
    reasons = {name.replace("m-", "r-"): "" for name in marks}
    return marks | reasons | rest | {name: html.unescape(value) for name, value in hidden}


def test_a_long_roll_is_called_in_two_taps_and_its_exceptions_by_name(
    client_for: Client, town: dict[str, int], sqlite_database: Database, crowd: int
) -> None:
    client, address = client_for(town["admin"]), f"/meetings/{crowd}/roll"
    first = form_of(client.get(address).text)
    assert len(first) < 500, "far below what a form may hold"
    response = client.post(address, data=first, follow_redirects=True)
    assert f"出席{LONG + 3}人" in response.text
    found = form_of(client.get(f"{address}?q=村民444").text)
    [name] = [key for key in found if key.startswith("m-")]
    client.post(address, data=found | {name: "absent"})
    assert states_of(sqlite_database, crowd) == {"present": LONG + 2, "absent": 1}
    assert "村民444" in client.get(f"{address}?only=1").text


def test_only_who_is_on_the_page_is_called_if_so_wished(
    client_for: Client, town: dict[str, int], sqlite_database: Database, crowd: int
) -> None:
    client, address = client_for(town["admin"]), f"/meetings/{crowd}/roll"
    for page in (1, 2, 3):
        form = form_of(client.get(f"{address}?page={page}").text)
        form.pop("rest", None)
        client.post(address, data=form)
        assert states_of(sqlite_database, crowd) == {"present": min(page * 200, LONG + 3)}


def test_a_sheet_for_a_long_roll_is_saved_whole(
    client_for: Client, town: dict[str, int], sqlite_database: Database, crowd: int
) -> None:
    client = client_for(town["admin"])
    lines = [(f"村民{n:03d}", "缺席" if n % 100 == 0 else "出席") for n in range(LONG)]
    file = a_sheet([("姓名", "情况"), *lines])
    page = client.post(f"/meetings/{crowd}/roll-sheet", data={"file": (BytesIO(file), "签到.xlsx")}).text
    assert "从表里读到450人" in page and "村民400（缺席）" in page
    form = form_of(page)
    form.pop("rest")
    client.post(f"/meetings/{crowd}/roll", data=form)
    states = states_of(sqlite_database, crowd)
    assert states["absent"] == 5 and states["present"] >= LONG - 5


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
    assert client.post("/meetings/own", data=form).location.endswith("1042#own-study")
    assert "今天已经记了一次自学" in client.get("/laws/民法典/1042").text
    assert "自学1条" in client.get("/meetings/mine").text
    with sqlite_database.reading() as session:
        assert session.scalar(sa.select(SelfStudy.law_title)) == "民法典"


def test_one_s_own_page_counts_meetings_and_readings_too(client_for: Client, town: dict[str, int]) -> None:
    client = client_for(town["cadre"])
    assert re.search(r"自学</dt><dd><a [^>]+>还没有<", client.get("/me").text)
    client.post("/meetings/own", data={"law": town["law"], "article": 0, "sub": 0, "back": "/laws/民法典"})
    for path in ("/", "/me"):
        page = client.get(path).text
        assert re.search(r"自学</dt><dd><a [^>]+>1条<", page) and "学习活动</dt>" in page


def test_a_whole_law_is_logged_in_two_taps_too(client_for: Client, town: dict[str, int]) -> None:
    client = client_for(town["cadre"])
    page = client.get("/laws/民法典").text
    assert "记一次自学" in page
    form = {"law": town["law"], "article": 0, "sub": 0, "back": "/laws/民法典"}
    client.post("/meetings/own", data=form)
    assert "今天已经记了一次自学" in client.get("/laws/民法典").text
    assert "自学1条" in client.get("/meetings/mine").text


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
        assert set(session.scalars(sa.select(Series.starts_on))) == {date(2026, 5, 1)}
    form = {"name": "周二学习日", "starts_on": "2026-01-01"}
    client.post("/meetings/series/usual", data=form)
    with sqlite_database.reading() as session:
        tuesday = session.scalars(sa.select(Series).where(Series.name == "周二学习日")).one()
        assert tuesday.starts_on == date(2026, 1, 1)
    assert client.post("/meetings/series/usual", data=form | {"starts_on": "昨天"}).status_code == 409


def test_an_own_series_is_made_changed_ended_and_taken_away(client_for: Client, town: dict[str, int]) -> None:
    client = client_for(town["admin"])
    form = {"name": "夜校", "code": "own", "rhythm": "weekday", "days": "3", "starts_on": "2026-01-01"}
    client.post("/meetings/series", data=form)
    page = client.get("/meetings/series").text
    assert "夜校" in page and "每星期三" in page
    address = re.findall(r"/meetings/series/\d+", page)[-1]
    refused = client.post(address, data=form | {"days": ""})
    assert refused.status_code == 400 and "星期二写2" in refused.text
    client.post(address, data=form | {"name": "周五夜校", "days": "5", "ends_on": "2026-06-01"})
    page = client.get("/meetings/series").text
    assert "周五夜校" in page and "每星期五" in page and "6月1日起停办" in page
    client.post(f"{address}/drop")
    assert "夜校" not in client.get("/meetings/series").text.split("<main")[1].replace("学习的种类", "")


def picture(kind: str, place: bool = False) -> bytes:
    """A photograph; with the place where it was taken, as phones write it."""
    exif = Image.Exif()
    if place:
        exif.get_ifd(0x8825)[1] = "N"
    target = BytesIO()
    noise = Image.effect_noise((3000, 400), 90).convert("RGB")
    noise.save(target, kind, exif=exif, **({"quality": 95} if kind == "JPEG" else {}))
    return target.getvalue()


def files_of(client: FlaskClient, session_id: int) -> list[str]:
    page = client.get(f"/meetings/{session_id}/show").text
    return list(dict.fromkeys(re.findall(rf"/meetings/{session_id}/files/\d+(?=\")", page)))


def test_a_file_is_kept_and_shown_only_to_its_keepers(client_for: Client, town: dict[str, int]) -> None:
    client = client_for(town["admin"])
    session_id = logged(client, town)
    paper = b"%PDF-1.4\n" + b"0" * (3 << 20)
    form = {"file": [(BytesIO(picture("PNG")), "现场.png"), (BytesIO(paper), "签到表.pdf")]}
    client.post(f"/meetings/{session_id}/files", data=form)
    page = client.get(f"/meetings/{session_id}/show").text
    assert "现场.png" in page and "签到表.pdf" in page and "3.0 MB" in page
    shown, saved = files_of(client, session_id)
    response = client.get(shown)
    assert response.mimetype == "image/png" and response.headers["X-Content-Type-Options"] == "nosniff"
    response = client.get(saved)
    assert response.data == paper and response.headers["Content-Disposition"].startswith("attachment")
    assert client_for(town["cadre"]).get(shown).status_code == 403


def test_a_photograph_does_not_tell_where_it_was_taken(client_for: Client, town: dict[str, int]) -> None:
    client = client_for(town["admin"])
    session_id = logged(client, town)
    taken = picture("JPEG", place=True)
    assert Image.open(BytesIO(taken)).getexif().get_ifd(0x8825)
    client.post(f"/meetings/{session_id}/files", data={"file": (BytesIO(taken), "现场.jpg")})
    [address] = files_of(client, session_id)
    kept = Image.open(BytesIO(client.get(address).data))
    assert kept.size == (2560, 341) and not kept.getexif()


def test_what_only_begins_like_a_picture_is_refused(client_for: Client, town: dict[str, int]) -> None:
    client = client_for(town["admin"])
    session_id = logged(client, town)
    form = {"file": (BytesIO(b"\xff\xd8\xff" + b"0" * 99), "坏的.jpg")}
    response = client.post(f"/meetings/{session_id}/files", data=form)
    assert response.status_code == 409 and "打不开" in response.text


def test_what_is_too_large_says_how_large_it_may_be(client_for: Client, town: dict[str, int]) -> None:
    client = client_for(town["admin"])
    session_id = logged(client, town)
    form = {"file": (BytesIO(b"%PDF-" + b"0" * (61 << 20)), "太大.pdf")}
    response = client.post(f"/meetings/{session_id}/files", data=form)
    assert response.status_code == 413 and "60 MB" in response.text


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
    client.post(f"/meetings/{session_id}/not-made-up", data={"entry": entry})
    assert "补学1人" not in client.get(f"/meetings/{session_id}/show").text


def test_what_a_meeting_was_about_leads_to_its_articles(client_for: Client, town: dict[str, int]) -> None:
    client = client_for(town["admin"])
    session_id = logged(client, town, basis="《民法典》第一千零四十二条，《村规民约》")
    page = client.get(f"/meetings/{session_id}/show").text
    address = re.search(r'href="([^"]+/1042)"', page)[1]
    assert client.get(address).status_code == 200 and "《村规民约》" in page
