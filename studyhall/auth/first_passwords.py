"""Passwords made for somebody else: random, shown once, dead after a fortnight, never stored readable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.auth import passwords
from studyhall.core import audit, clock
from studyhall.core.access import Actor, Reach
from studyhall.core.errors import Refused
from studyhall.people import accounts, roles
from studyhall.people.models import Membership, Person, Unit

VALID_FOR = timedelta(days=14)
MOST_AT_ONCE = 240
"""Twenty sheets of twelve. Hashing takes 13 ms a password, and nobody cuts more at a time."""


@dataclass(frozen=True)
class Made:
    """A password between being made and being shown. It lives in one request and nowhere else."""

    password: str
    password_hash: str


def make() -> Made:
    """Slow by design: call it outside the writing transaction."""
    password = passwords.slip_password()
    return Made(password, passwords.hashed(password))


def give(
    session: Session,
    actor: Actor | None,
    person: Person,
    made: Made,
    now: datetime,
    *,
    unit_path: str,
    reset: bool,
) -> None:
    """Let it open the account until it is changed at the first login. Every device is signed out.

    `reset`: its owner is told at the next login who did it. Raises Refused for a role above the actor's own.
    """
    if actor is not None:
        if actor.person_id == person.id:
            raise Refused("自己的密码请在“我的”里改。")
        if roles.above(session, actor, person.id, clock.day_of(now)):
            raise Refused("%(name)s的角色不归您管，请找上一级管理员重设。", name=person.name)
    person.password_hash = made.password_hash
    person.must_change_password = True
    person.password_expires_at = now + VALID_FOR
    person.password_reset_at = now if reset else None
    person.password_reset_by = (actor.name if actor else "系统管理员") if reset else None
    roles.end_sessions(session, person.id)
    accounts.unlock(session, person.staff_no, person.phone)
    session.flush()
    audit.record(
        session, actor, "person.password_reset" if reset else "person.slip_made", f"person:{person.id}",
        f"{person.name}（{person.staff_no}）", unit_path=unit_path,
    )  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """Somebody without a password of his own."""

    person: Person
    unit: Unit


def waiting(
    session: Session, actor: Actor, reach: Reach, unit: Unit | None, limit: int | None = None
) -> list[Waiting]:
    """Who needs a slip in a unit and below: by unit, then number. Never oneself, nor whoever stands above."""
    today = clock.today()
    query = (
        sa.select(Person, Unit)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(
            reach.within(Unit.path),
            Membership.counts,
            sa.or_(Membership.ends_on.is_(None), Membership.ends_on > today),
            sa.or_(Person.password_hash.is_(None), Person.must_change_password),
            Person.id != actor.person_id,
        )
        .order_by(Unit.path, Person.staff_no, Membership.starts_on)
    )
    if unit is not None:
        query = query.where(Unit.path.startswith(unit.path, autoescape=True))
    found: dict[int, Waiting] = {}
    for person, where in session.execute(query):
        found.setdefault(person.id, Waiting(person, where))
    above = roles.those_above(session, actor, today)
    return [one for one in found.values() if one.person.id not in above][:limit]
