"""The base of every table, its column types, and the sessions: reading by default, writing on request."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Protocol

import sqlalchemy as sa
from flask import Flask, current_app, g
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.orm.util import identity_key
from sqlalchemy.types import TypeDecorator

from studyhall.core.engines import engine_for
from studyhall.core.errors import Busy, Full, Unsure
from studyhall.core.queue import WriteQueue

log = logging.getLogger("studyhall")


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment in every database; SQLite would hand back a naive one."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Any, coltype: object) -> Any:
        # A page of a paper reads thirty of them: on SQLite straight out of the text, in one step instead of three.
        return _moment_in if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _moment_in(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


intpk = Annotated[int, mapped_column(primary_key=True)]
hundredths = Annotated[int, mapped_column(sa.Integer)]
"""Points in hundredths: 4分 is 400. Never a float."""
short = Annotated[str, mapped_column(sa.String(80))]
line = Annotated[str, mapped_column(sa.String(250))]


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: Moment(),
        date: sa.Date(),
        str: sa.Text(),
        dict[str, Any]: sa.JSON(),
        list[Any]: sa.JSON(),
    }


class Database:
    """One site's database: an engine, and who may write when."""

    def __init__(self, url: str) -> None:
        self.url = sa.engine.make_url(url)
        self.engine = engine_for(self.url)
        self._queue = WriteQueue(_lock_file(self.url)) if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def connect(self) -> Connection:
        """For looking only, until `writing` is given it: see `reading`."""
        return self.engine.connect().execution_options(studyhall_reading=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that never waits for writers. What it changes by mistake is rolled back on SQLite, where it
        sees one moment of the database, and refused on PostgreSQL, where each statement sees its own."""
        with self.connect() as connection, Session(connection, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self, on: Connection | None = None) -> Iterator[Session]:
        """A session whose changes land whole when the block ends well, and not at all when it raises.

        `on`: a connection at rest to do it on. Raises what `changing` raises.
        """
        with self.changing(on) as connection, Session(connection, expire_on_commit=False) as session:
            yield session
            # The transaction is not the session's own: this sends what is pending and ends nothing.
            session.commit()

    @contextmanager
    def changing(self, on: Connection | None = None) -> Iterator[Connection]:
        """`writing` for Core statements alone, where a session would cost as much as what it is for.

        Raises Busy when other writers keep the database for too long, Full when the disk takes nothing more,
        Unsure when the line was lost at the very end.
        """
        with nullcontext() if self._queue is None else self._queue.turn():
            with nullcontext(on) if on else self.engine.connect() as connection:
                connection.execution_options(studyhall_writing=True)
                is_ending = False
                try:
                    with connection.begin():
                        yield connection
                        is_ending = True
                except DBAPIError as error:
                    refusal = _refusal(error, is_ending)
                    if refusal is None:
                        raise
                    log.error("database: %s", error.orig)
                    raise refusal from error
                finally:
                    connection.execution_options(studyhall_writing=False)

    def close(self) -> None:
        self.engine.dispose()
        if self._queue is not None:
            self._queue.close()


def _refusal(error: DBAPIError, is_ending: bool) -> Busy | None:
    """What a fault of the database is called in words; None for one that is nobody's but ours."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    # The lowest byte is the kind of error, the others say where it came up.
    kind = getattr(error.orig, "sqlstate", None) if code is None else code & 0xFF
    if kind in _DISK:
        return Full()
    if kind in _WAITED:
        return Busy()
    return Unsure() if is_ending and error.connection_invalidated else None


_DISK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, "53100")
_WAITED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, "55P03", "40P01", "40001")
"""Lock not to be had in time, two that waited for each other."""


def _lock_file(url: sa.URL) -> Path | None:
    return Path(url.database + ".queue") if url.database and url.database != ":memory:" else None


class Sessions(Protocol):
    """Where sessions come from: a Database, or the one of the running request."""

    def reading(self) -> AbstractContextManager[Session]: ...

    def writing(self) -> AbstractContextManager[Session]: ...


class _CurrentDatabase:
    """The database of the running app. A request takes one connection, for reading and then for writing."""

    def init_app(self, app: Flask, database: Database) -> None:
        app.extensions["studyhall_db"] = database
        app.teardown_appcontext(_give_back)

    @property
    def database(self) -> Database:
        database: Database = current_app.extensions["studyhall_db"]
        return database

    @property
    def session(self) -> Session:
        """For looking only: see `Database.reading`. Gone when the request ends or somebody writes."""
        if "reading" not in g:
            g.reading = Session(self.connection, autoflush=False)
        session: Session = g.reading
        return session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """The request's own session, by the name it has on a Database."""
        yield self.session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A short transaction: begin it after the body is read, end it before the page is rendered."""
        _stop_reading()
        with self.database.writing(on=self.connection) as session:
            yield session

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """`writing` for Core statements alone."""
        _stop_reading()
        with self.database.changing(on=self.connection) as connection:
            yield connection

    @property
    def connection(self) -> Connection:
        """What both read and write on, for a look that needs no session: it is taken back as reading is."""
        if "connection" not in g:
            g.connection = self.database.connect()
        connection: Connection = g.connection
        return connection


def _stop_reading() -> None:
    session = g.pop("reading", None)
    if session is not None:
        session.close()
    connection = g.get("connection")
    if connection is not None:
        connection.rollback()


def _give_back(_error: BaseException | None = None) -> None:
    _stop_reading()
    connection = g.pop("connection", None)
    if connection is not None:
        connection.close()


def direct(on: Session | Connection) -> Connection:
    """The session's own connection, for Core statements on the hot paths: what is pending goes first."""
    if isinstance(on, Connection):
        return on
    on.flush()
    return on.connection()


def forget(session: Session, mapped: type[Base], key: int) -> None:
    """Let a mapped row be read again, after Core statements have changed it behind the session's back."""
    known = session.identity_map.get(identity_key(mapped, key))
    if known is not None:
        session.expire(known)


db = _CurrentDatabase()
