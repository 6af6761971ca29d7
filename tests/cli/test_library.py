"""`studyhall library import` and `library changes`, held to the form that other programs read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from studyhall.cli import main
from tests.library.texts import NEW, OLD


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["library", *arguments])


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def new(tmp_path: Path) -> str:
    return _file(tmp_path, "水渠法2024.txt", NEW)


@pytest.fixture
def old(tmp_path: Path) -> str:
    return _file(tmp_path, "水渠法2010.txt", OLD)


@pytest.fixture
def amended(tmp_path: Path) -> str:
    return _file(tmp_path, "修正.txt", OLD.replace("会议通过）", "会议通过 根据2019年4月23日的决定修正）"))


def _file(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_dry_run_tells_what_was_read_and_needs_no_database(new: str, tmp_path: Path) -> None:
    assert document(run("import", new, "--dry-run", "--json")) == {
        "files": [
            {
                "file": "水渠法2024.txt",
                "title": "中华人民共和国水渠法",
                "short_title": "水渠法",
                "edition": "2024-05-01",
                "adopted": "2024-02-01",
                "effective": "2024-05-01",
                "articles": 8,
                "faults": [],
            }
        ]
    }
    assert not (tmp_path / "home").exists()


def test_a_day_the_file_does_not_say_is_null_with_a_fault(amended: str) -> None:
    (found,) = document(run("import", amended, "--dry-run", "--json"))["files"]
    assert (found["edition"], found["effective"], found["adopted"]) == (None, None, "2019-04-23")
    assert found["faults"][0]["place"] == "施行日期"
    assert set(found["faults"][0]) == {"place", "reason"}


def test_such_a_file_is_not_imported_until_the_day_is_named(amended: str) -> None:
    refused = run("import", amended, "--json")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "从哪一天起施行" in refused.stderr
    (found,) = document(run("import", amended, "--effective", "2019-07-01", "--json"))["files"]
    assert (found["edition"], found["faults"]) == ("2019-07-01", [])


def test_importing_makes_the_database_and_a_second_time_changes_nothing(new: str) -> None:
    first = run("import", new)
    assert first.exit_code == 0
    assert "导入《水渠法》" in first.stderr
    assert first.stdout == ""
    assert "没有变《水渠法》" in run("import", new).stderr


def test_a_file_that_is_no_law_is_refused_with_its_name(new: str, tmp_path: Path) -> None:
    other = _file(tmp_path, "通知.txt", "今天下午开会。")
    refused = run("import", new, other, "--json")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "通知.txt" in refused.stderr
    assert run("changes", "水渠法").exit_code == 1


def test_wrong_use_is_exit_code_2(new: str) -> None:
    assert run("import").exit_code == 2
    assert run("import", new, "--effective", "明天").exit_code == 2
    assert run("import", "没有这个文件.txt").exit_code == 2


def test_changes_have_a_row_for_each_old_article_then_the_new_ones(new: str, old: str) -> None:
    assert run("import", new, old).exit_code == 0
    found = document(run("changes", "水渠法", "--json"))
    assert (found["law"], found["from"], found["to"]) == ("水渠法", "2010-06-01", "2024-05-01")
    assert [row["old"] for row in found["changes"]] == [["1"], ["2"], ["3"], ["4"], ["5"], ["6"], []]
    split = dict(found["changes"][4])
    likeness = split.pop("likeness")
    assert split == {"old": ["5"], "new": ["6", "7"], "moved": True, "text": "edited", "shape": "split"}
    assert 0 < likeness < 1
    assert found["changes"][-1]["text"] == "new"
    assert document(run("changes", "水渠法", "--from", "2010-06-01", "--to", "2024-05-01", "--json")) == found


def test_changes_of_one_edition_or_an_unknown_law_are_refused(new: str) -> None:
    run("import", new)
    for law, words in (("水渠法", "只有一版"), ("山林法", "还没有《山林法》")):
        refused = run("changes", law, "--json")
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert words in refused.stderr
