"""Finding words in the laws: titles, headings, articles in plain words, official texts, key points.

Chinese has no blanks between words, so a word is found where its characters stand next to each other, from
one character up. Several words, parted by blanks, must all be there.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from studyhall.core.citations import Citation, from_chinese, parse_citation
from studyhall.library.models import Article, Division, Edition, KeyPoint, Law

LONGEST = 40
SHOWN = 20
"""Articles of one law on the page of all laws; the rest is one link away."""
SNIPPET = 80


@dataclass(frozen=True)
class ArticleHit:
    number: int
    sub: int
    words: str
    """The gist, or the piece of the official text in which the words stand."""
    in_text: bool

    def __str__(self) -> str:
        return str(Citation(None, self.number, self.sub))


@dataclass(frozen=True)
class LawHits:
    """What was found in one law; `count` counts all articles, `articles` holds those shown."""

    law: Law
    edition: Edition
    articles: list[ArticleHit] = field(default_factory=list)
    headings: list[Division] = field(default_factory=list)
    key_points: list[KeyPoint] = field(default_factory=list)
    count: int = 0

    @property
    def total(self) -> int:
        return self.count + len(self.headings) + len(self.key_points)


@dataclass(frozen=True)
class Found:
    words: tuple[str, ...]
    laws: list[LawHits]
    article: tuple[Law, Citation] | None = None
    """The words name one article: 民法典 1042, 第三十五条."""
    suggestion: str | None = None

    @property
    def total(self) -> int:
        return sum(law.total for law in self.laws)


def words_of(query: str) -> tuple[str, ...]:
    """What is looked for: full-width letters and figures folded, at most `LONGEST` characters in all."""
    folded = unicodedata.normalize("NFKC", query)[:LONGEST]
    return tuple(dict.fromkeys(re.sub(r"[，、。；;,“”\"]", " ", folded).split()))[:5]


def search(session: Session, query: str, editions: Sequence[Edition], *, shown: int = SHOWN) -> Found:
    """In these editions, each with its law; the laws in their order, those without a hit left out."""
    words = words_of(query)
    if not words:
        return Found((), [])
    laws = _hits(session, words, editions, shown)
    return Found(
        words,
        laws,
        article=_article_named(query, editions),
        suggestion=None if laws else _suggestion(session, words, editions),
    )


def _hits(session: Session, words: Sequence[str], editions: Sequence[Edition], shown: int) -> list[LawHits]:
    ids = [edition.id for edition in editions]
    articles = _articles(session, words, ids)
    headings = _by_edition(session, _found_in(Division, ids, _has_all(words, [Division.title])))
    points = _by_edition(session, _found_in(KeyPoint, ids, _has_all(words, [KeyPoint.title, KeyPoint.text])))
    found = [
        LawHits(
            edition.law,
            edition,
            articles[edition.id][:shown],
            headings[edition.id],
            points[edition.id],
            len(articles[edition.id]),
        )
        for edition in editions
    ]
    return [one for one in found if one.total or all(word in one.law.title for word in words)]


def _has_all(words: Iterable[str], columns: Sequence[Any]) -> ColumnElement[bool]:
    return sa.and_(*(sa.or_(*(c.contains(word, autoescape=True) for c in columns)) for word in words))


def _articles(
    session: Session, words: Sequence[str], edition_ids: Sequence[int]
) -> dict[int, list[ArticleHit]]:
    found: dict[int, list[ArticleHit]] = defaultdict(list)
    rows = session.execute(
        sa.select(Article.edition_id, Article.number, Article.sub_number, Article.gist, Article.text)
        .where(
            Article.edition_id.in_(edition_ids),
            _has_all(words, [sa.func.coalesce(Article.gist, ""), sa.func.coalesce(Article.text, "")]),
        )
        .order_by(Article.edition_id, Article.number, Article.sub_number)
    )
    for edition_id, number, sub, gist, text in rows:
        in_gist = any(word in (gist or "") for word in words)
        shown = gist or "" if in_gist else snippet(text or "", words)
        found[edition_id].append(ArticleHit(number, sub, shown, in_text=not in_gist))
    return found


def _found_in(table: Any, edition_ids: Sequence[int], hit: ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(table).where(table.edition_id.in_(edition_ids), hit).order_by(table.position)


def _by_edition(session: Session, query: sa.Select[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.scalars(query):
        found[row.edition_id].append(row)
    return found


def snippet(text: str, words: Sequence[str]) -> str:
    """Some `SNIPPET` characters around the first word, cut at signs where there are any."""
    places = [text.find(word) for word in words if word in text]
    start = max(min(places, default=0) - SNIPPET // 4, 0)
    head = max((text.rfind(sign, 0, start + 1) + 1 for sign in "。；\n"), default=0)
    if start - head > SNIPPET // 4:
        head = start
    piece = text[head : head + SNIPPET].replace("\n", " ")
    return ("……" if head else "") + piece + ("……" if head + SNIPPET < len(text) else "")


def marked(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """The text in pieces, True for those that were looked for."""
    if not words:
        return [(text, False)]
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    pieces = re.split(f"({pattern})", text, flags=re.IGNORECASE)
    return [(piece, place % 2 == 1) for place, piece in enumerate(pieces) if piece]


def _article_named(query: str, editions: Sequence[Edition]) -> tuple[Law, Citation] | None:
    """民法典1042, 民法典第一千零四十二条, 《民法典》第1042条; a bare number where there is one law only."""
    packed = re.sub(r"[\s《》]", "", unicodedata.normalize("NFKC", query))
    for edition in editions:
        rest = packed.removeprefix(edition.law.short_title)
        if rest == packed and len(editions) > 1:
            continue
        cited = parse_citation(rest)
        number = cited.article if cited else from_chinese(rest)
        if number and number <= edition.article_count:
            return edition.law, Citation(None, number, cited.sub if cited else 0)
    return None


def _suggestion(session: Session, words: Sequence[str], editions: Sequence[Edition]) -> str | None:
    """The longest part of what was looked for that does stand somewhere; None where no two characters do."""
    if len(words) > 1:
        return next((word for word in words if _hits(session, [word], editions, 1)), None)
    word = words[0][:8]
    for length in range(len(word) - 1, 1, -1):
        for start in range(len(word) - length + 1):
            part = word[start : start + length]
            if _hits(session, [part], editions, 1):
                return part
    return None
