"""The pages of one person's jobs: a second one for a while, which one counts, an end, a day set right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.filters import day as day_words
from studyhall.core.words import said
from studyhall.people import forms, jobs, keeping, queries
from studyhall.people.models import Category, Membership, Person
from studyhall.people.views import bp, form_page
from studyhall.people.views.keeping import after, counting_job, kept_reach, to_person

_Act = Callable[[Session, Person, Membership, date], None]


@bp.route("/<int:person_id>/lend", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
def lend(person_id: int) -> ResponseReturnValue:
    person = queries.person_kept(db.session, kept_reach(), person_id)
    now_in = counting_job(person_id)
    form = forms.LendForm(starts_on=clock.today(), category=now_in.category)
    form.offer_units(queries.open_units_in(db.session, kept_reach(), clock.today()), empty=_("请选"))
    about: dict[str, Any] = {"person": person, "now_in": now_in}
    if not form.validate_on_submit():
        return form_page("people/lend.html", form, **about)
    try:
        with db.writing() as session:
            kept = queries.person_kept(session, kept_reach(), person_id)
            unit = queries.unit_kept(session, kept_reach(), int(form.unit.data))
            jobs.lend(
                session, current_actor(), kept, unit, form.starts_on.data, after(form.ends_on.data),
                category=Category(form.category.data), duty=form.duty.data, counts=form.counts.data,
            )  # fmt: skip
    except Missing:
        raise
    except Refused as refusal:
        return form_page("people/lend.html", form, said(refusal), **about)
    where = unit.name if form.counts.data else now_in.unit.name
    flash(_("登记好了。这段时间%(name)s算在%(unit)s的名册里。", name=person.name, unit=where))
    return to_person(person_id)


@bp.route("/<int:person_id>/memberships/<int:membership_id>/end", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
def end_membership(person_id: int, membership_id: int) -> ResponseReturnValue:
    """End one of several: a lending that is over."""

    def end(session: Session, person: Person, membership: Membership, on: date) -> None:
        jobs.end_one(session, current_actor(), person, membership, on)
        flash(_("%(unit)s的任职到此为止。", unit=membership.unit.name))

    return _on_a_day("people/end_membership.html", person_id, membership_id, end)


@bp.route("/<int:person_id>/memberships/<int:membership_id>/count", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
def count_here(person_id: int, membership_id: int) -> ResponseReturnValue:
    """Of several memberships let this one be on the lists, from a day on."""

    def count(session: Session, person: Person, membership: Membership, on: date) -> None:
        jobs.count_here(session, current_actor(), person, membership, on)
        flash(_("从%(day)s起算在%(unit)s的名册里。", day=day_words(on), unit=membership.unit.name))

    return _on_a_day("people/count_here.html", person_id, membership_id, count)


@bp.route("/<int:person_id>/memberships/<int:membership_id>/start", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
def correct_start(person_id: int, membership_id: int) -> ResponseReturnValue:
    """The day somebody came was written down wrong."""

    def correct(session: Session, person: Person, membership: Membership, on: date) -> None:
        frozen = keeping.frozen_since(session, person.id, min(on, membership.starts_on))
        jobs.correct_start(session, current_actor(), kept_reach(), person, membership, on)
        stays = _("已经定下的%(count)d份名册不变。", count=frozen) if frozen else ""
        flash(_("改好了，%(day)s到任。", day=day_words(on)) + stays)

    return _on_a_day("people/correct_start.html", person_id, membership_id, correct)


def _on_a_day(template: str, person_id: int, membership_id: int, act: _Act) -> ResponseReturnValue:
    """A page that asks for a day, and does it to one membership."""
    person = queries.person_kept(db.session, kept_reach(), person_id)
    seen = queries.memberships_seen(db.session, kept_reach(), person_id)
    membership = next((one for one in seen if one.id == membership_id), None)
    if membership is None:
        raise Missing
    form = forms.EndForm(on=clock.today())
    about: dict[str, Any] = {"person": person, "membership": membership}
    if not form.validate_on_submit():
        return form_page(template, form, **about)
    try:
        with db.writing() as session:
            kept = queries.person_kept(session, kept_reach(), person_id)
            act(session, kept, session.get_one(Membership, membership_id), form.on.data)
    except Missing:
        raise
    except Refused as refusal:
        return form_page(template, form, said(refusal), **about)
    return to_person(person_id)
