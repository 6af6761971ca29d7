"""The server is killed in mid-contest and started again: every answer it acknowledged is there."""

from __future__ import annotations

import http.client
import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from studyhall.core import clock
from studyhall.core.db import Database
from studyhall.people.models import LoginSession
from studyhall.quizzes import taking
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Attempt, AttemptItem
from tests.factories import a_bank_of, a_law, a_person, a_township, an_actor, an_assessment, sign_in
from tests.servers import Browser, Server, a_server

pytestmark = pytest.mark.slow

PEOPLE = 4
QUESTIONS = 20


@dataclass(frozen=True)
class Sitter:
    token: str
    attempt_id: int


@pytest.fixture
def site(tmp_path: Path, _sqlite_template: Path) -> tuple[Path, list[Sitter]]:
    """A real site with a contest that is open at the real moment, and people with an open paper each."""
    home = tmp_path / "site"
    home.mkdir()
    shutil.copy(_sqlite_template, home / "studyhall.sqlite3")
    database = Database(f"sqlite:///{home / 'studyhall.sqlite3'}")
    now = datetime.now(UTC)
    sitters = []
    with clock.standing_at(now), database.writing() as session:
        township = a_township(session)
        law = a_law(session).law_id
        a_bank_of(session, law, judge=QUESTIONS)
        people = [a_person(session, township) for _ in range(PEOPLE)]
        assessment = an_assessment(
            session,
            township,
            [Line(law, "judge", QUESTIONS, 500)],
            opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=1),
            minutes=600,
        )
        for person in people:
            token = sign_in(session, person.id, now)
            device = session.scalars(sa.select(LoginSession).where(LoginSession.person_id == person.id)).one()
            actor = an_actor(session, person, device=device)
            sitters.append(Sitter(token, taking.begin(session, actor, assessment, now).id))
    database.close()
    return home, sitters


@pytest.fixture
def server(site: tuple[Path, list[Sitter]]) -> Iterator[Server]:
    with a_server(site[0], workers=2) as running:
        yield running


@dataclass(frozen=True)
class Acknowledged:
    attempt_id: int
    position: int
    number: int
    answer: str


class Answering(threading.Thread):
    """Somebody who answers his questions over and over, until the line is dead."""

    def __init__(self, port: int, sitter: Sitter, enough: threading.Semaphore) -> None:
        super().__init__(daemon=True)
        self._browser, self._sitter, self._enough = Browser(port, sitter.token), sitter, enough
        self.acknowledged: list[Acknowledged] = []
        self.in_flight: Acknowledged | None = None

    def run(self) -> None:
        try:
            self._browser.get(f"/papers/{self._sitter.attempt_id}/1")
            for number in range(1, 100_000):
                position = number % QUESTIONS + 1
                under = taking.DEVICE_SPAN + number
                given = "true" if (number // QUESTIONS) % 2 == 0 else "false"
                self.in_flight = Acknowledged(self._sitter.attempt_id, position, under, given)
                status, text = self._browser.post(
                    f"/papers/{self._sitter.attempt_id}/{position}/save",
                    [("answer", given), ("number", str(under))],
                    json=True,
                )
                assert (status, json.loads(text)["word"]) == (200, "stored"), text
                self.acknowledged.append(self.in_flight)
                self._enough.release()
        except (OSError, http.client.HTTPException):
            # The server is gone in the middle of an answer, which was not acknowledged.
            return


def test_every_acknowledged_answer_outlives_the_server(
    site: tuple[Path, list[Sitter]], server: Server
) -> None:
    home, sitters = site
    enough = threading.Semaphore(0)
    people = [Answering(server.port, sitter, enough) for sitter in sitters]
    for person in people:
        person.start()
    for _answer in range(150):
        assert enough.acquire(timeout=60), "nobody gets an answer stored"
    server.kill()
    for person in people:
        person.join(timeout=60)
        assert not person.is_alive()
    acknowledged = [answer for person in people for answer in person.acknowledged]
    assert len(acknowledged) >= 150
    _all_there(home, people)

    server.start()
    for sitter in sitters:
        browser = Browser(server.port, sitter.token)
        status, _page = browser.get(f"/papers/{sitter.attempt_id}/1")
        assert status == 200
        status, _page = browser.post(f"/papers/{sitter.attempt_id}/hand-in")
        assert status == 302
    _all_there(home, people)
    _all_graded(home, sitters)


def _newest(person: Answering) -> dict[int, Acknowledged]:
    return {answer.position: answer for answer in person.acknowledged}


def _all_there(home: Path, people: list[Answering]) -> None:
    database = Database(f"sqlite:///{home / 'studyhall.sqlite3'}")
    with database.reading() as session:
        for person in people:
            for position, answer in _newest(person).items():
                item = session.get_one(AttemptItem, (answer.attempt_id, position))
                later = person.in_flight
                # The one that was on its way may have landed without anybody having been told.
                if later is not None and later.position == position and item.save_no == later.number:
                    assert item.answer == later.answer
                    continue
                assert (item.answer, item.save_no) == (answer.answer, answer.number)
    database.close()


def _all_graded(home: Path, sitters: list[Sitter]) -> None:
    database = Database(f"sqlite:///{home / 'studyhall.sqlite3'}")
    with database.reading() as session:
        for sitter in sitters:
            attempt = session.get_one(Attempt, sitter.attempt_id)
            right = session.scalar(
                sa.select(sa.func.count()).where(
                    AttemptItem.attempt_id == sitter.attempt_id, AttemptItem.answer == "true"
                )
            )
            assert attempt.score == 500 * (right or 0)
    database.close()
