"""Articles by their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyhall.core.citations import Citation, find_citations, from_chinese, parse_citation, to_chinese


@pytest.mark.parametrize(
    ("number", "words"),
    [
        *((1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (101, "一百零一"), (110, "一百一十")),
        *((115, "一百一十五"), (1000, "一千"), (1042, "一千零四十二"), (1005, "一千零五")),
        *((1260, "一千二百六十"), (1110, "一千一百一十")),
    ],
)
def test_numbers_read_as_a_statute_prints_them(number: int, words: str) -> None:
    assert to_chinese(number) == words
    assert from_chinese(words) == number


@given(st.integers(0, 9999))
def test_every_number_comes_back(number: int) -> None:
    assert from_chinese(to_chinese(number)) == number


@pytest.mark.parametrize(
    ("words", "citation"),
    [
        ("第二十八条第二款第三项", Citation(None, 28, 0, 2, 3)),
        ("第二十八条第三项", Citation(None, 28, 0, None, 3)),
        ("《治安管理处罚法》第二十九条", Citation("治安管理处罚法", 29)),
        ("《中华人民共和国民法典》第1042条", Citation("民法典", 1042)),
        ("第五条之一", Citation(None, 5, 1)),
        ("第五条之一第二款", Citation(None, 5, 1, 2)),
        ("第２８条第（三）项", Citation(None, 28, 0, None, 3)),
        ("《宪法》序言第七自然段", Citation("宪法", 0, 0, 7)),
    ],
)
def test_a_citation_is_law_article_paragraph_and_item(words: str, citation: Citation) -> None:
    assert parse_citation(words) == citation
    assert parse_citation(str(citation)) == citation


@pytest.mark.parametrize(
    "words", ["", "第零条", "二十八条", "第二十八条左右", "第二十八条、第三十条", "民法典"]
)
def test_anything_else_is_no_citation(words: str) -> None:
    assert parse_citation(words) is None


def test_a_list_after_one_law_is_all_of_that_law() -> None:
    found = list(find_citations("见《民法典》第三条、第四条第二款；另见第五条，序言不算"))
    assert found == [Citation("民法典", 3), Citation("民法典", 4, 0, 2), Citation(None, 5)]
