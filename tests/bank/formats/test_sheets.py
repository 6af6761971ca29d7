"""Questions in rows, whatever the columns are called."""

import io

import pytest
import xlsxwriter

from studyhall.bank.formats import Refused, read_bytes
from studyhall.bank.formats.sheet_cells import Sheet
from studyhall.bank.formats.sheets import read_sheets
from studyhall.bank.record import Kind, Record, State

HEAD = ["题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "解析"]


def read(*rows: list[str], name: str = "Sheet1") -> list[Record]:
    return read_sheets([Sheet(name, list(rows))], "a.xlsx", "xlsx").records


def one(*rows: list[str]) -> Record:
    [record] = read(*rows)
    return record


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write(row, column, cell)
    book.close()
    return target.getvalue()


def test_a_plain_sheet() -> None:
    record = one(HEAD, ["单选题", "镇里几年换届？", "三年", "四年", "五年", "六年", "C", "五年一届。"])
    assert (record.kind, record.answer, record.explanation) == (Kind.SINGLE, ("C",), "五年一届。")
    assert record.right_texts == ("五年",)
    assert record.place.to_json() == {"file": "a.xlsx", "sheet": "Sheet1", "row": 2}


@pytest.mark.parametrize(
    "head",
    [
        ["试题类型", "题目（必填）", "A", "B", "C", "D", "正确答案*", "答案解析"],
        ["类型", "试题\n内容", "A选项", "B选项", "C选项", "D选项", "标准答案(勿删)", "说明"],
        ["题目类型", "问题", "备选项1", "备选项2", "备选项3", "备选项4", "参考答案", "试题解析"],
        [" 题型 ", "题目内容", "选项一", "选项二", "选项三", "选项四", "正确选项", "题目解析"],
    ],
)
def test_columns_go_by_many_names(head: list[str]) -> None:
    record = one(head, ["多选", "哪些要登记？", "公章", "文件", "茶叶", "水壶", "A、B", "前两样。"])
    assert (record.kind, record.answer, record.explanation) == (Kind.MULTIPLE, ("A", "B"), "前两样。")


@pytest.mark.parametrize(
    "words", ["ABD", "A B D", "A、B、D", "A,B,D", "A;B;D", "a b d", "ＡＢＤ", "甲；乙；丁"]
)
def test_an_answer_may_be_written_in_many_ways(words: str) -> None:
    record = one(HEAD, ["多选题", "选哪些？", "甲", "乙", "丙", "丁", words, ""])
    assert (record.answer, record.state) == (("A", "B", "D"), State.READY)


@pytest.mark.parametrize(
    ("words", "truth"),
    [(w, True) for w in ["正确", "对", "是", "√", "✓", "✔", "T", "True", "Y", "1", "1.0"]]
    + [(w, False) for w in ["错误", "错", "否", "×", "✗", "X", "F", "False", "N", "0", "0.0"]],
)
def test_a_judge_answer_may_be_written_in_many_ways(words: str, truth: bool) -> None:
    record = one(HEAD, ["判断题", "村规民约可以罚款。", "", "", "", "", words, ""])
    assert (record.kind, record.answer, record.options) == (Kind.JUDGE, truth, ())


@pytest.mark.parametrize(
    ("first", "second", "key", "truth"),
    [
        ("正确", "错误", "A", True),
        ("错误", "正确", "A", False),
        ("错", "对", "B", True),
        ("√", "×", "B", False),
    ],
)
def test_a_judge_goes_by_the_words_of_its_options(first: str, second: str, key: str, truth: bool) -> None:
    record = one(HEAD, ["判断题", "可以先扣后补。", first, second, "", "", key, ""])
    assert (record.kind, record.answer, record.state) == (Kind.JUDGE, truth, State.READY)


def test_a_judge_letter_without_options_is_never_guessed() -> None:
    record = one(HEAD, ["判断题", "可以先扣后补。", "", "", "", "", "A", ""])
    assert (record.answer, record.state) == (None, State.HELD)
    assert "没有写" in record.reason


def test_the_answer_may_be_the_words_of_the_option_with_its_letter() -> None:
    record = one(["题目", "A", "B", "答案"], ["谁写《史记》？", "A、司马迁", "B、班固", "A、司马迁"])
    assert (record.answer, [o.text for o in record.options]) == (("A",), ["司马迁", "班固"])


def test_words_and_letter_that_disagree_are_held() -> None:
    record = one(["题目", "A", "B", "答案"], ["谁写《史记》？", "A、司马迁", "B、班固", "B、司马迁"])
    assert record.state is State.HELD


@pytest.mark.parametrize(
    "cell",
    [
        *("A. 甲 | B. 乙 | C. 丙", "甲$;$乙$;$丙", "甲\n乙\n丙", "A.甲\nB.乙\nC.丙", "A、甲；B、乙；C、丙"),
        *("甲|乙|丙", "A.甲B.乙C.丙"),
    ],
)
def test_all_options_may_stand_in_one_cell(cell: str) -> None:
    record = one(["题目", "选项", "答案"], ["选一个", cell, "C"])
    assert ([o.text for o in record.options], record.answer) == (["甲", "乙", "丙"], ("C",))


def test_options_may_stand_in_the_stem() -> None:
    record = one(["题目", "答案"], ["选一个\nA. 甲\nB. 乙", "B"])
    assert (record.stem, record.right_texts) == ("选一个", ("乙",))


def test_options_run_on_in_the_stem_are_taken_off() -> None:
    record = one(["题目", "A", "B", "C", "答案"], ["1、选____A、甲B、乙C", "A、甲", "B、乙", "C", "B、乙"])
    assert (record.stem, len(record.options), record.answer) == ("1、选____", 2, ("B",))


def test_one_row_an_option_with_a_tick() -> None:
    rows = [
        ["题目", "选项标识", "选项内容", "是否正确"],
        ["哪些对？", "A", "甲", "是"],
        ["", "B", "乙", "否"],
        ["", "C", "丙", "是"],
        ["一个？", "A", "子", "否"],
        ["", "B", "丑", "是"],
    ]
    first, second = read(*rows)
    assert (first.kind, first.answer) == (Kind.MULTIPLE, ("A", "C"))
    assert (second.kind, second.right_texts) == (Kind.SINGLE, ("丑",))


def test_numeric_kinds_are_seen_from_their_rows() -> None:
    head = ["题型", "题目", "A", "B", "C", "答案"]
    rows = [["1", f"单{n}", "甲", "乙", "丙", "A"] for n in range(3)]
    rows += [["2", f"多{n}", "甲", "乙", "丙", "AB"] for n in range(3)]
    rows += [["3", f"判{n}", "", "", "", "对"] for n in range(3)]
    assert [record.kind.value for record in read(head, *rows)] == ["single"] * 3 + ["multiple"] * 3 + [
        "judge"
    ] * 3


def test_fill_answers_by_blank_and_by_alternative() -> None:
    record = one(["题型", "题目", "答案"], ["填空题", "____日内____答复", "60/六十；书面"])
    assert (record.kind, record.answer) == (Kind.FILL, (("60/六十",), ("书面",))) or record.answer == (
        ("60", "六十"),
        ("书面",),
    )


def test_fill_answers_may_stand_in_the_option_columns() -> None:
    record = one(HEAD, ["填空题", "____和____", "甲", "乙", "", "", "", ""])
    assert (record.kind, record.answer, record.options) == (Kind.FILL, (("甲",), ("乙",)), ())


def test_a_fill_answer_that_does_not_come_out_is_held() -> None:
    record = one(["题型", "题目", "答案"], ["填空题", "____和____和____", "甲乙"])
    assert record.state is State.HELD


def test_a_short_question_without_an_answer_is_ready_with_a_note() -> None:
    record = one(["题型", "题目", "答案"], ["简答题", "为什么？", ""])
    assert (record.kind, record.state, record.note) == (Kind.SHORT, State.READY, "没有参考答案")


def test_titles_sums_blank_rows_and_kinds_between_the_rows() -> None:
    records = read(
        ["2024年学法题库", "", "", "", "", ""],
        ["一、选择题"],
        ["题目", "A", "B", "C", "D", "答案"],
        ["选一", "甲", "乙", "丙", "丁", "A"],
        [],
        ["合计", "", "", "", "", "1"],
        ["判断题"],
        ["题目", "答案"],
        ["这对吗？", "对"],
    )
    assert [record.kind for record in records] == [Kind.SINGLE, Kind.JUDGE]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["单选题", "题", "甲", "乙", "丙", "丁", "E", ""], "选项只有 A 到 D"),
        (["单选题", "题", "甲", "乙", "丙", "丁", "AB", ""], "答案却有 2 个"),
        (["多选题", "题", "甲", "乙", "丙", "丁", "A", ""], "只有一个"),
        (["单选题", "题", "甲", "乙", "甲", "丁", "B", ""], "一样"),
        (["单选题", "题", "甲", "", "丙", "丁", "A", ""], "是空的"),
        (["单选题", "题", "甲", "乙", "丙", "丁", "", ""], "没有找到答案"),
        (["单选题", "题", "", "", "", "", "A", ""], "没有选项"),
        (["单选题", "题", "甲", "乙", "丙", "丁", "2", ""], "序号"),
        (["单选题", "题", "甲", "乙", "丙", "丁", "戊", ""], "不是哪个选项"),
        (["单选题", "题", "甲", "乙", "丙", "丁", "A", "所以选B。故选B"], "解析里却说 B"),
        (["连连看", "题", "甲", "乙", "丙", "丁", "A", ""], "不认识题型"),
    ],
)
def test_what_is_unsure_is_held_with_a_reason(row: list[str], words: str) -> None:
    record = one(HEAD, row)
    assert record.state is State.HELD
    assert words in record.reason


