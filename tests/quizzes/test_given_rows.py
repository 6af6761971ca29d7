"""Results from elsewhere, as people paste them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyhall.quizzes.given_rows import Expected, Line, as_text, lines_of, lines_of_rows, resolved

ROSTER = [Expected("XQ0001", "加娜尔·木拉提"), Expected("XQ0002", "巴图"), Expected("SZ0001", "巴图")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("XQ0001\t87", Line("XQ0001", 8700, 10_000)),
        ("XQ0001 87.5", Line("XQ0001", 8750, 10_000)),
        ("XQ0001，45，50", Line("XQ0001", 4500, 5000)),
        ("ＸＱ０００１\t８７分", Line("XQ0001", 8700, 10_000)),
    ],
)
def test_a_line_is_understood(text: str, line: Line) -> None:
    assert lines_of(text) == ([line], [])


def test_a_head_says_which_column_is_which() -> None:
    rows = [["成绩表"], ["序号", "姓名", "单位", "成绩（分）"], [1, "巴图", "西渠村", 88.0]]
    assert lines_of_rows(rows) == ([Line("巴图", 8800, 10_000)], [])


@pytest.mark.parametrize(
    ("text", "words"),
    [("XQ0001\t缺考", "不是数"), ("\t87", "不是数"), ("XQ0001\t87\t0", "满分")],
)
def test_what_is_not_understood_is_said(text: str, words: str) -> None:
    lines, problems = lines_of(text)
    assert lines == [] and words in str(problems[0])


def test_a_name_stands_for_its_number_where_it_is_the_only_one() -> None:
    lines, problems = resolved([Line("加娜尔•木拉提", 9000, 10_000)], ROSTER)
    assert (lines, problems) == ([Line("XQ0001", 9000, 10_000)], [])


def test_namesakes_and_strangers_are_held() -> None:
    lines, problems = resolved([Line("巴图", 1, 2), Line("没有的人", 1, 2), Line("sz0001", 1, 2)], ROSTER)
    assert lines == [Line("SZ0001", 1, 2)]
    assert [str(one) for one in problems] == ["名册里有2个巴图，请写工号。", "名册里没有没有的人。"]


@given(st.text(max_size=60))
def test_nothing_pasted_breaks_it(text: str) -> None:
    lines, _problems = lines_of(text)
    assert all(line.score >= 0 and line.full > 0 for line in lines)


def test_a_sheet_becomes_lines_that_can_be_mended() -> None:
    rows = [
        ["成绩表"],
        ["姓名", "得分", "单位"],
        ["阿依古丽 马木提", 88.0, "西渠村"],
        ["", None, ""],
        ["苏和", "缺考"],
    ]
    text = as_text(rows)
    assert text == "阿依古丽 马木提\t88\n苏和\t缺考"
    lines, problems = lines_of(text)
    assert lines == [Line("阿依古丽 马木提", 8800, 10_000)] and "苏和" in str(problems[0])
