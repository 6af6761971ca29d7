"""The year's figures: against an independent count for random organisations, and the cases that go wrong."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core import settings as office_settings
from studyhall.core.figures import Figure
from studyhall.core.periods import Month
from studyhall.people import exemptions, memberships, roster, units
from studyhall.people.models import Category, Person, Unit
from studyhall.quizzes import make_up, publishing
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment
from studyhall.quizzes.upkeep import freeze_roster
from studyhall.quizzes.whole_paper import sit
from studyhall.reports import year_behind
from studyhall.reports.month import month_report
from studyhall.reports.month_beside import beside
from studyhall.reports.year import YearReport, year_report
from studyhall.reports.year_lines import Window
from studyhall.reports.year_months import year_months
from studyhall.study import holding, own_study, roll, series
from studyhall.study.attendance import Mark
from studyhall.study.models import Series, StudySession
from tests.factories import a_bank_of, a_law, a_person, a_township, a_unit, an_actor
from tests.reports.year_count import Count

YEAR = 2025
NINES = (9, 19, 29)


def on(month: int, day: int) -> date:
    return date(YEAR, month, day)


class Town:
    """A county with a township of two villages; meetings and contests are added a line each."""

    def __init__(self, session: Session) -> None:
        self.session = session
        with clock.standing_at(clock.start_of(on(1, 1))):
            self.county = a_unit(session, "C1")
            self.township = a_township(session, "T1", self.county)
            # Codes that begin alike: a unit must never count for one whose code it begins with.
            self.villages = [a_unit(session, code, self.township) for code in ("01", "011", "01-1")]
            self.people: list[Person] = []
            self.law = a_law(session).law_id
            a_bank_of(session, self.law, judge=4)
            self.series = {
                code: series.keep(
                    session, None, self.township, series.Plan(code, name, rhythm, days, on(1, 1))
                )
                for code, name, rhythm, days in (
                    ("nine", "逢九必讲", "month_days", NINES),
                    ("theory", "集中学习", "none", ()),
                    ("lecture", "法治讲座", "none", ()),
                )
            }

    def settle(self, village: int, count: int = 1, category: str = Category.VILLAGE) -> list[Person]:
        where = self.villages[village]
        found = [a_person(self.session, where, starts_on=on(1, 1), category=category) for _ in range(count)]
        self.people += found
        return found

    def hold(
        self,
        day: date,
        *codes: str,
        away: tuple[Person, ...] = (),
        on_leave: tuple[Person, ...] = (),
        unit: Unit | None = None,
        called: bool = True,
    ) -> StudySession:
        now = clock.at_local(day, 17)
        kinds: list[Series] = [self.series[code] for code in codes]
        with clock.standing_at(now):
            meeting = holding.enter(
                self.session, None, self.township,
                holding.Entry(
                    "held", day, tuple((one.id, None) for one in kinds), topic="讲法",
                    rule=roster.Rule(((unit or self.township).path,), tuple(Category)),
                ),
                now,
            )  # fmt: skip
            if called:
                said = dict.fromkeys((person.id for person in away), Mark("absent"))
                said |= dict.fromkeys((person.id for person in on_leave), Mark("leave", "sick"))
                marks = {
                    row.entry.id: said.get(row.entry.person_id, Mark("present"))
                    for row in roll.rows(self.session, meeting)
                    if row.entry.state == "due"
                }
                roll.call(self.session, None, meeting, {}, marks, now)
        return meeting

    def contest(self, month: int, *, kind: str = "contest", first: int = 5, days: int = 5) -> Assessment:
        opens = clock.at_local(on(month, first), 9)
        with clock.standing_at(opens - timedelta(days=1)):
            found = publishing.draft(
                self.session, None, self.township,
                publishing.Setup(
                    kind, f"{month}月", (YEAR, month), opens, opens + timedelta(days=days), 20, 2, "best", 60,
                    90, "half", "after_hand_in", (Line(self.law, "judge", 4, 2500),),
                    roster.Rule((self.township.path,), tuple(Category)),
                ),
                clock.now(),
            )  # fmt: skip
            publishing.publish(self.session, None, found, clock.now())
        with clock.standing_at(opens):
            freeze_roster(self.session, found.id, opens)
        return found

    def sat(
        self, found: Assessment, person: Person, right: int, after: timedelta = timedelta(hours=1)
    ) -> None:
        begins = found.opens_at + after
        with clock.standing_at(begins):
            actor = an_actor(self.session, person)
        sit(self.session, actor, found,
            lambda paper: [["true" if place < right else "false"] for place, _ in enumerate(paper)],
            begins, timedelta(minutes=5))  # fmt: skip

    def figures(self, unit: Unit | None = None, as_of: date = date(2026, 2, 1)) -> dict[str, Figure]:
        moment = clock.at_local(as_of, 12)
        self.session.flush()
        self.session.expire_all()
        report = year_report(self.session, YEAR, unit or self.township, moment)
        code = (unit or self.township).code
        count = Count(self.session, YEAR, code, moment)
        counted = count.figures()
        assert {f.key: (f.numerator, f.denominator, f.value) for f in report.figures} == counted
        for figure in report.figures:
            self.opens_as_many_as_it_counts(report, figure)
        self.months_are_counted_alike(report, count)
        return {figure.key: figure for figure in report.figures}

    def months_are_counted_alike(self, report: YearReport, count: Count) -> None:
        """Unit × month, and what stands beside each month's contests: meetings, categories, the month before."""
        cells = {
            (row.code, month): (cell.took_part, cell.due)
            for row in year_months(self.session, report.scope).rows
            for month, cell in enumerate(row.months, 1)
        }
        told = count.cells()
        assert {key: cell for key, cell in cells.items() if cell != (0, 0) or key in told} == told
        events = {one["id"]: one for kind in ("contest", "exam") for one in count.events(kind)}
        for number in range(1, report.scope.until.month + 1):
            month = month_report(self.session, Month(YEAR, number), report.unit, report.scope.as_of)
            shown = beside(self.session, month)
            assert [
                (one.due, one.present, one.leave, one.absent, one.made_up) for one in shown.sessions.sessions
            ] == count.month_sessions(number)
            for one in month.assessments:
                assert {
                    category: (counts.due, counts.took_part, counts.passed)
                    for category, counts in shown.by_category[one.assessment.id].items()
                } == count.categories(events[one.assessment.id])
            for compared in shown.compared:
                for then, counts in ((-1, compared.then), (0, compared.now)):
                    assert (
                        counts.due, counts.exempt, counts.took_part, counts.passed, counts.excellent,
                    ) == count.month_rates(compared.kind, number + then)  # fmt: skip

    def opens_as_many_as_it_counts(self, report: YearReport, figure: Figure) -> None:
        numerator, denominator = figure.numerator or 0, figure.denominator or 0
        counted = {"numerator": numerator, "denominator": denominator, "rest": denominator - numerator}
        for side in year_behind.sides_of(figure.key):
            found = year_behind.behind(self.session, report.scope, figure.key, side, Window(limit=500))
            assert found is not None
            assert (found.total, len(found.lines)) == (counted[side],) * 2, (figure.key, side)


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def sides(figure: Figure) -> tuple[int | None, int | None]:
    return figure.numerator, figure.denominator


