"""The reading room: all laws, one law by chapters, an address for every article, search."""

from __future__ import annotations

import re

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from studyhall.core import clock, pages
from studyhall.core.access import Permission, require
from studyhall.core.citations import Citation
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing
from studyhall.library import queries
from studyhall.library import search as searching
from studyhall.library.queries import Book
from studyhall.library.views import bp
from studyhall.people import queries as people

_NUMBER = re.compile(r"(\d{1,4})(?:-(\d{1,2}))?")


@bp.get("/")
@require(Permission.READ_LAWS)
def index() -> ResponseReturnValue:
    return render_template(
        "library/index.html",
        shelves=queries.shelves(db.session, clock.today()),
        today=clock.today(),
        keeps=keeps_laws(),
    )


@bp.get("/<law>")
@require(Permission.READ_LAWS)
def law(law: str) -> ResponseReturnValue:
    """The chapters; a law of a single chapter is that chapter."""
    opened = _opened(law)
    if len(opened.chapters) == 1:
        return _chapter_page(opened, opened.chapters[0].first)
    articles = queries.articles_between(db.session, opened.edition, 0, opened.edition.article_count)
    return render_template(
        "library/law.html",
        book=opened,
        gists={one.number for one in articles if one.gist},
        texts=sum(one.text is not None for one in articles),
        aside=_beside(opened),
        keeps=keeps_laws(),
    )


@bp.get("/<law>/chapters/<int:first>")
@require(Permission.READ_LAWS)
def chapter(law: str, first: int) -> ResponseReturnValue:
    return _chapter_page(_opened(law), first)


def _chapter_page(opened: Book, first: int) -> str:
    chapter = queries.chapter(opened, first)
    place = opened.chapters.index(chapter)
    return render_template(
        "library/chapter.html",
        book=opened,
        chapter=chapter,
        articles=queries.articles_between(db.session, opened.edition, chapter.first, chapter.last),
        key_points=queries.key_points(db.session, opened.edition, chapter.first, chapter.last),
        before=opened.chapters[place - 1] if place else None,
        after=opened.chapters[place + 1] if place + 1 < len(opened.chapters) else None,
        aside=_beside(opened) if len(opened.chapters) == 1 else [],
    )


def _beside(opened: Book) -> list[Markup]:
    """What higher domains put beside a law as a whole; nothing beside one that is no longer in force."""
    return pages.slot("law.aside", current_actor(), law=opened.law) if opened.is_current else []


@bp.get("/<law>/points/<key>")
@require(Permission.READ_LAWS)
def point(law: str, key: str) -> ResponseReturnValue:
    """A key point stands on the page of its first chapter."""
    card, first = queries.key_point(db.session, _opened(law).edition, key)
    return redirect(url_for("library.chapter", law=law, first=first, _anchor=f"kp{card.id}"))


@bp.get("/<law>/<number>")
@require(Permission.READ_LAWS)
def article(law: str, number: str) -> ResponseReturnValue:
    """`/laws/民法典/1042`; an article put in later is `17-1`."""
    match = _NUMBER.fullmatch(number)
    if match is None:
        raise Missing
    opened = _opened(law)
    leaf = queries.leaf(db.session, opened.edition, int(match[1]), int(match[2] or 0))
    here = leaf.article
    chapter = opened.chapter_of(here.number)
    return render_template(
        "library/article.html",
        book=opened,
        leaf=leaf,
        name=Citation(None, here.number, here.sub_number),
        chapter=chapter,
        siblings=queries.articles_between(db.session, opened.edition, chapter.first, chapter.last)
        if chapter
        else [],
        key_points=queries.key_points(db.session, opened.edition, here.number, here.number),
        aside=pages.slot(
            "article.aside",
            current_actor(),
            law=opened.law,
            edition=opened.edition,
            article=here.number,
            sub_article=here.sub_number,
        )
        if opened.is_current
        else [],
        keeps=keeps_laws(),
    )


@bp.get("/search")
@require(Permission.READ_LAWS)
def search() -> ResponseReturnValue:
    """In the editions in force; `law` keeps to one of them and shows all its hits."""
    query = request.args.get("q", "").strip()
    only = request.args.get("law") or None
    shelves = queries.shelves(db.session, clock.today())
    chosen = [shelf for shelf in shelves if only in (None, shelf.law.short_title)]
    if not chosen:
        raise Missing("这里还没有《%(law)s》。", law=(only or "")[:40])
    found = searching.search(
        db.session, query, [shelf.edition for shelf in chosen], shown=1300 if only else searching.SHOWN
    )
    return render_template("library/search.html", query=query, only=only, found=found, laws=len(shelves))


def _opened(law: str) -> Book:
    return queries.book(db.session, law, request.args.get("edition"), clock.today())


def keeps_laws() -> bool:
    """Whether to offer bringing in texts: laws belong to the site, so does who keeps them."""
    reach = current_actor().reach(Permission.KEEP_BANK)
    return bool(reach) and people.covers_site(db.session, reach)
