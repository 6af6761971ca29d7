"""The sums behind the reports, against a count by hand: also where full marks differ within a unit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.people.models import RosterEntry
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Result
from studyhall.reports.tallies import counts_by_row
from tests.factories import a_bank_of, a_law, a_person, a_township, a_unit, an_assessment


@dataclass
class ByHand:
    due: int = 0
    exempt: int = 0
    late: int = 0
    took_part: int = 0
    passed: int = 0
    excellent: int = 0
    percents: list[Fraction] = field(default_factory=list)


@pytest.mark.parametrize("fulls", [(10_000,), (10_000, 9_500, 8_000)])
@pytest.mark.parametrize("made_up", [False, True])
def test_counts_by_row_are_those_of_a_count_by_hand(
    session: Session, fulls: tuple[int, ...], made_up: bool
) -> None:
    dice = Random(11)
    township = a_township(session)
    villages = [a_unit(session, parent=township) for _ in range(5)]
    for village in villages:
        for _ in range(8):
            a_person(session, village)
    law = a_law(session).law_id
    a_bank_of(session, law, judge=2)
    assessment = an_assessment(session, township, [Line(law, "judge", 2, 500)])
    hand: dict[int, ByHand] = defaultdict(ByHand)
    results = session.scalars(sa.select(Result).where(Result.assessment_id == assessment.id)).all()
    for result in results:
        count = hand[result.unit_id]
        entry = session.get_one(RosterEntry, result.roster_entry_id)
        chance = dice.random()
        if chance < 0.15:
            result.due = False
            entry.state, entry.reason_code, entry.after_close = "exempt", "sick", chance < 0.07
            count.exempt += 1
            count.late += entry.after_close
            continue
        count.due += 1
        if chance < 0.3:
            continue
        result.full = result.final_full = dice.choice(fulls)
        result.score = result.final_score = dice.randrange(result.full + 1)
        result.took_part = result.final_took_part = True
        result.passed = result.final_passed = result.score * 100 >= 60 * result.full
        result.excellent = result.final_excellent = result.score * 100 >= 90 * result.full
        count.took_part += 1
        count.passed += result.passed
        count.excellent += result.excellent
        count.percents.append(Fraction(result.score * 100, result.full))
    session.flush()
    main, final = counts_by_row(session, [assessment], township, [assessment.id] if made_up else [])[
        assessment.id
    ]
    assert main.keys() == hand.keys()
    assert final == (main if made_up else {})
    for unit_id, expected in hand.items():
        found = main[unit_id]
        assert (found.due, found.exempt, found.exempt_after_close) == (
            expected.due, expected.exempt, expected.late,
        )  # fmt: skip
        assert (found.took_part, found.passed, found.excellent) == (
            expected.took_part, expected.passed, expected.excellent,
        )  # fmt: skip
        assert found.percent_sum == sum(expected.percents)
