"""What a cadre seldom meets, on the narrowest phone and in large type: words, one filled button, nothing hidden."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from studyhall.people.models import Person, RosterEntry
from studyhall.quizzes.models import Assessment, Result
from tests.browser.conftest import PASSWORD, NewPage, Site
from tests.browser.soundness import faults, too_wide
from tests.browser.test_cadre_walk import begin

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
Open = Callable[[str, str], None]


@pytest.fixture
def phone(new_page: NewPage, site: Site) -> Page:
    return new_page(site.cadre, size=NARROW)


@pytest.fixture
def opened(phone: Page) -> Open:
    """Goes there, reads the words, and finds nothing wrong: neither in the usual type nor in the large one."""

    def go(path: str, words: str) -> None:
        phone.goto(path)
        seen(phone, words)

    return go


def seen(page: Page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible()
    found = faults(page)
    page.evaluate("document.documentElement.dataset.type = 'large'")
    if too_wide(page):
        found.append("wider than the window in large type")
    assert found == [], page.url


def test_the_door_after_a_wrong_password_and_after_a_long_absence(site: Site, new_page: NewPage) -> None:
    page = new_page(size=NARROW)
    page.goto("/login?ended=1&next=/papers/1/1")
    seen(page, "刚才的答案已经保存，登录后接着答，计时没有停。")
    page.get_by_label("工号").fill("SZ0001")
    page.get_by_label("密码", exact=True).fill("不是这个密码")
    page.get_by_role("button", name="登录").click()
    seen(page, "工号或密码不对，还可以再试4次。")


def test_the_first_login(site: Site, phone: Page) -> None:
    with site.database.writing() as session:
        session.get_one(Person, site.cadre.id).must_change_password = True
    phone.goto("/")
    seen(phone, "身份证号、人脸、位置、学了多长时间、登录了几次")
    expect(phone.get_by_role("button", name="退出")).to_be_visible()
    phone.get_by_role("button", name="看过了，去设新密码").click()
    phone.get_by_label("新密码", exact=True).fill("短的")
    phone.get_by_label("再填一次新密码").fill("短")
    phone.get_by_role("button", name="保存密码，进首页").click()
    seen(phone, "有2处要改：")
    for name in ("新密码", "再填一次新密码"):
        phone.get_by_label(name, exact=True).fill(PASSWORD + "新的")
    phone.get_by_role("button", name="保存密码，进首页").click()
    expect(phone.get_by_role("link", name="去答题")).to_be_visible()


def test_what_is_not_there_or_not_for_a_cadre(site: Site, opened: Open) -> None:
    opened("/nowhere", "没有找到这一页")
    opened("/people", "这个页面您看不了")
    opened("/c/none", "没有您要参加的这场测评。")
    opened("/laws/民法典/9999", "这部法律没有第九千九百九十九条")
    opened("/laws/search?q=没有的词", "没有找到“没有的词”")


def test_a_contest_one_need_not_take(site: Site, opened: Open) -> None:
    with site.database.writing() as session:
        mine = RosterEntry.person_id == site.cadre.id
        session.execute(sa.update(RosterEntry).where(mine).values(state="exempt", reason_code="maternity"))
        session.execute(sa.update(Result).where(Result.person_id == site.cadre.id).values(due=False))
    opened("/", "产假，本次免考，不用答。")
    opened(f"/c/{site.contest.code}", "产假，本次免考，不用答。")
    with site.database.writing() as session:
        session.get_one(Assessment, site.contest.id).withdrawn_at = site.now
    opened(f"/c/{site.contest.code}", "这场测评撤回了")


def test_a_blank_paper_and_a_question_that_is_wrong(site: Site, phone: Page, opened: Open) -> None:
    begin(phone)
    paper = phone.url.removesuffix("/1").removeprefix(site.url)
    opened(f"{paper}/1/fault", "计时没有停，12:30自动交卷。")
    phone.get_by_label("题目说不清楚").check()
    phone.get_by_role("button", name="反映给管理员").click()
    seen(phone, "已反映，等管理员处理。")
    phone.get_by_role("link", name="回到刚才的题").click()
    phone.wait_for_url("**/papers/*/1")
    opened(f"{paper}/sheet", "一题未答，不算参加。")
    phone.get_by_role("button", name=re.compile("缺7题也交卷")).click()
    phone.wait_for_url("**/result")
    seen(phone, "还可以再答1次")
    opened(f"/c/{site.contest.code}", "已经交过1次，一题未答，不算参加。")
    opened(f"{paper}/review/1?all=1", "本单位还没有导入条文。")
