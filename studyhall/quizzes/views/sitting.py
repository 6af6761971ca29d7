"""What a cadre meets: the rules, the questions one by one, the answer sheet."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.core import clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.words import Translated
from studyhall.people.reasons import REASONS
from studyhall.quizzes import papers, publishing, queries, shown, sittings, taking, timing
from studyhall.quizzes.answers import LABELS, BadAnswer
from studyhall.quizzes.closing import NotYet
from studyhall.quizzes.papers import Cell, Item, Paper
from studyhall.quizzes.upkeep import keep_up
from studyhall.quizzes.views import bp


@bp.get("/c/<code>")
@require(Permission.SIT_PAPERS)
def intro(code: str) -> ResponseReturnValue:
    keep_up(db)
    now = clock.now()
    sitting = sittings.sitting_by_code(db.session, current_actor(), code, now)
    assessment = sitting.assessment
    _questions, cases = queries.questions_of(assessment.lines)
    until = timing.deadline_of(now, assessment.minutes, assessment.closes_at)
    return render_template(
        "quizzes/intro.html",
        sitting=sitting,
        reasons=Translated(REASONS),
        cases=cases,
        # What a case is worth is known when it is dealt.
        full=None if cases else sum(line.how_many * line.worth for line in assessment.lines),
        kinds={line.kind for line in assessment.lines},
        laws=list(dict.fromkeys(line.law for line in assessment.lines)),
        minutes=max(int((until - now).total_seconds() // 60), 1),
    )


@bp.post("/c/<code>/begin")
@require(Permission.SIT_PAPERS)
def begin(code: str) -> ResponseReturnValue:
    keep_up(db)
    actor, now = current_actor(), clock.now()
    assessment = sittings.sitting_by_code(db.session, actor, code, now).assessment
    # The bank is read before the transaction begins: while one writes, the others wait.
    candidates = publishing.pool(db.session, assessment.unit_path, publishing.lines_of(assessment))
    with db.writing() as session:
        attempt = taking.begin(session, actor, assessment, now, candidates=candidates)
    if attempt.started_at == now:
        return redirect(url_for("quizzes.question", attempt_id=attempt.id, position=1))
    return redirect(url_for("quizzes.go_on", attempt_id=attempt.id))


@bp.get("/papers/<int:attempt_id>")
@require(Permission.SIT_PAPERS)
def go_on(attempt_id: int) -> ResponseReturnValue:
    """To the first question without an answer."""
    paper = papers.own_paper(db.session, attempt_id, current_actor())
    position = next(iter(paper.open_positions), 1)
    return redirect(url_for("quizzes.question", attempt_id=attempt_id, position=position))


@bp.get("/papers/<int:attempt_id>/elsewhere")
@require(Permission.SIT_PAPERS)
def elsewhere(attempt_id: int) -> ResponseReturnValue:
    """Another device is answering: go on here?"""
    actor = current_actor()
    paper = papers.own_paper(db.session, attempt_id, actor)
    if not paper.attempt.is_open or paper.attempt.device_session_id == actor.login_session_id:
        return redirect(url_for("quizzes.go_on", attempt_id=attempt_id))
    return render_template("quizzes/elsewhere.html", paper=paper, **_clock(paper))


@bp.post("/papers/<int:attempt_id>/take-over")
@require(Permission.SIT_PAPERS)
def take_over(attempt_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with db.writing() as session:
        taking.take_over(session, taking.own_sheet(session, attempt_id, actor), actor)
    return redirect(url_for("quizzes.go_on", attempt_id=attempt_id))


@bp.get("/papers/<int:attempt_id>/<int:position>")
@require(Permission.SIT_PAPERS)
def question(attempt_id: int, position: int) -> ResponseReturnValue:
    paper = papers.own_paper(db.session, attempt_id, current_actor())
    away = _not_answerable_here(paper)
    if away is not None:
        return away
    return render_template(
        "quizzes/question.html", **_question(paper, paper.item(position), _clock(paper)), whole=False
    )


@bp.get("/papers/<int:attempt_id>/whole")
@require(Permission.SIT_PAPERS)
def whole(attempt_id: int) -> ResponseReturnValue:
    """All questions as fragments, so that a lost line does not stop anybody from going on."""
    paper = papers.own_paper(db.session, attempt_id, current_actor())
    if _not_answerable_here(paper) is not None:
        return jsonify(word="closed"), 409
    same = _clock(paper)
    pages = [_question(paper, item, same) for item in paper.items]
    return render_template("quizzes/whole.html", pages=pages, now=clock.local(clock.now()))


@bp.post("/papers/<int:attempt_id>/<int:position>")
@require(Permission.SIT_PAPERS)
def answer(attempt_id: int, position: int) -> ResponseReturnValue:
    """A form without scripts: save, then go where the button said."""
    outcome = _save(attempt_id, position, None)
    if outcome.word is taking.Saved.CLOSED:
        return redirect(url_for("quizzes.result", attempt_id=attempt_id))
    if outcome.word is taking.Saved.REPLACED:
        return redirect(url_for("quizzes.elsewhere", attempt_id=attempt_id))
    target = request.form.get("go", "sheet")
    if _NUMBER.fullmatch(target):
        return redirect(url_for("quizzes.question", attempt_id=attempt_id, position=int(target)))
    return redirect(url_for("quizzes.sheet", attempt_id=attempt_id, at=position))


@bp.post("/papers/<int:attempt_id>/<int:position>/save")
@require(Permission.SIT_PAPERS)
def save(attempt_id: int, position: int) -> ResponseReturnValue:
    """The script's background save: answered with one of four words, never with a redirect.

    `now` is the server's clock in local time: the page shows it and sets its own by it.
    """
    number = request.form.get("number", "")
    if number and not _NUMBER.fullmatch(number):
        abort(400)
    outcome = _save(attempt_id, position, int(number) if number else None)
    now = clock.local(clock.now())
    return jsonify(word=outcome.word, number=outcome.save_no, now=now.isoformat(timespec="milliseconds"))


_NUMBER = re.compile(r"[0-9]{1,18}")
"""As our own pages send one."""


def _save(attempt_id: int, position: int, number: int | None) -> taking.SaveOutcome:
    actor, given = current_actor(), request.form.getlist("answer")
    flagged = "flag" in request.form
    try:
        with db.changing() as connection:
            sheet = taking.own_sheet(connection, attempt_id, actor, lock=True, position=position)
            return taking.save(
                connection, sheet, actor, position, given, clock.now(), number=number, flagged=flagged
            )
    except BadAnswer:
        abort(400)


@bp.get("/papers/<int:attempt_id>/sheet")
@require(Permission.SIT_PAPERS)
def sheet(attempt_id: int) -> ResponseReturnValue:
    paper = papers.own_paper(db.session, attempt_id, current_actor())
    away = _not_answerable_here(paper)
    if away is not None:
        return away
    sitting = sittings.sitting(db.session, current_actor(), paper.assessment.id, clock.now())
    at = request.args.get("at", 1, type=int)
    return render_template(
        "quizzes/sheet.html",
        paper=paper,
        sitting=sitting,
        at=at if 1 <= at <= len(paper.items) else 1,
        groups=_groups(paper),
        **_clock(paper),
    )


def _groups(paper: Paper) -> list[tuple[str, list[Cell]]]:
    """The cells by kind as the paper has them; the parts of a case stand under 材料题."""

    def label(cell: Cell) -> str:
        is_part = paper.question(paper.item(cell.position)).case_id is not None
        return str(_(LABELS["case" if is_part else cell.kind]))

    return [(name, list(cells)) for name, cells in groupby(paper.cells, label)]


@bp.post("/papers/<int:attempt_id>/hand-in")
@require(Permission.SIT_PAPERS)
def hand_in(attempt_id: int) -> ResponseReturnValue:
    """By a press of the button; or by the script (`by=clock`), for which the server's clock must agree."""
    now, by_clock = clock.now(), request.form.get("by") == "clock"
    try:
        with db.writing() as session:
            taking.hand_in(session, attempt_id, current_actor(), now, by_clock=by_clock)
    except NotYet:
        local = clock.local(now).isoformat(timespec="milliseconds")
        return jsonify(word="early", now=local), NotYet.status
    return redirect(url_for("quizzes.result", attempt_id=attempt_id))


