"""One run: a question, its verdict at once, the next; a mock, and how it went."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from random import Random
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.bank.asked import Asked, asked
from studyhall.bank.fault_views import told_of
from studyhall.core import clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor, wants_json
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.words import said
from studyhall.practice import answering, evidence, queries, runs
from studyhall.practice.answering import Outcome
from studyhall.practice.models import PracticeItem, PracticeRun, Way
from studyhall.practice.runs import Wish
from studyhall.practice.views import bp
from studyhall.quizzes import shown
from studyhall.quizzes.answers import LABELS, BadAnswer
from studyhall.quizzes.withholding import withheld_questions

AHEAD = 6
"""So many questions come with a page: for a lost line, a round of five and more."""


@dataclass(frozen=True)
class Round:
    """A run with what its questions ask, as `quizzes.shown` wants it."""

    run: PracticeRun
    questions: dict[int, Asked]

    def question(self, item: PracticeItem, /) -> Asked:
        return self.questions[item.version_id]

    @property
    def is_mock(self) -> bool:
        return self.run.way == Way.MOCK

    @property
    def is_judging(self) -> bool:
        """A mock still being answered says nothing about right and wrong."""
        return not self.is_mock or self.run.finished_at is not None

    def after(self, position: int) -> int | None:
        return next((one.position for one in self.run.items if one.position > position), None)

    def first_open(self) -> int | None:
        return next((one.position for one in self.run.items if one.is_open), None)

    @property
    def right(self) -> int:
        return sum(one.is_right is True for one in self.run.items)

    @property
    def answered(self) -> int:
        return sum(one.answered_at is not None for one in self.run.items)


def _round(run_id: int) -> Round:
    run = queries.own_run(db.session, run_id, current_actor().person_id)
    return Round(run, asked(db.session, [item.version_id for item in run.items]))


@bp.post("/start")
@require(Permission.SIT_PAPERS)
def start() -> ResponseReturnValue:
    wish = _wish()
    with db.writing() as session:
        run = runs.begin(session, current_actor(), wish, clock.now(), Random(secrets.randbits(62)))
    return redirect(url_for("practice.go_on", run_id=run.id))


def _wish() -> Wish:
    form = request.form
    try:
        way = Way(form.get("way", ""))
    except ValueError:
        raise Missing from None
    numbers = {name: form.get(name, 0, type=int) for name in ("first", "sub", "question_id", "assessment_id")}
    if any(not 0 <= number < 2**31 for number in numbers.values()):
        raise Missing
    return Wish(way, form.get("law", "")[:80], **numbers)


@bp.get("/runs/<int:run_id>")
@require(Permission.SIT_PAPERS)
def go_on(run_id: int) -> ResponseReturnValue:
    """Where one was: the first question without an answer."""
    here = _round(run_id)
    position = here.first_open()
    if here.run.finished_at is not None or (position is None and not here.is_mock):
        return redirect(url_for("practice.done", run_id=run_id))
    return redirect(url_for("practice.question", run_id=run_id, position=position or 1))


@bp.get("/runs/<int:run_id>/<int:position>")
@require(Permission.SIT_PAPERS)
def question(run_id: int, position: int) -> ResponseReturnValue:
    here = _round(run_id)
    item = queries.item_of(here.run, position)
    actor = current_actor()
    if _is_stale(here, item):
        with db.writing() as session:
            answering.settle(session, actor, run_id, position, clock.now())
        here = _round(run_id)
        item = queries.item_of(here.run, position)
    return _page(here, item)


def _is_stale(here: Round, item: PracticeItem) -> bool:
    """Whether an open question is not, any more, what was drawn."""
    if here.run.finished_at is not None or not item.is_open:
        return False
    return not answering.as_drawn(db.session, current_actor(), [item], clock.now())


def _ahead(here: Round, item: PracticeItem) -> list[dict[str, Any]]:
    """The next questions as they will be asked, without a word of their answers: with these somebody goes on
    while the line is down.
    """
    if here.run.finished_at is not None:
        return []
    others = [one for one in here.run.items if one is not item and (here.is_mock or one.is_open)]
    others = [one for one in others if one.position >= item.position - (1 if here.is_mock else 0)][:AHEAD]
    ready = answering.as_drawn(db.session, current_actor(), others, clock.now())
    return [_asking(here, one) for one in others if one.position in ready and not one.skipped]


def _asking(here: Round, item: PracticeItem, typed: Any = None) -> dict[str, Any]:
    """What the form of a question wants."""
    asked = here.question(item)
    return {
        "item": item,
        "asked": asked,
        "label": _(LABELS[asked.kind]),
        "options": shown.options(here, item),
        "given": shown.given(here, item) if typed is None else typed,
        "stamp": answering.stamp(item) if here.is_mock else None,
    }


def _page(here: Round, item: PracticeItem, problem: str | None = None, typed: Any = None) -> str:
    told = here.is_judging and item.answered_at is not None
    if told and item.question_id in withheld_questions(db.session, current_actor().person_id, clock.now()):
        return render_template("practice/sealed.html", here=here, item=item)
    if item.skipped:
        return render_template("practice/skipped.html", here=here, item=item)
    about = _asking(here, item, typed)
    ahead = _ahead(here, item)
    if not told:
        return render_template("practice/question.html", here=here, problem=problem, ahead=ahead, **about)
    places = evidence.places_of(db.session, [item.question_id]).get(item.question_id, ())
    return render_template(
        "practice/judged.html",
        here=here,
        verdict=shown.verdict(here, item),
        articles=_articles(places),
        ahead=ahead,
        **about,
    )


def _articles(places: tuple[tuple[int, int, int], ...]) -> list[dict[str, Any]]:
    """The articles a question rests on, each with its 条旨 where there is one."""
    editions = queries.editions_by_id(db.session, {edition for edition, _article, _sub in places})
    gists = queries.gists(db.session, places)
    return [
        {
            "law": editions[place[0]].law.short_title,
            "number": place[1],
            "sub": place[2],
            "address": f"{place[1]}-{place[2]}" if place[2] else str(place[1]),
            "gist": gists.get(place),
        }
        for place in places
    ]


@bp.post("/runs/<int:run_id>/<int:position>")
@require(Permission.SIT_PAPERS)
def answer(run_id: int, position: int) -> ResponseReturnValue:
    form = request.form
    try:
        with db.writing() as session:
            outcome = answering.answer(
                session, current_actor(), run_id, position, form.getlist("answer"), clock.now(),
                look="look" in form, version_id=form.get("version", type=int), seen=form.get("seen"),
            )  # fmt: skip
    except BadAnswer:
        abort(400)
    except Refused as refusal:
        if isinstance(refusal, Missing) or wants_json():
            raise
        here = _round(run_id)
        return _page(here, queries.item_of(here.run, position), said(refusal)), 400
    if outcome is Outcome.ALREADY:
        flash(_("这道题在另一个页面答过了，以先答的为准。"))
    if outcome is Outcome.CHANGED:
        flash(_("这道题刚刚改过，请看清楚，再答一次。"))
    if wants_json():
        return jsonify(word=outcome)
    if outcome is Outcome.KEPT:
        return _along(run_id, position)
    return redirect(url_for("practice.question", run_id=run_id, position=position))


def _along(run_id: int, position: int) -> ResponseReturnValue:
    """In a mock: where the button said."""
    go = request.form.get("go", "")
    if go.isdigit():
        return redirect(url_for("practice.question", run_id=run_id, position=min(int(go), 9999)))
    return redirect(url_for("practice.sheet", run_id=run_id, at=position))


@bp.post("/runs/<int:run_id>/<int:position>/say")
@require(Permission.SIT_PAPERS)
def say(run_id: int, position: int) -> ResponseReturnValue:
    """我会了 or 还不熟, and on to the next question."""
    with db.writing() as session:
        knows = request.form.get("knows", "")
        answering.say(session, current_actor(), run_id, position, knows, clock.now())
    if wants_json():
        return jsonify(word="judged")
    here = _round(run_id)
    following = here.after(position)
    if following is None:
        return redirect(url_for("practice.go_on", run_id=run_id))
    return redirect(url_for("practice.question", run_id=run_id, position=following))


@bp.get("/runs/<int:run_id>/done")
@require(Permission.SIT_PAPERS)
def done(run_id: int) -> ResponseReturnValue:
    here = _round(run_id)
    if here.is_mock:
        if here.run.finished_at is None:
            return redirect(url_for("practice.sheet", run_id=run_id))
        result = answering.mock_result(db.session, here.run)
        return render_template("practice/mock_result.html", here=here, result=result)
    return render_template("practice/done.html", here=here)


@bp.get("/runs/<int:run_id>/sheet")
@require(Permission.SIT_PAPERS)
def sheet(run_id: int) -> ResponseReturnValue:
    here = _round(run_id)
    if not here.is_mock or here.run.finished_at is not None:
        return redirect(url_for("practice.done", run_id=run_id))
    return render_template("practice/sheet.html", here=here, at=request.args.get("at", 1, type=int))


@bp.post("/runs/<int:run_id>/hand-in")
@require(Permission.SIT_PAPERS)
def hand_in(run_id: int) -> ResponseReturnValue:
    with db.writing() as session:
        answering.hand_in(session, current_actor(), run_id, clock.now())
    return redirect(url_for("practice.done", run_id=run_id))


@bp.route("/runs/<int:run_id>/<int:position>/fault", methods=["GET", "POST"])
@require(Permission.SIT_PAPERS)
def fault(run_id: int, position: int) -> ResponseReturnValue:
    """题目有误: what is wrong with this question, to the admin."""
    here = _round(run_id)
    item = queries.item_of(here.run, position)
    return told_of(here.question(item), url_for("practice.question", run_id=run_id, position=position))
