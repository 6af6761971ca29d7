"""`bank import` and `bank undo` say what the contract says they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from studyhall import migrations
from studyhall.cli import main
from studyhall.core import state
from studyhall.core.db import Database
from tests.factories import a_township

PAPER = (
    "一、单选题\n1. 水渠坏了由谁来修？（ A ）\nA. 村民委员会 B. 邻村\n2. 没有答案的题（  ）\nA. 甲 B. 乙\n"
)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "题.txt"
    path.write_text(PAPER, encoding="utf-8")
    return path


@pytest.fixture
def township() -> None:
    database = Database(state.database_url())
    migrations.upgrade(database)
    with database.writing() as session:
        a_township(session)
    database.close()


def test_a_dry_run_needs_no_database(paper: Path) -> None:
    done = run("bank", "import", str(paper), "--dry-run", "--json", "--questions")
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    assert {key: document[key] for key in ("file", "total", "ready", "duplicates", "batch")} == {
        "file": "题.txt", "total": 2, "ready": 1, "duplicates": 0, "batch": None,
    }  # fmt: skip
    assert document["by_kind"]["single"] == 2
    assert [item["counted"] for item in document["held"]] == [True]
    assert document["questions"][0]["answer"] == ["A"]
    assert not (state.home() / "studyhall.sqlite3").exists()


def test_without_yes_nothing_lands(paper: Path, township: None) -> None:
    document = json.loads(run("bank", "import", str(paper), "--json").stdout)
    assert (document["ready"], document["batch"]) == (1, None)


def test_with_yes_it_lands_and_can_be_taken_back(paper: Path, township: None) -> None:
    landed = json.loads(run("bank", "import", str(paper), "--yes", "--json").stdout)
    again = json.loads(run("bank", "import", str(paper), "--yes", "--json").stdout)
    assert (landed["ready"], again["ready"], again["duplicates"]) == (1, 0, 1)
    undone = run("bank", "undo", str(landed["batch"]), "--json")
    assert json.loads(undone.stdout) == {"batch": landed["batch"], "questions": 1}
    assert run("bank", "undo", str(landed["batch"])).exit_code == 1


def test_a_site_without_a_unit_is_refused(paper: Path) -> None:
    done = run("bank", "import", str(paper), "--yes", "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "还没有单位" in done.stderr
    assert run("bank", "import", str(paper), "--json").exit_code == 0


def test_a_file_that_cannot_be_read_is_refused_in_words(tmp_path: Path) -> None:
    broken = tmp_path / "坏的.docx"
    broken.write_bytes(b"PK\x03\x04not a zip")
    done = run("bank", "import", str(broken), "--dry-run", "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.strip() and "Traceback" not in done.stderr


def test_wrong_use_exits_2() -> None:
    assert run("bank", "import").exit_code == 2
    assert run("bank", "undo", "x").exit_code == 2
