"""What a roster sheet may look like, and what is refused; identity numbers never come out of the reader."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from studyhall.core.errors import Refused
from studyhall.core.sandbox import TOO_MUCH, apart
from studyhall.people import identity_numbers, sheets

NUMBER = "11010519491231002X"
"""The example of the standard itself: nobody's."""


def a_book(*tables: list[list[Any]], merge: str | None = None) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for table in tables:
        paper = book.add_worksheet()
        for row, cells in enumerate(table):
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    paper.write_datetime(row, column, cell, day)
                elif cell is not None:
                    paper.write(row, column, cell)
        if merge:
            paper.merge_range(merge, "西渠村")
    book.close()
    return file.getvalue()


def rows(data: bytes) -> list[dict[str, Any]]:
    return sheets.read(data)["rows"]


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("姓名", "单位"), ("姓 名", "所在单位（必填）"), ("干部姓名*", "部门"), ("姓名：", "工作\n单位"),
        ("员工姓名", "所在部门"), ("姓名（勿删）", "单位(部门)"),
    ],
)  # fmt: skip
def test_heads_are_known_by_many_names(name: str, unit: str) -> None:
    found = rows(a_book([["序号", name.replace("*", ""), unit], [1, "巴特尔", "西渠村"]]))
    assert [(one["name"], one["unit"]) for one in found] == [("巴特尔", "西渠村")]


def test_titles_blanks_sums_and_heads_once_more_are_no_people() -> None:
    found = rows(
        a_book(
            [
                ["雁落滩乡干部花名册"], [], ["姓名", "单位", "职务"], ["甲一", "西渠村", ""], [],
                ["姓名", "单位", "职务"], ["乙二", "东河村", ""], ["合计", "", "2人"], ["填表人：丙三"],
            ]
        )
    )  # fmt: skip
    assert [one["name"] for one in found] == ["甲一", "乙二"]
    assert [one["row"] for one in found] == [4, 7]


def test_every_sheet_with_names_is_read() -> None:
    found = sheets.read(a_book([["姓名"], ["甲一"]], [["说明"], ["无"]], [["姓名"], ["乙二"]]))
    assert [(one["sheet"], one["name"]) for one in found["rows"]] == [("Sheet1", "甲一"), ("Sheet3", "乙二")]


def test_merged_units_hold_for_every_row_they_span() -> None:
    found = rows(a_book([["姓名", "单位"], ["甲一", None], ["乙二", None]], merge="B2:B3"))
    assert [one["unit"] for one in found] == ["西渠村", "西渠村"]


@pytest.mark.parametrize("dot", "·•‧・･᛫∙⋅●")
def test_the_middle_dot_is_one_whatever_its_code_point(dot: str) -> None:
    assert rows(a_book([["姓名"], [f"巴特尔 {dot} 才仁"]]))[0]["name"] == "巴特尔·才仁"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_comes_in_any_usual_encoding(encoding: str, delimiter: str) -> None:
    text = delimiter.join(["姓名", "单位"]) + "\r\n" + delimiter.join(["阿依古丽·马木提", "西渠村"])
    assert rows(text.encode(encoding))[0]["name"] == "阿依古丽·马木提"


def test_numbers_stay_numbers_and_days_become_days() -> None:
    found = rows(
        a_book([["姓名", "电话", "工号", "任职时间"], ["甲一", 13900001111, 1001, date(2024, 3, 6)]])
    )[0]
    assert (found["phone"], found["staff_no"], found["since"]) == ("13900001111", "1001", "2024-03-06")


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (["", "西渠村", "139", ""], "没有姓名"),
        (["123", "西渠村", "", ""], "姓名里有不认得的字"),
        (["#N/A", "西渠村", "", ""], "姓名里有不认得的字"),
        (['=HYPERLINK("http://x","甲")', "西渠村", "", ""], None),
    ],
)
def test_rows_with_a_fault_say_which(cells: list[str], fault: str | None) -> None:
    found = rows(a_book([["姓名", "单位", "电话", "任职时间"], cells]))
    # A formula without a value that was ever worked out is an empty cell, not a name.
    assert [one["fault"] for one in found] == ([fault] if fault else [one["fault"] for one in found])
    assert all(one["fault"] for one in found)


