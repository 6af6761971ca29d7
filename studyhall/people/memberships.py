"""Who is where from when to when. The one place that sees to it that at most one membership counts."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from studyhall.core.errors import Refused
from studyhall.people.models import Category, Membership


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
    if counts:
        _lock_person(session, person_id)
        others = session.scalars(
            sa.select(Membership).where(Membership.person_id == person_id, Membership.counts)
        )
        for other in others:
            if overlap(starts_on, ends_on, other.starts_on, other.ends_on):
                raise Refused("这段时间已经有一个计入名册的任职；同一天只能有一个计入。")
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


def leave(session: Session, membership: Membership, on: date) -> None:
    """End a membership: `on` is the first day it no longer holds. Raises Refused for a day before its start."""
    if on <= membership.starts_on:
        raise Refused("离开的日期要在到任日期之后。")
    membership.ends_on = on
    session.flush()


def transfer(
    session: Session, membership: Membership, unit_id: int, on: date, category: Category | None = None
) -> Membership:
    """Move somebody on a day: the old membership ends, a new one of the same standing begins."""
    leave(session, membership, on)
    return join(
        session,
        membership.person_id,
        unit_id,
        category or Category(membership.category),
        on,
        duty=membership.duty,
        counts=membership.counts,
    )


def counting_on(session: Session, person_id: int, day: date) -> Membership | None:
    """The membership that counts for this person on this day."""
    return session.scalar(
        sa.select(Membership).where(Membership.person_id == person_id, Membership.counts, holds_on(day))
    )


def _lock_person(session: Session, person_id: int) -> None:
    # Two admins adding memberships for one person at once would each see none; the row makes them queue.
    from studyhall.people.models import Person

    session.execute(sa.select(Person.id).where(Person.id == person_id).with_for_update())
