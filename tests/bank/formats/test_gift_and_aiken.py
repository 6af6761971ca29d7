"""GIFT and Aiken as people write them, not only as Moodle does."""

import pytest

from studyhall.bank.formats import read_bytes
from tests.bank.formats.described import read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("谁管？{=甲 ~%50%乙 ~丙}", ["single A"]),
        ("谁管？{~%33.33333%甲 ~%33.33333%乙 ~%33.33333%丙 ~%-50%丁}", ["multiple ABC"]),
        ("谁管？{~%100%甲 ~%-50%乙}", ["single A"]),
        ("谁管？{~%100%甲 ~%50%乙 ~丙}", ["multiple AB held"]),
        ("谁管？{=甲 =乙 ~丙}", ["multiple AB held"]),
        ("他们{~都 =不 ~也}能去。", ["single B"]),
        ("哪年？{#1949}", ['fill [["1949"]]']),
        ("哪年？{#=1949:0#对 =%50%1949:2}", ['fill [["1949"]]']),
        ("多少？{#3.14:0.01}", ["other held"]),
        ("多少？{#3..5}", ["other held"]),
        ("首都是{=北京}，大城市是{=上海 =沪}。", ['fill [["北京"], ["上海", "沪"]]']),
        ("选{~甲 =乙}，再选{=丙 ~丁}。", ["other held"]),
        ("求x^{2}的值。{=甲 ~乙}", ["single A"]),
        ("求值。{=x^{2} ~y^{2}}", ["single A"]),
        ("谁管？{\n// 旧的选项\n=甲\n// ~丁\n~乙\n}", ["single A"]),
        ("::一:: 谁管？{=甲 ~乙}\n::二:: 可以。{F}\n// 注释\n第三题 {=丙\n~丁}", ["single A", "judge false", "single A"]),
        ("$CATEGORY: a\n谁管？{=甲 ~乙}\n$CATEGORY: b\n\n可以。{T#错了#对了}", ["single A", "judge true"]),
        ("谁管？{=甲#因为&#39;&#34; ~<b style=\"a:b\">乙</b>}", ["single A"]),
        ("谁管？<img src=\"@@PLUGINFILE@@/a.png\"> {=甲 ~乙}", ["single A held"]),
        ("谈谈。{####说明}\n\n::一:: 再谈谈。{}", ["short", "short"]),
    ],
)  # fmt: skip
def test_gift_of_many_hands(text: str, expected: list[str]) -> None:
    assert read(text, "a.txt") == expected


def test_categories_go_with_what_stands_below_them() -> None:
    records = read_bytes(
        "$CATEGORY: 甲\n谁管？{=一 ~二}\n$CATEGORY: 乙\n可以。{T}\n".encode(), "a.txt"
    ).records
    assert [record.topics for record in records] == [("甲",), ("乙",)]


def test_answers_are_in_the_markup_of_their_question() -> None:
    text = "[html]<p>谁<b>管</b>？</p>{\n=<p>甲 &amp; 乙</p>\n~[plain]<p>\n~<i>丙</i>\n}"
    [record] = read_bytes(text.encode(), "a.txt").records
    assert (record.stem, [one.text for one in record.options]) == ("谁管？", ["甲 & 乙", "<p>", "丙"])


@pytest.mark.parametrize("code", ["utf-8-sig", "gbk", "utf-16", "utf-16-le"])
def test_gift_in_any_code_and_with_windows_lines(code: str) -> None:
    text = "// 注释\r\n下面哪个是法律？{\r\n=民法典\r\n\r\n~某办法\r\n}\r\n\r\n可以口头答复。{FALSE}\r\n"
    assert read(text.encode(code), "a.txt") == ["single A", "judge false"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("谁管？\nA、甲\nB、乙\nANSWER：B\n", ["single B"]),
        ("谁管？\nＡ）甲\nＢ）乙\nＣ．丙\nＡＮＳＷＥＲ：Ｃ\n", ["single C"]),
        ("谁管？\nA. 甲\nB. 乙\nC. 丙\nANSWER: A,C\n", ["multiple AC"]),
        (
            "谁管？\n\nA) 甲\n\nB) 乙\n\nANSWER: A\n哪个？\nA) 丙\nB) 丁\nANSWER: B\n",
            ["single A", "single B"],
        ),
        ("谁管？\na) 甲\nb) 乙\nANSWER: b\n", ["single B"]),
        ("谁管？\nA) 甲\nB) 乙\n\n哪个？\nA) 丙\nB) 丁\nANSWER: B\n", ["single held", "single B"]),
        ("谁管？\n" + "\n".join(f"{key}) {key}项" for key in "ABCDEFG") + "\nANSWER: G\n", ["single G"]),
    ],
)
def test_aiken_of_many_hands(text: str, expected: list[str]) -> None:
    assert read(text, "a.txt") == expected


def test_braces_in_the_words_of_aiken_make_no_gift() -> None:
    text = "渠道怎样登记{=按户 ~按人}？\nA) 填表{T}\nB) 口头\nANSWER: A\n"
    reading = read_bytes(text.encode(), "题库.txt")
    assert reading.format == "aiken"
    assert [record.answer for record in reading.records] == [("A",)]


def test_numbers_and_feedback_of_aiken() -> None:
    text = "1. 谁管？\nA) 甲\nB) 乙\nANSWER: A\nFEEDBACK: 归甲。\n\n2. 哪个？\nA) 丙\nB) 丁\nANSWER: B\n"
    records = read_bytes(text.encode(), "a.txt").records
    assert [(one.stem, one.number, one.explanation) for one in records] == [
        ("谁管？", 1, "归甲。"),
        ("哪个？", 2, ""),
    ]


def test_a_task_list_of_markdown_ticks_its_key() -> None:
    text = "### 1. 谁管？\n\n- [ ] 甲\n- [x] 乙\n\n### 2. 哪些？\n\n- [x] 甲\n- [ ] 乙\n- [x] 丙\n"
    assert read(text, "a.md") == ["single B", "multiple AC"]
    assert read(text.replace("[x]", "[ ]"), "a.md") == ["single held"] * 2
