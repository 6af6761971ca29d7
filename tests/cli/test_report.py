"""`studyhall report month --json` is the document of the contract, key by key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from studyhall import migrations
from studyhall.cli import main
from studyhall.core import clock, state
from studyhall.core.db import Database
from tests.factories import a_person, a_township, a_unit
from tests.reports.building import (
    LATER,
    OPENS,
    a_contest,
    announce_make_up,
    exempts,
    hands_in,
    makes_up,
)

COUNTS = [
    "due", "exempt", "exempt_after_close", "took_part", "passed", "excellent", "participation",
    "pass_rate_due", "pass_rate_present", "excellent_rate", "mean_score",
]  # fmt: skip
ASSESSMENT = ["id", "title", "kind", "status", "opens", "closes", *COUNTS, "with_make_up", "units", "missing"]


@dataclass
class Town:
    missing: str


@pytest.fixture
def database() -> Database:
    """The site's own database, where the command finds it."""
    database = Database(state.database_url())
    migrations.upgrade(database)
    yield database
    database.close()


@pytest.fixture
def town(database: Database) -> Town:
    with database.writing() as session:
        township = a_township(session)
        village = a_unit(session, "SZ", township, name="沙枣村")
        present, failed = a_person(session, township), a_person(session, village)
        missing = a_person(session, village, name="努尔古丽·别克", staff_no="SZ0009")
        early, late = a_person(session, township), a_person(session, village)
        contest = a_contest(session, township, title="2026年5月月月赛")
        hands_in(session, contest, present, 9500)
        hands_in(session, contest, failed, 5000)
        exempts(session, contest, early)
        exempts(session, contest, late, after_close=True)
        return Town(missing.staff_no)


def run(*words: str) -> Result:
    with clock.standing_at(LATER):
        return CliRunner().invoke(main, ["report", "month", *words])


def document(*words: str) -> dict[str, Any]:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout_bytes.decode("utf-8"))


def test_the_document_has_the_keys_of_the_contract_in_its_order(town: Town) -> None:
    found = document("2026-05")
    assert list(found) == ["month", "unit", "as_of", "assessments"]
    assert (found["month"], found["unit"]) == ("2026-05", {"code": "T1", "name": "T1乡"})
    assert found["as_of"] == "2026-05-27T18:00:00+08:00"
    one = found["assessments"][0]
    assert list(one) == ASSESSMENT
    assert [list(row) for row in one["units"]] == [["code", "name", *COUNTS]] * 2


def test_counts_are_integers_and_rates_unrounded(town: Town) -> None:
    one = document("2026-05")["assessments"][0]
    assert (one["kind"], one["status"]) == ("contest", "closed")
    assert (one["opens"], one["closes"]) == ("2026-05-10T09:00:00+08:00", "2026-05-25T18:00:00+08:00")
    assert {key: one[key] for key in COUNTS} == {
        "due": 3, "exempt": 2, "exempt_after_close": 1, "took_part": 2, "passed": 1, "excellent": 1,
        "participation": 2 / 3, "pass_rate_due": 1 / 3, "pass_rate_present": 0.5, "excellent_rate": 0.5,
        "mean_score": 72.5,
    }  # fmt: skip
    assert one["with_make_up"] is None


def test_rows_add_up_and_the_missing_are_named(town: Town) -> None:
    one = document("2026-05")["assessments"][0]
    for key in COUNTS[:6]:
        assert sum(row[key] for row in one["units"]) == one[key]
    assert [row["code"] for row in one["units"]] == ["T1", "SZ"]
    assert one["missing"] == [
        {"staff_no": "SZ0009", "name": "努尔古丽·别克", "unit": {"code": "SZ", "name": "沙枣村"}}
    ]


def test_with_make_up_has_the_same_counts_on_final_scores(town: Town, database: Database) -> None:
    with database.writing() as session:
        from studyhall.people.models import Person
        from studyhall.quizzes.models import Assessment

        contest = session.query(Assessment).one()
        person = session.query(Person).filter_by(staff_no=town.missing).one()
        makes_up(session, contest, person, 6000)
        announce_make_up(session, contest)
    found = document("2026-05")["assessments"]
    assert len(found) == 1, "a make-up is no event of its own"
    assert found[0]["took_part"] == 2
    assert list(found[0]["with_make_up"]) == COUNTS
    assert (found[0]["with_make_up"]["took_part"], found[0]["with_make_up"]["passed"]) == (3, 2)


def test_an_open_one_counts_as_it_stands(town: Town) -> None:
    with clock.standing_at(OPENS.replace(day=15)):
        done = CliRunner().invoke(main, ["report", "month", "2026-05", "--json"])
    assert json.loads(done.stdout)["assessments"][0]["status"] == "open"


def test_one_unit_by_its_code(town: Town) -> None:
    found = document("2026-05", "--unit", "SZ")
    assert found["unit"]["code"] == "SZ"
    assert found["assessments"][0]["due"] == 2
    assert [row["code"] for row in found["assessments"][0]["units"]] == ["SZ"]


def test_a_month_without_any_is_an_empty_list(town: Town) -> None:
    assert document("2026-04")["assessments"] == []


def test_words_go_to_standard_error_and_the_output_stays_empty(town: Town) -> None:
    done = run("2026-05")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "参与率66.7%（2/3人）" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["2026-13"], 2, "不是月份"),
        (["May"], 2, "不是月份"),
        ([], 2, ""),
        (["2026-05", "--unit", "NONE"], 1, "NONE"),
    ],
)
def test_wrong_use_and_what_is_refused_leave_the_output_empty(
    town: Town, words: list[str], code: int, said: str
) -> None:
    done = run(*words, "--json")
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr


def test_a_site_without_a_unit_is_told_what_to_do(database: Database) -> None:
    done = run("2026-05", "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "还没有单位，请先导入名册" in done.stderr


def test_a_database_behind_the_code_is_told_what_to_do(tmp_path: Path, monkeypatch) -> None:
    old = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    migrations.upgrade(old, "20261123_beams")
    old.close()
    monkeypatch.setenv("STUDYHALL_DATABASE_URL", f"sqlite:///{tmp_path / 'old.sqlite3'}")
    done = run("2026-05", "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "数据库的版本比程序旧，请先运行 studyhall db upgrade。" in done.stderr


def test_an_empty_database_is_told_what_to_do_and_where_the_demo_is() -> None:
    done = run("2026-05", "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "这个数据库是空的，请先运行 studyhall db upgrade。\n" in done.stderr
    demo = state.home() / "demo.sqlite3"
    demo.touch()
    assert f"STUDYHALL_DATABASE_URL=sqlite:///{demo}" in run("2026-05", "--json").stderr
