"""What was read as the rows of a batch: in the order of the file, each with its fate, kinds and reasons.

The rows are made where the file is read and travel from there into the database with the record as words:
only those that somebody must look into are opened on the way.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from typing import Any, NamedTuple

from studyhall.bank.formats.summary import fate
from studyhall.bank.record import Finding, Fragment, Kind, Place, Record, State, normalised
from studyhall.core.json_text import JsonText, written

Columns = dict[str, Any]


class Row(NamedTuple):
    """One piece as its batch keeps it, and what a comparison asks of it first."""

    record: str
    """In JSON."""
    state: str
    reason: str
    questions: int
    kinds: str
    rules: str
    stem: str = ""
    """Normalised; empty where nothing is to be compared: what is held or a duplicate already."""
    names_an_article: bool = False

    @classmethod
    def of(cls, piece: Record | Fragment) -> Row:
        if isinstance(piece, Fragment):
            said = {"place": piece.place.to_json(), "text": piece.text, "reason": piece.reason}
            return cls(written(said), "fragment", _closed_up(piece.reason), 0, "", "")
        count, kinds = _counted(piece)
        ready = piece.state is State.READY
        return cls(
            written(piece.to_row()),
            str(fate(piece)),
            _said_of(piece),
            count,
            kinds,
            " ".join(_holding(piece))[:250],
            normalised(piece.stem) if ready else "",
            ready and _names_an_article(piece),
        )

    @property
    def is_fragment(self) -> bool:
        return self.state == "fragment"

    def opened(self) -> Record:
        """Of a row that is no fragment."""
        return Record.from_dict(json.loads(self.record))

    def fragment(self) -> Fragment:
        said = json.loads(self.record)
        return Fragment(Place(**said["place"]), said["reason"], said["text"])

    def with_note(self, finding: Finding) -> Row:
        """Worth a look for one more reason, and nothing else about it."""
        whole = json.loads(self.record)
        whole.setdefault("findings", []).append(finding)
        reasons = (self.reason, _closed_up(finding.message.rstrip("。")))
        return self._replace(record=written(whole), reason="；".join(filter(None, reasons)))

    def columns(self) -> Columns:
        """For a statement: the record goes into its column as it stands."""
        return {
            "state": self.state,
            "reason": self.reason,
            "questions": self.questions,
            "kinds": self.kinds,
            "rules": self.rules,
            "record": JsonText(self.record),
            "change": "",
        }


def _names_an_article(record: Record) -> bool:
    return (
        "条" in record.explanation
        or "条" in record.stem
        or bool(record.cites)
        or any(map(_names_an_article, record.parts))
    )


def rows_of(records: Sequence[Record], fragments: Sequence[Fragment]) -> list[Row]:
    return [Row.of(piece) for piece in in_file_order(records, fragments)]


def columns_of(piece: Record | Fragment) -> Columns:
    """The columns of `import_item` that follow from what stands in it, for a mapped row."""
    row = Row.of(piece)
    return row.columns() | {"record": json.loads(row.record)}


def _counted(record: Record) -> tuple[int, str]:
    """How many questions it is, and how many of each kind in words."""
    if record.kind is not Kind.CASE:
        return 1, f"{record.kind}:1"
    kinds = Counter(question.kind for question in record.parts)
    return kinds.total(), " ".join(f"{kind}:{count}" for kind, count in kinds.items())


def _said_of(record: Record) -> str:
    """Why it is held; of what is not held, what is worth a look."""
    if not (record.findings or record.note or record.parts):
        return ""
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
    if not (record.findings or record.parts):
        return []
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
