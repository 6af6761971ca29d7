"""Planting and closing units. The tree is never re-hung, so a path once given holds for ever."""

from __future__ import annotations

import re
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.errors import Refused
from studyhall.people.models import Unit

_CODE = re.compile(r"[A-Za-z0-9-]{1,20}")


def open_unit(
    session: Session, code: str, name: str, kind: str, parent: Unit | None, opened_on: date, position: int = 0
) -> Unit:
    """A new unit below `parent`, or the root. Raises Refused for a bad or taken code."""
    if not _CODE.fullmatch(code):
        raise Refused(f"单位代号“{code}”只能用字母、数字和短横。")
    if session.scalar(sa.select(sa.exists().where(Unit.code == code))):
        raise Refused(f"单位代号“{code}”已经有了。")
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


def root(session: Session) -> Unit:
    """The unit above all. Raises Refused on a site that has none yet."""
    unit = session.scalar(sa.select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1))
    if unit is None:
        raise Refused("还没有单位，请先导入名册。")
    return unit


def by_code(session: Session, code: str) -> Unit:
    unit = session.scalar(sa.select(Unit).where(Unit.code == code))
    if unit is None:
        raise Refused(f"没有代号是“{code}”的单位。")
    return unit


def children(session: Session, unit: Unit) -> list[Unit]:
    """Direct children, closed ones too: a past month may still have people in them."""
    return list(
        session.scalars(sa.select(Unit).where(Unit.parent_id == unit.id).order_by(Unit.position, Unit.code))
    )
