"""Units are opened, renamed and closed with a successor; the tree is never re-hung."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import Reach, Role
from studyhall.core.errors import Refused
from studyhall.people import memberships, queries, roster, units
from studyhall.people.models import Category, RoleGrant
from tests.factories import a_person, a_township, a_unit

DAY = date(2026, 6, 1)


def test_closing_hands_the_people_over_on_the_day(session: Session) -> None:
    town = a_township(session)
    old, new = a_unit(session, "A", town), a_unit(session, "B", town)
    person = a_person(session, old)
    units.close(session, old, DAY, new)
    before = memberships.counting_on(session, person.id, DAY - timedelta(days=1))
    after = memberships.counting_on(session, person.id, DAY)
    assert (before.unit_id, after.unit_id) == (old.id, new.id)
    assert (old.closed_on, old.successor_id) == (DAY, new.id)


def test_somebody_who_was_to_come_later_comes_to_the_successor(session: Session) -> None:
    town = a_township(session)
    old, new = a_unit(session, "A", town), a_unit(session, "B", town)
    person = a_person(session)
    memberships.join(session, person.id, old.id, Category.VILLAGE, DAY + timedelta(days=10))
    units.close(session, old, DAY, new)
    assert memberships.counting_on(session, person.id, DAY + timedelta(days=10)).unit_id == new.id


def test_a_frozen_list_keeps_the_closed_unit(session: Session) -> None:
    town = a_township(session)
    old, new = a_unit(session, "A", town), a_unit(session, "B", town)
    a_person(session, old)
    listed = roster.take(session, roster.Rule((town.path,), (Category.VILLAGE,)), date(2026, 5, 20))
    roster.freeze(listed, clock.now())
    units.close(session, old, date(2026, 5, 10), new)
    assert [entry.unit_path for entry in roster.entries_of(session, listed.id)] == [old.path]


@pytest.mark.parametrize(
    "which", ["itself", "below itself", "closed", "none", "the root", "with units below"]
)
def test_what_cannot_be_closed_that_way(session: Session, which: str) -> None:
    town = a_township(session)
    unit, other = a_unit(session, "A", town), a_unit(session, "B", town)
    a_person(session, unit)
    successor = {"itself": unit, "none": None, "closed": other}.get(which, other)
    if which == "below itself":
        successor = a_unit(session, "A1", unit)
    if which == "closed":
        units.close(session, other, DAY - timedelta(days=1), None)
    if which == "with units below":
        a_unit(session, "A1", unit)
    if which == "the root":
        unit = town
    with pytest.raises(Refused):
        units.close(session, unit, DAY, successor)


def test_nobody_joins_a_unit_past_its_closing(session: Session) -> None:
    town = a_township(session)
    unit = a_unit(session, "A", town)
    units.close(session, unit, DAY, None)
    with pytest.raises(Refused, match="撤并"):
        memberships.join(session, a_person(session).id, unit.id, Category.OFFICE, DAY)


def test_roles_over_a_closed_unit_end_with_it(session: Session) -> None:
    town = a_township(session)
    unit, other = a_unit(session, "A", town), a_unit(session, "B", town)
    a_person(session, unit, roles=[(Role.LEADER, unit)])
    units.close(session, unit, DAY, other)
    assert session.scalar(sa.select(RoleGrant.ends_on)) == DAY


def test_01_is_not_above_011_nor_01_1(session: Session) -> None:
    town = a_township(session, "65")
    one, eleven, dashed = (a_unit(session, code, town) for code in ("01", "011", "01-1"))
    inside = a_unit(session, "0101", one)
    found = queries.units_in(session, Reach((one.path,)))
    assert {unit.code for unit in found} == {"01", "0101"}
    assert inside.path == "65/01/0101/"
    assert not {eleven.code, dashed.code} & {unit.code for unit in found}


def test_a_code_is_made_of_initials_and_unlike_all_others(session: Session) -> None:
    town = a_township(session)
    a_unit(session, "XT", town)
    assert units.new_code(session, "西滩村") == "XT2"
    assert units.new_code(session, "司法所") == "SF"
