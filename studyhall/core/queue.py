"""Writers on SQLite queue here, before BEGIN, instead of polling a locked database.

Inside one process threads stand in line; between processes there are two locks of the operating system on files
beside the database, gone when their holder dies: the head, and the gate before it. Who has written must pass the
gate again, where the next one already stands: nobody comes twice while somebody waits. Nobody waits longer than
`PATIENCE` seconds.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from contextlib import contextmanager
from pathlib import Path

from studyhall.core.errors import Busy

PATIENCE = 5.0

if sys.platform == "win32":  # pragma: no cover
    import msvcrt
    import time

    def _try_lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _lock(handle: int) -> None:
        while not _try_lock(handle):
            time.sleep(0.002)

    def _unlock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


class _Line:
    """A lock for threads that goes to whoever has waited longest; a plain one goes to whoever is awake."""

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def acquire(self, patience: float) -> bool:
        with self._changing:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=patience):
            return True
        with self._changing:
            if mine not in self._waiting:
                # It was handed over at the very last moment.
                return True
            self._waiting.remove(mine)
        return False

    def release(self) -> None:
        with self._changing:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class _Files:
    """The two locks between processes, opened once for many turns."""

    def __init__(self, path: Path) -> None:
        self._gate = _opened(path.with_name(f"{path.name}.gate"))
        self._head = _opened(path)
        self._is_at_gate = False

    def try_lock(self) -> bool:
        self._is_at_gate = _try_lock(self._gate)
        if not self._is_at_gate or not _try_lock(self._head):
            return False
        _unlock(self._gate)
        return True

    def lock(self) -> None:
        if not self._is_at_gate:
            _lock(self._gate)
        _lock(self._head)
        _unlock(self._gate)

    def unlock(self) -> None:
        _unlock(self._head)

    def close(self) -> None:
        os.close(self._gate)
        os.close(self._head)


def _opened(path: Path) -> int:
    return os.open(path, os.O_CREAT | os.O_RDWR, 0o600)


class WriteQueue:
    """One queue for one SQLite file. Not re-entrant: a writer that asks again would wait for itself."""

    def __init__(self, path: Path | None) -> None:
        """`path`: the lock file; None for a database in memory, which no other process can reach."""
        self._path = path
        self._threads = _Line()
        self._files: _Files | None = None
        self._pid = os.getpid()
        self._waiter: ThreadPoolExecutor | None = None

    @contextmanager
    def turn(self, patience: float = PATIENCE) -> Iterator[None]:
        """Hold the queue's head. Raises Busy when it does not come within `patience` seconds."""
        self._notice_fork()
        if not self._threads.acquire(patience):
            raise Busy
        try:
            if self._path is None:
                yield
            else:
                files = self._lock_files(patience)
                try:
                    yield
                finally:
                    files.unlock()
        finally:
            self._threads.release()

    def _notice_fork(self) -> None:
        # A lock taken over from the parent would be shared with it, not queued behind it.
        if self._pid != os.getpid():
            self._pid, self._files, self._waiter = os.getpid(), None, None
            self._threads = _Line()

    def _lock_files(self, patience: float) -> _Files:
        if self._files is None:
            assert self._path is not None
            self._files = _Files(self._path)
        files = self._files
        if files.try_lock():
            return files
        # A blocking lock cannot be given a time-out, so a helper thread waits in our stead and wakes us.
        if self._waiter is None:
            self._waiter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="write-queue")
        waiting = self._waiter.submit(files.lock)
        try:
            waiting.result(timeout=patience)
        except Late:
            # When the turn does come it is nobody's: give it back, and use fresh handles meanwhile.
            waiting.add_done_callback(lambda done: _give_back(done, files))
            self._files, self._waiter = None, None
            raise Busy from None
        return files

    def close(self) -> None:
        if self._files is not None:
            self._files.close()
            self._files = None


def _give_back(done: Future[None], files: _Files) -> None:
    if not done.cancelled() and done.exception() is None:
        files.unlock()
    files.close()
