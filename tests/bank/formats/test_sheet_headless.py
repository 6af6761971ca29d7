"""Sheets without a row of names: read where every row says the same, on their side too, else not at all."""

from __future__ import annotations

import pytest

from studyhall.bank.formats import read_bytes
from tests.bank.formats.sheets_read import FOUR, SEVERAL, TRUE, WHICH, WHO, Layouts, keys, read

TEACH, HEAL, DIARY = "谁来教书？", "谁来看病？", "日记要公示。"
THREE: list[object] = ["村里", "学校", "医院"]
READ: Layouts = {
    "stem, options, key": ([[WHO, *FOUR, "A"], [TEACH, *FOUR, "C"], [HEAL, *FOUR, "D"]], THREE),
    "number, kind, stem, options, key": (
        [
            ["1", "单选题", WHO, *FOUR, "A"],
            ["2", "多选题", WHICH, *SEVERAL, "ABD"],
            ["3", "判断题", TRUE, "", "", "", "", "对"],
            ["4", "填空题", "____日内答复。", "", "", "", "", "60"],
        ],
        ["村里", "低保+工程+账目", True, (("60",),)],
    ),
    "truths only": ([[TRUE, "对"], [DIARY, "错"], ["工程要公示。", "√"]], [True, False, True]),
    "the key before the options": (
        [["1", WHO, "A", *FOUR], ["2", TEACH, "C", *FOUR], ["3", HEAL, "D", *FOUR]],
        THREE,
    ),
    "an explanation behind the key": (
        [[WHO, *FOUR, "A", "渠在村里。"], [TEACH, *FOUR, "C", ""], [HEAL, *FOUR, "D", "找医生。"]],
        THREE,
    ),
    "a title above": (
        [["某镇普法题库"], ["1", WHO, *FOUR, "A"], ["2", TEACH, *FOUR, "C"], ["3", HEAL, *FOUR, "D"]],
        THREE,
    ),
    "kinds between the rows": (
        [
            *(["一、单选题"], ["1", WHO, *FOUR, "A"], ["2", TEACH, *FOUR, "C"]),
            *(["二、判断题"], ["1", TRUE, "", "", "", "", "对"], ["2", DIARY, "", "", "", "", "错"]),
        ],
        ["村里", "学校", True, False],
    ),
    "a chapter before the stem": (
        [
            *(["水利", WHO, *FOUR, "A"], ["水利", "渠边能建房吗？", *FOUR, "B"]),
            *(["民生", TEACH, *FOUR, "C"], ["民生", HEAL, *FOUR, "D"]),
        ],
        ["村里", "邻村", "学校", "医院"],
    ),
    "options in the stem": (
        [[f"{stem} A.村里 B.学校 C.医院", key] for stem, key in ((WHO, "A"), (TEACH, "B"), (HEAL, "C"))],
        THREE,
    ),
    "options in one cell": (
        [[stem, "A.村里 B.学校 C.医院", key] for stem, key in ((WHO, "A"), (TEACH, "B"), (HEAL, "C"))],
        THREE,
    ),
    "on its side": (
        [["题干", WHO, TEACH, HEAL], ["A", *["村里"] * 3], ["B", *["学校"] * 3], ["C", *["医院"] * 3], ["答案", *"ABC"]],
        THREE,
    ),
    "on its side, with kinds": (
        [
            *(["某镇题库"], ["题型", "单选题", "判断题"], ["题干", WHO, TRUE]),
            *(["选项A", "村里", ""], ["选项B", "学校", ""], ["正确答案", "A", "对"]),
        ],
        ["村里", True],
    ),
    "a card a question": (
        [
            *(["题号", "1"], ["题型", "单选题"], ["题目", WHO], ["A", "村里"], ["B", "学校"], ["正确答案", "A"]),
            *([], ["题号", "2"], ["题型", "判断题"], ["题目", TRUE], ["正确答案", "对"]),
        ],
        ["村里", True],
    ),
}  # fmt: skip
NOT_READ: dict[str, list[list[str]]] = {
    "no keys": [[WHO, *FOUR], [TEACH, *FOUR], [HEAL, *FOUR]],
    "two columns of letters": [["A", WHO, *FOUR, "A"], ["B", TEACH, *FOUR, "C"], ["A", HEAL, *FOUR, "D"]],
    "two rows": [[WHO, *FOUR, "A"], [TEACH, *FOUR, "C"]],
    "a key that names no option": [[WHO, *FOUR, "A"], [TEACH, *FOUR, "E"], [HEAL, *FOUR, "D"]],
    "a gap among the options": [[WHO, *FOUR, "A"], [TEACH, "村里", "", "学校", "医院", "C"], [HEAL, *FOUR, "D"]],
    "a source before the stem": [
        [f"《某办法》第{n}条", stem, *FOUR, "A"] for n, stem in enumerate((WHO, TEACH, HEAL), 1)
    ],
    "two columns behind": [[stem, *FOUR, "A", f"因为{n}", "手册"] for n, stem in enumerate((WHO, TEACH, HEAL))],
    "people": [["1", "张某", "沙枣村", "A"], ["2", "李某", "雁落村", "B"], ["3", "王某", "沙枣村", "A"]],
    "what belongs into each column": [
        *(["题型", "必填，单选题、多选题"], ["题干", "必填，不超过500字"], ["选项A", "选填"]),
        *(["选项B", "选填"], ["答案", "必填，填大写字母"]),
    ],
    "the same with an example": [
        *(["列名", "是否必填", "怎样填写", "示例"], ["题型", "是", "单选题或多选题", "单选题"]),
        *(["题干", "是", "题目的内容", WHO], ["选项A", "否", "第一个选项", "村里"], ["答案", "是", "大写字母", "A"]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("layout", READ)
def test_it_is_read_and_said_how(layout: str) -> None:
    rows, wanted = READ[layout]
    reading = read(rows)
    assert keys(reading) == wanted and len(reading.notes) == 1


def test_the_columns_are_counted_as_the_office_program_does() -> None:
    rows, _wanted = READ["number, kind, stem, options, key"]
    [note] = read(rows).notes
    assert "按第1列题号、第2列题型、第3列题干、第4到7列选项、第8列答案读的" in note


def test_a_question_on_its_side_is_found_again_by_its_row() -> None:
    rows, _wanted = READ["a card a question"]
    assert [record.place.row for record in read(rows).records] == [1, 8]


@pytest.mark.parametrize("layout", NOT_READ)
def test_what_may_mean_something_else_is_not_read(layout: str) -> None:
    reading = read(NOT_READ[layout])
    assert reading.records == [] and "请在第一行写上列名" in reading.fragments[0].reason


def test_a_file_in_commas_without_a_head_is_a_sheet() -> None:
    lines = [",".join(row) for row in READ["stem, options, key"][0]]
    reading = read_bytes("\n".join(lines).encode("gb18030"), "题.csv")
    assert (reading.format, keys(reading)) == ("csv", THREE)
