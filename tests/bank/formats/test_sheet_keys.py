"""Keys in sheets that are easily read wrongly: counted from 0, shown in the stem too, come to nothing."""

from __future__ import annotations

import pytest

from tests.bank.formats.sheets_read import FOUR, HELD, SEVERAL, TRUE, WHICH, WHO, Layouts, keys, read

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
    "答案及解析 in one column": (
        [
            ["题型", "题干", "A", "B", "C", "D", "答案及解析"],
            ["单选题", WHO, *FOUR, "A。解析：渠在村里，村里修。"],
            ["单选题", "谁来教书？", *FOUR, "【答案】C\n【解析】老师教书。"],
            ["单选题", "谁来看病？", *FOUR, "D\n看病找医生。"],
            ["多选题", WHICH, *SEVERAL, "ABD【解析】日记是私人的。"],
            ["判断题", TRUE, "", "", "", "", "答案：正确 解析：关系大家。"],
            ["填空题", "____日内答复。", "", "", "", "", "60 解析：两个月。"],
            ["单选题", "谁来开会？", *FOUR, "故选D"],
        ],
        ["村里", "学校", "医院", "低保+工程+账目", True, (("60",),), HELD],
    ),
    "答案解析 without a column of keys": (
        [
            ["题干", "A", "B", "C", "D", "答案解析"],
            [WHO, *FOUR, "A。解析：村里的渠。"],
            ["谁来教书？", *FOUR, "A是错的，老师教书。"],
        ],
        ["村里", HELD],
    ),
    "答案 with the explanation behind it": (
        [
            ["题干", "A", "B", "C", "D", "答案"],
            [WHO, *FOUR, "A 解析：渠在村里。"],
            ["谁来教书？", *FOUR, "【答案】C【解析】老师教书。"],
        ],
        ["村里", "学校"],
    ),
    "truths in words": (
        [["题型", "题干", "答案"], ["判断题", TRUE, "说法正确"], ["判断题", "日记要公示。", "本题错误"]],
        [True, False],
    ),
    "figures before the words of the blanks": (
        [
            ["题型", "题干", "答案"],
            ["填空题", "____日内____答复。", "1.60 2.书面"],
            ["填空题", "____月____日。", "①三②五"],
        ],
        [(("60",), ("书面",)), (("三",), ("五",))],
    ),
    "two signs in the words of blanks": (
        [
            ["题型", "题干", "答案"],
            ["填空题", "____日内____答复。", "60|六十;书面"],
            ["填空题", "____年一届。", "五|5"],
            ["填空题", "____年一届。", "五/5"],
        ],
        [HELD, HELD, (("五", "5"),)],
    ),
    "another column that may hold the key that counts": (
        [
            ["题干", "A", "B", "C", "答案", "更正答案", "考生答案"],
            [WHO, *FOUR[:3], "A", "B", "A"],
            ["谁来教书？", *FOUR[:3], "C", "", "B"],
            ["谁来看病？", *FOUR[:3], "C", "C", "B"],
        ],
        [HELD, "学校", "学校"],
    ),
    "a truth said twice": (
        [["题型", "题干", "答案"], ["判断题", TRUE, "对（√）"], ["判断题", "日记要公示。", "对（×）"]],
        [True, HELD],
    ),
    "the key in a row of its own": (
        [
            ["序号", "题干", "A", "B"],
            *(["1", WHO, "村里", "邻村"], ["", "答案：A", "", ""], ["", "解析：渠在村里。", "", ""]),
            *(["2", "谁来教书？", "村里", "学校"], ["", "【参考答案】B", "", ""]),
        ],
        ["村里", "学校"],
    ),
    "the whole question in one cell": (
        [
            ["序号", "试题内容"],
            ["1", "水渠归谁修？（A）\nA.村里\nB.邻村"],
            ["2", "谁来教书？\nA.村里\nB.学校\n答案：B\n解析：老师教书。"],
            ["3", "谁来看病？\nA.村里\nB.医院"],
        ],
        ["村里", "学校", HELD],
    ),
    "stem and options in one cell": (
        [
            ["题目及选项", "答案"],
            ["水渠归谁修？ A.村里 B.邻村 C.学校", "A"],
            ["谁来教书？ A.村里 B.邻村 C.学校", "C"],
        ],
        ["村里", "学校"],
    ),
    "a column a blank": (
        [
            ["题型", "题干", "A", "B", "答案", "空1", "第二空"],
            ["填空题", "____日内____答复。", "", "", "", "60", "书面"],
            ["单选题", WHO, "村里", "邻村", "A", "", ""],
        ],
        [(("60",), ("书面",)), "村里"],
    ),
    "an answer like two, and no blank": (
        [
            ["题型", "题干", "答案"],
            ["填空题", "（1）日内（2）答复。", "60；书面"],
            ["填空题", "几日内答复？", "60"],
        ],
        [HELD, (("60",),)],
    ),
    "no model answer": ([["题型", "题干", "答案"], ["简答题", "为什么要公示？", "略"]], [None]),
    "a row that belongs to the one above": (
        [
            ["序号", "题干", "A", "B", "答案"],
            *(["1", WHO, "村里", "邻", "A"], ["", "", "", "村", ""]),
            *(["2", "水渠坏了，", "", "", ""], ["", "归谁修？", "村里", "邻村", "A"]),
            *(["3", "谁来教书？", "村里", "学校", "B"], ["合计", "", "", "", "3题"]),
        ],
        [HELD, HELD, HELD, "学校"],
    ),
    "traditional signs in the key": (
        [["題目", "選項一", "選項二", "正確答案"], [WHO, "村里", "邻村", "選項一"]],
        ["村里"],
    ),
    "explanations that go through the options hold no key": (
        [
            ["题干", "A", "B", "C", "答案解析"],
            [WHO, *FOUR[:3], "A。错误，B。正确。"],
            ["谁来教书？", *FOUR[:3], "A．村里不教书。C．对。"],
            ["谁来看病？", *FOUR[:3], "B。\n村里也看病。"],
        ],
        [HELD, HELD, "邻村"],
    ),
    "how many answered so is no tick": (
        [["题目", "对", "错"], [TRUE, "35", ""], ["日记要公示。", "", "√"]],
        [HELD, False],
    ),
    "numbers of options and numbers as options": (
        [["题干", "选项", "答案"], ["几年？", "1、3 2、5 3、7", "3"], ["谁？", "1、村里 2、邻村", "2"]],
        [HELD, "邻村"],
    ),
    "options without letters beside the right one": (
        [["题干", "正确答案", "错误选项1", "错误选项2"], [WHO, "村里", "邻村", "学校"]],
        [HELD],
    ),
    "1 under 错 and 对": (
        [
            ["题型", "题干", "A", "B", "答案"],
            ["判断题", TRUE, "错误", "正确", "1"],
            ["判断题", TRUE, "正确", "错误", "1"],
        ],
        [HELD, True],
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


def test_what_stands_behind_the_key_explains_it() -> None:
    rows, _wanted = LAYOUTS["答案及解析 in one column"]
    assert [record.explanation for record in read(rows).records] == [
        *(
            "渠在村里，村里修。",
            "老师教书。",
            "看病找医生。",
            "日记是私人的。",
            "关系大家。",
            "两个月。",
            "故选D",
        )
    ]


def test_what_stands_in_the_rows_and_lines_below_is_of_the_question() -> None:
    for layout, said in (
        ("the key in a row of its own", "渠在村里。"),
        ("the whole question in one cell", "老师教书。"),
    ):
        reading = read(LAYOUTS[layout][0])
        assert said in [record.explanation for record in reading.records] and reading.fragments == []


def test_a_lone_letter_in_brackets_may_be_a_name() -> None:
    rows = [["表（C）由谁填？", *FOUR[:3], "C"], [WHO, *FOUR[:3], "A"], ["谁来教书？", *FOUR[:3], "C"]]
    reading = read([["题干", "A", "B", "C", "答案"], *rows])
    assert keys(reading) == [HELD, "村里", "学校"] and reading.records[0].stem == "表（C）由谁填？"
