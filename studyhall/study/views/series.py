"""Which kinds of meeting a unit keeps."""

from __future__ import annotations

from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.core import clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Refused
from studyhall.people.models import Unit
from studyhall.study import queries
from studyhall.study import series as keeping
from studyhall.study.forms import CODE_LABELS, RHYTHM_LABELS, SeriesForm
from studyhall.study.views import bp
from studyhall.study.views.entering import owner_unit


@bp.route("/series", methods=["GET", "POST"])
@require(Permission.KEEP_STUDY)
def series() -> ResponseReturnValue:
    owner = owner_unit()
    given = {"starts_on": date(clock.today().year, 1, 1)}
    form = SeriesForm() if request.method == "POST" else SeriesForm(formdata=None, data=given)
    if request.method == "POST" and form.validate_on_submit():
        with db.writing() as session:
            keeping.keep(session, current_actor(), session.get_one(Unit, owner.id), form.plan())
        return redirect(url_for("study.series"))
    kept = queries.series_of(db.session, owner)
    names = {one.name for one in kept}
    page = render_template(
        "study/series.html", form=form, kept=kept, codes=CODE_LABELS, rhythms=RHYTHM_LABELS, owner=owner,
        usual=[one for one in keeping.USUAL if one[1] not in names], today=clock.today(),
    )  # fmt: skip
    return page, 400 if form.errors else 200


@bp.post("/series/usual")
@require(Permission.KEEP_STUDY)
def switch_on() -> ResponseReturnValue:
    """The usual ones that were ticked, each as it is usually held, from the beginning of this year."""
    owner, wanted = owner_unit(), request.form.getlist("name")
    first = date(clock.today().year, 1, 1)
    with db.writing() as session:
        unit = session.get_one(Unit, owner.id)
        for code, name, rhythm, days in keeping.USUAL:
            if name in wanted:
                keeping.keep(session, current_actor(), unit, keeping.Plan(code, name, rhythm, days, first))
    return redirect(url_for("study.index" if wanted else "study.series"))


@bp.post("/series/<int:series_id>/end")
@require(Permission.KEEP_STUDY)
def end_series(series_id: int) -> ResponseReturnValue:
    try:
        on = date.fromisoformat(request.form.get("on", ""))
    except ValueError:
        raise Refused(_("请填从哪天起不再办。")) from None
    actor = current_actor()
    with db.writing() as session:
        found = queries.series_in(session, actor.reach(Permission.KEEP_STUDY), series_id)
        keeping.end(session, actor, found, on)
    return redirect(url_for("study.series"))
