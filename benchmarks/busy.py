"""Two hundred people answering at once, and eight: how many answers a second the server takes.

    python benchmarks/busy.py
    python benchmarks/busy.py --postgres postgresql+psycopg://postgres@127.0.0.1/postgres

The server is started as `studyhall serve` starts it, with its own number of workers and threads. Each client sends
the next answer as soon as the last one is acknowledged; eight and two hundred take turns.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import attempts
import ground
import tails

from studyhall.core.db import Database
from studyhall.site import create_app
from tests.servers import free_port

FEW, MANY = 8, 200
SECONDS = 4.0
ROUNDS = 5
SECRET = attempts.SECRET


@contextmanager
def a_server(database: Database) -> Iterator[tuple[int, int]]:
    """`studyhall serve` on this database; gives its port and its process."""
    port = free_port()
    environment = os.environ | {
        "STUDYHALL_SECRET_KEY": SECRET,
        "STUDYHALL_DATABASE_URL": database.url.render_as_string(hide_password=False),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "studyhall", "serve", "--port", str(port)],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        asyncio.run(_answers(port))
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


async def _answers(port: int) -> None:
    for _try in range(600):
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise SystemExit("the server does not answer")


def cpu_of(parent: int) -> float:
    """CPU seconds of the server so far: all threads of its worker processes. Other work on the machine is not in it."""
    seconds = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == parent or int(stat.parent.name) == parent:
            seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


class Client:
    """One phone: a line kept open, the next answer sent when the last one is acknowledged."""

    def __init__(self, browser: attempts.Browser, paper: int) -> None:
        self._cookie, self._csrf, self._paper = browser._cookie, browser.csrf, paper
        self._number = 1_000_001

    def _request(self) -> bytes:
        self._number += 1
        place = self._number % 10 + 1
        form = [
            ("answer", "ABCD"[self._number % 4]),
            ("number", str(self._number)),
            ("csrf_token", self._csrf),
        ]
        body = urlencode(form).encode()
        head = (
            f"POST /papers/{self._paper}/{place}/save HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
            f"User-Agent: {attempts.AGENT}\r\nCookie: {self._cookie}\r\nContent-Length: {len(body)}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        return head.encode() + body

    async def answer(self, port: int, until: float, waited: list[float]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < until:
            before = time.perf_counter()
            writer.write(self._request())
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            if b"stored" not in body:
                raise SystemExit(f"{head.decode()}\n{body.decode()}")
            waited.append(time.perf_counter() - before)
        writer.close()


async def busy(clients: Sequence[Client], port: int, seconds: float) -> tuple[float, float, int]:
    """Answers a second, how long the 99th in a hundred waited, and how many answers there were."""
    waited: list[float] = []
    begun = time.perf_counter()
    await asyncio.gather(*(one.answer(port, begun + seconds, waited) for one in clients))
    return len(waited) / (time.perf_counter() - begun), tails.percentile(waited, 0.99), len(waited)


def measure(database: Database, name: str, rounds: int) -> str:
    site = ground.prepare(database, MANY)
    app = create_app(database, SECRET_KEY=SECRET)
    papers = tails.papers_of(site, MANY, 0)
    clients = [
        Client(attempts.Browser(app, sitter.token), paper["id"])
        for sitter, paper in zip(site.sitters, papers, strict=True)
    ]
    rates: dict[int, list[float]] = {FEW: [], MANY: []}
    last: dict[int, list[float]] = {FEW: [], MANY: []}
    cost: dict[int, list[float]] = {FEW: [], MANY: []}
    with a_server(database) as (port, process):
        asyncio.run(busy(clients, port, 2.0))
        for number in range(rounds):
            for count in (FEW, MANY) if number % 2 else (MANY, FEW):
                before = cpu_of(process)
                rate, slow, answers = asyncio.run(busy(clients[:count], port, SECONDS))
                rates[count].append(rate)
                last[count].append(slow)
                cost[count].append((cpu_of(process) - before) / answers)
    few, many = (statistics.median(rates[count]) for count in (FEW, MANY))
    verdict = "met" if many / few >= 0.9 else "missed"
    p99 = {count: statistics.median(last[count]) * 1000 for count in (FEW, MANY)}
    each = {count: statistics.median(cost[count]) * 1000 for count in (FEW, MANY)}
    return "\n".join(
        [
            f"| {name}: answers a second | 8 clients | 200 clients | ratio | goal | p99 of 8, of 200 ms "
            "| CPU of an answer, ms |",
            "|---|---|---|---|---|---|---|",
            f"| as `serve` starts it | {few:.0f} | {many:.0f} | {many / few:.2f} | at least 0.9 {verdict} "
            f"| {p99[FEW]:.0f}, {p99[MANY]:.0f} | {each[FEW]:.2f}, {each[MANY]:.2f} |",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgres", metavar="URL", help="measure on this server instead of on SQLite")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["STUDYHALL_HOME"] = home
        with ground.a_database(options.postgres) as database:
            print(measure(database, "PostgreSQL" if options.postgres else "SQLite", options.rounds))


if __name__ == "__main__":
    main()
