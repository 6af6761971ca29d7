"""Whatever the layout, the bank that was typed is the bank that is read, and no key is ever another."""

import pytest
from hypothesis import HealthCheck, given, settings

from studyhall.bank.formats.lines import lines_of
from studyhall.bank.formats.option_marks import split_options
from studyhall.bank.formats.text import read_lines, read_pasted
from studyhall.bank.record import Kind, Record, State, normalised
from tests.bank.formats.papers import Layout, banks, layouts, typed

EASY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def seen(record: Record) -> tuple[object, ...]:
    return (
        record.kind,
        normalised(record.stem),
        tuple(option.text for option in record.options),
        record.answer,
    )


@EASY
@given(banks(), layouts())
def test_a_bank_in_any_layout_is_read_as_it_was(bank: list[Record], layout: Layout) -> None:
    reading = read_pasted(typed(bank, layout).text)
    assert [seen(record) for record in reading.records] == [seen(record) for record in bank]
    assert [record.reason for record in reading.records if record.state is State.HELD] == []


@EASY
@given(banks(), layouts())
def test_a_paper_and_its_key_may_be_two_files(bank: list[Record], layout: Layout) -> None:
    paper = typed(bank, layout)
    reading = read_lines(lines_of("\n".join(paper.lines), ""), "", "txt", lines_of("\n".join(paper.keys), ""))
    assert [seen(record) for record in reading.records] == [seen(record) for record in bank]


@EASY
@given(banks(), layouts())
def test_a_torn_paper_never_gives_a_ready_question_another_key(bank: list[Record], layout: Layout) -> None:
    """Every fifth line is lost: of an answer in words too, so those are not compared."""
    keys = {(normalised(record.stem), tuple(o.text for o in record.options)): record for record in bank}
    lines = typed(bank, layout).text.split("\n")
    torn = [line for at, line in enumerate(lines) if at % 5 != 3]
    for record in read_pasted("\n".join(torn)).records:
        whole = keys.get((normalised(record.stem), tuple(option.text for option in record.options)))
        in_words = Kind.SHORT in (record.kind, whole.kind if whole else None)
        if whole and not in_words and record.state is State.READY:
            assert record.answer == whole.answer


@pytest.mark.parametrize("layout", [Layout()])
def test_explanations_come_along(layout: Layout) -> None:
    text = "一、判断题\n1.可以补办。\n答案：对\n解析：法律允许。\n2.不能补办。\n答案：错\n【解析】同上。\n"
    assert [record.explanation for record in read_pasted(text).records] == ["法律允许。", "同上。"]


def test_more_marks_than_letters_are_no_two_columns() -> None:
    marks = "\n".join("A.甲 C.乙" for _ in range(40))
    assert len(split_options(f"谁修的渠？\n{marks}").options) < 3
