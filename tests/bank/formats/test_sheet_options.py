"""Options in sheets: all in one cell, in rows below the stem, in columns of many names."""

from __future__ import annotations

import pytest

from tests.bank.formats.sheets_read import FOUR, HELD, SEVERAL, TRUE, WHICH, WHO, Layouts, keys, read

TEACH = "谁来教书？"
HEAD = ["题干", "选项", "答案"]
BOTH: list[object] = ["村里", "学校"]
CELLS: Layouts = {
    name: ([HEAD, [WHO, first, keyed[0]], [TEACH, second, keyed[1]]], BOTH)
    for name, first, second, keyed in [
        ("letters and strokes", "A.村里/B.邻村/C.学校", "A、村里/B、邻村/C、学校", "AC"),
        ("letters and commas", "A.村里,B.邻村,C.学校", "A.村里，B.邻村，C.学校", "AC"),
        ("small letters", "a.村里 b.邻村 c.学校", "a)村里\nb)邻村\nc)学校", "ac"),
        ("figures, keyed by figure", "1.村里 2.邻村 3.学校", "1、村里\n2、邻村\n3、学校", "13"),
        ("figures in circles", "①村里②邻村③学校", "①村里 ②邻村 ③学校", "①③"),
        ("strokes all the way down", "村里/邻村/学校", "村里／邻村／学校", "AC"),
        ("commas all the way down", "村里,邻村,学校", "村里，邻村，学校", ["A", "学校"]),
        ("blanks all the way down", "村里 邻村 学校", "村里  邻村  学校", "AC"),
        ("a list of a program", '["村里","邻村","学校"]', '{"A":"村里","B":"邻村","C":"学校"}', "AC"),
    ]
}
CELLS |= {
    "commas inside an option": (
        [HEAD, [WHO, "村里，但要申请，邻村，学校", "A"], [TEACH, "村里，邻村，学校", "C"]],
        [HELD, HELD],
    ),
    "commas in one row only": ([HEAD, [WHO, "村里，邻村，学校", "A"]], [HELD]),
    "two signs, and nobody knows which divides": ([HEAD, [WHO, "村里、邻村/学校、医院", "A"]], [HELD]),
    "对 and 错 with any sign": (
        [
            ["题型", *HEAD],
            ["判断题", TRUE, "正确|错误", "A"],
            ["判断题", "日记要公示。", "错误,正确", "A"],
            ["判断题", "账目要公示。", "对/错", "A"],
        ],
        [True, False, True],
    ),
    "decimals are no numbers of options": (
        [HEAD, ["几倍？", "1.5|2.5|3.5", "B"], ["几成？", "1|2|3", "C"]],
        ["2.5", "3"],
    ),
}
ROWS: Layouts = {
    "each option in a row below": (
        [
            ["序号", "题目", "答案"],
            *(["1", WHO, "A"], ["", "A.村里", ""], ["", "B.邻村", ""], ["", "C.学校", ""]),
            *(["2", TEACH, "C"], ["", "A.村里", ""], ["", "B.邻村", ""], ["", "C.学校", ""]),
        ],
        BOTH,
    ),
    "all options in the row below": (
        [
            ["序号", "题目", "", "", "", "答案"],
            *(["1", WHO, "", "", "", "A"], ["", "A.村里", "B.邻村", "C.学校", "", ""]),
            *(["2", TEACH, "", "", "", "C"], ["", "A.村里", "B.邻村", "C.学校", "", ""]),
        ],
        BOTH,
    ),
    "rows below that begin with another letter are none": (
        [["序号", "题目", "答案"], ["1", WHO, "A"], ["", "B.邻村", ""], ["", "C.学校", ""]],
        [HELD],
    ),
    "ticked in rows below": (
        [
            ["题目", "选项", "正确"],
            *([WHO, "", ""], ["", "村里", "√"], ["", "邻村", ""]),
            *([TEACH, "", ""], ["", "村里", ""], ["", "学校", "√"]),
        ],
        BOTH,
    ),
    "a row an option, as programs write it": (
        [
            ["question_id", "question", "option", "is_correct"],
            *(["1", WHO, "村里", "1"], ["1", WHO, "邻村", "0"]),
            *(["2", TEACH, "村里", "0"], ["2", TEACH, "学校", "1"]),
        ],
        BOTH,
    ),
    "a row that says how to fill in": (
        [
            ["题型", "题干", "选项A", "选项B", "选项C", "答案"],
            ["必填", "必填，500字以内", "选填", "选填", "选填", "必填，多选如AB"],
            ["单选题", WHO, *FOUR[:3], "A"],
            ["单选题", TEACH, *FOUR[:3], "C"],
        ],
        BOTH,
    ),
}
HEADS: Layouts = {
    " ".join(head): ([["题号", "题干", *head, "答案"], ["1", WHO, *FOUR[:3], "A"], ["2", TEACH, *FOUR[:3], "C"]], BOTH)
    for head in [
        ["题支A", "题支B", "题支C"],
        ["选项内容A", "选项内容B", "选项内容C"],
        ["A、", "B、", "C、"],
        ["选项（A）", "选项（B）", "选项（C）"],
        ["【A】", "【B】", "【C】"],
        ["opt_a", "opt_b", "opt_c"],
        ["选项", "选项", "选项"],
    ]
}  # fmt: skip
HEADS |= {
    "第一项 第二项": (
        [["题干", "第一项", "第二项", "第三项", "答案"], [WHO, *FOUR[:3], "第一项"], [TEACH, *FOUR[:3], "第3项"]],
        BOTH,
    ),
    "备选答案 over 1 2 3 4": (
        [
            ["序号", "题目", "备选答案", "", "", "", "正确答案"],
            ["", "", "1", "2", "3", "4", ""],
            ["1", WHO, *FOUR, "1"],
            ["2", TEACH, *FOUR, "3"],
        ],
        BOTH,
    ),
    "names of programs": (
        [
            ["id", "type", "question_text", "option_a", "option_b", "option_c", "correct_answer"],
            ["1", "radio", WHO, *FOUR[:3], "A"],
            ["2", "multi", WHICH, *SEVERAL[:3], "A,B"],
            ["3", "judge", TRUE, "", "", "", "true"],
        ],
        ["村里", "低保+工程", True],
    ),
}  # fmt: skip
for name, marks in {
    "A正确": ["A正确", "B正确", "C正确"],
    "是否正确1": ["是否正确1", "是否正确2", "是否正确3"],
}.items():
    HEADS[name] = (
        [
            ["题干", "选项1" if "1" in name else "选项A", *(["选项2", "选项3"] if "1" in name else ["选项B", "选项C"]), *marks],
            [WHO, *FOUR[:3], "1", "0", "0"],
            [WHICH, *SEVERAL[:3], "是", "是", "否"],
        ],
        ["村里", "低保+工程"],
    )  # fmt: skip
for name, option in {"选项 是否正确": ["选项", "是否正确"], "选项 正确": ["选项", "正确"]}.items():
    HEADS[name] = (
        [["题干", *option * 3], [WHO, "村里", "√", "邻村", "", "学校", ""], [WHICH, "低保", "√", "工程", "√", "日记", ""]],
        ["村里", "低保+工程"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "wanted"), [*CELLS.values(), *ROWS.values(), *HEADS.values()], ids=[*CELLS, *ROWS, *HEADS]
)
def test_options_are_found(rows: list[list[str]], wanted: list[object]) -> None:
    assert keys(read(rows)) == wanted


def test_what_is_not_divided_says_how_to_write_it() -> None:
    rows, _wanted = CELLS["commas in one row only"]
    assert "请一个选项一列" in read(rows).records[0].reason


def test_options_in_rows_below_are_shown_beside_the_question() -> None:
    rows, _wanted = ROWS["each option in a row below"]
    reading = read(rows)
    assert reading.fragments == [] and "C.学校" in reading.records[0].source
