"""What became of each article when a law was revised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from studyhall.library.comparing import Change, compare, paragraphs_of
from studyhall.library.law_files import read_file
from tests.library.texts import NEW, OLD

LAWS = Path("/work/shared/laws")


def texts(text: str) -> dict[str, str]:
    return {str(one.number): one.text for one in read_file("law.txt", text.encode()).law.articles}


@pytest.fixture(scope="module")
def rows() -> dict[str, Change]:
    return {"、".join(one.old or one.new): one for one in compare(texts(OLD), texts(NEW))}


def test_an_article_that_kept_its_words_and_its_number(rows: dict[str, Change]) -> None:
    assert (rows["1"].new, rows["1"].text, rows["1"].moved, rows["1"].likeness) == (("1",), "same", False, 1)


def test_an_article_that_kept_its_words_under_another_number(rows: dict[str, Change]) -> None:
    assert (rows["4"].new, rows["4"].text, rows["4"].moved) == (("5",), "same", True)


def test_an_edited_article_is_found_again(rows: dict[str, Change]) -> None:
    assert (rows["3"].new, rows["3"].text, rows["3"].shape) == (("4",), "edited", "one")
    assert 0.5 < rows["3"].likeness < 1


def test_a_split_article_names_all_its_heirs(rows: dict[str, Change]) -> None:
    assert (rows["5"].new, rows["5"].shape) == (("6", "7"), "split")


def test_a_row_for_what_is_new_comes_last() -> None:
    found = compare(texts(OLD), texts(NEW))
    assert [one.old for one in found[:6]] == [(str(number),) for number in range(1, 7)]
    assert found[-1] == Change((), ("2",), "new", "one", 0.0)


def test_what_is_gone_has_no_heir() -> None:
    found = compare({"1": "水渠归村集体所有。", "2": "养蜂人应当登记蜂箱数目。"}, {"1": "水渠归村集体所有。"})
    assert found[1] == Change(("2",), (), "gone", "one", 0.0)


def test_punctuation_alone_is_said_to_be_punctuation() -> None:
    (row,) = compare({"1": "村里的水渠，由村民看护。"}, {"1": "村里的水渠由村民看护。"})
    assert row.text == "punctuation"


def test_the_items_of_a_list_belong_to_the_paragraph_that_opens_it() -> None:
    text = "有下列情形的：\n（一）甲；\n（二）乙。\n前款以外的，另行规定。"
    assert paragraphs_of(text) == ["有下列情形的：\n（一）甲；\n（二）乙。", "前款以外的，另行规定。"]


def test_an_empty_edition_compares_to_nothing() -> None:
    assert compare({}, {"1": "一。"}) == [Change((), ("1",), "new", "one", 0.0)]
    assert compare({"1": "一。"}, {}) == [Change(("1",), (), "gone", "one", 0.0)]


def _truth() -> dict[tuple[str, ...], tuple[tuple[str, ...], str]]:
    """The table of the shared paper: old articles (or none) to new ones, and in a word what changed."""
    found = {}
    for line in (LAWS / "README.md").read_text(encoding="utf-8").splitlines():
        match = re.match(r"\| (第\d+条|—) \| (.*?) \| (.*?) \|", line)
        if match:
            old = tuple(re.findall(r"\d+", match[1]))
            new = tuple(
                number + (f".{'①②③④'.index(mark) + 1}" if mark else "")
                for number, mark in re.findall(r"第(\d+)条([①②③④]?)", match[2])
            )
            found[old or ("new", *new)] = (new, match[3])
    return found


@pytest.mark.skipif(not LAWS.is_dir(), reason="the shared laws are not here")
def test_the_secrecy_law_of_2010_and_2024_as_people_have_compared_them() -> None:
    old, new = (
        {str(one.number): one.text for one in read_file(name, (LAWS / name).read_bytes()).law.articles}
        for name in ("保守国家秘密法-2010.md", "保守国家秘密法-2024.md")
    )
    truth = _truth()
    assert len(truth) == 63
    wrong = []
    for row in compare(old, new):
        targets, words = truth.pop(row.old or ("new", *row.new))
        shape = next((shape for shape in ("split", "merged") if shape in words), "one")
        text = next((text for text in ("same", "punctuation", "new") if words.startswith(text)), "edited")
        if (row.new, row.text, row.shape) != (targets, text, shape):
            wrong.append((row, targets, words))
    assert wrong == []
    assert truth == {}
