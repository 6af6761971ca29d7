"""Whether the server's clock is to be believed: while it is not, nothing is closed by itself.

Two things show it: the clock stands before the newest change on record, or it has run ahead of the clock that
nobody sets. What was noticed stays, for every process and after a restart, until an administrator confirms
the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Session, mapped_column

from studyhall.core import audit, clock
from studyhall.core.access import Actor
from studyhall.core.audit import AuditEvent
from studyhall.core.db import Base, Sessions, direct, intpk
from studyhall.core.errors import Busy

RAN_AHEAD = timedelta(minutes=10)
SLACK = timedelta(seconds=5)
"""What two machines that write into one database may differ by."""


class Reason(StrEnum):
    BEHIND = "behind"
    """Before the newest change on record."""
    AHEAD = "ahead"
    """Further on than time has gone by."""


class ClockDoubt(Base):
    """One time that the clock was not to be believed, and what was right when somebody had looked."""

    __tablename__ = "clock_doubt"
    __table_args__ = (sa.CheckConstraint("reason IN ('behind', 'ahead')", name="reason_known"),)

    id: Mapped[intpk]
    reason: Mapped[str] = mapped_column(sa.String(10))
    noticed_at: Mapped[datetime]
    """What the clock showed."""
    expected_at: Mapped[datetime]
    """What it should have shown: at least, when it was behind; about, when it had run ahead."""
    confirmed_at: Mapped[datetime | None] = mapped_column(index=True)
    confirmed_offset: Mapped[float | None] = mapped_column(sa.Float)
    """`clock.offset` then: by it the other processes know that this jump was looked at."""
    confirmed_event_id: Mapped[int | None]
    """The newest change on record then: older ones may bear a time that is still to come."""


@dataclass(frozen=True)
class Doubt:
    reason: Reason
    noticed_at: datetime
    expected_at: datetime
    is_kept: bool
    """In the table already, for the other processes."""


_doubt = cast(sa.Table, ClockDoubt.__table__)
_event = cast(sa.Table, AuditEvent.__table__)
_LATEST = sa.select(
    _doubt.c.id,
    _doubt.c.reason,
    _doubt.c.noticed_at,
    _doubt.c.expected_at,
    _doubt.c.confirmed_at,
    _doubt.c.confirmed_offset,
    _doubt.c.confirmed_event_id,
).order_by(_doubt.c.confirmed_at.is_(None).desc(), _doubt.c.id.desc()).limit(1)  # fmt: skip
_NEWEST_EVENT = sa.select(_event.c.at).where(_event.c.id > sa.bindparam("after")).order_by(_event.c.at.desc()).limit(1)  # fmt: skip

_begun_at: float | None = clock.offset()
"""`clock.offset` when this process began."""


def fault_of(
    now: datetime,
    newest: datetime | None,
    offset: float | None,
    begun_at: float | None,
    confirmed: float | None,
) -> tuple[Reason, datetime] | None:
    """What is wrong with a clock that shows `now`, and what it should show; None when it may be believed.

    `newest`: the newest change on record. `offset`: by how many seconds the clock is ahead of the one that
    nobody sets, now, when the process began, and when somebody last confirmed the time.
    """
    if newest is not None and now < newest - SLACK:
        return Reason.BEHIND, newest
    if offset is None or begun_at is None:
        return None
    limit = RAN_AHEAD.total_seconds()
    ran = offset - begun_at
    if ran > limit and (confirmed is None or abs(offset - confirmed) > limit):
        return Reason.AHEAD, now - timedelta(seconds=ran)
    return None


def open_doubt(session: Session | Connection, now: datetime) -> Doubt | None:
    """What keeps the clock from being believed: noticed before, or noticed now."""
    connection = direct(session)
    latest = connection.execute(_LATEST).first()
    if latest is not None and latest.confirmed_at is None:
        return Doubt(Reason(latest.reason), latest.noticed_at, latest.expected_at, is_kept=True)
    after, confirmed = (latest.confirmed_event_id, latest.confirmed_offset) if latest else (0, None)
    newest = connection.execute(_NEWEST_EVENT, {"after": after}).scalar()
    found = fault_of(now, newest, clock.offset(), _begun_at, confirmed)
    return Doubt(found[0], now, found[1], is_kept=False) if found else None


def is_known(session: Session) -> bool:
    """Whether something was noticed that nobody has looked at yet: for pages, in one statement."""
    latest = direct(session).execute(_LATEST).first()
    return latest is not None and latest.confirmed_at is None


def in_doubt(database: Sessions, now: datetime) -> bool:
    """Whether nothing may be closed by itself. What is noticed for the first time is kept."""
    with database.reading() as session:
        found = open_doubt(session, now)
    if found is None:
        return False
    if not found.is_kept:
        try:
            with database.writing() as session:
                found = open_doubt(session, now)
                if found is not None and not found.is_kept:
                    session.add(
                        ClockDoubt(
                            reason=found.reason, noticed_at=found.noticed_at, expected_at=found.expected_at
                        )
                    )
        except Busy:
            # It is noticed again by the next page.
            return True
    return True


def confirm(session: Session, actor: Actor, now: datetime) -> bool:
    """The time is right: an administrator has looked. False when there was nothing to confirm any more."""
    waiting: Sequence[ClockDoubt] = session.scalars(
        sa.select(ClockDoubt)
        .where(ClockDoubt.confirmed_at.is_(None))
        .order_by(ClockDoubt.id)
        .with_for_update()
    ).all()
    if not waiting:
        return False
    first = waiting[0]
    audit.record(
        session,
        actor,
        "clock.confirmed",
        "clock",
        clock.local(now).strftime("%Y-%m-%d %H:%M"),
        unit_path=actor.unit_path,
        before={"noticed_at": first.noticed_at.isoformat(), "expected_at": first.expected_at.isoformat()},
        after={"confirmed_at": now.isoformat()},
    )
    newest = session.scalar(sa.select(sa.func.max(AuditEvent.id)))
    for doubt in waiting:
        doubt.confirmed_at, doubt.confirmed_offset = now, clock.offset()
        doubt.confirmed_event_id = newest
    session.flush()
    return True
