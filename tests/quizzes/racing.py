"""Several things let go at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


def at_once(crew: ThreadPoolExecutor, *what: Callable[[], object]) -> list[object]:
    """All of these in threads of their own, let go at the same moment; what each gave, in order."""
    start = threading.Barrier(len(what))

    def run(one: Callable[[], object]) -> object:
        start.wait()
        return one()

    return [running.result(timeout=60) for running in [crew.submit(run, one) for one in what]]
