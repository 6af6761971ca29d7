"""A cadre writes a question for the bank; the admin takes it as a draft or says why not."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.words import Translated, said
from studyhall.practice import proposals, queries
from studyhall.practice.proposals import Proposed
from studyhall.practice.views import bp
from studyhall.quizzes.answers import LABELS

OPTIONS = 4


@bp.route("/propose", methods=["GET", "POST"])
@require(Permission.SIT_PAPERS)
def propose() -> ResponseReturnValue:
    problem, typed = None, _typed()
    if request.method == "POST":
        try:
            with db.writing() as session:
                proposals.propose(session, current_actor(), typed)
            flash(_("收到了，谢谢。管理员看过会在这里告诉您。"))
            return redirect(url_for("practice.propose"))
        except Refused as refusal:
            problem = _("没有这部法律。") if isinstance(refusal, Missing) else said(refusal)
    page = render_template(
        "practice/propose.html",
        typed=typed,
        problem=problem,
        laws=[law.short_title for law in queries.laws_in_order(db.session)],
        own=proposals.own(db.session, current_actor().person_id),
        labels=Translated(LABELS),
    )
    return page, 400 if problem else 200


def _typed() -> Proposed:
    form = request.form
    options = tuple(text[:300] for text in form.getlist("option")[:8]) or ("",) * OPTIONS
    kind = form.get("kind", "single")
    answer = form.get("truth", "") if kind == "judge" else "".join(form.getlist("key"))
    return Proposed(
        law=form.get("law", "")[:80],
        article=form.get("article", "")[:40],
        kind=kind,
        stem=form.get("stem", "").replace("\x00", ""),
        options=options,
        answer=answer[:10],
        explanation=form.get("explanation", "").replace("\x00", ""),
    )


@bp.get("/proposals")
@require(Permission.KEEP_BANK)
def proposed() -> ResponseReturnValue:
    return _list(None)


@bp.post("/proposals/<int:proposal_id>")
@require(Permission.KEEP_BANK)
def settle(proposal_id: int) -> ResponseReturnValue:
    outcome, reply = request.form.get("outcome", ""), request.form.get("reply", "")
    try:
        with db.writing() as session:
            row = proposals.settle(session, current_actor(), proposal_id, outcome, reply)
            taken = row.outcome == "taken"
    except Refused as refusal:
        if isinstance(refusal, Missing):
            raise
        return _list(said(refusal)), 400
    flash(_("已经作为草稿放进题库，还要您核对了才用。") if taken else _("已经答复。"))
    return redirect(url_for("practice.proposed"))


def _list(problem: str | None) -> str:
    rows = proposals.waiting(db.session, current_actor().reach(Permission.KEEP_BANK))
    return render_template("practice/proposals.html", rows=rows, problem=problem, labels=Translated(LABELS))
