"""What an amendment does to a citation: the article stands unchanged, perhaps under another number, or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from studyhall.bank.record import Record
from studyhall.core.citations import Citation
from studyhall.library.comparing import Change


@dataclass(frozen=True)
class Fate:
    """Where an article went: numbers as "13", "17-1", or a 款 of one, "43.3"."""

    now: tuple[str, ...] = ()
    touched: bool = True
    """Its words are others now, or it was cut up, merged or dropped: somebody has to look."""


def fates(changes: Iterable[Change]) -> dict[str, Fate]:
    """By the number of the old article."""
    found = {}
    for change in changes:
        whole = change.shape == "one" and change.text in ("same", "punctuation") and len(change.new) == 1
        for number in change.old:
            found[number] = Fate(change.new, not whole)
    return found


def place(cited: Citation) -> str:
    """The number of the article as editions file it."""
    return f"{cited.article}-{cited.sub}" if cited.sub else str(cited.article)


def moved(cited: Citation, number: str) -> Citation:
    """The same 款 and 项 of the article that has this number now."""
    article, _, sub = number.split(".", maxsplit=1)[0].partition("-")
    return replace(cited, article=int(article), sub=int(sub or 0))


def speaks_of(record: Record, cited: Citation) -> bool:
    """Whether the question says the number aloud, in what is asked or in why: then it cannot just be moved."""
    words = str(Citation(None, cited.article, cited.sub))
    said = (record.stem, record.explanation or "", *(option.text for option in record.options))
    return any(words in one for one in said)


def carried(record: Record, cites: Iterable[tuple[Citation, Fate | None]]) -> Record | None:
    """The question with its citations as they stand now; None where one of them has to be looked at.

    A fate of None: this citation is not of an amended law. Citations name their law.
    """
    numbered = []
    for cited, fate in cites:
        if fate is None:
            numbered.append(cited)
            continue
        if fate.touched:
            return None
        now = moved(cited, fate.now[0])
        if now != cited and speaks_of(record, cited):
            return None
        numbered.append(now)
    return replace(record, cites=tuple(str(one) for one in numbered))


def proposed(cited: Citation, fate: Fate | None) -> list[Citation]:
    """What the citation may be now, for somebody to look at: nothing where the article is gone."""
    if fate is None:
        return [cited]
    bare = replace(cited, paragraph=None, item=None) if fate.touched else cited
    return list(dict.fromkeys(moved(bare, number) for number in fate.now))
