"""Standing exemptions of one person: registered with reason and approver, ended on a day."""

from __future__ import annotations

from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from studyhall.core import audit, clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.filters import day as day_words
from studyhall.core.words import Translated, said
from studyhall.people import exemptions, forms, keeping, memberships, queries
from studyhall.people.models import Exemption, Person
from studyhall.people.reasons import REASONS
from studyhall.people.views import bp, form_page
from studyhall.people.views.keeping import after, kept_reach, to_person


@bp.route("/<int:person_id>/exempt", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
def exempt(person_id: int) -> ResponseReturnValue:
    person = queries.person_kept(db.session, kept_reach(), person_id)
    form = forms.ExemptForm(starts_on=clock.today())
    if not form.validate_on_submit():
        return form_page("people/exempt.html", form, person=person)
    try:
        with db.writing() as session:
            kept = queries.person_kept(session, kept_reach(), person_id)
            keeping.sensible_day(form.starts_on.data)
            row = exemptions.grant(
                session, kept.id, form.reason.data, form.approver.data, form.starts_on.data,
                after(form.ends_on.data), decided_by=current_actor().person_id,
            )  # fmt: skip
            _say(session, "person.exempted", kept, {
                "reason": REASONS[row.reason_code], "approver": row.approver,
                "from": row.starts_on.isoformat(),
                "until": form.ends_on.data.isoformat() if form.ends_on.data else None,
            })  # fmt: skip
    except Missing:
        raise
    except Refused as refusal:
        return form_page("people/exempt.html", form, said(refusal), person=person)
    flash(_("登记好了。以后定的名册会照这个免；已经定下的不变，要免请到那场测评里登记。"))
    return to_person(person_id)


@bp.route("/<int:person_id>/exemptions/<int:exemption_id>/end", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
def end_exemption(person_id: int, exemption_id: int) -> ResponseReturnValue:
    person = queries.person_kept(db.session, kept_reach(), person_id)
    found = exemptions.of_person(db.session, person_id)
    exemption = next((one for one in found if one.id == exemption_id), None)
    if exemption is None:
        raise Missing
    form = forms.EndForm(on=clock.today())
    about: dict[str, Any] = {"person": person, "exemption": exemption, "reasons": Translated(REASONS)}
    if not form.validate_on_submit():
        return form_page("people/end_exemption.html", form, **about)
    try:
        with db.writing() as session:
            kept = queries.person_kept(session, kept_reach(), person_id)
            exemptions.end(session, session.get_one(Exemption, exemption_id), form.on.data)
            _say(session, "person.exemption_ended", kept, {"from": form.on.data.isoformat()})
    except Missing:
        raise
    except Refused as refusal:
        return form_page("people/end_exemption.html", form, said(refusal), **about)
    flash(_("从%(day)s起照常参加。", day=day_words(form.on.data)))
    return to_person(person_id)


def _say(session: Session, action: str, person: Person, what: dict[str, Any]) -> None:
    membership = memberships.counting_on(session, person.id, clock.today())
    path = membership.unit.path if membership else current_actor().unit_path
    audit.record(
        session, current_actor(), action, f"person:{person.id}",
        f"{person.name}（{person.staff_no}）", unit_path=path, after=what,
    )  # fmt: skip
