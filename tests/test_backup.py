"""A copy of everything, and back: between the two databases, an older copy, one that is damaged."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from studyhall import migrations
from studyhall.backup import backup, restore
from studyhall.bank.browsing import Filters
from studyhall.bank.models import QuestionVersion
from studyhall.cli import main
from studyhall.core import audit
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.core.errors import Refused
from studyhall.people.models import Person
from studyhall.quizzes.assembly import Line
from tests.factories import a_bank_of, a_law, a_person, a_question, a_township, a_unit, an_assessment

PHOTO = b"\xff\xd8\xff a photograph"


def uploads(folder: Path, *files: bytes) -> Path:
    place = folder / "uploads" / "study"
    place.mkdir(parents=True)
    for data in files:
        digest = hashlib.sha256(data).hexdigest()
        (place / digest[:2]).mkdir(exist_ok=True)
        (place / digest[:2] / digest).write_bytes(data)
    return place


def fill(database: Database) -> None:
    """Keys that go in circles, JSON with and without a value, days, moments."""
    with database.writing() as session:
        town = a_township(session)
        village = a_unit(session, "V", town)
        head = a_person(session, town, roles=[(Role.ADMIN, town)])
        village.contact_id, village.successor_id = head.id, town.id
        law_id = a_law(session).law_id
        bank = a_bank_of(session, law_id, town, single=5, fill=1, short=1)
        case = a_question(session, bank, law_id, "case")
        a_question(session, bank, law_id, "judge", parent=case, position=1)
        an_assessment(session, town, [Line(law_id, "single", how_many=5, worth=2000)])
        audit.record(session, None, "site.demo", "unit:1", "一条", unit_path=town.path, after={"值": None})


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}


def another(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'another.sqlite3'}")


def test_a_copy_of_one_database_fills_the_other_and_is_the_same_again(
    database: Database, tmp_path: Path
) -> None:
    """From this one into an SQLite file, and from there into an empty one of this kind."""
    fill(database)
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    held = backup(database, uploads(tmp_path / "a", PHOTO), first)
    assert (held.files, held.tables["question"], held.tables["unit"]) == (1, 9, 2)
    there = another(tmp_path)
    assert restore(there, uploads(tmp_path / "b"), first) == held
    backup(there, tmp_path / "b" / "uploads" / "study", second)
    assert contents(second) == contents(first)
    with there.reading() as session:
        assert session.scalars(sa.select(QuestionVersion.id).where(*Filters("题干").conditions())).all()


def test_a_copy_fills_an_empty_database_of_either_kind(database: Database, tmp_path: Path) -> None:
    first, second, source = tmp_path / "1.zip", tmp_path / "2.zip", another(tmp_path)
    migrations.upgrade(source)
    fill(source)
    held = backup(source, uploads(tmp_path / "a"), first)
    restore(database, uploads(tmp_path / "b"), first)
    backup(database, uploads(tmp_path / "c"), second)
    assert contents(second) == contents(first)
    with database.writing() as session:
        assert a_township(session, "T2").id == held.tables["unit"] + 1, "numbers go on after the last one"


def test_a_database_that_holds_anything_is_left_alone(sqlite_database: Database, tmp_path: Path) -> None:
    fill(sqlite_database)
    copy = tmp_path / "1.zip"
    backup(sqlite_database, uploads(tmp_path / "a"), copy)
    with pytest.raises(Refused, match="已经有内容"):
        restore(sqlite_database, tmp_path / "a" / "uploads" / "study", copy)


def test_a_file_that_is_there_is_not_overwritten(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "1.zip").write_text("mine")
    with pytest.raises(Refused, match="没有覆盖"):
        backup(sqlite_database, tmp_path, tmp_path / "1.zip")
    assert (tmp_path / "1.zip").read_text() == "mine"


def test_a_copy_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    old = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    migrations.upgrade(old, "20261123_beams")
    copy = tmp_path / "old.zip"
    assert backup(old, uploads(tmp_path / "a"), copy).revision == "20261123_beams"
    restore(another(tmp_path), uploads(tmp_path / "b"), copy)
    assert migrations.is_current(another(tmp_path))
    assert migrations.differences(another(tmp_path)) == []


def changed(copy: Path, name: str, data: bytes | None) -> Path:
    """The copy with one member other than it was, or gone."""
    out = copy.with_name("changed.zip")
    with zipfile.ZipFile(copy) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        if data is not None:
            new.writestr(name, data)
    return out


@pytest.mark.parametrize(
    "broken",
    ["a row lost", "a table lost", "a photograph exchanged", "cut short", "no zip at all"],
)
def test_a_damaged_copy_changes_nothing(sqlite_database: Database, tmp_path: Path, broken: str) -> None:
    fill(sqlite_database)
    copy = tmp_path / "1.zip"
    backup(sqlite_database, uploads(tmp_path / "a", PHOTO), copy)
    photograph = next(name for name in contents(copy) if name.startswith("files/"))
    lines = contents(copy)["tables/person.jsonl"].split(b"\n", 1)[1]
    if broken == "a row lost":
        copy = changed(copy, "tables/person.jsonl", lines)
    elif broken == "a table lost":
        copy = changed(copy, "tables/person.jsonl", None)
    elif broken == "a photograph exchanged":
        copy = changed(copy, photograph, b"another")
    else:
        data = copy.read_bytes()
        copy.write_bytes(data[: len(data) // 2] if broken == "cut short" else b"no zip at all")
    there, place = another(tmp_path), uploads(tmp_path / "b")
    with pytest.raises(Refused, match="不是完整的备份"):
        restore(there, place, copy)
    assert list(place.rglob("*")) == []
    if migrations.revision_of(there):
        with there.reading() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 0


def test_a_name_that_leads_out_of_the_folder_is_passed_over(
    sqlite_database: Database, tmp_path: Path
) -> None:
    copy = tmp_path / "1.zip"
    backup(sqlite_database, uploads(tmp_path / "a"), copy)
    restore(another(tmp_path), uploads(tmp_path / "b"), changed(copy, "files/../../../escaped", b"out"))
    assert not list(tmp_path.rglob("escaped"))


def test_a_copy_of_a_newer_program_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    copy = tmp_path / "1.zip"
    backup(sqlite_database, uploads(tmp_path / "a"), copy)
    with zipfile.ZipFile(copy) as archive:
        manifest = json.load(io.BytesIO(archive.read("manifest.json"))) | {"revision": "29990101_later"}
    newer = changed(copy, "manifest.json", json.dumps(manifest).encode())
    with pytest.raises(Refused, match="请先升级程序"):
        restore(another(tmp_path), uploads(tmp_path / "b"), newer)


def test_the_commands_say_what_they_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDYHALL_HOME", str(tmp_path / "home"))
    run = CliRunner().invoke
    assert run(main, ["db", "upgrade"]).exit_code == 0
    copy = str(tmp_path / "1.zip")
    done = run(main, ["db", "backup", copy, "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["tables"]["person"] == 0
    assert "请妥善保管" in done.stderr
    assert run(main, ["db", "backup", copy]).exit_code == 1
    assert "没有" in run(main, ["db", "restore", str(tmp_path / "none.zip")]).stderr
    assert "已恢复" in run(main, ["db", "restore", copy]).stderr
