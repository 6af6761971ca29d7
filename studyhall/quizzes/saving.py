"""Saving one answer, and which device may: whatever is answered with "stored" is graded.

A save locks its attempt shared, so that nothing is graded while it writes; all that grades locks it
exclusively. The statements are built once: this runs twenty times a paper, for everybody at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from studyhall.bank.asked import asked
from studyhall.core import doubt
from studyhall.core.access import Actor
from studyhall.core.db import direct
from studyhall.core.errors import Missing
from studyhall.quizzes import timing
from studyhall.quizzes.answers import KINDS, from_shown
from studyhall.quizzes.models import Attempt, AttemptItem

DEVICE_SPAN = 1_000_000
"""Save numbers of the n-th device run from n × this on, so that a later device always has the higher ones."""

_attempt = cast(sa.Table, Attempt.__table__)
_item = cast(sa.Table, AttemptItem.__table__)


class Saved(StrEnum):
    """The only four words with which a save is answered."""

    STORED = "stored"
    ALREADY_STORED = "already_stored"
    REPLACED = "replaced"
    """By another device, or by a later answer from this one."""
    CLOSED = "closed"


class Kept(NamedTuple):
    """One question of a paper as it stands in the database."""

    version_id: int
    option_order: str
    answer: str | None
    save_no: int
    flagged: bool


@dataclass(frozen=True)
class Sheet:
    """An attempt as the saving and showing of one question needs it."""

    id: int
    person_id: int
    assessment_id: int
    deadline: datetime
    device_session_id: int | None
    device_number: int
    is_open: bool
    at: tuple[int, Kept] | None = None
    """The place that `own_sheet` was asked for, with what is kept there."""


@dataclass(frozen=True)
class SaveOutcome:
    word: Saved
    save_no: int
    """The number under which the answer now stands."""


_SHEET_COLUMNS = (
    _attempt.c.id,
    _attempt.c.person_id,
    _attempt.c.assessment_id,
    _attempt.c.deadline,
    _attempt.c.device_session_id,
    _attempt.c.device_number,
    _attempt.c.handed_in_at.is_(None),
)
_KEPT_COLUMNS = (
    _item.c.version_id,
    _item.c.option_order,
    _item.c.answer,
    _item.c.save_no,
    _item.c.flagged,
)
_OWN = (_attempt.c.id == sa.bindparam("attempt_id"), _attempt.c.person_id == sa.bindparam("person_id"))
_SHEET = sa.select(*_SHEET_COLUMNS).where(*_OWN)
_AT_PLACE = (
    sa.select(*_SHEET_COLUMNS, *_KEPT_COLUMNS)
    .outerjoin(
        _item, sa.and_(_item.c.attempt_id == _attempt.c.id, _item.c.position == sa.bindparam("position"))
    )
    .where(*_OWN)
)
_LOCKED_AT_PLACE = _AT_PLACE.with_for_update(read=True, of=_attempt)
_PLACE = sa.select(*_KEPT_COLUMNS).where(
    _item.c.attempt_id == sa.bindparam("attempt_id"), _item.c.position == sa.bindparam("position")
)
_SAVE = (
    sa.update(_item)
    .where(
        _item.c.attempt_id == sa.bindparam("of_attempt"),
        _item.c.position == sa.bindparam("at_position"),
        _item.c.save_no < sa.bindparam("number"),
    )
    .values(
        answer=sa.bindparam("given"),
        answered_at=sa.bindparam("given_at"),
        save_no=sa.bindparam("number"),
        flagged=sa.bindparam("flag"),
    )
)


def own_sheet(
    on: Session | Connection,
    attempt_id: int,
    actor: Actor,
    *,
    lock: bool = False,
    position: int | None = None,
) -> Sheet:
    """One's own attempt; anybody else's is not found. `lock` holds off all that grades until the end.

    With a `position` it is locked and brings along what is kept at that place. Raises Missing.
    """
    connection = direct(on)
    own: dict[str, Any] = {"attempt_id": attempt_id, "person_id": actor.person_id}
    if position is None:
        row = connection.execute(_SHEET.with_for_update(read=True) if lock else _SHEET, own).first()
        if row is None:
            raise Missing
        return _sheet(row)
    row = connection.execute(_LOCKED_AT_PLACE, {**own, "position": position}).first()
    # Left of the columns of the item stand those of the attempt; a place that the paper has not is all null.
    if row is None or row[7] is None:
        raise Missing
    return _sheet(row[:7], (position, Kept(*row[7:])))


def _sheet(row: Sequence[Any], at: tuple[int, Kept] | None = None) -> Sheet:
    attempt_id, person_id, assessment_id, deadline, device, device_number, is_open = row
    return Sheet(attempt_id, person_id, assessment_id, deadline, device, device_number, is_open, at)


def save(
    on: Session | Connection,
    sheet: Sheet,
    actor: Actor,
    position: int,
    given: Sequence[str],
    now: datetime,
    *,
    number: int | None = None,
    flagged: bool | None = None,
) -> SaveOutcome:
    """Keep one answer. `sheet` must have been locked.

    `given` is in the letters of the paper. `number` orders the saves of one device; a form without scripts
    carries none and gets the next one. Raises Missing for a question that is not on this paper, BadAnswer
    for a forged option.
    """
    connection = direct(on)
    if not sheet.is_open or _is_over(connection, sheet, now):
        return SaveOutcome(Saved.CLOSED, 0)
    if sheet.device_session_id != actor.login_session_id:
        return SaveOutcome(Saved.REPLACED, 0)
    kept = sheet.at[1] if sheet.at and sheet.at[0] == position else _kept(connection, sheet.id, position)
    question = asked(connection, [kept.version_id])[kept.version_id]
    answer = KINDS[question.kind].read(from_shown(given, kept.option_order), question.letters)
    floor = sheet.device_number * DEVICE_SPAN
    if number is not None and not floor < number < floor + DEVICE_SPAN:
        return SaveOutcome(Saved.REPLACED, kept.save_no)
    while True:
        under = max(kept.save_no, floor) + 1 if number is None else number
        if (under, answer) == (kept.save_no, kept.answer):
            return SaveOutcome(Saved.ALREADY_STORED, under)
        updated = connection.execute(
            _SAVE,
            {
                "of_attempt": sheet.id,
                "at_position": position,
                "number": under,
                "given": answer,
                "given_at": now if answer else None,
                "flag": kept.flagged if flagged is None else flagged,
            },
        )
        if updated.rowcount:
            return SaveOutcome(Saved.STORED, under)
        # Another save of this device came first. What stands now decides, never what was read before.
        kept = _kept(connection, sheet.id, position)
        if number is not None and (number, answer) != (kept.save_no, kept.answer):
            return SaveOutcome(Saved.REPLACED, kept.save_no)


def _is_over(connection: Connection, sheet: Sheet, now: datetime) -> bool:
    """Too late, by a clock that may be believed: a wrong one takes nobody's answer away."""
    return not timing.still_taken(now, sheet.deadline) and doubt.open_doubt(connection, now) is None


def _kept(connection: Connection, attempt_id: int, position: int) -> Kept:
    row = connection.execute(_PLACE, {"attempt_id": attempt_id, "position": position}).first()
    if row is None:
        raise Missing
    return Kept(*row)


def take_over(session: Session, sheet: Sheet, actor: Actor) -> None:
    """Go on answering on this device; the other one's saves lose from here on.

    The number is counted on in the database: two devices that take over at once must not get the same one.
    """
    session.execute(
        sa.update(Attempt)
        .where(
            Attempt.id == sheet.id,
            Attempt.handed_in_at.is_(None),
            Attempt.device_session_id.is_distinct_from(actor.login_session_id),
        )
        .values(device_session_id=actor.login_session_id, device_number=Attempt.device_number + 1)
        .execution_options(synchronize_session=False)
    )
