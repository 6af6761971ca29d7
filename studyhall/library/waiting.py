"""A law file between preview and import: kept in the state folder for a day, for the one who uploaded it."""

from __future__ import annotations

import base64
import json
import re
import secrets
from datetime import timedelta
from pathlib import Path

from studyhall.core import clock, state
from studyhall.core.errors import Refused

KEPT = timedelta(days=1)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


def keep(name: str, data: bytes, person_id: int) -> str:
    """Gives the word by which the same person gets it back."""
    folder = _folder()
    for old in folder.glob("law-*.json"):
        if old.stat().st_mtime < (clock.now() - KEPT).timestamp():
            old.unlink(missing_ok=True)
    token = secrets.token_urlsafe(16)
    whole = {"name": name, "person": person_id, "data": base64.b64encode(data).decode("ascii")}
    _path(token).write_text(json.dumps(whole), encoding="utf-8")
    return token


def get(token: str, person_id: int) -> tuple[str, bytes]:
    """Raises Refused for a file that is gone, or was somebody else's."""
    path = _path(token) if _TOKEN.fullmatch(token) else None
    try:
        whole = json.loads(path.read_text(encoding="utf-8")) if path else None
    except FileNotFoundError:
        whole = None
    if whole is None or whole["person"] != person_id:
        raise Refused("这个文件放得太久，已经不在了，没有导入。请重新选一次文件。")
    return whole["name"], base64.b64decode(whole["data"])


def drop(token: str) -> None:
    if _TOKEN.fullmatch(token):
        _path(token).unlink(missing_ok=True)


def _folder() -> Path:
    folder = state.home() / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _path(token: str) -> Path:
    return _folder() / f"law-{token}.json"
