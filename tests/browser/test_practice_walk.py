"""Practice on a phone, with scripts and without: five questions, the wrong book next day, a mock, the map."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from studyhall.library.models import Law
from studyhall.practice.models import PracticeItem
from tests.browser import soundness
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
    soundness.sound(page, scripts=page not in PLAIN)


def choose(page: Page, right: bool) -> None:
    """The factory's right option is A of the bank, 正确 for a judge."""
    options = page.locator(".option")
    options.first.wait_for()  # the page before it has none, and counting does not wait
    if page.locator(".option.many").count():
        raise AssertionError("no question of several was asked for")
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
    expect(phone.locator(".exam-count b")).to_have_text("2")
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
        expect(phone.get_by_role("heading", name="练完了")).to_be_visible()
    phone.goto("/practice/wrong")
    expect(phone.get_by_text("没有错题。")).to_be_visible()


def test_the_map_says_in_words_what_is_known(phone: Page) -> None:
    begin_article(phone, 4)
    choose(phone, right=True)
    phone.get_by_role("button", name="对答案").click()
    expect(phone.get_by_role("heading", name="答对了")).to_be_visible()
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
    expect(other.get_by_role("heading", name="答题卡")).to_be_visible()
    sound(other)
    with other.expect_navigation():
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


def test_a_proposal_asks_only_what_its_kind_needs(site: Site, new_page: NewPage) -> None:
    options, truth = "选项，勾出对的", "判断题的答案"
    phone = new_page(site.cadre)
    phone.goto("/practice/propose")
    expect(phone.get_by_role("group", name=options)).to_be_visible()
    expect(phone.get_by_role("group", name=truth)).to_be_hidden()
    phone.get_by_label("判断题", exact=True).check()
    expect(phone.get_by_role("group", name=options)).to_be_hidden()
    expect(phone.get_by_role("group", name=truth)).to_be_visible()
    plain = new_page(site.cadre, scripts=False)
    plain.goto("/practice/propose")
    expect(plain.get_by_role("group", name=truth)).to_be_visible()
    expect(plain.get_by_text("判断题只选对错，不用填选项。")).to_be_visible()


def answered_positions(site: Site) -> list[int]:
    with site.database.reading() as session:
        rows = session.scalars(
            sa.select(PracticeItem.position)
            .where(PracticeItem.answered_at.is_not(None))
            .order_by(PracticeItem.position)
        )
        return list(rows)


@pytest.fixture
def lively(new_page: NewPage, site: Site) -> Page:
    """The phone with scripts, in five questions of one kind each, at the first."""
    with site.database.writing() as session:
        law = session.scalars(sa.select(Law)).one()
        bank = a_bank(session)
        for article in range(2, 9):
            a_question(session, bank, law.id, "single", article=article)
    page = new_page(site.cadre)
    page.goto("/practice/")
    page.get_by_role("button", name="练五题").click()
    page.wait_for_load_state("networkidle")
    return page


def look(page: Page) -> None:
    page.get_by_role("button", name="不会，看答案").click()


def test_a_lost_line_shows_and_the_answers_arrive_once(lively: Page, site: Site) -> None:
    lively.context.set_offline(True)
    expect(lively.get_by_text("网络断了，可以接着答。")).to_be_visible()
    look(lively)
    expect(lively.get_by_text("1题留在手机里")).to_be_visible()
    expect(lively.locator(".exam-count b")).to_have_text("2")
    sound(lively)
    look(lively)
    expect(lively.get_by_text("2题留在手机里")).to_be_visible()
    assert answered_positions(site) == []
    lively.context.set_offline(False)
    expect(lively.get_by_text("网络恢复，2题已交上。")).to_be_visible()
    assert answered_positions(site) == [1, 2]
    lively.get_by_role("link", name="看刚才的题").click()
    expect(lively.get_by_role("heading", name="没有答，")).to_be_visible()
    assert lively.evaluate("Object.keys(localStorage).length") == 0


def test_with_all_answered_the_page_waits_and_then_shows_the_first_verdict(lively: Page, site: Site) -> None:
    lively.context.set_offline(True)
    for _place in range(5):
        look(lively)
    expect(lively.get_by_text("网络断了，答案都在这部手机里。")).to_be_visible()
    sound(lively)
    lively.context.set_offline(False)
    expect(lively.get_by_role("heading", name="没有答，")).to_be_visible()
    expect(lively.locator(".exam-count b")).to_have_text("1")
    assert answered_positions(site) == [1, 2, 3, 4, 5]


