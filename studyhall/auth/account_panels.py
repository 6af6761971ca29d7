"""What the door adds to the people pages: the state of an account, and the buttons that change it."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from studyhall.core import clock
from studyhall.core.access import Actor, Permission
from studyhall.core.db import db
from studyhall.people import accounts, roles
from studyhall.people.models import Person, Unit


def print_slips(*, actor: Actor, unit: Unit | None, next_step: bool = False) -> Markup | None:
    """`next_step`: right after people came in, it is what the page is for."""
    return _shown("auth/_slips_button.html", unit=unit, next_step=next_step)


def reset_button(*, actor: Actor, person: Person, keeps: bool) -> Markup | None:
    if not keeps or person.id == actor.person_id or roles.above(db.session, actor, person.id, clock.today()):
        return None
    return _shown("auth/_reset_button.html", person=person)


def state_of_account(*, actor: Actor, person: Person, keeps: bool) -> Markup | None:
    if not keeps:
        return None
    now = clock.now()
    return _shown(
        "auth/_account.html",
        person=person,
        now=now,
        last=accounts.last_login(db.session, person.id),
        wrong=accounts.locked_accounts(db.session, now).get(person.staff_no.upper(), 0),
        may_unlock=actor.can(Permission.KEEP_PEOPLE),
    )


def _shown(template: str, **about: object) -> Markup:
    return Markup(render_template(template, **about))  # noqa: S704  the template has escaped what stands in it
