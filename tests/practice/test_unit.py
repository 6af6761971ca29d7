"""Sums over a unit: never fewer than five people, never somebody who left, never a name."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.people import memberships
from studyhall.practice import unit
from studyhall.practice.models import PracticeCard
from tests.factories import NOON, a_person
from tests.practice.conftest import Town

TODAY = clock.day_of(NOON)


def a_card(person_id: int, edition_id: int, *, right: bool = False) -> PracticeCard:
    return PracticeCard(
        person_id=person_id, edition_id=edition_id, article=3, sub_article=0, state={},
        scheduler="6.3/default", stability=5.0, due_on=TODAY, reviewed_on=TODAY - timedelta(days=2),
        reviews=1, wrong=1, last_right=right,
    )  # fmt: skip


def test_four_people_are_too_few_and_five_are_enough(session: Session, town: Town) -> None:
    people = [a_person(session, town.unit) for _n in range(5)]
    session.add_all(a_card(person.id, town.edition.id) for person in people[:4])
    session.flush()
    assert unit.weakest(session, town.unit, TODAY) == []
    session.add(a_card(people[4].id, town.edition.id, right=True))
    session.flush()
    (only,) = unit.weakest(session, town.unit, TODAY)
    assert (only.place, only.people, only.weak) == ((town.edition.id, 3, 0), 5, 4)


def test_somebody_who_left_is_in_no_sum(session: Session, town: Town) -> None:
    people = [a_person(session, town.unit) for _n in range(5)]
    session.add_all(a_card(person.id, town.edition.id) for person in people)
    session.flush()
    memberships.leave(session, memberships.counting_on(session, people[0].id, TODAY), date(2026, 5, 1))
    assert unit.weakest(session, town.unit, TODAY) == []


def test_leaders_and_admins_see_the_sum_and_no_name(client_for, sqlite_database, settled: Town) -> None:
    with sqlite_database.writing() as session:
        home = session.merge(settled.unit)
        people = [a_person(session, home, name=f"某某{n}") for n in range(5)]
        session.add_all(a_card(person.id, settled.edition.id) for person in people)
        admin = a_person(session, home, name="刘志远", roles=[(Role.ADMIN, home)])
    page = client_for(admin).get("/").get_data(as_text=True)
    assert "本单位最薄弱的条文" in page and "生疏5人" in page and "某某" not in page
    assert "定为讲课题目" in page
    cadre = client_for(settled.person).get("/").get_data(as_text=True)
    assert "本单位最薄弱的条文" not in cadre
