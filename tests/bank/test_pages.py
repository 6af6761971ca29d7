"""The admin's pages of the bank: the list, its filters, one question, several at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from studyhall.bank.models import Bank, Question, QuestionVersion
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people.models import Unit
from studyhall.quizzes import taking
from studyhall.quizzes.assembly import Line
from tests.factories import (
    NOON,
    a_bank,
    a_bank_of,
    a_law,
    a_person,
    a_question,
    a_township,
    an_actor,
    an_assessment,
)


@dataclass
class Desk:
    client: FlaskClient
    cadre: FlaskClient
    township: Unit
    bank: Bank
    law: int
    other_law: int


@pytest.fixture
def desk(sqlite_database: Database, client_for: Callable[..., FlaskClient]) -> Desk:
    with sqlite_database.writing() as session:
        township = a_township(session)
        admin = a_person(session, township, name="刘志远", roles=[(Role.ADMIN, township)]).id
        cadre = a_person(session, township).id
        law, other = a_law(session).law_id, a_law(session, "水渠法").law_id
        bank = a_bank(session, township)
        session.flush()
        session.expunge_all()
    return Desk(client_for(admin), client_for(cadre), township, bank, law, other)


def add(database: Database, desk: Desk, kind: str = "single", **about: object) -> QuestionVersion:
    with database.writing() as session:
        law = about.pop("law", desk.law)
        version = a_question(session, desk.bank, law, kind, **about)  # type: ignore[arg-type]
        session.flush()
        _ = version.citations
        session.expunge_all()
    return version


def page(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return response.text


def state_of(database: Database, question_id: int) -> str:
    with database.reading() as session:
        return session.get_one(Question, question_id).state


def test_an_empty_bank_says_how_it_is_filled(desk: Desk) -> None:
    assert "还没有题库" in page(desk.client, "/bank/")


def test_the_bank_is_for_those_who_keep_it(desk: Desk, sqlite_database: Database) -> None:
    question = add(sqlite_database, desk).question_id
    assert desk.cadre.get("/bank/").status_code == 403
    assert desk.cadre.get(f"/bank/questions/{question}").status_code == 403
    assert desk.cadre.post("/bank/states", data={"question": question, "act": "hold"}).status_code == 403


def test_counts_by_law_and_kind_and_state(desk: Desk, sqlite_database: Database) -> None:
    for _ in range(2):
        add(sqlite_database, desk)
    add(sqlite_database, desk, "judge", law=desk.other_law)
    add(sqlite_database, desk, state="draft")
    text = page(desk.client, "/bank/")
    assert "题库，4道题" in text
    assert "在用 3" in text
    assert "草稿 1" in text
    assert "找到1道" in page(desk.client, "/bank/?state=draft")


def test_the_list_narrows_by_law_article_kind_difficulty_and_words(
    desk: Desk, sqlite_database: Database
) -> None:
    first = add(sqlite_database, desk, article=3)
    second = add(sqlite_database, desk, "multiple", article=12, difficulty=3)
    third = add(sqlite_database, desk, law=desk.other_law)
    for query, expected in (
        (f"law={desk.law}", {first, second}),
        (f"law={desk.law}&article=12", {second}),
        (f"law={desk.law}&chapter=1", {first, second}),
        ("kind=multiple", {second}),
        ("difficulty=1", {first, third}),
        (f"q={first.stem}", {first}),
        ("kind=nonsense&difficulty=9&state=none", {first, second, third}),
    ):
        text = page(desk.client, f"/bank/?{query}")
        shown = {one for one in (first, second, third) if one.stem in text}
        assert shown == expected, query
    assert "没有符合的题" in page(desk.client, "/bank/?q=蜜蜂")


def test_fifty_a_page(desk: Desk, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        a_bank_of(session, desk.law, None, single=51)
    text = page(desk.client, "/bank/")
    assert text.count('name="question"') == 50
    assert "第1页，共2页" in text
    assert page(desk.client, "/bank/?page=2").count('name="question"') == 1
    assert page(desk.client, "/bank/?page=99").count('name="question"') == 1


def test_a_question_shows_its_key_its_articles_and_its_versions(
    desk: Desk, sqlite_database: Database
) -> None:
    version = add(sqlite_database, desk, article=7)
    text = page(desk.client, f"/bank/questions/{version.question_id}")
    assert version.stem in text
    assert version.explanation in text
    assert "《测试法》第七条" in text
    assert "/laws/%E6%B5%8B%E8%AF%95%E6%B3%95/7" in text
    assert "第1版" in text
    assert "还没有人抽到过" in text


def test_a_preview_shows_it_as_a_cadre_sees_it_and_saves_nothing(
    desk: Desk, sqlite_database: Database
) -> None:
    version = add(sqlite_database, desk)
    response = desk.client.post(
        f"/bank/questions/{version.question_id}", data=form(stem="新的题目？") | {"do": "preview"}
    )
    assert "干部见到的" in response.text
    assert "新的题目？" in response.text
    assert versions(sqlite_database, version.question_id) == [1]


def form(**changed: str) -> dict[str, str]:
    return {
        "based_on": "1", "stem": "谁看护水渠？", "option-A": "村里", "option-B": "乡里", "answer": "A",
        "explanation": "第二条。", "cites": "《测试法》第二条", "difficulty": "1",
    } | changed  # fmt: skip


def versions(database: Database, question_id: int) -> list[int]:
    with database.reading() as session:
        return list(
            session.scalars(
                sa.select(QuestionVersion.number)
                .where(QuestionVersion.question_id == question_id)
                .order_by(QuestionVersion.number)
            )
        )


def test_saving_makes_the_next_version_and_says_so(desk: Desk, sqlite_database: Database) -> None:
    question = add(sqlite_database, desk).question_id
    done = desk.client.post(f"/bank/questions/{question}", data=form(reason="写清楚"), follow_redirects=True)
    assert "已存为第2版" in done.text
    assert "写清楚" in done.text
    assert versions(sqlite_database, question) == [1, 2]


def test_a_mistake_keeps_what_was_typed(desk: Desk, sqlite_database: Database) -> None:
    question = add(sqlite_database, desk).question_id
    response = desk.client.post(f"/bank/questions/{question}", data=form(answer="", stem="写了一半"))
    assert response.status_code == 400
    assert "还没有答案，请填上。" in response.text
    assert "写了一半" in response.text
    assert versions(sqlite_database, question) == [1]


def test_the_later_of_two_editors_keeps_his_words_too(desk: Desk, sqlite_database: Database) -> None:
    question = add(sqlite_database, desk).question_id
    desk.client.post(f"/bank/questions/{question}", data=form())
    response = desk.client.post(f"/bank/questions/{question}", data=form(stem="我也在改。"))
    assert response.status_code == 409
    assert "刘志远刚存了第2版" in response.text
    assert "我也在改。" in response.text
    assert "存为第3版" in response.text


def test_several_are_held_at_once_and_the_filters_stay(desk: Desk, sqlite_database: Database) -> None:
    chosen = [add(sqlite_database, desk).question_id for _ in range(2)]
    response = desk.client.post(
        "/bank/states", data={"question": chosen, "act": "hold", "f-law": str(desk.law)}
    )
    assert f"law={desk.law}" in response.location
    assert "2道转到待核对" in page(desk.client, response.location)
    assert {state_of(sqlite_database, one) for one in chosen} == {"held"}


def test_retiring_asks_first(desk: Desk, sqlite_database: Database) -> None:
    question = add(sqlite_database, desk).question_id
    asked = desk.client.post("/bank/states", data={"question": question, "act": "retire"})
    assert "停用这道题？" in asked.text
    assert "成绩不变" in asked.text
    assert state_of(sqlite_database, question) == "in_use"
    desk.client.post("/bank/states", data={"question": question, "act": "retire", "sure": "1"})
    assert state_of(sqlite_database, question) == "retired"


def test_nothing_chosen_is_said(desk: Desk) -> None:
    response = desk.client.post("/bank/states", data={"act": "hold"})
    assert response.status_code == 409
    assert "还没有选题" in response.text


def test_another_townships_question_is_not_found(
    desk: Desk, sqlite_database: Database, client_for: Callable[..., FlaskClient]
) -> None:
    question = add(sqlite_database, desk).question_id
    with sqlite_database.writing() as session:
        there = a_township(session, "T2")
        admin = a_person(session, there, roles=[(Role.ADMIN, there)]).id
    other = client_for(admin)
    assert other.get(f"/bank/questions/{question}").status_code == 404
    assert other.post(f"/bank/questions/{question}", data=form()).status_code == 404
    sure = {"question": question, "act": "retire", "sure": "1"}
    assert other.post("/bank/states", data=sure).status_code == 404
    assert state_of(sqlite_database, question) == "in_use"


def test_how_it_was_answered_and_where_it_was_dealt(desk: Desk, sqlite_database: Database) -> None:
    version = add(sqlite_database, desk)
    with sqlite_database.writing() as session:
        township = session.get_one(Unit, desk.township.id)
        people = [a_person(session, township) for _ in range(5)]
        contest = an_assessment(session, township, [Line(desk.law, "single", 1, 100)])
        for place, person in enumerate(people):
            actor = an_actor(session, person)
            attempt = taking.begin(session, actor, contest, NOON)
            sheet = taking.own_sheet(session, attempt.id, actor)
            order = session.execute(
                sa.text("SELECT option_order FROM attempt_item WHERE attempt_id = :id"), {"id": attempt.id}
            ).scalar_one()
            letter = "ABCD"[order.index("A" if place < 3 else "B")]
            taking.save(session, sheet, actor, 1, [letter], NOON)
            taking.hand_in(session, attempt.id, actor, NOON + timedelta(minutes=1))
    text = page(desk.client, f"/bank/questions/{version.question_id}")
    assert "第1版，5人次" in text
    assert "答对60.0%" in text
    assert "（3 / 5）" in text
    assert "5人抽到" in text
    assert "五月月月赛" in text
