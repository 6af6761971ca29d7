"""Parameters fitted when there are enough reviews, taken only where they foretell better."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from unittest.mock import Mock

import fsrs
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.db import Database
from studyhall.practice import cards, fitting, refitting
from studyhall.practice.fitting import ENOUGH, firsts_of_days, fit, loss
from studyhall.practice.models import PracticeCard, PracticeParameters
from studyhall.practice.schedule import DEFAULT, Parameters, Review, chance, noon, rating
from tests.factories import NOON
from tests.practice.conftest import build_town
from tests.practice.test_evidence import practise

FIRST = date(2026, 1, 1)


def histories(truth: Parameters, people: int = 15, articles: int = 8, seed: int = 1):
    """What people who forget by `truth` answer when asked at random pauses."""
    dice, found = random.Random(seed), []
    scheduler = truth.scheduler()
    for person in range(people):
        for _article in range(articles):
            day, last, reviews = FIRST, None, []
            card = fsrs.Card(card_id=0, due=noon(day))
            for n in range(6):
                known = chance(card.stability, last, day, truth.decay) if last else 0.5
                right = dice.random() < known
                reviews.append(Review(day, datetime.combine(day, time(9), tzinfo=UTC), str(n), right))
                card, _log = scheduler.review_card(card, rating(right, None), noon(day))
                last, day = day, day + timedelta(days=dice.randint(1, 20))
            found.append((person, reviews))
    return found


@pytest.fixture
def fewer_are_enough(monkeypatch):
    monkeypatch.setattr(fitting, "ENOUGH", 500)


def test_too_few_reviews_fit_nothing() -> None:
    assert fit(histories(DEFAULT, people=15, articles=2), DEFAULT) is None
    assert fit(histories(DEFAULT, people=2, articles=ENOUGH // 4), DEFAULT) is None


@pytest.mark.slow
def test_people_who_forget_faster_are_foretold_better(fewer_are_enough) -> None:
    values = list(DEFAULT.values)
    values[0], values[2], values[8], values[20] = 0.05, 0.5, 0.6, 0.5
    truth = replace(DEFAULT, values=tuple(values))
    found = fit(histories(truth), DEFAULT)
    assert found.is_better
    fresh = [reviews for _person, reviews in histories(truth, seed=9)]
    assert loss(fresh, found.parameters) < loss(fresh, DEFAULT)


@pytest.mark.slow
def test_people_as_the_model_says_change_nothing(fewer_are_enough) -> None:
    assert not fit(histories(DEFAULT), DEFAULT).is_better


def test_only_the_first_answer_of_a_day_is_a_review() -> None:
    day = datetime.combine(FIRST, time(9), tzinfo=UTC)
    first, second = Review(FIRST, day, "a", False), Review(FIRST, day + timedelta(hours=1), "b", True)
    assert firsts_of_days([second, first]) == [first]


def test_the_newest_parameters_are_used_and_their_number_is_kept_with_each_card(session: Session) -> None:
    assert cards.parameters(session) == DEFAULT
    row = PracticeParameters(
        fitted_at=NOON, values=list(DEFAULT.values), reviews=3000, loss_before=0.4, loss_after=0.3
    )
    session.add(row)
    session.flush()
    assert cards.parameters(session).label == f"6.3/{row.id}"


@pytest.fixture
def better(monkeypatch):
    """Whatever there is, other weights foretell it better; counts how often that was reckoned."""
    tried = []

    def fit_anything(histories, start):
        tried.append(len(list(histories)))
        return fitting.Fit(replace(DEFAULT, values=(0.3, *DEFAULT.values[1:])), 2500, 0.4, 0.3)

    monkeypatch.setattr(fitting, "fit", fit_anything)
    monkeypatch.setattr(fitting, "ENOUGH", 1)
    monkeypatch.setattr(refitting, "_tried_on", None)
    return tried


def test_better_ones_are_taken_by_themselves_once_a_month_at_most(database: Database, better) -> None:
    with database.writing() as session:
        town = build_town(session)
        practise(session, town, 1, "D")
    refitting.keep_up(database, NOON - timedelta(hours=10))
    assert better == []
    refitting.keep_up(database, NOON)
    refitting.keep_up(database, NOON + timedelta(minutes=1))
    refitting.keep_up(database, NOON + timedelta(days=1))
    assert len(better) == 1
    with database.reading() as session:
        (row,) = session.scalars(sa.select(PracticeParameters)).all()
        assert row.reviews == 2500 and cards.parameters(session).label == f"6.3/{row.id}"
    cards.catch_up(database, town.person.id, NOON + timedelta(days=1))
    with database.reading() as session:
        assert set(session.scalars(sa.select(PracticeCard.scheduler))) == {f"6.3/{row.id}"}
    refitting.keep_up(database, NOON + timedelta(days=31))
    assert len(better) == 2


def test_who_was_faster_wins(database: Database, better, monkeypatch) -> None:
    with database.writing() as session:
        practise(session, build_town(session), 1, "D")
    assert refitting.refit(database, NOON) is not None
    monkeypatch.setattr(refitting, "parameters", Mock(side_effect=[DEFAULT, Parameters(name="9")]))
    assert refitting.refit(database, NOON) is None
