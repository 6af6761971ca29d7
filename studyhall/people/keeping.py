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
        raise Refused(f"日期{day.isoformat()}不对，请再看一下。")
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
    _say(
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
        _say(
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
    _say(
        session, actor, "person.moved", person, unit.path,
        before={"unit": old.name}, after={"unit": unit.name, "from": on.isoformat()},
    )  # fmt: skip
    return moved


def lend(
    session: Session,
    actor: Actor | None,
    person: Person,
    unit: Unit,
    starts_on: date,
    ends_on: date | None,
    *,
    category: Category,
    duty: str | None,
    counts: bool,
) -> Membership:
    """A second membership (借调, 驻村, 挂职). `counts`: it, and no longer the first, is on the lists."""
    sensible_day(starts_on)
    second = memberships.join(
        session, person.id, unit.id, category, starts_on, ends_on=ends_on, duty=duty, counts=False
    )
    if counts:
        _let_count_for_a_while(session, second)
    _say(
        session, actor, "person.lent", person, unit.path,
        after={
            "unit": unit.name,
            "from": starts_on.isoformat(),
            "until": ends_on.isoformat() if ends_on else None,
            "counts": counts,
        },
    )  # fmt: skip
    return second


def count_here(
    session: Session, actor: Actor | None, person: Person, membership: Membership, on: date
) -> None:
    """From a day on let this one of several memberships be the one on the lists, as long as it lasts."""
    sensible_day(on)
    if membership.counts:
        raise Refused(f"已经算在{membership.unit.name}的名册里。")
    if membership.ends_on is not None and on >= membership.ends_on:
        raise Refused("这一段任职在那天以前已经结束了。")
    second = membership
    if membership.starts_on < on:
        second = Membership(
            person_id=person.id,
            unit_id=membership.unit_id,
            category=membership.category,
            duty=membership.duty,
            counts=False,
            starts_on=on,
            ends_on=membership.ends_on,
        )
        session.add(second)
        membership.ends_on = on
        session.flush()
    _let_count_for_a_while(session, second)
    _say(
        session, actor, "person.counts_elsewhere", person, membership.unit.path,
        after={"unit": membership.unit.name, "from": on.isoformat()},
    )  # fmt: skip


def _let_count_for_a_while(session: Session, second: Membership) -> None:
    """Counting ones step back on exactly the days of this one, and count again before and after it."""
    others = session.scalars(
        sa.select(Membership).where(Membership.person_id == second.person_id, Membership.counts)
    ).all()
    for one in others:
        if memberships.overlap(second.starts_on, second.ends_on, one.starts_on, one.ends_on):
            _step_back(session, one, second.starts_on, second.ends_on)
    second.counts = True
    session.flush()


def _step_back(session: Session, one: Membership, first: date, until: date | None) -> None:
    """Cut a counting membership into before, meanwhile (not counting) and after."""
    ends_on = one.ends_on
    like = {"unit_id": one.unit_id, "category": one.category, "duty": one.duty, "person_id": one.person_id}
    if until is not None and (ends_on is None or until < ends_on):
        session.add(Membership(**like, counts=True, starts_on=until, ends_on=ends_on))
        ends_on = until
    if one.starts_on < first:
        session.add(Membership(**like, counts=False, starts_on=first, ends_on=ends_on))
        one.ends_on = first
    else:
        one.counts, one.ends_on = False, ends_on
    session.flush()


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
    _say(session, actor, "person.left", person, path, after={"from": on.isoformat()})


def end_one(session: Session, actor: Actor | None, person: Person, membership: Membership, on: date) -> None:
    """End one of several memberships, a lending for instance."""
    memberships.leave(session, membership, sensible_day(on))
    _say(
        session, actor, "person.membership_ended", person, membership.unit.path,
        before={"unit": membership.unit.name}, after={"until": on.isoformat()},
    )  # fmt: skip


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


def _say(
    session: Session,
    actor: Actor | None,
    action: str,
    person: Person,
    unit_path: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        session, actor, action, f"person:{person.id}", f"{person.name}（{person.staff_no}）",
        unit_path=unit_path, before=before, after=after,
    )  # fmt: skip
