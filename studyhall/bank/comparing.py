"""What is seen only beside the bank and the laws: copies, other keys, articles that do not exist."""

from __future__ import annotations

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
    stems = [normalised(one.stem) for one in known]
    return [_beside(record, contents, questions, stems) for record in records]


def _beside(
    record: Record, contents: Collection[str], questions: Collection[str], stems: Sequence[str]
) -> Record:
    if record.state is not State.READY:
        return record
    if content_hash(record) in contents:
        finding = Finding("in-bank", "题库里已经有这道题。", holds=False)
        return replace(record, state=State.DUPLICATE, findings=(*record.findings, finding))
    if question_hash(record) in questions:
        return record.held("other-key-in-bank", "题库里有同一道题，答案不同。请核对哪个对。")
    plain = normalised(record.stem)
    if len(plain) < 12:
        return record
    best = process.extractOne(plain, stems, scorer=fuzz.ratio, score_cutoff=ALIKE)
    if best is not None and _numbers(best[0]) == _numbers(plain):
        finding = Finding("like-in-bank", "题库里有一道很像的题。", holds=False)
        return replace(record, findings=(*record.findings, finding))
    return record


def _numbers(text: str) -> list[str]:
    return sorted(char for char in text if char.isdigit() or char in "一二三四五六七八九十百千")


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
