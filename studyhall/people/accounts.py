"""Accounts as the roster's keeper sees them: no password yet, locked out, never been here."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.people.models import LoginFailure, LoginSession

WINDOW = timedelta(minutes=15)
"""Wrong passwords older than this are forgotten."""
FREE_TRIES = 5
LOCK = timedelta(minutes=10)


def locked_accounts(session: Session, now: datetime) -> dict[str, int]:
    """Folded staff numbers locked on some device at this moment, with how many wrong passwords in a row."""
    last = sa.func.max(LoginFailure.at)
    rows = session.execute(
        sa.select(LoginFailure.account, sa.func.count())
        .where(LoginFailure.at > now - WINDOW)
        .group_by(LoginFailure.account, LoginFailure.device)
        .having(sa.func.count() >= FREE_TRIES, last > now - LOCK)
    )
    locked: dict[str, int] = {}
    for account, count in rows:
        locked[account] = max(locked.get(account, 0), count)
    return locked


def unlock(session: Session, staff_no: str, phone: str | None = None) -> int:
    """Forget the wrong passwords of an account; gives how many there were."""
    names = [name.upper() for name in (staff_no, phone) if name]
    done = session.execute(sa.delete(LoginFailure).where(LoginFailure.account.in_(names)))
    return int(getattr(done, "rowcount", 0) or 0)


def last_login(session: Session, person_id: int) -> datetime | None:
    return session.scalar(
        sa.select(sa.func.max(LoginSession.last_seen_at)).where(LoginSession.person_id == person_id)
    )
