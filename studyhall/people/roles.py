"""Who may give which role over what, and how a role begins and ends.

Nobody gives or takes more than he holds himself: an admin within his units, the county the admins of its
townships. Nobody gives anything to himself. The last administrator stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from studyhall.core.access import Actor, Grant, Role, paths_above
from studyhall.core.errors import Refused
from studyhall.core.sayings import Saying, later
from studyhall.people.models import LoginSession, Person, RoleGrant, Unit, UnitKind

LABELS = {
    Role.ADMIN: later("管理员"),
    Role.LEADER: later("领导"),
    Role.AUDITOR: later("审计"),
    Role.COUNTY: later("县级"),
    Role.CADRE: later("干部"),
}

GIVEN = (Role.ADMIN, Role.LEADER, Role.AUDITOR, Role.COUNTY)
"""The roles that are given; everybody who is in a unit is a cadre without being made one."""


def may_give(grants: Iterable[Grant], role: Role, unit_path: str, unit_kind: str) -> bool:
    """Whether somebody with these grants may give (or take, or reset the password of) this role there."""
    if role not in GIVEN:
        return False
    for own in grants:
        if not unit_path.startswith(own.unit_path):
            continue
        if own.role is Role.ADMIN and (role is not Role.COUNTY or unit_kind == UnitKind.COUNTY):
            return True
        if own.role is Role.COUNTY and role is Role.ADMIN and unit_kind == UnitKind.TOWNSHIP:
            return unit_path != own.unit_path
    return False


def holds_on(day: date) -> sa.ColumnElement[bool]:
    return sa.and_(RoleGrant.starts_on <= day, sa.or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on > day))


def give(
    session: Session,
    actor: Actor | None,
    person: Person,
    role: Role,
    unit: Unit,
    starts_on: date,
    ends_on: date | None,
) -> RoleGrant:
    """Raises Refused above the giver's own role or scope, to himself, or for a role held already."""
    if actor is not None:
        if actor.person_id == person.id:
            raise Refused("不能给自己加角色，请别的管理员来办。")
        if not may_give(actor.grants, role, unit.path, unit.kind):
            raise Refused("不能给高于自己的角色，也不能给自己管不到的单位。")
    if ends_on is not None and ends_on <= starts_on:
        raise Refused("结束的日期要在开始以后。")
    if unit.closed_on is not None:
        raise Refused("%(unit)s已经撤并。", unit=unit.name)
    held = session.scalars(
        sa.select(RoleGrant).where(
            RoleGrant.person_id == person.id, RoleGrant.role == role, RoleGrant.unit_id == unit.id
        )
    )
    for one in held:
        if (ends_on is None or one.starts_on < ends_on) and (one.ends_on is None or starts_on < one.ends_on):
            raise Refused(
                "%(name)s这段时间已经是%(unit)s的%(role)s。",
                name=person.name,
                unit=unit.name,
                role=Saying(LABELS[role]),
            )
    row = RoleGrant(
        person_id=person.id,
        unit_id=unit.id,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        granted_by=actor.person_id if actor else None,
    )
    session.add(row)
    session.flush()
    return row


def end(session: Session, actor: Actor | None, grant: RoleGrant, on: date, *, now_ended: bool) -> None:
    """The role holds no longer from `on`; its holder's devices are signed out where that is today.

    Raises Refused above the actor's own role or scope, and for the last administrator.
    """
    if actor is not None and not may_give(actor.grants, grant.as_role, grant.unit.path, grant.unit.kind):
        raise Refused("这个角色不归您管，请找上一级管理员。")
    if grant.as_role is Role.ADMIN:
        refuse_last_admin(session, [grant], on)
    if on <= grant.starts_on:
        session.delete(grant)
    else:
        grant.ends_on = on
    if now_ended:
        end_sessions(session, grant.person_id)
    session.flush()


def refuse_last_admin(session: Session, ending: Iterable[RoleGrant], on: date) -> None:
    """Raises Refused when a unit would have no lasting admin, in it or above, once these end on `on`."""
    going = {grant.id: grant for grant in ending if grant.as_role is Role.ADMIN}
    for grant in going.values():
        others = session.scalar(
            sa.select(sa.func.count())
            .select_from(RoleGrant)
            .join(Unit, Unit.id == RoleGrant.unit_id)
            .where(
                RoleGrant.role == Role.ADMIN,
                RoleGrant.id.not_in(going),
                RoleGrant.starts_on <= on,
                RoleGrant.ends_on.is_(None),
                Unit.path.in_(paths_above(grant.unit.path)),
            )
        )
        if not others:
            raise Refused(
                "这是%(unit)s最后一位管理员，不能去掉。请先给别人管理员角色，再去掉。", unit=grant.unit.name
            )


def end_sessions(session: Session, person_id: int) -> None:
    from studyhall.core import clock

    session.execute(
        sa.update(LoginSession)
        .where(LoginSession.person_id == person_id, LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def grants_of(session: Session, person_id: int, day: date) -> list[RoleGrant]:
    """What somebody holds on a day or will hold later."""
    return list(
        session.scalars(
            sa.select(RoleGrant)
            .where(
                RoleGrant.person_id == person_id, sa.or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on > day)
            )
            .order_by(RoleGrant.starts_on, RoleGrant.id)
        )
    )


def those_above(session: Session, actor: Actor, day: date) -> set[int]:
    """Everybody of whom `above` is true, in one statement: few hold a role at all."""
    held = session.scalars(
        sa.select(RoleGrant)
        .where(sa.or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on > day))
        .options(joinedload(RoleGrant.unit))
    )
    return {
        grant.person_id
        for grant in held
        if not may_give(actor.grants, grant.as_role, grant.unit.path, grant.unit.kind)
    }


def above(session: Session, actor: Actor, person_id: int, day: date) -> bool:
    """Whether somebody holds a role that the actor could not give: his password is not the actor's to reset."""
    return any(
        not may_give(actor.grants, grant.as_role, grant.unit.path, grant.unit.kind)
        for grant in grants_of(session, person_id, day)
    )
