"""Bringing an official text into the library: an edition where the day is new, else texts for the articles.

Doing it twice changes nothing. What is in plain words (条旨, 要点) stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import audit, clock
from studyhall.core.access import Actor
from studyhall.core.errors import Refused
from studyhall.library import filing
from studyhall.library.law_files import LawFile
from studyhall.library.law_text import ArticleText, Fault, LawText
from studyhall.library.models import Article, Edition, Law
from studyhall.people import queries as people


@dataclass(frozen=True)
class Standing:
    """What filing a text would mean here, or has meant."""

    is_new_law: bool
    is_new_edition: bool
    changed: int
    """Articles whose text is new or other than before."""
    faults: tuple[Fault, ...]
    """Those of the text, and what does not fit with what is here."""


def standing(session: Session, law: LawText) -> Standing:
    """Looks only."""
    edition = _edition(session, law)
    known = session.scalar(sa.select(sa.exists().where(Law.short_title == law.short_title)))
    if edition is None:
        return Standing(not known, True, len(law.articles), law.faults)
    faults = list(law.faults)
    if edition.article_count != law.article_count:
        faults.append(
            Fault(
                "全文",
                f"《{law.short_title}》{edition.effective.year}年版这里记的是{edition.article_count}条，"
                f"文件里有{law.article_count}条。请看是不是另一版的文件。",
            )
        )
    changed = len(_different(_texts(session, edition), law.articles))
    return Standing(False, False, changed, tuple(faults))


def file_laws(session: Session, actor: Actor | None, files: Sequence[LawFile]) -> list[Standing]:
    """All of them or none. Raises Refused where one has a fault, naming it."""
    before = [standing(session, one.law) for one in files]
    for one, stands in zip(files, before, strict=True):
        if stands.faults:
            first = stands.faults[0]
            if len(stands.faults) == 1:
                raise Refused(
                    "%(file)s：%(place)s：%(reason)s没有导入。",
                    file=one.file,
                    place=first.place,
                    reason=first.reason,
                )
            raise Refused(
                "%(file)s：%(place)s：%(reason)s共%(count)s处，没有导入。",
                file=one.file,
                place=first.place,
                reason=first.reason,
                count=len(stands.faults),
            )
    for one, stands in zip(files, before, strict=True):
        if stands.changed or stands.is_new_edition:
            _file(session, actor, one.law, stands)
    for listener in _listeners:
        listener(session, actor)
    return before


Listener = Callable[[Session, Actor | None], None]
_listeners: list[Listener] = []


def when_filed(listener: Listener) -> None:
    """Have a higher domain told, in the same transaction, that texts have come in. Telling it twice is once."""
    if listener not in _listeners:
        _listeners.append(listener)


def _file(session: Session, actor: Actor | None, law: LawText, stands: Standing) -> None:
    assert law.effective is not None
    edition = filing.file_edition(session, law.short_title, law.effective, law.article_count)
    edition.law.title = law.title
    edition.adopted, edition.imported_at = law.adopted, clock.now()
    _file_articles(session, edition, law.articles)
    headings = [filing.Heading(one.title, one.level, one.first, one.last) for one in law.headings]
    filing.file_headings(session, edition, headings)
    session.flush()
    done = {"effective": law.effective.isoformat(), "articles": law.article_count, "changed": stands.changed}
    audit.record(
        session, actor, "law.imported", f"edition:{edition.id}", law.title,
        unit_path=people.site_path(session),
        after=done,
    )  # fmt: skip


def _file_articles(session: Session, edition: Edition, articles: Sequence[ArticleText]) -> None:
    ids = {
        (number, sub): article_id
        for article_id, number, sub in session.execute(
            sa.select(Article.id, Article.number, Article.sub_number).where(Article.edition_id == edition.id)
        )
    }
    new = [one for one in articles if (one.number, one.sub) not in ids]
    if new:
        session.execute(
            sa.insert(Article),
            [
                {"edition_id": edition.id, "number": one.number, "sub_number": one.sub, "text": one.text}
                for one in new
            ],
        )
    known = [one for one in articles if (one.number, one.sub) in ids]
    if known:
        session.execute(
            sa.update(Article), [{"id": ids[one.number, one.sub], "text": one.text} for one in known]
        )


def _edition(session: Session, law: LawText) -> Edition | None:
    return session.scalar(
        sa.select(Edition)
        .join(Edition.law)
        .where(Law.short_title == law.short_title, Edition.effective == law.effective)
    )


def _texts(session: Session, edition: Edition) -> dict[tuple[int, int], str | None]:
    rows = session.execute(
        sa.select(Article.number, Article.sub_number, Article.text).where(Article.edition_id == edition.id)
    )
    return {(number, sub): text for number, sub, text in rows}


def _different(
    texts: dict[tuple[int, int], str | None], articles: Sequence[ArticleText]
) -> list[ArticleText]:
    return [one for one in articles if texts.get((one.number, one.sub)) != one.text]
