"""Records that somebody else's program wrote: of the right types, and held where they cannot be asked.

Our own files are read without a reader's checks; a hand has perhaps been at them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from studyhall.bank.record import KEYS, Answer, Kind, Record, State


def sound(record: Record) -> Record:
    """The same, held where its key does not fit. Raises TypeError where a field is of another type."""
    _typed(record)
    parts = tuple(sound(part) for part in record.parts)
    record = replace(record, parts=parts)
    if record.state is not State.READY:
        return record
    why = _wrong(record)
    return record.held("unsound", why) if why else record


def _typed(record: Record) -> None:
    texts: list[Any] = [record.stem, record.explanation, record.law, record.edition, record.note, record.id]
    texts += [record.source, record.standing, *record.cites, *record.topics, *record.rules]
    texts += [word for option in record.options for word in (option.key, option.text)]
    texts += [point.text for point in record.points]
    whole: list[Any] = [point.worth for point in record.points]
    place = (record.place.row, record.place.line, record.place.paragraph)
    whole += [one for one in (record.number, record.difficulty, *place) if one is not None]
    if not all(isinstance(one, str) for one in texts):
        raise TypeError("a text that is none")
    if not all(isinstance(one, int) for one in (*whole, record.version)):
        raise TypeError("a number that is none")
    if record.difficulty not in (None, 1, 2, 3):
        raise ValueError(f"no difficulty: {record.difficulty}")


def _wrong(record: Record) -> str:
    """Why it cannot be asked; empty where it can."""
    if not record.stem.strip():
        return "没有题干"
    if record.kind is Kind.OTHER:
        return "系统里没有这种题型"
    if record.kind is Kind.CASE:
        return (
            ""
            if record.parts and all(part.kind is not Kind.CASE for part in record.parts)
            else "材料下面没有问题"
        )
    if record.parts:
        return "只有材料题下面才有小题"
    return "" if _fits(record) else "答案和题型、选项对不上"


def _fits(record: Record) -> bool:
    answer, keys = record.answer, record.keys
    if record.kind is Kind.JUDGE:
        return isinstance(answer, bool)
    if record.kind is Kind.SHORT:
        return answer is None or isinstance(answer, str)
    if record.kind is Kind.FILL:
        return isinstance(answer, tuple) and bool(answer) and all(_is_blank(blank) for blank in answer)
    if not isinstance(answer, tuple) or len(keys) < 2 or len(set(keys)) < len(keys):
        return False
    if not all(len(key) == 1 and key in KEYS for key in keys):
        return False
    letters = set(answer)
    several = record.kind is Kind.MULTIPLE
    return letters <= set(keys) and len(letters) == len(answer) and (len(answer) > 1) is several


def _is_blank(blank: Answer) -> bool:
    return isinstance(blank, tuple) and bool(blank) and all(isinstance(word, str) for word in blank)
