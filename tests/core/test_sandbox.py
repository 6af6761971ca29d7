"""Foreign files are read in a process that can do no harm: bounded memory, bounded time, words for the clerk."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from studyhall.core import sandbox
from studyhall.core.errors import Refused
from studyhall.core.forks import Forks
from studyhall.core.sandbox import TOO_MUCH, UNREADABLE, apart

MEGABYTE = 1024 * 1024

divides = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each file gets a process of its own")


@pytest.fixture(params=["divided off", "on its own"], autouse=True)
def _started(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of having a child, wherever the tests run."""
    if request.param == "on its own":
        monkeypatch.setattr(sandbox, "forks", None)


@pytest.fixture
def forks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Forks]:
    """One that no other test has asked."""
    fresh = Forks(sandbox._command, {})
    monkeypatch.setattr(sandbox, "forks", fresh)
    yield fresh
    fresh.close()


def test_what_a_reader_makes_comes_back() -> None:
    assert apart("tests.core.readers:greedy", b"100") == 100 * MEGABYTE


def test_more_than_a_pipe_holds_goes_in_and_comes_back() -> None:
    data = os.urandom(3 * MEGABYTE)
    assert apart("tests.core.readers:in_lines", data) == [data.hex()] * 2


def test_a_reader_gets_no_more_than_its_memory() -> None:
    with pytest.raises(Refused) as refused:
        apart("tests.core.readers:greedy", b"600")
    assert str(refused.value) == TOO_MUCH
    assert apart("tests.core.readers:greedy", b"1") == MEGABYTE


def test_a_reader_that_never_ends_is_stopped() -> None:
    with pytest.raises(Refused) as refused:
        apart("tests.core.readers:endless", b"", seconds=1)
    assert str(refused.value) == TOO_MUCH or "没有读完" in str(refused.value)


def test_a_reader_that_sleeps_is_not_waited_for() -> None:
    with pytest.raises(Refused, match="没有读完"):
        apart("tests.core.readers:idle", b"", seconds=1)


def test_a_fault_of_the_reader_is_said_in_words(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Refused) as refused:
        apart("tests.core.readers:broken", b"")
    assert str(refused.value) == UNREADABLE
    assert "a reader's own fault" in caplog.text


def test_what_a_reader_refuses_keeps_its_source_for_the_catalogue() -> None:
    with pytest.raises(Refused) as refused:
        apart("tests.core.readers:choosy", b"3")
    assert (refused.value.source, str(refused.value)) == ("有%(count)s张表。", "有3张表。")


def test_an_answer_that_was_cut_off_is_none() -> None:
    with pytest.raises(Refused) as refused:
        apart("tests.core.readers:cut_off", b"")
    assert str(refused.value) == TOO_MUCH


def test_more_than_anybody_wants_to_hear_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "MOST_OUTPUT", MEGABYTE)
    with pytest.raises(Refused) as refused:
        apart("tests.core.readers:in_lines", bytes(MEGABYTE))
    assert str(refused.value) == TOO_MUCH


def test_a_reader_knows_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDYHALL_SECRET_KEY", "not for readers")
    assert not {name for name in apart("tests.core.readers:environment", b"") if "STUDYHALL" in name}


@divides
def test_a_reader_that_is_ready_is_not_loaded_again(forks: Forks) -> None:
    first, second = (apart("tests.core.readers:loaded_by", b"") for _ in range(2))
    assert second == forks.pid != first


@divides
def test_one_file_does_not_wait_for_another(forks: Forks) -> None:
    with ThreadPoolExecutor() as both:
        slow = both.submit(apart, "tests.core.readers:idle", b"", seconds=2)
        assert apart("tests.core.readers:greedy", b"1") == MEGABYTE
        assert not slow.done()
        with pytest.raises(Refused):
            slow.result()


@divides
def test_when_the_process_that_waits_was_killed_another_takes_its_place(forks: Forks) -> None:
    apart("tests.core.readers:greedy", b"1")
    before = forks.pid
    assert before is not None and forks._process is not None
    os.kill(before, signal.SIGKILL)
    forks._process.wait()
    assert apart("tests.core.readers:greedy", b"1") == MEGABYTE
    assert forks.pid not in (None, before)


@divides
def test_a_reader_is_started_where_none_can_be_divided_off(
    forks: Forks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forks, "_command", lambda _words: [sys.executable, "-c", "pass"])
    assert apart("tests.core.readers:greedy", b"1") == MEGABYTE


@divides
def test_nothing_is_left_behind(forks: Forks) -> None:
    ends = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        apart("tests.core.readers:greedy", b"1")
    assert len(os.listdir("/proc/self/fd")) == ends + 1  # the line to the one that waits
    pid, until = forks.pid, time.monotonic() + 10
    while _children(pid):  # each is buried as soon as the system says that it is dead
        assert time.monotonic() < until
    forks.close()
    assert not Path(f"/proc/{pid}").exists()


def _children(pid: int | None) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
