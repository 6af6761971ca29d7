"""What is seen only beside the bank and the laws: copies, other keys, articles that do not exist."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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
    stem: str
    asked: Callable[[], str]
    """Its `question_hash`, worked out only where another has the same stem."""


def beside_the_bank(records: Sequence[Record], known: Collection[Held]) -> list[Record]:
    """The same records: those in the bank already are duplicates, those with another key there are held."""
    contents = {one.content for one in known}
    by_stem: dict[str, list[Held]] = defaultdict(list)
    for one in known:
        by_stem[normalised(one.stem)].append(one)
    stems = Stems(by_stem)
    return [_beside(record, contents, by_stem, stems) for record in records]


def _beside(
    record: Record, contents: Collection[str], by_stem: Mapping[str, Sequence[Held]], stems: Stems
) -> Record:
    """Most records share their stem with none: their options are not looked at, nor those of the others."""
    if record.state is not State.READY:
        return record
    stem = normalised(record.stem)
    same = by_stem.get(stem, ())
    if same and content_hash(record) in contents:
        finding = Finding("in-bank", "题库里已经有这道题。", holds=False)
        return replace(record, state=State.DUPLICATE, findings=(*record.findings, finding))
    if same and question_hash(record) in {one.asked() for one in same}:
        return record.held("other-key-in-bank", "题库里有同一道题，答案不同。请核对哪个对。")
    if stems.has_like(stem):
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

    FEW = 20
    """So many are measured one by one sooner than cut into pieces."""

    def __init__(self, stems: Iterable[str]) -> None:
        self.with_numbers: dict[str, list[str]] = defaultdict(list)
        self.cut: dict[str, dict[str, list[str]]] = {}
        for stem in stems:
            self.with_numbers[_numbers(stem)].append(stem)

    def has_like(self, stem: str) -> bool:
        numbers = _numbers(stem)
        found = self.with_numbers.get(numbers)
        if not found or len(stem) < self.SHORTEST:
            return False
        near = found if len(found) <= self.FEW else self._near(stem, numbers)
        return process.extractOne(stem, near, scorer=fuzz.ratio, score_cutoff=ALIKE) is not None

    def _near(self, stem: str, numbers: str) -> set[str]:
        """Those that share a piece with it."""
        pieces = self.cut.get(numbers) or self._pieces(numbers)
        # Of both texts together at most six letters in a hundred differ; the other may be a little longer.
        most = int(2 * len(stem) * (100 - ALIKE) / ALIKE)
        size = len(stem) / (most + 1)
        found: set[str] = set()
        for start in (int(piece * size) for piece in range(most + 1)):
            found.update(pieces.get(stem[start : start + self.PIECE], ()))
        return found

    def _pieces(self, numbers: str) -> dict[str, list[str]]:
        pieces = self.cut[numbers] = {}
        for stem in self.with_numbers[numbers]:
            for start in range(len(stem) - self.PIECE + 1):
                pieces.setdefault(stem[start : start + self.PIECE], []).append(stem)
        return pieces


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
