"""The township's units and people, and how they moved through the past year."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.auth import passwords
from studyhall.core import audit, clock
from studyhall.core.access import Role
from studyhall.demo import names
from studyhall.demo.actors import named
from studyhall.people import exemptions, memberships, units
from studyhall.people.models import Category, Membership, Person, RoleGrant, Unit, UnitKind
from studyhall.people.names import sort_key
from studyhall.people.reasons import REASONS


def settle(session: Session, root: Unit, day: date, year: int, password: str) -> None:
    """Everybody where he was when the past year began; who joined later comes on his day."""
    password_hash = passwords.hashed(password)
    opened = {
        unit.code: units.open_unit(session, unit.code, unit.name, unit.kind, root, day, position)
        for position, unit in enumerate(names.UNITS, 1)
    }
    opened[names.MERGED_CODE] = units.open_unit(
        session, names.MERGED_CODE, names.MERGED_NAME, UnitKind.VILLAGE, root, day, len(opened) + 1
    )
    started = {name: code for name, (code, _) in names.TRANSFERRED.items()}
    started |= dict.fromkeys(names.MERGED_PEOPLE, names.MERGED_CODE)
    listed = [(unit.code, name, unit.category) for unit in names.UNITS for name in unit.people]
    listed += [(code, name, Category.SUPPORT) for code, name in names.SUPPORT]
    listed.append((*names.RETIRED, Category.VILLAGE))
    serials: dict[str, int] = {}
    for number, (code, name, category) in enumerate(listed, 1):
        serials[code] = serials.get(code, 0) + 1
        first = date(year, 9, 1) if name == names.JOINED else day
        person = _arrive(session, f"{code}{serials[code]:04d}", name, number, password_hash)
        memberships.join(session, person.id, opened[started.get(name, code)].id, category, first)
        if serials[code] == 1:
            opened[code].contact_id = person.id
    opened[names.MERGED_CODE].contact_id = named(session, names.MERGED_PEOPLE[0]).id
    _grant(session, root, day)


def _arrive(session: Session, staff_no: str, name: str, number: int, password_hash: str) -> Person:
    person = Person(
        staff_no=staff_no,
        name=name,
        name_sort=sort_key(name),
        phone=f"1390000{number:04d}",
        password_hash=password_hash,
        must_change_password=False,
        notice_seen_at=clock.now(),
        created_at=clock.now(),
    )
    session.add(person)
    session.flush()
    return person


def _grant(session: Session, root: Unit, day: date) -> None:
    for name, role in (
        (names.ADMIN, Role.ADMIN),
        (names.LEADER, Role.LEADER),
        (names.AUDITOR, Role.AUDITOR),
    ):
        session.add(RoleGrant(person_id=named(session, name).id, unit_id=root.id, role=role, starts_on=day))


def go_away(session: Session, name: str, reason: str, first: date, until: date | None) -> None:
    """A standing exemption."""
    person = named(session, name)
    approver = names.LEADER
    exemptions.grant(session, person.id, reason, approver, first, until, decided_by=None)
    _say(session, "exemption.granted", person, {"reason": REASONS[reason], "approver": approver})


def move(session: Session, name: str, code: str, day: date) -> None:
    """A transfer, to the unit with this code."""
    person = named(session, name)
    membership = _membership(session, person, day)
    unit = units.by_code(session, code)
    category = next(one.category for one in names.UNITS if one.code == code)
    memberships.transfer(session, membership, unit.id, day, category)
    _say(session, "person.moved", person, {"unit": unit.name})


def retire(session: Session, name: str, day: date) -> None:
    person = named(session, name)
    memberships.leave(session, _membership(session, person, day), day)
    _say(session, "person.left", person, {"reason": "退休"})


def merge_village(session: Session, day: date) -> None:
    closed = units.by_code(session, names.MERGED_CODE)
    into = units.by_code(session, "XQ")
    units.close(session, closed, day, into)
    audit.record(
        session, None, "unit.closed", f"unit:{closed.id}", closed.name, unit_path=closed.path,
        after={"successor": into.name},
    )  # fmt: skip


def _membership(session: Session, person: Person, day: date) -> Membership:
    return session.execute(
        sa.select(Membership).where(
            Membership.person_id == person.id,
            Membership.starts_on < day,
            sa.or_(Membership.ends_on.is_(None), Membership.ends_on > day),
        )
    ).scalar_one()


def _say(session: Session, action: str, person: Person, after: dict[str, str]) -> None:
    path = units.root(session).path
    audit.record(session, None, action, f"person:{person.id}", person.name, unit_path=path, after=dict(after))
