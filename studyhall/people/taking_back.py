"""Taking a landed sheet back, while nothing hangs on what it made."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import audit, clock
from studyhall.core.access import Actor
from studyhall.core.db import Base
from studyhall.core.errors import Refused
from studyhall.people import names
from studyhall.people.models import Membership, Person, RosterImport, Unit

_MINE = {"membership", "roster_import", "audit_event", "person"}
"""Tables whose rows do not keep an import from being undone: they are what it made."""


def undo(session: Session, actor: Actor | None, batch: RosterImport) -> None:
    """Take a landed sheet back. Raises Refused, naming what, when anything hangs on it by now."""
    session.execute(sa.select(RosterImport.id).where(RosterImport.id == batch.id).with_for_update())
    session.refresh(batch)
    if batch.state != "landed" or batch.outcome is None:
        raise Refused("这份名册没有导入，或者已经撤回了。")
    outcome = batch.outcome
    _refuse_hanging(session, outcome)
    for old_id, until, new_id in outcome["moved"]:
        _undo_move(session, old_id, until, new_id)
    for membership_id, before, after in outcome.get("placed", ()):
        _undo_placing(session, membership_id, before, after)
    for person_id, membership_id, changes in outcome["changed"]:
        _undo_change(session, person_id, membership_id, changes)
    for _person_id, before in outcome["left"]:
        for membership_id, ends_on in before:
            membership = session.get_one(Membership, membership_id)
            membership.ends_on = date.fromisoformat(ends_on) if ends_on else None
    session.flush()
    for start in range(0, len(outcome["people"]), 500):
        chunk = outcome["people"][start : start + 500]
        session.execute(sa.delete(Membership).where(Membership.person_id.in_(chunk)))
        session.execute(sa.delete(Person).where(Person.id.in_(chunk)))
    path = batch.unit_path
    if batch.unit_id in outcome["units"]:
        batch.unit_id = None
    session.flush()
    for unit_id in reversed(outcome["units"]):
        session.execute(sa.delete(Unit).where(Unit.id == unit_id))
    batch.state, batch.settled_at = "undone", clock.now()
    batch.settled_by = actor.person_id if actor else None
    session.flush()
    audit.record(
        session, actor, "people.import_undone", f"roster_import:{batch.id}", batch.file_name,
        unit_path=path, before={key: len(value) for key, value in outcome.items() if value},
    )  # fmt: skip


def _refuse_hanging(session: Session, outcome: dict[str, Any]) -> None:
    people = outcome["people"]
    for start in range(0, len(people), 500):
        chunk = people[start : start + 500]
        for table in Base.metadata.sorted_tables:
            for column in table.c:
                key = next(iter(column.foreign_keys), None)
                if table.name in _MINE or key is None or key.column.table.name != "person":
                    continue
                if session.scalar(sa.select(sa.exists().where(column.in_(chunk)))):
                    raise Refused("这批人里已经有人登录过、上了名册或有了记录，不能整批撤回。请一个一个改。")
        several = sa.select(sa.func.count()).select_from(Membership).where(Membership.person_id.in_(chunk))
        if (session.scalar(several) or 0) > len(chunk) or session.scalar(
            sa.select(sa.exists().where(Person.id.in_(chunk), Person.password_hash.is_not(None)))
        ):
            raise Refused("这批人里已经有人调动过或打过密码条，不能整批撤回。请一个一个改。")
    for unit_id in outcome["units"]:
        _refuse_hanging_unit(session, unit_id, outcome)


def _refuse_hanging_unit(session: Session, unit_id: int, outcome: dict[str, Any]) -> None:
    """Anything but the memberships of this import and the other units it opened."""
    made = set(outcome["people"])
    moved = {new_id for _, _, new_id in outcome["moved"]} | {one[0] for one in outcome.get("placed", ())}
    strangers = [
        one
        for one in session.scalars(sa.select(Membership).where(Membership.unit_id == unit_id))
        if one.person_id not in made and one.id not in moved
    ]
    below = [
        one for one in session.scalars(sa.select(Unit.id).where(Unit.parent_id == unit_id))
        if one not in outcome["units"]
    ]  # fmt: skip
    hanging = bool(strangers or below)
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            key = next(iter(column.foreign_keys), None)
            if table.name in ("unit", "membership", "roster_import") or key is None:
                continue
            if key.column.table.name == "unit":
                hanging = hanging or bool(session.scalar(sa.select(sa.exists().where(column == unit_id))))
    if hanging:
        name = session.get_one(Unit, unit_id).name
        raise Refused("这次新建的%(name)s已经用上了，不能整批撤回。请一个一个改。", name=name)


def _undo_move(session: Session, old_id: int, until: str | None, new_id: int) -> None:
    old, new = session.get_one(Membership, old_id), session.get(Membership, new_id)
    if (
        new is None
        or old.ends_on != new.starts_on
        or new.ends_on != (date.fromisoformat(until) if until else None)
    ):
        raise Refused("调动过的人后来又变了，不能整批撤回。请一个一个改。")
    session.delete(new)
    session.flush()
    old.ends_on = date.fromisoformat(until) if until else None
    session.flush()


def _undo_placing(
    session: Session, membership_id: int, before: dict[str, Any], after: dict[str, Any]
) -> None:
    membership = session.get(Membership, membership_id)
    if membership is None or (membership.unit_id, membership.starts_on.isoformat()) != (
        after["unit_id"],
        after["starts_on"],
    ):
        raise Refused("调动过的人后来又变了，不能整批撤回。请一个一个改。")
    membership.unit_id, membership.category = before["unit_id"], before["category"]
    membership.duty, membership.starts_on = before["duty"], date.fromisoformat(before["starts_on"])
    session.flush()


def _undo_change(
    session: Session, person_id: int, membership_id: int | None, changes: dict[str, Any]
) -> None:
    """Put back what still stands as the import wrote it; what somebody changed since stays."""
    person = session.get_one(Person, person_id)
    membership = session.get(Membership, membership_id) if membership_id else None
    for key, (old, new) in changes.items():
        owner: Any = membership if key in ("category", "duty") else person
        if owner is not None and (getattr(owner, key) or "") == new:
            setattr(owner, key, old or None)
    person.name_sort, person.name_search = names.sort_key(person.name), names.search_key(person.name)
    session.flush()
