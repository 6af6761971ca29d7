"""Readers that `core.sandbox` must hold: run in its child process."""

from __future__ import annotations

import itertools

from studyhall.core.errors import Refused


def greedy(data: bytes) -> int:
    """Takes as many megabytes as it is told."""
    return len(bytearray(int(data) * 1024 * 1024))


def endless(_data: bytes) -> int:
    return sum(1 for _ in itertools.count())


def broken(_data: bytes) -> None:
    raise RuntimeError("a reader's own fault")


def choosy(data: bytes) -> None:
    raise Refused("有%(count)s张表。", count=int(data))
