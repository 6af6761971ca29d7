"""What the cells of one question hold besides plain words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studyhall.bank.answers import letters_of
from studyhall.bank.record import KEYS, Point, normalised


def without_options(stem: str, options: Sequence[tuple[str, str]]) -> str:
    """The stem without the options run on at its end (…____A、甲B、乙CD); empty where they are not there."""
    if len(options) < 2 or not re.search(r"[AＡ]", stem):
        return ""
    tail = normalised("".join(letter + text for letter, text in options))
    if not normalised(stem).endswith(tail):
        return ""
    for match in reversed(list(re.finditer(r"[AＡ]", stem))):
        if normalised(stem[match.start() :]) == tail:
            return stem[: match.start()].strip()
    return ""


_LETTERED = re.compile(r"^\s*[（(]?([A-LＡ-Ｌ])\s*[）)]?\s*(?:[.．、:：]\s*|[）)]\s*|$)")


MAY_LETTER = frozenset("（(ABCDEFGHIJKLＡＢＣＤＥＦＧＨＩＪＫＬ")


def unlettered(text: str, place: int) -> tuple[str, str]:
    """`B、《史记》` in the second column -> ("B", "《史记》"); the letter of another place stays."""
    text = text.strip()
    match = _LETTERED.match(text) if text[:1] in MAY_LETTER else None
    if match and letters_of(match[1]) == (KEYS[place],) and match.end() <= len(text):
        rest = text[match.end() :].strip()
        if rest or len(text) <= 2:
            return KEYS[place], rest
    return KEYS[place], text


_POINT = re.compile(r"(.+)[（(]\s*(\d{1,3})\s*分?\s*[）)]")


def number_of(words: str) -> int | None:
    match = re.fullmatch(r"\s*(\d{1,6})(?:\.0)?\s*", words) if words else None
    return int(match[1]) if match else None


def blanks_written(words: str, blanks: int) -> tuple[tuple[str, ...], ...]:
    """What `sheet_out` writes: 60/六十；书面, else a line a blank and || between; () for anything else."""
    between = "\n" if "\n" in words else "；"
    parts = words.split(between) if blanks > 1 else [words]
    found = tuple(
        tuple(filter(None, (word.strip() for word in part.split("||" if "||" in part else "/"))))
        for part in parts
    )
    return found if len(found) == max(blanks, 1) and all(found) else ()


def points_of(words: str) -> tuple[Point, ...]:
    """报告（2分）；登记（1分）, or one a line."""
    if not words:
        return ()
    lines = [_POINT.fullmatch(line.strip()) for line in words.split("\n")]
    if len(lines) > 1 and all(lines):
        return tuple(Point(line[1].strip(), int(line[2])) for line in lines if line)
    found = re.findall(r"([^；;\n（(]+?)\s*[（(]\s*(\d{1,3})\s*分?\s*[）)]", words)
    return tuple(Point(text.strip(), int(worth)) for text, worth in found)
