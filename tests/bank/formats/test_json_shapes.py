"""JSON as other systems give it away: where questions stand, what fields are called, what a number means."""

import json
from typing import Any

import pytest

from studyhall.bank.formats import read_bytes
from tests.bank.formats.described import read

FOUR = ["甲", "乙", "丙", "丁"]


def shapes(document: Any) -> list[str]:
    return read(json.dumps(document, ensure_ascii=False), "a.json")


def asked(answers: list[Any], options: list[Any] | None = None, **more: Any) -> list[dict[str, Any]]:
    return [
        {"question": f"第{at}件事归谁管？", "options": options or FOUR, "answer": answer, **more}
        for at, answer in enumerate(answers)
    ]


def test_a_nought_tells_that_the_file_counts_from_nought() -> None:
    assert shapes(asked([0, 1, 3])) == ["single A", "single B", "single D"]
    assert shapes(asked(["2", "0"])) == ["single C", "single A"]
    assert shapes(asked([[0, 2], [1, 3]], type="多选题")) == ["multiple AC", "multiple BD"]
    assert shapes(asked(["0,2"], type="多选题")) == ["multiple AC"]


def test_the_number_of_the_options_tells_that_it_counts_from_one() -> None:
    assert shapes(asked([1, 4, 2])) == ["single A", "single D", "single B"]


@pytest.mark.parametrize("answers", [[1, 2, 3], [0, 4], [1, 9], [2]])
def test_numbers_that_do_not_tell_or_tell_both_are_held(answers: list[int]) -> None:
    assert shapes(asked(answers)) == ["single held"] * len(answers)


def test_a_number_among_the_words_of_two_options_is_no_truth_of_its_own() -> None:
    judge = {"question": "可以口头答复。", "options": ["正确", "错误"]}
    assert shapes([{**judge, "answer": 0}, *asked([0, 2])]) == ["judge true", "single A", "single C"]
    assert shapes([{**judge, "answer": 1}]) == ["judge held"]
    assert shapes([{**judge, "answer": 1}, *asked([4])]) == ["judge true", "single D"]


def test_one_and_two_of_judges_without_options_are_held() -> None:
    judges = [
        {"type": "判断题", "question": f"{at}可以。", "answer": answer} for at, answer in enumerate("120")
    ]
    assert shapes(judges[:1] + judges[2:]) == ["judge true", "judge false"]
    assert shapes(judges[:2]) == ["judge true held", "judge held"]


def test_numbers_that_are_words_of_options_too() -> None:
    sums = [{"question": "一加一等于几？", "options": [1, 2, 3, 4], "answer": 2}]
    assert shapes(sums) == ["single B"]
    assert shapes([{**sums[0], "options": ["1", "2", "3"]}]) == ["single B held"]
    assert shapes([{**sums[0], "options": ["1", "2", "3"], "answer": "2"}]) == ["single B"]


@pytest.mark.parametrize(
    "row",
    [
        {"question": "谁管？", "answers": ["甲", "乙", "丙"], "correctAnswer": "乙"},
        {"question": "谁管？", "answers": ["甲", "乙", "丙"], "correct": "B"},
        {"q": "谁管？", "a": ["甲", "乙", "丙"], "correct": "乙"},
        {"题目": "谁管？", "选项A": "甲", "选项B": "乙", "选项C": "丙", "选项D": "", "答案": "B"},
        {"title": "谁管？", "option_a": "甲", "option_b": "乙", "option_c": "丙", "answer": "b"},
        {"title": "谁管？", "A": "甲", "B": "乙", "C": "丙", "D": None, "answer": "B"},
        {"title": "谁管？", "option1": "甲", "option2": "乙", "option3": "丙", "answer": "option2"},
        {"title": "谁管？", "options": {"A": "甲", "B": "乙", "C": None}, "answer": ["B"]},
        {"content": "谁管？", "options": [{"label": "甲", "value": "A"}, {"label": "乙", "value": "B"}], "answer": "B"},
        {"content": "谁管？", "options": [{"label": "A", "value": "甲"}, {"label": "B", "value": "乙"}], "answer": "B"},
        {"content": "谁管？", "options": [{"id": 71, "content": "甲"}, {"id": 72, "content": "乙"}], "answer": 72},
        {"stem": "谁管？", "options": [{"A": "甲"}, {"B": "乙"}], "answer": "B"},
        {"stem": "谁管？", "options": {"甲": False, "乙": True}},
        {"stem": "谁管？", "options": ["甲", "乙"], "answer": [False, True]},
        {"stem": "谁管？", "options": '[{"key": "A", "value": "甲"}, {"key": "B", "value": "乙"}]', "answer": '["B"]'},
        {"stem": "谁管？", "options": '["A.甲", "B.乙"]', "answer": "B"},
        {"questionText": "谁管？",
         "answerOptions": [{"answerText": "甲", "isCorrect": False}, {"answerText": "乙", "isCorrect": True}]},
        {"question": {"text": "谁管？"}, "answer": {"key": "B"},
         "options": [{"key": "A", "content": {"text": "甲"}}, {"key": "B", "content": {"text": "乙"}}]},
        {"question": "谁管？", "answers": {"answer_a": "甲", "answer_b": "乙", "answer_c": None},
         "correct_answers": {"answer_a_correct": "false", "answer_b_correct": "true"}},
        {"question": "谁管？", "options": ["甲", "乙"], "correctOption": "B", "type": "multiple_choice"},
        {"questionStem": "谁管？", "questionAnswer": "B",
         "questionOptions": [{"optionKey": "A", "optionValue": "甲"}, {"optionKey": "B", "optionValue": "乙"}]},
        {"name": "谁管？", "answer": "B", "optionVos": [{"prefix": "A", "content": "甲"}, {"prefix": "B", "content": "乙"}]},
        {"text": "谁管？", "answers": [{"answer": "甲", "fraction": 0}, {"answer": "乙", "fraction": 1}]},
        {"tm": "谁管？", "xxA": "甲", "xxB": "乙", "da": "B", "tx": "单选题"},
    ],
)  # fmt: skip
def test_one_question_under_all_names(row: dict[str, Any]) -> None:
    reading = read_bytes(json.dumps([row], ensure_ascii=False).encode(), "a.json")
    assert [(record.stem, record.right_texts, record.reason) for record in reading.records] == [
        ("谁管？", ("乙",), "")
    ]


