"""Tables drawn with signs, as pasted out of mail and old systems: │题号│1│2│ between lines of ─ and ┼."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from studyhall.bank.formats.lines import Line

_BORDER = re.compile(r"[\s─━│┃┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋═║╔╗╚╝╠╣╦╩╬]*[─━═]{2}[\s─━│┃┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋═║╔╗╚╝╠╣╦╩╬]*")
_EDGE = re.compile(r"[│┃║]")


def boxes_as_rows(lines: Sequence[Line]) -> list[Line]:
    """Borders go, rows become cells with tabs between; only where the file draws any."""
    if not any(_BORDER.fullmatch(line.text) for line in lines):
        return list(lines)
    return [_row(line) for line in lines if not _BORDER.fullmatch(line.text)]


def _row(line: Line) -> Line:
    cells = _EDGE.split(line.text.strip())
    if len(cells) < 4 or cells[0] or cells[-1]:
        return line
    return replace(line, text="\t".join(cell.strip() for cell in cells[1:-1]), from_table=True)
