"""Who may do what: the matrix, who holds which role, giving one, ending one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload

from studyhall.core import audit, clock
from studyhall.core.access import Permission, Reach, Role, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.words import Translated, said
from studyhall.people import forms, keeping, numbers, queries, role_matrix
from studyhall.people import roles as rules
from studyhall.people.models import Membership, Person, RoleGrant, Unit
from studyhall.people.views import bp, form_page
from studyhall.people.views.keeping import after


def _reach() -> Reach:
    return current_actor().reach(Permission.GRANT_ROLES)


def _grants() -> list[tuple[RoleGrant, Person]]:
    """Roles over units within one's reach, held now or to come, by role and then by the tree."""
    today = clock.today()
    rows = db.session.execute(
        sa.select(RoleGrant, Person)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(_reach().within(Unit.path), sa.or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on > today))
        .order_by(Unit.path, Person.name_sort)
        .options(joinedload(RoleGrant.unit))
    )
    return [(grant, person) for grant, person in rows]


@bp.get("/roles")
@require(Permission.GRANT_ROLES)
def roles_page() -> ResponseReturnValue:
    actor, today, grants = current_actor(), clock.today(), _grants()
    groups = [(role, [(g, p) for g, p in grants if g.role == role]) for role in rules.GIVEN]
    return render_template(
        "people/roles.html",
        matrix=role_matrix.MATRIX,
        columns=role_matrix.COLUMNS,
        labels=Translated(rules.LABELS),
        groups=[(role, found) for role, found in groups if found],
        people=len({person.id for _grant, person in grants}),
        today=today,
        sees_people=actor.can(Permission.SEE_PEOPLE),
        may_end=lambda grant: rules.may_give(actor.grants, grant.as_role, grant.unit.path, grant.unit.kind),
        soon=clock.today().toordinal() + 7,
    )


@bp.route("/roles/new", methods=["GET", "POST"])
@require(Permission.GRANT_ROLES)
def new_role() -> ResponseReturnValue:
    actor = current_actor()
    form = forms.RoleForm(starts_on=clock.today())
    offered = queries.open_units_in(db.session, _reach(), clock.today())
    able = [
        role
        for role in rules.GIVEN
        if any(rules.may_give(actor.grants, role, u.path, u.kind) for u in offered)
    ]
    form.offer_roles(able)
    form.offer_units(
        [u for u in offered if any(rules.may_give(actor.grants, role, u.path, u.kind) for role in able)]
    )
    if request.method == "GET":
        form.staff_no.data = request.args.get("staff_no", "")
        form.unit.data = request.args.get("unit", "")
    if not form.validate_on_submit():
        return form_page("people/new_role.html", form)
    try:
        with db.writing() as session:
            person = _person(session, form.staff_no.data)
            unit = queries.unit_kept(session, _reach(), int(form.unit.data))
            starts_on = keeping.sensible_day(form.starts_on.data)
            role = Role(form.role.data)
            row = rules.give(session, actor, person, role, unit, starts_on, after(form.ends_on.data))
            audit.record(
                session, actor, "role.given", f"role_grant:{row.id}", f"{person.name}（{person.staff_no}）",
                unit_path=unit.path,
                after={
                    "role": rules.LABELS[role], "unit": unit.name, "from": starts_on.isoformat(),
                    "until": form.ends_on.data.isoformat() if form.ends_on.data else None,
                },
            )  # fmt: skip
    except Missing:
        raise
    except Refused as refusal:
        return form_page("people/new_role.html", form, said(refusal))
    flash(_("%(name)s是%(unit)s的%(role)s了。", name=person.name, unit=unit.name, role=_(rules.LABELS[role])))
    return redirect(url_for("people.roles_page"))


def _person(session: Session, staff_no: str) -> Person:
    """Somebody in a unit within one's reach now; by number, since the county sees no lists of people."""
    person = queries.person_by_staff_no(session, numbers.folded(staff_no))
    here = person is not None and session.scalar(
        sa.select(
            sa.exists()
            .where(Membership.person_id == person.id, Membership.unit_id == Unit.id)
            .where(_reach().within(Unit.path))
            .where(sa.or_(Membership.ends_on.is_(None), Membership.ends_on > clock.today()))
        )
    )
    if person is None or not here:
        raise Refused("没有找到工号%(number)s，请核对。", number=staff_no[:20])
    return person


@bp.route("/roles/<int:grant_id>/end", methods=["GET", "POST"])
@require(Permission.GRANT_ROLES)
def end_role(grant_id: int) -> ResponseReturnValue:
    actor = current_actor()
    pair = next(((g, p) for g, p in _grants() if g.id == grant_id), None)
    if pair is None:
        raise Missing
    form = forms.EndForm(on=clock.today())
    about: dict[str, Any] = {"grant": pair[0], "person": pair[1], "labels": Translated(rules.LABELS)}
    if not form.validate_on_submit():
        return form_page("people/end_role.html", form, **about)
    try:
        with db.writing() as session:
            grant = session.get_one(RoleGrant, grant_id)
            day, person = keeping.sensible_day(form.on.data), pair[1]
            label, unit = rules.LABELS[grant.as_role], grant.unit
            rules.end(session, actor, grant, day, now_ended=day <= clock.today())
            audit.record(
                session, actor, "role.ended", f"role_grant:{grant_id}", f"{person.name}（{person.staff_no}）",
                unit_path=unit.path,
                before={"role": label, "unit": unit.name}, after={"from": day.isoformat()},
            )  # fmt: skip
    except Missing:
        raise
    except Refused as refusal:
        return form_page("people/end_role.html", form, said(refusal), **about)
    flash(_("%(name)s不再是%(unit)s的%(role)s。", name=person.name, unit=unit.name, role=_(label)))
    return redirect(url_for("people.roles_page"))
