"""The key of a QTI 1.2 item: which responses its conditions pay for.

One condition may name all of the right ones, or one for each that adds its share; some pay a part for what is
nearly right. What stands under `not` earns nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from studyhall.bank.formats.xml_safe import all_named, local

_WHOLE = 100.0
_RANGES = ("vargt", "vargte", "varlt", "varlte", "durgte", "durlte")


@dataclass(frozen=True)
class _Paid:
    worth: float
    values: tuple[str, ...]


def right_choices(item: Any, ident: str, *, several: bool) -> set[str]:
    """The names of the right labels; of a single choice those that earn the most."""
    paid = _paid(item, ident)
    best = max((one.worth for one in paid), default=0.0)
    at_best = [one for one in paid if one.worth == best]
    if not several or any(len(one.values) > 1 for one in at_best):
        paid = at_best
    return {value for one in paid for value in one.values}


def right_words(item: Any, ident: str) -> list[str]:
    """What earns the most in a field to be typed into, in the order of the file."""
    paid = _paid(item, ident)
    best = max((one.worth for one in paid), default=0.0)
    return list(dict.fromkeys(value for one in paid if one.worth == best for value in one.values if value))


def words_within(item: Any, ident: str) -> bool:
    """The key is only words that an answer must hold."""
    return any(one.get("respident", "") == ident for one in all_named(item, "varsubstring"))


def is_number(item: Any) -> bool:
    """A range or a number field: it is no blank that words could fill."""
    return any(all_named(item, name) for name in (*_RANGES, "response_num"))


def _paid(item: Any, ident: str) -> list[_Paid]:
    found = []
    for condition in all_named(item, "respcondition"):
        values = [
            value
            for equal in condition.iter()
            if local(equal) in ("varequal", "varsubset")
            and equal.get("respident", "") == ident
            and not _negated(equal)
            for value in _values(equal)
        ]
        worth = _worth(condition)
        if worth > 0 and values:
            found.append(_Paid(worth, tuple(values)))
    return found


def _values(equal: Any) -> list[str]:
    words = (equal.text or "").strip()
    return [one.strip() for one in words.split(",")] if local(equal) == "varsubset" else [words]


def _worth(condition: Any) -> float:
    """What it pays; one that pays nothing anywhere but says `correct` pays all."""
    scores = all_named(condition, "setvar")
    if scores:
        return max(_score(score.text) for score in scores)
    said = [
        condition.get("title", ""),
        *(one.get("linkrefid", "") for one in all_named(condition, "displayfeedback")),
    ]
    return _WHOLE if any(words.lower() == "correct" for words in said) else 0.0


def _score(words: str | None) -> float:
    said = (words or "0").strip()
    if said.lower().endswith(".max"):  # SCORE.max: Blackboard
        return _WHOLE
    try:
        return float(said.replace(",", "."))
    except ValueError:
        return 0.0


def _negated(element: Any) -> bool:
    parent = element.getparent()
    while parent is not None and local(parent) != "conditionvar":
        if local(parent) == "not":
            return True
        parent = parent.getparent()
    return False
