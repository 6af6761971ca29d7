"""One run: a question, its verdict at once, the next; a mock, and how it went."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from random import Random
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.bank import faults
from studyhall.bank.asked import Asked, asked
from studyhall.core import clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.practice import answering, evidence, queries, runs
from studyhall.practice.answering import Outcome
from studyhall.practice.models import PracticeItem, PracticeRun, Way
from studyhall.practice.runs import Wish
from studyhall.practice.views import bp
from studyhall.quizzes import shown
from studyhall.quizzes.answers import LABELS, BadAnswer
from studyhall.quizzes.withholding import withheld_questions


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
    if answering.needs_settling(db.session, actor, item, clock.now()) and here.run.finished_at is None:
        with db.writing() as session:
            answering.settle(session, actor, run_id, position, clock.now())
        here = _round(run_id)
        item = queries.item_of(here.run, position)
    return _page(here, item)


def _page(here: Round, item: PracticeItem, problem: str | None = None, typed: Any = None) -> str:
    told = here.is_judging and item.answered_at is not None
    if told and item.question_id in withheld_questions(db.session, current_actor().person_id, clock.now()):
        return render_template("practice/sealed.html", here=here, item=item)
    about: dict[str, Any] = {"here": here, "item": item, "asked": here.question(item), "problem": problem}
    about["label"] = LABELS[about["asked"].kind]
    about["options"] = shown.options(here, item)
    if item.skipped:
        return render_template("practice/skipped.html", **about)
    if not told:
        given = shown.given(here, item) if typed is None else typed
        return render_template("practice/question.html", given=given, **about)
    places = evidence.places_of(db.session, [item.question_id]).get(item.question_id, ())
    return render_template(
        "practice/judged.html",
        verdict=shown.verdict(here, item),
        articles=_articles(places),
        now=clock.now(),
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
    given, look = request.form.getlist("answer"), "look" in request.form
    try:
        with db.writing() as session:
            outcome = answering.answer(
                session, current_actor(), run_id, position, given, clock.now(), look=look
            )
    except BadAnswer:
        abort(400)
    except Refused as refusal:
        if isinstance(refusal, Missing):
            raise
        here = _round(run_id)
        return _page(here, queries.item_of(here.run, position), refusal.message), 400
    if outcome is Outcome.KEPT:
        return _along(run_id, position)
    if outcome is Outcome.ALREADY:
        flash(_("这道题在另一个页面答过了，以先答的为准。"))
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
    version_id, stem = item.version_id, here.question(item)
    problem, told = None, False
    reason, text = request.form.get("reason", ""), request.form.get("text", "")
    if request.method == "POST":
        try:
            with db.writing() as session:
                faults.report(session, current_actor(), version_id, reason, text)
            told = True
        except Refused as refusal:
            problem = refusal.message
    page = render_template(
        "quizzes/fault.html", asked=stem, reasons=faults.REASONS, reason=reason, text=text, problem=problem,
        done=told, back=url_for("practice.question", run_id=run_id, position=position),
    )  # fmt: skip
    return page, 400 if problem else 200