def test_an_empty_year_divides_by_nothing(town: Town) -> None:
    found = town.figures()
    assert found["contest.participation"].value is None and found["study.coverage"].value is None
    assert found["study.sessions.nine"].numerator == 0 and found["study.sessions.nine.due"].numerator == 35


def test_a_meeting_under_two_series_counts_in_each_and_once_in_the_whole(town: Town) -> None:
    town.settle(0, 3)
    town.hold(on(3, 19), "nine", "theory")
    found = town.figures()
    assert (found["study.sessions.nine"].numerator, found["study.sessions.theory"].numerator) == (1, 1)
    assert (found["study.person_times"].numerator, found["study.person_times.nine"].numerator) == (3, 3)


def test_a_merged_day_is_not_held_and_has_no_attendees(town: Town) -> None:
    town.settle(0, 3)
    other = town.hold(on(5, 29), "theory")
    holding.merge(
        town.session, None, town.township, town.series["nine"], on(5, 29), other, clock.at_local(on(5, 30), 9)
    )
    found = town.figures()
    assert (found["study.sessions.nine"].numerator, found["study.person_times.nine"].numerator) == (0, 0)
    assert found["study.person_times"].numerator == 3


def test_a_moved_meeting_is_held(town: Town) -> None:
    town.settle(0)
    nine = town.series["nine"]
    now = clock.at_local(on(3, 20), 17)
    with clock.standing_at(now):
        meeting = holding.enter(
            town.session, None, town.township,
            holding.Entry("held", on(3, 20), ((nine.id, on(3, 19)),), topic="讲法",
                          rule=roster.Rule((town.township.path,), tuple(Category))),
            now,
        )  # fmt: skip
    assert meeting.is_moved and town.figures()["study.sessions.nine"].numerator == 1


