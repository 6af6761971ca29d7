"""Standing exemptions: who is not expected anywhere for a while, why, and who approved it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from studyhall.core import clock
from studyhall.core.errors import Refused
from studyhall.core.sayings import Saying
from studyhall.people.memberships import overlap
from studyhall.people.models import Exemption
from studyhall.people.reasons import REASONS


def covers(day: date) -> ColumnElement[bool]:
    """SQL: the exemption holds on this day; its end day no longer belongs to it."""
    return sa.and_(
        Exemption.withdrawn_at.is_(None),
        Exemption.starts_on <= day,
        sa.or_(Exemption.ends_on.is_(None), Exemption.ends_on > day),
    )


def grant(
    session: Session,
    person_id: int,
    reason_code: str,
    approver: str,
    starts_on: date,
    ends_on: date | None,
    *,
    decided_by: int | None,
) -> Exemption:
    """Raises Refused without a known reason, an approver or a span, and where another shares a day with it."""
    if reason_code not in REASONS:
        raise Refused("请选一种免考的事由。")
    if not approver.strip():
        raise Refused("请写明批准人。")
    if ends_on is not None and ends_on <= starts_on:
        raise Refused("结束的日期要在开始以后。")
    for other in of_person(session, person_id):
        if overlap(starts_on, ends_on, other.starts_on, other.ends_on):
            raise Refused(
                "这段时间已经登记过%(reason)s，请先结束那一条。", reason=Saying(REASONS[other.reason_code])
            )
    row = Exemption(
        person_id=person_id,
        reason_code=reason_code,
        approver=approver.strip()[:80],
        starts_on=starts_on,
        ends_on=ends_on,
        decided_at=clock.now(),
        decided_by=decided_by,
    )
    session.add(row)
    session.flush()
    return row


def end(session: Session, exemption: Exemption, on: date) -> None:
    """From `on` the person is expected again; on or before its first day it never held.

    Lists already frozen stay as they are.
    """
    if exemption.ends_on is not None and on >= exemption.ends_on:
        raise Refused("那天以前已经结束了。")
    if on <= exemption.starts_on:
        exemption.withdrawn_at = clock.now()
    else:
        exemption.ends_on = on
    session.flush()


def of_person(session: Session, person_id: int) -> Sequence[Exemption]:
    """Those that hold, held or will hold, the latest first."""
    return session.scalars(
        sa.select(Exemption)
        .where(Exemption.person_id == person_id, Exemption.withdrawn_at.is_(None))
        .order_by(Exemption.starts_on.desc())
    ).all()


def on_day(session: Session, day: date, person_ids: Collection[int] | None = None) -> dict[int, Exemption]:
    """By person: the exemption that holds on this day."""
    query = sa.select(Exemption).where(covers(day))
    if person_ids is not None and len(person_ids) <= 500:
        query = query.where(Exemption.person_id.in_(person_ids))
    return {one.person_id: one for one in session.scalars(query)}


def throughout(session: Session, first: date, last: date) -> set[int]:
    """Whom exemptions cover from `first` to `last` without a day between: they leave the year roster."""
    spans: dict[int, date] = {}
    rows = session.execute(
        sa.select(Exemption.person_id, Exemption.starts_on, Exemption.ends_on)
        .where(
            Exemption.withdrawn_at.is_(None),
            Exemption.starts_on <= last,
            sa.or_(Exemption.ends_on.is_(None), Exemption.ends_on > first),
        )
        .order_by(Exemption.person_id, Exemption.starts_on)
    )
    for person_id, starts_on, ends_on in rows:
        reached = spans.get(person_id, first)
        if starts_on <= reached:
            spans[person_id] = max(reached, ends_on or date.max)
    return {person_id for person_id, reached in spans.items() if reached > last}
