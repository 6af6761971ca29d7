"""What a workbook holds beside the words of its cells: said, put back or held, never passed over."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
import xlsxwriter

from studyhall.bank.formats import read_bytes
from studyhall.bank.formats.reading import Reading
from studyhall.bank.formats.sheet_cells import Sheet, words
from studyhall.bank.formats.sheets import read_sheets
from tests.bank.formats.sheets_read import FOUR, HELD, WHO, keys, read
from tests.bank.test_bombs import png, with_member

HEAD = ["题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案"]
ROWS = [
    ["单选题", WHO, *FOUR, "A"],
    ["单选题", "谁来教书？", *FOUR, "C"],
    ["单选题", "谁来看病？", *FOUR, "D"],
]
THREE = ["村里", "学校", "医院"]


def opened(change: Callable[[xlsxwriter.Workbook, Any], object]) -> Reading:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("题")
    for at, row in enumerate([HEAD, *ROWS]):
        sheet.write_row(at, 0, row)
    change(book, sheet)
    book.close()
    return read_bytes(target.getvalue(), "题.xlsx")


def test_hidden_rows_and_columns_are_read_and_said() -> None:
    def hide(book: xlsxwriter.Workbook, sheet: Any) -> None:
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(6, 6, None, None, {"hidden": True})

    reading = opened(hide)
    assert keys(reading) == THREE
    assert reading.notes == ["工作表“题”有1行、1列是隐藏的或者筛选掉的，也读了。"]


def test_empty_rows_and_columns_that_are_hidden_are_not_worth_a_line() -> None:
    def hide(book: xlsxwriter.Workbook, sheet: Any) -> None:
        sheet.set_row(9, None, None, {"hidden": True})
        sheet.set_column(7, 16_383, None, None, {"hidden": True})

    assert opened(hide).notes == []


def test_parts_written_in_another_way_do_not_keep_the_questions_out() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("题")
    for at, row in enumerate([HEAD, *ROWS]):
        sheet.write_row(at, 0, row)
    sheet.write_rich_string(1, 7, "10", book.add_format({"font_script": 1}), "2", "米")
    book.close()
    with zipfile.ZipFile(target) as archive:
        strings = archive.read("xl/sharedStrings.xml").replace(b"<vertAlign ", b"<of:another/><vertAlign ")
    reading = read_bytes(with_member(target.getvalue(), "xl/sharedStrings.xml", strings), "题.xlsx")
    assert keys(reading) == THREE and "没有看清" in reading.notes[0]


def test_a_hidden_sheet_is_read_and_said() -> None:
    def another(book: xlsxwriter.Workbook, sheet: Any) -> None:
        more = book.add_worksheet("备用")
        more.write_row(0, 0, HEAD)
        more.write_row(1, 0, ["单选题", "谁来开会？", *FOUR, "B"])
        more.hide()
        book.add_worksheet("空表").hide()

    reading = opened(another)
    assert keys(reading) == [*THREE, "邻村"]
    assert reading.notes == ["工作表“备用”是隐藏的，也读了。"]


def test_a_formula_that_came_to_nothing_is_seen() -> None:
    reading = opened(lambda book, sheet: sheet.write_formula(1, 5, "=1/0", None, "#DIV/0!"))
    assert keys(reading) == [HELD, *THREE[1:]] and "#DIV/0!" in reading.records[0].reason


def test_figures_raised_and_lowered_stay_so() -> None:
    def write(book: xlsxwriter.Workbook, sheet: Any) -> None:
        up, down = book.add_format({"font_script": 1}), book.add_format({"font_script": 2})
        sheet.write_rich_string(1, 1, "渠长10", up, "2", "米？")
        sheet.write_rich_string(1, 2, "CO", down, "2", "多")
        sheet.write_string(1, 3, "102")

    record = opened(write).records[0]
    assert (record.stem, [option.text for option in record.options[:2]]) == (
        "渠长10^2米？",
        ["CO_2多", "102"],
    )


def test_a_picture_beside_a_row_holds_it() -> None:
    image = io.BytesIO(png(10, 10))
    reading = opened(lambda book, sheet: sheet.insert_image(2, 1, "渠.png", {"image_data": image}))
    assert keys(reading) == ["村里", HELD, "医院"] and "图片" in reading.records[1].reason


def test_a_picture_in_a_cell_as_wps_keeps_it_holds_the_question() -> None:
    row = ["单选题", '看图：=DISPIMG("ID_1",1)', *FOUR, "A"]
    assert keys(read([HEAD, row, ROWS[1]])) == [HELD, "学校"]


def test_remarks_are_said_not_to_be_read() -> None:
    reading = opened(lambda book, sheet: sheet.write_comment(1, 1, "答案：B"))
    assert keys(reading) == THREE
    assert reading.notes == ["工作表“题”有1个批注，批注里的字没有读。"]


def test_a_plain_sheet_has_nothing_to_say() -> None:
    assert opened(lambda book, sheet: None).notes == []


def test_cells_of_a_page_are_read_as_words() -> None:
    reading = read(
        [
            HEAD,
            ["单选题", "<p>水渠归谁修？</p>", "<p>村里</p>", "邻村&nbsp;", "<p>学校</p>", "", "<p>A</p>"],
            ["单选题", "<p>5&lt;6吗？<br>选一个</p>", "是的", "不是", "", "", "A"],
            ["单选题", '<p>看图<img src="a.png"></p>', "是的", "不是", "", "", "A"],
        ]
    )
    assert keys(reading) == ["村里", "是的", HELD]
    assert [record.stem for record in reading.records[:2]] == [WHO, "5<6吗？\n选一个"]


@pytest.mark.parametrize(
    ("stem", "wanted"),
    [
        ("水渠<br>归谁修？", HELD),
        ("水渠&nbsp;归谁修？", HELD),
        ("3<5，水渠归谁修？", "村里"),
        ("<b>水渠</b>归谁修？", HELD),
    ],
)
def test_a_tag_among_plain_words_is_for_somebody_to_say(stem: str, wanted: object) -> None:
    assert keys(read([HEAD, ["单选题", stem, *FOUR, "A"]])) == [wanted]


def test_a_tag_as_an_option_is_an_option() -> None:
    rows = [["单选题", "哪个换行？", "<br>", "<p>", "<div>", "<b>", "A"]]
    assert keys(read([HEAD, *rows])) == ["<br>"]


def test_numbers_are_read_as_they_are_shown() -> None:
    def write(book: xlsxwriter.Workbook, sheet: Any) -> None:
        for row, (code, values) in enumerate(
            [("0%", (0.5, 0.25, 0.1)), ("000", (1, 2, 7)), ('0"元"', (100, 200, 300)), ("0.0", (1, 2, 3))], 1
        ):
            look = book.add_format({"num_format": code})
            sheet.write_row(row, 0, ["单选题", f"第{row}样是多少？"])
            for column, value in enumerate(values, 2):
                sheet.write_number(row, column, value, look)
            sheet.write_blank(row, 5, None)
            sheet.write_string(row, 6, "C")

    assert keys(opened(write)) == ["10%", "007", "300元", "3"]


def test_shares_whose_sign_nobody_knows_are_held() -> None:
    rows = [
        ["单选题", "几成？", "0.5", "0.25", "0.1", "", "B"],
        ["单选题", "几元？", "0.5", "2", "3", "", "B"],
    ]
    sheet = Sheet("题", [HEAD, *rows], bare_numbers=True)
    assert keys(read_sheets([sheet], "题.xls", "xls")) == [HELD, "2"]


def test_a_paper_typed_into_a_sheet_is_read_line_by_line() -> None:
    reading = read(
        [
            *(["1.水渠归谁修？（ A ）"], ["A.村里", "B.邻村", "C.学校"]),
            *(["2.谁来教书？（ B ）"], ["A.村里"], ["B.学校"], ["3.日记要公示。（ × ）"]),
        ]
    )
    assert keys(reading) == ["村里", "学校", False]
    assert reading.notes == ["工作表“Sheet1”没有表头，是当作试卷一行一行读的。"]
    assert [record.place.row for record in reading.records] == [1, 3, 6]


def test_what_no_eye_sees_is_no_part_of_a_key() -> None:
    assert words("A\u200b") == "A" and words("村里\xa0\r\n") == "村里" and words(time(8, 30)) == "08:30"


# Files in commas


def commas(*lines: str) -> Reading:
    return read_bytes("\r\n".join(lines).encode("gb18030"), "题.csv")


@pytest.mark.parametrize(
    "lines",
    [
        ["某镇题库", "2026年", "题干,A,B,答案", "水渠归谁修？,村里,邻村,A"],
        ["题干，A，B，答案", "水渠归谁修？，村里，邻村，A"],
        ["sep=;", "题干;A;B;答案", "水渠归谁修？;村里;邻村;A"],
        ["题干,A,B,答案,", "水渠归谁修？,村里,邻村,A,"],
    ],
    ids=["titles first", "full width", "a line for the program", "a comma too many in each"],
)
def test_files_in_commas(lines: list[str]) -> None:
    assert keys(commas(*lines)) == ["村里"]


def test_a_comma_among_the_words_holds_the_row() -> None:
    lines = ["题干,A,B,C,答案,解析", "水渠,归谁修？,村里,邻村,A,B,", "谁来教书？,村里,学校,医院,B,"]
    assert keys(commas(*lines)) == [HELD, "学校"]
