"""The month's figures equal an independent count over raw rows, whatever the organisation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from studyhall.core.db import Database
from studyhall.people.models import Category, Person, Unit
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.upkeep import freeze_roster
from studyhall.reports.documents import month_document
from studyhall.reports.month import month_report
from tests.factories import LONG_AGO, a_bank_of, a_law, a_person, a_township, a_unit, an_assessment
from tests.reports.building import (
    CLOSES,
    LATER,
    MAY,
    OPENS,
    OPENS_ON,
    a_contest,
    announce_make_up,
    exempts,
    hands_in,
    makes_up,
    move,
    result_of,
)
from tests.reports.plain_count import month_of, raw


def report_of(session: Session, unit: Unit, at: datetime = LATER) -> dict[str, Any]:
    return month_document(month_report(session, MAY, unit, at))


def assert_equal_to_plain_count(session: Session, unit: Unit, at: datetime = LATER) -> None:
    session.flush()
    session.expire_all()
    paths = {row["code"]: row["path"] for row in raw(session, "unit")}
    for shown in report_of(session, unit, at)["assessments"]:
        assessment = raw(session, "assessment", id=shown["id"])[0]
        expected = month_of(session, assessment, str(OPENS_ON), unit.path)
        numbers = tuple(expected["total"])
        assert {name: shown[name] for name in numbers} == expected["total"]
        assert sorted(person["staff_no"] for person in shown["missing"]) == expected["missing"]
        rows = {paths[row["code"]]: {name: row[name] for name in numbers} for row in shown["units"]}
        assert rows == expected["units"]
        for name in ("due", "exempt", "exempt_after_close", "took_part", "passed", "excellent"):
            assert sum(row[name] for row in shown["units"]) == shown[name]
        if shown["with_make_up"] is not None:
            assert shown["with_make_up"] == expected["final"]


def test_somebody_who_moves_on_the_opening_day_counts_in_the_new_unit(session: Session) -> None:
    township = a_township(session)
    old, new = a_unit(session, "A", township), a_unit(session, "B", township)
    mover, stayer = a_person(session, old), a_person(session, old)
    move(session, mover, new, OPENS_ON)
    hands_in(session, a_contest(session, township), mover, 8000)
    units = {row["code"]: row for row in report_of(session, township)["assessments"][0]["units"]}
    assert (units["B"]["due"], units["B"]["took_part"]) == (1, 1)
    assert (units["A"]["due"], units["A"]["took_part"]) == (1, 0)
    assert_equal_to_plain_count(session, township)
    assert stayer.staff_no in [p["staff_no"] for p in report_of(session, old)["assessments"][0]["missing"]]


def test_somebody_who_leaves_inside_the_window_stays_due_in_the_old_unit(session: Session) -> None:
    township = a_township(session)
    old, new = a_unit(session, "A", township), a_unit(session, "B", township)
    mover = a_person(session, old)
    assessment = a_contest(session, township)
    move(session, mover, new, OPENS_ON + timedelta(days=5))
    hands_in(session, assessment, mover, 8000)
    units = {row["code"]: row for row in report_of(session, township)["assessments"][0]["units"]}
    assert set(units) == {"A"}
    assert_equal_to_plain_count(session, township)


def test_an_exemption_after_close_leaves_the_due_and_is_told_apart(session: Session) -> None:
    township = a_township(session)
    before, after, present = (a_person(session, township) for _ in range(3))
    assessment = a_contest(session, township)
    exempts(session, assessment, before)
    hands_in(session, assessment, present, 5900)
    exempts(session, assessment, after, after_close=True)
    shown = report_of(session, township)["assessments"][0]
    assert (shown["due"], shown["exempt"], shown["exempt_after_close"]) == (1, 2, 1)
    assert shown["participation"] == 1
    assert_equal_to_plain_count(session, township)


def test_an_exempt_person_who_hands_in_becomes_due(session: Session) -> None:
    township = a_township(session)
    person = a_person(session, township)
    assessment = a_contest(session, township)
    exempts(session, assessment, person)
    hands_in(session, assessment, person, 9000)
    shown = report_of(session, township)["assessments"][0]
    assert (shown["due"], shown["exempt"], shown["took_part"], shown["excellent"]) == (1, 0, 1, 1)
    assert_equal_to_plain_count(session, township)


def test_each_is_measured_by_his_own_full_mark(session: Session) -> None:
    """A voided question left out of the scale: 60 of 100 and 54 of 90 both just pass, 53.99 does not."""
    township = a_township(session)
    whole, short, under = (a_person(session, township) for _ in range(3))
    assessment = a_contest(session, township)
    hands_in(session, assessment, whole, 6000)
    hands_in(session, assessment, short, 5400, 9000)
    hands_in(session, assessment, under, 5399, 9000)
    assert report_of(session, township)["assessments"][0]["passed"] == 2
    assert_equal_to_plain_count(session, township)


def test_a_blank_paper_is_not_taking_part(session: Session) -> None:
    township = a_township(session)
    person = a_person(session, township)
    assessment = a_contest(session, township)
    hands_in(session, assessment, person, 0, answered=0)
    shown = report_of(session, township)["assessments"][0]
    assert (shown["due"], shown["took_part"], len(shown["missing"])) == (1, 0, 1)
    assert shown["pass_rate_present"] is None
    assert_equal_to_plain_count(session, township)


def test_the_make_up_stands_beside_the_main_run_not_in_it(session: Session) -> None:
    township = a_township(session)
    failed, absent = a_person(session, township), a_person(session, township)
    assessment = a_contest(session, township)
    hands_in(session, assessment, failed, 3000)
    makes_up(session, assessment, failed, 7000)
    makes_up(session, assessment, absent, 9500)
    assert report_of(session, township)["assessments"][0]["with_make_up"] is None
    announce_make_up(session, assessment)
    shown = report_of(session, township)["assessments"]
    assert len(shown) == 1
    assert (shown[0]["took_part"], shown[0]["passed"]) == (1, 0)
    assert (shown[0]["with_make_up"]["took_part"], shown[0]["with_make_up"]["passed"]) == (2, 2)
    assert_equal_to_plain_count(session, township)


@pytest.mark.parametrize(
    "setup",
    [
        {"published": False},
        {"kind": "mock"},
        {"counts_for": (2026, 4)},
        {"opens_at": LATER + timedelta(days=1), "closes_at": LATER + timedelta(days=2)},
    ],
)
def test_what_does_not_belong_to_the_month_is_left_out(session: Session, setup: dict[str, Any]) -> None:
    township = a_township(session)
    a_person(session, township)
    law = a_law(session).law_id
    a_bank_of(session, law, single=1)
    given = {"opens_at": OPENS, "closes_at": CLOSES} | setup
    an_assessment(session, township, [Line(law, "single", 1, 100)], **given)
    assert report_of(session, township)["assessments"] == []


def test_a_unit_beside_never_slips_into_a_unit_s_figures(session: Session) -> None:
    township = a_township(session)
    unit, longer, dashed = (a_unit(session, code, township) for code in ("01", "011", "01-1"))
    for where in (unit, longer, dashed):
        a_person(session, where)
    a_contest(session, township)
    assert report_of(session, unit)["assessments"][0]["due"] == 1
    for where in (township, unit, longer, dashed):
        assert_equal_to_plain_count(session, where)


@dataclass(frozen=True)
class Life:
    """What happens to one person in the month."""

    unit: int
    category: Category
    move: tuple[int, int] | None
    """To which unit, how many days from the opening day."""
    exempt: str
    attempts: tuple[tuple[int, int, int, int], ...]
    """Score, full mark, seconds, how many answered."""
    make_up: tuple[int, int] | None


marks = st.sampled_from([(10000, s) for s in (0, 5999, 6000, 8999, 9000, 10000)] + [(9000, 5400), (700, 419)])
lives = st.builds(
    Life,
    unit=st.integers(0, 5),
    category=st.sampled_from([Category.VILLAGE, Category.OFFICE, Category.UNCOUNTED]),
    move=st.none() | st.tuples(st.integers(0, 5), st.sampled_from([-3, 0, 1, 6])),
    exempt=st.sampled_from(["", "", "before", "after"]),
    attempts=st.lists(
        st.tuples(marks, st.integers(10, 900), st.sampled_from([0, 1, 1])).map(
            lambda one: (one[0][1], one[0][0], one[1], one[2])
        ),
        max_size=3,
    ).map(tuple),
    make_up=st.none() | marks.map(lambda one: (one[1], one[0])),
)


class _Seen(Exception):
    """Ends an example."""


@contextmanager
def thrown_away(database: Database) -> Iterator[Session]:
    """What an example wrote is gone before the next one."""
    with suppress(_Seen), database.writing() as session:
        yield session
        raise _Seen


@given(
    lives=st.lists(lives, max_size=12),
    rule=st.sampled_from(["best", "last", "first"]),
    capped=st.booleans(),
    contests=st.integers(1, 2),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_organisation_counts_the_same_twice(
    database: Database, lives: list[Life], rule: str, capped: bool, contests: int
) -> None:
    with thrown_away(database) as session:
        township = a_township(session)
        units = [township, *(a_unit(session, code, township) for code in ("01", "011", "01-1"))]
        units += [a_unit(session, "V1", units[1]), a_unit(session, "V2", units[1])]
        people = [a_person(session, units[life.unit], category=life.category) for life in lives]
        for life, person in zip(lives, people, strict=True):
            if life.move and units[life.move[0]] is not units[life.unit]:
                move(session, person, units[life.move[0]], OPENS_ON + timedelta(days=life.move[1]))
        for _ in range(contests):
            live_through(session, township, lives, people, rule=rule, capped=capped)
        for unit in units:
            assert_equal_to_plain_count(session, unit)


def live_through(
    session: Session, township: Unit, lives: list[Life], people: list[Person], *, rule: str, capped: bool
) -> None:
    law = a_law(session, f"测试法{session.scalar(sa.text('SELECT count(*) FROM law'))}").law_id
    a_bank_of(session, law, single=1)
    lines = [Line(law, "single", 1, 100)]
    try:
        assessment = an_assessment(
            session, township, lines, opens_at=OPENS, closes_at=CLOSES, counting_rule=rule, attempts_allowed=9
        )
    except Exception as refused:  # nobody is due: nothing can be published
        assert "没有应参加的人" in str(refused)
        return
    assessment.make_up_rule = "capped" if capped else "max"
    freeze_roster(session, assessment.id, OPENS)
    here = {r["person_id"] for r in raw(session, "result", assessment_id=assessment.id)}
    for life, person in zip(lives, people, strict=True):
        if person.id not in here:
            continue
        if life.exempt == "before":
            exempts(session, assessment, person)
        for score, full, seconds, answered in life.attempts:
            hands_in(session, assessment, person, score, full, seconds=seconds, answered=answered)
        result = result_of(session, assessment, person)
        if life.exempt == "after" and not result.took_part:
            exempts(session, assessment, person, after_close=True)
        elif life.make_up and result.due:
            makes_up(session, assessment, person, *life.make_up)
    announce_make_up(session, assessment)


def test_last_year_s_report_stays_when_a_unit_is_closed(session: Session) -> None:
    """The entry keeps the path of its day; the unit's successor takes over only from then on."""
    township = a_township(session)
    old, new = a_unit(session, "A", township), a_unit(session, "B", township)
    person = a_person(session, old, starts_on=LONG_AGO)
    hands_in(session, a_contest(session, township), person, 7000)
    before = report_of(session, township)
    old.closed_on, old.successor_id = date(2026, 6, 1), new.id
    move(session, person, new, date(2026, 6, 1))
    session.expire_all()
    assert report_of(session, township) == before
