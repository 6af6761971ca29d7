"""A township with a law of twenty articles, three questions each, and somebody who practises."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from studyhall.bank.models import QuestionVersion
from studyhall.core.access import Actor
from studyhall.core.db import Database
from studyhall.library.models import Edition
from studyhall.people.models import Person, Unit
from tests.factories import a_bank, a_law, a_person, a_question, a_township, an_actor


@dataclass
class Town:
    unit: Unit
    person: Person
    actor: Actor
    edition: Edition
    questions: dict[int, list[QuestionVersion]]
    """By article."""


def build_town(session: Session, articles: int = 8, each: int = 3) -> Town:
    unit = a_township(session)
    person = a_person(session, unit, name="加娜尔")
    edition = a_law(session, "信访工作条例", 20)
    bank = a_bank(session, unit)
    kinds = ("single", "judge", "multiple")
    questions = {
        article: [
            a_question(session, bank, edition.law_id, kinds[n % 3], article=article) for n in range(each)
        ]
        for article in range(1, articles + 1)
    }
    _ = edition.law.short_title
    return Town(unit, person, an_actor(session, person), edition, questions)


@pytest.fixture
def town(session: Session) -> Town:
    return build_town(session)


@pytest.fixture
def settled(sqlite_database: Database) -> Town:
    """The same, committed, for pages."""
    with sqlite_database.writing() as session:
        return build_town(session)
