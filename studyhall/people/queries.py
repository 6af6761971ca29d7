"""Questions to the database about people and units, each limited to what the asker may see."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import Actor, Grant, Reach, Role
from studyhall.people.memberships import holds_on
from studyhall.people.models import LoginSession, Membership, Person, RoleGrant, Unit


def unit_in(session: Session, reach: Reach, unit_id: int) -> Unit | None:
    """A unit inside one's reach, else None."""
    return session.scalar(sa.select(Unit).where(Unit.id == unit_id, reach.within(Unit.path)))


def units_in(session: Session, reach: Reach) -> list[Unit]:
    return list(session.scalars(sa.select(Unit).where(reach.within(Unit.path)).order_by(Unit.path)))


def top_unit(session: Session, reach: Reach) -> Unit | None:
    """The widest unit that somebody answers for; of several the first in the tree."""
    return session.scalar(sa.select(Unit).where(Unit.path.in_(reach.paths)).order_by(Unit.path).limit(1))


def person_by_staff_no(session: Session, staff_no: str) -> Person | None:
    """Numbers are folded to upper case: phones capitalise as they like."""
    return session.scalar(sa.select(Person).where(sa.func.upper(Person.staff_no) == staff_no.strip().upper()))


def admins_for(session: Session, unit_path: str) -> list[tuple[Person, Unit]]:
    """Who can help in this unit: admins of it or of a unit above, the nearest first."""
    today = clock.today()
    rows = session.execute(
        sa.select(Person, Unit)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(
            RoleGrant.role == Role.ADMIN,
            RoleGrant.starts_on <= today,
            sa.or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on > today),
            sa.literal(unit_path).startswith(Unit.path),
        )
        .order_by(sa.func.length(Unit.path).desc(), Person.staff_no)
    )
    return [(person, unit) for person, unit in rows]


def actor_of(session: Session, token_hash: str) -> tuple[Actor, LoginSession] | None:
    """Who stands behind a login token, with the unit he counts in today and the roles he holds today.

    One statement: it runs before every request. None for an unknown or ended session, and for somebody
    who is in no unit today and holds no role.
    """
    today = clock.today()
    own_unit, granted_unit = sa.orm.aliased(Unit), sa.orm.aliased(Unit)
    rows = session.execute(
        sa.select(
            LoginSession,
            Person,
            own_unit.name,
            own_unit.path,
            RoleGrant.role,
            granted_unit.id,
            granted_unit.path,
        )  # fmt: skip
        .join(Person, Person.id == LoginSession.person_id)
        .outerjoin(
            Membership,
            sa.and_(Membership.person_id == Person.id, Membership.counts, holds_on(today)),
        )
        .outerjoin(own_unit, own_unit.id == Membership.unit_id)
        .outerjoin(
            RoleGrant,
            sa.and_(
                RoleGrant.person_id == Person.id,
                RoleGrant.starts_on <= today,
                sa.or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on > today),
            ),
        )
        .outerjoin(granted_unit, granted_unit.id == RoleGrant.unit_id)
        .where(LoginSession.token_hash == token_hash, LoginSession.ended_at.is_(None))
    ).all()
    if not rows:
        return None
    login, person = rows[0][0], rows[0][1]
    # Outer joins: somebody with a role need not be in a unit today.
    unit_name: str | None = rows[0][2]
    unit_path: str | None = rows[0][3]
    grants = tuple(Grant(Role(role), unit_id, path) for *_, role, unit_id, path in rows if role)
    if unit_path is None and not grants:
        return None
    actor = Actor(
        person_id=person.id,
        staff_no=person.staff_no,
        name=person.name,
        unit_name=unit_name or "",
        unit_path=unit_path or grants[0].unit_path,
        login_session_id=login.id,
        must_change_password=person.must_change_password,
        type_size=person.type_size,
        grants=grants,
    )
    return actor, login
