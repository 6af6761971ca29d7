"""A paper from opening it to looking back at it: our routes against bare ones, by CPU.

    python benchmarks/attempts.py
    python benchmarks/attempts.py --postgres postgresql+psycopg://postgres@127.0.0.1/postgres

Both apps are called as a server calls them, in one process, on one database, in turns.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]

import bare
import ground
import measuring
import sqlalchemy as sa
from flask import Flask

from studyhall.core.db import Database
from studyhall.site import create_app

SECRET = "benchmark-benchmark-benchmark-benchmark"
AGENT = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Mobile Safari/537.36"
)
A_ROUND = 30
"""Papers a round; a cell does each step on all of them."""


class Browser:
    """One person's browser, as thin as can be: what it costs is the same for both sides."""

    def __init__(self, app: Flask, token: str) -> None:
        self._app = app
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie.update(_user_id=token, _fresh=True, _id=self._mark(), csrf_token="a" * 40)
        found = client.get_cookie("session")
        assert found is not None
        self._cookie = f"session={found.value}"
        self.csrf = self._token() if "csrf" in app.extensions else ""

    def _mark(self) -> str:
        """What Flask-Login keeps of a browser; without it the cookie would be written anew each time."""
        from flask_login.utils import _create_identifier

        with self._app.test_request_context(
            headers={"User-Agent": AGENT}, environ_base={"REMOTE_ADDR": "127.0.0.1"}
        ):
            return _create_identifier()

    def _token(self) -> str:
        from flask_wtf.csrf import generate_csrf

        with self._app.test_request_context(headers={"Cookie": self._cookie}):
            return generate_csrf()

    def environ(self, method: str, path: str, form: Any = ()) -> dict[str, Any]:
        body = urlencode([*form, ("csrf_token", self.csrf)]).encode() if method == "POST" else b""
        path, _, query = path.partition("?")
        return {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "",
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1:8000", "HTTP_COOKIE": self._cookie, "HTTP_USER_AGENT": AGENT,
            "HTTP_ACCEPT": "application/json" if path.endswith("/save") else "text/html",
            "REMOTE_ADDR": "127.0.0.1", "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http", "wsgi.version": (1, 0), "wsgi.multithread": True,
            "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip

    def send(self, environ: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
        answer: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
            answer[:] = [status, dict(headers)]
            return lambda _data: None

        parts = self._app.wsgi_app(environ, start_response)
        body = b"".join(parts)
        if hasattr(parts, "close"):
            parts.close()
        return answer[0], answer[1], body


class Side:
    """One of the two apps, with the people who sit there."""

    def __init__(self, app: Flask, code: str, sitters: list[ground.Sitter]) -> None:
        self._code = code
        self._browsers = [Browser(app, one.token) for one in sitters]
        self._papers: list[tuple[Browser, int]] = []
        self._next = 0

    def _send(self, requests: list[tuple[Browser, dict[str, Any]]], expect: str) -> list[Any]:
        answers = [browser.send(environ) for browser, environ in requests]
        for status, headers, body in answers:
            if not status.startswith(expect):
                raise SystemExit(f"{status} {headers}\n{body[:3000].decode()}")
        return answers

    def _ready(self, build: Callable[[Browser, int], tuple[str, str, Any]]) -> list[tuple[Browser, Any]]:
        return [(browser, browser.environ(*build(browser, paper))) for browser, paper in self._papers]

    def open(self, _round: int) -> int:
        browsers = self._browsers[self._next : self._next + A_ROUND]
        self._next += A_ROUND
        answers = self._send(
            [(one, one.environ("POST", f"/c/{self._code}/begin", ())) for one in browsers], "302"
        )
        self._papers = [
            (browser, int(re.search(r"/papers/(\d+)/", headers["Location"])[1]))
            for browser, (_status, headers, _body) in zip(browsers, answers, strict=True)
        ]
        return len(browsers)

    def save(self, _round: int) -> int:
        times = 0
        for place in range(1, 21):
            number = 1_000_000 + place
            requests = self._ready(
                lambda _b, p, place=place, number=number: (
                    "POST", f"/papers/{p}/{place}/save", _answer(place, number)
                )
            )  # fmt: skip
            answers = self._send(requests, "200")
            assert all(b"stored" in body for _s, _h, body in answers), answers[0]
            times += len(requests)
        return times

    def hand_in(self, _round: int) -> int:
        return len(self._send(self._ready(lambda _b, p: ("POST", f"/papers/{p}/hand-in", ())), "302"))

    def get(self, path: str, expect: str = "200") -> int:
        return len(self._send(self._ready(lambda _b, p: ("GET", path.format(p), ())), expect))

    def review(self, _round: int) -> int:
        return sum(self.get(f"/papers/{{}}/review/{place}") for place in range(1, 11))

    def ask(self, _round: int) -> int:
        return sum(self.get(f"/papers/{{}}/{place}") for place in range(1, 11))

    def result(self, _round: int) -> int:
        return self.get("/papers/{}/result")

    def journey(self, number: int) -> int:
        """As the page's script goes: the first question, all others at once, twenty saves, the answer sheet."""
        self.open(number)
        self.get("/papers/{}/1")
        self.get("/papers/{}/whole")
        self.save(number)
        return self._end(number)

    def paged(self, number: int) -> int:
        """Without scripts each question is a page of its own; saved as the script does, to be alike."""
        self.open(number)
        for place in range(1, 21):
            self.get(f"/papers/{{}}/{place}")
        self.save(number)
        return self._end(number)

    def _end(self, number: int) -> int:
        self.get("/papers/{}/sheet")
        self.hand_in(number)
        return self.get("/papers/{}/result")


def _answer(place: int, number: int) -> list[tuple[str, str]]:
    # Ten single, five multiple, five judge, in that order.
    given = [("answer", "A")] if place <= 10 else [("answer", "A"), ("answer", "B")]
    return [*(given if place <= 15 else [("answer", "true")]), ("number", str(number))]


GOALS = {"open": 1.6, "save": 1.6, "hand_in": 1.5, "review": 2.0, "journey": 1.7}
LABELS = {
    "open": "open an attempt",
    "save": "save one answer",
    "hand_in": "hand in 20 questions",
    "review": "review page",
    "journey": "whole journey of 20 answers",
}
BESIDE = {
    "ask": "(a question page)",
    "result": "(the result page)",
    "paged": "(the journey, a page a question)",
}
"""Parts of the journey, printed beside without a goal of their own."""


def measure(database: Database, server: bool, rounds: int) -> str:
    needed = A_ROUND * (rounds + 1) * 3
    site = ground.prepare(database, needed * 2)
    ours = create_app(database, SECRET_KEY=SECRET)
    # On PostgreSQL with an engine as it comes; SQLite needs ours, which begins transactions as they must be.
    theirs = bare.create_app(sa.create_engine(database.url) if server else database.engine, SECRET)
    ground.know_the_questions(database)
    cpu = measuring.Cpu(database.engine)
    halves = site.sitters[:needed], site.sitters[needed:]
    sides = {
        "ours": Side(ours, site.code, list(halves[0])),
        "bare": Side(theirs, site.code, list(halves[1])),
    }
    cells: dict[tuple[str, str], measuring.Cell] = {
        (step, name): measuring.Cell(f"{name} {step}", getattr(side, step))
        for step in ("open", "ask", "save", "hand_in", "result", "review", "journey", "paged")
        for name, side in sides.items()
    }
    for steps in (("open", "ask", "save", "hand_in", "result", "review"), ("journey",), ("paged",)):
        _in_turns(cells, steps, cpu, rounds)
    lines = [
        measuring.Line(
            LABELS.get(step, BESIDE.get(step, step)),
            cells[step, "bare"].each,
            cells[step, "ours"].each,
            GOALS.get(step, float("inf")),
        )
        for step in ("open", "save", "hand_in", "review", "journey", "ask", "result", "paged")
    ]
    return measuring.table("PostgreSQL" if server else "SQLite", lines)


def _in_turns(cells: Any, steps: tuple[str, ...], cpu: measuring.Cpu, rounds: int) -> None:
    # A step needs the papers of the step before: each round goes through all steps, the sides take turns.
    for number in range(rounds + 1):
        for step in steps:
            pair = [cells[step, "bare"], cells[step, "ours"]]
            for cell in pair if number % 2 else pair[::-1]:
                measuring.once(cell, cpu, number)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgres", metavar="URL", help="measure on this server instead of on SQLite")
    parser.add_argument("--rounds", type=int, default=measuring.ROUNDS)
    options = parser.parse_args()
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory() as home:
        os.environ["STUDYHALL_HOME"] = home
        with ground.a_database(options.postgres) as database:
            print(measure(database, options.postgres is not None, options.rounds))


if __name__ == "__main__":
    main()
