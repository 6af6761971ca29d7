"""The laws of the year's plan: those of its contests and exams, published or not."""

from __future__ import annotations

import random
from datetime import timedelta

from sqlalchemy.orm import Session

from studyhall.practice import choosing, plan, queries, runs
from studyhall.practice.models import Way
from studyhall.practice.runs import Wish
from studyhall.quizzes import publishing
from studyhall.quizzes.assembly import Line
from tests.factories import (
    NOON,
    a_bank,
    a_law,
    a_person,
    a_question,
    a_township,
    an_actor,
    an_assessment,
)
from tests.practice.conftest import Town

DAY = timedelta(days=1)


def a_contest(session: Session, town: Town, law_id: int, month: int, **more):
    contest = an_assessment(
        session, more.pop("unit", town.unit), [Line(law_id, "single", 1, 400)],
        opens_at=NOON + DAY, closes_at=NOON + 2 * DAY, **more,
    )  # fmt: skip
    contest.counts_for_month = month
    session.flush()
    return contest


def test_months_have_the_laws_of_their_contests_drafts_too(session: Session, town: Town) -> None:
    other = a_law(session, "民法典", 30)
    a_question(session, a_bank(session, town.unit), other.law_id, "single")
    a_contest(session, town, town.edition.law_id, 5)
    draft = a_contest(session, town, other.law_id, 6)
    publishing.withdraw(session, None, draft, NOON)
    months = plan.of_year(session, town.actor, 2026)
    a_contest(session, town, town.edition.law_id, 4)
    assert [one.first for one in months] == [5, 6]
    months = plan.of_year(session, town.actor, 2026)
    assert [(one.first, one.last, [law.short_title for law in one.laws]) for one in months] == [
        (4, 5, ["信访工作条例"]),
        (6, 6, ["民法典"]),
    ]
    assert plan.of_year(session, town.actor, 2027) == []


def test_what_asks_nothing_of_this_person_is_not_in_his_plan(session: Session, town: Town) -> None:
    """Withdrawn for good, a make-up, another township's, and one that does not expect him."""
    law = town.edition.law_id
    a_contest(session, town, law, 3).withdrawn_at = NOON
    first = a_contest(session, town, law, 4)
    make_up = a_contest(session, town, law, 5)
    make_up.make_up_of = first.id
    first.withdrawn_at = NOON
    elsewhere = a_township(session, "T9", town.unit)
    a_person(session, elsewhere)
    a_contest(session, town, law, 6, unit=elsewhere)
    session.flush()
    assert plan.of_year(session, town.actor, 2026) == []
    a_contest(session, town, law, 7)
    assert [one.first for one in plan.of_year(session, town.actor, 2026)] == [7]
    came_after = an_actor(session, a_person(session, town.unit))
    assert plan.of_year(session, came_after, 2026) == []


def test_the_five_come_from_the_plan_and_from_one_s_own_choice_before_it(
    session: Session, town: Town
) -> None:
    other = a_law(session, "民法典", 30)
    bank = a_bank(session, town.unit)
    for article in range(1, 8):
        a_question(session, bank, other.law_id, "single", article=article)
    a_contest(session, town, other.law_id, 6)

    def laws_of_five(seed: int, now) -> set[int]:
        run = runs.begin(session, town.actor, Wish(Way.FIVE), now, random.Random(seed))
        return {item.question.law_id for item in queries.own_run(session, run.id, town.person.id).items}

    assert laws_of_five(1, NOON) == {other.law_id}
    choosing.choose_laws(session, town.person.id, [town.edition.law_id])
    assert laws_of_five(2, NOON + DAY) == {town.edition.law_id}
    choosing.choose_laws(session, town.person.id, [])
    assert queries.own_laws(session, town.actor, 2026) == ({other.law_id}, False)