def test_copies_and_contradictions_are_seen_side_by_side() -> None:
    row = ["单选题", "题一", "甲", "乙", "丙", "丁", "A", ""]
    turned = ["单选题", "题 一", "乙", "甲", "丙", "丁", "B", ""]
    other = ["单选题", "题二", "甲", "乙", "丙", "丁", "A", ""]
    against = ["单选题", "题二", "甲", "乙", "丙", "丁", "C", ""]
    reading = read_bytes(workbook({"题": [HEAD, row, turned, other, against]}), "a.xlsx")  # type: ignore[list-item]
    assert [record.state.value for record in reading.records] == ["ready", "duplicate", "held", "held"]


def test_several_sheets_and_a_help_sheet() -> None:
    data = workbook(
        {
            "单选题": [["题目", "A", "B", "答案"], ["甲？", "一", "二", "A"], ["几？", 1, 2.0, "B"]],
            "判断题": [["题目", "答案"], ["乙。", True]],
            "填写说明": [["请按格式填写"]],
        }
    )
    reading = read_bytes(data, "a.xls")
    assert [record.kind for record in reading.records] == [Kind.SINGLE, Kind.SINGLE, Kind.JUDGE]
    assert reading.records[1].right_texts == ("2",)
    assert reading.fragments == []


@pytest.mark.parametrize(("sign", "code"), [(",", "utf-8-sig"), ("\t", "gb18030"), (";", "utf-16")])
def test_comma_and_tab_files(sign: str, code: str) -> None:
    text = "\r\n".join(
        sign.join(row)
        for row in (["题型", "题目", "A", "B", "答案"], ["单选题", "哪个对？", "甲甲", "乙乙", "B"])
    )
    [record] = read_bytes(text.encode(code), "a.csv").records
    assert record.right_texts == ("乙乙",)


