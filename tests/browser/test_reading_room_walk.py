"""The reading room on a phone, as somebody walks it who never read a law: by links, and by one word."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from studyhall.library import filing
from tests.browser.conftest import DESK, NewPage, Site

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _furnished(site: Site) -> None:
    """The canal law with two parts, gists and a key point."""
    with site.database.writing() as session:
        edition = filing.file_edition(session, "水渠法", date(2020, 1, 1), 6)
        headings = [
            filing.Heading("第一编 通则", 1, 1, 2),
            filing.Heading("第一章 总则", 2, 1, 2),
            filing.Heading("第二编 用水", 1, 3, 6),
            filing.Heading("第二章 轮灌", 2, 3, 4),
            filing.Heading("第三章 水费", 2, 5, 6),
        ]
        filing.file_headings(session, edition, headings)
        gists = {number: f"第{number}件要办的事，先和村民商量。" for number in range(1, 7)}
        filing.file_gists(session, edition, gists | {4: "天旱的时候，可以调换轮灌的次序。"})
        text = "次序由村民会议定（第三条）。\n天旱可以调换（第四条）。"
        filing.file_cards(session, edition, [filing.Card("yd-1", "第二章 轮灌", "轮灌怎么排", text, (3, 4))])


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_all_laws_to_an_article_and_on_to_the_next(site: Site, new_page: NewPage, scripts: bool) -> None:
    page = new_page(site.cadre, scripts=scripts)
    page.goto("/laws/")
    assert fits(page)
    page.get_by_role("link", name="水渠法").click()
    page.get_by_text("第二编").click()
    page.get_by_role("link", name="第二章").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("轮灌")
    expect(page.get_by_text("要点：轮灌怎么排")).to_be_visible()
    assert fits(page)
    page.locator("main .reading-text").get_by_role("link", name="第三条").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("第三条")
    expect(page.get_by_text("本单位还没有导入条文。")).to_be_visible()
    assert fits(page)
    page.get_by_role("link", name="下一条：第四条").click()
    expect(page.get_by_text("天旱的时候，可以调换轮灌的次序。")).to_be_visible()
    page.locator(".key-card").get_by_role("link", name="第三条").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("第三条")


def test_one_character_is_enough_to_find_an_article(site: Site, new_page: NewPage) -> None:
    page = new_page(site.cadre)
    page.goto("/laws/")
    page.get_by_role("searchbox").fill("旱")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("mark").first).to_have_text("旱")
    assert fits(page)
    page.get_by_role("link", name="第四条 天旱的时候").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("第四条")


def test_large_type_still_fits_the_phone(site: Site, new_page: NewPage) -> None:
    page = new_page(site.cadre)
    for address in (
        "/laws/",
        "/laws/水渠法",
        "/laws/水渠法/chapters/3",
        "/laws/水渠法/4",
        "/laws/search?q=水",
    ):
        page.goto(address)
        page.evaluate("document.documentElement.dataset.type = 'large'")
        assert fits(page), address


def test_on_a_desk_the_article_stands_between_contents_and_key_points(site: Site, new_page: NewPage) -> None:
    page = new_page(site.admin, size=DESK)
    page.goto("/laws/水渠法/4")
    contents = page.get_by_role("navigation", name="目录", exact=True).bounding_box()
    gist = page.get_by_role("heading", name="这一条说什么").bounding_box()
    points = page.get_by_role("heading", name="要点：轮灌怎么排").bounding_box()
    assert contents and gist and points
    assert contents["x"] < gist["x"] < points["x"]
