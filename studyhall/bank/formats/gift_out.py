"""A bank as GIFT: tags in comments, parts of a case one by one, a model answer behind the explanation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

from studyhall.bank.formats.gift import BETWEEN, MODEL
from studyhall.bank.formats.materials import flat
from studyhall.bank.formats.model_answers import joined
from studyhall.bank.formats.tags import comment_of
from studyhall.bank.record import Kind, Record

MOST_WAYS = 60
"""To fill several blanks; beyond that only the first word of each counts."""


def write(records: Sequence[Record]) -> str:
    """Parts of a case with its story before each; law, article and difficulty as tags in a comment."""
    return "\n\n".join(_written(record, tags) for record, tags in flat(records)) + "\n"


def _written(record: Record, tags: Sequence[str]) -> str:
    title = f"::{_escape(record.id)}:: " if record.id else ""
    lines = [f"// {comment_of(tags)}"] if tags else []
    lines.append(f"{title}[plain]{_escape(record.stem)} {{{_body(record)}}}")
    return "\n".join(lines)


def _body(record: Record) -> str:
    said = record.explanation
    if record.kind is Kind.SHORT and (model := joined(record)):
        said = "\n".join(filter(None, [said, MODEL, model]))
    general = f"\n####{_worded(said)}" if said else ""
    answer = record.answer
    if record.kind is Kind.JUDGE and isinstance(answer, bool):
        return ("TRUE" if answer else "FALSE") + general
    if record.kind in (Kind.SINGLE, Kind.MULTIPLE):
        return "\n" + "\n".join(_option_lines(record)) + general + "\n"
    if record.kind is Kind.FILL and isinstance(answer, tuple):
        # An arrow between answers would make a matching of it.
        words = [_weighted("=", one.replace("->", "-＞"), 100) for one in combined(answer)]
        return "\n" + "\n".join(words) + general + "\n"
    return general


def combined(blanks: Sequence[Sequence[str] | str]) -> list[str]:
    """Every way to fill the blanks, each in one line."""
    ways = [(blank,) if isinstance(blank, str) else tuple(blank) for blank in blanks]
    if prod(map(len, ways)) > MOST_WAYS:
        ways = [way[:1] for way in ways]
    words = "".join(word for way in ways for word in way)
    between = next(
        (sign for at, sign in enumerate(BETWEEN) if not set(BETWEEN[at:]) & set(words)), BETWEEN[0]
    )
    return [between.join(way) for way in product(*ways)]


def _option_lines(record: Record) -> Iterator[str]:
    right = len(record.right_texts)
    chosen = record.answer if isinstance(record.answer, tuple) else ()
    for option in record.options:
        is_right = option.key in chosen
        if record.kind is Kind.SINGLE:
            yield _weighted("=" if is_right else "~", option.text, 100 if is_right else 0)
        else:
            yield (
                f"~%{100 / right:.5f}%" + _worded(option.text)
                if is_right
                else "~%-100%" + _worded(option.text)
            )


def _weighted(sign: str, text: str, worth: int) -> str:
    """The weight is said where the words begin like one."""
    return f"{sign}%{worth}%{_worded(text)}" if text.startswith("%") else sign + _worded(text)


def _worded(text: str) -> str:
    """Words that begin like the name of a markup are said to be plain."""
    return ("[plain]" if text.startswith("[") else "") + _escape(text)


def _escape(text: str) -> str:
    return re.sub(r"([~=#{}:\\])", r"\\\1", text).replace("\n", "\\n")
