"""Some people practise of an evening: enough of them that their unit has a sum, which says nobody's name."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import partial

from sqlalchemy.orm import Session

from studyhall.bank.asked import asked
from studyhall.core import clock
from studyhall.demo import names
from studyhall.demo.actors import actor
from studyhall.demo.papers import answer_paper
from studyhall.demo.scenes import Scene
from studyhall.practice import answering, cards, queries, runs
from studyhall.practice.models import Way
from studyhall.practice.runs import Wish

PEOPLE = 7
MISSES = 0.35


def scenes(today: date) -> list[Scene]:
    """Five questions each, yesterday evening."""
    who = [names.CADRE, *_others()]
    yesterday = today - timedelta(days=1)
    return [
        Scene(clock.at_local(yesterday, 20, 4 * place), partial(_practise, name=name))
        for place, name in enumerate(who)
    ]


def _others() -> list[str]:
    """The last of each unit that still has somebody else; nobody who has retired."""
    last = [unit.people[-1] for unit in names.UNITS if unit.people]
    return [name for name in last if name != names.CADRE and name not in names.RETIRED][: PEOPLE - 1]


def _practise(session: Session, *, name: str) -> None:
    who, now = actor(session, name), clock.now()
    dice = random.Random(f"practice {who.staff_no}")
    cards.bring_up(session, who.person_id, now)
    run = runs.begin(session, who, Wish(Way.FIVE), now, dice)
    items = queries.own_run(session, run.id, who.person_id).items
    questions = asked(session, [item.version_id for item in items])
    for item in items:
        now += timedelta(seconds=dice.randint(15, 90))
        paper = [(questions[item.version_id], item.option_order)]
        (given,) = answer_paper(paper, int(dice.random() < MISSES), dice)
        answering.answer(session, who, run.id, item.position, given, now, look=not given)
