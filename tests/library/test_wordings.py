"""What differs between two wordings is marked, and only that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyhall.library.wordings import compared


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("应当在15日内办结。", "应当在20日内办结。", ["15"], ["20"]),
        ("登记。\n转送。", "登记。\n及时转送。", [], ["及时"]),
        ("一样。", "一样。", [], []),
        ("删去的一句。留下的一句。", "留下的一句。", ["删去的一句。"], []),
    ],
)
def test_only_what_differs_is_compared(old: str, new: str, before: list[str], after: list[str]) -> None:
    def different(text: str, other: str) -> list[str]:
        return [words for line in compared(text, other) for words, differs in line if differs]

    assert (different(old, new), different(new, old)) == (before, after)


def test_a_text_too_long_to_match_is_all_different() -> None:
    assert compared("甲" * 7_000, "乙甲") == [[("甲" * 7_000, True)]]


@given(st.text("登记转送日内0152\n", max_size=60), st.text("登记转送日内0152\n", max_size=60))
def test_the_runs_joined_are_the_text(text: str, other: str) -> None:
    assert "\n".join("".join(words for words, _ in line) for line in compared(text, other)) == text
