"""The way of the database from version to version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from studyhall.core import search_words
from studyhall.core.db import Database
from studyhall.tables import metadata


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database, revision: str = "head") -> bool:
    """Bring a database to this version of the code, or to an older one; False where it was there already."""
    if is_current(database) or revision_of(database) == revision:
        return False
    with database.engine.connect() as connection:
        # Batch changes rebuild tables on SQLite; with foreign keys on, that deletes child rows.
        if database.is_sqlite:
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        try:
            command.upgrade(_config(connection), revision)
            connection.commit()
        finally:
            if database.is_sqlite:
                connection.rollback()
                connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]
    return True


def is_compared(_object: Any, name: str | None, _kind: str, _reflected: bool, _beside: Any) -> bool:
    """The index of the search has tables of its own on SQLite, and on PostgreSQL an expression."""
    return not search_words.is_own(name)


def knows(revision: str) -> bool:
    """Whether a database of this version can be brought up to date; not so for one of a newer program."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def revision_of(database: Database) -> str | None:
    """None for a database without tables."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(database: Database) -> bool:
    heads = ScriptDirectory.from_config(_config()).get_heads()
    with database.engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)


def differences(database: Database) -> list[Any]:
    """What separates the tables in the database from those in the code; empty when nothing does."""
    with database.engine.connect() as connection:
        opts = {"compare_type": True, "include_object": is_compared}
        context = MigrationContext.configure(connection, opts=opts)
        return list(compare_metadata(context, metadata))


def new_revision(database: Database, message: str, name: str) -> None:
    """Write the next migration out of the difference (for developers)."""
    with database.engine.connect() as connection:
        command.revision(_config(connection), message=message, autogenerate=True, rev_id=name)
