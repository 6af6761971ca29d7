"""Words in stems, found through the index as a person who reads them would, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall import migrations
from studyhall.bank.models import Citation, Question, QuestionVersion
from studyhall.core import clock, search_words
from studyhall.core.db import Database
from tests.factories import a_bank_of, a_law, a_question, a_township

STEMS = (
    "《民法典》第一千零四十二条禁止什么？",
    "治安管理处罚法规定，应当在24小时以内通知家属。",
    "Which LAW is it? 甲、乙两村",
    "应当依\n法办理，不得推诿",
    "１２３４５ 全角数字ＡＢＣ",
    '有"引号"和 OR 的题* (括号) NEAR(甲)',
    "𠮷野家与é",
)


@pytest.fixture
def stems(session: Session) -> Session:
    town = a_township(session)
    law_id = a_law(session).law_id
    bank = a_bank_of(session, law_id, town, single=0)
    for stem in STEMS:
        a_question(session, bank, law_id, "single", stem=stem)
    return session


def found(session: Session, query: str) -> list[int]:
    """Which of `STEMS` hold every word of the query."""
    version = QuestionVersion
    hits = [
        search_words.holds(version.id, version.grams, version.stem, one)
        for one in search_words.words_in(query)
    ]
    return sorted(STEMS.index(stem) for stem in session.scalars(sa.select(version.stem).where(*hits)))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("民法", [0]),
        ("民法典", [0]),
        ("法典》第一", [0]),  # a sign in between parts the word, and both parts must be there
        ("典第", []),  # what a sign parts is no word
        ("管理处罚", [1]),
        ("法", [0, 1, 3]),  # one character, also the last before a sign
        ("属", [1]),
        ("24", [1]),
        ("4小", [1]),
        ("２４小时", [1]),
        ("law", [2]),
        ("aw", [2]),
        ("WHICH law 乙", [2]),
        ("甲乙", []),
        ("依法", [3]),  # across the end of a line
        ("12345", [4]),
        ("abc", [4]),
        ("𠮷野", [6]),
        ("É", [6]),
        ("没有", []),
        ("民法 没有", []),
    ],
)
def test_words_are_found_where_they_stand(stems: Session, query: str, expected: list[int]) -> None:
    assert found(stems, query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"引号"', [5]),
        ("OR", [5]),
        ("题* (括号)", [5]),
        ("NEAR(甲)", [5]),
        ("甲*", [2, 5]),
        ("grams:民法", []),
        ("NOT 民法", []),
        ("民法 OR", []),
        ("民法&!|<->'", [0]),
        ("^民法", [0]),
        ("-- ;", []),
        ("%", []),
        ("_", []),
        ("？", [0]),  # a sign alone is looked for in the text
        ('"', [5]),
    ],
)
def test_no_query_language_is_heard(stems: Session, query: str, expected: list[int]) -> None:
    assert found(stems, query) == expected


def test_the_index_follows_what_is_written_and_taken_back(database: Database) -> None:
    with database.writing() as session:
        town = a_township(session)
        law_id = a_law(session).law_id
        bank = a_bank_of(session, law_id, town, single=0)
        for stem in STEMS[:2]:
            a_question(session, bank, law_id, "single", stem=stem)
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        a_question(session, bank, law_id, "single", stem=STEMS[3])
        assert found(session, "依法") == [3]
        raise ZeroDivisionError
    with database.writing() as session:
        assert found(session, "依法") == []
        assert found(session, "法") == [0, 1]
        session.execute(
            sa.update(QuestionVersion).values(stem=STEMS[3], grams=search_words.grams_of(STEMS[3]))
        )
        assert set(found(session, "依法")) == {3}
        assert found(session, "民法") == []
    with database.writing() as session:
        session.execute(sa.update(Question).values(current_version_id=None))
        session.execute(sa.delete(Citation))
        session.execute(sa.delete(QuestionVersion))
        assert found(session, "依法") == []


def test_a_very_long_text_is_kept_and_found_by_its_beginning(stems: Session) -> None:
    assert len(search_words.grams_of("法" * 1_000_000).split()) == search_words.LONGEST
    assert search_words.grams_of("") == search_words.grams_of("？！") == ""


def test_questions_from_before_are_found_after_the_upgrade(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    migrations.upgrade(database, "20261130_reading")
    with database.engine.begin() as connection:
        old = sa.MetaData()
        old.reflect(connection, only=["bank", "question", "question_version"])
        bank, question, version = (old.tables[name] for name in ("bank", "question", "question_version"))
        connection.execute(sa.insert(bank), {"id": 1, "name": "题库"})
        for number, stem in enumerate(STEMS, 1):
            connection.execute(
                sa.insert(question), {"id": number, "bank_id": 1, "key": f"q-{number}", "state": "draft"}
            )
            content = {
                "kind": "judge",
                "stem": stem,
                "options": [],
                "answer": True,
                "points": [],
                "explanation": "",
            }
            about = {"question_id": number, "number": 1, "position": 0, "difficulty": 1, "content_hash": "x"}
            connection.execute(sa.insert(version), {**content, **about, "created_at": clock.now()})
    migrations.upgrade(database)
    with database.reading() as session:
        assert found(session, "民法典") == [0]
        assert found(session, "依法") == [3]
    database.close()