def test_a_page_closed_without_a_line_sends_its_answer_from_the_first_page_of_practice(
    lively: Page, site: Site
) -> None:
    lively.context.set_offline(True)
    look(lively)
    expect(lively.get_by_text("1题留在手机里")).to_be_visible()
    lively.close()
    lively.context.set_offline(False)
    later = lively.context.new_page()
    later.goto(f"{site.url}/practice/")
    expect(later.get_by_text("网络恢复，1题已交上。")).to_be_visible()
    assert answered_positions(site) == [1]


def test_somebody_else_on_the_phone_sends_nothing_of_it(lively: Page, site: Site) -> None:
    lively.context.set_offline(True)
    look(lively)
    expect(lively.get_by_text("1题留在手机里")).to_be_visible()
    lively.close()
    lively.context.set_offline(False)
    lively.context.clear_cookies()
    other = lively.context.new_page()
    site.sign_in(other, site.leader)
    other.goto(f"{site.url}/practice/")
    other.wait_for_load_state("networkidle")
    assert answered_positions(site) == []
    site.sign_in(other, site.cadre)
    other.goto(f"{site.url}/practice/")
    expect(other.get_by_text("网络恢复，1题已交上。")).to_be_visible()


def test_on_another_device_meanwhile_the_answer_given_first_stands(
    lively: Page, site: Site, new_page: NewPage
) -> None:
    """An acknowledgement lost on the way, too: what was stored is stored once."""
    lively.context.set_offline(True)
    look(lively)
    other = new_page(site.cadre)
    other.goto("/practice/")
    other.get_by_role("link", name="接着练").first.click()
    choose(other, right=True)
    other.get_by_role("button", name="对答案").click()
    expect(other.get_by_role("heading", name="答对了")).to_be_visible()
    lively.context.set_offline(False)
    expect(lively.get_by_text("网络恢复，1题已交上。")).to_be_visible()
    lively.get_by_role("link", name="看刚才的题").click()
    expect(lively.get_by_text("以先答的为准")).to_be_visible()
    expect(lively.get_by_role("heading", name="答对了")).to_be_visible()


def test_from_a_verdict_one_goes_on_without_a_line(lively: Page, site: Site) -> None:
    choose(lively, right=True)
    lively.get_by_role("button", name="对答案").click()
    expect(lively.get_by_role("heading", name="答对了")).to_be_visible()
    lively.context.set_offline(True)
    lively.get_by_label("还不熟").check(force=True)
    lively.locator(".actions-stick .btn-primary").click()
    expect(lively.locator(".exam-count b")).to_have_text("2")
    look(lively)
    lively.context.set_offline(False)
    expect(lively.get_by_text("网络恢复，1题已交上。")).to_be_visible()
    with site.database.reading() as session:
        assert session.scalar(sa.select(PracticeItem.knows).where(PracticeItem.position == 1)) == "unsure"


def test_a_mock_goes_on_without_a_line(lively: Page, site: Site) -> None:
    lively.goto("/practice/")
    lively.get_by_role("button", name="模拟：").first.click()
    lively.wait_for_load_state("networkidle")
    lively.context.set_offline(True)
    lively.locator(".option input").first.check(force=True)
    lively.get_by_role("button", name="下一题").click()
    expect(lively.locator(".exam-count b")).to_have_text("2")
    lively.get_by_role("button", name="上一题").click()
    expect(lively.locator(".exam-count b")).to_have_text("1")
    expect(lively.locator(".option input").first).to_be_checked()
    assert answered_positions(site) == []
    lively.context.set_offline(False)
    expect(lively.get_by_text("网络恢复，1题已交上。")).to_be_visible()
    assert answered_positions(site) == [1]
    lively.get_by_role("button", name="答题卡").click()
    expect(lively.get_by_role("heading", name="答题卡")).to_be_visible()
    lively.wait_for_load_state("networkidle")
    lively.context.set_offline(True)
    lively.get_by_role("button", name="也交").click()
    expect(lively.get_by_text("还没有联网，不能交。")).to_be_visible()
    sound(lively)
    lively.context.set_offline(False)
    lively.get_by_role("button", name="也交").click()
    expect(lively.get_by_text("7题里答对")).to_be_visible()
