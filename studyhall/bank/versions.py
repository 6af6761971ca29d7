"""A record as rows: what makes a version a new one when it changes, and the next version of a question.

A case and its parts are one family: when any of them changes, all of them get a next version, so that the
parts of one version of a case are always exactly those it was asked with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studyhall.bank.record import Kind, Record, content_hash
from studyhall.core.citations import parse_citation

Content = dict[str, Any]
"""The columns of `question_version` that say what is asked."""
CONTENT = (
    *("kind", "stem", "options", "answer", "points", "explanation", "difficulty", "content_hash"),
)  # fmt: skip
CITED = ("position", "law_id", "law_title", "edition_id", "article", "sub_article", "paragraph", "item")


def content_of(record: Record) -> Content:
    """In the form of the table: sorted letters, points in hundredths."""
    answer: Any = record.answer
    if record.kind in (Kind.SINGLE, Kind.MULTIPLE) and isinstance(answer, tuple):
        answer = "".join(sorted(str(letter) for letter in answer))
    elif isinstance(answer, tuple):
        answer = [list(blank) for blank in answer]
    return {
        "kind": str(record.kind),
        "stem": record.stem,
        "options": [[option.key, option.text] for option in record.options],
        "answer": answer,
        "points": [[point.text, point.worth * 100] for point in record.points],
        "explanation": record.explanation,
        "difficulty": record.difficulty or max((part.difficulty or 1 for part in record.parts), default=1),
        "content_hash": content_hash(record),
    }


def citations_of(
    record: Record, laws: Mapping[str, int], editions: Mapping[tuple[str, str], int]
) -> list[tuple[Any, ...]]:
    """One tuple in the order of `CITED` for each article cited.

    `editions` by (law, day): the record's own law is cited in the edition its file names; of another law
    the text in force is meant.
    """
    found = []
    for position, words in enumerate(record.cites, 1):
        cited = parse_citation(words)
        if cited is None:
            continue
        law = cited.law or record.law
        edition = editions.get((record.law, record.edition)) if law == record.law else None
        found.append(
            (position, laws.get(law), law, edition, cited.article, cited.sub, cited.paragraph, cited.item)
        )
    return found
