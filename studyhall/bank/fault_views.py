"""The admin's list of questions that somebody says are wrong, and how each is settled."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studyhall.bank import faults
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused

bp = Blueprint("faults", __name__, url_prefix="/bank/faults")


@bp.get("/")
@require(Permission.KEEP_BANK)
def index() -> ResponseReturnValue:
    return _page(None)


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
        return _page(refusal.message), 400
    return redirect(url_for("faults.index"))


def _page(problem: str | None) -> str:
    reported = faults.waiting(db.session, current_actor().reach(Permission.KEEP_BANK))
    return render_template(
        "bank/faults.html",
        reported=reported,
        problem=problem,
        reasons=faults.REASONS,
        outcomes=faults.OUTCOMES,
    )
