"""The whole of a site in one file, and back: every table, and the files that belong to meetings.

A .zip: `manifest.json`, a JSON line a row for each table, the files as they are. It is the same for both
databases, so that a township that began on SQLite goes on with PostgreSQL. A copy taken by an older version
of the program is restored at its version of the tables and then brought up to date. The key that signs
cookies stays behind: after a restore everybody logs in anew.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from studyhall import migrations
from studyhall.backup.rows import fill, tables_in, write_rows
from studyhall.core import clock
from studyhall.core.db import Database
from studyhall.core.errors import Refused

FORMAT = 1
_FILE = re.compile(r"files/([0-9a-f]{2})/(\1[0-9a-f]{62})")


@dataclass(frozen=True)
class Held:
    """What a copy holds."""

    revision: str
    made_at: datetime
    tables: Mapping[str, int]
    """Rows by table."""
    files: int

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


def backup(database: Database, uploads: Path, target: Path) -> Held:
    """Write a copy of what the database holds at this moment while it goes on being used.

    Raises Refused when the file is there already, or cannot be written: then nothing is left of it.
    """
    if target.exists():
        raise Refused("已经有%(file)s了，没有覆盖。请换一个文件名。", file=target)
    if not target.parent.is_dir():
        raise Refused("没有%(folder)s这个文件夹。", folder=target.parent)
    aside = target.with_name(target.name + ".part")
    try:
        with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive, _standing(database) as connection:
            held = _write(connection, uploads, archive)
        aside.replace(target)
    except OSError as problem:
        raise Refused("写不进%(file)s：%(why)s。", file=target, why=problem.strerror) from None
    finally:
        aside.unlink(missing_ok=True)
    return held


@contextmanager
def _standing(database: Database) -> Iterator[Connection]:
    """A connection that sees one moment of the database, however long it reads."""
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def _write(connection: Connection, uploads: Path, archive: zipfile.ZipFile) -> Held:
    tables = tables_in(connection)
    revision = MigrationContext.configure(connection).get_current_revision()
    about: dict[str, dict[str, Any]] = {}
    for name, table in tables.items():
        with archive.open(f"tables/{name}.jsonl", "w", force_zip64=True) as out:
            count, digest = write_rows(connection, table, out)
        about[name] = {"columns": [column.name for column in table.columns], "rows": count, "sha256": digest}
    files = 0
    for path in sorted(uploads.glob("[0-9a-f][0-9a-f]/*")) if uploads.is_dir() else ():
        name = f"files/{path.parent.name}/{path.name}"
        if _FILE.fullmatch(name):
            archive.write(path, name, zipfile.ZIP_STORED)
            files += 1
    made_at = clock.now()
    manifest = {
        "studyhall": FORMAT,
        "revision": revision,
        "made_at": made_at.isoformat(),
        "tables": about,
        "files": files,
    }
    archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
    return Held(str(revision), made_at, {name: one["rows"] for name, one in about.items()}, files)


def restore(database: Database, uploads: Path, source: Path) -> Held:
    """Fill an empty database, and the folder of files, out of a copy; all of it or nothing.

    Raises Refused for a database that holds anything, and for a file that is no copy, damaged, or of a newer
    version of the program.
    """
    if not source.is_file():
        raise Refused("没有%(file)s这个文件。", file=source)
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive)
            _make_tables(database, manifest["revision"])
            with tempfile.TemporaryDirectory(dir=uploads.parent) as aside:
                files = _unpack(archive, Path(aside))
                with database.engine.connect() as connection, _unchecked(database, connection):
                    fill(connection, archive, manifest["tables"])
                    connection.commit()
                _put(files, uploads)
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError) as problem:
        raise Refused("%(file)s不是完整的备份文件，没有恢复。", file=source.name) from problem
    except OSError as problem:
        raise Refused("读不了%(file)s：%(why)s。", file=source.name, why=problem.strerror) from None
    migrations.upgrade(database)
    rows = {name: one["rows"] for name, one in manifest["tables"].items()}
    return Held(manifest["revision"], datetime.fromisoformat(manifest["made_at"]), rows, len(files))


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
    if manifest["studyhall"] != FORMAT or not migrations.knows(manifest["revision"]):
        raise Refused("这个备份是更新的程序做的。请先升级程序，再恢复。")
    return manifest


def _make_tables(database: Database, revision: str) -> None:
    with database.engine.connect() as connection:
        tables = tables_in(connection)
        for name, table in tables.items():
            if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
                raise Refused("数据库里已经有内容（%(name)s），没有恢复。请用一个空的数据库。", name=name)
    if tables and migrations.revision_of(database) != revision:
        raise Refused("数据库里已经有表，版本和备份不一样。请用一个全新的数据库。")
    migrations.upgrade(database, revision)


@contextmanager
def _unchecked(database: Database, connection: Connection) -> Iterator[None]:
    """SQLite looks at foreign keys at the end only; PostgreSQL sees rows in an order that keeps them."""
    if not database.is_sqlite:
        yield
        return
    raw: Any = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=ON")


def _unpack(archive: zipfile.ZipFile, folder: Path) -> list[Path]:
    """The files, each under its own hash. Raises ValueError for one that is not what its name says."""
    found = []
    for info in archive.infolist():
        match = _FILE.fullmatch(info.filename)
        if match is None:
            continue
        path = folder / match[1] / match[2]
        path.parent.mkdir(exist_ok=True)
        with archive.open(info) as data, path.open("wb") as out:
            shutil.copyfileobj(data, out)
        with path.open("rb") as data:
            if hashlib.file_digest(data, "sha256").hexdigest() != match[2]:
                raise ValueError("damaged")
        found.append(path)
    return found


def _put(files: list[Path], uploads: Path) -> None:
    for path in files:
        place = uploads / path.parent.name / path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        path.replace(place)
