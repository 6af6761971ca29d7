"""What is seen only beside the bank and the laws: copies, other keys, articles that do not exist."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from studyhall.bank.alike import Stems
from studyhall.bank.record import Finding, Record, State, content_hash, normalised, question_hash
from studyhall.bank.repealed import replaced_by
from studyhall.core.citations import find_citations, to_chinese


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
    if stems.like(stem) is not None:
        finding = Finding("like-in-bank", "题库里有一道很像的题。", holds=False)
        return replace(record, findings=(*record.findings, finding))
    return record


def beside_the_laws(records: Iterable[Record], articles: Mapping[str, int]) -> list[Record]:
    """The same records: one that cites an article its law has not is held.

    `articles`: how many the text in force of each law has, by short title.
    """
    return [_beside_laws(record, articles) for record in records]


def _beside_laws(record: Record, articles: Mapping[str, int]) -> Record:
    if record.state is not State.READY:
        return record
    parts = tuple(_beside_laws(part, articles) for part in record.parts)
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
