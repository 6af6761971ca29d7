"""What people have asked to have corrected, and the answers."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.people import corrections as rules
from studyhall.people.views import bp


@bp.get("/corrections")
@require(Permission.KEEP_PEOPLE)
def corrections() -> ResponseReturnValue:
    found = rules.kept(db.session, current_actor().reach(Permission.KEEP_PEOPLE))
    waiting = sum(correction.settled_at is None for correction, _person in found)
    return render_template("people/corrections.html", found=found, about=rules.ABOUT, waiting=waiting)


@bp.post("/corrections/<int:correction_id>")
@require(Permission.KEEP_PEOPLE)
def settle_correction(correction_id: int) -> ResponseReturnValue:
    actor = current_actor()
    reach = actor.reach(Permission.KEEP_PEOPLE)
    with db.writing() as session:
        rules.settle(session, actor, reach, correction_id, request.form.get("reply", ""))
    flash(_("答复好了，本人在“我的”里看得到。"))
    return redirect(url_for("people.corrections"))
