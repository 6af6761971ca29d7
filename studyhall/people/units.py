"""Planting and closing units. The tree is never re-hung, so a path once given holds for ever."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from studyhall.core.errors import Refused
from studyhall.people import memberships, names
from studyhall.people.models import Membership, RoleGrant, Unit, UnitKind

_CODE = re.compile(r"[A-Za-z0-9-]{1,20}")


def open_unit(
    session: Session, code: str, name: str, kind: str, parent: Unit | None, opened_on: date, position: int = 0
) -> Unit:
    """A new unit below `parent`, or the root. Raises Refused for a bad or taken code."""
    if not _CODE.fullmatch(code):
        raise Refused("单位代号“%(code)s”只能用字母、数字和短横。", code=code)
    if session.scalar(sa.select(sa.exists().where(sa.func.upper(Unit.code) == code.upper()))):
        raise Refused("单位代号“%(code)s”已经有了。", code=code)
    if parent is not None and parent.closed_on is not None:
        raise Refused("%(unit)s已经撤并，不能在它下面设单位。", unit=parent.name)
    if len((parent.path if parent else "") + code) >= 250:
        raise Refused("单位的层数太多了。")
    unit = Unit(
        code=code,
        name=name,
        kind=kind,
        parent_id=parent.id if parent else None,
        path=(parent.path if parent else "") + code + "/",
        opened_on=opened_on,
        position=position,
    )
    session.add(unit)
    session.flush()
    return unit


def rename(session: Session, unit: Unit, name: str) -> None:
    """Lists already taken keep the old name."""
    if not name.strip():
        raise Refused("请写单位名称。")
    unit.name = name.strip()
    session.flush()


@dataclass(frozen=True)
class Closing:
    """What closing a unit on a day does: who moves, who loses which role."""

    moved: tuple[Membership, ...]
    ended_roles: tuple[RoleGrant, ...]


def what_closing_moves(session: Session, unit: Unit, on: date) -> Closing:
    moved = session.scalars(
        sa.select(Membership)
        .where(Membership.unit_id == unit.id, sa.or_(Membership.ends_on.is_(None), Membership.ends_on > on))
        .order_by(Membership.id)
        .options(joinedload(Membership.person))
    )
    grants = session.scalars(
        sa.select(RoleGrant).where(
            RoleGrant.unit_id == unit.id, sa.or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on > on)
        )
    )
    return Closing(tuple(moved), tuple(grants))


def close(session: Session, unit: Unit, on: date, successor: Unit | None) -> Closing:
    """The unit is no more from `on`: its people move to the successor on that day, roles over it end.

    Raises Refused for the root, for a unit with open ones below, for people without a successor, and for a
    successor that is the unit itself, below it, or not open by then.
    """
    if unit.parent_id is None:
        raise Refused("最上面的单位不能撤并。")
    if unit.closed_on is not None:
        raise Refused("%(unit)s已经撤并了。", unit=unit.name)
    if on <= unit.opened_on:
        raise Refused("撤并的日期要在设立日期之后。")
    below = [one for one in children(session, unit) if one.is_open_on(on)]
    if below:
        raise Refused("%(unit)s下面还有%(count)s个单位，请先撤并它们。", unit=unit.name, count=len(below))
    closing = what_closing_moves(session, unit, on)
    if closing.moved and successor is None:
        raise Refused(
            "%(unit)s还有%(count)s个任职，请选一个接收的单位。", unit=unit.name, count=len(closing.moved)
        )
    if successor is not None:
        if successor.path.startswith(unit.path):
            raise Refused("接收的单位不能是它自己，也不能在它下面。")
        if not successor.is_open_on(on) or successor.closed_on is not None:
            raise Refused("%(unit)s那时已经撤并或还没有设立，不能接收。", unit=successor.name)
        for membership in closing.moved:
            _hand_over(session, membership, successor, on)
    for grant in closing.ended_roles:
        # One that was to begin later never holds; a span needs a day, so it goes.
        if grant.starts_on >= on:
            session.delete(grant)
        else:
            grant.ends_on = on
    unit.closed_on = on
    unit.successor_id = successor.id if successor else None
    unit.contact_id = None
    session.flush()
    return closing


def _hand_over(session: Session, membership: Membership, successor: Unit, on: date) -> None:
    already = session.scalar(
        sa.select(Membership.id).where(
            Membership.person_id == membership.person_id,
            Membership.unit_id == successor.id,
            memberships.holds_on(max(on, membership.starts_on)),
        )
    )
    if membership.starts_on >= on:
        membership.unit_id = successor.id
    elif already and not membership.counts:
        memberships.leave(session, membership, on)
    else:
        memberships.transfer(session, membership, successor.id, on)
    session.flush()


def new_code(session: Session, name: str, taken: Collection[str] = ()) -> str:
    """A code from the initials of a name, 西滩村 → XT, made unlike all that exist."""
    base = re.sub(r"[^A-Z0-9]", "", names.initials(_without_kind(name)).upper())[:6] or "DW"
    used = {code.upper() for code in session.scalars(sa.select(Unit.code))} | {c.upper() for c in taken}
    serial = 1
    code = base
    while code in used:
        serial += 1
        code = f"{base}{serial}"
    return code


def _without_kind(name: str) -> str:
    return re.sub(r"(村委会|社区|村|办公室|服务中心|中心|所|站|乡|镇|街道)$", "", names.tidy(name)) or name


def kind_of_name(name: str) -> UnitKind:
    """What a unit probably is, by the end of its name; the clerk may say otherwise."""
    for pattern, kind in (
        (r"(县|市|区)$", UnitKind.COUNTY),
        (r"(乡|镇|街道|办事处|乡人民政府|镇人民政府)$", UnitKind.TOWNSHIP),
        (r"(村|社区|村委会|居委会|队|嘎查)$", UnitKind.VILLAGE),
        (r"(所|站|中心|大队)$", UnitKind.STATION),
    ):
        if re.search(pattern, names.tidy(name)):
            return kind
    return UnitKind.OFFICE


def root(session: Session) -> Unit:
    """The unit above all. Raises Refused on a site that has none yet."""
    unit = session.scalar(sa.select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1))
    if unit is None:
        raise Refused("还没有单位，请先导入名册。")
    return unit


def hold_root(session: Session) -> None:
    """Who writes what belongs to the whole site waits here for who was first."""
    session.execute(sa.select(Unit.id).where(Unit.parent_id.is_(None)).with_for_update())


def by_path(session: Session, path: str) -> Unit | None:
    return session.scalar(sa.select(Unit).where(Unit.path == path))


def by_code(session: Session, code: str) -> Unit:
    unit = session.scalar(sa.select(Unit).where(Unit.code == code))
    if unit is None:
        raise Refused("没有代号是“%(code)s”的单位。", code=code)
    return unit


def children(session: Session, unit: Unit) -> list[Unit]:
    """Direct children, closed ones too: a past month may still have people in them."""
    return list(
        session.scalars(sa.select(Unit).where(Unit.parent_id == unit.id).order_by(Unit.position, Unit.code))
    )
