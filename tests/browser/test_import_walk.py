"""A question bank comes in, in a real browser: read, looked over, mended, landed, taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.bank.reading_gate import Gate, gated
from tests.browser.conftest import DESK, NewPage, Site
from tests.browser.soundness import sound

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
