"""Who stands behind a login token. It is asked before every request, so it is one statement, built once."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import Actor, Grant, Role
from studyhall.core.db import direct
from studyhall.people.models import LoginSession, Membership, Person, RoleGrant, Unit

_login = cast(sa.Table, LoginSession.__table__)
_person = cast(sa.Table, Person.__table__)
_membership = cast(sa.Table, Membership.__table__)
_grant = cast(sa.Table, RoleGrant.__table__)
_own_unit = cast(sa.Table, Unit.__table__).alias("own_unit")
_granted_unit = cast(sa.Table, Unit.__table__).alias("granted_unit")


def _today_in(span: sa.Table) -> sa.ColumnElement[bool]:
    today = sa.bindparam("today", type_=sa.Date)
    return sa.and_(span.c.starts_on <= today, sa.or_(span.c.ends_on.is_(None), span.c.ends_on > today))


_ACTOR = (
    sa.select(
        _person.c.id,
        _person.c.staff_no,
        _person.c.name,
        _person.c.must_change_password,
        _person.c.type_size,
        _login.c.id,
        _login.c.last_seen_at,
        _own_unit.c.name,
        _own_unit.c.path,
        _grant.c.role,
        _granted_unit.c.id,
        _granted_unit.c.path,
    )
    .select_from(_login)
    .join(_person, _person.c.id == _login.c.person_id)
    .outerjoin(
        _membership,
        sa.and_(_membership.c.person_id == _person.c.id, _membership.c.counts, _today_in(_membership)),
    )
    .outerjoin(_own_unit, _own_unit.c.id == _membership.c.unit_id)
    .outerjoin(_grant, sa.and_(_grant.c.person_id == _person.c.id, _today_in(_grant)))
    .outerjoin(_granted_unit, _granted_unit.c.id == _grant.c.unit_id)
    .where(_login.c.token_hash == sa.bindparam("token_hash"), _login.c.ended_at.is_(None))
)


def actor_of(on: Session | Connection, token_hash: str) -> tuple[Actor, datetime] | None:
    """The person with the unit he counts in today and the roles he holds today, and when he was last seen.

    None for an unknown or ended session, and for somebody who is in no unit today and holds no role.
    """
    rows = direct(on).execute(_ACTOR, {"token_hash": token_hash, "today": clock.today()}).all()
    if not rows:
        return None
    # Outer joins: somebody with a role need not be in a unit today, and most people hold no role.
    person_id, staff_no, name, must_change, type_size, login_id, seen_at, unit_name, unit_path = rows[0][:9]
    grants = tuple(Grant(Role(role), unit_id, path) for *_, role, unit_id, path in rows if role)
    if unit_path is None and not grants:
        return None
    actor = Actor(
        person_id=person_id,
        staff_no=staff_no,
        name=name,
        unit_name=unit_name or "",
        unit_path=unit_path or grants[0].unit_path,
        login_session_id=login_id,
        must_change_password=must_change,
        type_size=type_size,
        grants=grants,
    )
    return actor, seen_at
