"""The keys of somebody's JSON: as letters, names, words or numbers, and where its numbers begin.

Whether 1 is the first option or the second is nowhere said. The whole file may show it: a 0 is no place of a
count from 1, the number of the options none of a count from 0. Else the question is held.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studyhall.bank.answers import letters_of, truth_of, truths_of_options
from studyhall.bank.formats.html_words import words_of
from studyhall.bank.formats.json_fields import Choice, Fields, folded, placed_at
from studyhall.bank.record import normalised


@dataclass
class Asked:
    """One question with its options, and what it says of its key."""

    fields: Fields
    choices: list[Choice]
    said: list[Any]
    places: list[Any]
    """Those of `said` in which a number may count options: the likeliest, and what is called an index."""
    """Every field that may hold the key, the likeliest first, each a list of single values or as it is."""

    @property
    def is_judge(self) -> bool:
        return truths_of_options([choice.text for choice in self.choices]) is not None

    @property
    def flagged(self) -> str:
        return "".join(choice.letter for choice in self.choices if choice.right)


def asked(fields: Fields, field_of_options: str, choices: list[Choice]) -> Asked:
    """The same field never holds both the options and the key."""
    taken = fields.by_name.get(field_of_options)
    told = [
        (name, value)
        for name, value in fields.values("answer")
        if name != field_of_options and not (taken is not None and fields.by_name.get(name) is taken)
    ]
    counted = [value for at, (name, value) in enumerate(told) if not at or re.search(r"index|idx", name)]
    return Asked(fields, choices, [value for _name, value in told], counted)


def values_of(value: Any) -> list[Any]:
    """The single values of a key: of a list, of `0,2`, of {"key": "B"}, of {"A": true}."""
    if isinstance(value, Mapping):
        if value and all(isinstance(one, bool) or one in ("true", "false") for one in value.values()):
            return [name for name, one in value.items() if one is True or one == "true"]
        inner = Fields(value)
        names = ("key", "id", "value", "letter", "label", "index", "answer", "content", "text")
        return [next((inner.by_name[name] for name in names if name in inner.by_name), "")]
    if isinstance(value, list):
        return [part for one in value for part in (values_of(one) if isinstance(one, Mapping) else [one])]
    if isinstance(value, str) and re.fullmatch(r"\s*\d{1,2}(?:\s*[,，、;；|]\s*\d{1,2})+\s*", value):
        return re.findall(r"\d{1,2}", value)
    return [value]


def place_of(value: Any) -> int | None:
    """A number that may count options."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return int(value) if isinstance(value, str) and re.fullmatch(r"\s*\d{1,2}\s*", value) else None


def first_of_all(questions: Iterable[Asked]) -> int | None:
    """0 or 1, where the numbers of the file begin; None where they do not tell, or tell both."""
    from_0 = from_1 = beyond = False
    for question in questions:
        if len(question.choices) < 2 or question.is_judge:
            continue
        for value in question.places:
            places = [place_of(one) for one in values_of(value)]
            if (
                None in places
                or _named(question.choices, values_of(value))
                or _by_words(question.choices, value)
            ):
                continue
            from_0 = from_0 or 0 in places
            from_1 = from_1 or len(question.choices) in places
            beyond = beyond or any(place is not None and place > len(question.choices) for place in places)
    if beyond or from_0 is from_1:
        return None
    return 0 if from_0 else 1


def _is_count(value: Any) -> bool:
    """Nothing but a number: how many got it right, perhaps."""
    return place_of(value) is not None and not isinstance(value, str)


@dataclass(frozen=True)
class Told:
    """`words`: letters where that is sure, else as the file has them. `doubt`: why nobody may rely on it."""

    words: str
    doubt: str = ""


