"""补考: who it is for, what it writes where, and what it never changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.access import Actor
from studyhall.core.errors import Refused
from studyhall.core.periods import Month
from studyhall.people.models import Person, RosterEntry, Unit
from studyhall.quizzes import elsewhere, fairness, make_up, taking, voiding
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem, Result, ScoreChange
from studyhall.quizzes.whole_paper import sit
from studyhall.reports.month import month_report
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, an_actor, an_assessment

DAY = timedelta(days=1)
MINUTES = timedelta(minutes=9)


@dataclass
class Exam:
    """A township of four who sat an exam of ten judges: all right, half right, nothing right, not there."""

    township: Unit
    admin: Actor
    people: list[Person]
    assessment: Assessment


def answers(right: int):
    return lambda paper: [["true" if place < right else "false"] for place, _ in enumerate(paper)]


def sat(session: Session, exam: Exam, person: Person, right: int, at=NOON) -> taking.Receipt:
    return sit(session, an_actor(session, person), exam.assessment, answers(right), at, MINUTES)


@pytest.fixture
def exam(session: Session) -> Exam:
    township = a_township(session)
    people = [a_person(session, township, name=name) for name in ("甲", "乙", "丙", "丁")]
    law = a_law(session).law_id
    a_bank_of(session, law, judge=10)
    assessment = an_assessment(
        session, township, [Line(law, "judge", 10, 1000)], kind="exam", title="年度考试", pass_percent=60
    )
    found = Exam(township, an_actor(session, a_person(session, None, name="管理员")), people, assessment)
    for person, right in zip(people, (10, 5, 0), strict=False):
        sat(session, found, person, right)
    return found


def result_of(session: Session, assessment: Assessment, person: Person) -> Result:
    session.expire_all()
    return session.scalars(
        sa.select(Result).where(Result.assessment_id == assessment.id, Result.person_id == person.id)
    ).one()


def plan(exam: Exam, *who: str, rule: str = "max") -> make_up.Plan:
    opens = exam.assessment.closes_at + DAY
    return make_up.Plan("年度考试补考", opens, opens + 3 * DAY, frozenset(who or make_up.LISTS), rule)


def held(session: Session, exam: Exam, *who: str, rule: str = "max") -> Assessment:
    return make_up.set_up(
        session, exam.admin, exam.assessment, plan(exam, *who, rule=rule), exam.assessment.closes_at
    )


def sat_make_up(session: Session, made: Assessment, person: Person, right: int) -> None:
    sit(session, an_actor(session, person), made, answers(right), made.opens_at, MINUTES)


@pytest.mark.parametrize(("who", "names"), [("absent", ["丁"]), ("failed", ["乙", "丙"])])
def test_each_list_has_its_own_people(session: Session, exam: Exam, who: str, names: list[str]) -> None:
    made = held(session, exam, who)
    found = session.scalars(sa.select(Result.person_id).where(Result.assessment_id == made.id)).all()
    assert sorted(session.get_one(Person, one).name for one in found) == sorted(names)


def test_the_better_run_is_final_and_the_main_run_stays(session: Session, exam: Exam) -> None:
    made = held(session, exam)
    sat_make_up(session, made, exam.people[1], 8)
    result = result_of(session, exam.assessment, exam.people[1])
    assert (result.score, result.passed) == (5000, False)
    assert (result.make_up_score, result.final_score, result.final_passed) == (8000, 8000, True)


def test_a_worse_make_up_changes_nothing_final(session: Session, exam: Exam) -> None:
    made = held(session, exam)
    sat_make_up(session, made, exam.people[1], 3)
    result = result_of(session, exam.assessment, exam.people[1])
    assert (result.final_score, result.final_passed) == (5000, False)


def test_a_capped_make_up_earns_the_pass_mark(session: Session, exam: Exam) -> None:
    made = held(session, exam, rule="capped")
    sat_make_up(session, made, exam.people[1], 10)
    result = result_of(session, exam.assessment, exam.people[1])
    assert (result.final_score, result.final_passed, result.final_excellent) == (6000, True, False)


def test_who_was_absent_takes_part_only_in_the_final(session: Session, exam: Exam) -> None:
    made = held(session, exam)
    sat_make_up(session, made, exam.people[3], 7)
    result = result_of(session, exam.assessment, exam.people[3])
    assert (result.took_part, result.final_took_part, result.final_passed) == (False, True, True)


def test_marchs_make_up_held_in_april_stays_with_march(session: Session, exam: Exam) -> None:
    made = held(session, exam)
    sat_make_up(session, made, exam.people[1], 8)
    month = month_report(session, exam.assessment.counts_for, exam.township, NOON + 60 * DAY)
    after = month_report(session, Month.of((NOON + 30 * DAY).date()), exam.township, NOON + 60 * DAY)
    assert [one.assessment.id for one in month.assessments] == [exam.assessment.id]
    assert (month.assessments[0].total.passed, month.assessments[0].with_make_up.passed) == (1, 2)
    assert not after.assessments


def test_nobody_else_can_sit_it(session: Session, exam: Exam) -> None:
    made = held(session, exam, "failed")
    with pytest.raises(Refused):
        sat_make_up(session, made, exam.people[0], 9)


def test_no_make_up_before_the_end_none_for_nobody_none_twice_at_once(session: Session, exam: Exam) -> None:
    with pytest.raises(Refused):
        make_up.set_up(session, exam.admin, exam.assessment, plan(exam), NOON)
    made = held(session, exam)
    with pytest.raises(Refused):
        held(session, exam)
    with pytest.raises(Refused):
        make_up.set_up(session, exam.admin, made, plan(exam), made.closes_at)


def entry_of(session: Session, assessment: Assessment, person: Person) -> RosterEntry:
    return session.scalars(
        sa.select(RosterEntry).where(
            RosterEntry.roster_id == assessment.roster_id, RosterEntry.person_id == person.id
        )
    ).one()


def test_who_sat_the_make_up_is_not_exempted_afterwards(session: Session, exam: Exam) -> None:
    made = held(session, exam)
    sat_make_up(session, made, exam.people[3], 7)
    entry = entry_of(session, exam.assessment, exam.people[3])
    with pytest.raises(Refused, match="已经参加"):
        fairness.exempt(session, exam.admin, exam.assessment, entry.id, "sick", "李文生")
    assert result_of(session, exam.assessment, exam.people[3]).due


def test_who_is_exempted_and_sits_the_make_up_is_due_again(session: Session, exam: Exam) -> None:
    made = held(session, exam)
    entry = entry_of(session, exam.assessment, exam.people[3])
    fairness.exempt(session, exam.admin, exam.assessment, entry.id, "sick", "李文生")
    assert not result_of(session, exam.assessment, exam.people[3]).due
    sat_make_up(session, made, exam.people[3], 7)
    result = result_of(session, exam.assessment, exam.people[3])
    assert (result.due, result.final_took_part, result.final_passed) == (True, True, True)
    assert entry_of(session, exam.assessment, exam.people[3]).state == "due"


def test_nobody_is_added_to_a_make_up_who_was_not_expected_the_first_time(
    session: Session, exam: Exam
) -> None:
    made = held(session, exam, "failed")
    stranger = a_person(session, exam.township, name="新来的")
    with pytest.raises(Refused, match="正考的名册里没有"):
        fairness.add_late(session, exam.admin, made, stranger.id, "漏了", "李文生")
    fairness.add_late(session, exam.admin, made, exam.people[3].id, "出差回来", "李文生")
    sat_make_up(session, made, exam.people[3], 7)
    assert result_of(session, exam.assessment, exam.people[3]).final_passed


def version_at(session: Session, exam: Exam, person: Person, position: int) -> int:
    return session.scalars(
        sa.select(AttemptItem.version_id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(
            Attempt.assessment_id == exam.assessment.id,
            Attempt.person_id == person.id,
            AttemptItem.position == position,
        )
    ).one()


def test_a_voided_question_gives_everybody_its_points(session: Session, exam: Exam) -> None:
    version = version_at(session, exam, exam.people[2], 1)
    moved = voiding.rule(session, exam.admin, exam.assessment, version, "full", "题干不清", NOON)
    assert "丙" in {one.name for one in moved} and "甲" not in {one.name for one in moved}
    assert result_of(session, exam.assessment, exam.people[2]).score == 1000
    change = session.scalars(sa.select(ScoreChange)).first()
    assert (change.ruling, change.reason, change.new_score - change.old_score) == ("void", "题干不清", 1000)


def test_a_question_left_out_changes_the_full_mark(session: Session, exam: Exam) -> None:
    version = version_at(session, exam, exam.people[0], 1)
    voiding.rule(session, exam.admin, exam.assessment, version, "left_out", "删去", NOON)
    result = result_of(session, exam.assessment, exam.people[0])
    assert (result.score, result.full, result.excellent) == (9000, 9000, True)


def test_a_new_key_grades_everybody_again(session: Session, exam: Exam) -> None:
    version = version_at(session, exam, exam.people[0], 1)
    voiding.rule(session, exam.admin, exam.assessment, version, "re_key", "答案错了", NOON, key=False)
    assert result_of(session, exam.assessment, exam.people[0]).score == 9000
    assert result_of(session, exam.assessment, exam.people[2]).score == 1000


def test_asking_first_changes_nothing(session: Session, exam: Exam) -> None:
    version = version_at(session, exam, exam.people[2], 1)
    moved = voiding.what_would_move(session, exam.admin, exam.assessment, version, "full", NOON)
    assert moved and result_of(session, exam.assessment, exam.people[2]).score == 0
    assert not session.scalar(sa.select(sa.func.count()).select_from(ScoreChange))


def test_a_paper_handed_in_after_the_ruling_is_graded_by_it(session: Session, exam: Exam) -> None:
    version = version_at(session, exam, exam.people[0], 1)
    voiding.rule(session, exam.admin, exam.assessment, version, "full", "题干不清", NOON)
    sat(session, exam, exam.people[3], 0, NOON + timedelta(hours=1))
    assert result_of(session, exam.assessment, exam.people[3]).score == 1000


def test_a_void_needs_a_reason_and_somebody_who_was_dealt_it(session: Session, exam: Exam) -> None:
    version = version_at(session, exam, exam.people[0], 1)
    with pytest.raises(Refused):
        voiding.rule(session, exam.admin, exam.assessment, version, "full", " ", NOON)
    with pytest.raises(Refused):
        voiding.rule(session, exam.admin, exam.assessment, version + 10_000, "full", "没有这题", NOON)


def test_a_void_of_the_make_up_reaches_its_parent(session: Session, exam: Exam) -> None:
    made = held(session, exam)
    sat_make_up(session, made, exam.people[1], 5)
    wrong = session.scalars(
        sa.select(AttemptItem.version_id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(Attempt.assessment_id == made.id, AttemptItem.position == 10)
    ).one()
    voiding.rule(session, exam.admin, made, wrong, "full", "题干不清", made.closes_at)
    result = result_of(session, exam.assessment, exam.people[1])
    assert (result.make_up_score, result.final_passed) == (6000, True)


def given(person: Person, score: int) -> elsewhere.Given:
    return elsewhere.Given(person.staff_no, score, 10000)


def test_results_from_elsewhere_count_like_others(session: Session, exam: Exam) -> None:
    rows = [given(exam.people[3], 9500)]
    assert elsewhere.bring_in(session, exam.admin, exam.assessment, rows, NOON) == 1
    result = result_of(session, exam.assessment, exam.people[3])
    assert (result.took_part, result.passed, result.excellent, result.source) == (
        True,
        True,
        True,
        "elsewhere",
    )
    assert elsewhere.bring_in(session, exam.admin, exam.assessment, rows, NOON) == 0


@pytest.mark.parametrize("fault", ["stranger", "sat here", "above the full mark", "twice"])
def test_one_bad_row_holds_them_all(session: Session, exam: Exam, fault: str) -> None:
    good = given(exam.people[3], 8000)
    rows = {
        "stranger": [good, elsewhere.Given("X99", 8000, 10000)],
        "sat here": [good, given(exam.people[0], 8000)],
        "above the full mark": [elsewhere.Given(exam.people[3].staff_no, 10100, 10000)],
        "twice": [good, good],
    }[fault]
    with pytest.raises(Refused):
        elsewhere.bring_in(session, exam.admin, exam.assessment, rows, NOON)
    assert not result_of(session, exam.assessment, exam.people[3]).took_part


def test_a_corrected_row_leaves_the_old_score_readable(session: Session, exam: Exam) -> None:
    elsewhere.bring_in(session, exam.admin, exam.assessment, [given(exam.people[3], 5000)], NOON)
    elsewhere.bring_in(session, exam.admin, exam.assessment, [given(exam.people[3], 7000)], NOON)
    change = session.scalars(sa.select(ScoreChange)).one()
    assert (change.old_score, change.new_score, change.ruling) == (5000, 7000, "override")
