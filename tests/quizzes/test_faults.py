"""The disk full, the database gone, the line cut at the worst moment: words, and nothing acknowledged is lost."""

from __future__ import annotations

import contextlib
import socket
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from studyhall.core import audit, clock
from studyhall.core.audit import AuditEvent
from studyhall.core.db import Database
from studyhall.core.errors import Full
from studyhall.people.models import LoginSession
from studyhall.quizzes import taking
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Attempt, AttemptItem
from studyhall.quizzes.upkeep import keep_up
from tests.conftest import make_app
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, an_actor, an_assessment, sign_in

QUESTIONS = 5
BACKGROUND = {"Accept": "application/json"}


@dataclass(frozen=True)
class Seat:
    """Somebody at an open paper of five questions whose right answer is true."""

    person_id: int
    token: str
    attempt_id: int


@dataclass
class Sitter:
    """His phone. What was acknowledged stands in `stored`."""

    client: FlaskClient
    seat: Seat
    stored: set[int] = field(default_factory=set)

    def save(self, position: int):
        form = {"answer": "true", "number": str(taking.DEVICE_SPAN + position)}
        path = f"/papers/{self.seat.attempt_id}/{position}/save"
        answer = self.client.post(path, data=form, headers=BACKGROUND)
        if answer.status_code == 200 and answer.get_json()["word"] in ("stored", "already_stored"):
            self.stored.add(position)
        return answer

    def hand_in(self):
        return self.client.post(f"/papers/{self.seat.attempt_id}/hand-in", headers=BACKGROUND)


def seats(database: Database, people: int = 1) -> list[Seat]:
    with database.writing() as session:
        township = a_township(session)
        law = a_law(session).law_id
        a_bank_of(session, law, judge=QUESTIONS)
        found = [a_person(session, township) for _ in range(people)]
        assessment = an_assessment(session, township, [Line(law, "judge", QUESTIONS, 400)])
        taken = []
        for person in found:
            token = sign_in(session, person.id, clock.now())
            device = session.scalars(sa.select(LoginSession).where(LoginSession.person_id == person.id)).one()
            attempt = taking.begin(session, an_actor(session, person, device=device), assessment, NOON)
            taken.append(Seat(person.id, token, attempt.id))
    keep_up(database, NOON)
    return taken


def phone(app: Flask, seat: Seat) -> Sitter:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = seat.token, True
    return Sitter(client, seat)


def served(database: Database) -> Flask:
    """As in earnest: what is not foreseen becomes a page, not an exception of the test."""
    return make_app(database, PROPAGATE_EXCEPTIONS=False)


def score(database: Database, seat: Seat) -> int | None:
    with database.reading() as session:
        return session.get_one(Attempt, seat.attempt_id).score


def kept(database: Database, seat: Seat) -> set[int]:
    with database.reading() as session:
        rows = session.scalars(
            sa.select(AttemptItem.position).where(
                AttemptItem.attempt_id == seat.attempt_id, AttemptItem.answer == "true"
            )
        )
        return set(rows)


# The disk full


