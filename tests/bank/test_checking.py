"""Whether our own bank may go out."""

from pathlib import Path

import pytest

from studyhall.bank.checking import BankReport, check_bank

HEAD = "law: 民法典\nedition: 2021-01-01\narticles: 1260\npart: 总则\nquestions:\n"


def single(id: str, *, answer: str = "B", cites: str = "第十条", stem: str = "", more: str = "") -> str:
    return (
        f"  - id: {id}\n    kind: single\n    difficulty: 1\n    cites: [{cites}]\n"
        f"    stem: {stem or '题' + id}\n    options: {{A: 甲, B: 乙, C: 丙}}\n    answer: {answer}\n"
        f"    explanation: 因为。\n{more}"
    )


def judge(id: str, answer: str, stem: str = "") -> str:
    return (
        f"  - id: {id}\n    kind: judge\n    difficulty: 2\n    cites: [第十一条]\n    stem: {stem or id}\n"
        f"    answer: {answer}\n    explanation: 因为。\n"
    )


def checked(tmp_path: Path, text: str, name: str = "01.yaml", **others: str) -> BankReport:
    folder = tmp_path / "minfadian"
    folder.mkdir()
    (folder / name).write_text(text, encoding="utf-8")
    for stem, words in others.items():
        (folder / f"{stem}.yaml").write_text(words, encoding="utf-8")
    return check_bank(tmp_path)


def rules(report: BankReport) -> list[tuple[str, str | None]]:
    return [(fault.rule, fault.id) for fault in report.faults]


CASE = """  - id: a-case
    kind: case
    stem: 老王和老李争一块宅基地。
    questions:
      - {id: a-case-1, kind: judge, difficulty: 2, cites: [第十条], stem: 可以打架, answer: false,
         explanation: 不行}
      - {id: a-case-2, kind: fill, difficulty: 2, cites: [第二条], stem: "找____", answer: [[村里]],
         explanation: 行}
"""


def test_a_whole_bank_is_counted_as_imports_are(tmp_path: Path) -> None:
    report = checked(tmp_path, HEAD + single("a-1") + single("a-2") + judge("a-3", "false") + CASE)
    document = report.to_json()
    assert document["faults"] == []
    assert document["ok"] is True
    [law] = document["laws"]
    assert (law["law"], law["edition"], law["articles"]) == ("民法典", "2021-01-01", 1260)
    assert law["total"] == 5
    assert law["by_kind"] == {
        "single": 2, "multiple": 0, "judge": 2, "fill": 1, "short": 0, "other": 0, "case": 1,
    }  # fmt: skip
    assert law["by_difficulty"] == {"1": 2, "2": 3, "3": 0}
    assert law["cases"] == 1
    assert law["articles_without_question"][:9] == [1, 3, 4, 5, 6, 7, 8, 9, 12]


def test_an_answer_that_names_no_option_says_which_there_are(tmp_path: Path) -> None:
    report = checked(tmp_path, HEAD + single("a-1", answer="E"))
    [fault] = report.faults
    assert fault.to_json() == {
        "file": "minfadian/01.yaml",
        "line": 6,
        "id": "a-1",
        "rule": "answer-names-no-option",
        "message": "答案是 E，选项只有 A 到 C。",
    }
    assert list(report.lines())[:2] == [
        "minfadian/01.yaml 有 1 处错误。",
        "  第 6 行 a-1：答案是 E，选项只有 A 到 C。",
    ]


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        (single("a-1", answer="AB"), [("single-with-several", "a-1")]),
        (single("a-1").replace("single", "multiple"), [("multiple-with-one", "a-1")]),
        (single("a-1", cites="第一千二百六十一条"), [("no-such-article", "a-1")]),
        (single("a-1", cites="《民法典》第一千三百条"), [("no-such-article", "a-1")]),
        (single("a-1", more="").replace("因为", "见《民法典》第1300条"), [("no-such-article", "a-1")]),
        (single("a-1", stem="甲") + single("a-1", stem="乙"), [("doubled-id", "a-1")]),
        (single("a-1", stem="同 一题") + single("a-2", stem="同一题？"), [("doubled-question", "a-2")]),
        ("".join(judge(f"a-{n}", "true") for n in range(4)), [("judges-all-true", None)]),
        (single("a-1", cites="第十条左右"), [("form", "a-1")]),
        (single("a-1", more="    hint: 看书\n"), [("form", "a-1")]),
        (single("a-1", more="    stem: 又一次\n"), [("form", "a-1")]),
        (single("a-1").replace("difficulty: 1", "difficulty: 4"), [("form", "a-1")]),
        (single("a-1").replace("    answer: B\n", ""), [("form", "a-1")]),
        (single("a-1").replace("kind: single", "kind: singel"), [("form", "a-1")]),
        (single("a-1").replace("{A: 甲, B: 乙, C: 丙}", "{A: 甲, C: 乙}"), [("form", "a-1")]),
        (judge("a-1", "yes"), [("form", "a-1")]),
    ],
)
def test_each_fault_is_found(tmp_path: Path, questions: str, expected: list[tuple[str, str]]) -> None:
    assert rules(checked(tmp_path, HEAD + questions)) == expected


