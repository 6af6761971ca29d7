"""How a database is looked at: without a transaction on PostgreSQL, never to change anything, on a line that lives."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InternalError
from sqlalchemy.orm import Session

from studyhall.core import engines
from studyhall.core.db import Database, db
from studyhall.people.models import Unit
from tests.conftest import make_app
from tests.factories import a_township, a_unit

_COUNT = sa.select(sa.func.count()).select_from(Unit)


def _rename(session: Session) -> None:
    session.execute(sa.update(Unit).values(name="改了"))


def test_what_a_reader_changes_by_mistake_does_not_stay(database: Database) -> None:
    with database.writing() as session:
        name = a_township(session).name
    with database.reading() as session:
        if database.is_sqlite:
            _rename(session)
        else:
            with pytest.raises(InternalError, match="read-only"):
                _rename(session)
    with database.reading() as session:
        assert session.scalar(sa.select(Unit.name)) == name


def test_a_page_that_has_looked_writes_on_the_same_connection(database: Database) -> None:
    app = make_app(database)
    with app.app_context():
        assert db.session.scalar(_COUNT) == 0
        with db.writing() as session:
            township = a_township(session)
        assert db.session.scalar(_COUNT) == 1
        with pytest.raises(LookupError), db.writing() as session:
            a_unit(session, "V1", parent=township)
            raise LookupError
        assert db.session.scalar(_COUNT) == 1


@pytest.mark.postgres
def test_looking_leaves_no_transaction_open(postgres_database: Database) -> None:
    with postgres_database.reading() as session:
        session.scalar(_COUNT)
        line = session.connection().connection.dbapi_connection
        assert line.info.transaction_status.name == "IDLE"
    with postgres_database.writing() as session:
        session.scalar(_COUNT)
        line = session.connection().connection.dbapi_connection
        assert line.info.transaction_status.name == "INTRANS"


@pytest.mark.postgres
def test_statements_stay_prepared_from_one_page_to_the_next(postgres_database: Database) -> None:
    """A ROLLBACK makes the driver forget them all, and the server plans each anew."""
    for _page in range(8):
        with postgres_database.reading() as session:
            session.scalar(_COUNT)
    with postgres_database.reading() as session:
        prepared = session.scalar(sa.text("SELECT count(*) FROM pg_prepared_statements"))
    assert prepared >= 1


def _hang_up(database: Database) -> None:
    """The server ends all lines of this database, as when it is started anew."""
    admin = sa.create_engine(database.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(
            sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": database.url.database},
        )
    admin.dispose()


@pytest.fixture
def rested(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Every connection has rested for longer than it is trusted."""

    def rest() -> None:
        monkeypatch.setattr(engines, "TRUSTED_FOR", -1.0)

    return rest


@pytest.mark.postgres
def test_a_line_that_was_cut_while_it_rested_is_replaced_before_it_is_used(
    postgres_database: Database, rested: Callable[[], None]
) -> None:
    for _line in range(2):
        with postgres_database.reading() as first, postgres_database.reading() as second:
            assert first.scalar(_COUNT) == second.scalar(_COUNT) == 0
    _hang_up(postgres_database)
    rested()
    with postgres_database.reading() as session:
        assert session.scalar(_COUNT) == 0
    _hang_up(postgres_database)
    with postgres_database.writing() as session:
        a_township(session)


@pytest.mark.postgres
def test_a_line_cut_a_moment_ago_fails_once_and_for_one_only(postgres_database: Database) -> None:
    with postgres_database.reading() as first, postgres_database.reading() as second:
        assert first.scalar(_COUNT) == second.scalar(_COUNT) == 0
    _hang_up(postgres_database)
    with pytest.raises(DBAPIError), postgres_database.reading() as session:
        session.scalar(_COUNT)
    for _line in range(2):
        with postgres_database.reading() as session:
            assert session.scalar(_COUNT) == 0
