"""The accounts of others: a new password in two taps, slips to print, unlocking."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.auth import first_passwords
from studyhall.auth.views import bp
from studyhall.core import audit, clock, qr
from studyhall.core.access import Permission, Reach, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Refused
from studyhall.core.settings import settings_for
from studyhall.people import accounts, forms, queries
from studyhall.people.models import Person


def _reach() -> Reach:
    return current_actor().reach(Permission.KEEP_PEOPLE)


def _once(page: str, status: int = 200) -> Response:
    """A page with a password on it: shown once, kept nowhere, not even in the browser."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/people/<int:person_id>/password", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
def reset_password(person_id: int) -> ResponseReturnValue:
    person = queries.person_kept(db.session, _reach(), person_id)
    if request.method == "GET":
        return render_template("auth/reset.html", person=person)
    made, now = first_passwords.make(), clock.now()
    with db.writing() as session:
        kept = queries.person_kept(session, _reach(), person_id)
        path = queries.unit_path_of(session, person_id)
        first_passwords.give(session, current_actor(), kept, made, now, unit_path=path, reset=True)
    until = now + first_passwords.VALID_FOR
    return _once(render_template("auth/reset_done.html", person=kept, password=made.password, until=until))


@bp.post("/people/<int:person_id>/unlock")
@require(Permission.KEEP_PEOPLE)
def unlock(person_id: int) -> ResponseReturnValue:
    with db.writing() as session:
        person = queries.person_kept(session, _reach(), person_id)
        accounts.unlock(session, person.staff_no, person.phone)
        audit.record(
            session, current_actor(), "person.unlocked", f"person:{person.id}",
            f"{person.name}（{person.staff_no}）", unit_path=queries.unit_path_of(session, person_id),
        )  # fmt: skip
    flash(_("解锁了，现在就能登录。"))
    return redirect(url_for("people.person", person_id=person_id))


@bp.route("/people/slips", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
def slips() -> ResponseReturnValue:
    """Choose a unit, then a sheet to print with a new password for everybody there who has none of his own."""
    actor = current_actor()
    chosen = request.values.get("unit", type=int)
    unit = (
        queries.unit_kept(db.session, _reach(), chosen) if chosen else queries.top_unit(db.session, _reach())
    )
    found = first_passwords.waiting(db.session, actor, _reach(), unit)
    address = settings_for(db.session, unit.path if unit else actor.unit_path).address
    if request.method == "GET" or not found:
        units = queries.open_units_in(db.session, _reach(), clock.today())
        return render_template(
            "auth/slips.html", found=found, unit=unit, units=forms.unit_choices(units), address=address,
            most=first_passwords.MOST_AT_ONCE,
        )  # fmt: skip
    now = clock.now()
    made = [(one, first_passwords.make()) for one in found[: first_passwords.MOST_AT_ONCE]]
    printed = []
    with db.writing() as session:
        for one, password in made:
            person = session.get_one(Person, one.person.id, with_for_update=True)
            if person.password_hash is not None and not person.must_change_password:
                # He has set his own while these were being made.
                continue
            first_passwords.give(session, actor, person, password, now, unit_path=one.unit.path, reset=False)
            printed.append((person, one.unit, password.password))
    if not printed:
        raise Refused("这会儿没有人要做密码条了。")
    return _once(
        render_template(
            "auth/slips_print.html",
            printed=printed,
            left=len(found) - len(made),
            until=now + first_passwords.VALID_FOR,
            address=address,
            code=qr.drawing(address.rstrip("/") + "/login") if address else None,
        )
    )
