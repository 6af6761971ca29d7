"""Taking a paper, from opening it to handing it in: the part in which nothing gets lost.

Here papers are opened; saving an answer is in `saving`, handing in and closing in `closing`, and all of it is
called by this name. Lock order, always: assessment, attempt, item, result.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.models import QuestionVersion
from studyhall.core.access import Actor
from studyhall.core.errors import Missing, Refused
from studyhall.quizzes import timing
from studyhall.quizzes.assembly import Candidate, Dealt, deal, in_turn
from studyhall.quizzes.closing import Receipt, close_one_overdue, grade_items, hand_in
from studyhall.quizzes.fairness import allowed_to
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem, Result
from studyhall.quizzes.publishing import lines_of, pool
from studyhall.quizzes.saving import DEVICE_SPAN, Saved, SaveOutcome, Sheet, own_sheet, save, take_over

__all__ = [
    "DEVICE_SPAN",
    "Receipt",
    "SaveOutcome",
    "Saved",
    "Sheet",
    "attempts_of",
    "begin",
    "close_one_overdue",
    "grade_items",
    "hand_in",
    "own_sheet",
    "save",
    "take_over",
]


def begin(
    session: Session,
    actor: Actor,
    assessment: Assessment,
    now: datetime,
    *,
    candidates: Sequence[Candidate] | None = None,
    seed: int | None = None,
) -> Attempt:
    """A new attempt with its own paper, or the one already open. A second click opens no second paper.

    `candidates`: the questions to draw from, for whoever opens many papers at once and has asked already;
    `seed`: for a paper that comes out the same every time.
    Raises Missing when this person is not on the roster, Refused when it is too early, too late, or all
    attempts are used.
    """
    result = session.scalar(
        sa.select(Result)
        .where(Result.assessment_id == assessment.id, Result.person_id == actor.person_id)
        .with_for_update()
    )
    if result is None or not assessment.is_published:
        raise Missing
    attempts = attempts_of(session, assessment.id, actor.person_id)
    running = next((one for one in attempts if one.is_open), None)
    if running is not None and timing.still_taken(now, running.deadline):
        return running
    if now < assessment.opens_at:
        raise Refused("还没有开始。", title="还没有开始")
    if now >= assessment.closes_at:
        raise Refused("已经截止，不能再开始。", title="已经截止")
    extra_minutes, extra_attempts = allowed_to(session, assessment.id, actor.person_id)
    if len(attempts) >= assessment.attempts_allowed + extra_attempts:
        raise Refused("可答的次数都用完了。", title="次数用完了")
    attempt = Attempt(
        assessment_id=assessment.id,
        person_id=actor.person_id,
        result_id=result.id,
        number=len(attempts) + 1,
        seed=secrets.randbits(62) if seed is None else seed,
        started_at=now,
        deadline=timing.deadline_of(
            now, assessment.minutes, assessment.closes_at, timedelta(minutes=extra_minutes)
        ),
        granted_seconds=extra_minutes * 60,
        device_session_id=actor.login_session_id,
    )
    session.add(attempt)
    session.flush()
    _deal_into(session, attempt, assessment, candidates)
    return attempt


def _deal_into(
    session: Session, attempt: Attempt, assessment: Assessment, candidates: Sequence[Candidate] | None
) -> None:
    paper = in_turn(first_paper(session, assessment), attempt.seed) if assessment.fixed_paper else []
    if not paper:
        lines = lines_of(assessment)
        if candidates is None:
            candidates = pool(session, assessment.owner_unit.path, lines)
        try:
            if assessment.fixed_paper:
                paper = deal(lines, candidates, assessment.id, option_seed=attempt.seed)
            else:
                paper = deal(lines, candidates, attempt.seed, avoid=_met_lately(session, attempt, assessment))
        except ValueError:
            raise Refused("题库里的题不够出一张卷，请告诉管理员。") from None
    session.execute(
        sa.insert(AttemptItem),
        [
            {
                "attempt_id": attempt.id,
                "position": position,
                "version_id": dealt.version_id,
                "option_order": dealt.option_order,
                "worth": dealt.worth,
                "flagged": False,
                "save_no": 0,
            }
            for position, dealt in enumerate(paper, 1)
        ],
    )
    _mark_dealt(session, [dealt.version_id for dealt in paper], attempt.started_at)


def first_paper(session: Session, assessment: Assessment) -> list[Dealt]:
    """What the first person was dealt; empty before that. The bank may have changed since: a paper that is
    the same for all stays as it was first dealt."""
    first = (
        sa.select(sa.func.min(AttemptItem.attempt_id))
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(Attempt.assessment_id == assessment.id)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(AttemptItem.version_id, AttemptItem.option_order, AttemptItem.worth)
        .where(AttemptItem.attempt_id == first)
        .order_by(AttemptItem.position)
    )
    return [Dealt(*row) for row in rows]


def _met_lately(session: Session, attempt: Attempt, assessment: Assessment) -> set[int]:
    """What this person was dealt here before, and in the last contests that this one is to avoid."""
    lately = (
        sa.select(Attempt.assessment_id)
        .where(Attempt.person_id == attempt.person_id, Attempt.assessment_id != assessment.id)
        .group_by(Attempt.assessment_id)
        .order_by(sa.func.max(Attempt.started_at).desc())
        .limit(assessment.avoid_last)
    )
    return set(
        session.scalars(
            sa.select(AttemptItem.version_id)
            .join(Attempt, Attempt.id == AttemptItem.attempt_id)
            .where(
                Attempt.person_id == attempt.person_id,
                Attempt.id != attempt.id,
                sa.or_(Attempt.assessment_id == assessment.id, Attempt.assessment_id.in_(lately)),
            )
        )
    )


def _mark_dealt(session: Session, version_ids: Sequence[int], now: datetime) -> None:
    # Locked in the order of their ids, so that two papers opened at once cannot wait for each other.
    fresh = session.scalars(
        sa.select(QuestionVersion.id)
        .where(QuestionVersion.id.in_(version_ids), QuestionVersion.first_dealt_at.is_(None))
        .order_by(QuestionVersion.id)
        .with_for_update()
    ).all()
    if fresh:
        session.execute(
            sa.update(QuestionVersion)
            .where(QuestionVersion.id.in_(fresh))
            .values(first_dealt_at=now)
            .execution_options(synchronize_session=False)
        )


def attempts_of(session: Session, assessment_id: int, person_id: int) -> list[Attempt]:
    """All runs of one person, in order."""
    return list(
        session.scalars(
            sa.select(Attempt)
            .where(Attempt.assessment_id == assessment_id, Attempt.person_id == person_id)
            .order_by(Attempt.number)
        )
    )
