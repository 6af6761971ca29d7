"""Two entries of one person become one; what was counted stays counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.core.errors import Refused
from studyhall.people import memberships, merging, roster
from studyhall.people.models import Category, Membership, Person, RoleGrant, RosterEntry
from studyhall.quizzes import person_record, taking
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Attempt, Result
from tests.factories import (
    a_bank_of,
    a_law,
    a_person,
    a_township,
    a_unit,
    an_actor,
    an_assessment,
)

DAY = date(2026, 5, 1)
EVERYBODY = tuple(c for c in Category if c is not Category.UNCOUNTED)


@pytest.fixture(autouse=True)
def _carriers() -> None:
    merging.carry("attempt", person_record.attempts_over)


def test_results_and_attempts_go_over_together(session: Session) -> None:
    town = a_township(session)
    old = a_person(session, town, name="甲")
    law = a_law(session)
    a_bank_of(session, law.law_id, single=3)
    contest = an_assessment(session, town, [Line(law.law_id, "single", 2, 100)])
    taking.begin(session, an_actor(session, old), contest, clock.now())
    kept = a_person(session, name="甲")
    merging.merge(session, None, kept, old)
    for table in (Result, Attempt, RosterEntry):
        assert set(session.scalars(sa.select(table.person_id))) == {kept.id}


def test_a_list_on_which_both_stand_stays_with_its_figures(session: Session) -> None:
    town = a_township(session)
    kept, old = a_person(session, town, name="甲"), a_person(session, town, name="甲")
    law = a_law(session)
    a_bank_of(session, law.law_id, single=3)
    contest = an_assessment(session, town, [Line(law.law_id, "single", 2, 100)])
    roster.freeze(contest.roster, clock.now())
    taking.begin(session, an_actor(session, old), contest, clock.now())
    what = merging.preview(session, kept, old)
    assert (what.shared, what.overlapping) == (1, 1)
    merging.merge(session, None, kept, old)
    assert len(roster.entries_of(session, contest.roster_id)) == 2
    rows = session.execute(
        sa.select(Result.person_id, Attempt.person_id).join(Attempt, Attempt.result_id == Result.id)
    ).all()
    assert rows == [(old.id, old.id)], "an attempt never parts from its result"


def test_roles_come_over_once(session: Session) -> None:
    town = a_township(session)
    kept = a_person(session, town, roles=[(Role.LEADER, town)])
    old = a_person(session, town, roles=[(Role.LEADER, town), (Role.AUDITOR, town)])
    merging.merge(session, None, kept, old)
    grants = session.execute(sa.select(RoleGrant.person_id, RoleGrant.role).order_by(RoleGrant.role)).all()
    assert grants == [(kept.id, "auditor"), (kept.id, "leader")]


def test_what_cannot_be_merged(session: Session) -> None:
    town = a_township(session)
    one, two, three = (a_person(session, town) for _ in range(3))
    with pytest.raises(Refused, match="同一条"):
        merging.merge(session, None, one, one)
    merging.merge(session, None, one, two)
    with pytest.raises(Refused, match="合并过"):
        merging.merge(session, None, two, three)


def test_every_table_with_rows_of_a_person_is_carried(session: Session) -> None:
    """A new table with a `person_id` goes over by itself; one whose rows hang on more must say how."""
    names = {table.name for table in merging._others()}
    assert {"attempt", "result", "correction", "feedback", "self_study"} <= names


SPANS = st.lists(
    st.tuples(st.integers(-50, 50), st.one_of(st.none(), st.integers(1, 40))), min_size=1, max_size=4
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SPANS, SPANS)
def test_merging_keeps_every_day_counted_once(
    session: Session, mine: list[tuple[int, int | None]], theirs: list[tuple[int, int | None]]
) -> None:
    with session.begin_nested() as savepoint:
        town = a_township(session, code=f"M{id(savepoint) % 100000}")
        a, b = a_unit(session, None, town), a_unit(session, None, town)
        kept, old = a_person(session), a_person(session)
        for person, unit, spans in ((kept, a, mine), (old, b, theirs)):
            for start, length in spans:
                first = DAY + timedelta(days=start)
                until = first + timedelta(days=length) if length else None
                try:
                    memberships.join(session, person.id, unit.id, Category.OFFICE, first, ends_on=until)
                except Refused:
                    continue
        before = {
            offset: [_unit_on(session, person, offset) for person in (kept, old)] for offset in range(-52, 95)
        }
        merging.merge(session, None, kept, old)
        rows = session.execute(
            sa.select(Membership.starts_on, Membership.ends_on).where(
                Membership.person_id == kept.id, Membership.counts
            )
        ).all()
        for at, one in enumerate(rows):
            assert not any(memberships.overlap(*one, *other) for other in rows[at + 1 :])
        for offset, (own, other) in before.items():
            assert _unit_on(session, kept, offset) == (own or other)
        savepoint.rollback()


def _unit_on(session: Session, person: Person, offset: int) -> int | None:
    found = memberships.counting_on(session, person.id, DAY + timedelta(days=offset))
    return found.unit_id if found else None
