"""Rows of any table as lines of JSON and back: the same lines for both databases."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from studyhall.backup.order import in_order
from studyhall.core import search_words

AT_ONCE = 1_000
VERSIONS = "alembic_version"


def tables_in(connection: Connection) -> dict[str, sa.Table]:
    """As they stand in the database, whatever the version of the code."""
    metadata = sa.MetaData()
    metadata.reflect(connection, only=lambda name, _metadata: not search_words.is_own(name))
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, sa.JSON):
                column.type = sa.JSON(none_as_null=True)
    return {name: table for name, table in sorted(metadata.tables.items()) if name != VERSIONS}


def write_rows(connection: Connection, table: sa.Table, out: IO[bytes]) -> tuple[int, str]:
    digest, count = hashlib.sha256(), 0
    # JSON as its text: nothing at all and a null of JSON are two things.
    columns = [sa.cast(one, sa.Text) if isinstance(one.type, sa.JSON) else one for one in table.columns]
    query = sa.select(*columns).order_by(*table.primary_key.columns)
    for row in connection.execute(query, execution_options={"yield_per": AT_ONCE}):
        line = json.dumps([_plain(value) for value in row], ensure_ascii=False).encode() + b"\n"
        out.write(line)
        digest.update(line)
        count += 1
    return count, digest.hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value


def fill(connection: Connection, archive: zipfile.ZipFile, about: Mapping[str, Any]) -> None:
    """All rows into empty tables. Raises ValueError where they are not those that were written."""
    tables = tables_in(connection)
    if set(about) != set(tables):
        raise ValueError("other tables")
    later: list[tuple[sa.Table, list[str]]] = []
    for table, circular in in_order(tables):
        _insert(connection, archive, table, about[table.name], skip=circular)
        if circular:
            later.append((table, circular))
    for table, circular in later:
        _point(connection, archive, table, about[table.name], circular)
    if connection.dialect.name == "sqlite":
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise ValueError("a row points to nothing")
        return
    for table in tables.values():
        _continue_numbers(connection, table)


def _insert(
    connection: Connection,
    archive: zipfile.ZipFile,
    table: sa.Table,
    about: Mapping[str, Any],
    skip: list[str],
) -> None:
    batch: list[dict[str, Any]] = []
    for row in _rows(archive, table, about):
        batch.append({name: None if name in skip else value for name, value in row.items()})
        if len(batch) == AT_ONCE:
            connection.execute(sa.insert(table), batch)
            batch = []
    if batch:
        connection.execute(sa.insert(table), batch)


def _point(
    connection: Connection,
    archive: zipfile.ZipFile,
    table: sa.Table,
    about: Mapping[str, Any],
    names: list[str],
) -> None:
    keys = [column.name for column in table.primary_key.columns]
    changed = [
        {f"b_{name}": row[name] for name in (*keys, *names)}
        for row in _rows(archive, table, about)
        if any(row[name] is not None for name in names)
    ]
    statement = (
        sa.update(table)
        .where(*(table.c[name] == sa.bindparam(f"b_{name}") for name in keys))
        .values({name: sa.bindparam(f"b_{name}") for name in names})
    )
    for at in range(0, len(changed), AT_ONCE):
        connection.execute(statement, changed[at : at + AT_ONCE])


def _rows(archive: zipfile.ZipFile, table: sa.Table, about: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Raises ValueError where the lines are not those that were written."""
    if set(about["columns"]) != {column.name for column in table.columns}:
        raise ValueError("other columns")
    digest, readers = hashlib.sha256(), [_reader(table.c[name].type) for name in about["columns"]]
    with archive.open(f"tables/{table.name}.jsonl") as lines:
        for line in lines:
            digest.update(line)
            beside = zip(readers, json.loads(line), strict=True)
            values = [None if value is None else read(value) for read, value in beside]
            yield dict(zip(about["columns"], values, strict=True))
    if digest.hexdigest() != about["sha256"]:
        raise ValueError("damaged")


def _reader(kind: sa.types.TypeEngine[Any]) -> Any:
    """From JSON to what a column of this type takes; SQLite keeps moments without their zone."""
    if isinstance(kind, sa.DateTime):
        keeps_zone = bool(getattr(kind, "timezone", False))
        return lambda text: (
            datetime.fromisoformat(text) if keeps_zone else datetime.fromisoformat(text).replace(tzinfo=None)
        )
    if isinstance(kind, sa.Date):
        return date.fromisoformat
    if isinstance(kind, sa.Time):
        return time.fromisoformat
    if isinstance(kind, sa.JSON):
        return lambda text: sa.JSON.NULL if text == "null" else json.loads(text)
    return base64.b64decode if isinstance(kind, sa.LargeBinary) else lambda value: value


def _continue_numbers(connection: Connection, table: sa.Table) -> None:
    """The next row gets the number after the last one."""
    key = list(table.primary_key.columns)
    if len(key) != 1 or not isinstance(key[0].type, sa.Integer):
        return
    sequence = connection.scalar(
        sa.text("SELECT pg_get_serial_sequence(:name, :key)"), {"name": table.name, "key": key[0].name}
    )
    last = connection.scalar(sa.select(sa.func.max(key[0])))
    if sequence and last is not None:
        connection.execute(sa.text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})
