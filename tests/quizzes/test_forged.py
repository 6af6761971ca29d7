"""Requests that no page of ours sends: answered in words, never with a fault, and nothing changes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from studyhall.core.db import Database
from studyhall.quizzes import taking
from studyhall.quizzes.models import AttemptItem
from tests.quizzes.test_faults import BACKGROUND, Seat, phone, seats, served

FIRST = taking.DEVICE_SPAN + 1
HUGE = 10**30
NOT_THERE = (404, 405)
"""Beyond the numbers of any row no address matches, and what is no address takes no form either."""


@pytest.fixture
def seat(database: Database) -> Seat:
    return seats(database)[0]


@pytest.fixture
def client(database: Database, seat: Seat) -> FlaskClient:
    return phone(served(database), seat).client


def stands(database: Database, seat: Seat) -> list[tuple[str | None, int]]:
    with database.reading() as session:
        rows = session.execute(
            sa.select(AttemptItem.answer, AttemptItem.save_no)
            .where(AttemptItem.attempt_id == seat.attempt_id)
            .order_by(AttemptItem.position)
        )
        return [tuple(row) for row in rows]


def save(client: FlaskClient, path: str, answer: str, number: object):
    return client.post(f"{path}/save", data={"answer": answer, "number": str(number)}, headers=BACKGROUND)


@pytest.mark.parametrize("position", [0, 6, 40_000, 2**31, 2**63, HUGE])
def test_a_place_that_the_paper_has_not(
    database: Database, client: FlaskClient, seat: Seat, position: int
) -> None:
    path = f"/papers/{seat.attempt_id}/{position}"
    assert client.get(path).status_code == 404
    assert client.post(path, data={"answer": "true", "go": "1"}).status_code in NOT_THERE
    answer = save(client, path, "true", FIRST)
    assert (answer.status_code, answer.get_json()["word"]) == (404, "refused")
    assert client.get(f"/papers/{seat.attempt_id}/review/{position}").status_code == 404
    assert client.get(f"{path}/fault").status_code == 404
    assert stands(database, seat) == [(None, 0)] * 5


@pytest.mark.parametrize("attempt_id", [0, 2**31, 2**63, HUGE, "9" * 6000])
def test_a_paper_that_there_is_not(client: FlaskClient, attempt_id: object) -> None:
    for page in ("", "/1", "/whole", "/sheet", "/result", "/review/1", "/elsewhere"):
        assert client.get(f"/papers/{attempt_id}{page}").status_code == 404, page
    for step in ("/1", "/hand-in", "/take-over"):
        assert client.post(f"/papers/{attempt_id}{step}").status_code in NOT_THERE, step
    assert save(client, f"/papers/{attempt_id}/1", "true", FIRST).status_code == 404


@pytest.mark.parametrize("number", [0, 1, FIRST - 2, FIRST + taking.DEVICE_SPAN, 2**31, 10**18 - 1])
def test_a_number_that_this_device_was_not_given_is_never_stored(
    database: Database, client: FlaskClient, seat: Seat, number: int
) -> None:
    path = f"/papers/{seat.attempt_id}/1"
    assert save(client, path, "true", FIRST + 4).get_json()["word"] == "stored"
    assert save(client, path, "false", number).get_json()["word"] == "replaced"
    assert stands(database, seat)[0] == ("true", FIRST + 4)


@pytest.mark.parametrize("number", ["-1", "²", "x", "1e9", "1_000_009", "NaN", str(2**63), "9" * 6000])
def test_what_is_no_number_is_no_save(
    database: Database, client: FlaskClient, seat: Seat, number: str
) -> None:
    answer = save(client, f"/papers/{seat.attempt_id}/1", "true", number)
    assert (answer.status_code, answer.get_json()["word"]) == (400, "refused")
    assert stands(database, seat)[0] == (None, 0)


@pytest.mark.parametrize("given", ["A", "TRUE", "true false", "1", "是", "\x00true", "true" * 1000])
def test_an_answer_that_was_not_offered(
    database: Database, client: FlaskClient, seat: Seat, given: str
) -> None:
    answer = save(client, f"/papers/{seat.attempt_id}/1", given, FIRST)
    assert (answer.status_code, answer.get_json()["word"]) == (400, "refused")
    assert stands(database, seat)[0] == (None, 0)


@pytest.mark.parametrize("go", ["²", "-1", str(HUGE), "9" * 6000, "http://else.where", "sheet"])
def test_the_form_without_scripts_goes_nowhere_else(client: FlaskClient, seat: Seat, go: str) -> None:
    gone = client.post(f"/papers/{seat.attempt_id}/1", data={"answer": "true", "go": go})
    assert gone.status_code == 302
    assert gone.location.startswith(f"/papers/{seat.attempt_id}/")


def test_a_replay_after_the_hand_in_is_closed_and_changes_nothing(
    database: Database, client: FlaskClient, seat: Seat
) -> None:
    """What a phone kept while the line was lost, sent when the paper is in already."""
    path = f"/papers/{seat.attempt_id}"
    assert save(client, f"{path}/1", "true", FIRST).get_json()["word"] == "stored"
    assert client.post(f"{path}/hand-in").status_code == 302
    graded = stands(database, seat)
    for position in range(1, 6):
        word = save(client, f"{path}/{position}", "false", FIRST + 10 + position).get_json()["word"]
        assert word == "closed"
    assert client.post(f"{path}/take-over").status_code == 302
    assert stands(database, seat) == graded
