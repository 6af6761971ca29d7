"""The migrations lead to the tables that the code has."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from studyhall import migrations
from studyhall.core import audit
from studyhall.core.db import Database


def test_an_upgraded_database_has_the_tables_of_the_code(database: Database) -> None:
    assert migrations.is_current(database)
    assert migrations.differences(database) == []


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    assert migrations.upgrade(database) is False


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET summary = 'x'", "DELETE FROM audit_event"])
def test_the_audit_trail_is_append_only(database: Database, statement: str) -> None:
    with database.writing() as session:
        audit.record(session, None, "site.demo", "unit:1", "一条", unit_path="T1/")
    with pytest.raises(DatabaseError, match="append only"), database.writing() as session:
        session.execute(sa.text(statement))
