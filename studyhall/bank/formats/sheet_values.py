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


def unlettered(text: str, place: int) -> tuple[str, str]:
    """`B、《史记》` in the second column -> ("B", "《史记》"); the letter of another place stays."""
    match = _LETTERED.match(text)
    if match and letters_of(match[1]) == (KEYS[place],) and match.end() <= len(text):
        rest = text[match.end() :].strip()
        if rest or len(text.strip()) <= 2:
            return KEYS[place], rest
    return KEYS[place], text.strip()


def number_of(words: str) -> int | None:
    match = re.fullmatch(r"\s*(\d{1,6})(?:\.0)?\s*", words)
    return int(match[1]) if match else None


def points_of(words: str) -> tuple[Point, ...]:
    """报告（2分）；登记（1分）."""
    found = re.findall(r"([^；;\n（(]+?)\s*[（(]\s*(\d{1,3})\s*分?\s*[）)]", words)
    return tuple(Point(text.strip(), int(worth)) for text, worth in found)
