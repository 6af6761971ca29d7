"""A list of the first ten: only of a contest that publishes it; nothing else puts persons in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people.models import Person
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.first_ten import first_ten
from studyhall.quizzes.models import Assessment, Attempt, Result
from studyhall.quizzes.whole_paper import sit
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, an_actor, an_assessment
from tests.quizzes.test_setting_pages import ClientFor, read

MINUTES = timedelta(minutes=9)


@dataclass
class Contest:
    """Twelve people who answered 12, 11, … 1 of twelve questions right."""

    assessment: Assessment
    people: list[Person]
    admin: Person


def answers(right: int):
    return lambda paper: [["true" if at < right else "false"] for at, _ in enumerate(paper)]


def held(session: Session, *, top_list: bool) -> Contest:
    township = a_township(session)
    admin = a_person(session, None, name="刘志远", roles=[(Role.ADMIN, township)])
    people = [a_person(session, township, name=f"{letter}同志") for letter in "甲乙丙丁戊己庚辛壬癸子丑"]
    law = a_law(session).law_id
    a_bank_of(session, law, judge=12)
    assessment = an_assessment(session, township, [Line(law, "judge", 12, 100)], top_list=top_list)
    for place, person in enumerate(people):
        begins = NOON - timedelta(hours=1)
        sit(session, an_actor(session, person), assessment, answers(12 - place), begins, MINUTES)
    return Contest(assessment, people, admin)


def test_the_first_ten_stand_in_order_with_their_units(session: Session) -> None:
    contest = held(session, top_list=True)
    found = first_ten(session, contest.assessment)
    assert [(one.rank, one.name) for one in found] == [
        (place, person.name) for place, person in enumerate(contest.people[:10], 1)
    ]
    assert found[0].unit_name == "T1乡" and (found[0].score, found[0].full) == (1200, 1200)


def test_who_shares_the_tenth_place_stands_in_it_too(session: Session) -> None:
    contest = held(session, top_list=True)
    last_two = [one.id for one in contest.people[9:11]]
    session.execute(sa.update(Result).where(Result.person_id.in_(last_two)).values(score=300, seconds=540))
    found = first_ten(session, contest.assessment)
    assert [one.rank for one in found] == [*range(1, 10), 10, 10]


def test_a_contest_that_does_not_publish_it_has_no_list(session: Session) -> None:
    assert first_ten(session, held(session, top_list=False).assessment) == []


@pytest.mark.parametrize("top_list", [True, False])
def test_others_are_named_to_a_cadre_only_where_it_is_switched_on(
    sqlite_database: Database, client_for: ClientFor, top_list: bool
) -> None:
    with sqlite_database.writing() as session:
        contest = held(session, top_list=top_list)
        own = contest.people[11]
        attempt = session.scalars(sa.select(Attempt.id).where(Attempt.person_id == own.id)).one()
        code, assessment_id = contest.assessment.code, contest.assessment.id
        session.expunge_all()
    cadre = client_for(own)
    page = read(cadre.get(f"/papers/{attempt}/result").text)
    assert "第12名" in page, "one's own place"
    assert ("甲同志" in page and "到现在的前10名" in page) is top_list
    assert "子同志" not in page, "the eleventh is nobody's business"
    page = read(client_for(contest.admin).get(f"/assessments/{assessment_id}").text)
    assert ("到现在的前10名" in page) is top_list
    assert cadre.get(f"/c/{code}").status_code == 200


@pytest.mark.parametrize(("top_list", "words"), [(True, "这一场公布前10名"), (False, "名次只有自己看得到")])
def test_one_knows_before_beginning_whether_it_will_be_published(
    sqlite_database: Database, client_for: ClientFor, top_list: bool, words: str
) -> None:
    with sqlite_database.writing() as session:
        township = a_township(session)
        cadre = a_person(session, township)
        law = a_law(session).law_id
        a_bank_of(session, law, judge=2)
        assessment = an_assessment(session, township, [Line(law, "judge", 1, 100)], top_list=top_list)
        code = assessment.code
        session.expunge_all()
    assert words in client_for(cadre).get(f"/c/{code}").text