@dataclass
class Disk:
    """How much room there is left for the file: so many pages of it, or None for as many as you like."""

    database: Database
    room: int | None = None

    def __post_init__(self) -> None:
        event.listen(self.database.engine, "connect", self._narrow)

    def has(self, room: int | None) -> None:
        self.room = room
        self.database.engine.dispose()

    def fill(self) -> None:
        """Small changes, until not one more goes on record."""
        self.has(0)
        with contextlib.suppress(Full):
            while True:
                with self.database.writing() as session:
                    audit.record(session, None, "setting.changed", "x:1", "", unit_path="T1/")

    def _narrow(self, connection: sqlite3.Connection, _record: object) -> None:
        (taken,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={1 << 30 if self.room is None else taken + self.room}")


def test_a_full_disk_is_said_in_words_and_loses_nothing(sqlite_database: Database) -> None:
    taken = seats(sqlite_database, 4)
    sitters = [phone(served(sqlite_database), seat) for seat in taken]
    for sitter in sitters:
        sitter.save(1)
    disk = Disk(sqlite_database)
    disk.fill()
    refused = []
    for sitter in sitters:
        sitter.save(2)
        refused += [answer for answer in [sitter.hand_in()] if answer.status_code != 302]
    assert refused, "the disk was never full"
    for answer in refused:
        assert answer.status_code == 507
        assert "原来的数据都在" in answer.get_json()["message"]
    page = next(s for s in sitters if score(sqlite_database, s.seat) is None).client
    # Reading goes on, and so does the page that would close papers by itself.
    with clock.standing_at(NOON.replace(hour=9)):
        assert page.get("/").status_code == 200
    disk.has(None)
    for sitter in sitters:
        assert kept(sqlite_database, sitter.seat) == sitter.stored
        assert sitter.hand_in().status_code == 302
        assert score(sqlite_database, sitter.seat) == 400 * len(sitter.stored)


def test_a_form_without_scripts_meets_the_full_disk_with_a_page(sqlite_database: Database) -> None:
    (seat,) = seats(sqlite_database)
    sitter = phone(served(sqlite_database), seat)

    def full(*_statement: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise sa.exc.OperationalError("", {}, error)

    event.listen(sqlite_database.engine, "commit", full)
    page = sitter.client.post(f"/papers/{seat.attempt_id}/1", data={"answer": "true", "go": "2"})
    event.remove(sqlite_database.engine, "commit", full)
    assert page.status_code == 507
    assert "服务器的磁盘满了" in page.text and "OperationalError" not in page.text


# The database gone


def test_another_program_that_keeps_the_file_is_waited_for_and_then_said(sqlite_database: Database) -> None:
    (seat,) = seats(sqlite_database)
    sitter = phone(served(sqlite_database), seat)
    sqlite_database.engine.dispose()
    event.listen(
        sqlite_database.engine, "connect", lambda one, _record: one.execute("PRAGMA busy_timeout=20")
    )
    assert sqlite_database.url.database is not None
    backup = sqlite3.connect(sqlite_database.url.database, isolation_level=None)
    backup.execute("BEGIN EXCLUSIVE")
    answer = sitter.save(1)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "数据没有变" in answer.get_json()["message"]
    assert sitter.client.get(f"/papers/{seat.attempt_id}/1").status_code == 200
    backup.execute("ROLLBACK")
    backup.close()
    assert sitter.save(1).get_json()["word"] == "stored"


class Wire:
    """A line to PostgreSQL that can be cut: at once, or right after the server has kept what it was told."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self.is_up, self.cut_after_commit = True, False
        self._open: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._let_in, daemon=True).start()

    def _let_in(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _address = self._door.accept()
                if not self.is_up:
                    near.close()
                    continue
                far = socket.create_connection(self._to)
                self._open |= {near, far}
                threading.Thread(target=self._there, args=(near, far), daemon=True).start()
                threading.Thread(target=self._back, args=(far, near), daemon=True).start()

    def _there(self, near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := near.recv(65536):
                if self.cut_after_commit and b"COMMIT" in data:
                    self._swallowing = far
                far.sendall(data)
        self._close(near, far)

    _swallowing: socket.socket | None = None

    def _back(self, far: socket.socket, near: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := far.recv(65536):
                if far is self._swallowing:
                    # The server has answered, so the commit is done; nobody is told.
                    self.cut_after_commit, self._swallowing = False, None
                    break
                near.sendall(data)
        self._close(near, far)

    def _close(self, *ends: socket.socket) -> None:
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def cut(self) -> None:
        self.is_up = False
        self._close(*self._open)
        self._open.clear()

    def close(self) -> None:
        self._close(self._door)
        self.cut()


@pytest.fixture
def wire(postgres_database: Database) -> Iterator[Wire]:
    url = postgres_database.url
    wire = Wire(url.host or "127.0.0.1", url.port or 5432)
    yield wire
    wire.close()


@pytest.fixture
def over_the_wire(postgres_database: Database, wire: Wire) -> Iterator[Database]:
    url = postgres_database.url.set(host="127.0.0.1", port=wire.port)
    database = Database(url.render_as_string(hide_password=False))
    yield database
    database.close()


@pytest.mark.postgres
def test_while_the_database_is_gone_there_are_words_and_then_all_goes_on(
    postgres_database: Database, over_the_wire: Database, wire: Wire
) -> None:
    (seat,) = seats(postgres_database)
    sitter = phone(served(over_the_wire), seat)
    for position in (1, 2):
        assert sitter.save(position).get_json()["word"] == "stored"
    wire.cut()
    for position in (2, 3):
        answer = sitter.save(position)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "连不上" in answer.get_json()["message"]
    assert sitter.hand_in().status_code == 503
    for path in ("/", f"/papers/{seat.attempt_id}/1", f"/papers/{seat.attempt_id}/result"):
        page = sitter.client.get(path)
        assert page.status_code == 503
        assert "数据库现在连不上" in page.text and "psycopg" not in page.text
    wire.is_up = True
    # The phone sends again what was not acknowledged, and once too often.
    assert [sitter.save(n).get_json()["word"] for n in (2, 3, 4)] == ["already_stored", "stored", "stored"]
    assert sitter.hand_in().status_code == 302
    assert score(postgres_database, seat) == 400 * 4


@pytest.mark.postgres
def test_the_line_cut_after_the_commit_keeps_the_answer_and_says_it_may_have(
    postgres_database: Database, over_the_wire: Database, wire: Wire
) -> None:
    (seat,) = seats(postgres_database)
    sitter = phone(served(over_the_wire), seat)
    sitter.save(1)
    wire.cut_after_commit = True
    answer = sitter.save(2)
    assert answer.status_code == 503
    assert "可能已经做成" in answer.get_json()["message"]
    assert kept(postgres_database, seat) == {1, 2}
    assert sitter.save(2).get_json()["word"] == "already_stored"
    wire.cut_after_commit = True
    assert sitter.hand_in().status_code == 503
    assert score(postgres_database, seat) == 800
    assert sitter.hand_in().status_code == 302
    with postgres_database.reading() as session:
        handed_in = sa.select(sa.func.count()).where(AuditEvent.action == "attempt.handed_in")
        assert session.scalar(handed_in) == 1


def test_an_answer_whose_acknowledgement_was_lost_on_the_way_to_the_phone(database: Database) -> None:
    (seat,) = seats(database)
    sitter = phone(served(database), seat)
    words = [sitter.save(1).get_json()["word"] for _ in range(3)]
    assert words == ["stored", "already_stored", "already_stored"]
    assert [sitter.hand_in().status_code for _ in range(3)] == [302] * 3
    with database.reading() as session:
        attempt = session.get_one(Attempt, seat.attempt_id)
        assert (attempt.score, attempt.answered) == (400, 1)


# Power


def test_each_commit_on_sqlite_reaches_the_disk_before_it_is_acknowledged(sqlite_database: Database) -> None:
    """`synchronous` FULL is 2: NORMAL lost acknowledged answers in every simulated power cut."""
    with sqlite_database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
