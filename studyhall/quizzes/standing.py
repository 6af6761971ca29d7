"""Keeping the one result row of an expected person true to his attempts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.figures import reaches
from studyhall.people import roster
from studyhall.people.models import RosterEntry
from studyhall.quizzes.grading import Run, counted_run, final_of
from studyhall.quizzes.models import Assessment, Attempt, MakeUpRule, Result

_assessment = cast(sa.Table, Assessment.__table__)
_attempt = cast(sa.Table, Attempt.__table__)
_result = cast(sa.Table, Result.__table__)

RULES = (
    _assessment.c.counting_rule,
    _assessment.c.pass_percent,
    _assessment.c.excellent_percent,
    _assessment.c.make_up_rule,
)
"""The columns that `rules_of` reads."""

MAKE_UP = (_result.c.make_up_score, _result.c.make_up_full)
"""The columns that `make_up_of` reads."""


@dataclass(frozen=True)
class Rules:
    """What an assessment says about the worth of a score."""

    pass_percent: int
    excellent_percent: int
    capped: bool
    """A make-up earns the pass mark at most."""


def rules_of(row: Any) -> Rules:
    """Of an assessment, or of a row with `RULES`."""
    return Rules(row.pass_percent, row.excellent_percent, row.make_up_rule == MakeUpRule.CAPPED)


def make_up_of(row: Any) -> tuple[int, int] | None:
    """`(score, full)` of a result, or of a row with `MAKE_UP`; None without a make-up."""
    if row.make_up_score is None or row.make_up_full is None:
        return None
    return row.make_up_score, row.make_up_full


_RUNS = sa.select(
    _attempt.c.id,
    _attempt.c.number,
    _attempt.c.score,
    _attempt.c.full,
    _attempt.c.seconds,
    _attempt.c.answered,
    _attempt.c.handed_in_at,
).where(_attempt.c.result_id == sa.bindparam("of_result"), _attempt.c.handed_in_at.is_not(None))


def runs_of(session: Session, result_id: int) -> list[Run]:
    """The attempts handed in so far that this result comes from."""
    return [Run(*row) for row in session.connection().execute(_RUNS, {"of_result": result_id})]


def standing(rules: Rules, run: Run, make_up: tuple[int, int] | None) -> dict[str, Any]:
    """The columns of a result whose main run is `run`. Who has taken part is due."""
    return {
        "due": True,
        "took_part": True,
        "score": run.score,
        "full": run.full,
        "passed": reaches(run.score, run.full, rules.pass_percent),
        "excellent": reaches(run.score, run.full, rules.excellent_percent),
        "attempt_id": run.attempt_id,
        "seconds": run.seconds,
        "handed_in_at": run.handed_in_at,
        "source": "here",
        **_final(rules, (run.score, run.full), make_up),
    }


def _final(rules: Rules, main: tuple[int, int] | None, make_up: tuple[int, int] | None) -> dict[str, Any]:
    final = final_of(
        main,
        make_up,
        pass_percent=rules.pass_percent,
        excellent_percent=rules.excellent_percent,
        capped=rules.capped,
    )
    return {
        "final_took_part": final.took_part,
        "final_score": final.score,
        "final_full": final.full,
        "final_passed": final.passed,
        "final_excellent": final.excellent,
    }


def rewrite_result(session: Session, result_id: int, assessment: Assessment) -> Result:
    """Work the result out anew from all handed-in attempts of this person. Doing it twice changes nothing.

    An exempt person who has handed in becomes due: nobody takes part who is not due. Of a make-up the row of
    the assessment that it makes up for is rewritten too.
    """
    session.flush()
    result = _locked(session, Result.id == result_id)
    run = counted_run(runs_of(session, result_id), assessment.counting_rule)
    if run is not None:
        _make_due(session, result)
        _write(result, standing(rules_of(assessment), run, make_up_of(result)))
    else:
        _write(result, _final(rules_of(assessment), _main(result), make_up_of(result)))
    session.flush()
    if assessment.make_up_of is not None:
        write_into_parent(session, result.person_id, assessment.make_up_of)
    return result


def write_into_parent(session: Session, person_id: int, parent_id: int) -> None:
    """Carry the best make-up of a person into the row that it makes up for.

    Who was exempted in between and sits the make-up all the same is due again: nobody takes part who is not.
    """
    parent = session.get_one(Assessment, parent_id)
    main = _locked(session, Result.assessment_id == parent_id, Result.person_id == person_id)
    made_up = session.execute(
        sa.select(Result.score, Result.full)
        .join(Assessment, Assessment.id == Result.assessment_id)
        .where(Assessment.make_up_of == parent_id, Result.person_id == person_id, Result.took_part)
    ).all()
    if made_up:
        best = max(made_up, key=lambda row: Fraction(row.score or 0, row.full or 1))
        main.make_up_score, main.make_up_full = best.score, best.full
        _make_due(session, main)
        main.due = True
    _write(main, _final(rules_of(parent), _main(main), make_up_of(main)))
    session.flush()


def write_given(
    session: Session, result: Result, assessment: Assessment, score: int, full: int, *, source: str
) -> None:
    """A main run that was not sat here: brought in from elsewhere, or keyed in from paper."""
    _make_due(session, result)
    rules = rules_of(assessment)
    result.due = result.took_part = True
    result.score, result.full = score, full
    result.passed = reaches(score, full, rules.pass_percent)
    result.excellent = reaches(score, full, rules.excellent_percent)
    result.attempt_id = result.seconds = result.handed_in_at = None
    result.source = source
    _write(result, _final(rules, (score, full), make_up_of(result)))
    session.flush()


def _locked(session: Session, *which: sa.ColumnElement[bool]) -> Result:
    return session.execute(
        sa.select(Result).where(*which).with_for_update(of=Result).execution_options(populate_existing=True)
    ).scalar_one()


def _main(result: Result) -> tuple[int, int] | None:
    if not result.took_part or result.score is None or result.full is None:
        return None
    return result.score, result.full


def _make_due(session: Session, result: Result) -> None:
    if not result.due:
        roster.make_due(session.get_one(RosterEntry, result.roster_entry_id))


def _write(result: Result, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(result, name, value)
