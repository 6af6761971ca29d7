"""Writers on SQLite queue here, before BEGIN, instead of polling a locked database.

Inside one process a thread lock makes the queue; between processes it is a lock of the operating system on
a file beside the database, which is gone when its holder dies. Nobody waits longer than `PATIENCE` seconds.
"""

from __future__ import annotations

import os
import sys
import threading
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


class WriteQueue:
    """One queue for one SQLite file. Not re-entrant: a writer that asks again would wait for itself."""

    def __init__(self, path: Path | None) -> None:
        """`path`: the lock file; None for a database in memory, which no other process can reach."""
        self._path = path
        self._threads = threading.Lock()
        self._handle: int | None = None
        self._pid = os.getpid()
        self._waiter: ThreadPoolExecutor | None = None

    @contextmanager
    def turn(self, patience: float = PATIENCE) -> Iterator[None]:
        """Hold the queue's head. Raises Busy when it does not come within `patience` seconds."""
        self._notice_fork()
        if not self._threads.acquire(timeout=patience):
            raise Busy
        try:
            if self._path is None:
                yield
            else:
                handle = self._acquire_file(patience)
                try:
                    yield
                finally:
                    _unlock(handle)
        finally:
            self._threads.release()

    def _notice_fork(self) -> None:
        # A lock taken over from the parent would be shared with it, not queued behind it.
        if self._pid != os.getpid():
            self._pid, self._handle, self._waiter = os.getpid(), None, None
            self._threads = threading.Lock()

    def _acquire_file(self, patience: float) -> int:
        if self._handle is None:
            assert self._path is not None
            self._handle = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        handle = self._handle
        if _try_lock(handle):
            return handle
        # A blocking lock cannot be given a time-out, so a helper thread waits in our stead and wakes us.
        if self._waiter is None:
            self._waiter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="write-queue")
        waiting = self._waiter.submit(_lock, handle)
        try:
            waiting.result(timeout=patience)
        except Late:
            # When the lock does come it is nobody's: give it back, and use a fresh handle meanwhile.
            waiting.add_done_callback(lambda done: _give_back(done, handle))
            self._handle, self._waiter = None, None
            raise Busy from None
        return handle

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _give_back(done: Future[None], handle: int) -> None:
    if not done.cancelled() and done.exception() is None:
        _unlock(handle)
    os.close(handle)
