"""One paper on two phones, back and forth: every save gets the right one of the four words, and the last
device's answer stands."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from studyhall.core.access import Actor
from studyhall.core.db import Database
from studyhall.quizzes import taking
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Attempt, AttemptItem
from studyhall.quizzes.taking import DEVICE_SPAN, Saved
from tests.factories import NOON, a_bank_of, a_device, a_law, a_person, a_township, an_actor, an_assessment
from tests.quizzes.racing import at_once

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Desk:
    """An open paper of three questions whose right answer is true, and three phones of one person."""

    attempt: int
    phones: tuple[Actor, ...]


def a_desk(session: Session) -> Desk:
    township = a_township(session)
    person = a_person(session, township)
    law = a_law(session).law_id
    a_bank_of(session, law, judge=3)
    assessment = an_assessment(session, township, [Line(law, "judge", 3, 400)])
    phones = tuple(an_actor(session, person, device=a_device(session, person.id)) for _ in range(3))
    return Desk(taking.begin(session, phones[0], assessment, NOON).id, phones)


@pytest.fixture
def desk(session: Session) -> Desk:
    return a_desk(session)


def take_over(session: Session, desk: Desk, phone: int) -> int:
    """Gives the number from which the page that is loaded then counts its saves."""
    actor = desk.phones[phone]
    taking.take_over(session, taking.own_sheet(session, desk.attempt, actor), actor)
    return device_number(session, desk) * DEVICE_SPAN


def device_number(session: Session, desk: Desk) -> int:
    return taking.own_sheet(session, desk.attempt, desk.phones[0]).device_number


def save(session: Session, desk: Desk, phone: int, place: int, answer: str, number: int | None) -> Saved:
    actor = desk.phones[phone]
    sheet = taking.own_sheet(session, desk.attempt, actor, lock=True, position=place)
    return taking.save(session, sheet, actor, place, [answer], NOON, number=number).word


def answer_at(session: Session, desk: Desk, place: int) -> str | None:
    item = session.get_one(AttemptItem, (desk.attempt, place), populate_existing=True)
    return item.answer


def test_back_and_forth_between_two_phones(session: Session, desk: Desk) -> None:
    first = DEVICE_SPAN
    assert save(session, desk, 0, 1, "true", first + 1) is Saved.STORED
    second = take_over(session, desk, 1)
    # The first phone was under way with two more: neither comes in, be it by number or by a plain form.
    assert save(session, desk, 0, 1, "false", first + 2) is Saved.REPLACED
    assert save(session, desk, 0, 2, "false", None) is Saved.REPLACED
    assert save(session, desk, 1, 1, "false", second + 1) is Saved.STORED
    assert save(session, desk, 1, 1, "false", second + 1) is Saved.ALREADY_STORED
    third = take_over(session, desk, 0)
    assert first < second < third
    assert save(session, desk, 1, 1, "true", second + 2) is Saved.REPLACED
    # Nor does what the first phone kept of its first turn, though it answers again.
    assert save(session, desk, 0, 1, "true", first + 2) is Saved.REPLACED
    assert answer_at(session, desk, 1) == "false"
    assert save(session, desk, 0, 1, "true", third + 1) is Saved.STORED
    taking.hand_in(session, desk.attempt, desk.phones[0], NOON + MINUTE)
    assert save(session, desk, 0, 1, "false", third + 2) is Saved.CLOSED
    assert save(session, desk, 1, 1, "false", second + 3) is Saved.CLOSED
    assert (answer_at(session, desk, 1), answer_at(session, desk, 2)) == ("true", None)


def test_taking_over_again_on_the_same_phone_changes_nothing(session: Session, desk: Desk) -> None:
    second = take_over(session, desk, 1)
    assert take_over(session, desk, 1) == second
    assert save(session, desk, 1, 1, "true", second + 1) is Saved.STORED


def test_a_paper_handed_in_is_taken_over_by_nobody(session: Session, desk: Desk) -> None:
    taking.hand_in(session, desk.attempt, desk.phones[0], NOON)
    assert take_over(session, desk, 1) == DEVICE_SPAN


@st.composite
def turns(draw) -> list[tuple[str, int, int, str, int]]:
    """What happens: a phone takes over; or sends an answer, the newest it has or once more one of before."""
    happens = st.tuples(
        st.sampled_from(["take over", "save", "save", "save", "again"]),
        st.integers(0, 2),
        st.integers(1, 3),
        st.sampled_from(["true", "false"]),
        st.integers(0, 20),
    )
    return draw(st.lists(happens, min_size=6, max_size=40))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns())
def test_whoever_takes_over_how_often_each_save_gets_its_word(
    session: Session, desk: Desk, happens: list[tuple[str, int, int, str, int]]
) -> None:
    trial = session.begin_nested()
    holds = 0
    page = [DEVICE_SPAN, 0, 0]
    """What each phone counts its saves from: as its page was loaded."""
    sent: list[list[tuple[int, int, str]]] = [[], [], []]
    stands: dict[int, tuple[int, str]] = {}
    for what, phone, any_place, any_answer, which in happens:
        if what == "take over":
            page[phone] = take_over(session, desk, phone)
            holds = phone
            continue
        if what == "again" and sent[phone]:
            number, place, answer = sent[phone][which % len(sent[phone])]
        else:
            number, place, answer = page[phone] + len(sent[phone]) + 1, any_place, any_answer
            sent[phone].append((number, place, answer))
        word = save(session, desk, phone, place, answer, number)
        newest = stands.get(place, (0, ""))
        if phone != holds or number < page[phone]:
            assert word is Saved.REPLACED
        elif (number, answer) == newest:
            assert word is Saved.ALREADY_STORED
        elif number > newest[0]:
            assert word is Saved.STORED
            stands[place] = (number, answer)
        else:
            assert word is Saved.REPLACED
        for at in (1, 2, 3):
            assert answer_at(session, desk, at) == (stands[at][1] if at in stands else None)
    trial.rollback()
    session.expire_all()


# At the same moment


@pytest.fixture
def crew() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(6) as pool:
        yield pool


def test_two_phones_that_take_over_at_once_never_count_from_the_same_number(
    database: Database, crew: ThreadPoolExecutor
) -> None:
    """Both take it from a third and answer, forty times: the last one's answer stands and was acknowledged."""
    with database.writing() as session:
        desk = a_desk(session)
    answers = ("true", "false")

    def take_and_answer(phone: int) -> tuple[int, Saved]:
        with database.writing() as session:
            floor = take_over(session, desk, phone)
        with database.writing() as session:
            return floor, save(session, desk, phone, 1, answers[phone], floor + 1)

    for _race in range(40):
        with database.writing() as session:
            take_over(session, desk, 2)
        outcomes = at_once(crew, lambda: take_and_answer(0), lambda: take_and_answer(1))
        with database.reading() as session:
            attempt = session.get_one(Attempt, desk.attempt)
            last = 0 if attempt.device_session_id == desk.phones[0].login_session_id else 1
            assert outcomes[last] == (attempt.device_number * DEVICE_SPAN, Saved.STORED)
            assert answer_at(session, desk, 1) == answers[last]
            assert outcomes[0][0] != outcomes[1][0]