def _not_answerable_here(paper: Paper) -> ResponseReturnValue | None:
    """Where to instead of a question: to the result, or to asking whether to go on at this device."""
    actor, now, attempt = current_actor(), clock.now(), paper.attempt
    if not attempt.is_open or now > attempt.deadline:
        with db.writing() as session:
            taking.hand_in(session, attempt.id, actor, now, by_clock=True)
        return redirect(url_for("quizzes.result", attempt_id=attempt.id))
    if attempt.device_session_id == actor.login_session_id:
        return None
    if papers.device_is_free(db.session, attempt.device_session_id, actor):
        # After a new login on the same phone there is nobody to ask.
        with db.writing() as session:
            taking.take_over(session, taking.own_sheet(session, attempt.id, actor), actor)
        return redirect(request.full_path.rstrip("?"))
    return redirect(url_for("quizzes.elsewhere", attempt_id=attempt.id))


def _clock(paper: Paper) -> dict[str, Any]:
    now = clock.now()
    left = max(int((paper.attempt.deadline - now).total_seconds()), 0)
    return {"now": now, "left": left, "key": owner_key(paper)}


def owner_key(paper: Paper) -> str:
    """Under which a browser keeps the answers of this paper: another person's are under another."""
    return f"studyhall:{paper.attempt.id}:{current_actor().staff_no}"


def _question(paper: Paper, item: Item, same: dict[str, Any]) -> dict[str, Any]:
    """`same`: what `_clock` says, alike for all questions of a paper."""
    return {
        "paper": paper,
        "item": item,
        "asked": paper.question(item),
        "options": shown.options(paper, item),
        "given": shown.given(paper, item),
        "label": _(LABELS[paper.question(item).kind]),
        **same,
    }
