"""Where the site keeps its state: one folder, one key that only its owner reads."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from studyhall.core import state


def test_the_folder_is_made_on_first_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDYHALL_HOME", str(tmp_path / "a" / "b"))
    assert state.home() == tmp_path / "a" / "b"
    assert state.home().is_dir()


def test_without_a_word_it_is_the_instance_of_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STUDYHALL_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    assert state.home() == tmp_path / "instance"


def test_the_database_is_the_one_named_or_a_file_in_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    assert state.database_url("x.sqlite3") == f"sqlite:///{state.home() / 'x.sqlite3'}"
    monkeypatch.setenv("STUDYHALL_DATABASE_URL", "postgresql+psycopg://db/hall")
    assert state.database_url("x.sqlite3") == "postgresql+psycopg://db/hall"


def test_the_key_is_made_once_and_is_for_its_owner_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STUDYHALL_SECRET_KEY", raising=False)
    key = state.secret_key()
    assert len(key) >= 43
    assert state.secret_key() == key
    if os.name == "posix":
        assert stat.S_IMODE((state.home() / "secret_key").stat().st_mode) == 0o600


def test_two_who_start_at_once_share_one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STUDYHALL_SECRET_KEY", raising=False)
    state.home()
    for _round in range(50):
        (state.home() / "secret_key").unlink(missing_ok=True)
        with ThreadPoolExecutor(8) as pool:
            keys = set(pool.map(lambda _: state.secret_key(), range(8)))
        assert len(keys) == 1 and "" not in keys


def test_a_key_given_is_used_and_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDYHALL_SECRET_KEY", "given")
    assert state.secret_key() == "given"
    assert not (state.home() / "secret_key").exists()
