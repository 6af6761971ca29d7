"""Results of an exam that was sat on another site, brought in person by person.

Checked first: who is not on the roster, who has sat here already, a score that cannot be. Nothing lands while
a row is held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import audit
from studyhall.core.access import Actor
from studyhall.core.errors import Refused
from studyhall.core.sayings import Saying
from studyhall.people.models import RosterEntry
from studyhall.quizzes.models import Assessment, AssessmentKind, Result, ScoreChange
from studyhall.quizzes.standing import write_given


@dataclass(frozen=True)
class Given:
    """One row: hundredths of a point, out of how many."""

    staff_no: str
    score: int
    full: int


@dataclass(frozen=True)
class Held:
    row: int
    """From 1, in the order given."""
    staff_no: str
    reason: Saying


@dataclass(frozen=True)
class Checked:
    ready: tuple[tuple[int, Given], ...]
    """Result id and what goes into it."""
    same: int
    """Rows that are in already, with the same score."""
    held: tuple[Held, ...]


def check(session: Session, assessment: Assessment, rows: Sequence[Given]) -> Checked:
    """What would land, and why the rest would not. Changes nothing."""
    standing = {
        entry.staff_no.upper(): (result, entry)
        for result, entry in session.execute(
            sa.select(Result, RosterEntry)
            .join(RosterEntry, RosterEntry.id == Result.roster_entry_id)
            .where(Result.assessment_id == assessment.id)
        )
    }
    times = Counter(row.staff_no.strip().upper() for row in rows)
    ready: list[tuple[int, Given]] = []
    held: list[Held] = []
    same = 0
    for number, row in enumerate(rows, 1):
        key = row.staff_no.strip().upper()
        result = standing[key][0] if key in standing else None
        reason = _obstacle(row, result, times[key])
        if reason:
            held.append(Held(number, row.staff_no, reason))
        elif result is not None and (result.score, result.full) == (row.score, row.full):
            same += 1
        elif result is not None:
            ready.append((result.id, row))
    return Checked(tuple(ready), same, tuple(held))


def _obstacle(row: Given, result: Result | None, times: int) -> Saying | None:
    if times > 1:
        return Saying("工号%(number)s有%(count)s行。", number=row.staff_no, count=times)
    if result is None:
        return Saying("名册里没有工号%(number)s。", number=row.staff_no)
    if row.full <= 0 or not 0 <= row.score <= row.full:
        return Saying("分数不在零分和满分之间。")
    if result.took_part and result.source == "here":
        return Saying("已经在这里答过，不用带入。")
    return None


def given_before(session: Session, assessment: Assessment) -> dict[str, tuple[int, int]]:
    """By staff number, the score and full mark that were brought in or keyed in already."""
    rows = session.execute(
        sa.select(RosterEntry.staff_no, Result.score, Result.full)
        .join(Result, Result.roster_entry_id == RosterEntry.id)
        .where(Result.assessment_id == assessment.id, Result.took_part, Result.source != "here")
    )
    return {number: (score or 0, full or 0) for number, score, full in rows}


def refuse_untimely(assessment: Assessment, now: datetime) -> None:
    """Raises Refused before the assessment has opened, and for a make-up or a mock."""
    if assessment.make_up_of is not None:
        raise Refused("补考的成绩跟着正考走，不能从别处带入。")
    if assessment.kind == AssessmentKind.MOCK:
        raise Refused("模拟不计入报表，不用带入成绩。")
    if not assessment.is_published or now < assessment.opens_at:
        raise Refused("还没有开始，开始以后才能带入成绩。")


def bring_in(
    session: Session,
    actor: Actor,
    assessment: Assessment,
    rows: Sequence[Given],
    now: datetime,
    *,
    source: str = "elsewhere",
) -> int:
    """Write them; gives how many results changed. The same rows again change nothing.

    `source`: elsewhere for another site's figures, keyed_in for a paper exam typed in by hand.

    Raises Refused while any row is held, before the assessment has opened, and for a make-up or a mock.
    """
    refuse_untimely(assessment, now)
    session.execute(sa.select(Assessment.id).where(Assessment.id == assessment.id).with_for_update())
    checked = check(session, assessment, rows)
    if checked.held:
        first = checked.held[0]
        raise Refused(
            "有%(count)s行要改，一行也没有带入。第%(row)s行：%(reason)s",
            count=len(checked.held),
            row=first.row,
            reason=first.reason,
        )
    for result_id, row in checked.ready:
        result = session.execute(
            sa.select(Result).where(Result.id == result_id).with_for_update(of=Result)
        ).scalar_one()
        if result.took_part:
            session.add(
                ScoreChange(
                    result_id=result.id, ruling="override", old_score=result.score, old_full=result.full,
                    new_score=row.score, new_full=row.full, reason="重新带入外面的成绩",
                    decided_by=actor.person_id, at=now,
                )
            )  # fmt: skip
        write_given(session, result, assessment, row.score, row.full, source=source)
    if checked.ready:
        audit.record(
            session, actor, "result.brought_in", f"assessment:{assessment.id}", assessment.title,
            unit_path=assessment.owner_unit.path, after={"added": len(checked.ready)},
        )  # fmt: skip
    return len(checked.ready)
