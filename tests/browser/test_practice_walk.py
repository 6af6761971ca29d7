"""Practice on a phone, with scripts and without: five questions, the wrong book next day, a mock, the map."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from studyhall.library.models import Law
from studyhall.practice.models import PracticeItem
from tests.browser.conftest import NewPage, Site
from tests.factories import a_bank, a_question

pytestmark = pytest.mark.browser

PLAIN: set[Page] = set()
"""Pages without scripts: axe is one itself and would wait for ever."""


@pytest.fixture(params=[True, False], ids=["scripts", "plain"])
def phone(request: pytest.FixtureRequest, new_page: NewPage, site: Site) -> Page:
    """The cadre's phone in a township whose law has questions on seven articles."""
    with site.database.writing() as session:
        law = session.scalars(sa.select(Law)).one()
        bank = a_bank(session)
        for article in range(2, 9):
            for kind in ("single", "judge"):
                a_question(session, bank, law.id, kind, article=article)
    page = new_page(site.cadre, scripts=request.param)
    if not request.param:
        PLAIN.add(page)
    return page


def sound(page: Page) -> None:
    """axe finds nothing, and nothing is wider than the phone."""
    if page not in PLAIN:
        assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def choose(page: Page, right: bool) -> None:
    """The factory's right option is A of the bank, 正确 for a judge."""
    if page.locator(".option.many").count():
        raise AssertionError("no question of several was asked for")
    options = page.locator(".option")
    if options.count() == 2:
        options.nth(0 if right else 1).locator("input").check(force=True)
    else:
        options.filter(has_text="选项A" if right else "选项D").locator("input").check(force=True)


def begin_article(page: Page, article: int) -> None:
    page.goto(f"/laws/民法典/{article}")
    page.get_by_role("button", name="练这一条的2道题").click()


def test_five_from_the_first_page_to_the_last(phone: Page, site: Site) -> None:
    phone.goto("/")
    phone.get_by_role("button", name="练五题").click()
    for place in range(1, 6):
        expect(phone.locator(".exam-count b")).to_have_text(str(place))
        assert phone.get_by_text("正确答案").count() == 0
        if place == 1:
            sound(phone)
        phone.get_by_role("button", name="不会，看答案").click()
        expect(phone.get_by_role("heading", name="没有答，")).to_be_visible()
        if place == 1:
            sound(phone)
        phone.locator(".actions-stick .btn-primary").click()
    expect(phone.get_by_role("heading", name="练五题，练完了")).to_be_visible()
    sound(phone)
    with site.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PracticeItem)) == 5


def test_wrong_today_right_on_two_other_days_and_gone(phone: Page, site: Site) -> None:
    begin_article(phone, 3)
    choose(phone, right=False)
    phone.get_by_role("button", name="对答案").click()
    expect(phone.get_by_text("已放进错题本")).to_be_visible()
    phone.locator(".actions-stick .btn-primary").click()
    for days in (1, 4):
        site.now += timedelta(days=days)
        phone.goto("/practice/wrong")
        expect(phone.get_by_role("heading", name="我的错题，1道")).to_be_visible()
        sound(phone)
        phone.get_by_role("button", name="复习今天的1道").click()
        choose(phone, right=True)
        phone.get_by_role("button", name="对答案").click()
        expect(phone.get_by_role("heading", name="答对了")).to_be_visible()
        phone.locator(".actions-stick .btn-primary").click()
    phone.goto("/practice/wrong")
    expect(phone.get_by_text("没有错题。")).to_be_visible()


def test_the_map_says_in_words_what_is_known(phone: Page) -> None:
    begin_article(phone, 4)
    choose(phone, right=True)
    phone.get_by_role("button", name="对答案").click()
    phone.goto("/practice/map/民法典")
    expect(phone.locator(".level-2")).to_have_count(1)
    sound(phone)


def test_a_mock_is_left_and_gone_on_with_on_another_phone(phone: Page, site: Site, new_page: NewPage) -> None:
    phone.goto("/practice/")
    sound(phone)
    phone.get_by_role("button", name="模拟：").first.click()
    expect(phone.get_by_text("模拟，不计时")).to_be_visible()
    sound(phone)
    phone.get_by_role("link", name="离开").click()
    other = new_page(site.cadre)
    other.goto("/practice/")
    other.get_by_role("link", name="接着练：模拟").first.click()
    other.get_by_role("button", name="答题卡").click()
    sound(other)
    other.get_by_role("button", name="也交").click()
    expect(other.get_by_text("模拟不计入任何成绩")).to_be_visible()
    sound(other)


def test_a_proposal_reaches_the_admin(phone: Page, site: Site, new_page: NewPage) -> None:
    phone.goto("/practice/propose")
    sound(phone)
    phone.get_by_label("依据哪一条").fill("第三条")
    phone.get_by_label("题目").fill("村里的地归谁？")
    for letter, text in (("A", "集体"), ("B", "个人")):
        phone.get_by_label(f"选项{letter}", exact=True).fill(text)
    phone.get_by_label("A是对的").check()
    phone.get_by_role("button", name="交给管理员").click()
    expect(phone.get_by_text("收到了，谢谢")).to_be_visible()
    desk = new_page(site.admin)
    desk.goto("/practice/proposals")
    expect(desk.get_by_text("村里的地归谁？")).to_be_visible()
    sound(desk)
