"""The counts of a reading: the document of `bank import` in CONTRACTS.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from studyhall.bank.counting import kind_counts, questions_in
from studyhall.bank.formats.reading import Reading
from studyhall.bank.record import Kind, Record, State


def summary(reading: Reading, *, questions: bool = False, batch: int | str | None = None) -> dict[str, Any]:
    """`total = ready + duplicates + held counted`; of an archive one document each.

    `questions`: with the records themselves. A case is counted by its parts, which share its fate.
    """
    if reading.files:
        return {"files": [summary(one, questions=questions, batch=batch) for one in reading.files]}
    document: dict[str, Any] = {
        "file": reading.file,
        "format": reading.format,
        "total": sum(1 for _question in questions_in(reading.records)),
        "by_kind": kind_counts(reading.records),
        "ready": _count(reading, State.READY),
        "duplicates": _count(reading, State.DUPLICATE),
        "held": list(_held(reading)),
        "questions": [record.to_json() for record in reading.records] if questions else [],
        "batch": batch,
    }
    return document


def fate(record: Record) -> State:
    """Of the whole: a case with one part held is held."""
    if any(part.state is State.HELD for part in record.parts):
        return State.HELD
    return record.state


def _count(reading: Reading, state: State) -> int:
    return sum(len(list(questions_in([record]))) for record in reading.records if fate(record) is state)


def _held(reading: Reading) -> Iterator[dict[str, Any]]:
    for record in reading.records:
        if fate(record) is not State.HELD:
            continue
        whole = record.reason if record.kind is Kind.CASE else ""
        for question in questions_in([record]):
            reason = question.reason or whole or "同一案例里有小题待定"
            yield {
                "place": (question.place if question.place.to_json() else record.place).to_json(),
                "reason": reason,
                "text": question.source or question.stem,
                "counted": True,
            }
        if not record.parts and record.kind is Kind.CASE:
            yield _fragment(record.place.to_json(), record.reason, record.source or record.stem)
    for fragment in reading.fragments:
        yield _fragment(fragment.place.to_json(), fragment.reason, fragment.text)


def _fragment(place: dict[str, Any], reason: str, text: str) -> dict[str, Any]:
    return {"place": place, "reason": reason, "text": text, "counted": False}
