"""An empty site: its first unit and the person who keeps it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import audit, clock
from studyhall.core.access import Role
from studyhall.core.errors import Refused
from studyhall.people import keeping, roles, units
from studyhall.people.models import Person, RoleGrant, Unit, UnitKind
from studyhall.people.sheet_units import category_of


@dataclass(frozen=True)
class First:
    """Who and what an empty site begins with."""

    unit_name: str = "本单位"
    unit_code: str = ""
    kind: str = ""
    person_name: str = "管理员"
    staff_no: str = ""


def begin(session: Session, first: First) -> tuple[Unit, Person]:
    """The first unit (kept where a sheet has made one already) and its first administrator, without a password.

    Raises Refused on a site that has an administrator.
    """
    if session.scalar(sa.select(sa.exists().where(RoleGrant.role == Role.ADMIN))):
        raise Refused("已经有管理员了，不用再建。忘了密码请用 studyhall people reset-password。")
    today = clock.today()
    unit = session.scalar(sa.select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1))
    if unit is None:
        kind = UnitKind(first.kind) if first.kind else units.kind_of_name(first.unit_name)
        if kind is UnitKind.OFFICE and not first.kind:
            kind = UnitKind.TOWNSHIP
        code = first.unit_code or units.new_code(session, first.unit_name)
        unit = units.open_unit(session, code, first.unit_name, kind, None, today)
        audit.record(
            session, None, "unit.opened", f"unit:{unit.id}", unit.name, unit_path=unit.path,
            after={"code": unit.code, "kind": unit.kind},
        )  # fmt: skip
    person = keeping.take_in(
        session, None, unit,
        name=first.person_name, category=category_of(unit.name, unit.kind), starts_on=today,
        staff_no=first.staff_no or None,
    )  # fmt: skip
    roles.give(session, None, person, Role.ADMIN, unit, today, None)
    audit.record(
        session, None, "role.given", f"person:{person.id}", f"{person.name}（{person.staff_no}）",
        unit_path=unit.path, after={"role": roles.LABELS[Role.ADMIN], "unit": unit.name},
    )  # fmt: skip
    return unit, person