def key_of(question: Asked, first: int | None) -> Told:
    """Of a question with options."""
    counts = [any(value is one for one in question.places) for value in question.said]
    told = [
        _told(question, value, first)
        for value, may in zip(question.said, counts, strict=True)
        if may or not _is_count(value)
    ]
    letters = [one for one in told if letters_of(one.words) is not None]
    flagged = question.flagged
    best = Told(flagged) if flagged else letters[0] if letters else told[0] if told else Told("")
    others = {"".join(letters_of(one.words) or ()) for one in letters} | ({flagged} if flagged else set())
    if len(others) > 1 and not best.doubt:
        said = "、".join(sorted(others))
        return Told(best.words, f"文件里有几处答案，说法不一样（{said}），请核对。")
    return best


def _told(question: Asked, value: Any, first: int | None) -> Told:
    choices = question.choices
    if isinstance(value, list) and value and all(isinstance(one, bool) for one in value):
        right = [choice.letter for choice, one in zip(choices, value, strict=False) if one]
        return Told("".join(right) if len(value) == len(choices) else "")
    parts = values_of(value)
    named = _named(choices, parts)
    if named:
        return Told(named)
    if parts and all(place_of(one) is not None for one in parts):
        return _by_number(question, value, [place_of(one) or 0 for one in parts], first)
    return Told(_by_words(choices, value) or words_of_key(parts))


def _by_number(question: Asked, value: Any, places: Sequence[int], first: int | None) -> Told:
    choices = question.choices
    by_words = _by_words(choices, value)
    words = "、".join(map(str, places))
    at = [place - (first or 0) for place in places]
    fits = first is not None and all(0 <= one < len(choices) for one in at)
    by_place = "".join(choices[one].letter for one in at) if fits else ""
    if by_words and (by_words == by_place or (not by_place and _same_type(choices, value))):
        return Told(by_words)
    if by_words:
        return Told(by_words, f"答案“{words}”既可以是选项的内容，也可以是第几个选项。")
    if by_place:
        return Told(by_place)
    return Told("", f"答案写的是序号 {words}，看不出是从 0 数起还是从 1 数起，请核对。")


def _same_type(choices: Sequence[Choice], value: Any) -> bool:
    """A 2 among 1, 2, 3 and a "2" among "1", "2", "3" are words; a 2 among "1", "2", "3" may be a place."""
    return all(isinstance(choice.raw, type(one)) for choice in choices for one in values_of(value))


def _named(choices: Sequence[Choice], parts: Sequence[Any]) -> str:
    """By the names the file gives its options: an id, `optionB`, `answer_b`."""
    found = []
    for part in parts:
        name = folded(part) if isinstance(part, str | int) and not isinstance(part, bool) else ""
        at = [choice.letter for choice in choices if name and name in choice.called]
        place = placed_at(name) if len(name) > 1 and not at else None
        at = at or [choice.letter for choice in choices if place and choice.letter == place.upper()]
        if len(at) != 1:
            return ""
        found += at
    return "".join(found) if len(set(found)) == len(found) else ""


def _by_words(choices: Sequence[Choice], value: Any) -> str:
    found = []
    for part in values_of(value):
        is_one = isinstance(part, str | int | float) and not isinstance(part, bool)
        words = normalised(words_of(str(part))[0]) if is_one else ""
        same = [choice.letter for choice in choices if words and normalised(choice.text) == words]
        if len(same) != 1 or letters_of(str(part)) is not None:
            return ""
        found += same
    return "".join(found) if len(set(found)) == len(found) else ""


def words_of_key(parts: Sequence[Any]) -> str:
    """As one text, for the rules that all readers share."""
    said = [
        ("对" if one else "错") if isinstance(one, bool) else str(one).strip()
        for one in parts
        if one is not None
    ]
    together = len(said) > 1 and all(letters_of(one) is not None and len(one) == 1 for one in said)
    return ("" if together else "；").join(said)


def counts_truth_from_1(questions: Iterable[Asked]) -> bool:
    """Judges of the file say 1 and 2: then 1 is no longer surely 对."""
    return any(
        place_of(value) == 2
        for question in questions
        if not question.choices
        for value in question.said[:1]
        if truth_of(str(value)) is None
    )
