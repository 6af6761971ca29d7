"""A question of one assessment is voided or gets another key: everybody is graded again, the old score kept.

Lock order: assessment, attempts by id, items. A hand-in that runs at the same moment either finds the ruling
or is graded again here, because both lock the attempt first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.asked import asked
from studyhall.core import audit
from studyhall.core.access import Actor
from studyhall.core.errors import Refused
from studyhall.people.models import RosterEntry
from studyhall.quizzes.closing import VOIDED, grade_items
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem, QuestionRuling, Result, ScoreChange
from studyhall.quizzes.standing import rewrite_result

FULL, LEFT_OUT, RE_KEY = "full", "left_out", "re_key"
_WORDS = {FULL: "void", LEFT_OUT: "void", RE_KEY: "re_key"}


@dataclass(frozen=True)
class Standing:
    """A result before or after: hundredths of a point, and what follows."""

    score: int | None
    full: int | None
    passed: bool
    excellent: bool


@dataclass(frozen=True)
class Moved:
    """One person whose result a ruling moves."""

    result_id: int
    name: str
    unit_name: str
    old: Standing
    new: Standing


def rule(
    session: Session,
    actor: Actor,
    assessment: Assessment,
    version_id: int,
    ruling: str,
    reason: str,
    now: datetime,
    *,
    key: Any = None,
) -> list[Moved]:
    """Void a question (`full`: everybody gets its points; `left_out`: it leaves the full mark) or re-key it.

    Ruling again on the same question replaces the first ruling. Papers still open are graded by it when they
    are handed in. Gives those whose result moved. Raises Refused without a reason, for a question nobody was
    dealt, and for a re-key without a key.
    """
    _check(session, assessment, version_id, ruling, reason, key)
    session.execute(sa.select(Assessment.id).where(Assessment.id == assessment.id).with_for_update())
    _put_down(session, actor, assessment, version_id, ruling, reason, now, key)
    moved = _regrade(session, assessment, version_id)
    session.add_all(
        ScoreChange(
            result_id=one.result_id, ruling=_WORDS[ruling], version_id=version_id,
            old_score=one.old.score, old_full=one.old.full, new_score=one.new.score, new_full=one.new.full,
            reason=reason.strip(), decided_by=actor.person_id, at=now,
        )
        for one in moved
    )  # fmt: skip
    session.flush()
    audit.record(
        session, actor, f"question.{_WORDS[ruling]}", f"assessment:{assessment.id}", assessment.title,
        unit_path=assessment.owner_unit.path,
        after={"version": version_id, "ruling": ruling, "reason": reason.strip(), "moved": len(moved)},
    )  # fmt: skip
    return moved


def what_would_move(
    session: Session,
    actor: Actor,
    assessment: Assessment,
    version_id: int,
    ruling: str,
    now: datetime,
    *,
    key: Any = None,
) -> list[Moved]:
    """The same, worked out and taken back, for the page that asks first. Needs a writing session."""
    trial = session.begin_nested()
    try:
        return rule(session, actor, assessment, version_id, ruling, "试算", now, key=key)
    finally:
        trial.rollback()
        session.expire_all()


def dealt_to(session: Session, assessment: Assessment, version_id: int) -> Sequence[int]:
    """Attempts at this assessment in which the question was dealt, in the order in which they are locked."""
    return session.scalars(
        sa.select(Attempt.id)
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .where(Attempt.assessment_id == assessment.id, AttemptItem.version_id == version_id)
        .order_by(Attempt.id)
    ).all()


@dataclass(frozen=True)
class InForce:
    """By what a question of an assessment is graded now."""

    key: Any
    ruling: str | None = None
    """What was ruled on it, if anything was, and why."""
    reason: str = ""

    @property
    def is_void(self) -> bool:
        return self.ruling in VOIDED


def in_force(session: Session, assessment_id: int, version_id: int) -> InForce:
    """Raises KeyError for a version that there is not."""
    ruling = session.scalar(_ruling_on(assessment_id, version_id))
    key = asked(session, [version_id])[version_id].answer
    if ruling is None:
        return InForce(key)
    return InForce(ruling.key if ruling.ruling == RE_KEY else key, ruling.ruling, ruling.reason)


def _ruling_on(assessment_id: int, version_id: int) -> sa.Select[QuestionRuling]:
    return sa.select(QuestionRuling).where(
        QuestionRuling.assessment_id == assessment_id, QuestionRuling.version_id == version_id
    )


def _check(
    session: Session, assessment: Assessment, version_id: int, ruling: str, reason: str, key: Any
) -> None:
    if ruling not in _WORDS:
        raise Refused("请选怎样处理这道题。")
    if not reason.strip():
        raise Refused("请写明为什么。")
    if ruling == RE_KEY and key is None:
        raise Refused("请写明改成什么答案。")
    if not dealt_to(session, assessment, version_id):
        raise Refused("这一场没有人抽到这道题。")
    if ruling == RE_KEY and asked(session, [version_id])[version_id].kind == "short":
        raise Refused("简答题由人评分，没有可改的答案。")


def _put_down(
    session: Session,
    actor: Actor,
    assessment: Assessment,
    version_id: int,
    ruling: str,
    reason: str,
    now: datetime,
    key: Any,
) -> None:
    row = session.scalar(_ruling_on(assessment.id, version_id))
    if row is None:
        row = QuestionRuling(assessment_id=assessment.id, version_id=version_id)
        session.add(row)
    row.ruling, row.key, row.reason = ruling, key, reason.strip()
    row.decided_by, row.at = actor.person_id, now
    session.flush()


def _regrade(session: Session, assessment: Assessment, version_id: int) -> list[Moved]:
    ids = dealt_to(session, assessment, version_id)
    attempts = session.scalars(
        sa.select(Attempt)
        .where(Attempt.id.in_(ids))
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    ).all()
    moved = []
    for attempt in attempts:
        if attempt.is_open:
            continue
        old = _standing(session.get_one(Result, attempt.result_id))
        graded = grade_items(session, attempt.id, assessment.partial_rule)
        attempt.score, attempt.full = graded.score, graded.full
        session.flush()
        result = rewrite_result(session, attempt.result_id, assessment)
        new = _standing(result)
        if (old.score, old.full) != (new.score, new.full):
            entry = session.get_one(RosterEntry, result.roster_entry_id)
            moved.append(Moved(result.id, entry.name, entry.unit_name, old, new))
    return moved


def _standing(result: Result) -> Standing:
    return Standing(result.score, result.full, result.passed, result.excellent)
