"""Handing in, and closing at the deadline: what was saved is graded, once, and stands in the result.

Lock order, always: assessment, attempt, item, result. All that grades locks its attempt exclusively, so that
a save is either in before or answered with "closed". On SQLite the write queue has the same effect and the
locks are no words at all. Everybody hands in at the end: the statements are built once, without mapped
classes, seven with the look-up of the login.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.asked import Asked, asked
from studyhall.core import audit, doubt
from studyhall.core.access import Actor
from studyhall.core.db import direct, forget
from studyhall.core.errors import Busy, Missing, Refused
from studyhall.core.sayings import later
from studyhall.people import roster
from studyhall.people.models import RosterEntry
from studyhall.quizzes import timing
from studyhall.quizzes.answers import key_as_graded
from studyhall.quizzes.grading import Answered, Graded, Run, counted_run, grade
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem, QuestionRuling, Result
from studyhall.quizzes.standing import (
    MAKE_UP,
    RULES,
    make_up_of,
    rules_of,
    runs_of,
    standing,
    write_into_parent,
)

_assessment = cast(sa.Table, Assessment.__table__)
_attempt = cast(sa.Table, Attempt.__table__)
_item = cast(sa.Table, AttemptItem.__table__)
_result = cast(sa.Table, Result.__table__)
_entry = cast(sa.Table, RosterEntry.__table__)
_ruling = cast(sa.Table, QuestionRuling.__table__)


RE_KEY = "re_key"
VOIDED = ("full", "left_out")
"""What a ruling on a question may say; `grading.Answered` has the meaning."""


@dataclass(frozen=True)
class Receipt:
    """When and how an attempt ended. Handing in again gives the same one."""

    attempt_id: int
    handed_in_at: datetime
    deadline: datetime
    closed_by: str
    """person or deadline."""
    seconds: int


_LOCKED = (
    sa.select(
        _attempt.c.id,
        _attempt.c.number,
        _attempt.c.started_at,
        _attempt.c.deadline,
        _attempt.c.handed_in_at,
        _attempt.c.closed_by,
        _attempt.c.seconds,
        _attempt.c.result_id,
        _attempt.c.person_id,
        _assessment.c.title,
        _assessment.c.partial_rule,
        _assessment.c.make_up_of,
        *RULES,
        *MAKE_UP,
        _result.c.due,
        _result.c.attempt_id.label("counted_attempt_id"),
        _result.c.roster_entry_id,
        _entry.c.name,
        _entry.c.unit_path,
    )
    .join(_assessment, _assessment.c.id == _attempt.c.assessment_id)
    .join(_result, _result.c.id == _attempt.c.result_id)
    .join(_entry, _entry.c.id == _result.c.roster_entry_id)
    .where(_attempt.c.id == sa.bindparam("attempt_id"))
    .with_for_update(of=[_attempt, _result])
)
_OWN = _LOCKED.where(_attempt.c.person_id == sa.bindparam("person_id"))
_ITEMS = (
    sa.select(
        _item.c.position,
        _item.c.version_id,
        _item.c.worth,
        _item.c.answer,
        _item.c.points,
        _item.c.marked_by,
        _ruling.c.ruling,
        _ruling.c.key,
    )
    .join(_attempt, _attempt.c.id == _item.c.attempt_id)
    .outerjoin(
        _ruling,
        sa.and_(
            _ruling.c.assessment_id == _attempt.c.assessment_id, _ruling.c.version_id == _item.c.version_id
        ),
    )
    .where(_item.c.attempt_id == sa.bindparam("attempt_id"))
    .order_by(_item.c.position)
)
_GRADE_ITEM = (
    sa.update(_item)
    .where(_item.c.attempt_id == sa.bindparam("of_attempt"), _item.c.position == sa.bindparam("at_position"))
    .values(points=sa.bindparam("earned"))
)
_CLOSE = sa.update(_attempt).where(_attempt.c.id == sa.bindparam("of_attempt"))
_WRITE_RESULT = sa.update(_result).where(_result.c.id == sa.bindparam("of_result"))


class NotYet(Refused):
    """A page hands in because its time is up, and it is not."""

    title = later("时间还没有到")

    def __init__(self) -> None:
        super().__init__(later("答题时间还没有到，可以接着答。"))


def hand_in(
    session: Session, attempt_id: int, actor: Actor, now: datetime, *, by_clock: bool = False
) -> Receipt:
    """Close and grade one's own attempt. Handing in again gives the first receipt and changes nothing.

    `by_clock`: nobody has pressed a button, the time is up. Raises Missing for somebody else's; by the clock
    NotYet before the deadline, Busy while the server's clock is in doubt.
    """
    own = {"attempt_id": attempt_id, "person_id": actor.person_id}
    row = direct(session).execute(_OWN, own).first()
    if row is None:
        raise Missing
    if row.handed_in_at is not None:
        return Receipt(row.id, row.handed_in_at, row.deadline, row.closed_by, row.seconds)
    if by_clock:
        _check_the_clock(session, now, row.deadline)
    in_time = timing.still_taken(now, row.deadline)
    return _close(session, row, now, actor if in_time else None)


def _check_the_clock(session: Session, now: datetime, deadline: datetime) -> None:
    if now < deadline - timing.NEARLY:
        raise NotYet
    if doubt.open_doubt(session, now) is not None:
        raise Busy(
            "服务器的时间可能不对，正在等管理员核对，先不自动交卷。您存下的答案都在。请过一会儿再试一次。"
        )


def close_one_overdue(session: Session, attempt_id: int, now: datetime) -> bool:
    """Grade what was saved in an attempt past its deadline; False where there is nothing to do any more."""
    row = direct(session).execute(_LOCKED, {"attempt_id": attempt_id}).first()
    if row is None or row.handed_in_at is not None or not timing.is_overdue(now, row.deadline):
        return False
    _close(session, row, now, None)
    return True


def _close(session: Session, row: Any, now: datetime, by: Actor | None) -> Receipt:
    connection = session.connection()
    graded = grade_items(session, row.id, row.partial_rule)
    receipt = Receipt(
        row.id,
        min(now, row.deadline),
        row.deadline,
        "person" if by else "deadline",
        timing.seconds_used(row.started_at, now, row.deadline),
    )
    connection.execute(
        _CLOSE,
        {
            "of_attempt": row.id,
            "handed_in_at": receipt.handed_in_at,
            "closed_by": receipt.closed_by,
            "seconds": receipt.seconds,
            "answered": graded.answered,
            "score": graded.score,
            "full": graded.full,
        },
    )
    _stand(session, row, graded, receipt)
    audit.record(
        session,
        by,
        "attempt.handed_in" if by else "attempt.closed",
        f"attempt:{row.id}",
        f"{row.name}，{row.title}",
        unit_path=row.unit_path,
    )
    forget(session, Attempt, row.id)
    forget(session, Result, row.result_id)
    return receipt


def _stand(session: Session, row: Any, graded: Graded, receipt: Receipt) -> None:
    """Write into the result what this attempt makes of it. A blank one makes nothing of it."""
    this = Run(
        row.id, row.number, graded.score, graded.full, receipt.seconds, graded.answered, receipt.handed_in_at
    )
    # While no attempt counts yet, all others are blank or open: there is nothing to compare with.
    first = row.counted_attempt_id is None
    run = counted_run([this] if first else runs_of(session, row.result_id), row.counting_rule)
    if run is None:
        return
    if not row.due:
        roster.make_due(session.get_one(RosterEntry, row.roster_entry_id))
    values = standing(rules_of(row), run, make_up_of(row))
    session.connection().execute(_WRITE_RESULT, {"of_result": row.result_id, **values})
    if row.make_up_of is not None:
        write_into_parent(session, row.person_id, row.make_up_of)


def grade_items(session: Session, attempt_id: int, partial: str) -> Graded:
    """Grade every item of an attempt and write the points; the attempt must be locked."""
    connection = direct(session)
    rows = connection.execute(_ITEMS, {"attempt_id": attempt_id}).all()
    questions = asked(session, [row.version_id for row in rows])
    graded = grade([_answered(row, questions[row.version_id]) for row in rows], partial)
    changed = [
        {"of_attempt": attempt_id, "at_position": row.position, "earned": graded.points[row.position]}
        for row in rows
        if row.points != graded.points[row.position]
    ]
    if changed:
        connection.execute(_GRADE_ITEM, changed)
    return graded


def _answered(row: Any, question: Asked) -> Answered:
    marked = row.points if row.marked_by is not None else None
    key = row.key if row.ruling == RE_KEY else question.answer
    voided = row.ruling if row.ruling in VOIDED else None
    graded_by = key_as_graded(question.kind, question.stem, key)
    return Answered(row.position, question.kind, graded_by, row.worth, row.answer, marked, voided)
