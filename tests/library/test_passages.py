"""Which lines of an article a citation points at."""

from __future__ import annotations

import pytest

from studyhall.library.passages import passage

TEXT = """有下列情形之一的，可以申请：
（一）住得远；
（二）年纪大。
前款的申请应当用书面形式。"""


@pytest.mark.parametrize(
    ("paragraph", "item", "marked"),
    [
        (None, None, []),
        (1, None, [0, 1, 2]),
        (2, None, [3]),
        (1, 2, [2]),
        (None, 1, [1]),
        (2, 1, []),
        (9, None, []),
    ],
)
def test_a_citation_marks_its_lines(paragraph: int | None, item: int | None, marked: list[int]) -> None:
    lines = passage(TEXT, paragraph, item)
    assert [line for line, _hit in lines] == TEXT.split("\n")
    assert [place for place, (_line, hit) in enumerate(lines) if hit] == marked


def test_an_article_of_one_paragraph_is_not_marked_as_a_whole() -> None:
    assert passage("只有一款。", 1, None) == [("只有一款。", False)]
