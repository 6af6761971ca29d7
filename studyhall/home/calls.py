"""Whom a leader rings up: the units with somebody missing, where a call moves most first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.people.memberships import holds_on
from studyhall.people.models import Membership, Person, Unit
from studyhall.reports.month import MissingGroup


@dataclass(frozen=True)
class Contact:
    """Who answers for a unit, as its page in 单位 says."""

    name: str
    phone: str | None


@dataclass(frozen=True)
class Call:
    group: MissingGroup
    contact: Contact | None


def in_order(groups: Sequence[MissingGroup]) -> list[MissingGroup]:
    """The most missing first, of equals the lowest rate: one call there brings the most."""

    def need(group: MissingGroup) -> tuple[int, Fraction]:
        rate = group.row.counts.participation
        return -len(group.people), rate if rate is not None else Fraction(1)

    return sorted(groups, key=need)


def calls(session: Session, groups: Sequence[MissingGroup], day: date, *, names: bool) -> list[Call]:
    """The units in this order with their contacts; without `names` nobody is named."""
    known: Mapping[str, Contact] = contacts(session, {g.row.path for g in groups}, day) if names else {}
    return [Call(group, known.get(group.row.path)) for group in in_order(groups)]


def contacts(session: Session, paths: Collection[str], day: date) -> dict[str, Contact]:
    """By unit path; who is in no unit any more is nobody's contact."""
    still_here = sa.exists().where(Membership.person_id == Person.id, holds_on(day))
    rows = session.execute(
        sa.select(Unit.path, Person.name, Person.phone)
        .join(Person, Person.id == Unit.contact_id)
        .where(Unit.path.in_(paths), still_here)
    )
    return {path: Contact(name, phone) for path, name, phone in rows}
