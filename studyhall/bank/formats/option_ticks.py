"""Keys that stand at the options: 乙村（正确答案） says so in words, 乙村 √ may be what somebody ticked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from studyhall.bank.answers import truth_of

_SAID = re.compile(r"\s*[（(【\[]\s*(?:正确答案|正确选项|正确项|标准答案)\s*[)）】\]]\s*")
_TICK = re.compile(
    r"^\s*[√✓✔☑✅]\s*(?=[^\s√✓✔☑✅×✗✘✕])|(?<=[^√✓✔☑✅×✗✘✕（(])\s*(?:[√✓✔☑✅]|[（(]\s*[√✓✔]\s*[）)])\s*$"
)
_CROSS = re.compile(
    r"^\s*[×✗✘✕]\s*(?=[^\s√✓✔☑✅×✗✘✕])|(?<=[^√✓✔☑✅×✗✘✕（(])\s*(?:[×✗✘✕]|[（(]\s*[×✗✘✕]\s*[）)])\s*$"
)


@dataclass(frozen=True)
class Ticked:
    """Options without their marks, and the letters of those that had one."""

    options: list[tuple[str, str]]
    letters: str
    said: bool
    """In words: nothing but the key can be meant."""


def ticked(options: Sequence[tuple[str, str]]) -> Ticked | None:
    """None where no option has a mark, or all have."""
    for pattern, said in ((_SAID, True), (_TICK, False)):
        marked = [letter for letter, text in options if pattern.search(text)]
        if marked and (said or len(marked) < len(options)):
            bare = [(letter, pattern.sub("", text).strip()) for letter, text in options]
            if not said:
                bare = [(letter, _CROSS.sub("", text).strip()) for letter, text in bare]
            return Ticked(bare, "".join(marked), said)
    return None


def says_right(text: str) -> bool:
    """An option that is told to be the right one, in words."""
    return bool(_SAID.search(text))


def lone_truth(stem: str) -> tuple[str, str] | None:
    """对 or 错 as the last line of a stem and nothing beside it: the stem without it, and the word."""
    above, _break, last = stem.rpartition("\n")
    return (above.strip(), last.strip()) if above.strip() and truth_of(last) is not None else None


def truth_lines(stem: str) -> tuple[str, str] | None:
    """对 and 错 on the last two lines of a stem: the stem without them, and the one that is said to be right."""
    *above, first, second = ["", *stem.split("\n")]
    words = [_SAID.sub("", line).strip() for line in (first, second)]
    truths = [truth_of(word) for word in words]
    if not "".join(above).strip() or None in truths or truths[0] == truths[1]:
        return None
    marked = [word for word, line in zip(words, (first, second), strict=True) if says_right(line)]
    return "\n".join(above).strip(), marked[0] if len(marked) == 1 else ""
