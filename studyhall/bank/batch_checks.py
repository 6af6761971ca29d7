"""What is seen only when the questions of a file stand side by side: copies, contradictions, numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from studyhall.bank.alike import Stems
from studyhall.bank.record import Finding, Kind, Record, State, content_hash, normalised, question_hash


def side_by_side(records: Sequence[Record]) -> list[Record]:
    """The same records: copies marked as duplicates, contradictions held, odd numbers noted.

    The first of several alike stays what it is. Alike with another key: nobody knows which is right, so all
    of them are held.
    """
    checked = list(records)
    of_stem: dict[str, list[int]] = defaultdict(list)
    for at, record in enumerate(checked):
        if record.kind is not Kind.OTHER:
            of_stem[normalised(record.stem)].append(at)
    same: dict[str, list[int]] = defaultdict(list)
    for places in of_stem.values():
        for at in places if len(places) > 1 else ():
            same[question_hash(checked[at])].append(at)
    for places in same.values():
        if len(places) > 1:
            _settle_alike(checked, places)
    return _with_number_notes(_with_likeness(checked))


def _settle_alike(records: list[Record], places: Sequence[int]) -> None:
    answered = [at for at in places if records[at].state is State.READY]
    contents = {content_hash(records[at]) for at in answered}
    if len(contents) > 1:
        for at in answered:
            others = "、".join(_where(records[other]) for other in answered if other != at)
            records[at] = records[at].held("other-key", f"同一道题在{others}答案不同。")
        return
    for at in answered[1:]:
        finding = Finding("duplicate", f"和{_where(records[answered[0]])}是同一道题。", holds=False)
        records[at] = replace(records[at], state=State.DUPLICATE, findings=(*records[at].findings, finding))


def _with_likeness(records: list[Record]) -> list[Record]:
    """Another before it in the file that differs in a word or two: worth a look, no more."""
    stems = Stems(())
    first: dict[str, Record] = {}
    return [_beside_those_before(record, stems, first) for record in records]


def _beside_those_before(record: Record, stems: Stems, first: dict[str, Record]) -> Record:
    """`first`: of each stem so far its first question; this one's is added."""
    stem = normalised(record.stem)
    if stem in first:
        return record
    like = stems.like_before(stem)
    first[stem] = record
    if like is None or record.state is not State.READY or first[like].kind is not record.kind:
        return record
    finding = Finding("like-in-file", f"和{_where(first[like])}很像。", holds=False)
    return replace(record, findings=(*record.findings, finding))


def _where(record: Record) -> str:
    number = f"（第 {record.number} 题）" if record.number else ""
    return f"{record.place}{number}" if str(record.place) else number or "文件前面"


def _with_number_notes(records: list[Record]) -> list[Record]:
    """A number twice, or one left out, within a run of the same sheet and kind: worth a look, no more."""
    found = []
    before: Record | None = None
    for record in records:
        note = None
        if before and before.number and record.number and _same_run(before, record):
            step = record.number - before.number
            if not step:
                note = Finding("doubled-number", f"题号 {record.number} 重复。", holds=False)
            elif 1 < step <= 5:
                missing = "、".join(str(before.number + n) for n in range(1, step))
                note = Finding("missing-number", f"前面缺第 {missing} 题。", holds=False)
        found.append(replace(record, findings=(*record.findings, note)) if note else record)
        before = record
    return found


def _same_run(one: Record, other: Record) -> bool:
    return one.place.sheet == other.place.sheet and one.place.file == other.place.file
