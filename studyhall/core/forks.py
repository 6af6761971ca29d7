"""One process that has loaded the readers and divides itself for each file, so that reading begins at once.

Loading them takes longer than reading most files. The process never sees a file itself: what is foreign reaches
only its child, which lives for one file and under the limits of `core.sandboxed`. Linux; elsewhere `core.sandbox`
starts a process of its own for each.
"""

from __future__ import annotations

import atexit
import json
import os
import selectors
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

Command = Callable[[str], list[str]]
"""How to start a process that runs these words of Python with the package at hand."""

MOST_AT_ONCE = 1024 * 1024


class Unanswered(Exception):
    """No child began: the caller may start a process of its own."""


class Forks:
    """Thread-safe. Started at the first question, and anew when it has died."""

    def __init__(self, command: Command, environment: dict[str, str]) -> None:
        self._command, self._environment = command, environment
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        atexit.register(self.close)
        os.register_at_fork(after_in_child=self._forget)

    def ask(self, reader: str, data: bytes, *, seconds: int, most: int) -> tuple[bytes, bytes]:
        """Output and errors of a child; of more than `most` bytes the beginning.

        Raises Unanswered, or TimeoutError after `seconds`.
        """
        with ExitStack() as opened:
            try:
                given = _in_memory(data)
                opened.callback(os.close, given)
                (output, output_end), (errors, errors_end) = os.pipe(), os.pipe()
                for end in (output, errors):
                    opened.callback(os.close, end)
                try:
                    self._send(json.dumps([reader, seconds]).encode(), [given, output_end, errors_end])
                finally:
                    os.close(output_end)
                    os.close(errors_end)
            except OSError as error:
                raise Unanswered from error
            found = _read_all([output, errors], seconds, most)
        if not found[0]:
            raise Unanswered
        return found[0][1:], found[1]

    @property
    def pid(self) -> int | None:
        """Of the process that waits."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        with self._lock:
            self._end()

    def _send(self, words: bytes, ends: list[int]) -> None:
        with self._lock:
            if self._line is None:
                self._start()
            assert self._line is not None
            try:
                socket.send_fds(self._line, [words], ends)
            except OSError:
                self._end()
                self._start()
                socket.send_fds(self._line, [words], ends)

    def _start(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  the command is ours
                [*self._command("from studyhall.core.sandboxed import wait; wait(int(sys.argv[2]))"), str(theirs.fileno())],
                env=self._environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )  # fmt: skip

    def _end(self) -> None:
        """Children that are at work end their file: each has an end of its own to answer at."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
        self._forget()

    def _forget(self) -> None:
        """Also in a child that this process was divided into: another's answers are not ours."""
        self._line = self._process = None


def _in_memory(data: bytes) -> int:
    """An end to read them from, at the first byte; nothing touches the disk."""
    end = os.memfd_create("given")
    with os.fdopen(end, "wb", closefd=False) as file:
        file.write(data)
    os.lseek(end, 0, os.SEEK_SET)
    return end


def _read_all(ends: list[int], seconds: int, most: int) -> list[bytes]:
    until = time.monotonic() + seconds
    found: dict[int, list[bytes]] = {end: [] for end in ends}
    read = 0
    with selectors.DefaultSelector() as waiting:
        for end in ends:
            waiting.register(end, selectors.EVENT_READ)
        while waiting.get_map() and read <= most:
            ready = waiting.select(max(until - time.monotonic(), 0))
            if not ready:
                raise TimeoutError
            for key, _events in ready:
                piece = os.read(key.fd, MOST_AT_ONCE)
                read += len(piece)
                found[key.fd].append(piece)
                if not piece:
                    waiting.unregister(key.fd)
    return [b"".join(found[end]) for end in ends]
