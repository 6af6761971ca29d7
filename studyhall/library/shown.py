"""How articles are written on pages: their names, citations as links, looked-for words marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from flask import Flask, g, url_for
from markupsafe import Markup, escape

from studyhall.core.citations import Citation, split_at_citations
from studyhall.core.db import db
from studyhall.library import queries, search
from studyhall.library.contents import Chapter, Section
from studyhall.library.models import Article
from studyhall.library.search import ArticleHit
from studyhall.library.wordings import Run, compared


def article_name(number: int, sub: int = 0) -> str:
    """第一千零四十二条; 0 is 序言."""
    return str(Citation(None, number, sub))


def place_name(place: str) -> str:
    """ "43.3" of a comparison as 第四十三条第三款, "17-1" as 第十七条之一."""
    article, _, paragraph = place.partition(".")
    number, _, sub = article.partition("-")
    return str(Citation(None, int(number), int(sub or 0), int(paragraph) if paragraph else None))


def range_name(first: int, last: int) -> str:
    """第三百三十条至第三百四十三条; one article alone is named alone."""
    return article_name(first) if first == last else f"{article_name(first)}至{article_name(last)}"


def heading(title: str) -> str:
    """第一章 总则 with the wide blank of a Chinese page."""
    return title.replace(" ", "\u3000")


def linked(text: str, law: str, edition: str | None = None) -> Markup:
    """Every citation as a link to its article: a bare one is of `law`; a law that is not here stays words."""
    here = _laws_here()
    pieces = []
    for words, cited in split_at_citations(text):
        named = (cited.law or law) if cited else ""
        if cited is None or named not in here:
            pieces.append(escape(words))
            continue
        number = f"{cited.article}-{cited.sub}" if cited.sub else str(cited.article)
        day = edition if named == law else None
        address = url_for("library.article", law=named, number=number, edition=day)
        pieces.append(Markup('<a href="{}">{}</a>').format(address, words))
    return Markup("").join(pieces)


def marked(text: str, words: Sequence[str]) -> Markup:
    """The words looked for, marked."""
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece) if hit else escape(piece)
        for piece, hit in search.marked(text, words)
    )


def full_day(value: date) -> str:
    """2022年5月1日: a law's day always with its year."""
    return f"{value.year}年{value.month}月{value.day}日"


def number(article: Article | ArticleHit) -> str:
    """The last part of an address: 1042, or 17-1."""
    sub = article.sub if isinstance(article, ArticleHit) else article.sub_number
    return f"{article.number}-{sub}" if sub else str(article.number)


def by_section(articles: Sequence[Article], chapter: Chapter) -> list[tuple[Section | None, list[Article]]]:
    """The articles of a chapter under its sections; what stands before the first one has none."""
    return [
        (section, list(group))
        for section, group in groupby(articles, lambda article: chapter.section_of(article.number))
    ]


def paragraphs(text: str) -> Iterator[str]:
    return (line for line in text.split("\n") if line.strip())


def beside(text: str, places: Sequence[str], texts: Mapping[str, str]) -> list[list[Run]]:
    """An article in lines, what does not stand in these places of the other edition marked."""
    numbers = dict.fromkeys(place.split(".")[0] for place in places)
    return compared(text, "\n".join(texts[number] for number in numbers if number in texts))


def _laws_here() -> frozenset[str]:
    """Looked up once a request."""
    if "laws_here" not in g:
        g.laws_here = queries.short_titles(db.session)
    names: frozenset[str] = g.laws_here
    return names


def install(app: Flask) -> None:
    filters: dict[str, Any] = {
        "heading": heading,
        "linked": linked,
        "beside": beside,
        "marked": marked,
        "paragraphs": paragraphs,
        "full_day": full_day,
        "place_name": place_name,
        "number": number,
        "by_section": by_section,
        "snippet": search.snippet,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(article_name=article_name, range_name=range_name)
