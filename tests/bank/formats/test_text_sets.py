"""Several papers in one file: which keys are whose, and the near misses where nobody can say."""

import pytest

from studyhall.bank.formats.text import read_pasted
from tests.bank.formats.test_keys_apart import JUDGES, PLACES, SINGLE, asked, claimed, read

ONE, OTHER = f"{SINGLE}{asked(2)}", f"{SINGLE}{asked(2, about='坝')}"

SETS = {
    "keys behind each": (
        f"第一套\n{ONE}第一套答案：1.A 2.B\n第二套\n{OTHER}第二套答案：1.C 2.D\n",
        "S:A S:B S:C S:D",
    ),
    "keys behind all": (
        f"第一套\n{ONE}第二套\n{OTHER}参考答案\n第一套\n1.A 2.B\n第二套\n1.C 2.D\n",
        "S:A S:B S:C S:D",
    ),
    "letters": (f"A卷\n{ONE}B卷\n{OTHER}A卷答案：1-2 AB\nB卷答案：1-2 CD\n", "S:A S:B S:C S:D"),
    "titles with the name of the paper": (
        f"2025年某镇普法模拟题（一）\n{ONE}2025年某镇普法模拟题（二）\n{OTHER}模拟题（一）参考答案\n1.A\n2.B\n模拟题（二）参考答案\n1.C\n2.D\n",
        "S:A S:B S:C S:D",
    ),
    "no names on the keys, behind each": (
        f"试卷一\n{asked(2)}答案：1.A 2.B\n试卷二\n{asked(2, about='坝')}答案：1.C 2.D\n",
        "S:A S:B S:C S:D",
    ),
    "sections in each": (
        f"第一套\n{ONE}{JUDGES}{claimed(2)}第二套\n{OTHER}{JUDGES}1.章可外借。\n2.树可补种。\n参考答案\n第一套\n一、单选题：1.A 2.B\n"
        "三、判断题：1.√ 2.×\n第二套\n一、单选题：1.C 2.D\n三、判断题：1.× 2.√\n",
        "S:A S:B J:对 J:错 S:C S:D J:错 J:对",
    ),
    "headings of their own above the keys": (
        f"第一套\n{ONE}第二套\n{OTHER}参考答案\n第一套\n一、单选题\n1-2 AB\n第二套\n一、单选题\n1-2 CD\n",
        "S:A S:B S:C S:D",
    ),
    "keys with each question": (
        f"第1套试题\n1.谁修渠？\n{PLACES}\n答案：A\n第2套试题\n1.谁修坝？\n{PLACES}\n答案：B\n",
        "S:A S:B",
    ),
    "the second first": (
        f"第一套\n{ONE}第二套\n{OTHER}第二套答案：1.C 2.D\n第一套答案：1.A 2.B\n",
        "S:A S:B S:C S:D",
    ),
    "keys without numbers": (
        f"第一套\n{SINGLE}{asked(3)}第二套\n{SINGLE}{asked(3, about='坝')}第一套答案：ABC\n第二套\nDCB\n",
        "S:A S:B S:C S:D S:C S:B",
    ),
    # Nobody can say, or only of one of them
    "one key for the two": (f"第一套\n{ONE}第二套\n{OTHER}参考答案\n1.C 2.D\n", "S:-* S:-* S:-* S:-*"),
    "one key, and its name": (f"第一套\n{ONE}第二套\n{OTHER}第一套答案：1.C 2.D\n", "S:C S:D S:-* S:-*"),
    "one key for both": (f"第一套\n{ONE}第二套\n{OTHER}第一、二套答案：1.C 2.D\n", "S:-* S:-* S:-* S:-*"),
    "the same name twice": (
        f"第一套\n{ONE}第二套\n{OTHER}第一套答案：1.C 2.D\n第一套答案：1.A 2.B\n",
        "S:-* S:-* S:-* S:-*",
    ),
    "the second name lost": (
        f"第一套\n{ONE}第二套\n{OTHER}参考答案\n第一套\n1.C 2.D\n1.A 2.B\n",
        "S:C* S:D* S:-* S:-*",
    ),
    "a third that is not there": (
        f"第一套\n{ONE}第二套\n{OTHER}第三套答案：1.C 2.D\n第二套答案：1.C 2.D\n",
        "S:-* S:-* S:-* S:-*",
    ),
    "a key before them all": (f"答案：1.A 2.B\n第一套\n{ONE}第二套\n{OTHER}", "S:-* S:-* S:-* S:-*"),
    "titles that do not count on": (
        f"第一套\n{JUDGES}{claimed(2)}第三套\n{SINGLE}{asked(2)}参考答案\n一、单选题：1.A 2.B\n三、判断题：1.√ 2.×\n",
        "J:对 J:错* S:A S:B",
    ),
    "options called so": ("1.用哪一份？\nA.试卷一\nB.试卷二\n答案：A\n2.哪一套？\nA.第一套\nB.第二套\n答案：B\n", "S:A S:B"),
}  # fmt: skip


@pytest.mark.parametrize("name", SETS)
def test_papers_in_one_file(name: str) -> None:
    text, wanted = SETS[name]
    assert read(text) == wanted


def test_keys_of_papers_in_a_file_of_their_own() -> None:
    papers = f"第一套\n{ONE}第二套\n{OTHER}"
    assert read(papers, "第二套\n1.C 2.D\n第一套\n1.A 2.B\n") == "S:A S:B S:C S:D"
    assert read(papers, "1.A 2.B\n") == "S:-* S:-* S:-* S:-*"


@pytest.mark.parametrize("keys", ["", "参考答案\n1.C 2.D\n", "第一套答案：1.A 2.B\n"])
def test_a_title_of_a_paper_is_never_part_of_an_option(keys: str) -> None:
    records = read_pasted(f"第一套\n{ONE}第二套\n{OTHER}{keys}").records
    assert all(
        option.text in ("甲村", "乙村", "丙村", "丁村") for record in records for option in record.options
    )


def test_a_correction_behind_the_last_may_be_for_any_of_them() -> None:
    papers = f"第一套\n{ONE}第二套\n{OTHER}第一套答案：1.A 2.B\n第二套答案：1.C 2.D\n"
    assert read(f"{papers}更正：第一套第2题应为C\n") == "S:A S:B* S:C S:D*"
