"""What practice puts on the pages of others: beside an article, and on the first page of a cadre."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup

from studyhall.core import clock
from studyhall.core.access import Actor, Permission
from studyhall.core.db import db
from studyhall.library.models import Edition, Law
from studyhall.people.models import Unit
from studyhall.practice import book, cards, queries, runs
from studyhall.practice import unit as unit_sums
from studyhall.practice.mastery import WORDS, level


def article(
    *, actor: Actor, law: Law, edition: Edition, article: int, sub_article: int, **_more: object
) -> Markup | None:
    """练这一条的2道题, and how well it is known; stays away where there is nothing to practise."""
    now, place = clock.now(), (edition.id, article, sub_article)
    stock = runs.on_article(db.session, actor, place, now)
    if not stock:
        return None
    learnt = cards.learnt_by(db.session, actor.person_id, [edition.id]).get(place)
    at = level(learnt, clock.day_of(now))
    return Markup(  # noqa: S704  the template has escaped what stands in it
        render_template(
            "practice/_article.html",
            law=law.short_title,
            first=article,
            sub=sub_article,
            count=len(stock),
            level=at,
            word=_(WORDS[at]),
            next_on=learnt.due_on if learnt else None,
            is_due=learnt is not None and learnt.due_on <= clock.day_of(now),
        )
    )


def could(*, actor: Actor, **_more: object) -> Markup | None:
    """The rows of 有空可以做: wrong ones due today, five questions, or what was left half done."""
    now = clock.now()
    entries = book.entries(db.session, actor.person_id, now)
    due = book.to_review(db.session, actor, entries, now)
    under_way = queries.open_runs(db.session, actor.person_id)
    return Markup(  # noqa: S704  the template has escaped what stands in it
        render_template("practice/_could.html", due=len(due), under_way=under_way)
    )


def weak(*, actor: Actor, unit: Unit, **_more: object) -> Markup | None:
    """本单位最薄弱的条文, and one tap to make it a lecture's topic; stays away below five people."""
    found = unit_sums.weakest(db.session, unit, clock.today())
    if not found:
        return None
    places = [one.place for one in found]
    return Markup(  # noqa: S704  the template has escaped what stands in it
        render_template(
            "practice/_weak.html",
            found=found,
            editions=queries.editions_by_id(db.session, {place[0] for place in places}),
            gists=queries.gists(db.session, places),
            keeps_study=actor.can(Permission.KEEP_STUDY),
            sets_papers=actor.can(Permission.SET_PAPERS),
            year=clock.today().year,
        )
    )