def test_another_law_that_the_bank_does_not_hold_is_not_judged(tmp_path: Path) -> None:
    assert checked(tmp_path, HEAD + single("a-1", cites="《某某法》第九百条")).ok


def test_the_same_words_may_stand_in_two_cases_but_not_twice_in_one(tmp_path: Path) -> None:
    other = CASE.replace("a-case", "b-case").replace("老王", "老赵")
    assert rules(checked(tmp_path, HEAD + CASE + other)) == []
    twice = CASE.replace(
        'kind: fill, difficulty: 2, cites: [第二条], stem: "找____", answer: [[村里]]',
        "kind: judge, difficulty: 2, cites: [第二条], stem: 可以打架, answer: true",
    )
    (tmp_path / "minfadian" / "01.yaml").write_text(HEAD + twice, encoding="utf-8")
    assert rules(check_bank(tmp_path)) == [("doubled-question", "a-case-2")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("law: [\n", "YAML 写法不对"),
        ("law: a: b\n", "冒号"),
        ("", "文件是空的"),
        ("- 1\n", "应当是一组"),
        ("a: &x [1]\nb: *x\n", "引用"),
    ],
)
def test_a_file_that_is_no_bank_is_one_fault_and_no_crash(tmp_path: Path, text: str, words: str) -> None:
    report = checked(tmp_path, text)
    assert not report.ok
    assert words in report.faults[0].message


def test_a_file_in_another_encoding_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("law: 民法典".encode("gb18030"))
    assert "UTF-8" in check_bank(tmp_path).faults[0].message


def test_key_points_and_gists_are_checked_too(tmp_path: Path) -> None:
    head = "law: 民法典\nedition: 2021-01-01\n"
    report = checked(
        tmp_path,
        HEAD + single("a-1"),
        key_points=head + "points:\n  - {id: p-1, part: 总则, title: 甲, cites: [第两千条], text: 乙}\n",
        **{"gists-1": head + "gists:\n  - {article: 1, text: 甲}\n  - {article: 1, text: 乙}\n"},
    )
    assert rules(report) == [("doubled-id", None), ("no-such-article", "p-1")]
    assert report.to_json()["laws"][0]["key_points"] == 1


def test_judges_nearly_all_true_are_a_warning(tmp_path: Path) -> None:
    judges = "".join(judge(f"a-{n}", "true" if n else "false") for n in range(5))
    report = checked(tmp_path, HEAD + judges)
    assert report.ok
    assert [warning.rule for warning in report.warnings] == ["judge-balance"]


def test_one_letter_all_the_time_is_a_warning(tmp_path: Path) -> None:
    report = checked(tmp_path, HEAD + "".join(single(f"a-{n}") for n in range(12)))
    assert [warning.rule for warning in report.warnings] == ["uneven-letters"]


def test_letters_and_lengths_as_chance_has_them_are_none(tmp_path: Path) -> None:
    report = checked(tmp_path, HEAD + "".join(single(f"a-{n}", answer="ABC"[n % 3]) for n in range(30)))
    assert report.warnings == []


def test_a_right_option_that_is_always_the_longest_is_a_warning(tmp_path: Path) -> None:
    options = ("{A: 甲甲甲甲, B: 乙, C: 丙}", "{A: 甲, B: 乙乙乙乙, C: 丙}", "{A: 甲, B: 乙, C: 丙丙丙丙}")
    questions = "".join(
        single(f"a-{n}", answer="ABC"[n % 3]).replace("{A: 甲, B: 乙, C: 丙}", options[n % 3])
        for n in range(12)
    )
    report = checked(tmp_path, HEAD + questions)
    assert [warning.rule for warning in report.warnings] == ["longest-is-right"]
    assert report.to_json()["ok"] is True


def test_absolute_words_in_wrong_options_only_are_a_warning(tmp_path: Path) -> None:
    question = single("a-1").replace("{A: 甲, B: 乙, C: 丙}", "{A: 一律不准, B: 看情形, C: 必须交钱}")
    report = checked(tmp_path, HEAD + question)
    assert [(w.rule, w.id) for w in report.warnings] == [("giveaway-wording", "a-1")]


def test_two_files_of_a_law_say_the_same_edition(tmp_path: Path) -> None:
    report = checked(
        tmp_path, HEAD + single("a-1"), **{"02": HEAD.replace("2021", "2020") + single("a-2", stem="别的")}
    )
    assert rules(report) == [("form", None)]
