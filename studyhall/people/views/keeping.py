"""What a clerk does with one person: add, edit, move, let go."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from studyhall.core import clock
from studyhall.core.access import Permission, Reach, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.filters import day as day_words
from studyhall.core.words import said
from studyhall.people import (
    directory,
    forms,
    keeping,
    memberships,
    names,
    queries,
)
from studyhall.people.models import Category, Membership
from studyhall.people.views import bp, form_page


def kept_reach() -> Reach:
    return current_actor().reach(Permission.KEEP_PEOPLE)


def after(last_day: date | None) -> date | None:
    """The forms ask for the last day; the rules want the first one after it."""
    return last_day + timedelta(days=1) if last_day else None


def to_person(person_id: int) -> Response:
    return redirect(url_for("people.person", person_id=person_id))


@bp.route("/new", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
def new() -> ResponseReturnValue:
    actor, form = current_actor(), forms.PersonForm(starts_on=clock.today())
    form.offer_units(queries.open_units_in(db.session, kept_reach(), clock.today()))
    if request.method == "GET":
        form.unit.data = request.args.get("unit", "")
        form.category.data = request.args.get("category", Category.OFFICE)
    if not form.validate_on_submit():
        return form_page("people/new.html", form, namesakes=[])
    namesakes = directory.namesakes(db.session, kept_reach(), names.tidy(form.name.data), clock.today())
    if namesakes and not request.form.get("other_person"):
        # A known name is held until the clerk says that this is somebody else.
        return form_page(
            "people/new.html", form, namesakes=namesakes, problem=_("系统里已经有人叫这个名字。")
        )
    try:
        with db.writing() as session:
            unit = queries.unit_kept(session, kept_reach(), int(form.unit.data))
            person = keeping.take_in(
                session, actor, unit,
                name=form.name.data,
                category=Category(form.category.data),
                starts_on=form.starts_on.data,
                duty=form.duty.data,
                phone=form.phone.data,
                staff_no=form.staff_no.data,
            )  # fmt: skip
    except Missing:
        raise
    except Refused as refusal:
        return form_page("people/new.html", form, said(refusal), namesakes=namesakes)
    flash(
        _(
            "%(name)s加进来了，工号%(number)s。要登录，请打印密码条。",
            name=person.name,
            number=person.staff_no,
        )
    )
    return to_person(person.id)


@bp.route("/<int:person_id>/edit", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
def edit(person_id: int) -> ResponseReturnValue:
    person = queries.person_kept(db.session, kept_reach(), person_id)
    found = memberships.current(db.session, person_id, clock.today())
    membership = next((one for one in found if kept_reach().covers(one.unit.path)), None)
    form = forms.EditForm(
        data={
            "name": person.name,
            "staff_no": person.staff_no,
            "phone": person.phone,
            "category": membership.category if membership else None,
            "duty": membership.duty if membership else None,
        }
    )
    if not form.validate_on_submit():
        return form_page("people/edit.html", form, person=person, membership=membership)
    try:
        with db.writing() as session:
            kept = queries.person_kept(session, kept_reach(), person_id)
            own = session.get(Membership, membership.id) if membership else None
            keeping.correct(
                session, current_actor(), kept, own,
                name=form.name.data,
                staff_no=form.staff_no.data,
                phone=form.phone.data,
                category=Category(form.category.data) if own else None,
                duty=form.duty.data,
            )  # fmt: skip
    except Missing:
        raise
    except Refused as refusal:
        return form_page("people/edit.html", form, said(refusal), person=person, membership=membership)
    flash(_("改好了。已经定下的名册不变。"))
    return to_person(person_id)


@bp.route("/<int:person_id>/move", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
def move(person_id: int) -> ResponseReturnValue:
    person = queries.person_kept(db.session, kept_reach(), person_id)
    now_in = counting_job(person_id)
    form = forms.MoveForm(data={"on": clock.today(), "category": now_in.category, "duty": now_in.duty})
    form.offer_units(
        [
            unit
            for unit in queries.open_units_in(db.session, kept_reach(), clock.today())
            if unit.id != now_in.unit_id
        ],
        empty=_("请选"),
    )
    about: dict[str, Any] = {"person": person, "now_in": now_in}
    if not form.validate_on_submit():
        return form_page("people/move.html", form, **about)
    try:
        with db.writing() as session:
            kept = queries.person_kept(session, kept_reach(), person_id)
            unit = queries.unit_kept(session, kept_reach(), int(form.unit.data))
            frozen = keeping.frozen_since(session, person_id, form.on.data)
            keeping.move(
                session, current_actor(), kept, session.get_one(Membership, now_in.id), unit, form.on.data,
                category=Category(form.category.data), duty=form.duty.data,
            )  # fmt: skip
    except Missing:
        raise
    except Refused as refusal:
        return form_page("people/move.html", form, said(refusal), **about)
    flash(_("%(name)s从%(day)s起在%(unit)s。", name=person.name, day=day_words(form.on.data), unit=unit.name)
          + _past_stays(frozen, now_in.unit.name))  # fmt: skip
    return to_person(person_id)


def counting_job(person_id: int) -> Membership:
    """What a move starts from: the membership that counts today, else the next one. Raises Missing."""
    found = [
        one
        for one in memberships.current(db.session, person_id, clock.today())
        if kept_reach().covers(one.unit.path)
    ]
    if not found:
        raise Missing("这个人现在不在您管的单位，没有可以调动的任职。")
    return found[0]


def _past_stays(frozen: int, unit_name: str) -> str:
    if not frozen:
        return ""
    return _("这天以后已经定下的%(count)d份名册不变，里面还算在%(unit)s。", count=frozen, unit=unit_name)


@bp.route("/<int:person_id>/leave", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
def leave(person_id: int) -> ResponseReturnValue:
    person = queries.person_kept(db.session, kept_reach(), person_id)
    form = forms.LeaveForm(on=clock.today())
    about: dict[str, Any] = {"person": person, "now_in": counting_job(person_id)}
    if not form.validate_on_submit():
        return form_page("people/leave.html", form, **about)
    try:
        with db.writing() as session:
            kept = queries.person_kept(session, kept_reach(), person_id)
            frozen = keeping.frozen_since(session, person_id, form.on.data)
            keeping.let_go(session, current_actor(), kept, form.on.data)
    except Missing:
        raise
    except Refused as refusal:
        return form_page("people/leave.html", form, said(refusal), **about)
    unit_name = about["now_in"].unit.name
    flash(_("%(name)s从%(day)s起不在了，记录保留。", name=person.name, day=day_words(form.on.data))
          + _past_stays(frozen, unit_name))  # fmt: skip
    return to_person(person_id)
