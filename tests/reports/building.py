"""Building a month by hand: contests of one question, attempts with given scores, exemptions, make-ups."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.periods import Month
from studyhall.people import roster
from studyhall.people.models import Membership, Person, RosterEntry, Unit
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment, Attempt, Result
from studyhall.quizzes.standing import rewrite_result
from studyhall.quizzes.upkeep import freeze_roster
from tests.factories import a_bank_of, a_law, an_assessment
from tests.reports.plain_count import raw

MAY = Month(2026, 5)
OPENS_ON = date(2026, 5, 10)
OPENS = clock.at_local(OPENS_ON, 9)
CLOSES = clock.at_local(date(2026, 5, 25), 18)
LATER = CLOSES + timedelta(days=2)


def a_contest(session: Session, township: Unit, **setup: object) -> Assessment:
    """Of one question; its scores are written by hand below."""
    law = a_law(session).law_id
    a_bank_of(session, law, single=1)
    given: dict[str, Any] = {"opens_at": OPENS, "closes_at": CLOSES, "attempts_allowed": 9} | setup
    assessment = an_assessment(session, township, [Line(law, "single", 1, 100)], **given)
    freeze_roster(session, assessment.id, given["opens_at"])
    return assessment


def result_of(session: Session, assessment: Assessment, person: Person) -> Result:
    return session.scalars(
        sa.select(Result).where(Result.assessment_id == assessment.id, Result.person_id == person.id)
    ).one()


def hands_in(
    session: Session, assessment: Assessment, person: Person, score: int, full: int = 10000, **how: int
) -> None:
    """One more attempt, handed in with this score; `answered` 0 is a blank one."""
    result = result_of(session, assessment, person)
    number = len(raw(session, "attempt", assessment_id=assessment.id, person_id=person.id)) + 1
    session.add(
        Attempt(
            assessment_id=assessment.id,
            person_id=person.id,
            result_id=result.id,
            number=number,
            seed=number,
            started_at=OPENS,
            deadline=CLOSES,
            handed_in_at=OPENS + timedelta(minutes=20),
            closed_by="person",
            seconds=how.get("seconds", 600),
            answered=how.get("answered", 1),
            score=score,
            full=full,
        )
    )
    session.flush()
    rewrite_result(session, result.id, assessment)


def exempts(session: Session, assessment: Assessment, person: Person, *, after_close: bool = False) -> None:
    result = result_of(session, assessment, person)
    entry = session.get_one(RosterEntry, result.roster_entry_id)
    roster.exempt(
        entry, "sick", "李文生", decided_by=None, took_part=result.took_part, after_close=after_close
    )
    result.due = False
    session.flush()


def makes_up(session: Session, assessment: Assessment, person: Person, score: int, full: int = 10000) -> None:
    """A row as the make-up would write it."""
    result = result_of(session, assessment, person)
    result.make_up_score, result.make_up_full = score, full
    session.flush()
    rewrite_result(session, result.id, assessment)


def announce_make_up(session: Session, assessment: Assessment) -> None:
    """The make-up itself, an assessment of its own that stands in no figure."""
    columns = {c.key: getattr(assessment, c.key) for c in Assessment.__table__.columns if c.key != "id"}
    changed = {"code": f"m{assessment.id}", "make_up_of": assessment.id, "opens_at": CLOSES}
    session.add(Assessment(**columns | changed | {"closes_at": LATER}))
    session.flush()


def move(session: Session, person: Person, unit: Unit, on: date) -> None:
    """A dated transfer, as two rows."""
    old = session.scalars(sa.select(Membership).where(Membership.person_id == person.id)).one()
    old.ends_on = on
    session.add(
        Membership(person_id=person.id, unit_id=unit.id, category=old.category, counts=True, starts_on=on)
    )
    session.flush()
