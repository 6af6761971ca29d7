"""A question bank comes in, in a real browser: read, looked over, mended, landed, taken back."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect
from python_calamine import CalamineWorkbook

from studyhall.bank.models import Question
from studyhall.core.access import Role
from studyhall.people.models import Unit
from tests.bank.reading_gate import Gate, gated
from tests.browser.conftest import DESK, PHONE, NewPage, Site
from tests.browser.soundness import sound
from tests.factories import a_person

pytestmark = pytest.mark.browser

PAPER = """一、单选题
1. 水渠坏了由谁来修？（ A ）
A. 村民委员会  B. 邻村  C. 学校  D. 医院
"""


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    with gated(monkeypatch) as gate:
        yield gate


def choose(page: Page, data: bytes, name: str) -> None:
    page.goto("/bank/imports/")
    page.get_by_label("试题文件").set_input_files({"name": name, "mimeType": "", "buffer": data})
    page.get_by_role("button", name="读文件，看看认出多少题").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_long_file_says_how_far_it_is_and_then_shows_itself(
    site: Site, new_page: NewPage, gate: Gate, scripts: bool
) -> None:
    phone = new_page(site.admin, scripts=scripts)
    choose(phone, PAPER.encode(), "县里发的.txt")
    expect(phone.get_by_role("heading", level=1)).to_have_text("正在读县里发的.txt")
    expect(phone.get_by_role("listitem").filter(has_text="读文件")).to_have_attribute("aria-current", "step")
    sound(phone, scripts=scripts)
    gate.open()
    expect(phone.get_by_role("heading", level=1)).to_have_text("核对导入的试题")


def test_it_may_be_left_and_is_found_again(site: Site, new_page: NewPage, gate: Gate) -> None:
    desk = new_page(site.admin, size=DESK)
    choose(desk, PAPER.encode(), "县里发的.txt")
    desk.goto("/")
    desk.get_by_role("link", name="看读到哪里：正在读导入的文件").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("正在读县里发的.txt")


BANK = """一、单选题
1. 水渠坏了由谁来修？（ A ）
A. 村里  B. 邻村  C. 学校  D. 医院
2. 低保名单贴在哪里？（  ）
A. 公示栏  B. 抽屉  C. 仓库  D. 办公室
二、判断题
3. 村务要公开。（ √ ）
4. 日记要公开。（ × ）
5. 账目可以不公开。
"""


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def filter_chip(page: Page, words: str) -> Locator:
    return page.get_by_role("group", name="只看").get_by_role("link", name=words)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_looked_over_mended_landed_and_taken_back(
    site: Site, new_page: NewPage, size: dict[str, int]
) -> None:
    page = new_page(site.admin, size=size)
    choose(page, BANK.encode("gb18030"), "县里发的.txt")
    expect(heading(page)).to_have_text("核对导入的试题")
    expect(page.get_by_text("共找到5题：单选题2，判断题3")).to_be_visible()
    expect(filter_chip(page, "待核对 2")).to_have_attribute("aria-current", "true")
    expect(page.get_by_text("没有找到答案").first).to_be_visible()
    sound(page)
    page.get_by_role("link", name="改题目").click()
    page.get_by_label("答案").fill("A")
    sound(page)
    page.get_by_role("button", name="改好了，可以入库").click()
    expect(filter_chip(page, "可入库 4")).to_be_visible()
    page.get_by_role("button", name="不要这题").click()
    expect(filter_chip(page, "不要的 1")).to_be_visible()
    filter_chip(page, "可入库 4").click()
    page.get_by_label("没有写明的，都算哪部法律").select_option("民法典")
    page.get_by_label("没有写明的，难度都算").select_option("易")
    page.get_by_role("button", name="照这样设").click()
    page.get_by_role("button", name="入库4题").click()
    expect(page.get_by_text("已入库4题")).to_be_visible()
    sound(page)
    with site.database.reading() as session:
        landed = session.scalars(sa.select(Question).where(Question.key.startswith("b1-"))).all()
        assert [(one.state, one.law_id is not None) for one in landed] == [("in_use", True)] * 4
    page.get_by_role("link", name="撤回或停用这一批").click()
    sound(page)
    page.get_by_role("button", name="撤回4题").click()
    expect(page.get_by_text("这一批已经撤回")).to_be_visible()


def test_what_was_left_out_goes_away_as_a_sheet_and_comes_back_mended(
    site: Site, new_page: NewPage, tmp_path: Path
) -> None:
    desk = new_page(site.admin, size=DESK)
    choose(desk, BANK.encode(), "县里发的.txt")
    with desk.expect_download() as download:
        desk.get_by_role("link", name="待核对的导出Excel").click()
    sheet = CalamineWorkbook.from_path(str(download.value.path()))
    head, *rows = sheet.get_sheet_by_index(0).to_python()
    assert [row[head.index("题干")] for row in rows if row[1]][:2] == [
        "低保名单贴在哪里？（  ）",
        "账目可以不公开。",
    ]
    assert "没有找到答案" in str(rows[0][head.index("为什么没有入库")])
    mended = tmp_path / "改好的.csv"
    with mended.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        for row, key in zip(rows, ("A", "错误"), strict=False):
            writer.writerow([*row[: head.index("答案")], key, *row[head.index("答案") + 1 :]])
    choose(desk, mended.read_bytes(), "改好的.csv")
    expect(filter_chip(desk, "可入库 2")).to_be_visible()


def test_two_that_ran_together_are_parted_and_joined_again(site: Site, new_page: NewPage) -> None:
    desk = new_page(site.admin, size=DESK, scripts=False)
    choose(desk, BANK.encode(), "县里发的.txt")
    filter_chip(desk, "可入库 3").click()
    desk.get_by_role("link", name="村务要公开").click()
    desk.get_by_text("题目没有分对").click()
    desk.get_by_role("button", name="和下一题合并").click()
    expect(desk.get_by_text("已合并，请看对不对。")).to_be_visible()
    desk.get_by_text("题目没有分对").click()
    desk.get_by_role("button", name="从这里分开").last.click()
    expect(desk.get_by_text("已分开，请看两题对不对。")).to_be_visible()
    expect(desk.get_by_text("共找到5题")).to_be_visible()


def test_another_admin_takes_over_from_the_first_page(site: Site, new_page: NewPage) -> None:
    choose(new_page(site.admin, size=DESK), BANK.encode(), "县里发的.txt")
    with site.database.writing() as session:
        unit = session.scalars(sa.select(Unit).where(Unit.code == "YLT")).one()
        colleague = a_person(session, unit, name="古丽娜尔", roles=[(Role.ADMIN, unit)])
    other = new_page(colleague)
    other.goto("/")
    other.get_by_role("link", name="核对：1个导入的文件还没有入库").click()
    expect(heading(other)).to_have_text("核对导入的试题")
    other.get_by_role("button", name="入库3题").click()
    expect(other.get_by_text("已入库3题")).to_be_visible()


def test_a_paper_and_its_key_as_two_files_and_pasted_words(site: Site, new_page: NewPage) -> None:
    phone = new_page(site.admin)
    phone.goto("/bank/imports/")
    sound(phone)
    paper = "一、单选题\n1. 谁来教书？\nA. 学校\nB. 村里\n2. 谁来看病？\nA. 学校\nB. 医院\n"
    for label, name, words in (
        ("试题文件", "卷.txt", paper),
        ("答案文件（选填）", "答案.txt", "单选题：1-2 AB"),
    ):
        phone.get_by_label(label).set_input_files({"name": name, "mimeType": "", "buffer": words.encode()})
    phone.get_by_role("button", name="读文件，看看认出多少题").click()
    expect(filter_chip(phone, "可入库 2")).to_be_visible()
    phone.goto("/bank/imports/")
    phone.get_by_label("或者把试题粘贴在这里（选填）").fill("一、判断题\n1. 村务要公开。（ √ ）\n")
    phone.get_by_role("button", name="读文件，看看认出多少题").click()
    expect(filter_chip(phone, "可入库 1")).to_be_visible()


def test_of_many_questions_the_list_keeps_the_one_in_sight(site: Site, new_page: NewPage) -> None:
    paper = "一、判断题\n" + "".join(f"{n}. 第{n}件事要公开。（ √ ）\n" for n in range(1, 46))
    phone = new_page(site.admin)
    choose(phone, paper.encode(), "县里发的.txt")
    phone.goto(f"{phone.url}?state=ready&item=40")
    expect(phone.get_by_role("navigation", name="可入库").locator("[aria-current]")).to_be_in_viewport()
    question = phone.get_by_role("heading", name="第40题")
    assert question.bounding_box()["y"] < 2 * PHONE["height"], "the list does not push it far down"
