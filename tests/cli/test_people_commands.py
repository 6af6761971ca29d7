"""`studyhall init`, `people import` and `people reset-password` hold to their written form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from studyhall.auth import passwords
from studyhall.cli import main
from studyhall.core import state
from studyhall.core.db import Database
from studyhall.people import queries


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "雁落滩乡名册.csv"
    path.write_text("姓名,单位,身份证号\n甲一,西渠村,11010519491231002X\n乙二,司法所,\n", encoding="gb18030")
    return path


def test_init_makes_a_site_with_one_unit_and_one_administrator() -> None:
    made = document(run("init", "--unit", "雁落滩乡", "--name", "刘志远", "--json"))
    assert made["unit"] == {"code": "YLT", "name": "雁落滩乡"}
    assert made["admin"] == {"staff_no": "YLT0001", "name": "刘志远", "unit": made["unit"]}
    database = Database(state.database_url())
    with database.reading() as session:
        person = queries.person_by_staff_no(session, "ylt0001")
        assert passwords.matches(person.password_hash, made["password"])
        assert person.must_change_password and person.password_expires_at is not None
    database.close()


def test_init_asks_nothing_where_nobody_can_answer() -> None:
    assert run("init").exit_code == 0


def test_init_twice_changes_nothing() -> None:
    run("init", "--json")
    again = run("init", "--json")
    assert again.exit_code == 1 and again.stdout == "" and "已经有管理员" in again.stderr


def test_a_sheet_before_init_makes_the_office_and_init_its_administrator(sheet: Path) -> None:
    document(run("people", "import", str(sheet), "--yes", "--json"))
    assert document(run("init", "--name", "刘志远", "--json"))["unit"]["name"] == "雁落滩乡"


def test_a_sheet_is_counted_and_lands_only_with_yes(sheet: Path) -> None:
    looked = document(run("people", "import", str(sheet), "--json"))
    assert looked == {
        "file": sheet.name, "rows": 2, "new": 2, "changed": 0, "transferred": 0, "same": 0, "missing": 0,
        "held": [], "faults": [], "batch": None,
    }  # fmt: skip
    dry = document(run("people", "import", str(sheet), "--dry-run", "--yes", "--json"))
    assert dry["batch"] is None and dry["new"] == 2
    landed = document(run("people", "import", str(sheet), "--yes", "--json"))
    assert landed["new"] == 2 and landed["batch"] is not None
    again = document(run("people", "import", str(sheet), "--yes", "--json"))
    assert (again["new"], again["same"]) == (0, 2)


def test_identity_numbers_are_told_of_and_not_said(sheet: Path) -> None:
    done = run("people", "import", str(sheet), "--json")
    assert "第3列是身份证号" in done.stderr and "19491231" not in done.output


def test_held_rows_keep_everything_out(tmp_path: Path, sheet: Path) -> None:
    run("people", "import", str(sheet), "--yes")
    other = tmp_path / "二.csv"
    other.write_text("姓名,单位\n甲一,司法所\n丙三,司法所\n,司法所\n", encoding="utf-8")
    found = document(run("people", "import", str(other), "--yes", "--json"))
    assert [one["row"] for one in found["held"]] == [2]
    assert "西渠村" in found["held"][0]["reason"]
    assert found["batch"] is None and found["new"] == 1
    assert document(run("people", "import", str(other), "--json"))["new"] == 1


def test_faults_stay_out_with_their_row_and_reason(tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    path.write_text("姓名,单位,电话\n甲一,西渠村,\n,西渠村,13900001111\n", encoding="utf-8")
    found = document(run("people", "import", str(path), "--yes", "--json"))
    assert found["faults"] == [{"row": 3, "reason": "没有姓名"}]
    assert found["new"] == 1 and found["batch"] is not None


@pytest.mark.parametrize("content", ["", "甲,乙\n1,2\n"])
def test_a_file_without_names_is_refused_and_says_nothing_on_standard_output(
    tmp_path: Path, content: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content, encoding="utf-8")
    done = run("people", "import", str(path), "--json")
    assert (done.exit_code, done.stdout) == (1, "") and done.stderr


def test_a_missing_file_is_wrong_use() -> None:
    done = run("people", "import", "没有.xlsx", "--json")
    assert (done.exit_code, done.stdout) == (2, "")


def test_a_password_is_reset_and_said_once(sheet: Path) -> None:
    run("people", "import", str(sheet), "--yes")
    done = document(run("people", "reset-password", "xq0001", "--json"))
    assert done["person"] == {
        "staff_no": "XQ0001", "name": "甲一", "unit": {"code": "XQ", "name": "西渠村"},
    }  # fmt: skip
    database = Database(state.database_url())
    with database.reading() as session:
        assert passwords.matches(
            queries.person_by_staff_no(session, "XQ0001").password_hash, done["password"]
        )
    database.close()


def test_resetting_nobody_is_refused(sheet: Path) -> None:
    run("people", "import", str(sheet), "--yes")
    done = run("people", "reset-password", "NOBODY", "--json")
    assert (done.exit_code, done.stdout) == (1, "") and "NOBODY" in done.stderr


def test_resetting_on_a_site_without_a_unit_is_refused() -> None:
    run("db", "upgrade")
    done = run("people", "reset-password", "X", "--json")
    assert done.exit_code == 1 and "还没有单位，请先导入名册" in done.stderr
