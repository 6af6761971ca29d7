"""The articles known worst: right answers of those given, and never of fewer than five people."""

from __future__ import annotations

from sqlalchemy.orm import Session

from studyhall.bank.models import Citation
from studyhall.people.models import Person, Unit
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem
from studyhall.reports.weak import weakest_articles
from tests.factories import NOON, a_bank, a_law, a_person, a_question, a_township, a_unit, an_assessment
from tests.reports.building import result_of


def a_contest(session: Session, township: Unit) -> tuple[Assessment, list[int]]:
    """Three questions on articles 1, 2 and 3, dealt to everybody."""
    law = a_law(session, "信访工作条例").law_id
    bank = a_bank(session)
    versions = [a_question(session, bank, law, article=article).id for article in (1, 2, 3)]
    return an_assessment(session, township, [Line(law, "single", 3, 400)]), versions


def answers(
    session: Session, contest: Assessment, person: Person, versions: list[int], right: str, *, number: int = 1
) -> None:
    """`right`: y, n or - for each question; - is not answered."""
    attempt = Attempt(
        assessment_id=contest.id, person_id=person.id, result_id=result_of(session, contest, person).id,
        number=number, seed=1, started_at=NOON, deadline=contest.closes_at, handed_in_at=NOON, seconds=60,
        answered=len(right) - right.count("-"), score=0, full=1200,
    )  # fmt: skip
    session.add(attempt)
    session.flush()
    for position, (version, how) in enumerate(zip(versions, right, strict=True), 1):
        session.add(
            AttemptItem(
                attempt_id=attempt.id,
                position=position,
                version_id=version,
                option_order="ABCD",
                worth=400,
                answer=None if how == "-" else "A",
                points=400 if how == "y" else 0,
            )
        )
    session.flush()


def told(session: Session, contest: Assessment, unit: Unit) -> list[tuple[str, int, int]]:
    return [(str(one.citation), one.right, one.answered) for one in weakest_articles(session, contest, unit)]


def test_the_worst_known_stands_first_and_what_all_know_not_at_all(session: Session) -> None:
    township = a_township(session)
    people = [a_person(session, township) for _ in range(5)]
    contest, versions = a_contest(session, township)
    for person, right in zip(people, ("yny", "yny", "yny", "yyy", "yyn"), strict=True):
        answers(session, contest, person, versions, right)
    assert told(session, contest, township) == [
        ("《信访工作条例》第二条", 2, 5),
        ("《信访工作条例》第三条", 4, 5),
    ]


def test_an_article_that_four_people_met_is_not_shown(session: Session) -> None:
    """Five attempts of four people are still four people."""
    township = a_township(session)
    people = [a_person(session, township) for _ in range(4)]
    contest, versions = a_contest(session, township)
    for person in people:
        answers(session, contest, person, versions, "nnn")
    answers(session, contest, people[0], versions, "nnn", number=2)
    assert told(session, contest, township) == []


def test_what_was_not_answered_counts_for_nothing(session: Session) -> None:
    township = a_township(session)
    people = [a_person(session, township) for _ in range(6)]
    contest, versions = a_contest(session, township)
    for person, right in zip(people, ("n--", "n--", "n--", "n--", "y--", "---"), strict=True):
        answers(session, contest, person, versions, right)
    assert told(session, contest, township) == [("《信访工作条例》第一条", 1, 5)]


def test_only_the_people_of_the_unit_count(session: Session) -> None:
    township = a_township(session)
    village, other = a_unit(session, "01", township), a_unit(session, "011", township)
    here = [a_person(session, village) for _ in range(5)]
    there = [a_person(session, other) for _ in range(5)]
    contest, versions = a_contest(session, township)
    for person in here:
        answers(session, contest, person, versions, "n--")
    for person in there:
        answers(session, contest, person, versions, "y--")
    assert told(session, contest, village) == [("《信访工作条例》第一条", 0, 5)]
    assert told(session, contest, township) == [("《信访工作条例》第一条", 5, 10)]


def test_two_paragraphs_of_one_article_count_an_answer_once(session: Session) -> None:
    township = a_township(session)
    people = [a_person(session, township) for _ in range(5)]
    contest, versions = a_contest(session, township)
    session.add(
        Citation(version_id=versions[0], position=2, law_title="信访工作条例", article=1, paragraph=2)
    )
    session.flush()
    for person in people:
        answers(session, contest, person, versions, "n--")
    assert told(session, contest, township) == [("《信访工作条例》第一条", 0, 5)]