def test_leave_stays_in_the_due_and_made_up_is_beside(town: Town) -> None:
    here, away = town.settle(0, 2)
    meeting = town.hold(on(3, 4), "theory", on_leave=(away,))
    assert sides(town.figures()["study.attendance"]) == (1, 2)
    assert sides(town.figures()["study.coverage"]) == (1, 2)
    entry = next(row.entry for row in roll.rows(town.session, meeting) if row.entry.person_id == away.id)
    roll.make_up(town.session, None, meeting, entry.id, on(4, 1), "", clock.at_local(on(4, 1), 9))
    found = town.figures()
    assert sides(found["study.attendance"]) == (1, 2) and sides(found["study.coverage"]) == (2, 2)
    assert found["study.person_times"].numerator == 1 and here


def test_who_is_exempt_is_not_due_at_a_meeting(town: Town) -> None:
    here, sick = town.settle(0, 2)
    exemptions.grant(
        town.session, sick.id, "sick", "李书记", on(3, 1), on(3, 31), decided_by=None
    )  # fmt: skip
    town.hold(on(3, 4), "theory")
    town.hold(on(4, 4), "theory")
    assert sides(town.figures()["study.attendance"]) == (3, 3) and here


def test_a_withdrawn_contest_stands_in_no_figure(town: Town) -> None:
    first, second = town.settle(0, 2)
    for month in (3, 4):
        contest = town.contest(month)
        town.sat(contest, first, 4)
    contest.withdrawn_at = contest.opens_at
    town.sat(town.contest(5), second, 4)
    found = town.figures()
    assert sides(found["contest.participation"]) == (2, 4)
    assert (
        month_report(
            town.session, Month(YEAR, 4), town.township, clock.at_local(date(2026, 2, 1), 12)
        ).assessments
        == ()
    )


def test_contests_do_not_make_anybody_covered(town: Town) -> None:
    (person,) = town.settle(0)
    town.sat(town.contest(3), person, 4)
    found = town.figures()
    assert sides(found["study.coverage"]) == (0, 1) and sides(found["contest.participation.ever"]) == (1, 1)


def test_self_study_covers_and_counts_entries(town: Town) -> None:
    (person,) = town.settle(0)
    for month in (3, 4):
        moment = clock.at_local(on(month, 2), 20)
        with clock.standing_at(moment):
            actor = an_actor(town.session, person)
            own_study.log(town.session, actor, "民法典", 1042, 0, moment)
            own_study.log(town.session, actor, "民法典", 1042, 0, moment)
    found = town.figures()
    assert found["study.self_study"].numerator == 2 and sides(found["study.coverage"]) == (1, 1)


def test_who_is_exempt_all_year_is_not_on_the_year_roster(town: Town) -> None:
    first, second, third = town.settle(0, 3)
    exemptions.grant(town.session, first.id, "sick", "李书记", date(2024, 6, 1), None, decided_by=None)
    exemptions.grant(town.session, second.id, "sick", "李书记", on(1, 2), None, decided_by=None)
    assert town.figures()["study.coverage"].denominator == 2 and third


def test_due_belongs_to_the_unit_that_keeps_the_series(town: Town) -> None:
    town.settle(0)
    town.hold(on(3, 19), "nine")
    below, above = town.figures(town.villages[0]), town.figures(town.county)
    assert below["study.sessions.nine"].numerator == 1 and below["study.sessions.nine.due"].numerator is None
    assert above["study.sessions.nine"].numerator is None
    assert above["study.sessions.nine.due"].numerator is None
    assert above["study.person_times.nine"].numerator == 1


def test_meetings_of_a_village_s_own_series_are_not_among_the_townships(town: Town) -> None:
    """The list behind the number holds what the number counts, and no more."""
    town.settle(0, 2)
    plan = series.Plan("theory", "村里的学习", "none", (), on(1, 1))
    kept = series.keep(town.session, None, town.villages[0], plan)
    town.hold(on(3, 4), "theory")
    now = clock.at_local(on(3, 5), 17)
    with clock.standing_at(now):
        holding.enter(
            town.session, None, town.villages[0],
            holding.Entry("held", on(3, 5), ((kept.id, None),), topic="村里讲法",
                          rule=roster.Rule((town.villages[0].path,), tuple(Category))),
            now,
        )  # fmt: skip
    assert town.figures()["study.sessions.theory"].numerator == 1
    assert town.figures(town.villages[0])["study.sessions.theory"].numerator == 2


