"""Question banks of strangers, read in the process of `core.sandbox`: little memory, little time."""

from __future__ import annotations

import json
from pathlib import Path

from studyhall.bank.carried import Carried
from studyhall.bank.formats.reading import Refused
from studyhall.bank.many import kept_alive
from studyhall.core import errors
from studyhall.core.sandbox import SECONDS, apart


def read_apart(
    path: Path, key_path: Path | None = None, *, name: str | None = None, seconds: int = SECONDS
) -> Carried:
    """As `formats.read_file`; raises Refused with a line for the clerk whatever happens to the child."""
    order = {
        "path": str(path.resolve()),
        "key": str(key_path.resolve()) if key_path else None,
        "name": name or path.name,
    }
    words = json.dumps(order).encode("utf-8")
    with kept_alive():
        try:
            read = apart("studyhall.bank.formats.ordered:read", words, seconds=seconds)
        except errors.Refused as refused:
            raise Refused(str(refused)) from None
        return Carried.from_lines(read)
