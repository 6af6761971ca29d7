"""The admin's list of questions whose law has a new text, and how each is settled."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from studyhall.bank import amended, editing
from studyhall.bank.answer_words import answer_words
from studyhall.core.access import Actor, Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.words import said

bp = Blueprint("amendments", __name__, url_prefix="/bank/amended")


@bp.get("/")
@require(Permission.KEEP_BANK)
def index() -> ResponseReturnValue:
    return _page(None)


@bp.post("/<int:question_id>")
@require(Permission.KEEP_BANK)
def settle(question_id: int) -> ResponseReturnValue:
    outcome = request.form.get("outcome", "")
    cites = {
        int(name.removeprefix("cites-")): value
        for name, value in request.form.items()
        if name.removeprefix("cites-").isdecimal()
    }
    try:
        with db.writing() as session:
            if outcome == "right":
                amended.still_right(session, current_actor(), question_id, cites)
            else:
                editing.set_state(session, current_actor(), [question_id], outcome)
    except Refused as refusal:
        if isinstance(refusal, Missing):
            raise
        return _page(said(refusal), question_id, cites), 400
    return redirect(url_for("amendments.index", done=outcome))


def _page(problem: str | None, wrong: int | None = None, typed: dict[int, str] | None = None) -> str:
    reach = current_actor().reach(Permission.KEEP_BANK)
    return render_template(
        "bank/amended.html",
        families=amended.waiting(db.session, reach),
        count=amended.count_waiting(db.session, reach),
        problem=problem,
        wrong=wrong,
        typed=typed or {},
        answer_words=answer_words,
        done=request.args.get("done"),
    )


def imported_panel(actor: Actor, **_about: object) -> Markup | None:
    """On the page that says a law has been brought in: how many questions wait."""
    count = amended.count_waiting(db.session, actor.reach(Permission.KEEP_BANK))
    return Markup(render_template("bank/_amended_panel.html", count=count)) if count else None  # noqa: S704
