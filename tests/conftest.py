"""Real databases, made once and copied for each test; clients that are signed in without hashing a password.

SQLite always. PostgreSQL where `STUDYHALL_TEST_POSTGRES` names a server (`postgresql+psycopg://…/postgres`);
the browser where Chromium is installed, exported files where LibreOffice is. What is skipped is said at the end,
with how to get it.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from hypothesis.internal.conjecture import providers
from sqlalchemy.orm import Session

from studyhall import migrations
from studyhall.bank import reading_views
from studyhall.core import clock
from studyhall.core.db import Database
from studyhall.people.models import Person
from studyhall.site import create_app
from tests.factories import NOON, sign_in

POSTGRES = os.environ.get("STUDYHALL_TEST_POSTGRES")
CHROMIUM = os.environ.get("STUDYHALL_TEST_CHROMIUM") or shutil.which("chromium")
LIBREOFFICE = shutil.which("soffice")
MUST_NOT_SKIP = os.environ.get("STUDYHALL_TEST_ALL") == "1"
"""Set by CI: a missing browser, server or office is then a failure, not a skip."""
SLOW = MUST_NOT_SKIP or os.environ.get("STUDYHALL_TEST_SLOW") == "1"

# The same examples on every run, so that no build turns red by luck; STUDYHALL_TEST_EXPLORE=1 looks for new ones.
# A third of them where the slow tests are left out.
EXPLORE = os.environ.get("STUDYHALL_TEST_EXPLORE") == "1"
settings.register_profile(
    "studyhall",
    derandomize=not EXPLORE,
    deadline=None,
    max_examples=100 if SLOW else 30,
)
settings.load_profile("studyhall")
if not EXPLORE:
    # Words of all modules loaded so far go into the examples: which these are depends on the tests before.
    assert callable(providers._get_local_constants)
    providers._get_local_constants = lambda: providers._local_constants


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("browser") and not CHROMIUM and not MUST_NOT_SKIP:
            item.add_marker(pytest.mark.skip(reason="browser: Chromium is not installed"))
        if item.get_closest_marker("postgres") and not POSTGRES and not MUST_NOT_SKIP:
            item.add_marker(pytest.mark.skip(reason="postgres: STUDYHALL_TEST_POSTGRES is not set"))
        if item.get_closest_marker("office") and not LIBREOFFICE and not MUST_NOT_SKIP:
            item.add_marker(pytest.mark.skip(reason="office: LibreOffice is not installed"))
        if item.get_closest_marker("slow") and not SLOW:
            item.add_marker(pytest.mark.skip(reason="slow: STUDYHALL_TEST_SLOW is not set"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for word, how in (
        ("browser:", "browser tests skipped: install Chromium (Debian: apt install chromium fonts-noto-cjk)"),
        ("postgres:", "PostgreSQL tests skipped: set STUDYHALL_TEST_POSTGRES to a running server, e.g. "
                      "postgresql+psycopg://postgres@127.0.0.1/postgres"),
        ("office:", "LibreOffice tests skipped: install it (Debian: apt install libreoffice-calc-nogui "
                    "libreoffice-writer-nogui)"),
        ("slow:", "slow tests skipped: set STUDYHALL_TEST_SLOW=1"),
    ):  # fmt: skip
        count = sum(word in reason for reason in reasons)
        if count:
            terminalreporter.write_line(f"{count} {how}", yellow=True)


@pytest.fixture(autouse=True)
def _standing_clock() -> Iterator[None]:
    """Nothing depends on the day it runs: every test happens at `NOON` unless it says otherwise."""
    with clock.standing_at(NOON):
        yield


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDYHALL_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("STUDYHALL_DATABASE_URL", raising=False)


@pytest.fixture(autouse=True)
def _patient_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, a file is read before its page answers, unless the test says otherwise."""
    monkeypatch.setattr(reading_views, "PATIENCE", 60.0)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def _postgres_template() -> Iterator[sa.URL]:
    """A migrated database to copy from; one for each worker process."""
    assert POSTGRES is not None
    server = sa.engine.make_url(POSTGRES)
    name = f"studyhall_template_{uuid.uuid4().hex[:12]}"
    _on_server(server, f'CREATE DATABASE "{name}"')
    database = Database(server.set(database=name).render_as_string(hide_password=False))
    migrations.upgrade(database)
    database.close()
    yield server.set(database=name)
    _on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _on_server(server: sa.URL, statement: str) -> None:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database of its own: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield from _sqlite(request, tmp_path)
        return
    yield from _postgres(request)


@pytest.fixture
def postgres_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """For what only happens where rows are locked. The test is marked `postgres`."""
    yield from _postgres(request)


def _postgres(request: pytest.FixtureRequest) -> Iterator[Database]:
    template: sa.URL = request.getfixturevalue("_postgres_template")
    name = f"studyhall_test_{uuid.uuid4().hex[:12]}"
    _on_server(template.set(database="postgres"), f'CREATE DATABASE "{name}" TEMPLATE "{template.database}"')
    database = Database(template.set(database=name).render_as_string(hide_password=False))
    yield database
    database.close()
    _on_server(template.set(database="postgres"), f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def sqlite_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """For pages and commands, where the database makes no difference that `database` has not tested."""
    yield from _sqlite(request, tmp_path)


def _sqlite(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "test.sqlite3"
    shutil.copy(request.getfixturevalue("_sqlite_template"), path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One writing transaction for a test of the data layer; what it did is thrown away with the database."""
    with database.writing() as session:
        yield session


def make_app(database: Database, **settings: object) -> Flask:
    return create_app(database, SECRET_KEY="test", TESTING=True, WTF_CSRF_ENABLED=False, **settings)


@pytest.fixture(scope="session")
def _app_of_all(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_app(Database(f"sqlite:///{tmp_path_factory.mktemp('app') / 'never-opened.sqlite3'}"))


@pytest.fixture
def app(_app_of_all: Flask, sqlite_database: Database) -> Iterator[Flask]:
    """One for each worker process, with this test's database: making its routes takes longer than most tests.

    What a test sets in its configuration is gone with the test; who adds a route makes an app of his own.
    """
    yield from serving(_app_of_all, sqlite_database)


def serving(app: Flask, database: Database) -> Iterator[Flask]:
    """The app with another database behind it, and its configuration as it was afterwards."""
    before = dict(app.config)
    app.extensions["studyhall_db"] = database
    yield app
    app.config.clear()
    app.config.update(before)


@pytest.fixture
def client_for(app: Flask) -> Callable[[Person | int | None], FlaskClient]:
    """A browser signed in as this person (or person id); None for nobody."""

    def make(person: Person | int | None, at: datetime | None = None) -> FlaskClient:
        client = app.test_client()
        if person is not None:
            person_id = person if isinstance(person, int) else person.id
            database: Database = app.extensions["studyhall_db"]
            with database.writing() as session:
                token = sign_in(session, person_id, at or clock.now())
            with client.session_transaction() as cookie:
                cookie["_user_id"] = token
                cookie["_fresh"] = True
        return client

    return make
