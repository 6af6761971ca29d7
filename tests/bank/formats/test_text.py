"""The text grammar, rule by rule."""

import pytest

from studyhall.bank.formats.lines import decoded, lines_of
from studyhall.bank.formats.text import read_lines, read_pasted
from studyhall.bank.formats.text_rules import heading_of, mark_of, numbers_of_line
from studyhall.bank.record import Kind, Record, State


def read(text: str, key: str = "") -> list[Record]:
    return read_pasted(text, key).records


def short(records: list[Record]) -> list[tuple[str, object]]:
    return [(record.kind.value, record.answer) for record in records]


FOUR = "A.甲甲\nB.乙乙\nC.丙丙\nD.丁丁\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("一、单项选择题（每题1分，共20分）", Kind.SINGLE),
        ("（二）多选题", Kind.MULTIPLE),
        ("题型：判断题", Kind.JUDGE),
        ("## 三、填空题（共10题）", Kind.FILL),
        ("四、简答题：", Kind.SHORT),
        ("第五部分 案例分析题", Kind.CASE),
        ("题型：公文改错题", Kind.SHORT),
        ("六、匹配题", Kind.OTHER),
    ],
)
def test_headings_name_a_kind(text: str, kind: Kind) -> None:
    heading = heading_of(text)
    assert heading is not None
    assert heading.kind is kind


@pytest.mark.parametrize(
    "text",
    ["1.判断下列说法", "单选题的特点是什么？", "二、案例：某甲偷牛", "A.单选题", "一、总则", "判断题答案："],
)
def test_other_lines_are_no_heading(text: str) -> None:
    assert heading_of(text) is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("正确答案：A", "answer"), ("【答案】 B", "answer"), ("答案C", "answer"), ("ANSWER: A", "answer"),
        ("答案是什么", "text"), ("【解析】因为", "explanation"), ("解析：因为", "explanation"),
        ("难度：易", "meta"), ("A．甲", "option"), ("（B）乙", "option"), ("第 3 页 共 9 页", "noise"),
        ("一、单选题……………3", "noise"), ("----------", "separator"), ("", "blank"), ("某甲", "text"),
    ],
)  # fmt: skip
def test_a_line_by_its_first_words(text: str, rule: str) -> None:
    assert mark_of(text).rule == rule


@pytest.mark.parametrize(
    ("text", "family", "number"),
    [
        ("12.某", "digit", 12), ("３、某", "digit", 3), ("第5题 某", "digit", 5), ("[单选]7.某", "digit", 7),
        ("（4）某", "paren", 4), ("（二）", "cnparen", 2), ("1111", "bare", 1111), ("1近代", "digit", 1),
    ],
)  # fmt: skip
def test_a_number_of_a_question(text: str, family: str, number: int) -> None:
    assert (family, number) in [(found.family, found.number) for found in numbers_of_line(text)]


@pytest.mark.parametrize("text", ["3月5日", "20%的人", "100元以下", "甲1.乙"])
def test_a_number_of_something_else(text: str) -> None:
    assert numbers_of_line(text) == []


def test_keys_in_brackets_behind_them_and_on_their_own_line() -> None:
    text = f"1.甲（ B ）\n{FOUR}2.乙（ ）C\n{FOUR}3.丙（）\n{FOUR}ABD\n4.丁( ＡＣ )。\n{FOUR}"
    assert short(read(text)) == [
        ("single", ("B",)), ("single", ("C",)), ("multiple", ("A", "B", "D")), ("multiple", ("A", "C")),
    ]  # fmt: skip


def test_letters_in_brackets_are_words_where_labels_hold_the_keys() -> None:
    text = "".join(f"{n}.关系R（A,B）属于（ ）\n{FOUR}答案：C\n" for n in range(1, 6))
    assert short(read(text)) == [("single", ("C",))] * 5


def test_a_bracket_that_contradicts_its_label_is_held() -> None:
    [record] = read(f"1.某某（B）\n{FOUR}答案：C\n")
    assert record.state is State.HELD


