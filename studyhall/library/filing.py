"""Bringing a law into the library: the law, one edition, its headings, articles in plain words, key points.

Doing it again with the same content changes nothing; what an admin has imported (article texts) stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from studyhall.library.models import Article, Division, Edition, KeyPoint, KeyPointCitation, Law


@dataclass(frozen=True)
class Heading:
    title: str
    level: int
    first: int
    last: int


@dataclass(frozen=True)
class Card:
    """One key point, with the articles it rests on."""

    key: str
    part: str
    title: str
    text: str
    articles: tuple[int, ...]


def full_title(short_title: str) -> str:
    """民法典 → 中华人民共和国民法典; a regulation of the Party and the State Council goes by its own name."""
    return f"中华人民共和国{short_title}" if short_title.endswith(("法", "法典")) else short_title


def file_edition(session: Session, short_title: str, effective: date, article_count: int) -> Edition:
    """The edition of this law in force from that day, made with its articles where it is new."""
    law = session.scalar(sa.select(Law).where(Law.short_title == short_title))
    if law is None:
        position = session.scalar(sa.select(sa.func.count()).select_from(Law)) or 0
        law = Law(title=full_title(short_title), short_title=short_title, position=position + 1)
        session.add(law)
        session.flush()
    edition = session.scalar(
        sa.select(Edition).where(Edition.law_id == law.id, Edition.effective == effective)
    )
    if edition is None:
        edition = Edition(law_id=law.id, effective=effective, article_count=article_count)
        session.add(edition)
        session.flush()
        session.execute(
            sa.insert(Article),
            [
                {"edition_id": edition.id, "number": number, "sub_number": 0}
                for number in range(1, article_count + 1)
            ],
        )
    return edition


def file_headings(session: Session, edition: Edition, headings: Sequence[Heading]) -> None:
    """Replace the table of contents of an edition, where it is another one."""
    columns = (Division.title, Division.level, Division.first_article, Division.last_article)
    rows = session.execute(
        sa.select(*columns).where(Division.edition_id == edition.id).order_by(Division.position)
    )
    if [Heading(*row) for row in rows] == list(headings):
        return
    session.execute(sa.delete(Division).where(Division.edition_id == edition.id))
    if headings:
        session.execute(
            sa.insert(Division),
            [
                {
                    "edition_id": edition.id,
                    "position": position,
                    "level": heading.level,
                    "title": heading.title,
                    "first_article": heading.first,
                    "last_article": heading.last,
                }
                for position, heading in enumerate(headings, 1)
            ],
        )
    session.expire(edition, ["divisions"])


def file_gists(session: Session, edition: Edition, gists: Mapping[int, str]) -> int:
    """Set the 条旨 of articles; gives the number that changed."""
    rows = session.execute(
        sa.select(Article.id, Article.number, Article.gist).where(
            Article.edition_id == edition.id, Article.sub_number == 0
        )
    )
    changed = [
        {"id": article_id, "gist": gists[number]}
        for article_id, number, gist in rows
        if number in gists and gists[number] != gist
    ]
    if changed:
        session.execute(sa.update(Article), changed)
    return len(changed)


def file_cards(session: Session, edition: Edition, cards: Iterable[Card]) -> None:
    """Replace the key points of an edition; those that say the same stay untouched."""
    known = {
        card.key: card
        for card in session.scalars(
            sa.select(KeyPoint)
            .where(KeyPoint.edition_id == edition.id)
            .options(selectinload(KeyPoint.citations))
        )
    }
    for position, card in enumerate(cards, 1):
        row = known.pop(card.key, None)
        if row is None:
            row = KeyPoint(edition_id=edition.id, key=card.key)
            session.add(row)
        elif _says(row) == (position, replace(card, articles=_sorted(card))):
            continue
        row.part, row.title, row.text, row.position = card.part, card.title, card.text, position
        row.citations = [KeyPointCitation(article_number=number) for number in _sorted(card)]
    for row in known.values():
        session.delete(row)
    session.flush()


def _sorted(card: Card) -> tuple[int, ...]:
    return tuple(sorted(set(card.articles)))


def _says(row: KeyPoint) -> tuple[int, Card]:
    articles = tuple(sorted(one.article_number for one in row.citations))
    return row.position, Card(row.key, row.part, row.title, row.text, articles)