@pytest.mark.parametrize("said", ["1900-01-00", "1900-01-01", "不详"])
def test_a_first_day_that_is_none_keeps_nobody_out(said: str) -> None:
    found = rows(a_book([["姓名", "单位", "任职时间"], ["甲一", "西渠村", said]]))[0]
    assert (found["fault"], found["since"], found["since_said"]) == ("", "", said)


@pytest.mark.parametrize(
    "head", ["身份证号", "身份证", "公民身份号码", "居民身份证号码", "证件号码", "ID card"]
)
def test_a_column_of_identity_numbers_is_dropped_by_its_head(head: str) -> None:
    found = sheets.read(a_book([["姓名", head], ["甲一", "123"], ["乙二", NUMBER]]))
    assert found["dropped"] == [{"sheet": "Sheet1", "column": 2, "rows": 2}]
    assert NUMBER not in str(found)


@pytest.mark.parametrize("head", ["工号", "编号", "备注", "", "电话", "职务"])
def test_a_column_of_identity_numbers_is_dropped_by_what_is_in_it(head: str) -> None:
    found = sheets.read(a_book([["姓名", head], ["甲一", NUMBER], ["乙二", "11010519880605371X"]]))
    assert found["dropped"][0]["column"] == 2
    assert NUMBER not in str(found) and "1988" not in str(found)


@pytest.mark.parametrize(
    "cell",
    [f"王伟 {NUMBER}", f"王伟（{NUMBER}）", "王伟110105 19491231 002X", "王伟１１０１０５１９４９１２３１００２Ｘ",
     "王伟 130503670401001"],
)  # fmt: skip
def test_a_number_inside_another_cell_is_taken_out(cell: str) -> None:
    found = sheets.read(a_book([["姓名", "单位"], [cell, "西渠村"], ["乙二", "西渠村"]]))
    assert found["scrubbed"] == 1
    assert not any(digits in str(found) for digits in ("1949", "6704", "１９４９"))


def test_a_number_written_as_a_number_is_known_too() -> None:
    # A sheet keeps fifteen digits of a number: the check digit is gone, the birthday is not.
    found = sheets.read(a_book([["姓名", "工号"], ["甲一", 110105194912310021]]))
    assert found["rows"][0]["staff_no"] == "" and "19491231" not in str(found)


@pytest.mark.parametrize("text", ["13999123456", "20260520", "0991-1234567", "XQ0203", "1234567890123456"])
def test_what_is_no_identity_number_stays(text: str) -> None:
    assert identity_numbers.without(text) == (text, False)


def _zip(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b"  \n", "空的"),
        (b"PK\x03\x04torn", "打不开"),
        (b"\x89PNG\r\n\0\0", "打不开"),
        ("甲,乙\n1,2".encode(), "没有找到姓名列"),
        (_zip(xl__vbaProject_bin=b"x").replace(b"vbaProject_bin", b"vbaProject.bin"), "宏"),
        (_zip(xl__worksheets__a_xml=b'<c r="XFD1048576"/>').replace(b"a_xml", b"a.xml"), "第1048576行"),
        (_zip(big=b"0" * 30_000_000), "大得不正常"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "不是表格"),
    ],
    ids=["nothing", "blank", "torn", "picture", "no names", "macro", "far cell", "bomb", "locked", "doc"],
)
def test_files_that_are_refused_say_why(data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        sheets.read(data)


def test_the_child_reads_and_says_no_as_the_function_would() -> None:
    assert apart("studyhall.people.sheets:read", "姓名\n甲一".encode())["rows"][0]["name"] == "甲一"
    with pytest.raises(Refused, match="没有找到姓名列"):
        apart("studyhall.people.sheets:read", b"a,b\n1,2")


def test_a_reader_that_eats_memory_takes_only_the_child_with_it() -> None:
    with pytest.raises(Refused) as refusal:
        apart("tests.people.test_sheets:eats_memory", b"x")
    assert str(refusal.value) == TOO_MUCH


def eats_memory(_data: bytes) -> int:
    return len(bytearray(2_000_000_000))


def test_the_child_has_no_environment() -> None:
    assert "STUDYHALL_HOME" not in apart("tests.people.test_sheets:environment", b"x")


def environment(_data: bytes) -> list[str]:
    import os

    return list(os.environ)
