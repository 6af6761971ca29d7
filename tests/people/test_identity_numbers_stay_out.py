"""After a sheet with identity numbers has come in every way, none of them is anywhere in the state folder."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from studyhall import migrations
from studyhall.cli import main
from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people.models import Person
from tests.conftest import make_app
from tests.factories import a_person, a_township, sign_in
from tests.people.test_sheets import NUMBER

NUMBERS = (NUMBER, "654221199001011235", "11010519880605371X")
PIECES = [number[6:14].encode() for number in NUMBERS]


def a_sheet_full_of_them() -> bytes:
    """In a column of their own, as staff numbers, and inside names and duties; larger than werkzeug keeps
    in memory by itself."""
    lines = ["姓名,单位,身份证号,职务,工号,备注"]
    lines += [
        f"某{c} {NUMBERS[n]},西渠村,{NUMBERS[n]},干事 {NUMBERS[n]},{NUMBERS[n]},"
        for n, c in enumerate("甲乙丙")
    ]
    lines += [f"添{chr(0x4E00 + n)},东河村,{NUMBERS[n % 3]},干事,,{'备注' * 60}" for n in range(2000)]
    return "\n".join(lines).encode()


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """State folder and temporary files in one place that can be searched whole."""
    folder = tmp_path / "watched"
    (folder / "tmp").mkdir(parents=True)
    monkeypatch.setenv("STUDYHALL_HOME", str(folder / "home"))
    monkeypatch.setenv("TMPDIR", str(folder / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    return folder


def found_in(folder: Path) -> list[str]:
    hits = []
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            hits += [f"{path.name}: {piece!r}" for piece in PIECES if piece in data]
            hits += [f"{path.name}: utf-16" for n in NUMBERS if n[6:14].encode("utf-16-le") in data]
    return hits


def a_clerk(database: Database) -> FlaskClient:
    app = make_app(database)
    with database.writing() as session:
        town = a_township(session)
        admin: Person = a_person(session, town, roles=[(Role.ADMIN, town)])
        token = sign_in(session, admin.id, clock.now())
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client


def test_through_the_page_nothing_of_them_is_kept(watched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (watched / "home").mkdir()
    database = Database(f"sqlite:///{watched / 'home' / 'studyhall.sqlite3'}")
    migrations.upgrade(database)
    client = a_clerk(database)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", _never)
    sent = client.post(
        "/people/import",
        data={"file": (io.BytesIO(a_sheet_full_of_them()), f"{NUMBER}.csv"), "on": "2026-05-20"},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 302
    page = client.get(sent.location).get_data(as_text=True)
    assert "身份证号这一列没有读进来" in page
    assert not any(piece.decode() in page for piece in PIECES)
    landed = client.post(sent.location, data={"do": "land"})
    assert landed.status_code == 302, landed.get_data(as_text=True)[-400:]
    backup = sqlite3.connect(watched / "home" / "backup.sqlite3")
    with backup, sqlite3.connect(watched / "home" / "studyhall.sqlite3") as live:
        live.backup(backup)
    assert found_in(watched) == []
    database.close()


def _never(*_: object, **__: object) -> None:
    raise AssertionError("an uploaded roster touched the disk")


def test_through_the_command_nothing_of_them_is_kept(watched: Path) -> None:
    outside = watched.parent / "given"
    outside.mkdir()
    (outside / "名册.csv").write_bytes(a_sheet_full_of_them())
    done = CliRunner().invoke(main, ["people", "import", str(outside / "名册.csv"), "--yes", "--json"])
    assert done.exit_code == 0, done.output
    assert not any(piece.decode() in done.output for piece in PIECES)
    assert found_in(watched) == []


def test_the_search_itself_would_find_one(watched: Path) -> None:
    (watched / "leak").write_text(f"x{NUMBER}")
    assert found_in(watched)
