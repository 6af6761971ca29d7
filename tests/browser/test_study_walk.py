"""Study in a real browser: a meeting logged and called on a phone, and what the script adds to it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from studyhall.core.clock import standing_at
from studyhall.people.models import Unit
from studyhall.study.models import Attendance, SelfStudy
from tests.browser.conftest import DESK, PHONE, NewPage, Site
from tests.browser.test_every_page import faults
from tests.factories import NOON, a_person, an_actor
from tests.study.building import StudyYear, a_study_year

pytestmark = pytest.mark.browser


@pytest.fixture
def year(site: Site) -> StudyYear:
    with standing_at(NOON), site.database.writing() as session:
        township = session.scalars(sa.select(Unit).where(Unit.code == "YLT")).one()
        admin = an_actor(session, session.merge(site.admin))
        return a_study_year(session, township, admin)


@pytest.fixture
def crowd(site: Site) -> None:
    """Forty and some people: a roll with a search."""
    with site.database.writing() as session:
        village = session.scalars(sa.select(Unit).where(Unit.code == "SZ")).one()
        for number in range(40):
            a_person(session, village, name=f"村民{number:02d}")


def states(site: Site) -> list[str]:
    with site.database.reading() as session:
        return sorted(session.scalars(sa.select(Attendance.state)))


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_meeting_is_logged_and_called_on_a_phone(
    site: Site, new_page: NewPage, crowd: None, scripts: bool
) -> None:
    phone = new_page(site.admin, scripts=scripts)
    phone.goto("/meetings/series")
    phone.get_by_role("button", name="开办选中的").click()
    phone.goto("/meetings/2026?day=2026-05-19")
    phone.get_by_label("讲什么").fill("信访事项怎样受理")
    phone.get_by_label("法律和条文").fill("《民法典》第一千零四十二条")
    phone.get_by_role("button", name="保存，去点名44人").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("点名：逢九必讲")
    row = phone.get_by_role("group", name="宋建平")
    row.get_by_role("radio", name="请假").check()
    save = "保存点名，出席43人" if scripts else "保存点名，出席44人"
    if scripts:
        row.get_by_label("事由").select_option(label="病假")
    phone.get_by_role("button", name=save).click()
    expect(phone.get_by_text("点名已经保存：出席43人")).to_be_visible()
    assert states(site) == ["leave", *["present"] * 43]


def test_looking_for_somebody_keeps_what_is_not_yet_saved(site: Site, new_page: NewPage, crowd: None) -> None:
    phone = new_page(site.admin)
    phone.goto("/meetings/series")
    phone.get_by_role("button", name="开办选中的").click()
    phone.goto("/meetings/2026?day=2026-05-19")
    phone.get_by_label("讲什么").fill("信访")
    phone.get_by_role("button", name="保存，去点名44人").click()
    phone.get_by_role("group", name="村民07").get_by_role("radio", name="缺席").check()
    phone.get_by_label("找人").fill("sjp")
    expect(phone.get_by_role("group", name="村民07")).to_be_hidden()
    phone.get_by_role("group", name="宋建平").get_by_role("radio", name="请假").check()
    phone.get_by_label("找人").fill("没有这个人")
    expect(phone.get_by_text("没有找到这个人。")).to_be_visible()
    phone.get_by_label("找人").press("Enter")
    phone.get_by_role("button", name="保存点名，出席42人").click()
    expect(phone.get_by_text("点名已经保存：出席42人")).to_be_visible()


def test_a_day_without_a_meeting_asks_only_why(site: Site, new_page: NewPage, year: StudyYear) -> None:
    desk = new_page(site.admin, size=DESK)
    desk.goto(f"/meetings/2026?series={year.nine}")
    desk.get_by_role("link", name=re.compile("5月19日")).click()
    expect(desk.get_by_role("heading", name="5月19日，星期二")).to_be_in_viewport()
    desk.get_by_role("radio", name="取消").check()
    expect(desk.get_by_label("讲什么")).to_be_hidden()
    expect(desk.get_by_role("button", name=re.compile("去点名"))).to_be_hidden()
    desk.get_by_label("原因").fill("春灌")
    desk.get_by_role("button", name="保存", exact=True).click()
    expect(desk.get_by_text("春灌")).to_be_visible()
    expect(desk.locator("#sum")).to_contain_text("取消2场")


def test_without_scripts_the_reason_stands_behind_a_fold(
    site: Site, new_page: NewPage, year: StudyYear
) -> None:
    phone = new_page(site.admin, scripts=False)
    phone.goto(f"/meetings/2026?series={year.nine}&day=2026-05-19")
    phone.get_by_role("radio", name="取消").check()
    phone.get_by_text("取消的写原因，并入的选那一场").click()
    phone.get_by_label("原因").fill("春灌")
    phone.get_by_role("button", name=re.compile("保存，去点名")).click()
    expect(phone.get_by_text("春灌")).to_be_visible()


def test_a_reading_is_logged_in_two_taps(site: Site, new_page: NewPage) -> None:
    phone = new_page(site.cadre)
    phone.goto("/laws/民法典")
    phone.get_by_role("link", name=re.compile("第一条")).first.click()
    phone.get_by_role("button", name="记一次自学").click()
    expect(phone.get_by_text("今天已经记了一次自学。")).to_be_visible()
    with site.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SelfStudy)) == 1


def pages(year: StudyYear) -> list[str]:
    return [
        "/", "/meetings/2026", f"/meetings/2026?series={year.nine}&day=2026-05-19",
        f"/meetings/2026?series={year.nine}&day=2026-04-29", f"/meetings/2026?series={year.centre}",
        f"/meetings/2026?series={year.weekly}", "/meetings/series", f"/meetings/series/{year.weekly}",
        f"/meetings/{year.held}/show", f"/meetings/{year.planned}/show", f"/meetings/{year.merged}/show",
        f"/meetings/{year.held}/edit", f"/meetings/{year.cancelled}/edit", f"/meetings/{year.held}/roll",
        f"/meetings/{year.held}/roll?only=1", "/meetings/mine",
    ]  # fmt: skip


@pytest.mark.slow
def test_every_page_of_study_in_large_type_on_a_phone(site: Site, new_page: NewPage, year: StudyYear) -> None:
    site.now = NOON + timedelta(minutes=1)
    wrong = []
    for person, paths in (
        (site.admin, pages(year)),
        (site.leader, ["/"]),
        (site.cadre, ["/", "/meetings/mine"]),
    ):
        page = new_page(person, size=PHONE)
        page.context.add_cookies([{"name": "type", "value": "large", "url": site.url}])
        with site.database.writing() as session:
            session.merge(person).type_size = "large"
        for path in paths:
            page.goto(path)
            assert page.evaluate("document.documentElement.dataset.type") == "large"
            wrong += [(path, fault) for fault in faults(page)]
    assert not wrong, "\n".join(f"{path}: {fault}" for path, fault in wrong)
