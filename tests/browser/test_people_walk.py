"""A clerk's hour in a real browser: a sheet in, slips out, everybody in; then a transfer, a reset, a merger."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from studyhall.core import settings
from studyhall.people import units
from tests.browser.conftest import DESK, PHONE, NewPage, Site
from tests.browser.soundness import sound
from tests.people.test_sheets import NUMBER, a_book

pytestmark = pytest.mark.browser

SLIP = re.compile(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}")


@pytest.fixture
def clerk(new_page: NewPage, site: Site) -> Page:
    with site.database.writing() as session:
        root = units.root(session)
        settings.set_value(session, root.id, root.path, "address", "https://xuefa.example.cn")
    return new_page(site.admin, size=DESK)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "2026年5月干部名册.xlsx"
    rows = [
        ["雁落滩乡干部名册"],
        ["姓名", "单位", "职务", "身份证号"],
        ["加娜尔•木拉提", "沙枣村", "主任", NUMBER],
        ["宋建平", "西滩村", "", NUMBER],
        ["巴特尔·才仁", "西滩村", "会计", NUMBER],
        ["", "沙枣村", "干事", ""],
    ]
    path.write_bytes(a_book(rows))
    return path


def test_from_a_sheet_to_slips_to_the_first_page(clerk: Page, new_page: NewPage, sheet: Path) -> None:
    clerk.goto("/people")
    clerk.get_by_role("link", name="导入名册").click()
    clerk.get_by_label("名册文件").set_input_files(sheet)
    clerk.get_by_role("button", name="读这个文件，去核对").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text("核对人员名册，还有1行要判断")
    expect(clerk.get_by_text("身份证号这一列没有读进来。")).to_be_visible()
    sound(clerk)
    clerk.get_by_role("radio", name="同一人，调到西滩村").check()
    clerk.get_by_role("button", name="导入2行").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text("名册已导入")
    expect(clerk.get_by_text("没有导入的1行")).to_be_visible()
    clerk.get_by_role("link", name="看人员").click()
    clerk.get_by_role("link", name="打印密码条").click()
    sound(clerk)
    clerk.get_by_role("button", name="做2张密码条").click()
    slip = clerk.locator(".slip", has_text="巴特尔·才仁")
    expect(slip.locator("h2")).to_contain_text("巴特尔·才仁")
    expect(slip.locator("svg.slip-code")).to_be_visible()
    words = slip.inner_text()
    number = re.search(r"XT\d{4}", words)
    assert number is not None
    first_login(new_page(None), number[0], SLIP.findall(words)[0])


def first_login(phone: Page, number: str, password: str) -> None:
    phone.goto("/login")
    phone.get_by_label("工号").fill(number.lower())
    phone.get_by_label("密码", exact=True).fill(password)
    phone.get_by_role("button", name="登录").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("您的信息，怎么用、谁能看")
    sound(phone)
    phone.get_by_role("button", name="看过了，去设新密码").click()
    phone.get_by_label("新密码", exact=True).fill("12345678")
    phone.get_by_label("再填一次新密码").fill("12345678")
    phone.get_by_role("button", name="保存密码，进首页").click()
    expect(phone.get_by_text("太常见")).to_be_visible()
    sound(phone)
    phone.get_by_label("新密码", exact=True).fill("早上六点放羊去了")
    phone.get_by_label("再填一次新密码").fill("早上六点放羊去了")
    phone.get_by_role("button", name="保存密码，进首页").click()
    expect(phone).to_have_url(re.compile(r"/$"))


def test_a_transfer_is_three_taps_and_a_form(clerk: Page) -> None:
    clerk.goto("/people")
    clerk.get_by_label("找人").fill("sjp")
    clerk.get_by_role("button", name="找人").click()
    clerk.get_by_role("link", name="宋建平", exact=True).click()
    sound(clerk)
    clerk.get_by_role("link", name="调动", exact=True).click()
    clerk.get_by_label("调到哪个单位").select_option(label="　党政综合办公室")
    clerk.get_by_label("从哪天起").fill("2026-05-10")
    sound(clerk)
    clerk.get_by_role("button", name="调动").click()
    said = clerk.get_by_role("status")
    expect(said).to_contain_text("宋建平从5月10日起在党政综合办公室。")
    expect(clerk.locator(".timeline li.now")).to_contain_text("党政综合办公室")


def test_a_password_is_reset_in_three_taps(clerk: Page) -> None:
    clerk.goto("/")
    clerk.get_by_role("link", name="人员", exact=True).click()
    clerk.get_by_label("找人").fill("jne")
    clerk.get_by_label("找人").press("Enter")
    clerk.get_by_role("link", name=re.compile("重设密码.*加娜尔")).click()
    clerk.get_by_role("button", name="重设密码").click()
    assert SLIP.fullmatch(clerk.locator(".code").inner_text())


def test_a_reset_is_two_taps_on_a_persons_page(clerk: Page, site: Site) -> None:
    clerk.goto(f"/people/{site.cadre.id}")
    clerk.get_by_role("link", name="重设密码").click()
    sound(clerk)
    clerk.get_by_role("button", name="重设密码").click()
    assert SLIP.fullmatch(clerk.locator(".code").inner_text())
    sound(clerk)
    clerk.go_back()
    assert not SLIP.findall(clerk.content())


def test_two_entries_are_merged_after_a_look(clerk: Page, site: Site) -> None:
    clerk.goto(f"/people/{site.cadre.id}")
    clerk.get_by_role("link", name="和另一条合并").click()
    clerk.get_by_label("另一条的工号").fill("sz0002")
    clerk.get_by_role("button", name="看合并会怎样").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text("把这两条合成一个人？")
    sound(clerk)
    clerk.get_by_role("button", name="合并，以后只用SZ0001").click()
    expect(clerk.get_by_role("status")).to_contain_text("合并好了，以后只用SZ0001。")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(
    "path",
    [
        "/people", "/people/new", "/people/units", "/people/units/new", "/people/import", "/people/roles",
        "/people/roles/new", "/people/corrections", "/people/slips", "/settings", "/me", "/me/correction",
    ],
)  # fmt: skip
def test_each_page_holds_on_desk_and_phone(
    new_page: NewPage, site: Site, path: str, size: dict[str, int]
) -> None:
    page = new_page(site.admin, size=size)
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(path)
    sound(page)
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.locator("main .btn-primary").count() <= 1
    assert not faults


def test_everything_works_without_scripts(new_page: NewPage, site: Site, sheet: Path) -> None:
    page = new_page(site.admin, size=DESK, scripts=False)
    page.goto("/people/import")
    page.get_by_label("名册文件").set_input_files(sheet)
    page.get_by_role("button", name="读这个文件，去核对").click()
    page.get_by_role("radio", name="这行先不导入").check()
    page.get_by_role("button", name="记下判断").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核对人员名册，可以导入了")
