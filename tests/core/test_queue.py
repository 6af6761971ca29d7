"""The queue of writers: nobody waits for ever, and whoever dies in it holds up nobody."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from studyhall.core.errors import Busy
from studyhall.core.queue import WriteQueue, _Files

ROOT = Path(__file__).resolve().parent.parent.parent
HOLDER = """
import sys
from pathlib import Path
from studyhall.core.queue import WriteQueue
with WriteQueue(Path(sys.argv[1])).turn():
    print("mine", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process_at_the_head(path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "mine\n"
        yield process
    finally:
        process.kill()
        process.wait(timeout=30)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "site.sqlite3.queue"


def took_its_turn(queue: WriteQueue, patience: float) -> bool:
    try:
        with queue.turn(patience):
            return True
    except Busy:
        return False


def test_who_waits_too_long_for_another_thread_is_told(path: Path) -> None:
    queue = WriteQueue(path)
    told: list[bool] = []
    with queue.turn():
        other = threading.Thread(target=lambda: told.append(took_its_turn(queue, 0.02)))
        other.start()
        other.join(timeout=30)
    assert told == [False]
    assert took_its_turn(queue, 0.02)


def test_who_waits_too_long_for_another_process_is_told_and_may_try_again(path: Path) -> None:
    queue = WriteQueue(path)
    with another_process_at_the_head(path):
        assert [took_its_turn(queue, 0.02) for _ in range(3)] == [False] * 3
    assert took_its_turn(queue, 30)


def test_the_turn_comes_when_the_other_process_is_done(path: Path) -> None:
    queue = WriteQueue(path)
    with another_process_at_the_head(path) as other:
        got: list[bool] = []
        waiting = threading.Thread(target=lambda: got.append(took_its_turn(queue, 30)))
        waiting.start()
        assert other.stdin is not None
        other.stdin.close()
        waiting.join(timeout=30)
    assert got == [True]


def test_who_is_killed_at_the_head_holds_up_nobody(path: Path) -> None:
    queue = WriteQueue(path)
    with another_process_at_the_head(path) as other:
        other.kill()
        assert took_its_turn(queue, 30)


def test_a_file_left_behind_is_no_lock(path: Path) -> None:
    path.touch()
    assert took_its_turn(WriteQueue(path), 0.02)


def test_the_head_is_given_back_when_the_writer_fails(path: Path) -> None:
    queue = WriteQueue(path)
    with pytest.raises(ZeroDivisionError), queue.turn():
        raise ZeroDivisionError
    assert took_its_turn(queue, 0.02)


def test_threads_are_served_in_the_order_in_which_they_came(path: Path) -> None:
    queue = WriteQueue(path)
    served: list[int] = []

    def write(number: int) -> None:
        with queue.turn(30):
            served.append(number)

    waiting = []
    with queue.turn():
        for number in range(8):
            thread = threading.Thread(target=write, args=(number,))
            thread.start()
            waiting.append(thread)
            while len(queue._threads._waiting) <= number:
                assert thread.is_alive()
    for thread in waiting:
        thread.join(timeout=30)
    assert served == list(range(8))


def test_nobody_passes_a_process_that_waits_at_the_gate(path: Path) -> None:
    """Whoever has written must pass the gate again, which the next one holds until the head is his."""
    queue = WriteQueue(path)
    with queue.turn():
        next_one = _Files(path)
        assert not next_one.try_lock()
    assert not took_its_turn(queue, 0.02)
    next_one.lock()
    next_one.unlock()
    assert took_its_turn(queue, 30)
    next_one.close()
