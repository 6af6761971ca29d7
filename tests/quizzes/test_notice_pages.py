"""The notice, the short address and its QR code, the reminder: addresses come from the setting alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask

from studyhall.core import qr
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people.models import Person, Unit
from studyhall.quizzes import publishing
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, an_assessment
from tests.quizzes.test_setting_pages import ClientFor, read

OWN = "https://xuefa.example.cn"


@dataclass
class Office:
    township: Unit
    admin: Person
    open_one: Assessment
    draft: Assessment


@pytest.fixture
def office(sqlite_database: Database) -> Office:
    with sqlite_database.writing() as session:
        township = a_township(session)
        admin = a_person(session, township, name="刘志远", roles=[(Role.ADMIN, township)])
        a_person(session, township, name="加娜尔·木拉提")
        law = a_law(session).law_id
        a_bank_of(session, law, single=4)
        lines = [Line(law, "single", 2, 400)]
        open_one = an_assessment(session, township, lines, title="2026年5月月月赛")
        draft = an_assessment(
            session, township, lines, published=False, title="六月月月赛", counts_for=(2026, 6),
            opens_at=NOON + timedelta(days=20), closes_at=NOON + timedelta(days=30),
        )  # fmt: skip
        _ = open_one.lines
        session.expunge_all()
    return Office(township, admin, open_one, draft)


def path(office: Office, ending: str = "") -> str:
    return f"/assessments/{office.open_one.id}/notice{ending}"


def test_the_code_in_the_drawing_is_the_short_address_of_the_setting(
    office: Office, client_for: ClientFor, app: Flask
) -> None:
    app.config["SITE_ADDRESS"] = OWN
    address = f"{OWN}/c/{office.open_one.code}"
    page = client_for(office.admin).get(path(office)).text
    assert f'value="{address}"' in page and f'd="{qr.drawing(address).path}"' in page
    assert "style=" not in page, "the policy allows no style of its own"
    assert qr.drawing(address).path in client_for(office.admin).get(path(office, "?print=1")).text


def test_a_host_that_somebody_sends_stands_nowhere(office: Office, client_for: ClientFor, app: Flask) -> None:
    app.config["TRUSTED_HOSTS"] = None
    for ending in ("", "?print=1", "?names=1"):
        page = client_for(office.admin).get(path(office, ending), headers={"Host": "evil.example"})
        assert "evil.example" not in page.text


def test_without_an_address_there_is_no_code_and_the_page_says_why(
    office: Office, client_for: ClientFor
) -> None:
    page = client_for(office.admin).get(path(office)).text
    assert 'class="qr"' not in page and "没有能发给别人的网址和二维码" in page
    assert 'href="/settings"' in page and "/c/" not in page, "a part of an address helps nobody"


def test_the_reminder_counts_and_names_only_on_request(
    office: Office, client_for: ClientFor, app: Flask
) -> None:
    app.config["SITE_ADDRESS"] = OWN
    client = client_for(office.admin)
    for place in (path(office), f"/assessments/{office.open_one.id}/live"):
        plain, named = client.get(place).text, client.get(place + "?names=1").text
        texts = [re.search(r'id="reminder"[^>]*>([^<]*)<', page)[1] for page in (plain, named)]
        assert "T1乡2人" in texts[0] and "加娜尔" not in texts[0]
        assert "加娜尔·木拉提" in texts[1] and f"{OWN}/c/{office.open_one.code}" in texts[1]


def test_the_notice_says_what_and_until_when(office: Office, client_for: ClientFor) -> None:
    page = read(client_for(office.admin).get(path(office)).text)
    assert "【学法通知】2026年5月月月赛：5月19日12:00至5月23日12:00，2题，答题30分钟，60分及格。" in page


def test_a_draft_has_no_address_yet_and_another_township_s_is_not_found(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    answer = client_for(office.admin).get(f"/assessments/{office.draft.id}/notice")
    assert "还没有发布" in answer.text and answer.status_code < 500
    with sqlite_database.writing() as session:
        other = a_township(session, "T2")
        stranger = a_person(session, other, roles=[(Role.ADMIN, other)])
        session.expunge_all()
    assert client_for(stranger).get(path(office)).status_code == 404


def test_the_code_is_short_and_drawn_anew_for_each(office: Office) -> None:
    codes = {publishing.new_code() for _ in range(200)}
    assert len(codes) == 200 and all(re.fullmatch(r"[2-9a-hjkmnp-z]{6}", code) for code in codes)
