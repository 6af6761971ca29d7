"""Files as clerks bring them, in a real browser: old forms, wrong names, and those that cannot be read."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect

from studyhall.bank.formats import sheet_out
from studyhall.bank.formats.guards import OLE
from tests.bank.formats.test_sheets import workbook
from tests.bank.test_bombs import png, with_member
from tests.browser.conftest import DESK, PHONE, NewPage, Site
from tests.browser.soundness import sound
from tests.conftest import LIBREOFFICE

pytestmark = pytest.mark.browser

SHEET = workbook(
    {
        "题": [
            ["题型", "题干", "选项A", "选项B", "答案"],
            ["单选题", "水渠归谁修？", "村里", "邻村", "A"],
            ["单选题", "谁来教书？", "村里", "学校", "B"],
        ]
    }
)
MINE = "水利题库"


def document(*lines: str) -> bytes:
    paper = docx.Document()
    for line in lines:
        paper.add_paragraph(line)
    target = io.BytesIO()
    paper.save(target)
    return target.getvalue()


def locked() -> bytes:
    """What Office makes of a file with a password: the old container, with these two names in it."""
    names = (name.encode("utf-16-le").ljust(128, b"\0") for name in ("EncryptionInfo", "EncryptedPackage"))
    return OLE + b"\0" * 504 + b"".join(names) + b"\0" * 512


PAPER = document("一、单选题", "1. 水渠归谁修？（ A ）", "A. 村里  B. 邻村")
REFUSED = {
    "题.docm": (with_member(PAPER, "word/vbaProject.bin", b"x"), "另存为不带宏的"),
    "题.xlsm": (with_member(SHEET, "xl/vbaProject.bin", b"x"), "另存为不带宏的"),
    "有密码.xlsx": (locked(), "请去掉密码再传"),
    "有密码.docx": (locked(), "请去掉密码再传"),
    "其实是图片.xlsx": (png(10, 10), "请先识别成文字"),
    "没传完.xlsx": (SHEET[: len(SHEET) // 2], "打得开就另存一份再传"),
    "炸弹.xlsx": (with_member(SHEET, "xl/worksheets/sheet1.xml", b" " * 70_000_000), "删去空行、空列"),
    "空的.docx": (b"", "请看是不是选错了"),
    "卷.pdf": (b"%PDF-1.7 ...", "另存为 .docx 再传"),
}


def choose(page: Page, data: bytes, name: str) -> None:
    page.get_by_label("试题文件").set_input_files({"name": name, "mimeType": "", "buffer": data})


def read(page: Page) -> None:
    page.get_by_role("button", name="读文件，看看认出多少题").click()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_what_cannot_be_read_says_why_and_one_goes_on_at_once(
    site: Site, new_page: NewPage, size: dict[str, int]
) -> None:
    page = new_page(site.admin, size=size)
    page.goto("/bank/imports/")
    page.get_by_label("放进哪个题库").fill(MINE)
    mine = list(REFUSED)[::2] if size is PHONE else list(REFUSED)[1::2]
    for name in mine:
        data, what_to_do = REFUSED[name]
        choose(page, data, name)
        read(page)
        told = page.get_by_role("status").filter(has_text=f"没有读：{name}")
        expect(told).to_contain_text(what_to_do)
        expect(told).to_contain_text("题库没有变")
        expect(told).to_be_in_viewport()
        expect(page.get_by_label("放进哪个题库")).to_have_value(MINE)
    sound(page)
    choose(page, SHEET, "其实是表格.docx")
    read(page)
    expect(page.get_by_text("共找到2题：单选题2")).to_be_visible()


@pytest.fixture
def heavy(tmp_path: Path) -> Path:
    """On disk: through the wire to the browser so much takes long."""
    path = tmp_path / "大.xlsx"
    path.write_bytes(SHEET + b"\0" * (21 * 1024 * 1024))
    return path


def test_too_large_a_file_is_told_where_it_is_chosen(site: Site, new_page: NewPage, heavy: Path) -> None:
    phone = new_page(site.admin)
    phone.goto("/bank/imports/")
    phone.get_by_label("放进哪个题库").fill(MINE)
    phone.get_by_label("试题文件").set_input_files(heavy)
    expect(phone.get_by_role("alert")).to_contain_text("超过20MB")
    read(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("导入题库")
    sound(phone)
    choose(phone, SHEET, "小.xlsx")
    expect(phone.get_by_role("alert")).to_have_count(0)
    read(phone)
    expect(phone.get_by_text("共找到2题：单选题2")).to_be_visible()


def test_without_scripts_too_large_a_file_leads_back_to_the_form(
    site: Site, new_page: NewPage, heavy: Path
) -> None:
    desk = new_page(site.admin, size=DESK, scripts=False)
    desk.goto("/bank/imports/")
    desk.get_by_label("试题文件").set_input_files(heavy)
    read(desk)
    expect(desk.get_by_text("没有传上来，数据没有变")).to_be_visible()
    desk.get_by_role("link", name="回去重新选").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("导入题库")


@pytest.mark.parametrize(
    ("size", "name", "data", "what_to_do"),
    [
        (PHONE, "通知.docx", document("关于开会的通知。", "请各村派一人。"), "试题要有题号"),
        (DESK, "通知.xlsx", workbook({"通知": [["请各村派一人开会"]]}), "第一行要写列名"),
        (PHONE, "模板.xlsx", sheet_out.write(), "下面一行一道题"),
    ],
    ids=["prose", "sheet", "empty template"],
)
def test_a_file_without_questions_says_what_one_looks_like(
    site: Site, new_page: NewPage, size: dict[str, int], name: str, data: bytes, what_to_do: str
) -> None:
    page = new_page(site.admin, size=size)
    page.goto("/bank/imports/")
    page.get_by_label("放进哪个题库").fill(MINE)
    choose(page, data, name)
    read(page)
    told = page.get_by_role("status").filter(has_text="没有认出试题，题库没有变")
    expect(told).to_contain_text(what_to_do)
    sound(page)
    told.get_by_role("link", name="重新选文件").click()
    expect(page.get_by_label("放进哪个题库")).to_have_value(MINE)


@pytest.mark.office
@pytest.mark.parametrize(
    ("data", "old", "new", "found"),
    [(PAPER, "docx", "doc", "共找到1题：单选题1"), (SHEET, "xlsx", "ods", "共找到2题：单选题2")],
    ids=["doc", "ods"],
)
def test_old_and_free_forms_are_read(
    site: Site, new_page: NewPage, tmp_path: Path, data: bytes, old: str, new: str, found: str
) -> None:
    given = tmp_path / f"题.{old}"
    given.write_bytes(data)
    subprocess.run(
        [str(LIBREOFFICE), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", new,
         "--outdir", str(tmp_path), str(given)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    phone = new_page(site.admin)
    phone.goto("/bank/imports/")
    choose(phone, given.with_suffix(f".{new}").read_bytes(), f"题.{new}")
    read(phone)
    expect(phone.get_by_text(found)).to_be_visible()
    phone.get_by_role("button", name="入库").click()
    expect(phone.get_by_role("status").filter(has_text="已入库")).to_be_visible()
