"""What a connection to either server is like: its pool, how it is prepared, and how a transaction begins on it.

A transaction is for looking unless the options of its connection say `studyhall_writing`; `core.db` sets them.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from studyhall.core.json_text import written


def engine_for(url: sa.URL) -> Engine:
    """The engine for this address, with whatever its connections need from their first moment on."""
    if url.get_backend_name() != "sqlite":
        return _postgres_engine(url)
    # A connection for each thread that serves: one opened for a single request reads the whole schema first.
    engine = sa.create_engine(
        url, json_serializer=written, connect_args={"timeout": 5}, pool_size=256, max_overflow=64
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgres_engine(url: sa.URL) -> Engine:
    engine = sa.create_engine(
        url,
        json_serializer=written,
        # Two workers stay below the 100 that a server takes as it comes; none is opened for one request only.
        pool_size=40,
        max_overflow=0,
        # The one used last goes out first: of the few that are busy none has to be asked whether it lives.
        pool_use_lifo=True,
        pool_timeout=5,
        connect_args={
            # Statements that hang must not keep a lock for ever: a minute is far beyond the slowest report.
            "options": "-c timezone=UTC -c lock_timeout=5000 -c default_transaction_read_only=on",
            # A server that has gone without a word is noticed in seconds; the default is to wait for ever.
            "connect_timeout": 5,
            "tcp_user_timeout": 10000,
        },
    )
    event.listen(engine, "connect", _prepare_postgres)
    event.listen(engine, "begin", _begin_postgres)
    event.listen(engine, "checkin", _rests)
    event.listen(engine, "checkout", _is_alive)
    return engine


def _prepare_postgres(connection: Any, _record: object) -> None:
    # Of transactions. A statement outside of one is for looking only, as `options` above has it.
    connection.read_only = False


def _begin_postgres(connection: Connection) -> None:
    """Who only looks needs no transaction: begin and end would be two more ways to the server and back."""
    options = connection.get_execution_options()
    looks_only = bool(options.get("studyhall_reading")) and not options.get("studyhall_writing")
    line: Any = connection.connection.dbapi_connection
    if line.autocommit is not looks_only:
        line.autocommit = looks_only


TRUSTED_FOR = 2.0
"""Seconds that a connection to PostgreSQL may have rested and be used again without asking whether it lives. A
server is away for longer when it is started anew, and the first statement that fails empties the pool."""


def _rests(_line: object, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = time.monotonic()


def _is_alive(line: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    if time.monotonic() - record.info.get("rests_since", time.monotonic()) < TRUSTED_FOR:
        return
    try:
        line.autocommit = True
        line.execute("SELECT 1")
    except line.OperationalError as error:
        raise InvalidatePoolError from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own BEGIN comes too late and in the wrong mode, so transactions are begun by hand below.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=FULL",
        # 4 MB each, so that 256 of them stay within a gigabyte; behind it stands the system's own cache.
        "cache_size=-4000",
        # As on PostgreSQL, so that a path is covered alike on both; and only so does LIKE use an index.
        "case_sensitive_like=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("studyhall_writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
