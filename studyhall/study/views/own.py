"""What somebody studied himself: two taps from an article, and his own meetings of a year."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studyhall.core import clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Refused
from studyhall.core.redirects import inside
from studyhall.library.models import Law
from studyhall.study import own_study, queries
from studyhall.study.views import bp


@bp.post("/own")
@require(Permission.SEE_OWN_RECORD)
def log() -> ResponseReturnValue:
    """The first tap opened the article, this is the second."""
    law_id = request.form.get("law", type=int)
    article = request.form.get("article", default=0, type=int)
    sub = request.form.get("sub", default=0, type=int)
    law = db.session.get(Law, law_id) if law_id else None
    if law is None or not (0 <= article <= 5000 and 0 <= sub <= 50):
        raise Refused("没有找到这一条，请回到法律页再试。")
    title = law.short_title
    with db.writing() as session:
        own_study.log(session, current_actor(), title, article, sub, clock.now())
    # What came of it stands beside the article, far below its top on a phone.
    return redirect(inside(request.form.get("back"), url_for("study.mine")).partition("#")[0] + "#own-study")


@bp.get("/mine")
@require(Permission.SEE_OWN_RECORD)
def mine() -> ResponseReturnValue:
    """One's own meetings and readings of a year."""
    actor, today = current_actor(), clock.today()
    year = request.args.get("year", default=today.year, type=int)
    meetings = queries.own_meetings(db.session, actor.person_id, year)
    return render_template(
        "study/mine.html",
        year=year,
        today=today,
        meetings=meetings,
        readings=queries.own_readings(db.session, actor.person_id, year),
        share=queries.own_share(meetings),
    )
