"""Question banks of strangers, read in the process of `core.sandbox`: little memory, little time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from studyhall.bank.formats import read_file
from studyhall.bank.formats.reading import Reading, Refused
from studyhall.bank.many import kept_alive
from studyhall.core import errors
from studyhall.core.sandbox import SECONDS, apart


def read_apart(
    path: Path, key_path: Path | None = None, *, name: str | None = None, seconds: int = SECONDS
) -> Reading:
    """As `formats.read_file`; raises Refused with a line for the clerk whatever happens to the child."""
    order = {
        "path": str(path.resolve()),
        "key": str(key_path.resolve()) if key_path else None,
        "name": name or path.name,
    }
    words = json.dumps(order).encode("utf-8")
    with kept_alive():
        try:
            return Reading.from_dict(apart(f"{__name__}:read_ordered", words, seconds=seconds))
        except errors.Refused as refused:
            raise Refused(refused.message) from None


def read_ordered(order: bytes) -> dict[str, Any]:
    """In the child: the file that the order names, as plain values."""
    wanted = json.loads(order)
    key = Path(wanted["key"]) if wanted["key"] else None
    try:
        return read_file(Path(wanted["path"]), key, name=wanted["name"]).to_dict()
    except Refused as refused:
        raise errors.Refused(str(refused)) from None
