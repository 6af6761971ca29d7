"""Joins, moves and leaves by the day; never two that count on one; a frozen list that none of it changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import Reach
from studyhall.core.errors import Refused
from studyhall.people import jobs, keeping, memberships, roster
from studyhall.people.models import Category, Membership, RosterEntry
from tests.factories import a_person, a_township, a_unit

DAY = date(2026, 5, 1)
EVERYBODY = tuple(c for c in Category if c is not Category.UNCOUNTED)


def days(offset: int) -> date:
    return DAY + timedelta(days=offset)


def where_on(session: Session, person_id: int, day: date) -> str | None:
    membership = memberships.counting_on(session, person_id, day)
    return membership.unit.code if membership else None


@pytest.mark.parametrize(
    ("what", "before", "on", "after"),
    [
        ("a move in the middle", "A", 10, "B"),
        ("the day of the move already counts in the new unit", "A", 0, "B"),
    ],
)
def test_a_transfer_moves_somebody_on_its_day(
    session: Session, what: str, before: str, on: int, after: str
) -> None:
    town = a_township(session)
    old, new = a_unit(session, "A", town), a_unit(session, "B", town)
    person = a_person(session, old, starts_on=days(-30))
    membership = memberships.counting_on(session, person.id, DAY)
    memberships.transfer(session, membership, new.id, days(on))
    assert where_on(session, person.id, days(on - 1)) == before
    assert where_on(session, person.id, days(on)) == after


@pytest.mark.parametrize(
    ("starts", "ends", "on", "words"),
    [
        (0, None, -1, "到任日期之后"),
        (0, 20, 20, "已经结束"),
        (0, 20, 25, "已经结束"),
    ],
)
def test_a_transfer_outside_the_membership_is_refused(
    session: Session, starts: int, ends: int | None, on: int, words: str
) -> None:
    town = a_township(session)
    person = a_person(session)
    membership = memberships.join(
        session, person.id, town.id, Category.OFFICE, days(starts), ends_on=days(ends) if ends else None
    )
    with pytest.raises(Refused, match=words):
        memberships.transfer(session, membership, a_unit(session, "B", town).id, days(on))


def test_moved_on_its_first_day_a_membership_is_put_where_it_belongs(session: Session) -> None:
    town = a_township(session)
    person = a_person(session)
    first = memberships.join(session, person.id, town.id, Category.OFFICE, days(0), duty="干事")
    second = memberships.transfer(session, first, a_unit(session, "B", town).id, days(0), Category.STATION)
    assert second is first and memberships.only_one(session, person.id) is first
    assert (first.unit.code, first.category, first.duty) == ("B", Category.STATION, "干事")


def test_a_transfer_lasts_as_long_as_what_it_replaces(session: Session) -> None:
    town = a_township(session)
    person = a_person(session)
    first = memberships.join(session, person.id, town.id, Category.OFFICE, days(0), ends_on=days(30))
    second = memberships.transfer(session, first, a_unit(session, "B", town).id, days(10))
    assert second.ends_on == days(30)


def test_nobody_is_moved_to_where_he_is(session: Session) -> None:
    town = a_township(session)
    person = a_person(session, town, starts_on=days(-5))
    with pytest.raises(Refused, match="已经在这个单位"):
        memberships.transfer(session, memberships.counting_on(session, person.id, DAY), town.id, DAY)


def test_a_membership_that_ends_before_it_begins_is_refused(session: Session) -> None:
    town = a_township(session)
    with pytest.raises(Refused):
        memberships.join(session, a_person(session).id, town.id, Category.OFFICE, DAY, ends_on=DAY)


def test_two_that_count_on_one_day_are_refused(session: Session) -> None:
    town = a_township(session)
    person = a_person(session, town, starts_on=days(0))
    with pytest.raises(Refused, match="只能有一个计入"):
        memberships.join(session, person.id, a_unit(session, "B", town).id, Category.OFFICE, days(100))


def test_a_lending_that_counts_takes_the_place_of_the_first_and_gives_it_back(session: Session) -> None:
    town = a_township(session)
    home, village = a_unit(session, "A", town), a_unit(session, "V", town)
    person = a_person(session, home, starts_on=days(-100))
    jobs.lend(
        session, None, person, village, days(0), days(30),
        category=Category.VILLAGE, duty="驻村", counts=True,
    )  # fmt: skip
    assert [where_on(session, person.id, days(d)) for d in (-1, 0, 29, 30)] == ["A", "V", "V", "A"]


def test_a_lending_that_does_not_count_leaves_the_lists_alone(session: Session) -> None:
    town = a_township(session)
    home, village = a_unit(session, "A", town), a_unit(session, "V", town)
    person = a_person(session, home, starts_on=days(-100))
    jobs.lend(
        session, None, person, village, days(0), None, category=Category.VILLAGE, duty="驻村", counts=False
    )
    assert where_on(session, person.id, days(5)) == "A"


def test_the_one_that_counts_can_be_changed_from_a_day_on(session: Session) -> None:
    town = a_township(session)
    home, village = a_unit(session, "A", town), a_unit(session, "V", town)
    person = a_person(session, home, starts_on=days(-100))
    second = jobs.lend(
        session, None, person, village, days(-20), days(30),
        category=Category.VILLAGE, duty="驻村", counts=False,
    )  # fmt: skip
    jobs.count_here(session, None, person, second, days(0))
    assert [where_on(session, person.id, days(d)) for d in (-1, 0, 29, 30)] == ["A", "V", "V", "A"]
    with pytest.raises(Refused):
        jobs.count_here(session, None, person, second, days(0))


def test_a_day_of_1900_is_no_day(session: Session) -> None:
    town = a_township(session)
    with pytest.raises(Refused, match="1900"):
        keeping.take_in(session, None, town, name="甲", category=Category.OFFICE, starts_on=date(1900, 1, 1))


def test_a_move_back_into_a_frozen_list_says_so_and_changes_nothing(session: Session) -> None:
    town = a_township(session)
    old, new = a_unit(session, "A", town), a_unit(session, "B", town)
    person = a_person(session, old, starts_on=days(-100))
    taken = roster.take(session, roster.Rule((town.path,), EVERYBODY), days(0))
    roster.freeze(taken, clock.now())
    keeping.move(session, None, person, memberships.counting_on(session, person.id, DAY), new, days(-5))
    roster.refresh(session, taken)
    entry = session.scalar(sa.select(RosterEntry).where(RosterEntry.roster_id == taken.id))
    assert keeping.frozen_since(session, person.id, days(-5)) == 1
    assert entry.unit_path == old.path


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["join", "move", "leave", "lend", "lend_counting"]),
        st.integers(0, 2),
        st.integers(-40, 40),
        st.one_of(st.none(), st.integers(1, 30)),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_no_order_of_acts_makes_two_count_or_changes_a_frozen_list(
    session: Session, acts: list[tuple[str, int, int, int | None]]
) -> None:
    with session.begin_nested() as savepoint:
        town = a_township(session, code=f"T{savepoint.nested}")
        units = [a_unit(session, None, town) for _ in range(3)]
        person = a_person(session, units[0], starts_on=days(-60))
        taken = roster.take(session, roster.Rule((town.path,), EVERYBODY), DAY)
        roster.freeze(taken, clock.now())
        before = _entries(session, taken.id)
        for act, unit, offset, length in acts:
            _do(session, act, person, units[unit], days(offset), length)
            roster.refresh(session, taken)
        spans = session.execute(
            sa.select(Membership.starts_on, Membership.ends_on).where(
                Membership.person_id == person.id, Membership.counts
            )
        ).all()
        for at, one in enumerate(spans):
            for other in spans[at + 1 :]:
                assert not memberships.overlap(*one, *other)
        assert _entries(session, taken.id) == before
        savepoint.rollback()


def _do(session: Session, act: str, person: object, unit: object, on: date, length: int | None) -> None:
    until = on + timedelta(days=length) if length else None
    current = memberships.counting_on(session, person.id, on)
    try:
        if act == "join":
            memberships.join(session, person.id, unit.id, Category.OFFICE, on, ends_on=until)
        elif act.startswith("lend"):
            jobs.lend(
                session, None, person, unit, on, until,
                category=Category.OFFICE, duty="借调", counts=act == "lend_counting",
            )  # fmt: skip
        elif current is not None and act == "move":
            memberships.transfer(session, current, unit.id, on)
        elif current is not None:
            memberships.leave(session, current, on)
    except Refused:
        pass


def _entries(session: Session, roster_id: int) -> list[tuple[object, ...]]:
    return [
        (entry.person_id, entry.unit_path, entry.category, entry.name, entry.state)
        for entry in roster.entries_of(session, roster_id)
    ]


def test_a_day_entered_wrong_is_set_right_and_what_ended_then_moves_along(session: Session) -> None:
    town = a_township(session)
    old, new = a_unit(session, "A", town), a_unit(session, "B", town)
    person = a_person(session, old, starts_on=days(-30))
    moved = memberships.transfer(session, memberships.counting_on(session, person.id, DAY), new.id, days(10))
    jobs.correct_start(session, None, Reach(("T1/",)), person, moved, days(5))
    assert [where_on(session, person.id, days(day)) for day in (4, 5, 10)] == ["A", "B", "B"]


def test_a_loan_whose_first_day_was_wrong_counts_from_the_right_one(session: Session) -> None:
    town = a_township(session)
    old, new = a_unit(session, "A", town), a_unit(session, "B", town)
    person = a_person(session, old, starts_on=days(-30))
    second = jobs.lend(
        session, None, person, new, days(10), days(20), category=Category.OFFICE, duty=None, counts=True
    )
    jobs.correct_start(session, None, Reach(("T1/",)), person, second, days(12))
    assert [where_on(session, person.id, days(day)) for day in (11, 12, 19, 20)] == ["A", "B", "B", "A"]
    rows = session.scalars(sa.select(Membership).where(Membership.person_id == person.id)).all()
    assert sorted((one.unit.code, one.counts, one.starts_on) for one in rows) == [
        ("A", False, days(12)),
        ("A", True, days(-30)),
        ("A", True, days(20)),
        ("B", True, days(12)),
    ]


@pytest.mark.parametrize(
    ("starts", "words"), [(-30, "上一段任职"), (20, "结束以前"), (-31, "上一段任职"), (25, "结束以前")]
)
def test_a_corrected_day_behind_the_job_before_or_past_its_end_is_refused(
    session: Session, starts: int, words: str
) -> None:
    town = a_township(session)
    person = a_person(session, a_unit(session, "A", town), starts_on=days(-30))
    before = memberships.counting_on(session, person.id, DAY)
    moved = memberships.transfer(session, before, a_unit(session, "B", town).id, days(10))
    memberships.leave(session, moved, days(20))
    with pytest.raises(Refused, match=words):
        memberships.correct_start(session, moved, days(starts))
    assert (before.ends_on, moved.starts_on) == (days(10), days(10))


def test_a_job_that_ended_elsewhere_is_not_moved_from_here(session: Session) -> None:
    town = a_township(session)
    old, new = a_unit(session, "A", town), a_unit(session, "B", town)
    person = a_person(session, old, starts_on=days(-30))
    moved = memberships.transfer(session, memberships.counting_on(session, person.id, DAY), new.id, days(10))
    with pytest.raises(Refused, match="不归您管"):
        jobs.correct_start(session, None, Reach((new.path,)), person, moved, days(5))
