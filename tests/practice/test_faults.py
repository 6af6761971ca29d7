"""What goes wrong around practice: two tabs at one moment, a clock that ran ahead, thousands of answers, leaving."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.models import Citation, QuestionVersion
from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people import memberships, roles
from studyhall.people.models import Membership
from studyhall.practice import answering, book, cards, queries, runs
from studyhall.practice.answering import Outcome
from studyhall.practice.models import PracticeCard, PracticeItem, PracticeRun, Way
from studyhall.practice.runs import Wish
from studyhall.quizzes.withholding import withheld_questions
from tests.factories import NOON, a_person
from tests.practice.conftest import Town, build_town
from tests.practice.test_evidence import DAY, practise, re_key, sit
from tests.practice.test_pages import JSON, begin, items, right_answer

LAW = "信访工作条例"


def at_once(*what):
    """All of these in threads of their own, let go at one moment; what each gave, in order."""
    start = threading.Barrier(len(what))

    def run(one):
        start.wait()
        return one()

    with ThreadPoolExecutor(len(what)) as crew:
        return [going.result(timeout=60) for going in [crew.submit(run, one) for one in what]]


def test_two_tabs_at_one_moment_leave_one_answer_and_one_review(database: Database) -> None:
    with database.writing() as session:
        town = build_town(session, articles=8, each=1)
        run_id = runs.begin(session, town.actor, Wish(Way.LAW, LAW), NOON, random.Random(1)).id
        positions = [item.position for item in queries.own_run(session, run_id, town.person.id).items]

    def tab(position: int, letter: str):
        def answer() -> Outcome:
            with database.writing() as session:
                return answering.answer(session, town.actor, run_id, position, [letter], NOON)

        return answer

    for position in positions:
        outcomes = at_once(tab(position, "A"), tab(position, "B"), tab(position, "C"))
        assert sorted(outcomes) == [Outcome.ALREADY, Outcome.ALREADY, Outcome.JUDGED]
    with database.reading() as session:
        found = session.scalars(sa.select(PracticeCard)).all()
        assert len(found) == len(positions) == 8
        assert {card.reviews for card in found} == {1}


def test_pressed_in_two_tabs_at_one_moment_one_run_begins(database: Database) -> None:
    with database.writing() as session:
        town = build_town(session, articles=6, each=1)

    def press() -> int:
        with database.writing() as session:
            return runs.begin(session, town.actor, Wish(Way.FIVE), NOON, random.Random()).id

    assert len(set(at_once(press, press, press))) == 1
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PracticeRun)) == 1


def test_a_clock_set_to_next_year_in_between_holds_nothing_back(session: Session, town: Town) -> None:
    """Answers dated a year ahead count as of today: the book asks again tomorrow, and today's cap is free."""
    practise(session, town, 1, "D", NOON + 365 * DAY)
    again = runs.begin(session, town.actor, Wish(Way.WRONG), NOON + 366 * DAY, random.Random(1))
    again.finished_at = NOON
    item = queries.own_run(session, again.id, town.person.id).items[0]
    item.answered_at, item.is_right, item.answer = NOON + 366 * DAY, False, "D"
    session.flush()
    (found,) = book.entries(session, town.person.id, NOON)
    assert found.entry.due_on == clock.day_of(NOON + DAY)
    assert book.done_on(session, town.person.id, NOON) == 0
    cards.rewrite_all(session, town.person.id, NOON)
    (learnt,) = cards.learnt_by(session, town.person.id).values()
    assert learnt.due_on == clock.day_of(NOON + DAY)


def test_ten_thousand_answers_in_a_day_are_one_review_an_article(
    client_for, sqlite_database: Database, settled: Town
) -> None:
    versions = [ones[0] for ones in settled.questions.values()]
    with sqlite_database.writing() as session:
        run = PracticeRun(
            person_id=settled.person.id, way=Way.LAW, title="很多", started_at=NOON, finished_at=NOON
        )
        session.add(run)
        session.flush()
        session.execute(
            sa.insert(PracticeItem),
            [
                {
                    "run_id": run.id, "position": n + 1, "person_id": settled.person.id,
                    "question_id": versions[n % 8].question_id, "version_id": versions[n % 8].id,
                    "option_order": "ABCD", "worth": 0, "answer": "A" if n % 3 else "D",
                    "answered_at": NOON - timedelta(seconds=n), "is_right": bool(n % 3),
                }
                for n in range(10_000)
            ],
        )  # fmt: skip
        cards.lock(session, settled.person.id, NOON)
        cards.rewrite_all(session, settled.person.id, NOON)
        learnt = cards.learnt_by(session, settled.person.id)
        assert {(one.reviews, one.due_on > clock.day_of(NOON)) for one in learnt.values()} == {(1, True)}
        assert len(learnt) == 8 and sum(one.wrong for one in learnt.values()) == 3334
        assert len(book.entries(session, settled.person.id, NOON)) == 8
    client = client_for(settled.person)
    for page in ("/practice/", "/practice/wrong", f"/practice/map/{LAW}", "/"):
        assert client.get(page).status_code == 200
    five = begin(client, way="article", law=LAW, first=1)
    item = items(sqlite_database, five)[0]
    answer = {"answer": right_answer(sqlite_database, item)}
    assert client.post(f"/practice/runs/{five}/1", data=answer, headers=JSON).json == {"word": "judged"}