def test_two_fields_that_name_different_keys_hold() -> None:
    flagged = [{"text": "甲", "isCorrect": True}, {"text": "乙", "isCorrect": False}]
    assert shapes([{"question": "谁管？", "options": flagged, "answer": "B"}]) == ["single A held"]
    assert shapes([{"question": "谁管？", "options": FOUR, "answer": "B", "right": "C"}]) == ["single B held"]


def test_an_index_beside_the_words_is_compared_and_a_count_is_not() -> None:
    rows = [
        {"question": f"第{at}件？", "options": FOUR, "answer": "甲", "correctIndex": place}
        for at, place in enumerate((0, 2))
    ]
    assert shapes(rows) == ["single A", "single A held"]
    assert shapes([{"question": "谁管？", "options": FOUR, "answer": "B", "correct": 3}]) == ["single B"]


def test_letters_are_taken_off_only_where_all_options_have_them() -> None:
    reading = read_bytes(json.dumps(asked(["C"], ["A、B都对", "都不对", "丙"])).encode(), "a.json")
    assert [option.text for option in reading.records[0].options] == ["A、B都对", "都不对", "丙"]


def test_right_and_wrong_answers_apart() -> None:
    rows = [
        {"type": "multiple", "question": "谁&quot;管&quot;？", "correct_answer": "甲&amp;乙", "incorrect_answers": ["丙", "丁"]},
        {"type": "boolean", "question": "可以。", "correct_answer": "False", "incorrect_answers": ["True"]},
    ]  # fmt: skip
    reading = read_bytes(json.dumps({"response_code": 0, "results": rows}).encode(), "a.json")
    assert [(record.stem, record.right_texts) for record in reading.records] == [
        ('谁"管"？', ("甲&乙",)),
        ("可以。", ()),
    ]
    assert shapes({"results": rows}) == ["single A", "judge false"]


SINGLE = {"题目": "谁管？", "选项": ["A. 甲", "B. 乙"], "答案": "A"}
JUDGE = {"题目": "可以。", "答案": "错"}


@pytest.mark.parametrize(
    "document",
    [
        {"单选题": [SINGLE], "判断题": [JUDGE]},
        {"title": "卷子", "sections": [{"title": "一、单选题", "questions": [SINGLE]}, {"title": "二、判断题", "questions": [JUDGE]}]},
        {"1": SINGLE, "2": JUDGE},
        [{"type": "header"}, {"type": "table", "name": "question", "data": [SINGLE, JUDGE]}],
        {"code": 0, "data": {"page": 1, "rows": [SINGLE, JUDGE]}},
    ],
)  # fmt: skip
def test_all_lists_of_a_file_count(document: Any) -> None:
    assert shapes(document) == ["single A", "judge false"]


def test_one_object_a_line_and_a_script_that_is_only_data() -> None:
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in (SINGLE, JUDGE))
    assert read(lines, "a.jsonl") == ["single A", "judge false"]
    assert read(f"var bank = {json.dumps([SINGLE, JUDGE])};", "a.js") == ["single A", "judge false"]


def test_a_case_keeps_its_parts_together() -> None:
    case = {
        "type": "案例分析题",
        "content": "甲乙二人争一块地。",
        "children": [SINGLE, {**JUDGE, "type": "判断题"}],
    }
    assert shapes([case, SINGLE]) == ["case (single A, judge false)", "single A"]


def test_pairs_of_question_and_answer() -> None:
    assert (
        shapes(
            {
                "国家安全教育日是哪一天？": "4月15日",
                "宪法日是哪一天呢？": "12月4日",
                "谁解释宪法的条文？": "常委会",
            }
        )
        == ["short"] * 3
    )
    assert shapes({"name": "x", "version": "1", "license": "y"}) == []


@pytest.mark.parametrize(
    ("stem", "answer", "expected"),
    [
        ("期限是____日", ["60", "六十"], 'fill [["60", "六十"]]'),
        ("在____日内____答复", ["60", "书面"], 'fill [["60"], ["书面"]]'),
        ("在____内____答复", [["60日", "六十日"], ["书面"]], 'fill [["60日", "六十日"], ["书面"]]'),
        ("在____内____答复", ["60", "书面", "口头"], "fill held"),
    ],
)
def test_blanks_of_a_list(stem: str, answer: list[Any], expected: str) -> None:
    assert shapes([{"question": stem, "type": "填空题", "answer": answer}]) == [expected]


def test_a_scale_beyond_three_is_none_of_ours() -> None:
    rows = [{**SINGLE, "难度": 3}, {**JUDGE, "难度": 5}]
    for document, levels in ((rows, [None, None]), (rows[:1], [3])):
        reading = read_bytes(json.dumps(document).encode(), "a.json")
        assert [record.difficulty for record in reading.records] == levels


def test_signs_of_less_are_no_tags() -> None:
    row = {"question": "若 x<y 且 y>z，则？", "options": ["a<b 且 c>d", "无法判断"], "answer": "B"}
    [record] = read_bytes(json.dumps([row]).encode(), "a.json").records
    assert (record.stem, record.options[0].text) == ("若 x<y 且 y>z，则？", "a<b 且 c>d")
