"""What a reader made of a file, in short words that a table of tests can hold."""

from __future__ import annotations

import json

from studyhall.bank.formats import read_bytes
from studyhall.bank.record import Kind, Record, State


def described(record: Record) -> str:
    """`single B`, `judge false held`, `fill [["60"]]`, `short`; a case with its parts in brackets."""
    if record.kind is Kind.CASE:
        return f"case ({', '.join(map(described, record.parts))})"
    words = [record.kind.value]
    if isinstance(record.answer, bool):
        words.append(str(record.answer).lower())
    elif record.kind is Kind.FILL and record.answer:
        words.append(json.dumps(record.answer, ensure_ascii=False))
    elif isinstance(record.answer, tuple):
        words.append("".join(map(str, record.answer)))
    return " ".join([*words, *(["held"] if record.state is State.HELD else [])])


def read(data: str | bytes, name: str) -> list[str]:
    reading = read_bytes(data.encode("utf-8") if isinstance(data, str) else data, name)
    return [described(record) for one in reading.files or [reading] for record in one.records]
