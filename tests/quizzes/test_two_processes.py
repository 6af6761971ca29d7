"""Many people handing in on one SQLite file from two processes: they queue, and none is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from studyhall.core.access import Actor
from studyhall.core.audit import AuditEvent
from studyhall.core.db import Database
from studyhall.quizzes import taking
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Attempt, AttemptItem, Result
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, an_actor, an_assessment

ROOT = Path(__file__).resolve().parent.parent.parent
CLIENTS = 8
PAPERS = 12
"""How many papers each client saves and hands in."""

# One process: four threads, each with its own people, saving all answers and handing in at once.
PROCESS = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from studyhall import tables
from studyhall.core import clock
from studyhall.core.access import Actor
from studyhall.core.db import Database
from studyhall.quizzes import taking
from datetime import datetime

url, now, clients = json.load(sys.stdin)
database, now = Database(url), datetime.fromisoformat(now)

def client(papers):
    for paper in papers:
        actor = Actor(**paper["actor"])
        for position in range(1, 6):
            with database.writing() as session:
                sheet = taking.own_sheet(session, paper["attempt"], actor, lock=True, position=position)
                assert taking.save(session, sheet, actor, position, ["true"], now).word == "stored"
        with database.writing() as session:
            taking.hand_in(session, paper["attempt"], actor, now)
    return len(papers)

with ThreadPoolExecutor(len(clients)) as pool:
    print(sum(pool.map(client, clients)))
"""


@pytest.fixture
def papers(sqlite_database: Database) -> list[dict[str, object]]:
    """Open papers of five questions whose right answer is true, with who is to sit them."""
    with sqlite_database.writing() as session:
        township = a_township(session)
        law = a_law(session).law_id
        a_bank_of(session, law, judge=5)
        people = [a_person(session, township) for _ in range(CLIENTS * PAPERS)]
        assessment = an_assessment(session, township, [Line(law, "judge", 5, 400)])
        opened = []
        for person in people:
            actor: Actor = an_actor(session, person)
            attempt = taking.begin(session, actor, assessment, NOON)
            opened.append({"actor": asdict(actor), "attempt": attempt.id})
        return opened


@pytest.mark.slow
def test_two_processes_and_eight_clients_hand_in_without_an_error(
    sqlite_database: Database, papers: list[dict[str, object]]
) -> None:
    clients = [papers[n::CLIENTS] for n in range(CLIENTS)]
    url = sqlite_database.url.render_as_string()
    processes = []
    for half in (clients[: CLIENTS // 2], clients[CLIENTS // 2 :]):
        process = subprocess.Popen(
            [sys.executable, "-c", PROCESS],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps([url, NOON.isoformat(), half]))
        process.stdin.close()
        process.stdin = None
        processes.append(process)
    for process in processes:
        handed_in, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert int(handed_in) == CLIENTS * PAPERS // 2
    with sqlite_database.reading() as session:
        graded = session.scalars(sa.select(Attempt.score)).all()
        results = session.scalar(sa.select(sa.func.count()).where(Result.took_part, Result.score == 2000))
        left = session.scalar(sa.select(sa.func.count()).where(AttemptItem.points.is_(None)))
    assert (graded, results, left) == ([2000] * len(papers), len(papers), 0)


PEOPLE = 300

# One process: everybody in a thread of his own, let go at the same moment, handing in again when told to.
LAST_MINUTE = """
import json, sys, threading
from datetime import datetime
from studyhall import tables
from studyhall.core.access import Actor
from studyhall.core.db import Database
from studyhall.core.errors import Busy
from studyhall.quizzes import taking

url, papers = json.loads(sys.stdin.readline())
database, go = Database(url), threading.Event()
receipts = []

def person(paper):
    actor, at = Actor(**paper["actor"]), datetime.fromisoformat(paper["at"])
    go.wait()
    while True:
        try:
            with database.writing() as session:
                receipts.append(taking.hand_in(session, paper["attempt"], actor, at).closed_by)
            return
        except Busy:
            continue

people = [threading.Thread(target=person, args=(paper,)) for paper in papers]
for one in people:
    one.start()
print("ready", flush=True)
sys.stdin.readline()
go.set()
for one in people:
    one.join()
print(json.dumps(receipts))
"""


@pytest.mark.slow
def test_three_hundred_hand_in_within_the_last_minute(sqlite_database: Database) -> None:
    """From half a minute before the deadline until the end of its grace, each with his own number of answers."""
    with sqlite_database.writing() as session:
        township = a_township(session)
        law = a_law(session).law_id
        a_bank_of(session, law, judge=5)
        people = [a_person(session, township) for _ in range(PEOPLE)]
        assessment = an_assessment(session, township, [Line(law, "judge", 5, 400)])
        papers, right = [], {}
        for number, person in enumerate(people):
            actor = an_actor(session, person)
            attempt = taking.begin(session, actor, assessment, NOON)
            at = attempt.deadline - timedelta(seconds=30) + number * timedelta(seconds=90) / PEOPLE
            papers.append({"actor": asdict(actor), "attempt": attempt.id, "at": at.isoformat()})
            right[attempt.id] = number % 6
        item = AttemptItem.__table__
        session.connection().execute(
            sa.update(item)
            .where(item.c.attempt_id == sa.bindparam("of"), item.c.position <= sa.bindparam("right"))
            .values(answer="true", save_no=taking.DEVICE_SPAN + 1),
            [{"of": attempt_id, "right": count} for attempt_id, count in right.items()],
        )
    halves = papers[::2], papers[1::2]
    url = sqlite_database.url.render_as_string()
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", LAST_MINUTE], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _half in halves
    ]  # fmt: skip
    for process, half in zip(processes, halves, strict=True):
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps([url, half]) + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        receipts, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert json.loads(receipts) == ["person"] * (PEOPLE // 2)
    with sqlite_database.reading() as session:
        for attempt in session.scalars(sa.select(Attempt)):
            assert attempt.score == 400 * right[attempt.id]
            assert attempt.seconds is not None and attempt.seconds <= 1800
        took_part = session.scalar(sa.select(sa.func.count()).where(Result.took_part))
        trail = session.scalar(sa.select(sa.func.count()).where(AuditEvent.action == "attempt.handed_in"))
    assert took_part == sum(count > 0 for count in right.values())
    assert trail == PEOPLE
