"""Foreign files are read in a process that can do no harm: bounded memory, bounded time, words for the clerk."""

from __future__ import annotations

import pytest

from studyhall.core.errors import Refused
from studyhall.core.sandbox import TOO_MUCH, UNREADABLE, apart

MEGABYTE = 1024 * 1024


def test_what_a_reader_makes_comes_back() -> None:
    assert apart("tests.core.readers:greedy", b"100") == 100 * MEGABYTE


def test_a_reader_gets_no_more_than_its_memory() -> None:
    with pytest.raises(Refused) as refused:
        apart("tests.core.readers:greedy", b"600")
    assert str(refused.value) == TOO_MUCH


def test_a_reader_that_never_ends_is_stopped() -> None:
    with pytest.raises(Refused) as refused:
        apart("tests.core.readers:endless", b"", seconds=1)
    assert str(refused.value) == TOO_MUCH or "没有读完" in str(refused.value)


def test_a_fault_of_the_reader_is_said_in_words() -> None:
    with pytest.raises(Refused) as refused:
        apart("tests.core.readers:broken", b"")
    assert str(refused.value) == UNREADABLE


def test_what_a_reader_refuses_keeps_its_source_for_the_catalogue() -> None:
    with pytest.raises(Refused) as refused:
        apart("tests.core.readers:choosy", b"3")
    assert (refused.value.source, str(refused.value)) == ("有%(count)s张表。", "有3张表。")
