"""题目有误: somebody says a question is wrong; until an admin has settled it, it goes into no new paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from studyhall.bank.models import Bank, FaultReport, Question, QuestionState, QuestionVersion
from studyhall.bank.queries import usable_by
from studyhall.core import audit, clock
from studyhall.core.access import Actor, Permission, Reach
from studyhall.core.errors import Missing, Refused
from studyhall.core.sayings import later
from studyhall.people.models import Person

REASONS = {
    "key": later("答案不对"),
    "wording": later("题目说不清楚"),
    "law": later("法条变了"),
    "other": later("别的问题"),
}
OUTCOMES = {
    "right": "题目没有错",
    "mended": "已经改好",
    "retired": "停用这道题",
}
LONGEST = 1000


def report(session: Session, actor: Actor, version_id: int, reason: str, text: str) -> FaultReport:
    """Keep what somebody says. The same person saying it again adds to what he said, not a second report.

    The caller has seen to it that this person was dealt the question. Raises Refused without a reason.
    """
    if reason not in REASONS:
        raise Refused("请选一种问题。")
    version = session.get(QuestionVersion, version_id)
    if version is None:
        raise Missing
    words = text.strip()[:LONGEST]
    row = session.scalar(
        sa.select(FaultReport).where(
            FaultReport.question_id == version.question_id,
            FaultReport.person_id == actor.person_id,
            FaultReport.settled_at.is_(None),
        )
    )
    if row is None:
        row = FaultReport(
            question_id=version.question_id,
            version_id=version_id,
            person_id=actor.person_id,
            unit_path=actor.unit_path,
            at=clock.now(),
        )
        session.add(row)
    row.reason, row.text = reason, words
    session.flush()
    audit.record(
        session, actor, "bank.fault_reported", f"question:{version.question_id}", version.stem[:60],
        unit_path=actor.unit_path, after={"reason": REASONS[reason]},
    )  # fmt: skip
    return row


@dataclass(frozen=True)
class Reported:
    """One question with what was said of it."""

    version: QuestionVersion
    question: Question
    said: Sequence[tuple[FaultReport, Person]]


def waiting(session: Session, reach: Reach) -> list[Reported]:
    """Questions with unsettled reports from one's reach, the longest waiting first."""
    rows = session.execute(
        sa.select(FaultReport, Person)
        .join(Person, Person.id == FaultReport.person_id)
        .where(FaultReport.settled_at.is_(None), reach.within(FaultReport.unit_path))
        .order_by(FaultReport.at)
    ).all()
    said: dict[int, list[tuple[FaultReport, Person]]] = {}
    for row, person in rows:
        said.setdefault(row.question_id, []).append((row, person))
    versions = {
        version.question_id: version
        for version in session.scalars(
            sa.select(QuestionVersion)
            .join(Question, Question.current_version_id == QuestionVersion.id)
            .where(Question.id.in_(said))
            .options(selectinload(QuestionVersion.citations), selectinload(QuestionVersion.question))
        )
    }
    return [
        Reported(versions[question_id], versions[question_id].question, reports)
        for question_id, reports in said.items()
    ]


def count_waiting(session: Session, reach: Reach) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count(sa.distinct(FaultReport.question_id))).where(
                FaultReport.settled_at.is_(None), reach.within(FaultReport.unit_path)
            )
        )
        or 0
    )


def settle(session: Session, actor: Actor, question_id: int, outcome: str, reply: str) -> int:
    """Close all reports of a question with one reply to everybody; gives how many were told.

    Retiring takes the question out of new papers for good. Raises Refused for an unknown outcome, Missing for
    a question of which nobody in one's reach has said anything.
    """
    if outcome not in OUTCOMES:
        raise Refused("请选怎样处理。")
    reach = actor.reach(Permission.KEEP_BANK)
    reports = session.scalars(
        sa.select(FaultReport)
        .where(
            FaultReport.question_id == question_id,
            FaultReport.settled_at.is_(None),
            reach.within(FaultReport.unit_path),
        )
        .with_for_update()
    ).all()
    if not reports:
        raise Missing
    for row in reports:
        row.settled_at, row.settled_by = clock.now(), actor.person_id
        row.outcome, row.reply = outcome, reply.strip()[:LONGEST] or None
    question = session.execute(
        sa.select(Question).join(Bank).where(Question.id == question_id, usable_by(actor.unit_path))
    ).scalar_one()
    if outcome == "retired":
        question.state = QuestionState.RETIRED
    session.flush()
    audit.record(
        session, actor, "bank.fault_settled", f"question:{question_id}", question.key,
        unit_path=actor.unit_path, after={"outcome": OUTCOMES[outcome], "reply": reply.strip()[:200]},
    )  # fmt: skip
    return len(reports)


def own(session: Session, person_id: int) -> list[tuple[FaultReport, str]]:
    """What one has said, newest first, with the replies; each with the stem of its question."""
    rows = session.execute(
        sa.select(FaultReport, QuestionVersion.stem)
        .join(QuestionVersion, QuestionVersion.id == FaultReport.version_id)
        .where(FaultReport.person_id == person_id)
        .order_by(FaultReport.at.desc(), FaultReport.id.desc())
        .limit(20)
    )
    return [(row, stem) for row, stem in rows]
