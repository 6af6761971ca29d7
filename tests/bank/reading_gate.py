"""A reader that waits for its test: what takes long, without anybody sleeping."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from studyhall.bank import reading_views, reading_work
from studyhall.bank.formats.sandbox import read_apart


class Gate:
    """Holds the reader until the test lets it go, and then does what the test wants of it."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.fault: Exception | None = None

    def __call__(self, *args, **kwargs):
        assert self.opened.wait(30)
        if self.fault:
            raise self.fault
        return read_apart(*args, **kwargs)

    def open(self) -> None:
        self.opened.set()
        ended()


def ended() -> None:
    """Waits for every reading thread to end."""
    for thread in threading.enumerate():
        if thread.name == "reading":
            thread.join(30)


@contextmanager
def gated(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Every file takes longer than a page waits, until the gate is opened."""
    gate = Gate()
    monkeypatch.setattr(reading_work, "read_apart", gate)
    monkeypatch.setattr(reading_views, "PATIENCE", 0.0)
    yield gate
    gate.open()
