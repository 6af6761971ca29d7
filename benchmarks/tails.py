"""Everybody hands in at the end: how long the unlucky ones wait, by the clock on the wall.

    python benchmarks/tails.py
    python benchmarks/tails.py --postgres postgresql+psycopg://postgres@127.0.0.1/postgres

Clients are threads in one process or in two, each with papers of 20 answered questions, on one database. The bare
side writes the same rows in the same queue, without product code: who writes waits for whoever writes, and that
wait alone is what a product cannot be faster than.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]

import bare
import ground
import sqlalchemy as sa

from studyhall.core.access import Actor
from studyhall.core.db import Database
from studyhall.core.errors import Busy
from studyhall.people.models import LoginSession
from studyhall.quizzes import publishing, taking
from studyhall.quizzes.models import Assessment, AttemptItem

CLIENTS = 8
EACH = 25
"""Papers that each of the eight hands in, one after the other."""
CROWD = 300
WITHIN = 0.3
"""Seconds within which the crowd presses the button."""
ROUNDS = 5

Paper = dict[str, Any]


# One process of clients. It answers "ready", waits for the word, and tells how long each hand-in took.


def serve_clients() -> None:
    url, side, papers, mode = json.loads(sys.stdin.readline())
    database = Database(url)
    hand_in = (_ours if side == "ours" else _bare)(database)
    # A server that has run for a minute has its statements compiled and its questions at hand.
    ground.know_the_questions(database)
    hand_in(papers.pop())
    waited: list[float] = []
    errors: list[str] = []
    go = threading.Event()
    begun = [0.0]

    def client(own: Sequence[Paper]) -> None:
        go.wait()
        for paper in own:
            if paper["after"]:
                time.sleep(max(begun[0] + paper["after"] - time.perf_counter(), 0))
            before = time.perf_counter()
            try:
                hand_in(paper)
            except (Busy, sa.exc.SQLAlchemyError) as error:
                errors.append(str(error))
            waited.append(time.perf_counter() - before)

    lanes = [papers[n :: mode["threads"]] for n in range(mode["threads"])]
    threads = [threading.Thread(target=client, args=(lane,)) for lane in lanes]
    for thread in threads:
        thread.start()
    print("ready", flush=True)
    sys.stdin.readline()
    begun[0] = time.perf_counter()
    go.set()
    for thread in threads:
        thread.join()
    print(json.dumps([waited, errors]))


def _ours(database: Database) -> Callable[[Paper], object]:
    def hand_in(paper: Paper) -> object:
        actor = Actor(**paper["actor"], grants=())
        with database.writing() as session:
            return taking.hand_in(session, paper["id"], actor, datetime.now(UTC))

    return hand_in


def _bare(database: Database) -> Callable[[Paper], object]:
    """The same rows, the same lock or row lock, nothing else."""

    def hand_in(paper: Paper) -> object:
        with database.writing() as session:
            return bare.hand_in(
                session.connection(), paper["id"], paper["actor"]["person_id"], paper["actor"]["name"]
            )

    return hand_in


# The measuring side


def papers_of(site: ground.Ground, how_many: int, first: int) -> list[Paper]:
    """So many open papers with every question answered."""
    found = []
    with site.database.writing() as session:
        assessment = session.get_one(Assessment, site.assessment_id)
        pool = publishing.pool(session, assessment.owner_unit.path, publishing.lines_of(assessment))
        for sitter in site.sitters[first : first + how_many]:
            device = session.scalars(
                sa.select(LoginSession.id).where(LoginSession.person_id == sitter.person_id)
            ).one()
            actor = {
                "person_id": sitter.person_id, "staff_no": "P", "name": "巴特尔", "unit_name": "一村",
                "unit_path": "T1/", "login_session_id": device, "must_change_password": False,
                "type_size": "normal",
            }  # fmt: skip
            attempt = taking.begin(
                session, Actor(**actor, grants=()), assessment, datetime.now(UTC), candidates=pool
            )
            found.append({"id": attempt.id, "actor": actor, "after": 0.0})
        item = AttemptItem.__table__
        session.connection().execute(
            sa.update(item)
            .where(item.c.attempt_id.in_([one["id"] for one in found]), item.c.answer.is_(None))
            .values(answer="A", save_no=1_000_001)
        )
    return found


def run(
    url: str, side: str, papers: Sequence[Paper], processes: int, threads: int
) -> tuple[list[float], int]:
    """Seconds that each hand-in took, and how many gave up. The last paper of each process is its first, unmeasured."""
    shares = [list(papers[n::processes]) for n in range(processes)]
    running = []
    for share in shares:
        process = subprocess.Popen(
            [sys.executable, __file__, "--clients"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps([url, side, share, {"threads": threads // processes}]) + "\n")
        process.stdin.flush()
        running.append(process)
    for process in running:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    waited: list[float] = []
    errors = 0
    for process in running:
        out, _nothing = process.communicate(timeout=300)
        times, gave_up = json.loads(out)
        waited += times
        errors += len(gave_up)
    return waited, errors


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def measure(database: Database, name: str, rounds: int) -> str:
    a_round = 2 * (2 * CLIENTS * EACH + CROWD + 5)
    site = ground.prepare(database, a_round * rounds + 10)
    url = database.url.render_as_string(hide_password=False)
    tails: dict[tuple[int, str], list[tuple[float, float, float]]] = {}
    crowds: dict[str, list[tuple[float, int]]] = {"ours": [], "bare": []}
    first = 0
    for number in range(rounds):
        for side in ("ours", "bare") if number % 2 else ("bare", "ours"):
            for processes in (1, 2):
                papers = papers_of(site, CLIENTS * EACH + processes, first)
                first += len(papers)
                waited, errors = run(url, side, papers, processes, CLIENTS)
                assert not errors, "somebody gave up"
                tails.setdefault((processes, side), []).append(
                    (percentile(waited, 0.5), percentile(waited, 0.99), CLIENTS * len(waited) / sum(waited))
                )
            papers = papers_of(site, CROWD + 2, first)
            first += len(papers)
            for place, paper in enumerate(papers):
                paper["after"] = 0.0001 + WITHIN * min(place, CROWD) / CROWD
            waited, errors = run(url, side, papers, 2, CROWD)
            crowds[side].append((max(waited), errors))
    return _table(name, tails, crowds)


def _table(
    name: str,
    tails: dict[tuple[int, str], list[tuple[float, float, float]]],
    crowds: dict[str, list[tuple[float, int]]],
) -> str:
    lines = [
        f"| {name}: 8 clients handing in | p50 ms | p99 ms | p99 / p50 | goal | a second "
        "| bare p99 / p50 | bare a second |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for processes in (1, 2):
        ours, theirs = tails[processes, "ours"], tails[processes, "bare"]
        ratio = statistics.median(p99 / p50 for p50, p99, _rate in ours)
        bare_ratio = statistics.median(p99 / p50 for p50, p99, _rate in theirs)
        p50, p99, rate = (statistics.median(one[place] for one in ours) for place in (0, 1, 2))
        bare_rate = statistics.median(rate for _p50, _p99, rate in theirs)
        verdict = "met" if ratio <= 3 else "missed"
        lines.append(
            f"| {processes} process{'es' if processes > 1 else ''} | {p50 * 1000:.1f} | {p99 * 1000:.1f} "
            f"| {ratio:.2f} | 3 {verdict} | {rate:.0f} | {bare_ratio:.2f} | {bare_rate:.0f} |"
        )
    slowest = {side: statistics.median(worst for worst, _errors in rounds) for side, rounds in crowds.items()}
    errors = {side: sum(count for _worst, count in rounds) for side, rounds in crowds.items()}
    ratio = slowest["ours"] / slowest["bare"]
    verdict = "met" if ratio <= 1.5 and not errors["ours"] else "missed"
    return "\n".join(
        [
            *lines,
            "",
            f"| {name}: {CROWD} within {WITHIN:g} s, 2 processes | bare ms | ours ms | ratio | goal | errors |",
            "|---|---|---|---|---|---|",
            f"| the slowest | {slowest['bare'] * 1000:.0f} | {slowest['ours'] * 1000:.0f} | {ratio:.2f} "
            f"| 1.5 {verdict} | {errors['ours']} (bare {errors['bare']}) |",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgres", metavar="URL", help="measure on this server instead of on SQLite")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--clients", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.clients:
        serve_clients()
        return
    with tempfile.TemporaryDirectory() as home:
        os.environ["STUDYHALL_HOME"] = home
        with ground.a_database(options.postgres) as database:
            print(measure(database, "PostgreSQL" if options.postgres else "SQLite", options.rounds))


if __name__ == "__main__":
    main()
