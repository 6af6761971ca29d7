"""What holds in whatever order things happen: no save is lost, grading again changes nothing, A lies in D."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from studyhall.core.access import Actor
from studyhall.core.errors import Refused
from studyhall.people.models import Person, RosterEntry
from studyhall.quizzes import elsewhere, fairness, make_up, taking, voiding
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.elsewhere import Given
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem, Result, ScoreChange
from studyhall.quizzes.taking import Saved
from tests.factories import (
    NOON,
    a_bank_of,
    a_device,
    a_law,
    a_person,
    a_township,
    an_actor,
    an_assessment,
)

DAY = timedelta(days=1)
# The tables are made once; what an example does is taken back at its end.
once_for_all = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass
class Room:
    people: list[Person]
    stranger: Person
    admin: Actor
    assessment: Assessment


@pytest.fixture
def room(session: Session) -> Room:
    """Three people and a contest of four questions, two attempts each; and somebody who joins late."""
    township = a_township(session)
    people = [a_person(session, township, name=name) for name in ("甲", "乙", "丙")]
    law = a_law(session).law_id
    a_bank_of(session, law, judge=2, single=1, multiple=1)
    lines = [Line(law, "single", 1, 400), Line(law, "multiple", 1, 600), Line(law, "judge", 2, 500)]
    assessment = an_assessment(session, township, lines, attempts_allowed=2)
    admin = an_actor(session, a_person(session, None, name="管理员"))
    return Room(people, a_person(session, township, name="丁"), admin, assessment)


@contextmanager
def taken_back(session: Session) -> Iterator[None]:
    trial = session.begin_nested()
    try:
        yield
    finally:
        trial.rollback()
        session.expire_all()


# Saves


@dataclass(frozen=True)
class Sent:
    """One answer under way: chosen as the `number`-th on its device."""

    device: int
    number: int
    position: int
    answer: str


@st.composite
def deliveries(draw) -> tuple[list[Sent], list[Sent]]:
    """What two devices send, the second after taking over, in the order in which it arrives, some of it twice."""
    sent = []
    for device in (1, 2):
        chosen = draw(
            st.lists(st.tuples(st.integers(3, 4), st.sampled_from(["true", "false", ""])), max_size=7)
        )
        sent.append([Sent(device, n, place, answer) for n, (place, answer) in enumerate(chosen, 1)])
    first, second = sent
    again = st.lists(st.sampled_from(first), max_size=4) if first else st.just([])
    arriving = draw(st.permutations(first + draw(again)))
    # Before the take-over only what the first device sent; after it the rest, mixed with the second's.
    split = draw(st.integers(0, len(arriving)))
    twice = draw(st.lists(st.sampled_from(second), max_size=4)) if second else []
    return arriving[:split], draw(st.permutations(arriving[split:] + second + twice))


@once_for_all
@given(deliveries())
def test_no_order_of_saves_loses_one(
    session: Session, room: Room, arriving: tuple[Sequence[Sent], Sequence[Sent]]
) -> None:
    with taken_back(session):
        person = room.people[0]
        devices = {1: an_actor(session, person)}
        attempt = taking.begin(session, devices[1], room.assessment, NOON)
        acknowledged: list[Sent] = []

        def deliver(sent: Sent) -> None:
            sheet = taking.own_sheet(session, attempt.id, devices[sent.device], lock=True)
            outcome = taking.save(
                session,
                sheet,
                devices[sent.device],
                sent.position,
                [sent.answer] if sent.answer else [],
                NOON,
                number=sent.device * taking.DEVICE_SPAN + sent.number,
            )
            if outcome.word in (Saved.STORED, Saved.ALREADY_STORED):
                acknowledged.append(sent)
            elif sent.device == 2:
                # The newest of the device that answers now is never turned away.
                assert any(one.position == sent.position and one.number > sent.number for one in acknowledged)

        before, after = arriving
        for sent in before:
            deliver(sent)
        devices[2] = an_actor(session, person, device=a_device(session, person.id))
        taking.take_over(session, taking.own_sheet(session, attempt.id, devices[2]), devices[2])
        for sent in after:
            deliver(sent)
        newest: dict[int, Sent] = {}
        for sent in sorted(acknowledged, key=lambda one: (one.device, one.number)):
            newest[sent.position] = sent
        receipt = taking.hand_in(session, attempt.id, devices[2], NOON)
        rows = session.execute(
            sa.select(AttemptItem.position, AttemptItem.answer, AttemptItem.points).where(
                AttemptItem.attempt_id == receipt.attempt_id
            )
        )
        for position, answer, points in rows:
            expected = newest[position].answer or None if position in newest else None
            assert answer == expected
            assert points == (500 if answer == "true" else 0)


# Grading again

RULINGS = st.sampled_from(["full", "left_out", "re_key"])


@once_for_all
@given(
    st.lists(
        st.tuples(st.sampled_from(["", "A", "B"]), st.sampled_from(["", "A", "AB", "AC"]),
                  st.sampled_from(["", "true", "false"]), st.sampled_from(["", "true", "false"])),
        min_size=1, max_size=4,
    ),
    st.integers(1, 4),
    RULINGS,
)  # fmt: skip
def test_a_regrade_twice_is_a_regrade_once(
    session: Session, room: Room, papers: list[tuple[str, ...]], position: int, ruling: str
) -> None:
    with taken_back(session):
        for number, answers in enumerate(papers):
            actor = an_actor(session, room.people[number % 3])
            attempt = taking.begin(session, actor, room.assessment, NOON)
            sheet = taking.own_sheet(session, attempt.id, actor, lock=True)
            for place, answer in enumerate(answers, 1):
                taking.save(
                    session, sheet, actor, place, list(answer) if place < 3 else [answer] * bool(answer), NOON
                )
            taking.hand_in(session, attempt.id, actor, NOON)
        item = session.get_one(AttemptItem, (attempt.id, position))
        key = {1: "B", 2: "AC"}.get(position, False) if ruling == "re_key" else None

        def rule() -> int:
            moved = voiding.rule(
                session, room.admin, room.assessment, item.version_id, ruling, "题干有误", NOON, key=key
            )
            return len(moved)

        rule()
        once = everything(session)
        assert rule() == 0
        for attempt_id in session.scalars(sa.select(Attempt.id)).all():
            taking.grade_items(session, attempt_id, room.assessment.partial_rule)
        assert everything(session) == once
        for _id, _number, score, full in once[0]:
            assert 0 <= score <= full


def everything(session: Session) -> tuple[list[tuple], ...]:
    """Whatever a regrade could move."""
    session.flush()
    session.expire_all()
    return (
        rows(session, Attempt.id, Attempt.number, Attempt.score, Attempt.full),
        rows(session, AttemptItem.attempt_id, AttemptItem.position, AttemptItem.points),
        rows(session, Result.id, Result.took_part, Result.score, Result.full, Result.passed, Result.excellent,
             Result.final_score, Result.final_passed, Result.attempt_id),
        rows(session, ScoreChange.id, ScoreChange.old_score, ScoreChange.new_score),
    )  # fmt: skip


def rows(session: Session, *columns) -> list[tuple]:
    return sorted(tuple(row) for row in session.execute(sa.select(*columns)))


# A in D

STEPS = ("sit", "blank", "exempt", "due_again", "elsewhere", "late", "make_up", "sit_make_up")


@once_for_all
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 3)), max_size=12))
def test_nobody_is_in_a_who_is_not_in_d(session: Session, room: Room, happens: list[tuple[str, int]]) -> None:
    with taken_back(session):
        made: list[Assessment] = []
        for step, who in happens:
            person = [*room.people, room.stranger][who]
            trial = session.begin_nested()
            try:
                _happen(session, room, made, step, person)
                trial.commit()
            except Refused:
                trial.rollback()
            session.expire_all()
            outside = sa.select(sa.func.count()).where(
                ~Result.due, sa.or_(Result.took_part, Result.final_took_part)
            )
            assert session.scalar(outside) == 0, (step, who)
            # The roster says the same as the result.
            differs = sa.select(sa.func.count()).where(
                RosterEntry.id == Result.roster_entry_id, Result.due != (RosterEntry.state == "due")
            )
            assert session.scalar(differs) == 0, (step, who)


def _happen(session: Session, room: Room, made: list[Assessment], step: str, person: Person) -> None:
    assessment = room.assessment
    if step in ("sit", "blank", "sit_make_up"):
        if step == "sit_make_up" and not made:
            return
        held = made[-1] if step == "sit_make_up" else assessment
        actor, now = an_actor(session, person), held.opens_at
        attempt = taking.begin(session, actor, held, now)
        if step != "blank":
            taking.save(
                session, taking.own_sheet(session, attempt.id, actor, lock=True), actor, 1, ["A"], now
            )
        taking.hand_in(session, attempt.id, actor, now)
    elif step == "late":
        fairness.add_late(session, room.admin, assessment, person.id, "五月调来", "其其格")
    elif step == "elsewhere":
        elsewhere.bring_in(session, room.admin, assessment, [Given(person.staff_no, 800, 1000)], NOON)
    elif step == "make_up" and not made:
        opens = assessment.closes_at + DAY
        plan = make_up.Plan("补考", opens, opens + DAY, frozenset(make_up.LISTS), "max")
        made.append(make_up.set_up(session, room.admin, assessment, plan, assessment.closes_at))
    elif step in ("exempt", "due_again"):
        entry_id = session.scalar(
            sa.select(RosterEntry.id).where(
                RosterEntry.roster_id == assessment.roster_id, RosterEntry.person_id == person.id
            )
        )
        if step == "exempt":
            fairness.exempt(session, room.admin, assessment, entry_id or 0, "sick", "其其格", "住院")
        else:
            fairness.take_back_exemption(session, room.admin, assessment, entry_id or 0)
