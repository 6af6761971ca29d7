"""Places in a contest: by percent, then seconds; equal on both is joint."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from studyhall.quizzes import placing
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Result
from studyhall.quizzes.ranking import Contender, Standing, standings
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, an_assessment


def contender(
    person_id: int, score: int, seconds: int = 600, full: int = 1000, minutes: int = 0
) -> Contender:
    return Contender(person_id, score, full, seconds, NOON + timedelta(minutes=minutes))


def test_percent_first_then_seconds() -> None:
    places = standings([contender(1, 800), contender(2, 900), contender(3, 800, seconds=500)])
    assert [places[n].rank for n in (2, 3, 1)] == [1, 2, 3]


def test_equal_on_both_is_joint_and_the_next_place_is_left_out() -> None:
    places = standings([contender(1, 900), contender(2, 900), contender(3, 500)])
    assert places[1] == places[2] == Standing(1, 2, 3)
    assert places[3] == Standing(3, 1, 3)


def test_the_earlier_of_equals_wins_only_where_the_contest_says_so() -> None:
    equals = [contender(1, 900, minutes=5), contender(2, 900)]
    assert standings(equals)[1].rank == 1
    assert standings(equals, earlier_wins=True)[1].rank == 2


def test_everybody_is_measured_by_his_own_full_mark() -> None:
    places = standings([contender(1, 850), contender(2, 800, full=900)])
    assert places[2].rank == 1


def test_a_full_mark_of_nothing_stands_last() -> None:
    assert standings([contender(1, 0, full=0), contender(2, 1)])[1].rank == 2


contenders = st.lists(
    st.builds(
        contender, st.integers(1, 10_000), st.integers(0, 20).map(lambda n: n * 50), st.integers(0, 5),
        minutes=st.integers(0, 3),
    ),
    max_size=30,
    unique_by=lambda one: one.person_id,
)  # fmt: skip


@given(contenders, st.booleans())
def test_a_place_is_one_more_than_the_number_of_those_before(several: list[Contender], earlier: bool) -> None:
    places = standings(several, earlier_wins=earlier)
    assert places.keys() == {one.person_id for one in several}

    def key(one: Contender) -> tuple[float, int, float]:
        return -one.score, one.seconds, one.handed_in_at.timestamp() if earlier else 0.0

    for one in several:
        place = places[one.person_id]
        assert place.rank == 1 + sum(key(other) < key(one) for other in several)
        assert place.joint == sum(key(other) == key(one) for other in several)
        assert place.of == len(several)


@given(contenders)
def test_the_order_of_reading_makes_no_difference(several: list[Contender]) -> None:
    assert standings(several) == standings(several[::-1])


@pytest.mark.parametrize("earlier_wins", [False, True])
def test_the_database_ranks_as_the_rule_does(session: Session, earlier_wins: bool) -> None:
    township = a_township(session)
    people = [a_person(session, township).id for _ in range(40)]
    law = a_law(session).law_id
    a_bank_of(session, law, judge=2)
    assessment = an_assessment(session, township, [Line(law, "judge", 2, 400)])
    assessment.earlier_wins = earlier_wins
    dice = random.Random(7)
    came = [
        Contender(
            person_id,
            dice.choice([1, 2, 3]) * full // 3,
            full,
            dice.choice([300, 600]),
            NOON + timedelta(minutes=dice.choice([0, 5])),
        )
        for person_id in people[:-4]
        for full in [dice.choice([600, 900, 90_000_000])]
    ]
    for one in came:
        session.execute(
            sa.update(Result)
            .where(Result.person_id == one.person_id)
            .values(
                took_part=True, score=one.score, full=one.full, seconds=one.seconds,
                handed_in_at=one.handed_in_at, final_took_part=True,
            )
        )  # fmt: skip
    places = standings(came, earlier_wins=earlier_wins)
    for person_id in people:
        assert placing.own_standing(session, assessment, person_id) == places.get(person_id)
