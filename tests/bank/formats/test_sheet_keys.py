"""Keys in sheets that are easily read wrongly: counted from 0, shown in the stem too, come to nothing."""

from __future__ import annotations

import pytest

from tests.bank.formats.sheets_read import FOUR, HELD, WHO, Layouts, keys, read

LAYOUTS: Layouts = {
    "counted from 0 under options called 1 to 4": (
        [
            ["题干", "选项1", "选项2", "选项3", "选项4", "答案"],
            [WHO, *FOUR, "0"],
            ["谁来教书？", *FOUR, "2"],
            ["谁来看病？", *FOUR, "3"],
        ],
        [HELD, HELD, HELD],
    ),
    "another key in the brackets of the stem": (
        [
            ["题干", "A", "B", "C", "答案"],
            ["水渠归（A）修。", *FOUR[:3], "B"],
            ["由（ C ）教书。", *FOUR[:3], "C"],
            ["低保名单要公示（√）", "", "", "", "×"],
        ],
        [HELD, "学校", HELD],
    ),
    "formulas that came to nothing": (
        [
            ["题型", "题干", "A", "B", "C", "答案"],
            ["单选题", WHO, *FOUR[:3], "#N/A"],
            ["单选题", "谁来教书？", "村里", "#REF!", "学校", "C"],
            ["单选题", "#VALUE!", *FOUR[:3], "C"],
            ["单选题", "C#是什么？", "#井号", "曲谱", "语言", "C"],
        ],
        [HELD, HELD, HELD, "语言"],
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_key_is_read_as_it_is_meant(layout: str) -> None:
    rows, wanted = LAYOUTS[layout]
    assert keys(read(rows)) == wanted


def test_a_key_in_the_stem_does_not_give_the_answer_away() -> None:
    head = ["题干", "A", "B", "C", "答案"]
    surely = read([head, ["由（ C ）教书。", *FOUR[:3], "C"], ["教书的是（C）。", *FOUR[:3], "C"]])
    assert [record.stem for record in surely.records] == ["由（ ）教书。", "教书的是（ ）。"]
    by_rule = read([head, ["由（C）教书。", *FOUR[:3], "C"], ["在（A）开会。", *FOUR[:3], "A"]])
    assert [record.stem for record in by_rule.records] == ["由（ ）教书。", "在（ ）开会。"]


def test_a_lone_letter_in_brackets_may_be_a_name() -> None:
    rows = [["表（C）由谁填？", *FOUR[:3], "C"], [WHO, *FOUR[:3], "A"], ["谁来教书？", *FOUR[:3], "C"]]
    reading = read([["题干", "A", "B", "C", "答案"], *rows])
    assert keys(reading) == [HELD, "村里", "学校"] and reading.records[0].stem == "表（C）由谁填？"
