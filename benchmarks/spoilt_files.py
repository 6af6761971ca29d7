"""Thousands of spoilt files, each read in a process of its own under the limits of the importer.

    python benchmarks/spoilt_files.py [--count 2000] [--seed 1] [--folder DIR] [--keep DIR]

A reader that asks for more memory or time than it may have is ended; the importer must then say so in words.

Made from one file of each format that we write, and of every file in `--folder`. A crash, a limit that the
importer does not tell of, a file opened for writing, a connection, the words of a secret in
the answer: each is a fault, counted and kept in `--keep`. Ends with 1 where there is one.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]

from studyhall.bank.carried import Carried
from studyhall.bank.formats import Refused, read_bytes
from studyhall.bank.formats.sandbox import read_apart
from studyhall.bank.formats.summary import summary
from studyhall.core import sandboxed
from tests.bank.formats.mutations import SECRET, mutated, samples

SECONDS = 60
_FINE = ("read", "refused", "too deep", "too much memory", "ended at its limits")
"""The last three the importer says in words of its own."""


def main() -> None:
    asked = _asked()
    files = samples()
    if asked.folder:
        files |= {
            path.name: path.read_bytes()
            for path in sorted(asked.folder.iterdir())
            if path.stat().st_size <= asked.largest * 1000
        }
    for name, data in files.items():  # so that every reader is loaded before the first fork
        _read_here(data, name)
    dice = random.Random(asked.seed)
    counts: Counter[str] = Counter()
    slowest, largest = 0.0, 0
    with tempfile.TemporaryDirectory() as folder:
        secret = Path(folder) / "secret.txt"
        secret.write_text(SECRET, encoding="utf-8")
        names = list(files)
        small = [data for data in files.values() if len(data) < 200_000]
        for number in range(asked.count):
            name = names[number % len(names)]
            data = mutated(dice, files[name], small, str(secret))
            began = time.monotonic()
            outcome, memory = _apart(data, name)
            if outcome.startswith("killed"):
                outcome = _told(data, Path(folder) / "spoilt")
            slowest, largest = max(slowest, time.monotonic() - began), max(largest, memory)
            counts[outcome.split(":")[0]] += 1
            if outcome not in _FINE:
                print(f"{number} {name}: {outcome}", flush=True)
                if asked.keep:
                    asked.keep.mkdir(parents=True, exist_ok=True)
                    (asked.keep / f"{number}-{name}").write_bytes(data)
            elif asked.verbose:
                print(f"{number} {name}: {outcome} {time.monotonic() - began:.1f}s", flush=True)
    print(
        dict(counts), f"slowest {slowest:.1f} s, most memory {largest} MB, of {len(files)} files", flush=True
    )
    sys.exit(any(name not in _FINE for name in counts))


def _read_here(data: bytes, name: str) -> None:
    with contextlib.suppress(Refused):
        read_bytes(data, name)


def _asked() -> Any:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    parser.add_argument(
        "--largest", type=int, default=10_000, help="kB; larger files of the folder are left out"
    )
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--verbose", action="store_true")
    return parser.parse_args()


def _apart(data: bytes, name: str) -> tuple[str, int]:
    """(what became of it, megabytes) in a fork that has everything loaded already."""
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        os.close(reads)
        _child(data, name, writes)
    os.close(writes)
    with os.fdopen(reads, "rb") as pipe:
        told = pipe.read().decode("utf-8", errors="replace")
    _pid, status, used = os.wait4(child, 0)
    if os.WIFSIGNALED(status):
        return f"killed: signal {os.WTERMSIG(status)}", used.ru_maxrss // 1024
    return told or f"ended: {status}", used.ru_maxrss // 1024


def _told(data: bytes, path: Path) -> str:
    """What the importer itself says of a file whose reader was ended."""
    path.write_bytes(data)
    try:
        read_apart(path)
    except Refused as refused:
        return (
            "ended at its limits" if "限制" in str(refused) or "秒" in str(refused) else f"killed: {refused}"
        )
    return "killed: and then read"


def _child(data: bytes, name: str, pipe: int) -> None:
    seen: list[str] = []

    def watch(event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            seen.append(f"opened {args[0]}")
        elif event in (
            "socket.connect",
            "subprocess.Popen",
            "os.system",
            "os.remove",
            "os.mkdir",
            "os.rename",
        ):
            seen.append(event)

    outcome = "read"
    try:
        sys.addaudithook(watch)
        sandboxed._limit(SECONDS)
        reading = read_bytes(data, name)
        told = json.dumps(
            [Carried.of(reading).to_lines(), summary(reading, questions=True)], ensure_ascii=False
        )
        outcome = f"told: {SECRET}" if SECRET in told else outcome
    except Refused as refused:
        outcome = "refused" if str(refused) else "refused: without words"
    except RecursionError:
        outcome = "too deep"
    except MemoryError:
        outcome = "too much memory"
    except BaseException as error:
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{place.tb_lineno}" if place else ""
        outcome = f"crashed: {type(error).__name__} {where} {str(error)[:80]}"
    if seen:
        outcome = f"escaped: {seen[0]}"
    os.write(pipe, outcome.encode("utf-8", errors="replace"))
    os._exit(0)


if __name__ == "__main__":
    main()