def test_who_leaves_in_the_middle_is_signed_out_and_finds_all_of_it_on_coming_back(
    client_for, sqlite_database: Database, settled: Town
) -> None:
    client = client_for(settled.person)
    run = begin(client, way="five")
    item = items(sqlite_database, run)[0]
    answer = {"answer": right_answer(sqlite_database, item)}
    with sqlite_database.writing() as session:
        today = clock.day_of(NOON)
        memberships.leave(session, memberships.counting_on(session, settled.person.id, today), today)
        roles.end_sessions(session, settled.person.id)
    gone = client.post(f"/practice/runs/{run}/1", data=answer, headers=JSON)
    assert (gone.status_code, gone.json) == (401, {"word": "signed_out"})
    assert client.get("/practice/").status_code == 302
    with sqlite_database.writing() as session:
        session.execute(
            sa.update(Membership).where(Membership.person_id == settled.person.id).values(ends_on=None)
        )
    back = client_for(settled.person)
    assert back.post(f"/practice/runs/{run}/1", data=answer, headers=JSON).json == {"word": "judged"}


def test_a_question_that_moves_to_another_article_takes_what_was_learnt_along(database: Database) -> None:
    """As when a new text of the law counts its articles anew."""
    with database.writing() as session:
        town = build_town(session)
        practise(session, town, 1, "A")
    cards.catch_up(database, town.person.id, NOON + timedelta(hours=1))
    with database.writing() as session:
        assert {place[1] for place in cards.learnt_by(session, town.person.id)} == {1}
        old = session.get_one(QuestionVersion, town.questions[1][0].id)
        new = re_key(session, old, "A", NOON + DAY)
        session.execute(sa.update(Citation).where(Citation.version_id == new.id).values(article=12))
    cards.catch_up(database, town.person.id, NOON + DAY + timedelta(hours=1))
    with database.reading() as session:
        assert {place[1] for place in cards.learnt_by(session, town.person.id)} == {12}
        assert cards.resets_of(session, town.person.id) == []


def test_every_question_can_be_said_to_be_wrong_and_its_answer_reaches_the_person(
    client_for, sqlite_database: Database, settled: Town
) -> None:
    """In the reading room and in the wrong book too; what the admin says stands under 我的."""
    with sqlite_database.writing() as session:
        practise(session, settled, 1, "D")
        admin = a_person(session, session.merge(settled.unit), roles=[(Role.ADMIN, settled.unit)])
    question = settled.questions[1][0].question_id
    client = client_for(settled.person)
    report = f"/bank/faults/{question}/report"
    for page in (f"/laws/{LAW}/1", f"/practice/wrong/{question}"):
        assert report in client.get(page).get_data(as_text=True)
    assert client.post(report, data={}).status_code == 400
    page = client.post(f"{report}?back=/practice/wrong", data={"reason": "key", "text": "应选乙"})
    assert "已反映" in page.get_data(as_text=True) and 'href="/practice/wrong"' in page.get_data(as_text=True)
    assert "等管理员看" in client.get("/me").get_data(as_text=True)
    desk = client_for(admin)
    assert "应选乙" in desk.get("/bank/faults/").get_data(as_text=True)
    desk.post(f"/bank/faults/{question}", data={"outcome": "right", "reply": "请看第二款"})
    mine = client.get("/me").get_data(as_text=True)
    assert "我反映的题，1道" in mine and "答复：请看第二款" in mine and "题目没有错" in mine


def test_of_a_question_one_may_not_read_nothing_can_be_said(
    client_for, sqlite_database: Database, settled: Town
) -> None:
    with sqlite_database.writing() as session:
        sit(session, settled)
        sealed = withheld_questions(session, settled.person.id, NOON)
    client = client_for(settled.person)
    assert {client.get(f"/bank/faults/{one}/report").status_code for one in sealed} == {404}
    assert client.get("/bank/faults/999999/report").status_code == 404
