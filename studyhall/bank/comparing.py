"""What is seen only beside the bank and the laws: copies, other keys, articles that do not exist."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from studyhall.bank.alike import Stems
from studyhall.bank.batch_items import Row
from studyhall.bank.record import Finding, Record, State, content_hash, normalised, question_hash
from studyhall.bank.repealed import replaced_by
from studyhall.core.citations import find_citations, to_chinese


class Held(NamedTuple):
    """A question that is in the bank already."""

    id: int
    """Of its version."""
    content: str
    stem: str


class Shelf:
    """All that is in the bank, to look one question up beside it.

    `asked`: the `question_hash` of one of them, wanted only where another has the same stem and another key.
    """

    def __init__(self, known: Iterable[Held], asked: Callable[[int], str]) -> None:
        self.contents: set[str] = set()
        self.by_stem: dict[str, list[int]] = defaultdict(list)
        self.asked = asked
        for one in known:
            self.contents.add(one.content)
            self.by_stem[normalised(one.stem)].append(one.id)
        self.stems = Stems(self.by_stem)

    def beside(self, record: Record) -> Record:
        """The same; a duplicate where it is here already, held where it is here with another key.

        Most share their stem with none: their options are not looked at, nor those of the others.
        """
        if record.state is not State.READY:
            return record
        stem = normalised(record.stem)
        same = self.by_stem.get(stem, ())
        if same and content_hash(record) in self.contents:
            finding = Finding("in-bank", "题库里已经有这道题。", holds=False)
            return replace(record, state=State.DUPLICATE, findings=(*record.findings, finding))
        if same and question_hash(record) in set(map(self.asked, same)):
            return record.held("other-key-in-bank", "题库里有同一道题，答案不同。请核对哪个对。")
        if self.stems.like(stem) is not None:
            return replace(record, findings=(*record.findings, _LIKE))
        return record


_LIKE = Finding("like-in-bank", "题库里有一道很像的题。", holds=False)


def rows_beside(rows: Iterable[Row], shelf: Shelf, articles: Mapping[str, int]) -> list[Row]:
    """The rows of a batch after both comparisons; only those with something to compare are opened."""
    return [_row_beside(row, shelf, articles) if row.stem else row for row in rows]


def _row_beside(row: Row, shelf: Shelf, articles: Mapping[str, int]) -> Row:
    if row.names_an_article or row.stem in shelf.by_stem:
        return Row.of(shelf.beside(beside_the_laws(row.opened(), articles)))
    return row if shelf.stems.like(row.stem) is None else row.with_note(_LIKE)


def beside_the_laws(record: Record, articles: Mapping[str, int]) -> Record:
    """The same; held where it cites an article its law has not, or a law that is gone.

    `articles`: how many the text in force of each law has, by short title.
    """
    if record.state is not State.READY:
        return record
    parts = tuple(beside_the_laws(part, articles) for part in record.parts)
    if any(part.state is State.HELD for part in parts):
        return replace(record, parts=parts, state=State.HELD)
    said = " ".join((record.explanation, record.stem, *record.cites))
    for cited in find_citations(said) if "条" in said else ():
        law = cited.law or record.law
        if law in articles and cited.article > articles[law]:
            return record.held(
                "no-such-article",
                f"写的是《{law}》第{to_chinese(cited.article)}条，现行的只有{articles[law]}条。可能是旧条号。",
            )
        gone = replaced_by(law)
        if gone:
            return record.held("repealed", f"《{law}》{gone.words}，引用的是旧法，请核对答案和条号。")
    return record
