"""What a clerk does with one person: take in, correct, move, let go. Each leaves its line in the record.

A past list never changes by any of this; `frozen_since` tells how many lists a back-dated move leaves alone.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import audit, clock
from studyhall.core.access import Actor
from studyhall.core.errors import Refused
from studyhall.people import memberships, names, numbers, roles
from studyhall.people.models import Category, Membership, Person, RoleGrant, Roster, RosterEntry, Unit

EARLIEST = date(1950, 1, 1)
AHEAD = timedelta(days=730)


def sensible_day(day: date | None) -> date:
    """Raises Refused for a day that no office means: 1900 comes out of an empty cell."""
    if day is None:
        raise Refused("请写日期。")
    if not EARLIEST <= day <= clock.today() + AHEAD:
        raise Refused("日期%(day)s不对，请再看一下。", day=day.isoformat())
    return day


def take_in(
    session: Session,
    actor: Actor | None,
    unit: Unit,
    *,
    name: str,
    category: Category,
    starts_on: date,
    duty: str | None = None,
    phone: str | None = None,
    staff_no: str | None = None,
) -> Person:
    """A new person with his first membership. Raises Refused for a taken number or a day that is none."""
    plain = names.tidy(name)
    if not plain:
        raise Refused("请写姓名。")
    number = (
        numbers.checked(staff_no) if staff_no and staff_no.strip() else numbers.next_number(session, unit)
    )
    numbers.refuse_taken(session, number)
    person = Person(
        staff_no=number,
        name=plain,
        name_sort=names.sort_key(plain),
        name_search=names.search_key(plain),
        phone=numbers.checked_phone(phone or ""),
        must_change_password=True,
        created_at=clock.now(),
    )
    session.add(person)
    session.flush()
    memberships.join(session, person.id, unit.id, category, sensible_day(starts_on), duty=duty or None)
    say(
        session, actor, "person.added", person, unit.path,
        after={"unit": unit.name, "category": category, "starts_on": starts_on.isoformat()},
    )  # fmt: skip
    return person


def correct(
    session: Session,
    actor: Actor | None,
    person: Person,
    membership: Membership | None,
    *,
    name: str,
    staff_no: str,
    phone: str | None,
    category: Category | None = None,
    duty: str | None = None,
) -> None:
    """Change what is written about somebody now. Lists already frozen keep what they say."""
    plain = names.tidy(name)
    if not plain:
        raise Refused("请写姓名。")
    number = numbers.checked(staff_no)
    if number != person.staff_no.upper():
        numbers.refuse_taken(session, number, but=person.id)
    before = _written(person, membership)
    person.name, person.name_sort = plain, names.sort_key(plain)
    person.name_search = names.search_key(plain)
    person.staff_no, person.phone = number, numbers.checked_phone(phone or "")
    if membership is not None and category is not None:
        membership.category, membership.duty = category, duty or None
    session.flush()
    after = _written(person, membership)
    changed = [key for key in before if before[key] != after[key]]
    if changed:
        say(
            session, actor, "person.changed", person, _path(session, membership),
            before={key: _shown(key, before[key]) for key in changed},
            after={key: _shown(key, after[key]) for key in changed},
        )  # fmt: skip


def move(
    session: Session,
    actor: Actor | None,
    person: Person,
    membership: Membership,
    unit: Unit,
    on: date,
    *,
    category: Category | None = None,
    duty: str | None = None,
) -> Membership:
    """Transfer on a day. What was frozen before stays with the old unit."""
    old = membership.unit
    moved = memberships.transfer(session, membership, unit.id, sensible_day(on), category, duty)
    say(
        session, actor, "person.moved", person, unit.path,
        before={"unit": old.name}, after={"unit": unit.name, "from": on.isoformat()},
    )  # fmt: skip
    return moved


def let_go(session: Session, actor: Actor | None, person: Person, on: date) -> None:
    """Somebody leaves the office on a day: memberships and roles end, his devices are signed out by then.

    Raises Refused for the last administrator, and for a day before he came.
    """
    sensible_day(on)
    open_ones = memberships.current(session, person.id, on)
    if not open_ones:
        raise Refused("那天已经不在任何单位了。")
    path = open_ones[0].unit.path
    grants = [
        one for one in roles.grants_of(session, person.id, on) if one.ends_on is None or one.ends_on > on
    ]
    roles.refuse_last_admin(session, grants, on)
    for membership in open_ones:
        if membership.starts_on >= on and membership.counts and len(open_ones) == 1:
            raise Refused("离开的日期要在到任日期之后。")
        if membership.starts_on >= on:
            session.delete(membership)
        else:
            memberships.leave(session, membership, on)
    _end_grants(session, grants, on)
    if on <= clock.today():
        roles.end_sessions(session, person.id)
    say(session, actor, "person.left", person, path, after={"from": on.isoformat()})


def _end_grants(session: Session, grants: list[RoleGrant], on: date) -> None:
    for grant in grants:
        if grant.starts_on >= on:
            session.delete(grant)
        else:
            grant.ends_on = on
    session.flush()


def frozen_since(session: Session, person_id: int, day: date) -> int:
    """How many frozen lists from `day` on have this person: a move back-dated to it leaves them alone."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(RosterEntry)
            .join(Roster, Roster.id == RosterEntry.roster_id)
            .where(RosterEntry.person_id == person_id, Roster.frozen_at.is_not(None), Roster.as_of >= day)
        )
        or 0
    )


def _written(person: Person, membership: Membership | None) -> dict[str, Any]:
    return {
        "name": person.name,
        "staff_no": person.staff_no,
        "phone": person.phone,
        "category": str(membership.category) if membership else None,
        "duty": membership.duty if membership else None,
    }


def _shown(key: str, value: Any) -> Any:
    # The trail is read by auditors of other units: that a telephone changed is enough.
    return ("有" if value else "无") if key == "phone" else value


def _path(session: Session, membership: Membership | None) -> str:
    if membership is None:
        root = session.scalar(sa.select(Unit.path).where(Unit.parent_id.is_(None)).limit(1))
        return root or ""
    return membership.unit.path


def say(
    session: Session,
    actor: Actor | None,
    action: str,
    person: Person,
    unit_path: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """A line in the record about this person."""
    audit.record(
        session, actor, action, f"person:{person.id}", f"{person.name}（{person.staff_no}）",
        unit_path=unit_path, before=before, after=after,
    )  # fmt: skip
