"""The numbers Word prints before paragraphs and does not keep in their text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from studyhall.core.citations import to_chinese

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = "%1."


@dataclass
class _List:
    abstract: str
    levels: dict[int, _Level]
    restarts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts as Word does; `label(paragraph)` is asked once for each paragraph, in order."""

    def __init__(self, numbering: Any | None, styles: Any | None) -> None:
        self.lists: dict[str, _List] = {}
        self.counts: dict[str, dict[int, int]] = {}
        self.begun: set[str] = set()
        self.styles = _style_lists(styles)
        if numbering is not None:
            self._read(numbering)

    def _read(self, root: Any) -> None:
        abstracts = {
            one.get(f"{W}abstractNumId"): {
                int(level.get(f"{W}ilvl", "0")): _level(level) for level in one.findall(f"{W}lvl")
            }
            for one in root.findall(f"{W}abstractNum")
        }
        for num in root.findall(f"{W}num"):
            abstract = _value(num.find(f"{W}abstractNumId"))
            found = _List(abstract, dict(abstracts.get(abstract, {})))
            for override in num.findall(f"{W}lvlOverride"):
                at = int(override.get(f"{W}ilvl", "0"))
                start = _value(override.find(f"{W}startOverride"))
                if start.isdigit():
                    found.restarts[at] = int(start)
                level = override.find(f"{W}lvl")
                if level is not None:
                    found.levels[at] = _level(level)
            self.lists[num.get(f"{W}numId")] = found

    def label(self, paragraph: Any) -> str:
        """`3.`, `A、`, `（二）`; empty where the paragraph has no number."""
        num_id, at = self._of(paragraph)
        found = self.lists.get(num_id)
        if found is None or at not in found.levels:
            return ""
        counts = self.counts.setdefault(found.abstract, {})
        if num_id not in self.begun:
            self.begun.add(num_id)
            for level, start in found.restarts.items():
                counts[level] = start - 1
        counts[at] = counts.get(at, found.levels[at].start - 1) + 1
        for deeper in [level for level in counts if level > at]:
            del counts[deeper]
        return _printed(found.levels, counts, at)

    def _of(self, paragraph: Any) -> tuple[str, int]:
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return "", 0
        own = properties.find(f"{W}numPr")
        style = _value(properties.find(f"{W}pStyle"))
        num_id, at = self.styles.get(style, ("", 0))
        if own is not None:
            num_id = _value(own.find(f"{W}numId")) or num_id
            level = _value(own.find(f"{W}ilvl"))
            at = int(level) if level.isdigit() else at
        return num_id, at


def _level(element: Any) -> _Level:
    start = _value(element.find(f"{W}start"))
    return _Level(
        int(start) if start.isdigit() else 1,
        _value(element.find(f"{W}numFmt")) or "decimal",
        _value(element.find(f"{W}lvlText")),
    )


def _style_lists(styles: Any | None) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    if styles is None:
        return found
    for style in styles.findall(f"{W}style"):
        own = style.find(f"{W}pPr/{W}numPr")
        if own is not None:
            level = _value(own.find(f"{W}ilvl"))
            at = int(level) if level.isdigit() else 0
            found[style.get(f"{W}styleId")] = (_value(own.find(f"{W}numId")), at)
    return found


def _printed(levels: dict[int, _Level], counts: dict[int, int], at: int) -> str:
    if levels[at].format in ("bullet", "none") or not levels[at].text:
        return ""

    def number(match: re.Match[str]) -> str:
        level = int(match[1]) - 1
        return in_format(counts.get(level, 1), levels[level].format if level in levels else "decimal")

    text = re.sub(r"%(\d)", number, levels[at].text)
    return text if re.search(r"[^\w]\s*$", text) or levels[at].text[-1] not in "123456789" else text + "."


def in_format(number: int, format: str) -> str:
    if format in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if format == "upperLetter" else letter.lower()
    if "hinese" in format or format in ("japaneseCounting", "ideographDigital", "taiwaneseCounting"):
        return to_chinese(number) if 0 <= number <= 9999 else str(number)
    if format in ("upperRoman", "lowerRoman"):
        return _roman(number) if format == "upperRoman" else _roman(number).lower()
    return str(number)


def _roman(number: int) -> str:
    text = ""
    for value, sign in (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        while number >= value and len(text) < 20:
            text, number = text + sign, number - value
    return text


def _value(element: Any | None) -> str:
    return (element.get(f"{W}val") or "") if element is not None else ""
