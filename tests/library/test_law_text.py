"""Reading the text of a law out of a file: title, days, headings, articles, and what is not in order."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import docx
import pytest

from studyhall.core.errors import Refused
from studyhall.library.law_files import read_file
from studyhall.library.law_text import LawText, read_law
from tests.library.texts import NEW, OLD

LAWS = Path("/work/shared/laws")
SAMPLES = Path("/work/shared/import-samples")


def law(text: str, name: str = "law.txt") -> LawText:
    return read_file(name, text.encode("utf-8")).law


def test_title_days_and_articles_come_out_of_plain_text() -> None:
    found = law(NEW)
    assert (found.title, found.short_title) == ("中华人民共和国水渠法", "水渠法")
    assert (found.adopted, found.effective) == (date(2024, 2, 1), date(2024, 5, 1))
    assert found.article_count == 8
    assert found.faults == ()
    assert found.articles[4].text.splitlines()[1:] == [
        "有下列情形之一的，可以调换次序：",
        "（一）遇到干旱；",
        "（二）渠道维修。",
    ]


def test_a_printed_list_of_contents_is_no_heading() -> None:
    headings = law(OLD).headings
    assert [(h.title, h.level, h.first, h.last) for h in headings] == [
        ("第一章 总则", 1, 1, 3),
        ("第二章 用水", 1, 4, 6),
    ]


def test_word_gives_the_same_as_text_even_in_a_table_or_with_soft_breaks() -> None:
    document = docx.Document()
    lines = OLD.splitlines()
    for line in lines[:8]:
        document.add_paragraph(line)
    document.add_table(1, 1).cell(0, 0).text = "\n".join(lines[8:])
    data = io.BytesIO()
    document.save(data)
    assert read_file("law.docx", data.getvalue()).law == law(OLD)


def test_gb18030_is_read_too() -> None:
    assert read_file("law.txt", OLD.encode("gb18030")).law == law(OLD)


def test_an_amended_text_does_not_take_the_old_closing_day_for_its_own() -> None:
    amended = OLD.replace("会议通过）", "会议通过 根据2019年4月23日的决定修正）")
    found = law(amended)
    assert found.effective is None
    assert [fault.place for fault in found.faults] == ["施行日期"]
    assert "2019年4月23日修正" in found.faults[0].reason
    named = found.taking_effect(date(2019, 7, 1))
    assert (named.effective, named.faults) == (date(2019, 7, 1), ())


@pytest.mark.parametrize(
    ("closing", "effective"),
    [
        ("本法自公布之日起施行。", date(2010, 3, 1)),
        ("本法自2011年1月1日起施行。《旧法》同时废止。", date(2011, 1, 1)),
        ("本法由国务院解释。", None),
    ],
)
def test_the_day_a_text_takes_effect(closing: str, effective: date | None) -> None:
    assert law(OLD.replace("本法自2010年6月1日起施行。", closing)).effective == effective


def test_the_head_of_a_markdown_file_says_which_day_is_meant() -> None:
    head = "---\ntitle: 中华人民共和国水渠法\nversion_adopted: 2018-12-29\n"
    head += "effective: 2010-06-01（2018年修正自2019-01-01施行）\n---\n"
    found = law(head + "\n## 第一章 总则\n第一条 一。\n第二条 二。\n", "law.md")
    assert (found.adopted, found.effective) == (date(2018, 12, 29), date(2019, 1, 1))


def test_a_preamble_is_article_zero_and_is_not_counted() -> None:
    found = law("村规民约办法\n序　言\n村子很老。\n第一章 总则\n第一条 爱护水渠。\n")
    assert (found.articles[0].number, found.articles[0].text) == (0, "村子很老。")
    assert str(found.articles[0]) == "序言"
    assert found.article_count == 1
    assert found.headings[0].first == 0


def test_an_article_put_in_later_keeps_its_name() -> None:
    found = law("水渠法\n第一条 一。\n第一条之一 一点五。\n第二条 二。本法自2020年1月1日起施行。")
    assert [str(one) for one in found.articles] == ["第一条", "第一条之一", "第二条"]
    assert found.article_count == 2
    assert found.faults == ()


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        (OLD.replace("第四条　轮灌", "第五条　轮灌"), "第五条", "中间少了条文"),
        (OLD.replace("第三条　任何人", "第二条　任何人"), "第二条", "出现了两次"),
        (OLD.replace("第二条　村民委员会负责本村水渠的日常看护。", "第二条"), "第二条", "没有内容"),
        (OLD.partition("\n")[2], "标题", "没有找到法律的名称"),
    ],
    ids=["one is missing", "one twice", "one is empty", "no title"],
)
def test_what_is_not_in_order_is_said_with_its_place(text: str, place: str, reason: str) -> None:
    faults = law(text).faults
    assert place in [fault.place for fault in faults]
    assert any(reason in fault.reason for fault in faults)


def test_a_line_that_only_names_an_article_is_no_article() -> None:
    found = read_law(
        ["水渠法", "第一条 一。", "第一条、第三条的规定不受影响。", "第二条 二。自2020年1月1日起施行。"]
    )
    assert found.article_count == 2
    assert "不受影响" in found.articles[0].text


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.docx", b"PK\x03\x04 torn", "打不开"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "另存为.docx"),
        ("a.pdf", b"%PDF-1.4", "只能导入"),
        ("a.txt", "今天天气好。".encode(), "没有找到一条条文"),
        ("a.txt", b"\x00\x01\x02", "读不懂"),
        ("a.txt", b"x" * 5_000_000, "太大"),
    ],
)
def test_a_file_that_is_no_law_is_refused_in_words(name: str, data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read_file(name, data)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not here")
@pytest.mark.parametrize("name", ["91_law_minfadian_xinhua.docx", "93_law_weichengnian.docx"])
def test_official_word_files_have_the_articles_they_have(name: str) -> None:
    expected = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))[name]
    found = read_file(name, (SAMPLES / name).read_bytes()).law
    assert found.article_count == expected["articles"]
    assert found.faults == ()


@pytest.mark.skipif(not LAWS.is_dir(), reason="the shared laws are not here")
@pytest.mark.parametrize(
    ("name", "effective", "articles"),
    [("宪法", "2018-03-11", 143), ("网络安全法", "2026-01-01", 81), ("农村土地承包法", "2019-01-01", 70)],
)
def test_the_edition_of_real_laws_is_the_day_of_their_text(name: str, effective: str, articles: int) -> None:
    found = read_file(f"{name}.md", (LAWS / f"{name}.md").read_bytes()).law
    assert (found.effective, found.article_count) == (date.fromisoformat(effective), articles)
    assert found.faults == ()
