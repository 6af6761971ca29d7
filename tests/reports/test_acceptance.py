"""The list the reports were asked to be right about, told through the product's own rules, month and year.

The year is counted a second time by `Town.figures`; the month's numbers are written out here.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.core.periods import Month
from studyhall.people import memberships, units
from studyhall.people.models import Person, RosterEntry, Unit
from studyhall.quizzes import fairness, make_up
from studyhall.quizzes.models import Assessment
from studyhall.reports.counts import Counts
from studyhall.reports.month import month_report
from tests.factories import a_person, an_actor
from tests.reports.test_year_figures import YEAR, Town, on, sides


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def month_of(town: Town, number: int, unit: Unit | None = None) -> list[Counts]:
    """What the month's page shows of each event, as of the next February."""
    town.session.flush()
    town.session.expire_all()
    report = month_report(
        town.session, Month(YEAR, number), unit or town.township, clock.at_local(date(2026, 2, 1), 12)
    )
    return [one.total for one in report.assessments]


def exempt(town: Town, contest: Assessment, person: Person, on_day: date) -> None:
    entry = town.session.scalars(
        sa.select(RosterEntry).where(
            RosterEntry.roster_id == contest.roster_id, RosterEntry.person_id == person.id
        )
    ).one()
    with clock.standing_at(clock.at_local(on_day, 10)):
        boss = a_person(town.session, town.township, starts_on=on(12, 1), roles=[(Role.ADMIN, town.township)])
        fairness.exempt(town.session, an_actor(town.session, boss), contest, entry.id, "sick", "李书记")


def test_a_transfer_on_the_10th_in_a_window_of_1_to_31(town: Town) -> None:
    """Due, and counted, where he stood when the window opened; in the next month where he stands then."""
    mover, stayer = town.settle(0, 2)
    march = town.contest(3, first=1, days=30)
    membership = memberships.counting_on(town.session, mover.id, on(3, 9))
    memberships.transfer(town.session, membership, town.villages[1].id, on(3, 10))
    town.sat(march, mover, 4, after=timedelta(days=15))
    april = town.contest(4)
    town.sat(april, stayer, 4)
    old, new = town.villages[0], town.villages[1]
    (counts,) = month_of(town, 3, old)
    assert (counts.due, counts.took_part) == (2, 1)
    assert month_of(town, 3, new) == []
    assert [(c.due, c.took_part) for c in month_of(town, 4, old)] == [(1, 1)]
    assert [(c.due, c.took_part) for c in month_of(town, 4, new)] == [(1, 0)]
    assert sides(town.figures(old)["contest.participation"]) == (2, 3)
    assert sides(town.figures(new)["contest.participation"]) == (0, 1)
    assert sides(town.figures(town.township)["contest.participation"]) == (2, 4)
    assert sides(town.figures(town.county)["contest.participation"]) == (2, 4)


def test_a_village_merged_in_march(town: Town) -> None:
    one, other = town.settle(0, 2)
    february = town.contest(2)
    town.sat(february, one, 4)
    units.close(town.session, town.villages[0], on(3, 15), town.villages[1])
    april = town.contest(4)
    town.sat(april, one, 4)
    town.sat(april, other, 4)
    closed, successor = town.villages[0], town.villages[1]
    assert [(c.due, c.took_part) for c in month_of(town, 2, closed)] == [(2, 1)]
    assert month_of(town, 4, closed) == [] and month_of(town, 2, successor) == []
    assert [(c.due, c.took_part) for c in month_of(town, 4, successor)] == [(2, 2)]
    assert [(c.due, c.took_part) for c in month_of(town, 2)] == [(2, 1)]
    assert sides(town.figures()["contest.participation"]) == (3, 4)


def test_the_make_up_of_march_is_held_in_april(town: Town) -> None:
    """April has no event for it; March's main run stays, with the make-up beside it."""
    good, bad, absent = town.settle(0, 3)
    exam = town.contest(3, kind="exam")
    town.sat(exam, good, 4)
    town.sat(exam, bad, 1)
    plan = make_up.Plan("补考", clock.at_local(on(4, 10), 9), clock.at_local(on(4, 12), 18))
    made = make_up.set_up(town.session, None, exam, plan, exam.closes_at)
    town.sat(made, bad, 3)
    town.sat(made, absent, 2)
    assert month_of(town, 4) == []
    (counts,) = month_of(town, 3)
    assert (counts.due, counts.took_part, counts.passed) == (3, 2, 1)
    as_of = clock.at_local(date(2026, 2, 1), 12)
    (shown,) = month_report(town.session, Month(YEAR, 3), town.township, as_of).assessments
    assert shown.with_make_up is not None
    assert (shown.with_make_up.due, shown.with_make_up.took_part, shown.with_make_up.passed) == (3, 3, 2)
    found = town.figures()
    assert sides(found["exam.participation"]) == (2, 3)
    assert sides(found["exam.pass.due.with_make_up"]) == (2, 3)


def test_exempt_after_close_is_told_apart(town: Town) -> None:
    came, sick = town.settle(0, 2)
    contest = town.contest(3)
    town.sat(contest, came, 4)
    exempt(town, contest, sick, on(3, 20))
    (counts,) = month_of(town, 3)
    assert (counts.roster, counts.due, counts.exempt, counts.exempt_after_close) == (2, 1, 1, 1)
    assert counts.participation == 1
    assert sides(town.figures()["contest.participation"]) == (1, 1)


def test_an_exempt_person_who_hands_in(town: Town) -> None:
    _came, sick = town.settle(0, 2)
    contest = town.contest(3)
    exempt(town, contest, sick, on(3, 6))
    assert [(c.due, c.exempt) for c in month_of(town, 3)] == [(1, 1)]
    town.sat(contest, sick, 2, after=timedelta(days=3))
    (counts,) = month_of(town, 3)
    assert (counts.due, counts.exempt, counts.took_part, counts.passed) == (2, 0, 1, 0)
    assert sides(town.figures()["contest.participation"]) == (1, 2)
