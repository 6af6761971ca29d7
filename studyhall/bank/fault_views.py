"""题目有误: said by whoever met the question, then the admin's list of what was said, and how each is settled."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studyhall.bank import faults, showing
from studyhall.bank.asked import Asked
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.redirects import inside
from studyhall.core.words import Translated, said

bp = Blueprint("faults", __name__, url_prefix="/bank/faults")


@bp.get("/")
@require(Permission.KEEP_BANK)
def index() -> ResponseReturnValue:
    return _page(None)


@bp.route("/<int:question_id>/report", methods=["GET", "POST"])
@require(Permission.SIT_PAPERS)
def report(question_id: int) -> ResponseReturnValue:
    """题目有误, said of a question outside a paper: in the reading room, in one's wrong book."""
    question = showing.readable(db.session, current_actor(), question_id)
    return told_of(question, inside(request.args.get("back")))


def told_of(asked: Asked, back: str, *, until: datetime | None = None) -> ResponseReturnValue:
    """The form, or that what was written in it has gone to the admin: wherever the question was met."""
    reason, text = request.form.get("reason", ""), request.form.get("text", "")
    problem, told = None, False
    if request.method == "POST":
        try:
            with db.writing() as session:
                faults.report(session, current_actor(), asked.version_id, reason, text)
            told = True
        except Refused as refusal:
            problem = said(refusal)
    page = render_template(
        "bank/fault.html", asked=asked, reasons=Translated(faults.REASONS), reason=reason, text=text,
        problem=problem, done=told, back=back, until=until,
    )  # fmt: skip
    return page, 400 if problem else 200


@bp.post("/<int:question_id>")
@require(Permission.KEEP_BANK)
def settle(question_id: int) -> ResponseReturnValue:
    try:
        with db.writing() as session:
            faults.settle(
                session,
                current_actor(),
                question_id,
                request.form.get("outcome", ""),
                request.form.get("reply", ""),
            )
    except Refused as refusal:
        if isinstance(refusal, Missing):
            raise
        return _page(said(refusal)), 400
    return redirect(url_for("faults.index"))


def _page(problem: str | None) -> str:
    reported = faults.waiting(db.session, current_actor().reach(Permission.KEEP_BANK))
    return render_template(
        "bank/faults.html",
        reported=reported,
        problem=problem,
        reasons=Translated(faults.REASONS),
        outcomes=faults.OUTCOMES,
    )
