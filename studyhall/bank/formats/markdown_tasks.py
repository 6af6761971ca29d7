"""Options of a Markdown bank as a task list: - [x] 甲. What is ticked is the key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from studyhall.bank.formats.lines import Line
from studyhall.bank.record import KEYS

_TASK = re.compile(r"^\s*[-*+]\s+\[([ xX])\]\s*(\S.*)$")
_HEADING = re.compile(r"^\s*#{1,6}\s+(?=\d{1,4}\s*[.．、])")


def with_keys(lines: Sequence[Line]) -> list[Line]:
    """The same lines where there is no such list; else with letters, and a line with the key below each list."""
    if sum(bool(_TASK.match(line.text)) for line in lines) < 2:
        return list(lines)
    found: list[Line] = []
    ticked: list[str] = []
    count = 0
    for line in [*lines, replace(lines[-1], text="")]:
        task = _TASK.match(line.text)
        if task and count < len(KEYS):
            ticked += [KEYS[count]] if task[1] in "xX" else []
            found.append(replace(line, text=f"{KEYS[count]}. {task[2]}"))
            count += 1
            continue
        if line.text.strip() and count:
            found += [replace(found[-1], text=f"答案：{''.join(ticked)}")] if ticked else []
            ticked, count = [], 0
        found.append(replace(line, text=_HEADING.sub("", line.text)))
    last = found.pop()
    return [*found, replace(last, text=f"答案：{''.join(ticked)}")] if ticked else found
