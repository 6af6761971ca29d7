"""The inside of `formats.sandbox`: the file that an order names, read and made ready to be carried away."""

from __future__ import annotations

import json
from pathlib import Path

from studyhall.bank.carried import Carried
from studyhall.bank.formats import read_file
from studyhall.bank.formats.reading import Refused
from studyhall.core import errors
from studyhall.core.sandboxed import Lines


def read(order: bytes) -> Lines:
    wanted = json.loads(order)
    key = Path(wanted["key"]) if wanted["key"] else None
    try:
        return Carried.of(read_file(Path(wanted["path"]), key, name=wanted["name"])).to_lines()
    except Refused as refused:
        raise errors.Refused(str(refused)) from None


def make_ready() -> None:
    """What most files need and `opening` loads only where one needs it."""
    from studyhall.bank.formats import opening, opening_words, sheet_cells, sheets, word  # noqa: F401
