"""An address as a QR code: one path for an inline drawing, since nothing may come from another host."""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET = 2


@dataclass(frozen=True)
class Drawing:
    size: int
    path: str


def drawing(address: str) -> Drawing:
    """Dark modules as squares of one unit, with the quiet zone around them."""
    rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]
    path = "".join(
        f"M{column + QUIET} {line + QUIET}h1v1h-1z"
        for line, row in enumerate(rows)
        for column, dark in enumerate(row)
        if dark
    )
    return Drawing(len(rows) + 2 * QUIET, path)
