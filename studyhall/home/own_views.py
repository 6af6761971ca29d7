"""One's own data: to take away, and to have corrected."""

from __future__ import annotations

from flask import flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.core import audit, tables
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Refused
from studyhall.core.forms import choices
from studyhall.core.words import said
from studyhall.home import own_data
from studyhall.home.views import bp
from studyhall.people import corrections, forms


@bp.get("/me/data.xlsx")
@require(Permission.SEE_OWN_RECORD)
def own_workbook() -> ResponseReturnValue:
    actor = current_actor()
    file = own_data.workbook(db.session, actor.person_id)
    with db.writing() as session:
        audit.record(
            session, actor, "person.data_exported", f"person:{actor.person_id}", actor.name,
            unit_path=actor.unit_path,
        )  # fmt: skip
    return send_file(
        file, mimetype=tables.MIMETYPE, as_attachment=True, download_name=_("我的学法记录") + ".xlsx"
    )


@bp.route("/me/correction", methods=["GET", "POST"])
@require(Permission.SEE_OWN_RECORD)
def correction() -> ResponseReturnValue:
    """Ask to have one's own record corrected, and see what came of it."""
    actor, form, problem = current_actor(), forms.CorrectionForm(), None
    form.about.choices = choices(corrections.ABOUT)
    if form.validate_on_submit():
        try:
            with db.writing() as session:
                corrections.ask(session, actor, form.about.data, form.text.data)
        except Refused as refusal:
            problem = said(refusal)
        else:
            flash(_("已交给管理员，处理好了这里看得到。"))
            return redirect(url_for("home.correction"))
    page = render_template(
        "home/correction.html",
        form=form,
        problem=problem,
        asked=corrections.own(db.session, actor.person_id),
        about=corrections.ABOUT,
    )
    return page, 400 if problem or form.errors else 200
