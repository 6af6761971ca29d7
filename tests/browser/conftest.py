"""A small township behind a real server, and a real Chromium in front of it.

`site` serves a freshly built township on SQLite on a free port; `page` is its cadre's phone, `new_page` any
other device. The server's clock stands at `site.now`: a test that wants it later says so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from studyhall.auth import passwords
from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people.models import Person, UnitKind
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment
from studyhall.site import create_app
from tests.conftest import CHROMIUM, serving
from tests.factories import NOON, a_bank_of, a_law, a_person, a_question, a_unit, an_assessment, sign_in

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
PASSWORD = "沙枣花开-2026"

expect.set_options(timeout=10_000)


@dataclass
class Site:
    """What a test needs to know of the running township."""

    url: str
    app: Flask
    database: Database
    now: datetime
    cadre: Person
    leader: Person
    admin: Person
    contest: Assessment
    """Open at `now`: two single, one multiple, one judge, one fill, one case of two parts; two attempts."""
    takes_answers: bool = True
    """False: whoever saves one is turned away, as if the server were not there."""

    def sign_in(self, page: Page, person: Person) -> None:
        """A device of this person's own, without typing a password."""
        with self.database.writing() as session:
            token = sign_in(session, person.id, self.now)
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        value = serializer.dumps({"_user_id": token, "_fresh": True})
        page.context.add_cookies([{"name": "session", "value": value, "url": self.url}])


@dataclass
class _AtItsTime:
    """WSGI: every request happens at the site's own moment."""

    site: Site

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not self.site.takes_answers and environ["PATH_INFO"].endswith("/save"):
            start_response("503 Service Unavailable", [("Content-Length", "0")])
            return []
        with clock.standing_at(self.site.now):
            return self.site.app(environ, start_response)


@pytest.fixture(scope="session")
def _password_hash() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture(scope="session")
def _site_of_all(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    nowhere = Database(f"sqlite:///{tmp_path_factory.mktemp('site') / 'never-opened.sqlite3'}")
    return create_app(nowhere, SECRET_KEY="test")


@pytest.fixture
def _served(_site_of_all: Flask, sqlite_database: Database) -> Iterator[Flask]:
    yield from serving(_site_of_all, sqlite_database)


@pytest.fixture
def site(_served: Flask, sqlite_database: Database, _password_hash: str) -> Iterator[Site]:
    app = _served
    site = _settle(app, sqlite_database, _password_hash)
    server = make_server("127.0.0.1", 0, _AtItsTime(site), threaded=True)  # type: ignore[arg-type]
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, name="site", daemon=True)
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


def _settle(app: Flask, database: Database, password_hash: str) -> Site:
    with database.writing() as session:
        township = a_unit(session, "YLT", name="雁落滩乡", kind=UnitKind.TOWNSHIP)
        village = a_unit(session, "SZ", township, name="沙枣村")
        office = a_unit(session, "DZ", township, name="党政综合办公室", kind=UnitKind.OFFICE)
        cadre = a_person(session, village, name="加娜尔·木拉提", staff_no="SZ0001")
        a_person(session, village, name="宋建平", staff_no="SZ0002")
        leader = a_person(session, office, name="巴特尔", staff_no="DZ0001", roles=[(Role.LEADER, township)])
        admin = a_person(session, office, name="刘志远", staff_no="DZ0002", roles=[(Role.ADMIN, township)])
        for person in (cadre, leader, admin):
            person.password_hash = password_hash
        law = a_law(session, "民法典").law_id
        bank = a_bank_of(session, law, single=4, multiple=2, judge=2, fill=2)
        case = a_question(session, bank, law, "case")
        for place in (1, 2):
            a_question(session, bank, law, parent=case, position=place)
        counts = (("single", 2), ("multiple", 1), ("judge", 1), ("fill", 1), ("case", 1))
        lines = [Line(law, kind, count, 500) for kind, count in counts]
        contest = an_assessment(session, township, lines, attempts_allowed=2, title="2026年5月月月赛")
        _ = contest.lines, contest.owner_unit
        session.flush()
        session.expunge_all()
    return Site("", app, database, NOON, cadre, leader, admin, contest)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser, site: Site) -> Iterator[NewPage]:
    """`new_page(person, size=PHONE, scripts=True)`: another device, signed in unless the person is None."""
    contexts = []

    def make(person: Person | None = None, *, size: dict[str, int] = PHONE, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport=size, base_url=site.url, java_script_enabled=scripts, locale="zh-CN"
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        if person is not None:
            site.sign_in(page, person)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: NewPage, site: Site) -> Page:
    """The cadre's phone, signed in. Paths are enough: `page.goto("/")`."""
    return new_page(site.cadre)
