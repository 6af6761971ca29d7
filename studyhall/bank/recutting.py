"""Where one question ends and the next begins, put right by hand: two pieces made one, one made two.

The words are read again by the same reader. Plain values in, plain values out: the caller reads and writes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from studyhall.bank import amending
from studyhall.bank.formats.reading import Reading
from studyhall.bank.formats.sheet_out import answer_words
from studyhall.bank.record import Fragment, Kind, Picture, Place, Record, State
from studyhall.core.errors import Refused

Piece = Record | Fragment
Read = Callable[[str], Reading]
MOST_LINES = 200

_HEADINGS = {
    Kind.SINGLE: "一、单项选择题",
    Kind.MULTIPLE: "一、多项选择题",
    Kind.JUDGE: "一、判断题",
    Kind.FILL: "一、填空题",
    Kind.SHORT: "一、简答题",
}


def lines_of(piece: Piece) -> list[str]:
    """The words of the file; of a row of a sheet, which has no lines, the question written out."""
    if isinstance(piece, Fragment):
        return piece.text.splitlines()
    words = piece.source if piece.source and not piece.place.row else _written_out(piece)
    return words.splitlines()


def _written_out(record: Record) -> str:
    lines = [record.stem, *(f"{option.key}．{option.text}" for option in record.options)]
    if answer_words(record):
        lines.append(f"答案：{answer_words(record)}")
    if record.explanation:
        lines.append(f"解析：{record.explanation}")
    return "\n".join(lines)


def joined(first: Piece, second: Piece, read: Read) -> Piece:
    """One question of two pieces; held, with all the words there were, where it is not understood as one."""
    for piece in (first, second):
        if isinstance(piece, Record) and piece.kind is Kind.CASE:
            raise Refused("材料题不能合并，请改文件里的原文再导入一次。")
    lines = [*lines_of(first), *lines_of(second)]
    whole = _understood(lines, (first, second), read)
    if isinstance(whole, Record):
        return whole
    known = next((piece for piece in (first, second) if isinstance(piece, Record)), None)
    if known is None:
        return Fragment(first.place, "合并以后还是没有看懂", "\n".join(lines))
    words = [piece.text for piece in (first, second) if isinstance(piece, Fragment)]
    stems = [piece.stem for piece in (first, second) if isinstance(piece, Record)]
    stem = "\n".join([*stems, *words])
    return replace(
        known, stem=stem, source="\n".join(lines), place=first.place, findings=(), state=State.READY,
        pictures=_pictures((first, second)),
    ).held("joined", "合并以后没有认全，请改题目")  # fmt: skip


def cut(piece: Piece, line: int, read: Read) -> tuple[Piece, Piece]:
    """Two pieces, the second from this line on (from 1, the first line cannot be meant)."""
    if isinstance(piece, Record) and piece.kind is Kind.CASE:
        raise Refused("材料题不能从中间分开，请改文件里的原文再导入一次。")
    lines = lines_of(piece)
    if not 1 < line <= len(lines):
        raise Refused("请选从哪一行分开。")
    halves = [lines[: line - 1], lines[line - 1 :]]
    first, second = (_understood(half, (piece,), read) for half in halves)
    found = []
    for half, words in ((first, halves[0]), (second, halves[1])):
        found.append(half or Fragment(piece.place, "分开以后没有看懂", "\n".join(words)))
    return found[0], found[1]


def _understood(lines: Sequence[str], pieces: Sequence[Piece], read: Read) -> Record | None:
    """The one question in these lines, with what its pieces knew; None where there is not exactly one."""
    known = next((piece for piece in pieces if isinstance(piece, Record)), None)
    heading = [_HEADINGS[known.kind]] if known and known.kind in _HEADINGS else []
    words = "\n".join([*heading, *lines])
    records = read(words).records
    if not records:
        records = read("\n".join([*heading, f"1．{lines[0]}", *lines[1:]])).records
    if len(records) != 1 or records[0].kind is Kind.CASE:
        return None
    record = records[0]
    place = pieces[0].place if isinstance(pieces[0].place, Place) else Place()
    record = replace(
        record, place=place, source="\n".join(lines), pictures=_named_in(record, _pictures(pieces))
    )
    if known is None:
        return record
    record = replace(record, law=record.law or known.law, difficulty=record.difficulty or known.difficulty)
    return _with_key(replace(record, number=known.number, topics=known.topics), known)


def _with_key(record: Record, known: Record) -> Record:
    """A key that stood elsewhere in the file, in a table at its end, is not lost with the words."""
    if record.answer is not None or known.answer is None or record.kind is not known.kind:
        return record
    try:
        return amending.taken(replace(record, answer=known.answer))
    except Refused:
        return record


def _pictures(pieces: Sequence[Piece]) -> tuple[Picture, ...]:
    found = {one.name: one for piece in pieces if isinstance(piece, Record) for one in piece.pictures}
    return tuple(found.values())


def _named_in(record: Record, pictures: Sequence[Picture]) -> tuple[Picture, ...]:
    said = " ".join((record.stem, record.explanation, *(option.text for option in record.options)))
    return tuple(picture for picture in pictures if f"〔{picture.name}〕" in said)
