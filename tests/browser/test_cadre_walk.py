"""A cadre's walk in a real browser: with scripts and without, with the line lost, with a second phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from studyhall.core.clock import standing_at
from studyhall.people.models import LoginSession
from studyhall.quizzes.models import Attempt, AttemptItem
from tests.browser.conftest import DESK, PASSWORD, NewPage, Site

pytestmark = pytest.mark.browser

QUESTIONS = 7
DEADLINE = timedelta(minutes=30)


def begin(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="去答题").click()
    page.get_by_role("button", name="开始答题").click()
    page.wait_for_url("**/papers/*/1")


def on(page: Page) -> Locator:
    """The filled button: 下一题, or 去交卷 at the last."""
    return page.locator(".exam-actions .btn-primary")


def fill_in(page: Page) -> None:
    """Some answer to whatever is asked."""
    kind = page.locator("form.question").get_attribute("data-kind")
    if kind == "fill":
        page.get_by_label("第1空").fill("六十")
    else:
        for option in page.locator(".option input").all()[: 2 if kind == "multiple" else 1]:
            option.check()


def walk(page: Page) -> None:
    """All questions, the answer sheet, and in."""
    for place in range(1, QUESTIONS + 1):
        expect(page.locator("[data-place]")).to_have_text(str(place))
        fill_in(page)
        on(page).click()
    expect(page.get_by_role("heading", name="答题卡")).to_be_visible()
    expect(page.get_by_text(f"{QUESTIONS}题都答了。")).to_be_visible()
    page.get_by_role("button", name="交卷", exact=True).click()
    page.wait_for_url("**/result")


def items(site: Site) -> dict[int, AttemptItem]:
    with site.database.reading() as session:
        return {item.position: item for item in session.scalars(sa.select(AttemptItem))}


def answered(site: Site) -> list[int]:
    return [place for place, item in items(site).items() if item.answer]


def the_attempt(site: Site) -> Attempt:
    with site.database.reading() as session:
        return session.scalars(sa.select(Attempt)).one()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_home_to_the_article(site: Site, new_page: NewPage, scripts: bool) -> None:
    page = new_page(site.cadre, scripts=scripts)
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    begin(page)
    walk(page)
    expect(page.get_by_text("第1次作答")).to_be_visible()
    assert the_attempt(site).answered == QUESTIONS
    page.get_by_role("link", name=re.compile("看错在哪里|看全部")).first.click()
    expect(page.get_by_role("heading", name="依据")).to_be_visible()
    expect(page.get_by_text("《民法典》第一条")).to_be_visible()
    assert faults == []


def test_on_a_phone_one_signs_out_at_one_s_own_page_alone(site: Site, new_page: NewPage) -> None:
    page = new_page(site.cadre)
    for path, is_there in (("/", False), ("/laws/", False), ("/me", True)):
        page.goto(path)
        expect(page.get_by_role("button", name="大字版")).to_be_visible()
        expect(page.locator(".topbar").get_by_role("button", name="退出")).to_be_visible(visible=is_there)
    desk = new_page(site.cadre, size=DESK)
    desk.goto("/")
    expect(desk.get_by_role("button", name="退出")).to_be_visible()


def test_an_answer_is_saved_as_it_is_chosen(site: Site, page: Page) -> None:
    begin(page)
    page.locator(".option input").first.check()
    expect(page.get_by_text("已保存，12:00")).to_be_visible()
    page.get_by_label("拿不准").check()
    expect(page.get_by_text("已答1题")).to_be_visible()
    with page.expect_response("**/save"):
        page.locator(".option input").nth(1).check()
    assert answered(site) == [1]
    assert items(site)[1].flagged


def test_the_next_question_comes_in_place_and_the_way_back_works(page: Page) -> None:
    begin(page)
    page.wait_for_load_state("networkidle")
    page.evaluate("window.same = true")
    on(page).click()
    expect(page).to_have_title("第2题，共7题 · 学法堂")
    expect(page.locator("h1")).to_be_focused()
    page.go_back()
    expect(page).to_have_title("第1题，共7题 · 学法堂")
    assert page.evaluate("window.same") is True


def test_the_keyboard_is_enough(site: Site, page: Page) -> None:
    begin(page)
    page.wait_for_load_state("networkidle")
    page.locator("h1").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".option input").nth(1)).to_be_checked()
    expect(page.get_by_text("已保存")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_title("第2题，共7题 · 学法堂")
    assert answered(site) == [1]


def test_the_ring_of_focus_is_seen_on_the_blue_ground(page: Page) -> None:
    page.goto("/")
    page.locator("h1").click()
    go = page.get_by_role("link", name="去答题")
    for _ in range(12):
        if go.evaluate("link => link === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(go).to_be_focused()
    ring = go.evaluate("link => getComputedStyle(link).boxShadow")
    ground = page.locator(".hero").evaluate("hero => getComputedStyle(hero).backgroundColor")
    inner, outer = re.findall(r"rgb\([^)]+\)", ring)
    assert inner == ground != outer


def test_a_lost_line_loses_nothing(site: Site, page: Page) -> None:
    begin(page)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    for _ in range(2):
        fill_in(page)
        expect(page.get_by_text("等待上传")).to_be_visible()
        on(page).click()
    expect(page.get_by_text("2题的答案留在手机里，有网自动上传。")).to_be_visible()
    page.get_by_role("button", name="答题卡").click()
    expect(page.get_by_text("还没有联网，不能交卷。")).to_be_visible()
    assert answered(site) == []
    page.context.set_offline(False)
    expect(page.get_by_text("网络恢复，2题已上传。")).to_be_visible()
    expect(page.get_by_text("还没有联网")).to_be_hidden()
    assert answered(site) == [1, 2]


@contextmanager
def closed_without_a_line(site: Site, page: Page) -> Iterator[None]:
    """Closed offline; what is inside happens on the same phone before anything can have been sent.

    A page sends what it has as it goes, and by then the browser no longer pretends that the line is lost.
    """
    site.takes_answers = False
    page.close()
    page.context.set_offline(False)
    yield
    site.takes_answers = True


def test_a_page_closed_while_the_line_was_lost_sends_its_answers_later(site: Site, page: Page) -> None:
    begin(page)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    fill_in(page)
    expect(page.get_by_text("等待上传")).to_be_visible()
    with closed_without_a_line(site, page):
        later = page.context.new_page()
        later.goto(f"{site.url}/")
    assert answered(site) == []
    later.get_by_role("link", name="接着答").click()
    expect(later.get_by_text("已保存，12:00")).to_be_visible()
    expect(later.locator(".option input").first).to_be_checked()
    assert answered(site) == [1]


def test_somebody_else_on_the_phone_neither_sees_nor_sends_them(site: Site, page: Page) -> None:
    begin(page)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    fill_in(page)
    expect(page.get_by_text("等待上传")).to_be_visible()
    with closed_without_a_line(site, page):
        page.context.clear_cookies()
        other = page.context.new_page()
        site.sign_in(other, site.leader)
        other.goto(f"{site.url}/c/{site.contest.code}")
    other.get_by_role("button", name="开始答题").click()
    other.wait_for_load_state("networkidle")
    expect(other.locator(".option input:checked")).to_have_count(0)
    assert answered(site) == []
    kept = other.evaluate("Object.keys(localStorage)")
    assert [key.split(":")[2] for key in kept] == ["SZ0001"]


def test_a_second_phone_takes_over(site: Site, page: Page, new_page: NewPage) -> None:
    begin(page)
    page.wait_for_load_state("networkidle")
    page.locator(".option input").first.check()
    expect(page.get_by_text("已保存")).to_be_visible()
    second = new_page(site.cadre)
    second.goto("/")
    second.get_by_role("link", name="接着答").click()
    expect(second.get_by_role("heading", name="另一部手机正在答")).to_be_visible()
    second.get_by_role("button", name="在这里接着答").click()
    second.wait_for_url("**/papers/*/2")
    fill_in(second)
    expect(second.get_by_text("已保存")).to_be_visible()
    before = items(site)[1].answer
    page.locator(".option input").nth(1).click()
    page.wait_for_url("**/elsewhere")
    assert items(site)[1].answer == before
    assert answered(site) == [1, 2]


def test_signing_in_again_on_the_same_phone_goes_straight_on(site: Site, new_page: NewPage) -> None:
    page = new_page()
    page.goto("/login")
    sign_in_by_hand(page)
    begin(page)
    page.wait_for_load_state("networkidle")
    with site.database.writing() as session:
        session.execute(sa.update(LoginSession).values(ended_at=site.now))
    page.locator(".option input").first.click()
    page.get_by_role("link", name="去登录，接着答").click()
    expect(page.get_by_text("离开时间长了，请重新登录。")).to_be_visible()
    sign_in_by_hand(page)
    page.wait_for_url("**/papers/*/1")
    expect(page.get_by_text("已保存，12:00")).to_be_visible()
    assert answered(site) == [1]


def sign_in_by_hand(page: Page) -> None:
    page.get_by_label("工号").fill("sz0001")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_when_the_time_is_up_the_paper_goes_in_by_itself(site: Site, page: Page) -> None:
    page.clock.install(time=site.now)
    begin(page)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("剩30分钟")).to_be_visible()
    fill_in(page)
    expect(page.get_by_text("已保存")).to_be_visible()
    page.clock.fast_forward(timedelta(minutes=25, seconds=1) // timedelta(milliseconds=1))
    expect(page.get_by_text("还剩5分钟，12:30自动交卷。")).to_be_visible()
    expect(page.locator("#timer")).to_have_text(re.compile(r"剩4:5\d"))
    site.now += DEADLINE
    page.clock.fast_forward(timedelta(minutes=5) // timedelta(milliseconds=1))
    page.wait_for_url("**/result")
    expect(page.get_by_text("时间到，已交卷。已答的1题都算分。")).to_be_visible()
    assert the_attempt(site).handed_in_at == the_attempt(site).deadline


def test_without_scripts_a_page_opened_after_the_time_shows_the_result(site: Site, new_page: NewPage) -> None:
    page = new_page(site.cadre, scripts=False)
    begin(page)
    expect(page.get_by_text("12:30前交卷")).to_be_visible()
    fill_in(page)
    on(page).click()
    page.wait_for_url("**/papers/*/2")
    site.now += DEADLINE + timedelta(seconds=5)
    page.reload()
    expect(page.get_by_text("已答的1题都算分。")).to_be_visible()


def test_answers_that_came_too_late_are_named(site: Site, page: Page) -> None:
    begin(page)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    fill_in(page)
    expect(page.get_by_text("等待上传")).to_be_visible()
    with closed_without_a_line(site, page):
        site.now += DEADLINE + timedelta(minutes=2)
        later = page.context.new_page()
    with standing_at(site.now):
        later.goto(f"{site.url}/papers/{the_attempt(site).id}/result")
        expect(later.get_by_text("有1题的改动没有赶在交卷前传上")).to_be_visible()
        assert later.evaluate("localStorage.length") == 0
