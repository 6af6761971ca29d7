"""Two entries that were one person: which, what would happen, the act."""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.words import Translated, said
from studyhall.people import forms, importing, merging, numbers, queries
from studyhall.people.models import Person
from studyhall.people.views import bp, form_page
from studyhall.people.views.keeping import kept_reach, to_person


@bp.route("/<int:person_id>/merge", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
def merge(person_id: int) -> ResponseReturnValue:
    """First the other number, then what would happen, then the act."""
    kept = queries.person_kept(db.session, kept_reach(), person_id)
    form = forms.MergeForm()
    if not form.validate_on_submit():
        return form_page("people/merge.html", form, kept=kept, what=None)
    try:
        other = _other(form.staff_no.data)
        what = merging.preview(db.session, kept, other)
        if not request.form.get("sure"):
            now_in = [
                (one, queries.memberships_seen(db.session, kept_reach(), one.id)) for one in (kept, other)
            ]
            return render_template(
                "people/merge.html", form=form, kept=kept, what=what, now_in=now_in, problem=None,
                categories=Translated(importing.CATEGORY_LABELS),
            )  # fmt: skip
        with db.writing() as session:
            merging.merge(
                session, current_actor(),
                queries.person_kept(session, kept_reach(), person_id),
                queries.person_kept(session, kept_reach(), other.id),
            )  # fmt: skip
    except Missing:
        raise
    except Refused as refusal:
        return form_page("people/merge.html", form, said(refusal), kept=kept, what=None)
    flash(_("合并好了，以后只用%(number)s。", number=kept.staff_no))
    return to_person(person_id)


def _other(staff_no: str) -> Person:
    person = queries.person_by_staff_no(db.session, numbers.folded(staff_no))
    if person is None:
        raise Refused("没有找到工号%(number)s。", number=staff_no[:20])
    try:
        return queries.person_kept(db.session, kept_reach(), person.id)
    except Missing:
        raise Refused("没有找到工号%(number)s。", number=staff_no[:20]) from None
