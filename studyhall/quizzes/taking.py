"""Taking a paper, from opening it to handing it in: the part in which nothing gets lost.

Here papers are opened; saving an answer is in `saving`, handing in and closing in `closing`, and all of it is
called by this name. Lock order, always: assessment, attempt, item, result.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.models import QuestionVersion
from studyhall.core.access import Actor
from studyhall.core.db import direct
from studyhall.core.errors import Missing, Refused
from studyhall.core.sayings import later
from studyhall.quizzes import timing
from studyhall.quizzes.assembly import Candidate, Dealt, deal, in_turn
from studyhall.quizzes.closing import Receipt, close_one_overdue, grade_items, hand_in
from studyhall.quizzes.models import Allowance, Assessment, Attempt, AttemptItem, Result
from studyhall.quizzes.publishing import lines_of, pool
from studyhall.quizzes.saving import DEVICE_SPAN, Saved, SaveOutcome, Sheet, own_sheet, save, take_over
from studyhall.quizzes.sitting_rows import Contest

__all__ = [
    "DEVICE_SPAN",
    "Receipt",
    "SaveOutcome",
    "Saved",
    "Sheet",
    "begin",
    "close_one_overdue",
    "grade_items",
    "hand_in",
    "own_sheet",
    "save",
    "take_over",
]

_assessment = cast(sa.Table, Assessment.__table__)
_attempt = cast(sa.Table, Attempt.__table__)
_item = cast(sa.Table, AttemptItem.__table__)
_result = cast(sa.Table, Result.__table__)
_version = cast(sa.Table, QuestionVersion.__table__)
_allowance = cast(sa.Table, Allowance.__table__)


def _own(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(
        table.c.assessment_id == sa.bindparam("assessment_id"), table.c.person_id == sa.bindparam("person_id")
    )


def _granted(what: sa.Column[int]) -> sa.Label[int]:
    granted = sa.select(sa.func.coalesce(sa.func.sum(what), 0)).where(_own(_allowance))
    return granted.scalar_subquery().label(f"extra_{what.name}")


_RULES = (
    sa.select(
        _assessment.c.opens_at,
        _assessment.c.closes_at,
        _assessment.c.minutes,
        _assessment.c.attempts_allowed,
        _assessment.c.fixed_paper,
        _assessment.c.avoid_last,
        _granted(_allowance.c.minutes),
        _granted(_allowance.c.attempts),
    )
    .where(
        _assessment.c.id == sa.bindparam("assessment_id"),
        _assessment.c.published_at.is_not(None),
        _assessment.c.withdrawn_at.is_(None),
    )
    # Held off while somebody withdraws it or rules on a question: what it says afterwards is what counts.
    .with_for_update(read=True, key_share=True, of=_assessment)
)
_RESULT = sa.select(_result.c.id).where(_own(_result)).with_for_update()
_ATTEMPTS = sa.select(_attempt.c.id, _attempt.c.handed_in_at, _attempt.c.deadline).where(_own(_attempt))


def begin(
    session: Session,
    actor: Actor,
    assessment: Assessment | Contest,
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
    connection = direct(session)
    own = {"assessment_id": assessment.id, "person_id": actor.person_id}
    rules = connection.execute(_RULES, own).first()
    result_id = connection.execute(_RESULT, own).scalar()
    if rules is None or result_id is None:
        raise Missing
    attempts = connection.execute(_ATTEMPTS, own).all()
    running = next((one for one in attempts if one.handed_in_at is None), None)
    if running is not None and timing.still_taken(now, running.deadline):
        return session.get_one(Attempt, running.id)
    if now < rules.opens_at:
        raise Refused("还没有开始。", title=later("还没有开始"))
    if now >= rules.closes_at:
        raise Refused("已经截止，不能再开始。", title=later("已经截止"))
    if len(attempts) >= rules.attempts_allowed + rules.extra_attempts:
        raise Refused("可答的次数都用完了。", title=later("次数用完了"))
    granted = timedelta(minutes=rules.extra_minutes)
    attempt = Attempt(
        assessment_id=assessment.id,
        person_id=actor.person_id,
        result_id=result_id,
        number=len(attempts) + 1,
        seed=secrets.randbits(62) if seed is None else seed,
        started_at=now,
        deadline=timing.deadline_of(now, rules.minutes, rules.closes_at, granted),
        granted_seconds=rules.extra_minutes * 60,
        device_session_id=actor.login_session_id,
    )
    session.add(attempt)
    session.flush()
    _deal_into(session, attempt, assessment, rules, candidates)
    return attempt


def _deal_into(
    session: Session,
    attempt: Attempt,
    assessment: Assessment | Contest,
    rules: Any,
    candidates: Sequence[Candidate] | None,
) -> None:
    paper = in_turn(first_paper(session, assessment.id), attempt.seed) if rules.fixed_paper else []
    if not paper:
        lines = lines_of(assessment)
        if candidates is None:
            candidates = pool(session, assessment.unit_path, lines)
        try:
            if rules.fixed_paper:
                paper = deal(lines, candidates, assessment.id, option_seed=attempt.seed)
            else:
                met = _met_lately(session, attempt, rules.avoid_last)
                paper = deal(lines, candidates, attempt.seed, avoid=met)
        except ValueError:
            raise Refused("题库里的题不够出一张卷，请告诉管理员。") from None
    direct(session).execute(
        sa.insert(_item),
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


_FIRST_PAPER = (
    sa.select(_item.c.version_id, _item.c.option_order, _item.c.worth)
    .where(
        _item.c.attempt_id
        == sa.select(sa.func.min(_item.c.attempt_id))
        .join(_attempt, _attempt.c.id == _item.c.attempt_id)
        .where(_attempt.c.assessment_id == sa.bindparam("assessment_id"))
        .scalar_subquery()
    )
    .order_by(_item.c.position)
)


def first_paper(session: Session, assessment_id: int) -> list[Dealt]:
    """What the first person was dealt; empty before that. The bank may have changed since: a paper that is
    the same for all stays as it was first dealt."""
    rows = direct(session).execute(_FIRST_PAPER, {"assessment_id": assessment_id})
    return [Dealt(*row) for row in rows]


_lately = _attempt.alias("lately")
_MET_LATELY = (
    sa.select(_item.c.version_id)
    .join(_attempt, _attempt.c.id == _item.c.attempt_id)
    .where(
        _attempt.c.person_id == sa.bindparam("person_id"),
        _attempt.c.id != sa.bindparam("attempt_id"),
        sa.or_(
            _attempt.c.assessment_id == sa.bindparam("assessment_id"),
            _attempt.c.assessment_id.in_(
                sa.select(_lately.c.assessment_id)
                .where(
                    _lately.c.person_id == sa.bindparam("person_id"),
                    _lately.c.assessment_id != sa.bindparam("assessment_id"),
                )
                .group_by(_lately.c.assessment_id)
                .order_by(sa.func.max(_lately.c.started_at).desc())
                .limit(sa.bindparam("contests"))
            ),
        ),
    )
)


def _met_lately(session: Session, attempt: Attempt, contests: int) -> set[int]:
    """What this person was dealt here before, and in so many contests before it."""
    whose = {
        "attempt_id": attempt.id,
        "assessment_id": attempt.assessment_id,
        "person_id": attempt.person_id,
        "contests": contests,
    }
    return set(direct(session).execute(_MET_LATELY, whose).scalars())


# Locked in the order of their ids, so that two papers opened at once cannot wait for each other.
_NEVER_DEALT = (
    sa.select(_version.c.id)
    .where(_version.c.id.in_(sa.bindparam("ids", expanding=True)), _version.c.first_dealt_at.is_(None))
    .order_by(_version.c.id)
    .with_for_update()
)
_DEALT = (
    sa.update(_version)
    .where(_version.c.id.in_(sa.bindparam("ids", expanding=True)))
    .values(first_dealt_at=sa.bindparam("at"))
)


def _mark_dealt(session: Session, version_ids: Sequence[int], now: datetime) -> None:
    connection = direct(session)
    fresh = connection.execute(_NEVER_DEALT, {"ids": list(version_ids)}).scalars().all()
    if fresh:
        connection.execute(_DEALT, {"ids": fresh, "at": now})
