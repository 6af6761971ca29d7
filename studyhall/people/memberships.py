"""Who is where from when to when. The one place that sees to it that at most one membership counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from studyhall.core.errors import Refused
from studyhall.people.models import Category, Membership, Person, Unit


def holds_on(day: date) -> ColumnElement[bool]:
    """SQL: the membership holds on this day; its end day no longer belongs to it."""
    return sa.and_(
        Membership.starts_on <= day, sa.or_(Membership.ends_on.is_(None), Membership.ends_on > day)
    )


def overlap(a_from: date, a_to: date | None, b_from: date, b_to: date | None) -> bool:
    """Whether two spans share a day; each runs up to, not including, its end, None for open."""
    return (b_to is None or a_from < b_to) and (a_to is None or b_from < a_to)


def join(
    session: Session,
    person_id: int,
    unit_id: int,
    category: Category,
    starts_on: date,
    *,
    ends_on: date | None = None,
    duty: str | None = None,
    counts: bool = True,
) -> Membership:
    """Add a membership. Raises Refused when another counting one of this person shares a day with it."""
    if ends_on is not None and ends_on <= starts_on:
        raise Refused("任职的结束日期要在开始日期之后。")
    _check_unit(session, unit_id, starts_on, ends_on)
    if counts:
        _refuse_overlap(session, person_id, starts_on, ends_on)
    membership = Membership(
        person_id=person_id,
        unit_id=unit_id,
        category=category,
        starts_on=starts_on,
        ends_on=ends_on,
        duty=duty,
        counts=counts,
    )
    session.add(membership)
    session.flush()
    return membership


def join_new(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """First memberships of people who have none yet, many at once: nothing can overlap."""
    if rows:
        session.execute(sa.insert(Membership), [{"counts": True, "ends_on": None, **row} for row in rows])


def leave(session: Session, membership: Membership, on: date) -> None:
    """End a membership: `on` is the first day it no longer holds.

    Raises Refused for a day before its start, or after it has ended anyway.
    """
    if on <= membership.starts_on:
        raise Refused("离开的日期要在到任日期之后。")
    if membership.ends_on is not None and on > membership.ends_on:
        raise Refused("这一段任职在那天以前已经结束了。")
    membership.ends_on = on
    session.flush()


def correct_start(session: Session, membership: Membership, starts_on: date) -> None:
    """Another first day for a membership, as it ought to have been entered.

    What ended on the old day because this one began moves along, and so does what stopped counting on it.
    Raises Refused where the days then go back behind each other, and like `join`.
    """
    old = membership.starts_on
    if membership.ends_on is not None and starts_on >= membership.ends_on:
        raise Refused("到任的日期要在这一段任职结束以前。")
    others = [one for one in _all_of(session, membership.person_id) if one.id != membership.id]
    # Lent for a while, the first membership was cut in two: counting before, and standing back meanwhile.
    along = [one for one in others if one.starts_on == old and not one.counts and membership.counts]
    before = [one for one in others if one.ends_on == old and one.counts == membership.counts]
    if any(starts_on <= one.starts_on for one in before):
        raise Refused("比上一段任职的到任日期还早。请先改上一段的。")
    if any(one.ends_on is not None and starts_on >= one.ends_on for one in along):
        raise Refused("到任的日期要在这一段任职结束以前。")
    _check_unit(session, membership.unit_id, starts_on, membership.ends_on)
    for one in before:
        _check_unit(session, one.unit_id, one.starts_on, starts_on)
    if membership.counts:
        apart = [one for one in others if one.counts and one not in before]
        if any(overlap(starts_on, membership.ends_on, one.starts_on, one.ends_on) for one in apart):
            raise Refused("这段时间已经有一个计入名册的任职；同一天只能有一个计入。")
    for one in before:
        one.ends_on = starts_on
    for one in (membership, *along):
        one.starts_on = starts_on
    session.flush()


def transfer(
    session: Session,
    membership: Membership,
    unit_id: int,
    on: date,
    category: Category | None = None,
    duty: str | None = None,
) -> Membership:
    """Move somebody on a day: the old membership ends, a new one of the same standing begins.

    It lasts as long as the old one would have. Moved on its own first day, a membership has held on no day in
    the old unit: it is the same one, put where it belongs. Raises Refused like `leave` and `join`.
    """
    until = membership.ends_on
    if unit_id == membership.unit_id:
        raise Refused("已经在这个单位了。")
    if on == membership.starts_on:
        return _put_elsewhere(session, membership, unit_id, category, duty)
    if until is not None and on >= until:
        raise Refused("这一段任职在那天以前已经结束了。")
    leave(session, membership, on)
    return join(
        session,
        membership.person_id,
        unit_id,
        category or Category(membership.category),
        on,
        ends_on=until,
        duty=membership.duty if duty is None else duty or None,
        counts=membership.counts,
    )


def _put_elsewhere(
    session: Session, membership: Membership, unit_id: int, category: Category | None, duty: str | None
) -> Membership:
    _check_unit(session, unit_id, membership.starts_on, membership.ends_on)
    membership.unit_id = unit_id
    membership.category = category or Category(membership.category)
    membership.duty = membership.duty if duty is None else duty or None
    session.flush()
    session.refresh(membership)
    return membership


def only_one(session: Session, person_id: int) -> Membership | None:
    """The one membership somebody has ever had; None where there were others, or none."""
    found = _all_of(session, person_id)
    return found[0] if len(found) == 1 else None


def counting_on(session: Session, person_id: int, day: date) -> Membership | None:
    """The membership that counts for this person on this day."""
    return session.scalar(
        sa.select(Membership).where(Membership.person_id == person_id, Membership.counts, holds_on(day))
    )


def current(session: Session, person_id: int, day: date) -> list[Membership]:
    """All memberships of a person on a day or later, the counting one first, then by start."""
    return list(
        session.scalars(
            sa.select(Membership)
            .where(
                Membership.person_id == person_id,
                sa.or_(Membership.ends_on.is_(None), Membership.ends_on > day),
            )
            .order_by(Membership.counts.desc(), Membership.starts_on)
        )
    )


def _all_of(session: Session, person_id: int) -> Sequence[Membership]:
    _lock_person(session, person_id)
    return session.scalars(sa.select(Membership).where(Membership.person_id == person_id)).all()


def _refuse_overlap(session: Session, person_id: int, starts_on: date, ends_on: date | None) -> None:
    for other in _all_of(session, person_id):
        if other.counts and overlap(starts_on, ends_on, other.starts_on, other.ends_on):
            raise Refused("这段时间已经有一个计入名册的任职；同一天只能有一个计入。")


def _check_unit(session: Session, unit_id: int, starts_on: date, ends_on: date | None) -> None:
    unit = session.get_one(Unit, unit_id)
    closes = unit.closed_on
    if closes is not None and (starts_on >= closes or ends_on is None or ends_on > closes):
        raise Refused(
            "%(unit)s在%(year)s年%(month)s月%(day)s日撤并，那以后不能再有人。",
            unit=unit.name,
            year=closes.year,
            month=closes.month,
            day=closes.day,
        )


def _lock_person(session: Session, person_id: int) -> None:
    # Two admins adding memberships for one person at once would each see none; the row makes them queue.
    session.execute(sa.select(Person.id).where(Person.id == person_id).with_for_update())
