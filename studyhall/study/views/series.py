"""Which kinds of meeting a unit keeps."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.core import clock
from studyhall.core.access import Permission, Reach, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Refused
from studyhall.people.models import Unit
from studyhall.study import queries
from studyhall.study import series as keeping
from studyhall.study.forms import CODE_LABELS, SeriesForm
from studyhall.study.views import bp
from studyhall.study.views.entering import owner_unit


@bp.route("/series", methods=["GET", "POST"])
@require(Permission.KEEP_STUDY)
def series() -> ResponseReturnValue:
    owner = owner_unit()
    given = {"starts_on": _first_day()}
    form = SeriesForm() if request.method == "POST" else SeriesForm(formdata=None, data=given)
    if request.method == "POST" and form.validate_on_submit():
        with db.writing() as session:
            keeping.keep(session, current_actor(), session.get_one(Unit, owner.id), form.plan())
        return redirect(url_for("study.series"))
    kept = queries.series_of(db.session, owner)
    names = {one.name for one in kept}
    page = render_template(
        "study/series.html", form=form, kept=kept, codes=CODE_LABELS, owner=owner,
        usual=[one for one in keeping.USUAL if one[1] not in names], today=clock.today(),
        rhythm_words=keeping.rhythm_words, first_day=_first_day(),
    )  # fmt: skip
    return page, 400 if form.errors else 200


@bp.post("/series/usual")
@require(Permission.KEEP_STUDY)
def switch_on() -> ResponseReturnValue:
    """The usual ones that were ticked, each as it is usually held."""
    owner, wanted = owner_unit(), request.form.getlist("name")
    try:
        first = date.fromisoformat(request.form.get("starts_on") or _first_day().isoformat())
    except ValueError:
        raise Refused("请填日期。") from None
    with db.writing() as session:
        unit = session.get_one(Unit, owner.id)
        for code, name, rhythm, days in keeping.USUAL:
            if name in wanted:
                keeping.keep(session, current_actor(), unit, keeping.Plan(code, name, rhythm, days, first))
    return redirect(url_for("study.index" if wanted else "study.series"))


@bp.route("/series/<int:series_id>", methods=["GET", "POST"])
@require(Permission.KEEP_STUDY)
def change_series(series_id: int) -> ResponseReturnValue:
    """One kind of meeting: its name, its days, when it ended."""
    found = queries.series_in(db.session, _reach(), series_id)
    given = {
        "name": found.name, "code": found.code, "rhythm": found.rhythm, "starts_on": found.starts_on,
        "days": "、".join(map(str, found.rhythm_days)), "ends_on": found.ends_on,
    }  # fmt: skip
    form = SeriesForm() if request.method == "POST" else SeriesForm(formdata=None, data=given)
    if request.method == "POST" and form.validate_on_submit():
        with db.writing() as session:
            kept = queries.series_in(session, _reach(), series_id)
            keeping.change(session, current_actor(), kept, form.plan())
        flash(_("改好了。"))
        return redirect(url_for("study.series"))
    used = keeping.has_meetings(db.session, found)
    page = render_template("study/series_one.html", form=form, series=found, used=used, today=clock.today())
    return page, 400 if form.errors else 200


@bp.post("/series/<int:series_id>/drop")
@require(Permission.KEEP_STUDY)
def drop_series(series_id: int) -> ResponseReturnValue:
    with db.writing() as session:
        keeping.drop(session, current_actor(), queries.series_in(session, _reach(), series_id))
    flash(_("去掉了。"))
    return redirect(url_for("study.series"))


def _first_day() -> date:
    """Of this month: whoever begins in autumn is not asked why nothing was held in spring."""
    return clock.today().replace(day=1)


def _reach() -> Reach:
    return current_actor().reach(Permission.KEEP_STUDY)
