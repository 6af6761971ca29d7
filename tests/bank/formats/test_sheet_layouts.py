"""Layouts of sheets that offices and exam systems hand out, one for each rule: counts and keys by hand."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
import xlsxwriter

from studyhall.bank.formats import read_bytes
from studyhall.bank.record import Kind
from tests.bank.formats.sheets_read import FOUR, HELD, SEVERAL, TRUE, WHICH, WHO, Layouts, keys, read

LAYOUTS: Layouts = {
    "选项 over A B C D": (
        [
            ["序号", "题型", "题干", "选项", "", "", "", "答案"],
            ["", "", "", "A", "B", "C", "D", ""],
            ["1", "单选题", WHO, *FOUR, "A"],
            ["2", "多选题", WHICH, *SEVERAL, "ABD"],
            ["3", "判断题", TRUE, "", "", "", "", "对"],
        ],
        ["村里", "低保+工程+账目", True],
    ),
    "options called 1 to 4, keys by number": (
        [
            ["题型", "题干", "选项1", "选项2", "选项3", "选项4", "答案"],
            ["单选", WHO, *FOUR, "3"],
            ["多选", WHICH, *SEVERAL, "1,2,4"],
            ["多选", "哪几样？", *SEVERAL, "134"],
        ],
        ["学校", "低保+工程+账目", "低保+日记+账目"],
    ),
    "bare figures above the options": (
        [["题目", "1", "2", "3", "4", "答案"], [WHO, *FOUR, "1"], ["谁来教书？", *FOUR, "3"]],
        ["村里", "学校"],
    ),
    "options called 甲 乙": (
        [["题目", "甲", "乙", "丙", "丁", "答案"], [WHO, *FOUR, "1"], ["谁来教书？", *FOUR, "丙"]],
        ["村里", "学校"],
    ),
    "columns nobody knows between stem and key": (
        [["题目", "壹", "贰", "叁", "答案"], [WHO, *FOUR[:3], "1"], ["谁来教书？", *FOUR[:3], "学校"]],
        [HELD, HELD],
    ),
    "columns nobody knows behind the key": (
        [
            ["题目", "答案", "出题人", "部门"],
            [TRUE, "对", "某某", "村里"],
            ["日记要公示。", "错", "某某", "村里"],
        ],
        [True, False],
    ),
    "two columns of keys": (
        [
            ["题型", "题干", "选项A", "选项B", "答案", "正确答案"],
            ["单选题", WHO, "村里", "邻村", "A", "A"],
            ["单选题", "谁来教书？", "村里", "学校", "A", "B"],
        ],
        ["村里", HELD],
    ),
    "a key in parts": (
        [
            ["题型", "题干", "A", "B", "C", "答案1", "答案2"],
            ["多选题", WHICH, "低保", "工程", "日记", "A", "B"],
            ["单选题", WHO, "村里", "邻村", "学校", "A", ""],
        ],
        ["低保+工程", "村里"],
    ),
    "options that are numbers themselves": (
        [
            ["题干", "选项1", "选项2", "选项3", "选项4", "答案"],
            ["几年？", "1", "2", "3", "4", "3"],
            ["几个月？", "4", "3", "2", "1", "2"],
        ],
        ["3", HELD],
    ),
    "options called ① ②": (
        [["题干", "①", "②", "③", "④", "答案"], [WHO, *FOUR, "①"], ["谁来教书？", *FOUR, "③"]],
        ["村里", "学校"],
    ),
    "the key is the name of an option": (
        [
            ["题干", "选项一", "选项二", "选项三", "选项四", "答案"],
            [WHO, *FOUR, "选项一"],
            ["谁来教书？", *FOUR, "第三项"],
            [WHICH, *SEVERAL, "选项A，选项B"],
            ["谁来看病？", *FOUR, "答案：D"],
        ],
        ["村里", "学校", "低保+工程", "医院"],
    ),
    "kinds of medical papers": (
        [
            ["题型", "题干", "A", "B", "C", "D", "答案"],
            ["A1型题", WHO, *FOUR, "A"],
            ["X型题", WHICH, *SEVERAL, "ABD"],
            ["填充题", "____年一届。", "", "", "", "", "五"],
        ],
        ["村里", "低保+工程+账目", (("五",),)],
    ),
    "English heads": (
        [
            ["No.", "Type", "Question", "Option A", "Option B", "Option C", "Option D", "Correct Answer"],
            ["1", "Single Choice", WHO, *FOUR, "A"],
            ["2", "Multiple Choice", WHICH, *SEVERAL, "A,B,D"],
            ["3", "True/False", TRUE, "", "", "", "", "True"],
        ],
        ["村里", "低保+工程+账目", True],
    ),
    "traditional signs": (
        [
            ["題號", "題型", "題目", "選項A", "選項B", "選項C", "選項D", "答案"],
            ["1", "單選題", WHO, *FOUR, "A"],
            ["2", "判斷題", TRUE, "", "", "", "", "對"],
            ["3", "判斷題", "日记要公示。", "", "", "", "", "錯"],
        ],
        ["村里", True, False],
    ),
    "big stems and small ones": (
        [
            ["目录", "题型", "大题题干", "小题题型", "小题题干", "正确答案", "选项数", "A", "B"],
            ["", "单选题", WHO, "", "", "A", "2", "村里", "邻村"],
            ["", "材料题", "两家争地。", "单选题", "找谁？", "B", "2", "学校", "村里"],
            ["", "", "", "判断题", "可以打架。", "错", "", "", ""],
        ],
        ["村里", "村里", False],
    ),
    "options divided by $$": (
        [
            ["题目类型", "题目内容", "选项", "答案"],
            ["单选题", WHO, "村里$$邻村$$学校", "A"],
            ["多选题", WHICH, "低保$$工程$$日记", "A$$B"],
        ],
        ["村里", "低保+工程"],
    ),
    "options run together by their letters": (
        [
            ["试题", "备选答案", "标准答案"],
            [WHO, "A村里B邻村C学校D医院", "A"],
            [WHICH, "A低保 B工程 C日记", "AB"],
        ],
        ["村里", "低保+工程"],
    ),
    "the key stands at the option": (
        [
            ["题目", "选项"],
            ["水渠归谁修？[单选题]", "村里(正确答案)\n邻村\n学校"],
            ["哪些要公示？[多选题]", "低保（正确答案）\n工程（正确答案）\n日记"],
            ["谁来教书？[单选题]", "村里\n√学校"],
        ],
        ["村里", "低保+工程", HELD],
    ),
    "a column of 对 and one of 错": (
        [
            ["题号", "题目", "对", "错"],
            ["1", TRUE, "√", ""],
            ["2", "日记要公示。", "", "√"],
            ["3", "都要公示。", "√", "√"],
        ],
        [True, False, HELD],
    ),
    "what A and B mean is said above": (
        [["题干", "答案（A对B错）"], [TRUE, "A"], ["日记要公示。", "B"]],
        [True, False],
    ),
    "what A and B mean, the other way round": (
        [["题干", "答案（A错误，B正确）"], [TRUE, "B"], ["日记要公示。", "A"]],
        [True, False],
    ),
    "beside every option whether it is right": (
        [
            ["题干", "选项A", "A是否正确", "选项B", "B是否正确", "选项C", "C是否正确"],
            [WHO, "村里", "是", "邻村", "否", "学校", "否"],
            [WHICH, "低保", "是", "工程", "是", "日记", "否"],
        ],
        ["村里", "低保+工程"],
    ),
    "gaps as exam systems print them": (
        [["题型", "题干", "答案"], ["填空题", "[填空1]日内答复，共[填空2]次。", "60;2"]],
        [(("60",), ("2",))],
    ),
    "a row that shows how to fill in": (
        [
            ["题干", "选项A", "选项B", "答案"],
            ["（示例，导入时请删除）哪个是水果？", "梨", "砖", "A"],
            [WHO, "村里", "邻村", "A"],
        ],
        ["村里"],
    ),
    "signatures below take nothing from the last question": (
        [
            ["序号", "题干", "A", "B", "C", "D", "答案"],
            ["1", WHO, *FOUR, "A"],
            ["2", "谁来教书？", *FOUR, "C"],
            ["填表人：某某", "", "", "审核人：某某", "", "", ""],
        ],
        ["村里", "学校"],
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_is_read_as_it_is_meant(layout: str) -> None:
    rows, wanted = LAYOUTS[layout]
    assert keys(read(rows)) == wanted


def test_an_example_row_is_shown_and_no_question() -> None:
    rows, _wanted = LAYOUTS["a row that shows how to fill in"]
    assert [fragment.reason for fragment in read(rows).fragments] == ["这一行是模板里的示例。"]


def test_a_material_above_small_stems_makes_a_case() -> None:
    rows, _wanted = LAYOUTS["big stems and small ones"]
    records = read(rows).records
    assert [record.kind for record in records] == [Kind.SINGLE, Kind.CASE] and records[1].stem == "两家争地。"


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ([datetime(2024, 1, 2), datetime(2024, 3, 5), "不限"], HELD),
        ([datetime(2024, 1, 2), datetime(2024, 3, 5), datetime(2024, 10, 15)], HELD),
        ([datetime(2019, 1, 1), datetime(2020, 1, 1), datetime(2021, 1, 1)], "2019-01-01"),
        (["1-2", "3-5", "10-15"], "1-2"),
    ],
)
def test_what_the_program_made_a_date_of_is_held(options: list[object], wanted: str) -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "m-d"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["题干", "A", "B", "C", "答案"])
    sheet.write_row(1, 0, ["几天？", *options, "A"])
    book.close()
    assert keys(read_bytes(target.getvalue(), "a.xlsx")) == [wanted]