def test_a_key_table_by_ranges_pairs_and_grids() -> None:
    questions = "".join(f"{n}.题{n}（ ）\n{FOUR}" for n in range(1, 6))
    grid = "题号\t1\t2\t3\t4\t5\n答案\tA\tB\tC\tD\tA"
    for table in ("1-5 ABCDA", "1～5：A B C D A", "1.A 2.B 3.C 4.D 5.A", "1-3 ABC\n4-5 DA", grid):
        records = read(f"一、单选题\n{questions}\n参考答案\n{table}\n")
        assert [record.answer for record in records] == [("A",), ("B",), ("C",), ("D",), ("A",)], table


def test_a_key_table_that_does_not_come_out_gives_no_key() -> None:
    questions = "".join(f"{n}.题{n}（ ）\n{FOUR}" for n in range(1, 6))
    records = read(f"一、单选题\n{questions}\n参考答案\n1-5 ABCD\n")
    assert [record.answer for record in records] == [None] * 5
    assert all(record.state is State.HELD for record in records)


def test_numbers_that_begin_anew_take_the_keys_of_their_own_section() -> None:
    paper = f"一、单选题\n1.甲\n{FOUR}2.乙\n{FOUR}二、判断题\n1.丙。\n2.丁。\n"
    key = "一、单选题\n1.B 2.C\n二、判断题\n1.√ 2.×\n"
    assert short(read(paper, key)) == [
        ("single", ("B",)),
        ("single", ("C",)),
        ("judge", True),
        ("judge", False),
    ]


def test_a_key_short_of_its_section_is_held_where_numbers_begin_anew() -> None:
    paper = f"一、单选题\n1.甲\n{FOUR}2.乙\n{FOUR}二、判断题\n1.丙。\n2.丁。\n"
    records = read(paper, "一、单选题\n1.B\n二、判断题\n1.√ 2.×\n")
    assert [record.state for record in records[:2]] == [State.HELD] * 2


def test_an_empty_answer_grid_in_the_middle_is_no_key() -> None:
    text = f"一、单选\n1.甲（A）\n{FOUR}参考答案：\n1-5\n6-10\n二、多选\n1.乙（AB）\n{FOUR}"
    assert short(read(text)) == [("single", ("A",)), ("multiple", ("A", "B"))]


def test_a_judge_heading_may_say_what_its_letters_mean() -> None:
    text = "三、判断题（正确选A，错误选B）\n1.甲。\n答案：A\n2.乙。\n答案：B\n"
    assert short(read(text)) == [("judge", True), ("judge", False)]


def test_what_an_optical_reader_made_of_a_tick_counts_among_judges_only() -> None:
    assert short(read("一、判断题\n1.甲。（V）\n2.乙。（×）\n3.丙。（J）\n")) == [
        ("judge", True), ("judge", False), ("judge", True),
    ]  # fmt: skip


def test_lists_in_stems_and_explanations_are_no_questions() -> None:
    text = (
        f"1.下列说法：\n①甲\n②乙\n正确的是（ ）\n{FOUR}答案：A\n解析：分两点：\n1.甲对。\n2.乙错。\n"
        f"2.再问（ ）\n{FOUR}答案：B\n3.三问（ ）\n{FOUR}答案：C\n"
    )
    assert short(read(text)) == [("single", ("A",)), ("single", ("B",)), ("single", ("C",))]


def test_a_lost_number_costs_no_question() -> None:
    text = f"1.甲（ ）\n{FOUR}答案：A\n乙没有号（ ）\n{FOUR}答案：B\n3.丙（ ）\n{FOUR}答案：C\n"
    assert short(read(text)) == [("single", ("A",)), ("single", ("B",)), ("single", ("C",))]


def test_page_headers_in_mid_question_are_left_out() -> None:
    header = "某某县学法用法考试题库\n"
    pages = [
        f"{n}.第{n}问\n{header * (n % 3 == 0)}是什么（ ）\nA.甲\n{header * (n % 3 == 1)}B.乙\n"
        f"答案：A\n{header * (n % 3 == 2)}"
        for n in range(1, 13)
    ]
    records = read("".join(pages))
    assert len(records) == 12
    assert not any("题库" in record.stem + "".join(o.text for o in record.options) for record in records)


