"""Units: the tree, add, rename, contact, close with a successor."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from studyhall.core import audit, clock
from studyhall.core.access import Permission, Reach, paths_above, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.filters import day as day_words
from studyhall.core.words import Translated, said
from studyhall.people import forms, keeping, queries, roles
from studyhall.people import units as rules
from studyhall.people.memberships import holds_on
from studyhall.people.models import Membership, Person, Unit
from studyhall.people.views import bp, form_page


def _reach() -> Reach:
    return current_actor().reach(Permission.KEEP_PEOPLE)


@bp.get("/units")
@require(Permission.KEEP_PEOPLE)
def units() -> ResponseReturnValue:
    today = clock.today()
    found = _in_order(queries.units_in(db.session, _reach()))
    rows = db.session.execute(
        sa.select(Membership.unit_id, sa.func.count())
        .where(Membership.counts, holds_on(today), Membership.unit_id.in_([unit.id for unit in found]))
        .group_by(Membership.unit_id)
    )
    contacts = {
        person.id: person
        for person in db.session.scalars(
            sa.select(Person).where(Person.id.in_([unit.contact_id for unit in found if unit.contact_id]))
        )
    }
    top = min((unit.path.count("/") for unit in found), default=0)
    return render_template(
        "people/units.html",
        units=[
            (unit, unit.path.count("/") - top)
            for unit in found
            if unit.is_open_on(today) or not unit.closed_on
        ],
        closed=[unit for unit in found if unit.closed_on and unit.closed_on <= today],
        names={unit.id: unit.name for unit in found},
        counts={unit_id: count for unit_id, count in rows},
        contacts=contacts,
        kinds=forms.UNIT_KINDS,
        today=today,
    )


def _in_order(found: list[Unit]) -> list[Unit]:
    """Each unit before those below it, neighbours by their place and then by code."""
    places = {unit.path: (unit.position, unit.code) for unit in found}
    return sorted(found, key=lambda unit: [places[path] for path in paths_above(unit.path) if path in places])


@bp.route("/units/new", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
def new_unit() -> ResponseReturnValue:
    form = forms.UnitForm(opened_on=clock.today())
    form.offer_units(queries.open_units_in(db.session, _reach(), clock.today()), "parent")
    if request.method == "GET":
        form.parent.data = request.args.get("under", "")
        form.kind.data = "village"
    if not form.validate_on_submit():
        return form_page("people/new_unit.html", form)
    try:
        with db.writing() as session:
            parent = queries.unit_kept(session, _reach(), int(form.parent.data))
            name = form.name.data.strip()
            code = (form.code.data or "").strip() or rules.new_code(session, name)
            opened_on = keeping.sensible_day(form.opened_on.data)
            unit = rules.open_unit(session, code, name, form.kind.data, parent, opened_on)
            audit.record(
                session, current_actor(), "unit.opened", f"unit:{unit.id}", unit.name, unit_path=unit.path,
                after={"code": unit.code, "kind": unit.kind, "parent": parent.name},
            )  # fmt: skip
    except Missing:
        raise
    except Refused as refusal:
        return form_page("people/new_unit.html", form, said(refusal))
    flash(_("%(name)s设好了，代号%(code)s。", name=unit.name, code=unit.code))
    return redirect(url_for("people.units"))


@bp.route("/units/<int:unit_id>", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
def unit(unit_id: int) -> ResponseReturnValue:
    """Rename it, name its contact."""
    found = queries.unit_kept(db.session, _reach(), unit_id)
    form = forms.RenameForm(data={"name": found.name, "contact": str(found.contact_id or "")})
    form.offer_people(_people_of(found))
    if not form.validate_on_submit():
        return form_page("people/unit.html", form, unit=found, kinds=forms.UNIT_KINDS)
    with db.writing() as session:
        kept = queries.unit_kept(session, _reach(), unit_id)
        before = {"name": kept.name, "contact": _name(session, kept.contact_id)}
        rules.rename(session, kept, form.name.data)
        kept.contact_id = int(form.contact.data) if form.contact.data else None
        session.flush()
        after = {"name": kept.name, "contact": _name(session, kept.contact_id)}
        changed = [key for key in before if before[key] != after[key]]
        if changed:
            audit.record(
                session, current_actor(), "unit.changed", f"unit:{kept.id}", kept.name, unit_path=kept.path,
                before={key: before[key] for key in changed}, after={key: after[key] for key in changed},
            )  # fmt: skip
    flash(_("改好了。已经定下的名册里还是原来的名称。"))
    return redirect(url_for("people.units"))


def _people_of(unit: Unit) -> list[tuple[int, str]]:
    rows = db.session.execute(
        sa.select(Person.id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(
            Unit.path.startswith(unit.path, autoescape=True),
            holds_on(clock.today()),
            sa.or_(Unit.id == unit.id, Membership.counts),
        )
        .order_by(Person.name_sort)
        .distinct()
        .add_columns(Person.name_sort)
    )
    return [(person_id, name) for person_id, name, _sort in rows]


def _name(session: Session, person_id: int | None) -> str | None:
    person = session.get(Person, person_id) if person_id else None
    return person.name if person else None


@bp.route("/units/<int:unit_id>/close", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
def close_unit(unit_id: int) -> ResponseReturnValue:
    found = queries.unit_kept(db.session, _reach(), unit_id)
    form = forms.CloseForm(on=clock.today())
    others = [
        one
        for one in queries.open_units_in(db.session, _reach(), clock.today())
        if not one.path.startswith(found.path) and one.closed_on is None
    ]
    form.offer_units(others, "successor", empty=_("没有人要并"))
    on: date = form.on.data or clock.today()
    closing = rules.what_closing_moves(db.session, found, on)
    about: dict[str, Any] = {"unit": found, "closing": closing, "role_labels": Translated(roles.LABELS)}
    if not form.validate_on_submit():
        return form_page("people/close_unit.html", form, **about)
    try:
        with db.writing() as session:
            kept = queries.unit_kept(session, _reach(), unit_id)
            chosen = form.successor.data
            successor = queries.unit_kept(session, _reach(), int(chosen)) if chosen else None
            day = keeping.sensible_day(form.on.data)
            done = rules.close(session, kept, day, successor)
            roles.refuse_last_admin(session, done.ended_roles, day)
            audit.record(
                session, current_actor(), "unit.closed", f"unit:{kept.id}", kept.name, unit_path=kept.path,
                after={
                    "from": day.isoformat(),
                    "successor": successor.name if successor else None,
                    "moved": len(done.moved),
                },
            )  # fmt: skip
    except Missing:
        raise
    except Refused as refusal:
        return form_page("people/close_unit.html", form, said(refusal), **about)
    flash(_("%(name)s从%(day)s起撤并。以前的名册和数字不变。", name=found.name, day=day_words(form.on.data)))
    return redirect(url_for("people.units"))
