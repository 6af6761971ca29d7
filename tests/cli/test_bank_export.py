"""`bank export` writes what the page writes and says what it promised to say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from studyhall import migrations
from studyhall.bank.formats import read_file
from studyhall.core import state
from studyhall.core.audit import AuditEvent
from studyhall.core.db import Database
from tests.cli.test_bank_import import run
from tests.factories import a_bank_of, a_law, a_township


@pytest.fixture
def bank() -> str:
    """A site with one law, five questions; gives the bank's name."""
    database = Database(state.database_url())
    migrations.upgrade(database)
    with database.writing() as session:
        township = a_township(session)
        first, other = a_law(session, "甲法").law_id, a_law(session, "乙法").law_id
        name = a_bank_of(session, first, township, single=2, judge=1).name
        a_bank_of(session, other, township, single=2)
    database.close()
    return name


@pytest.mark.parametrize("form", ["gift", "aiken", "moodle", "qti", "json", "xlsx", "docx", "package"])
def test_every_form_is_written_and_reads_back(bank: str, tmp_path: Path, form: str) -> None:
    file = tmp_path / "out"
    done = run("bank", "export", str(file), "--format", form, "--json")
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    assert set(document) == {"file", "format", "questions", "by_kind", "losses"}
    assert (document["format"], document["questions"]) == (form, 4 if form == "aiken" else 5)
    assert (
        sum(count for kind, count in document["by_kind"].items() if kind != "case") == document["questions"]
    )
    assert len(read_file(file).records) == (4 if form == "aiken" else 5)


def test_only_one_bank_or_one_law(bank: str, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    for how in (("--bank", bank), ("--law", "甲法")):
        done = run("bank", "export", str(file), "--format", "json", *how, "--json")
        assert json.loads(done.stdout)["questions"] == 3


def test_what_is_lost_is_said(bank: str, tmp_path: Path) -> None:
    done = run("bank", "export", str(tmp_path / "out.txt"), "--format", "aiken", "--json")
    assert "1道不是单选题，不会导出。" in json.loads(done.stdout)["losses"]
    assert "1道不是单选题" in done.stderr


@pytest.mark.parametrize("how", [("--bank", "没有这个"), ("--law", "没有这部")])
def test_what_is_not_there_is_refused_and_nothing_is_written(
    bank: str, tmp_path: Path, how: tuple[str, str]
) -> None:
    file = tmp_path / "out.json"
    done = run("bank", "export", str(file), "--format", "json", "--json", *how)
    assert (done.exit_code, done.stdout) == (1, "")
    assert not file.exists()


def test_a_place_that_cannot_be_written_is_said_and_not_noted(bank: str, tmp_path: Path) -> None:
    done = run("bank", "export", str(tmp_path / "no" / "out.json"), "--format", "json")
    assert done.exit_code == 1 and "写不进去" in done.stderr
    database = Database(state.database_url())
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) == 0
    database.close()


def test_an_unknown_form_is_wrong_use(bank: str, tmp_path: Path) -> None:
    assert run("bank", "export", str(tmp_path / "out"), "--format", "pdf").exit_code == 2


def test_a_form_that_would_hold_nothing_is_refused(bank: str, tmp_path: Path) -> None:
    database = Database(state.database_url())
    with database.writing() as session:
        a_bank_of(session, a_law(session, "丙法").law_id, judge=2)
    database.close()
    done = run("bank", "export", str(tmp_path / "out.txt"), "--format", "aiken", "--law", "丙法")
    assert done.exit_code == 1 and "没有单选题" in done.stderr
    assert not (tmp_path / "out.txt").exists()
