"""Questions to the database about people and units, each limited to what the asker may see."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from studyhall.core import clock
from studyhall.core.access import Reach, Role
from studyhall.core.errors import Missing
from studyhall.people.memberships import holds_on
from studyhall.people.models import Membership, Person, RoleGrant, Unit


def unit_in(session: Session, reach: Reach, unit_id: int) -> Unit | None:
    """A unit inside one's reach, else None."""
    return session.scalar(sa.select(Unit).where(Unit.id == unit_id, reach.within(Unit.path)))


def units_in(session: Session, reach: Reach) -> list[Unit]:
    return list(session.scalars(sa.select(Unit).where(reach.within(Unit.path)).order_by(Unit.path)))


def root_or_none(session: Session) -> Unit | None:
    """The unit above all; None on a site that has none yet."""
    return session.scalar(sa.select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1))


def top_unit(session: Session, reach: Reach) -> Unit | None:
    """The widest unit that somebody answers for; of several the first in the tree."""
    return session.scalar(sa.select(Unit).where(Unit.path.in_(reach.paths)).order_by(Unit.path).limit(1))


def site_path(session: Session) -> str:
    """Where changes to what belongs to no unit are written down: the root; empty while there is no unit."""
    return session.scalar(sa.select(Unit.path).where(Unit.parent_id.is_(None)).order_by(Unit.id)) or ""


def covers_site(session: Session, reach: Reach) -> bool:
    """Whether somebody answers for everything on this site: what belongs to no unit is his to keep."""
    roots = session.scalars(sa.select(Unit.path).where(Unit.parent_id.is_(None))).all()
    return bool(roots) and all(reach.covers(path) for path in roots)


def person_by_staff_no(session: Session, staff_no: str) -> Person | None:
    """Numbers are folded to upper case: phones capitalise as they like."""
    person = session.scalar(
        sa.select(Person).where(sa.func.upper(Person.staff_no) == staff_no.strip().upper())
    )
    if person is not None and person.merged_into_id is not None:
        # Two entries were one person: the number on the old slip still opens his account.
        return session.get(Person, person.merged_into_id)
    return person


def person_by_phone(session: Session, phone: str) -> Person | None:
    """The one person with this telephone; None where two share it. Only where the office has switched it on."""
    found = session.scalars(
        sa.select(Person).where(Person.phone == phone, Person.merged_into_id.is_(None)).limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def unit_path_of(session: Session, person_id: int) -> str:
    """Where somebody counts today, else where he holds a role, else the root: whose settings hold for him."""
    today = clock.today()
    counting = (
        sa.select(Unit.path)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.person_id == person_id, Membership.counts, holds_on(today))
    )
    granted = (
        sa.select(Unit.path)
        .join(RoleGrant, RoleGrant.unit_id == Unit.id)
        .where(RoleGrant.person_id == person_id)
    )
    root = sa.select(Unit.path).where(Unit.parent_id.is_(None)).order_by(Unit.id)
    for where in (counting, granted, root):
        path = session.scalar(where.limit(1))
        if path is not None:
            return path
    return ""


def person_seen(session: Session, reach: Reach, person_id: int) -> Person:
    """Somebody who is or was in a unit within one's reach. Raises Missing for anybody else."""
    person = session.scalar(
        sa.select(Person).where(
            Person.id == person_id, sa.exists(_memberships_in(reach).where(Membership.person_id == person_id))
        )
    )
    if person is None:
        raise Missing
    return person


def person_kept(session: Session, reach: Reach, person_id: int) -> Person:
    """Somebody whose record is one's to keep: he is, or will be, in a unit within one's reach — or he was
    last, and is nowhere now. Raises Missing for anybody else."""
    person = person_seen(session, reach, person_id)
    today = clock.today()
    newest = session.scalar(
        sa.select(Unit.path)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.person_id == person_id)
        .order_by(Membership.ends_on.is_not(None), Membership.ends_on.desc(), Membership.counts.desc())
        .limit(1)
    )
    here = session.scalar(
        sa.select(
            sa.exists(
                _memberships_in(reach).where(
                    Membership.person_id == person_id,
                    sa.or_(Membership.ends_on.is_(None), Membership.ends_on > today),
                )
            )
        )
    )
    if not here and not (newest is not None and reach.covers(newest)):
        raise Missing
    if person.merged_into_id is not None:
        raise Missing
    return person


def is_kept(session: Session, reach: Reach, person_id: int) -> bool:
    """Whether `person_kept` would find him."""
    try:
        person_kept(session, reach, person_id)
    except Missing:
        return False
    return True


def _memberships_in(reach: Reach) -> sa.Select[Any]:
    return sa.select(Membership.id).join(Unit, Unit.id == Membership.unit_id).where(reach.within(Unit.path))


def memberships_seen(session: Session, reach: Reach, person_id: int) -> list[Membership]:
    """His memberships within one's reach, the latest first."""
    return list(
        session.scalars(
            sa.select(Membership)
            .join(Unit, Unit.id == Membership.unit_id)
            .where(Membership.person_id == person_id, reach.within(Unit.path))
            .order_by(Membership.starts_on.desc(), Membership.counts.desc())
            .options(contains_eager(Membership.unit))
        )
    )


def open_units_in(session: Session, reach: Reach, day: date) -> list[Unit]:
    """Units one may put somebody into on a day or later, in the order of the tree."""
    return [unit for unit in units_in(session, reach) if unit.closed_on is None or unit.closed_on > day]


def unit_kept(session: Session, reach: Reach, unit_id: int | None) -> Unit:
    """A unit inside one's reach. Raises Missing otherwise."""
    unit = unit_in(session, reach, unit_id) if unit_id else None
    if unit is None:
        raise Missing
    return unit


def admins_for(session: Session, unit_path: str) -> list[tuple[Person, Unit]]:
    """Who can help in this unit: admins of it or of a unit above, the nearest first."""
    rows = session.execute(_admins().where(sa.literal(unit_path).startswith(Unit.path)))
    return [(person, unit) for person, unit in rows]


def admins_of_site(session: Session) -> list[tuple[Person, Unit]]:
    """Who can help whoever it is: nobody where some look after one unit and some after another."""
    found = [(person, unit) for person, unit in session.execute(_admins())]
    return found if len({unit.id for _person, unit in found}) == 1 else []


def _admins() -> sa.Select[Person, Unit]:
    today = clock.today()
    return (
        sa.select(Person, Unit)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(
            RoleGrant.role == Role.ADMIN,
            RoleGrant.starts_on <= today,
            sa.or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on > today),
        )
        .order_by(sa.func.length(Unit.path).desc(), Person.staff_no)
    )
