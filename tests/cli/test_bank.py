"""`studyhall bank check` and `bank load`, held to the form that other programs read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from studyhall import migrations
from studyhall.bank.models import Question
from studyhall.cli import main
from studyhall.core import clock, resources, state
from studyhall.core.audit import AuditEvent
from studyhall.core.db import Database
from tests.bank.test_loading import CASE, HEAD, JUDGE, SINGLE
from tests.factories import a_township


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["bank", *arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bank" / "ceshifa").mkdir(parents=True)
    return write(tmp_path / "bank", SINGLE, JUDGE, CASE)


def write(folder: Path, *questions: str) -> Path:
    (folder / "ceshifa" / "01.yaml").write_text(HEAD + "".join(questions), encoding="utf-8")
    return folder


def site() -> Database:
    """A database of the current version, as `init` leaves it."""
    database = Database(state.database_url())
    migrations.upgrade(database)
    return database


def test_check_counts_by_law_kind_and_difficulty(folder: Path) -> None:
    result = run("check", str(folder), "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["ok"], found["faults"]) == (0, True, [])
    (law,) = found["laws"]
    assert (law["law"], law["edition"], law["articles"], law["total"]) == ("测试法", "2020-01-01", 9, 4)
    assert law["by_kind"] == {
        "single": 1, "multiple": 0, "judge": 2, "fill": 1, "short": 0, "other": 0, "case": 1,
    }  # fmt: skip
    assert sum(law["by_difficulty"].values()) == 4
    assert (law["cases"], law["key_points"]) == (1, 0)
    assert law["articles_without_question"] == [1, 2, 7, 8, 9]
    assert set(found) == {"ok", "laws", "faults", "warnings"}


def test_check_needs_no_database(folder: Path) -> None:
    run("check", str(folder))
    assert not (state.home() / "studyhall.sqlite3").exists()


def test_a_fault_is_exit_code_1_with_the_document_and_the_line(folder: Path) -> None:
    write(folder, SINGLE.replace("answer: A", "answer: D"), JUDGE)
    result = run("check", str(folder), "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["ok"]) == (1, False)
    (fault,) = found["faults"]
    assert set(fault) == {"file", "line", "id", "rule", "message"}
    assert (fault["file"], fault["line"], fault["id"]) == ("ceshifa/01.yaml", 6, "ceshi-1")
    assert all(set(warning) == set(fault) for warning in found["warnings"])


def test_our_own_bank_has_no_fault() -> None:
    result = run("check", "--json")
    assert result.exit_code == 0, result.stderr[-2000:]
    assert json.loads(result.stdout)["faults"] == []


def test_load_says_what_was_added_changed_and_left(folder: Path) -> None:
    database = site()
    first = run("load", str(folder), "--json")
    assert first.exit_code == 0, first.output
    assert json.loads(first.stdout) == {
        "laws": ["测试法"], "added": 4, "changed": 0, "same": 0, "retired": 0,
    }  # fmt: skip
    assert "测试法：新增4题，改动0题，不变0题，停用0题。" in first.stderr
    write(folder, SINGLE.replace("群众来访", "村民来访"), JUDGE)
    second = run("load", str(folder))
    assert second.stdout == ""
    assert "新增0题，改动1题，不变1题，停用2题。" in second.stderr
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Question)) == 5
    database.close()


def test_load_is_written_in_the_audit_log_with_or_without_a_unit(folder: Path) -> None:
    database = site()
    assert run("load", str(folder)).exit_code == 0
    with database.writing() as session, clock.standing_at(clock.now()):
        path = a_township(session).path
    assert run("load", str(folder)).exit_code == 0
    with database.reading() as session:
        events = session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [(one.action, one.unit_path) for one in events] == [("bank.loaded", ""), ("bank.loaded", path)]
    database.close()


def test_a_fault_loads_nothing_and_says_where(folder: Path) -> None:
    database = site()
    write(folder, SINGLE.replace("answer: A", "answer: 甲"))
    refused = run("load", str(folder), "--json")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "ceshifa/01.yaml" in refused.stderr
    assert "未载入任何试题" in refused.stderr
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Question)) == 0
    database.close()


def test_a_database_behind_the_code_names_the_way_out(folder: Path) -> None:
    refused = run("load", str(folder))
    assert refused.exit_code == 1
    assert "studyhall db upgrade" in refused.stderr


def test_a_folder_that_is_not_there_is_wrong_use() -> None:
    assert run("check", "/没有这个文件夹").exit_code == 2
    assert resources.question_bank().is_dir()