def test_who_took_part_once_is_told_by_his_contests(town: Town) -> None:
    came, never = town.settle(0, 2)
    town.sat(town.contest(2), came, 4)
    town.contest(3)
    report = year_report(town.session, YEAR, town.township, clock.at_local(date(2026, 2, 1), 12))
    found = year_behind.behind(
        town.session, report.scope, "contest.participation.ever", "denominator", Window()
    )
    told = {line.staff_no: line.record for line in found.lines}
    assert told == {
        came.staff_no: "应参加2场月月赛，参加1场",
        never.staff_no: "应参加2场月月赛，参加0场",
    }


def test_a_unit_counts_its_own_entries_only(town: Town) -> None:
    town.settle(0, 2)
    town.settle(1, 3)
    town.settle(2, 4)
    town.hold(on(3, 19), "nine")
    town.hold(on(4, 9), "nine", unit=town.villages[1])
    found = town.figures(town.villages[0])
    assert (found["study.sessions.nine"].numerator, found["study.person_times"].numerator) == (1, 2)
    assert town.figures(town.villages[1])["study.person_times"].numerator == 6


def test_a_village_merged_in_march_changes_no_past_figure(town: Town) -> None:
    (person,) = town.settle(0)
    town.sat(town.contest(2), person, 4)
    units.close(town.session, town.villages[0], on(3, 15), town.villages[1])
    town.sat(town.contest(4), person, 4)
    assert sides(town.figures(town.villages[0])["contest.participation"]) == (1, 1)
    assert sides(town.figures(town.villages[1])["contest.participation"]) == (1, 1)
    assert town.figures(town.villages[0])["study.coverage"].denominator == 0


def test_a_transfer_inside_a_window_leaves_the_due_where_it_was(town: Town) -> None:
    (person,) = town.settle(0)
    contest = town.contest(3, days=20)
    membership = memberships.counting_on(town.session, person.id, on(3, 9))
    memberships.transfer(town.session, membership, town.villages[1].id, on(3, 10))
    town.sat(contest, person, 4)
    assert sides(town.figures(town.villages[0])["contest.participation"]) == (1, 1)
    assert sides(town.figures(town.villages[1])["contest.participation"]) == (0, 0)


def test_in_a_running_year_days_to_come_are_not_due(town: Town) -> None:
    town.settle(0)
    found = town.figures(as_of=on(3, 19))
    assert found["study.sessions.nine.due"].numerator == 7
    assert "截至3月19日" in found["study.sessions.nine.due"].rule


def test_what_is_still_open_counts_as_it_stands_and_says_so(town: Town) -> None:
    town.settle(0, 2)
    contest = town.contest(3)
    town.sat(contest, town.people[0], 4)
    found = town.figures(as_of=on(3, 7))
    assert (
        sides(found["contest.participation"]) == (1, 2) and "还在进行" in found["contest.participation"].rule
    )


@pytest.mark.parametrize(("set_to", "late"), [(None, True), ("03-15", False), ("02-20", True)])
def test_what_is_entered_after_the_reporting_day_is_listed(
    town: Town, set_to: str | None, late: bool
) -> None:
    """1 March unless the office, or one above it, has said another day."""
    town.settle(0)
    meeting = town.hold(on(5, 9), "nine")
    meeting.recorded_at = clock.at_local(date(2026, 3, 1), 9)
    if set_to:
        office_settings.set_value(town.session, town.county.id, town.county.path, "report_by", set_to)
    town.session.flush()
    report = year_report(town.session, YEAR, town.township, clock.at_local(date(2026, 4, 1), 9))
    told = [one.words for one in report.contradictions if one.rule == "entered_late"]
    assert bool(told) is late
    if told:
        day = "3月1日" if set_to is None else "2月20日"
        assert told == [f"5月9日“讲法”到2026年3月1日才登记，上报日是{day}。"]