def test_a_sheet_without_questions_says_so() -> None:
    reading = read_bytes(workbook({"Sheet1": [["题型", "题目", "正确答案", "选项A"]]}), "a.xlsx")
    assert (reading.records, reading.notes) == ([], ["这个文件里一道题也没有。"])


def test_a_cell_at_the_far_end_is_refused() -> None:
    data = workbook({"Sheet1": [["题目", "答案"], ["甲", "对"]]})
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_string(1_048_575, 16_383, "x")
    book.close()
    assert read_bytes(data, "a.xlsx").records
    with pytest.raises(Refused, match="超过了能读的范围"):
        read_bytes(target.getvalue(), "a.xlsx")


# What strangers' sheets have tripped over

CHOICE = ["题型", "题干", "选项A", "选项B", "选项C", "答案"]


@pytest.mark.parametrize(
    ("head", "row", "words"),
    [
        (CHOICE, ["单选", "谁？", "B.甲", "A.乙", "丙", "B"], "字母对不上"),
        (CHOICE, ["单选", "几天？", "3", "1", "2", "1"], "第几个选项"),
        (CHOICE, ["单选", "谁？", "甲", "乙", "丙", "A或B"], "既不是"),
        (["题型", "题干", "选项A", "选项A", "选项B", "答案"], ["单选", "谁？", "甲", "乙", "丙", "A"], "同一个选项"),
        (["题干", "选项A", "选项B", "我的答案"], ["谁？", "甲", "乙", "B"], "没有找到答案"),
        (["题干", "选项0", "选项1", "答案"], ["谁？", "甲", "乙", "0"], "既不是"),
    ],
)  # fmt: skip
def test_what_could_mean_something_else_is_held(head: list[str], row: list[str], words: str) -> None:
    record = one(head, row)
    assert record.state is State.HELD and words in record.reason


def test_judges_keyed_1_and_2_are_not_taken_for_1_and_0() -> None:
    records = read(["题型", "题干", "答案"], ["判断", "可以。", "1"], ["判断", "不行。", "2"])
    assert [record.state for record in records] == [State.HELD, State.HELD]


def test_two_tables_beside_each_other_are_two() -> None:
    head = ["题干", "选项A", "选项B", "答案"]
    records = read(["某镇题库"], [*head, "", *head], ["谁？", "甲", "乙", "A", "", "谁修？", "丙", "丁", "B"])
    assert [(record.stem, record.right_texts) for record in records] == [
        ("谁？", ("甲",)),
        ("谁修？", ("丁",)),
    ]


def test_a_sum_under_any_column_is_no_question() -> None:
    rows = ["单选", "谁？", "甲", "乙", "丙", "A"], ["合计", "1题", "", "", "", ""]
    assert len(read(CHOICE, *rows)) == 1


def test_a_cell_over_several_rows_counts_for_each() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    for column, words in enumerate(["材料", "题型", "题干", "答案"]):
        sheet.write_string(0, column, words)
    sheet.merge_range(1, 0, 2, 0, "村里有一条渠。")
    sheet.merge_range(1, 1, 3, 1, "判断题")
    for row, words in enumerate(["渠可以公用。", "渠可以填平。", "公章可以外借。"], 1):
        sheet.write_string(row, 2, words)
        sheet.write_string(row, 3, "对" if row == 1 else "错")
    book.close()
    case, lone = read_bytes(target.getvalue(), "a.xlsx").records
    assert [part.answer for part in case.parts] == [True, False]
    assert (lone.kind, lone.answer) == (Kind.JUDGE, False)
