"""How somebody who knows so much answers a paper; and everybody's attempts at one contest or exam."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.asked import Asked
from studyhall.core import clock
from studyhall.demo import names
from studyhall.demo.actors import signed_in
from studyhall.people.models import RosterEntry
from studyhall.quizzes.answers import shown_answer
from studyhall.quizzes.models import Assessment, Result
from studyhall.quizzes.publishing import lines_of, pool
from studyhall.quizzes.whole_paper import sit

SLOW = ("牧场村", "沙枣村", "农业农村服务中心", "经济发展办公室", "巴音村", "草原畜牧服务站")
"""Whose people more often miss a contest."""


@dataclass(frozen=True)
class Expected:
    """One person due at a contest, as its roster has him."""

    person_id: int
    name: str
    unit_name: str
    staff_no: str
    unit_path: str


def expected(session: Session, assessment_id: int) -> list[Expected]:
    rows = session.execute(
        sa.select(
            RosterEntry.person_id,
            RosterEntry.name,
            RosterEntry.unit_name,
            RosterEntry.staff_no,
            RosterEntry.unit_path,
        )
        .join(Result, Result.roster_entry_id == RosterEntry.id)
        .where(Result.assessment_id == assessment_id, Result.due)
        .order_by(RosterEntry.staff_no)
    )
    return [Expected(*row) for row in rows]


def absentees(people: Sequence[Expected], count: int, dice: random.Random) -> set[int]:
    """So many who stay away: the slow units first to be drawn, never those the demo logs in as."""
    known = (names.ADMIN, names.LEADER, names.AUDITOR, names.CADRE)
    left = [one for one in people if one.name not in known]
    chosen: set[int] = set()
    while len(chosen) < count:
        weights = [6 if one.unit_name in SLOW else 1 for one in left]
        one = dice.choices(left, weights)[0]
        left.remove(one)
        chosen.add(one.person_id)
    return chosen


def answer_paper(paper: Sequence[tuple[Asked, str]], wrong: int, dice: random.Random) -> list[Sequence[str]]:
    """All right but for so many questions, the harder ones first to be missed. Letters of the paper."""
    order = sorted(
        range(len(paper)), key=lambda place: (dice.random() * (5 - paper[place][0].difficulty), place)
    )
    missed = set(order[:wrong])
    return [
        _given(question, letters, place in missed, dice) for place, (question, letters) in enumerate(paper)
    ]


def _given(question: Asked, order: str, missed: bool, dice: random.Random) -> Sequence[str]:
    if question.kind == "judge":
        return ["true" if bool(question.answer) is not missed else "false"]
    if question.kind == "single":
        others = [letter for letter in question.letters if letter != question.answer]
        return [shown_answer(dice.choice(others) if missed else question.answer, order)]
    if question.kind == "multiple":
        key = list(question.answer)
        if missed:
            outside = [letter for letter in question.letters if letter not in key]
            # Half of those who miss it choose too few, the others one too many.
            key = key[:-1] if not outside or dice.random() < 0.5 else [*key, outside[0]]
        return list(shown_answer("".join(key), order))
    return [] if missed else [blank[0] for blank in question.answer]


def write_attempts(
    session: Session,
    assessment_id: int,
    who: Sequence[Expected],
    until: datetime,
    *,
    key: str,
    wrong: Mapping[int, int] | None = None,
    again: Collection[int] = (),
) -> None:
    """Everybody in `who` sits between opening and `until`, in the order of time.

    `wrong`: how many questions somebody misses, by person id, where that is settled; `again`: tries twice.
    """
    assessment = session.get_one(Assessment, assessment_id)
    candidates = pool(session, assessment.owner_unit.path, lines_of(assessment))
    span = min(assessment.closes_at, until) - assessment.opens_at - timedelta(minutes=assessment.minutes)
    runs = []
    for one in who:
        # Each person has dice of his own, so that one more on the roster changes nobody else's paper.
        dice = random.Random(f"{key} {one.staff_no}")
        missed = (wrong or {}).get(one.person_id, _usual(dice))
        begins = assessment.opens_at + span * dice.uniform(0.02, 0.55)
        runs.append((by_day(begins, assessment.opens_at, span), one, missed, dice))
        if one.person_id in again:
            begins += span * dice.uniform(0.2, 0.4)
            runs.append((by_day(begins, assessment.opens_at, span), one, max(missed - 2, 0), dice))
    actors = signed_in(
        session, [(one.person_id, one.staff_no, one.name, one.unit_name, one.unit_path) for one in who]
    )
    for begins, one, missed, dice in sorted(runs, key=lambda run: (run[0], run[1].staff_no)):
        sit(
            session, actors[one.person_id], assessment,
            lambda paper, missed=missed, dice=dice: answer_paper(paper, missed, dice),  # type: ignore[misc]
            begins, timedelta(minutes=dice.randint(7, 24), seconds=dice.randint(0, 59)),
            candidates=candidates, seed=dice.getrandbits(62),
        )  # fmt: skip


def by_day(moment: datetime, opens_at: datetime, span: timedelta) -> datetime:
    """Nobody sits at night: eight hours later then, in a window that has the room."""
    later = moment + timedelta(hours=8)
    has_room = span > timedelta(days=3) and later <= opens_at + span
    return later if has_room and clock.local(moment).hour < 7 else moment


def _usual(dice: random.Random) -> int:
    """Wrong out of twenty: mostly three to seven, a few so many that it is not enough."""
    return min(max(round(dice.gauss(4.4, 2.7)), 0), 14)
