"""Who does it: the invented people as the product would know them when they are signed in."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import Actor
from studyhall.people import memberships, units
from studyhall.people.models import LoginSession, Person


def named(session: Session, name: str) -> Person:
    return session.execute(sa.select(Person).where(Person.name == name)).scalar_one()


def actor(session: Session, name: str) -> Actor:
    """Somebody by name, on no device in particular."""
    return actor_of(session, named(session, name), 0)


def signed_in(session: Session, people: Sequence[tuple[int, str, str, str, str]]) -> dict[int, Actor]:
    """People at devices of their own, by person id: given id, number, name, unit name and unit path.

    The sessions are over before anybody looks.
    """
    devices = _devices(session, [person_id for person_id, *_ in people])
    return {
        person_id: Actor(
            person_id=person_id, staff_no=staff_no, name=name, unit_name=unit_name, unit_path=unit_path,
            login_session_id=devices[person_id], must_change_password=False, type_size="normal", grants=(),
        )
        for person_id, staff_no, name, unit_name, unit_path in people
    }  # fmt: skip


def _devices(session: Session, person_ids: Sequence[int]) -> dict[int, int]:
    found = sa.select(LoginSession.person_id, LoginSession.id).where(
        LoginSession.token_hash.startswith("demo-"), LoginSession.person_id.in_(person_ids)
    )
    known = {person_id: login_id for person_id, login_id in session.execute(found)}
    now = clock.now()
    missing = [
        {"person_id": one, "token_hash": f"demo-{one}", "device": "一部手机", "created_at": now,
         "last_seen_at": now, "ended_at": now}
        for one in person_ids
        if one not in known
    ]  # fmt: skip
    if not missing:
        return known
    session.execute(sa.insert(LoginSession), missing)
    return {person_id: login_id for person_id, login_id in session.execute(found)}


def actor_of(session: Session, person: Person, login_session_id: int) -> Actor:
    membership = memberships.counting_on(session, person.id, clock.today())
    unit = membership.unit if membership else units.root(session)
    return Actor(
        person_id=person.id,
        staff_no=person.staff_no,
        name=person.name,
        unit_name=unit.name,
        unit_path=unit.path,
        login_session_id=login_session_id,
        must_change_password=False,
        type_size="normal",
        grants=(),
    )
