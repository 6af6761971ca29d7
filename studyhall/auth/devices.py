"""Devices signed in: a row each, known by a random token of which only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.auth import lockout
from studyhall.core.access import Actor
from studyhall.core.sayings import later
from studyhall.core.settings import settings_for
from studyhall.people.models import LoginFailure, LoginSession, Person

SEEN_EVERY = timedelta(minutes=1)
"""Activity is noted at most this often, in a transaction of its own."""
SHORTEST_IDLE = timedelta(minutes=5)
"""Nobody is signed out for less: only after so long a pause the setting is looked at."""


def new_mark() -> str:
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(
    session: Session,
    person: Person,
    *,
    agent: str,
    mark: str,
    now: datetime,
    remember_until: datetime | None = None,
) -> str:
    """A new login session; gives the token that goes into the cookie. Forgets this device's failures."""
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            person_id=person.id,
            token_hash=token_hash(token),
            device=device_words(agent),
            device_mark=mark,
            created_at=now,
            last_seen_at=now,
            remember_until=remember_until,
        )
    )
    session.execute(
        sa.delete(LoginFailure).where(
            LoginFailure.account.in_([person.staff_no.upper(), person.phone or ""]),
            LoginFailure.device == mark,
        )
    )
    return token


def sign_out(session: Session, login_session_id: int, now: datetime) -> None:
    session.execute(
        sa.update(LoginSession)
        .where(LoginSession.id == login_session_id, LoginSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def sign_out_everywhere(session: Session, person_id: int, now: datetime, *, but: int | None = None) -> None:
    """End every session of a person, except the one he is using."""
    session.execute(
        sa.update(LoginSession)
        .where(
            LoginSession.person_id == person_id,
            LoginSession.ended_at.is_(None),
            LoginSession.id != (but or 0),
        )
        .values(ended_at=now)
    )


def sign_out_own(
    session: Session, person_id: int, login_session_id: int, now: datetime
) -> LoginSession | None:
    """End one of one's own devices; None for somebody else's, or one that is not signed in."""
    row = session.scalar(
        sa.select(LoginSession).where(
            LoginSession.id == login_session_id,
            LoginSession.person_id == person_id,
            LoginSession.ended_at.is_(None),
        )
    )
    if row is not None:
        row.ended_at = now
        session.flush()
    return row


def has_idled(session: Session, actor: Actor, seen_at: datetime, now: datetime) -> bool:
    """Whether this device has been left alone for longer than the office allows, or than it was to be
    remembered. Asked after a long pause only."""
    until = session.scalar(
        sa.select(LoginSession.remember_until).where(LoginSession.id == actor.login_session_id)
    )
    held = settings_for(session, actor.unit_path)
    if until is not None and held.remember_days and not actor.grants:
        return until <= now
    return bool(held.idle_minutes) and now - seen_at >= timedelta(minutes=held.idle_minutes)


def note_seen(session: Session, login_session_id: int, now: datetime) -> None:
    session.execute(
        sa.update(LoginSession).where(LoginSession.id == login_session_id).values(last_seen_at=now)
    )


def note_failure(session: Session, account: str, mark: str, address: str, now: datetime) -> None:
    session.add(LoginFailure(account=account[:80], device=mark[:64], address=address[:64], at=now))


def verdict(session: Session, account: str, mark: str, address: str, now: datetime) -> lockout.Verdict:
    """What the failures on record say about one more try."""
    since = now - lockout.WINDOW
    failures = session.execute(
        sa.select(LoginFailure.at, LoginFailure.device).where(
            LoginFailure.account == account, LoginFailure.at > since
        )
    ).all()
    from_address = session.scalar(
        sa.select(sa.func.count())
        .select_from(LoginFailure)
        .where(LoginFailure.address == address, LoginFailure.at > since)
    )
    known = session.scalar(
        sa.select(
            sa.exists().where(
                LoginSession.device_mark == mark,
                LoginSession.person_id == Person.id,
                sa.func.upper(Person.staff_no) == account,
            )
        )
    )
    return lockout.verdict(
        now,
        on_this_device=[at for at, device in failures if device == mark],
        on_other_devices=[at for at, device in failures if device != mark],
        from_address=from_address or 0,
        device_is_known=bool(known),
        roster_size=session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0,
    )


def device_words(agent: str) -> str:
    """What a browser calls itself, in words for the owner of the account. They are kept, and said on his page."""
    wechat = "MicroMessenger" in agent
    if any(word in agent for word in ("iPhone", "Android", "HarmonyOS", "Mobile")):
        return later("一部手机，微信里打开") if wechat else later("一部手机")
    if not agent:
        return later("一个设备")
    return later("一台电脑，微信里打开") if wechat else later("一台电脑")