def test_make_ups_stand_beside_only_what_they_change(town: Town) -> None:
    good, bad = town.settle(0, 2)
    exam = town.contest(3, kind="exam")
    town.sat(exam, good, 4)
    town.sat(exam, bad, 1)
    plan = make_up.Plan("补考", exam.closes_at + timedelta(days=1), exam.closes_at + timedelta(days=3))
    made = make_up.set_up(town.session, None, exam, plan, exam.closes_at)
    town.sat(made, bad, 3)
    found = town.figures()
    assert sides(found["exam.pass.due"]) == (1, 2) and sides(found["exam.pass.due.with_make_up"]) == (2, 2)
    assert "exam.participation.with_make_up" not in found
    keys = list(found)
    assert keys.index("exam.pass.due.with_make_up") == keys.index("exam.pass.due") + 1


chance = st.integers(0, 9)


@pytest.mark.slow
@settings(max_examples=12, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip
@given(data=st.data())
def test_any_organisation_is_counted_alike(session: Session, data: st.DataObject) -> None:
    """Transfers, exemptions, several attempts, make-ups, meetings under two series, late entries."""
    trial = session.begin_nested()
    try:
        _any_organisation(Town(session), data)
    finally:
        session.expunge_all()
        trial.rollback()


def _any_organisation(town: Town, data: st.DataObject) -> None:
    for village in range(3):
        count = data.draw(st.integers(0, 3), label=f"people of {village}")
        town.settle(village, count, category=data.draw(st.sampled_from((Category.VILLAGE, Category.OFFICE))))
    for person in town.people:
        fate = data.draw(chance)
        day = on(data.draw(st.integers(1, 12)), data.draw(st.integers(2, 28)))
        if fate == 0:
            membership = memberships.counting_on(town.session, person.id, day)
            other = town.villages[data.draw(st.integers(0, 2))]
            if other.id != membership.unit_id:
                memberships.transfer(town.session, membership, other.id, day)
        elif fate == 1:
            memberships.leave(town.session, memberships.counting_on(town.session, person.id, day), day)
        elif fate == 2:
            first = data.draw(st.sampled_from((date(2024, 1, 1), day)))
            until = data.draw(st.sampled_from((None, date(2026, 1, 1), day + timedelta(days=40))))
            exemptions.grant(town.session, person.id, "sick", "李书记", first, until, decided_by=None)
    for month in data.draw(st.lists(st.integers(1, 12), max_size=3, unique=True)):
        kind = data.draw(st.sampled_from(("contest", "contest", "exam")))
        _one_contest(town, month, kind, data)
    for _ in range(data.draw(st.integers(0, 4))):
        codes = data.draw(
            st.sampled_from((("nine",), ("theory",), ("nine", "lecture"), ("theory", "lecture")))
        )
        day = on(data.draw(st.integers(1, 12)), data.draw(st.sampled_from((4, 9, 19, 28))))
        unit = data.draw(st.sampled_from((None, *town.villages)))
        away = tuple(p for p in town.people if data.draw(chance) < 3)
        on_leave = tuple(p for p in town.people if data.draw(chance) < 2)
        _try(
            lambda d=day, c=codes, a=away, e=on_leave, u=unit: town.hold(
                d, *c, away=a, on_leave=e, unit=u, called=data.draw(chance) > 0
            )
        )
    as_of = data.draw(st.sampled_from((date(2026, 2, 1), on(6, 15), on(12, 31))))
    for unit in (town.township, *town.villages, town.county):
        town.figures(unit, as_of)


def _one_contest(town: Town, month: int, kind: str, data: st.DataObject) -> None:
    made = _try(lambda: town.contest(month, kind=kind))
    if made is None:
        return
    listed = {entry.person_id for entry in roster.entries_of(town.session, made.roster_id)}
    for person in town.people:
        for _ in range(data.draw(st.integers(0, 2)) if person.id in listed else 0):
            town.sat(made, person, data.draw(st.integers(0, 4)))
    if data.draw(chance) < 4:
        plan = make_up.Plan("补考", made.closes_at + timedelta(days=1), made.closes_at + timedelta(days=3))
        second = _try(lambda: make_up.set_up(town.session, None, made, plan, made.closes_at))
        if second is not None:
            waiting = {entry.person_id for entry in roster.entries_of(town.session, second.roster_id)}
            for person in town.people:
                if person.id in waiting and data.draw(chance) < 7:
                    town.sat(second, person, data.draw(st.integers(0, 4)))


def _try(act):
    """What the rules refuse (a doubled day, nobody expected, nobody to make up) simply does not happen."""
    from studyhall.core.errors import Refused

    try:
        return act()
    except Refused:
        return None
