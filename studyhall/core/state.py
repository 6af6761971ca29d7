"""Where this site keeps its state: the folder, the database address, the secret key."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def home() -> Path:
    """`STUDYHALL_HOME`, else `./instance` of the current folder; made on first use."""
    folder = Path(os.environ.get("STUDYHALL_HOME") or "instance").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def database_url(default_name: str = "studyhall.sqlite3") -> str:
    """`STUDYHALL_DATABASE_URL`, else an SQLite file in the state folder."""
    return os.environ.get("STUDYHALL_DATABASE_URL") or f"sqlite:///{home() / default_name}"


def secret_key() -> str:
    """The key that signs cookies: read from the state folder, made there once, readable by its owner only."""
    given = os.environ.get("STUDYHALL_SECRET_KEY")
    if given:
        return given
    path = home() / "secret_key"
    if not path.exists():
        _make_key(path)
    return path.read_text(encoding="ascii").strip()


def _make_key(path: Path) -> None:
    """Written aside, put in place whole: of two processes that start at once one wins, none reads half."""
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(
        os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii"
    ) as file:
        file.write(secrets.token_urlsafe(48))
    try:
        # A link, unlike a rename, never replaces what is there; on Windows the rename refuses to.
        (os.rename if os.name == "nt" else os.link)(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink(missing_ok=True)
