"""Opening, saving, handing in: nothing gets lost, nothing counts twice, nothing is anybody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.asked import asked
from studyhall.bank.models import QuestionVersion
from studyhall.core.access import Actor
from studyhall.core.errors import Missing, Refused
from studyhall.people.models import Person, RosterEntry, Unit
from studyhall.quizzes import fairness, taking
from studyhall.quizzes.answers import BadAnswer, shown_answer
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem, Result
from studyhall.quizzes.taking import Saved
from tests.factories import (
    NOON,
    a_bank_of,
    a_device,
    a_law,
    a_person,
    a_question,
    a_township,
    an_actor,
    an_assessment,
)

MINUTE = timedelta(minutes=1)


@dataclass
class Room:
    """A township, a contest of five questions, and one cadre at his phone."""

    township: Unit
    person: Person
    actor: Actor
    assessment: Assessment


@pytest.fixture
def room(session: Session) -> Room:
    township = a_township(session)
    person = a_person(session, township)
    law = a_law(session).law_id
    a_bank_of(session, law, single=6, multiple=3, judge=3)
    lines = [Line(law, "single", 3, 400), Line(law, "multiple", 1, 600), Line(law, "judge", 1, 400)]
    assessment = an_assessment(session, township, lines, attempts_allowed=2)
    return Room(township, person, an_actor(session, person), assessment)


def begin(session: Session, room: Room, at=NOON) -> Attempt:
    return taking.begin(session, room.actor, room.assessment, at)


def items(session: Session, attempt: Attempt) -> list[AttemptItem]:
    return list(
        session.scalars(
            sa.select(AttemptItem)
            .where(AttemptItem.attempt_id == attempt.id)
            .order_by(AttemptItem.position)
            .execution_options(populate_existing=True)
        )
    )


def right(session: Session, item: AttemptItem) -> list[str]:
    """What a form sends for the right answer, in the letters of the paper."""
    question = asked(session, [item.version_id])[item.version_id]
    if question.kind == "judge":
        return ["true" if question.answer else "false"]
    return list(shown_answer(question.answer, item.option_order))


def save(session: Session, room: Room, attempt: Attempt, position: int, given: list[str], at=NOON, **how):
    sheet = taking.own_sheet(session, attempt.id, room.actor, lock=True)
    return taking.save(session, sheet, room.actor, position, given, at, **how)


def result_of(session: Session, room: Room) -> Result:
    return session.scalars(
        sa.select(Result)
        .where(Result.assessment_id == room.assessment.id, Result.person_id == room.person.id)
        .execution_options(populate_existing=True)
    ).one()


def test_opening_deals_the_blueprint(session: Session, room: Room) -> None:
    attempt = begin(session, room)
    kinds = [asked(session, [i.version_id])[i.version_id].kind for i in items(session, attempt)]
    assert kinds == ["single"] * 3 + ["multiple", "judge"]
    assert attempt.deadline == NOON + 30 * MINUTE


def test_a_second_click_opens_no_second_paper(session: Session, room: Room) -> None:
    assert begin(session, room).id == begin(session, room, NOON + MINUTE).id


def test_a_paper_opened_late_ends_with_the_window(session: Session, room: Room) -> None:
    attempt = begin(session, room, room.assessment.closes_at - 5 * MINUTE)
    assert attempt.deadline == room.assessment.closes_at


def test_all_right_is_the_full_mark(session: Session, room: Room) -> None:
    attempt = begin(session, room)
    for item in items(session, attempt):
        outcome = save(session, room, attempt, item.position, right(session, item))
        assert outcome.word is Saved.STORED
    taking.hand_in(session, attempt.id, room.actor, NOON + 10 * MINUTE)
    result = result_of(session, room)
    assert (result.score, result.full, result.seconds) == (2200, 2200, 600)
    assert result.took_part and result.passed and result.excellent and result.final_passed


def test_handing_in_twice_gives_the_first_receipt(session: Session, room: Room) -> None:
    attempt = begin(session, room)
    save(session, room, attempt, 1, right(session, items(session, attempt)[0]))
    first = taking.hand_in(session, attempt.id, room.actor, NOON + MINUTE).handed_in_at
    again = taking.hand_in(session, attempt.id, room.actor, NOON + 2 * MINUTE).handed_in_at
    assert again == first == NOON + MINUTE


def test_an_answer_after_handing_in_is_closed(session: Session, room: Room) -> None:
    attempt = begin(session, room)
    taking.hand_in(session, attempt.id, room.actor, NOON + MINUTE)
    assert save(session, room, attempt, 1, ["A"]).word is Saved.CLOSED


def test_a_save_counts_until_a_minute_after_the_deadline(session: Session, room: Room) -> None:
    attempt = begin(session, room)
    deadline = attempt.deadline
    assert save(session, room, attempt, 1, ["A"], deadline + MINUTE).word is Saved.STORED
    late = save(session, room, attempt, 1, ["B"], deadline + MINUTE + timedelta(seconds=1))
    assert late.word is Saved.CLOSED


def test_a_late_hand_in_counts_as_the_deadline(session: Session, room: Room) -> None:
    attempt = begin(session, room)
    save(session, room, attempt, 1, ["A"])
    handed = taking.hand_in(session, attempt.id, room.actor, NOON + timedelta(hours=2))
    assert (handed.handed_in_at, handed.seconds) == (handed.deadline, 1800)
    assert handed.closed_by == "deadline"


def test_closing_grades_what_was_saved(session: Session, room: Room) -> None:
    attempt = begin(session, room)
    save(session, room, attempt, 1, right(session, items(session, attempt)[0]))
    assert taking.close_one_overdue(session, attempt.id, attempt.deadline + 2 * MINUTE)
    result = result_of(session, room)
    assert (result.took_part, result.score) == (True, 400)
    assert not taking.close_one_overdue(session, attempt.id, attempt.deadline + 3 * MINUTE)


def test_a_blank_paper_is_not_taking_part(session: Session, room: Room) -> None:
    attempt = begin(session, room)
    taking.hand_in(session, attempt.id, room.actor, NOON + MINUTE)
    assert not result_of(session, room).took_part


def test_the_best_of_two_counts(session: Session, room: Room) -> None:
    for right_ones in (5, 2):
        attempt = begin(session, room)
        for item in items(session, attempt)[:right_ones]:
            save(session, room, attempt, item.position, right(session, item))
        taking.hand_in(session, attempt.id, room.actor, NOON + MINUTE)
    assert result_of(session, room).score == 2200


def test_attempts_run_out(session: Session, room: Room) -> None:
    for _ in range(2):
        taking.hand_in(session, begin(session, room).id, room.actor, NOON)
    with pytest.raises(Refused):
        begin(session, room)


def test_the_second_paper_avoids_the_questions_of_the_first(session: Session, room: Room) -> None:
    first = begin(session, room)
    taking.hand_in(session, first.id, room.actor, NOON)
    second = begin(session, room)
    met = {i.version_id for i in items(session, first)} & {i.version_id for i in items(session, second)}
    assert not met


def test_too_early_and_too_late(session: Session, room: Room) -> None:
    for moment in (room.assessment.opens_at - MINUTE, room.assessment.closes_at):
        with pytest.raises(Refused):
            begin(session, room, moment)


def test_somebody_not_on_the_roster_finds_nothing(session: Session, room: Room) -> None:
    stranger = a_person(session, room.township, name="新来的")
    with pytest.raises(Missing):
        taking.begin(session, an_actor(session, stranger), room.assessment, NOON)


def test_another_persons_attempt_is_not_found(session: Session, room: Room) -> None:
    attempt = begin(session, room)
    other = an_actor(session, a_person(session, room.township))
    with pytest.raises(Missing):
        taking.own_sheet(session, attempt.id, other, lock=True)
    with pytest.raises(Missing):
        taking.hand_in(session, attempt.id, other, NOON)


@pytest.mark.parametrize("forged", [["E"], ["A", "B"], ["AB"], ["<b>"], ["a"]])
def test_a_forged_option_is_refused(session: Session, room: Room, forged: list[str]) -> None:
    attempt = begin(session, room)
    with pytest.raises(BadAnswer):
        save(session, room, attempt, 1, forged)
    assert items(session, attempt)[0].answer is None


def test_a_question_beyond_the_paper_is_not_found(session: Session, room: Room) -> None:
    attempt = begin(session, room)
    with pytest.raises(Missing):
        save(session, room, attempt, 6, ["A"])


def test_the_four_words_of_saving(session: Session, room: Room) -> None:
    attempt = begin(session, room)
    number = taking.DEVICE_SPAN + 5
    assert save(session, room, attempt, 1, ["A"], number=number).word is Saved.STORED
    assert save(session, room, attempt, 1, ["A"], number=number).word is Saved.ALREADY_STORED
    assert save(session, room, attempt, 1, ["B"], number=number).word is Saved.REPLACED
    assert save(session, room, attempt, 1, ["B"], number=number - 1).word is Saved.REPLACED
    assert save(session, room, attempt, 1, ["B"], number=number + 1).word is Saved.STORED


def test_without_a_number_the_server_gives_the_next(session: Session, room: Room) -> None:
    attempt = begin(session, room)
    first = save(session, room, attempt, 1, ["A"]).save_no
    assert save(session, room, attempt, 1, ["B"]).save_no == first + 1


def test_late_saves_of_the_first_device_lose(session: Session, room: Room) -> None:
    attempt = begin(session, room)
    save(session, room, attempt, 1, ["A"], number=taking.DEVICE_SPAN + 1)
    second = an_actor(session, room.person, device=a_device(session, room.person.id))
    taking.take_over(session, taking.own_sheet(session, attempt.id, second), second)
    assert save(session, room, attempt, 1, ["B"], number=taking.DEVICE_SPAN + 2).word is Saved.REPLACED
    sheet = taking.own_sheet(session, attempt.id, second, lock=True)
    assert taking.save(session, sheet, second, 1, ["C"], NOON).word is Saved.STORED


def test_numbers_of_another_devices_span_are_refused(session: Session, room: Room) -> None:
    attempt = begin(session, room)
    forged = save(session, room, attempt, 1, ["A"], number=9 * taking.DEVICE_SPAN)
    assert forged.word is Saved.REPLACED


def test_an_exempt_person_who_hands_in_becomes_due(session: Session, room: Room) -> None:
    result = result_of(session, room)
    entry = session.get_one(RosterEntry, result.roster_entry_id)
    entry.state, entry.reason_code, result.due = "exempt", "sick", False
    session.flush()
    attempt = begin(session, room)
    save(session, room, attempt, 1, ["A"])
    taking.hand_in(session, attempt.id, room.actor, NOON + MINUTE)
    result = result_of(session, room)
    assert result.due and result.took_part and entry.state == "due"


def test_clearing_an_answer_leaves_it_unanswered(session: Session, room: Room) -> None:
    attempt = begin(session, room)
    save(session, room, attempt, 4, ["A", "B"])
    save(session, room, attempt, 4, [])
    assert items(session, attempt)[3].answer is None


def test_a_paper_for_all_is_the_same_for_all_even_when_the_bank_changes(session: Session, room: Room) -> None:
    room.assessment.fixed_paper = True
    first = items(session, begin(session, room))
    law = room.assessment.lines[0].law_id
    a_bank_of(session, law, single=20, multiple=9, judge=9)
    asked(session, [first[0].version_id])
    question = session.get_one(QuestionVersion, first[0].version_id).question
    question.state = "held"
    session.flush()
    other = an_actor(session, a_person(session, room.township))
    fairness.add_late(session, room.actor, room.assessment, other.person_id, "漏了", "李文生")
    second = items(session, taking.begin(session, other, room.assessment, NOON))
    assert [one.version_id for one in second] == [one.version_id for one in first]
    assert [one.worth for one in second] == [one.worth for one in first]
    assert [one.option_order for one in second] != [one.option_order for one in first]
    assert [sorted(one.option_order) for one in second] == [sorted(one.option_order) for one in first]


def test_a_fill_in_free_order_is_graded_by_what_it_says(session: Session, room: Room) -> None:
    law = room.assessment.lines[0].law_id
    bank = a_bank_of(session, law)
    version = a_question(session, bank, law, "fill", answer=[["受理"], ["调查"]])
    version.stem = "办信访有____、____两步。（顺序不限）"
    session.flush()
    contest = an_assessment(session, room.township, [Line(law, "fill", 1, 400)], title="填空")
    attempt = taking.begin(session, room.actor, contest, NOON)
    sheet = taking.own_sheet(session, attempt.id, room.actor, lock=True)
    taking.save(session, sheet, room.actor, 1, ["调查", "受理"], NOON)
    taking.hand_in(session, attempt.id, room.actor, NOON)
    assert items(session, attempt)[0].points == 400
