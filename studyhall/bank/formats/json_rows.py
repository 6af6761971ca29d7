"""Where in somebody's JSON the questions stand: in lists, in sections, by number, under material."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from studyhall.bank.answers import kind_of
from studyhall.bank.formats.json_fields import Fields, folded
from studyhall.bank.record import Kind

MOST_DEPTH = 12
_INSIDE = frozenset(
    "options choices option optionlist optionslist choicelist answeroptions answerlist selections candidates "
    "itemlist alternatives answers a answer correctanswers 选项 备选项 备选答案 答案".split()
)
"""Lists that hang on a question and hold none themselves, though their objects look alike."""
_FEWEST_PAIRS = 3


@dataclass
class Row:
    """An object that asks something. `heading` is the section above it."""

    fields: Fields
    heading: str = ""
    parts: list[Row] = field(default_factory=list)
    is_question: bool = True


def rows_of(document: Any) -> list[Row]:
    found = list(_rows(document, "", 0))
    return found or _pairs(document)


def _rows(document: Any, heading: str, depth: int) -> Iterator[Row]:
    if depth > MOST_DEPTH:
        return
    if isinstance(document, list):
        below = [list(_rows(one, heading, depth + 1)) for one in document if isinstance(one, dict | list)]
        whole = [one for one in document if isinstance(one, dict | list)]
        asked = any(rows and rows[0].fields.row is one for one, rows in zip(whole, below, strict=True))
        for one, rows in zip(whole, below, strict=True):
            yield from rows
            if asked and not rows and isinstance(one, dict):
                yield Row(Fields(one), heading, is_question=False)
    elif isinstance(document, dict):
        yield from _object(document, heading, depth)


def _object(document: Mapping[str, Any], heading: str, depth: int) -> Iterator[Row]:
    """One with options of its own has nothing below; one that asks at most a list of parts."""
    fields = Fields(document)
    asks = _asks(fields)
    if asks and len(fields.options([])[1]) >= 2:
        yield Row(fields, heading)
        return
    below = [
        row
        for name, value in document.items()
        if isinstance(value, list if asks else list | dict) and folded(name) not in _INSIDE
        for row in _rows(value, _heading(name) or _title(fields) or heading, depth + 1)
        if not _is_option(row, name)
    ]
    if below and _is_case(fields):
        yield Row(fields, heading, below)
    elif below:
        yield from below
    elif asks:
        yield Row(fields, heading)


def _is_option(row: Row, name: str) -> bool:
    return folded(name) == "items" and not row.fields.asks and not row.fields.options([])[1]


def _heading(name: str) -> str:
    return name if len(name) < 20 and kind_of(name) else ""


def _title(fields: Fields) -> str:
    """Of a section: 一、单选题."""
    said = (fields.words("kind"), fields.stem, fields.words("kind-too"))
    return next((words for words in said if words and len(words) < 30 and kind_of(words)), "")


def _is_case(fields: Fields) -> bool:
    """Questions below it, and material of its own: a section has at most a title."""
    stem = fields.stem
    if kind_of(fields.words("kind")) is Kind.CASE:
        return bool(stem)
    return fields.asks or (len(re.sub(r"\s", "", stem)) >= 30 and not _title(fields))


def _asks(fields: Fields) -> bool:
    if not fields.stem:
        return False
    if fields.asks:
        return True
    _name, options = fields.options([])
    told = any(name not in ("key", "result", "right") for name, _value in fields.values("answer"))
    return len(options) >= 2 or told or kind_of(fields.words("kind")) is not None


def _pairs(document: Any) -> list[Row]:
    """{"题目": "答案", …}: nothing but words, and the words before the colon are sentences."""
    if not isinstance(document, dict) or len(document) < _FEWEST_PAIRS:
        return []
    if not all(isinstance(words, str) and words.strip() for words in document.values()):
        return []
    if sorted(map(len, document))[len(document) // 2] < 6 or not all(
        re.search(r"[^\x00-\x7f?]|\?", k) for k in document
    ):
        return []
    return [Row(Fields({"题干": stem, "答案": answer})) for stem, answer in document.items()]
