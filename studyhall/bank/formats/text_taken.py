"""Papers as somebody sat them: what was answered, and what it earned, is no part of a question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from studyhall.bank.formats.lines import Line
from studyhall.bank.formats.text_rules import mark_of, numbers_of_line

_SAT = re.compile(r"(?:[我你您]|考生|学生|用户)(?:选择|所选)?的?\s*(?:答案|选择|作答)")
_EARNED = re.compile(r"\s*[+＋]?\d{1,3}(?:\.\d+)?\s*分\s*")


def without_what_was_answered(lines: Sequence[Line]) -> list[Line]:
    """Only where the file says 我的答案: elsewhere a line 60分 may be an option or a key."""
    if not any(_says_what_was_answered(line.text) for line in lines):
        return list(lines)
    return list(_without(lines))


def _says_what_was_answered(text: str) -> bool:
    mark = mark_of(text)
    return mark.rule == "meta" and bool(_SAT.match(mark.name))


def _without(lines: Sequence[Line]) -> Iterator[Line]:
    """What was answered may stand on the lines below its label, up to the next label."""
    below = False
    for line in lines:
        text = line.text
        if _EARNED.fullmatch(text):
            below = False
            continue
        rule = mark_of(text).rule
        if _says_what_was_answered(text):
            below = not mark_of(text).rest
        elif below and rule in ("text", "blank") and not _begins_a_question(text):
            continue
        else:
            below = False
        yield line


def _begins_a_question(text: str) -> bool:
    return any(number.family == "digit" and not number.cost for number in numbers_of_line(text))
