"""The way in to one's own practice, and the laws one wants to practise. Nobody else can open these."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.core import clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.practice import book, cards, choosing, evidence, plan, queries
from studyhall.practice.mastery import Level, level
from studyhall.practice.views import bp
from studyhall.quizzes.upkeep import keep_up


def caught_up() -> None:
    keep_up(db)
    cards.catch_up(db, current_actor().person_id, clock.now())


@bp.get("/")
@require(Permission.SIT_PAPERS)
def index() -> ResponseReturnValue:
    caught_up()
    actor, now = current_actor(), clock.now()
    entries = book.entries(db.session, actor.person_id, now)
    laws = law_lines()
    return render_template(
        "practice/index.html",
        under_way=queries.open_runs(db.session, actor.person_id),
        entries=entries,
        due=book.to_review(db.session, actor, entries, now),
        mocks=queries.mocks_offered(db.session, actor.person_id, now),
        past_mocks=queries.past_mocks(db.session, actor.person_id),
        cases=len(queries.cases(db.session, actor, now)),
        laws=laws,
        own=queries.own_laws(db.session, actor, clock.local(now).year),
        resets=cards.resets_of(db.session, actor.person_id),
    )


@dataclass(frozen=True)
class LawLine:
    """One law in the list: how many of its articles have a question, and how many of those are known."""

    law_id: int
    law: str
    articles: int
    known: int


def law_lines() -> list[LawLine]:
    actor, now = current_actor(), clock.now()
    in_force = evidence.editions_in_force(db.session)
    places = {place for one in queries.stock(db.session, actor, now) for place in one.places}
    learnt = cards.learnt_by(db.session, actor.person_id)
    today = clock.day_of(now)
    found = []
    for law in queries.laws_in_order(db.session):
        here = [place for place in places if place[0] == in_force.get(law.id)]
        if here:
            known = sum(level(learnt.get(place), today) is Level.KNOWN for place in here)
            found.append(LawLine(law.id, law.short_title, len(here), known))
    return found


@bp.route("/laws", methods=["GET", "POST"])
@require(Permission.SIT_PAPERS)
def laws() -> ResponseReturnValue:
    """Which laws the five questions come from."""
    actor = current_actor()
    lines = law_lines()
    if request.method == "POST":
        wanted = {int(value) for value in request.form.getlist("law") if value.isdigit()}
        with db.writing() as session:
            choosing.choose_laws(session, actor.person_id, wanted & {line.law_id for line in lines})
        flash(_("改好了，下一次练五题就从这些法律里出。"))
        return redirect(url_for("practice.index"))
    today = clock.today()
    chosen, own = queries.own_laws(db.session, actor, today.year)
    months = plan.of_year(db.session, actor, today.year)
    return render_template(
        "practice/laws.html",
        lines=lines,
        chosen=chosen if own else set(),
        planned={law.id for month in months for law in month.laws},
        months=months,
        today=today,
    )