def test_short_answers_run_over_several_lines() -> None:
    text = (
        "一、简答题\n1.怎么办？\n答案：\n1.报告。\n2.登记。\n2.为什么？\n答：因为法律这样定。\n再说一遍。\n"
    )
    first, second = read(text)
    assert (first.kind, first.answer) == (Kind.SHORT, "1.报告。\n2.登记。")
    assert second.answer == "因为法律这样定。\n再说一遍。"


def test_a_case_has_its_questions() -> None:
    text = (
        "一、案例分析题\n案例一：老王种了老李的地。\n（1）谁有理？（ ）\nA.老王\nB.老李\n答案：B\n"
        "（2）怎么办？\n答案：调解。\n"
        "案例二：小张丢了文件。\n（1）先做什么？\n答案：报告。\n（2）谁负责？\n答案：小张。\n"
    )
    first, second = read(text)
    assert (first.kind, first.stem) == (Kind.CASE, "老王种了老李的地。")
    assert short(list(first.parts)) == [("single", ("B",)), ("short", "调解。")]
    assert short(list(second.parts)) == [("short", "报告。"), ("short", "小张。")]


def test_options_without_letters_are_held() -> None:
    [record] = read("[单选]1.哪一个？\n甲甲\n乙乙\n丙丙\n答案：B\n")
    assert ([option.text for option in record.options], record.state) == (
        ["甲甲", "乙乙", "丙丙"],
        State.HELD,
    )


def test_two_and_three_options_are_enough() -> None:
    assert short(read("1.甲（ ）\nA.一\nB.二\n答案：B\n2.乙（ ）\nA.一\nB.二\nC.三\n答案：C\n")) == [
        ("single", ("B",)), ("single", ("C",)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"1.甲\n{FOUR}答案：A\n答案：B\n", "两个答案"),
        ("1.甲\nA.一\nB.二\nA.三\nB.四\n答案：A\n", "出现了两次"),
        ("1.甲\nA.一\nA.一\nB.二\n答案：A\n", "两次"),
        ("1.甲\nA.一\nC.二\nD.三\n答案：A\n", ""),
        ("1.甲\nA.一\nB.二 C.三答案：A解析：某\n答案：B\n", ""),
    ],
)
def test_doubt_holds(text: str, words: str) -> None:
    for record in read(text):
        assert record.state is State.HELD
        assert words in record.reason


def test_what_is_no_question_is_kept_as_a_fragment_or_let_go_as_a_title() -> None:
    reading = read_pasted("学法考试\n出题：司法所\n1.甲（ ）\nA.一\nB.二\n答案：A\n" + "说明" * 80 + "\n")
    assert len(reading.records) == 1
    assert reading.records[0].state is State.HELD or reading.fragments


def test_a_statute_is_no_bank() -> None:
    text = "".join(f"第{n}条　公民应当守法。\n" for n in "一二三四五六七")
    reading = read_pasted(text)
    assert (reading.records, reading.fragments) == ([], [])
    assert "法律条文" in reading.notes[0]


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_every_usual_encoding_is_read(code: str) -> None:
    text = f"一、单选题\n1.乡镇干部下班后还算不算（ ）\n{FOUR}答案：A\n"
    assert decoded(text.encode(code)).strip("\ufeff") == text
    assert short(read_lines(lines_of(decoded(text.encode(code)), "a.txt"), "a.txt", "txt").records) == [
        ("single", ("A",))
    ]


def test_big5_is_read_where_it_can_be_nothing_else() -> None:
    text = f"一、單選題\n1.鄉鎮幹部下班後還算不算（ A ）\n{FOUR}"
    assert decoded(text.encode("big5")) == text


def test_markdown_marks_are_no_words() -> None:
    text = "## 一、单选题\n\n---\n**题目1**  \n谁？  \n- A. **甲**\n- B. 乙\n\n**参考答案**：A\n"
    [record] = read(text)
    assert (record.stem, [option.text for option in record.options], record.answer) == (
        "谁？",
        ["甲", "乙"],
        ("A",),
    )
