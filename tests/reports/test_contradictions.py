"""Each kind of thing that does not fit, made by hand: listed in words, with where to mend it; and not otherwise."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.people.models import Person, RosterEntry
from studyhall.quizzes import fairness
from studyhall.quizzes.models import Assessment, Result, ScoreChange
from studyhall.reports.contradictions import Contradiction
from studyhall.reports.year import year_report
from studyhall.study import roll
from tests.factories import a_person, an_actor
from tests.reports.test_year_figures import YEAR, Town, on

NEXT_MAY = date(2026, 5, 1)
"""The reporting day, 1 March, has passed."""


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def listed(town: Town, rule: str, as_of: date = date(2026, 2, 1)) -> list[Contradiction]:
    town.session.flush()
    town.session.expire_all()
    report = year_report(town.session, YEAR, town.township, clock.at_local(as_of, 12))
    return [one for one in report.contradictions if one.rule == rule]


def exempt(town: Town, contest: Assessment, person: Person, day: date) -> RosterEntry:
    entry = town.session.scalars(
        sa.select(RosterEntry).where(
            RosterEntry.roster_id == contest.roster_id, RosterEntry.person_id == person.id
        )
    ).one()
    with clock.standing_at(clock.at_local(day, 10)):
        boss = a_person(town.session, town.township, starts_on=on(12, 1), roles=[(Role.ADMIN, town.township)])
        fairness.exempt(town.session, an_actor(town.session, boss), contest, entry.id, "sick", "李书记")
    return entry


def test_an_exam_of_three_beside_a_contest_of_two(town: Town) -> None:
    town.settle(0, 2)
    town.contest(2)
    assert listed(town, "rosters_differ") == []
    a_person(town.session, town.villages[0], starts_on=on(2, 20))
    exam = town.contest(3, kind="exam")
    (told,) = listed(town, "rosters_differ")
    assert told.words == "3月名册3人，2月名册2人，不是同一份名册。"
    assert (told.endpoint, told.values["assessment_id"]) == ("reports.people_behind", exam.id)


def test_an_exam_before_any_contest_is_held_against_the_first_one(town: Town) -> None:
    town.settle(0, 2)
    town.contest(1, kind="exam")
    a_person(town.session, town.villages[0], starts_on=on(1, 20))
    town.contest(2)
    (told,) = listed(town, "rosters_differ")
    assert told.words == "1月名册2人，2月名册3人，不是同一份名册。"


def test_few_people_at_the_lectures_beside_a_coverage_of_all(town: Town) -> None:
    people = town.settle(0, 5)
    town.hold(on(3, 9), "nine", away=tuple(people[1:]))
    assert listed(town, "times_beside_coverage") == []
    town.hold(on(3, 4), "theory")
    (told,) = listed(town, "times_beside_coverage")
    assert "逢九必讲1场1人次，平均每场1.0人，年度名册5人；覆盖率5/5" in told.words
    assert told.endpoint == "reports.year_behind_figure"


def test_due_days_that_nobody_explained(town: Town) -> None:
    town.settle(0)
    told = {one.words: one for one in listed(town, "unexplained_day", on(1, 20))}
    nine = next(one for words, one in told.items() if words.startswith("逢九必讲"))
    assert nine.words == "逢九必讲1月9日、1月19日没有登记，也没有写原因。"
    assert (nine.endpoint, nine.values["day"]) == ("study.year", "2025-01-09")


@pytest.mark.parametrize(("called", "why"), [(True, "没有一个人出席"), (False, "还没有点名")])
def test_a_session_with_nobody(town: Town, called: bool, why: str) -> None:
    people = tuple(town.settle(0, 2))
    meeting = town.hold(on(3, 4), "theory", away=people, called=called)
    (told,) = listed(town, "nobody_came")
    assert told.words == f"3月4日“讲法”记为办了，{why}。"
    assert (told.endpoint, told.values) == ("study.call", {"session_id": meeting.id})


def test_somebody_on_no_roster_all_year(town: Town) -> None:
    town.settle(0)
    town.contest(2)
    assert listed(town, "on_no_roster") == []
    late = a_person(town.session, town.villages[1], starts_on=on(11, 1), name="马晓东")
    (told,) = listed(town, "on_no_roster")
    assert told.words.startswith(f"马晓东（{town.villages[1].name}）在年度名册里") and late
    town.hold(on(12, 9), "nine", away=(late,))
    assert listed(town, "on_no_roster") == []


def test_an_exemption_without_an_approver(town: Town) -> None:
    _came, sick = town.settle(0, 2)
    contest = town.contest(3)
    entry = exempt(town, contest, sick, on(3, 6))
    assert listed(town, "no_approver") == []
    entry.approver = " "
    (told,) = listed(town, "no_approver")
    assert told.words == f"3月免了{sick.name}，没有写批准人。"
    assert (told.endpoint, told.values) == (
        "quizzes.roster_entry", {"assessment_id": contest.id, "entry_id": entry.id}
    )  # fmt: skip


def test_an_exemption_written_after_the_reporting_day(town: Town) -> None:
    _came, sick = town.settle(0, 2)
    contest = town.contest(3)
    entry = exempt(town, contest, sick, on(3, 6))
    assert listed(town, "entered_late", NEXT_MAY) == []
    entry.decided_at = clock.at_local(date(2026, 3, 1), 0)
    (told,) = listed(town, "entered_late", NEXT_MAY)
    assert told.words == f"3月免了{sick.name}，到2026年3月1日才写，上报日是3月1日。"
    assert told.values == {"assessment_id": contest.id, "entry_id": entry.id}
    assert listed(town, "entered_late", date(2026, 2, 28)) == []


def test_a_make_up_study_noted_after_the_reporting_day(town: Town) -> None:
    _here, away = town.settle(0, 2)
    meeting = town.hold(on(3, 4), "theory", away=(away,))
    assert listed(town, "entered_late", NEXT_MAY) == []
    entry = next(row.entry for row in roll.rows(town.session, meeting) if row.entry.person_id == away.id)
    late = clock.at_local(date(2026, 3, 2), 9)
    roll.make_up(town.session, None, meeting, entry.id, on(12, 1), "", late)
    (told,) = listed(town, "entered_late", NEXT_MAY)
    assert told.words == "有1条点名或补学是上报日3月1日以后才记、才改的。"
    assert told.endpoint == "study.year"


def test_a_score_moved_after_the_reporting_day(town: Town) -> None:
    (person,) = town.settle(0)
    contest = town.contest(3)
    town.sat(contest, person, 1)
    result = town.session.scalars(sa.select(Result).where(Result.assessment_id == contest.id)).one()

    def moved(at: date) -> None:
        town.session.add(
            ScoreChange(
                result_id=result.id, ruling="appeal", reason="申诉", decided_by=person.id,
                at=clock.at_local(at, 9),
            )
        )  # fmt: skip

    moved(on(4, 1))
    assert listed(town, "entered_late", NEXT_MAY) == []
    moved(NEXT_MAY - timedelta(days=1))
    moved(NEXT_MAY - timedelta(days=1))
    (told,) = listed(town, "entered_late", NEXT_MAY)
    assert told.words == "3月有1个成绩是上报日3月1日以后才改的。"
    assert (told.endpoint, told.values) == ("quizzes.scores", {"assessment_id": contest.id})
