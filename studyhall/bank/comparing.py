"""What is seen only beside the bank and the laws: copies, other keys, articles that do not exist."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from studyhall.bank.record import Finding, Record, State, content_hash, normalised, question_hash
from studyhall.core.citations import find_citations, to_chinese

ALIKE = 94
"""From this likeness on two stems are worth a look; numbers and options must be alike too."""


@dataclass(frozen=True)
class Held:
    """A question that is in the bank already."""

    content: str
    question: str
    stem: str


def beside_the_bank(records: Sequence[Record], known: Collection[Held]) -> list[Record]:
    """The same records: those in the bank already are duplicates, those with another key there are held."""
    contents = {one.content for one in known}
    questions = {one.question for one in known}
    stems = Stems([normalised(one.stem) for one in known])
    return [_beside(record, contents, questions, stems) for record in records]


def _beside(record: Record, contents: Collection[str], questions: Collection[str], stems: Stems) -> Record:
    if record.state is not State.READY:
        return record
    if content_hash(record) in contents:
        finding = Finding("in-bank", "题库里已经有这道题。", holds=False)
        return replace(record, state=State.DUPLICATE, findings=(*record.findings, finding))
    if question_hash(record) in questions:
        return record.held("other-key-in-bank", "题库里有同一道题，答案不同。请核对哪个对。")
    if stems.has_like(normalised(record.stem)):
        finding = Finding("like-in-bank", "题库里有一道很像的题。", holds=False)
        return replace(record, findings=(*record.findings, finding))
    return record


class Stems:
    """Stems to find one alike among, with the same numbers in it: 20,000 beside 20,000 in seconds.

    Two texts of likeness `ALIKE` differ in so few letters that, cut into one more piece than that, one piece
    at least stands unchanged in the other. So only those that share such a piece are measured at all.
    """

    PIECE = 5
    """Letters looked up of each piece: the shortest stem looked at gives pieces of six."""
    SHORTEST = 12

    def __init__(self, stems: Sequence[str]) -> None:
        self.with_numbers: dict[str, dict[str, list[str]]] = {}
        for stem in stems:
            pieces = self.with_numbers.setdefault(_numbers(stem), {})
            for start in range(len(stem) - self.PIECE + 1):
                pieces.setdefault(stem[start : start + self.PIECE], []).append(stem)

    def has_like(self, stem: str) -> bool:
        pieces = self.with_numbers.get(_numbers(stem))
        if pieces is None or len(stem) < self.SHORTEST:
            return False
        # Of both texts together at most six letters in a hundred differ; the other may be a little longer.
        most = int(2 * len(stem) * (100 - ALIKE) / ALIKE)
        size = len(stem) / (most + 1)
        found: set[str] = set()
        for start in (int(piece * size) for piece in range(most + 1)):
            found.update(pieces.get(stem[start : start + self.PIECE], ()))
        return process.extractOne(stem, found, scorer=fuzz.ratio, score_cutoff=ALIKE) is not None


_NUMBERS = re.compile(r"[\d一二三四五六七八九十百千]")


def _numbers(text: str) -> str:
    """Its figures in one order: 30 days are not 60 days, however like the words are."""
    return "".join(sorted(_NUMBERS.findall(text)))


def beside_the_laws(records: Iterable[Record], articles: Mapping[str, int]) -> list[Record]:
    """The same records: one that cites an article its law has not is held.

    `articles`: how many the text in force of each law has, by short title.
    """
    return [_beside_laws(record, articles) for record in records]


def _beside_laws(record: Record, articles: Mapping[str, int]) -> Record:
    if record.state is not State.READY:
        return record
    said = " ".join((record.explanation, record.stem, *record.cites))
    for cited in find_citations(said):
        law = cited.law or record.law
        if law in articles and cited.article > articles[law]:
            return record.held(
                "no-such-article",
                f"写的是《{law}》第{to_chinese(cited.article)}条，现行的只有{articles[law]}条。可能是旧条号。",
            )
    return record
