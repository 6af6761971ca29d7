"""What was read as the rows of a batch: in the order of the file, each with its fate, kinds and reasons."""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from typing import Any

from studyhall.bank.counting import questions_in
from studyhall.bank.formats.summary import fate
from studyhall.bank.record import Fragment, Place, Record

Columns = dict[str, Any]


def rows_of(records: Sequence[Record], fragments: Sequence[Fragment]) -> list[Columns]:
    return [columns_of(piece) for piece in in_file_order(records, fragments)]


def columns_of(piece: Record | Fragment) -> Columns:
    """The columns of `import_item` that follow from what stands in it."""
    if isinstance(piece, Fragment):
        said = {"place": piece.place.to_json(), "text": piece.text}
        return {
            "state": "fragment",
            "reason": _closed_up(piece.reason),
            "record": said,
            "questions": 0,
            "kinds": "",
            "rules": "",
            "change": "",
        }
    kinds = Counter(str(question.kind) for question in questions_in([piece]))
    return {
        "state": str(fate(piece)),
        "reason": _said_of(piece),
        "record": piece.to_dict(),
        "questions": kinds.total(),
        "kinds": " ".join(f"{kind}:{count}" for kind, count in kinds.items()),
        "rules": " ".join(_holding(piece))[:250],
        "change": "",
    }


def _said_of(record: Record) -> str:
    """Why it is held; of what is not held, what is worth a look."""
    every = [finding for one in (record, *record.parts) for finding in one.findings]
    holding = [finding.message for finding in every if finding.holds]
    said = holding or [finding.message for finding in every] + [record.note] * bool(record.note)
    return _closed_up("；".join(dict.fromkeys(words.rstrip("。") for words in said)))


def _closed_up(words: str) -> str:
    """As pages are set: no blanks between 汉字 and what else stands there."""
    return re.sub(
        r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\w“《])|(?<=\w) (?=[\u3000-\u9fff\uff00-\uffef])", "", words
    )


def _holding(record: Record) -> list[str]:
    """Names of the rules that hold it or one of its parts, each once."""
    every = (finding for one in (record, *record.parts) for finding in one.findings)
    return list(dict.fromkeys(finding.rule for finding in every if finding.holds))


def in_file_order(records: Sequence[Record], fragments: Sequence[Fragment]) -> list[Record | Fragment]:
    """A piece that was not understood stands before the question that follows it in its sheet or text.

    One that nothing follows, or whose place is not known, stands at the end.
    """
    waiting: dict[str | None, deque[Fragment]] = defaultdict(deque)
    for fragment in sorted(fragments, key=lambda one: _at(one.place) or 0):
        waiting[fragment.place.sheet].append(fragment)
    found: list[Record | Fragment] = []
    for record in records:
        before, at = waiting[record.place.sheet], _at(record.place)
        while at is not None and before and (_at(before[0].place) or at) < at:
            found.append(before.popleft())
        found.append(record)
    return found + [fragment for rest in waiting.values() for fragment in rest]


def _at(place: Place) -> int | None:
    return place.row or place.line or place.paragraph
