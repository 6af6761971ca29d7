"""One's own paper: the attempt with all that it asks, as its pages and its review show it.

Every page of a paper reads it, so it is read without mapped classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from studyhall.bank.asked import Asked, asked
from studyhall.core.access import Actor
from studyhall.core.db import direct
from studyhall.core.errors import Missing
from studyhall.people.models import LoginSession
from studyhall.quizzes import timing
from studyhall.quizzes.answers import MARKED_BY_MACHINE
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem

_assessment = cast(sa.Table, Assessment.__table__)
_attempt = cast(sa.Table, Attempt.__table__)
_item = cast(sa.Table, AttemptItem.__table__)


class AttemptShown(NamedTuple):
    """One's own attempt, as its row stands: see `models.Attempt`."""

    id: int
    number: int
    deadline: datetime
    device_session_id: int | None
    device_number: int
    handed_in_at: datetime | None
    seconds: int | None
    answered: int | None
    score: int | None
    full: int | None

    @property
    def is_open(self) -> bool:
        return self.handed_in_at is None


class AssessmentShown(NamedTuple):
    """What a paper says of its assessment: see `models.Assessment`."""

    id: int
    title: str
    closes_at: datetime
    counting_rule: str
    reveal: str

    def answers_shown(self, now: datetime) -> bool:
        """Whether somebody who has handed in may see key and explanation."""
        return timing.answers_shown(self.reveal, self.closes_at, now)


@dataclass(frozen=True)
class Cell:
    """One question on the answer sheet."""

    position: int
    kind: str
    answered: bool
    flagged: bool


class Item(NamedTuple):
    """One question dealt, as its row stands: see `models.AttemptItem`."""

    position: int
    version_id: int
    option_order: str
    worth: int
    answer: str | None
    flagged: bool
    answered_at: datetime | None
    save_no: int
    points: int | None
    marked_by: int | None


@dataclass(frozen=True)
class Paper:
    """One's own attempt with all that it asks."""

    attempt: AttemptShown
    assessment: AssessmentShown
    items: tuple[Item, ...]
    questions: dict[int, Asked]

    def question(self, item: Item) -> Asked:
        return self.questions[item.version_id]

    def item(self, position: int) -> Item:
        """Raises Missing for a place that this paper has not."""
        if not 1 <= position <= len(self.items):
            raise Missing
        return self.items[position - 1]

    @property
    def cells(self) -> list[Cell]:
        return [
            Cell(item.position, self.question(item).kind, item.answer is not None, item.flagged)
            for item in self.items
        ]

    @property
    def open_positions(self) -> list[int]:
        return [item.position for item in self.items if item.answer is None]

    @property
    def answered(self) -> int:
        return len(self.items) - len(self.open_positions)

    @property
    def highest_save(self) -> int:
        return max((item.save_no for item in self.items), default=0)

    def is_right(self, item: Item) -> bool:
        return item.points == item.worth

    @property
    def wrong_positions(self) -> list[int]:
        """Those that did not earn their full points, where a machine marks."""
        return [
            item.position
            for item in self.items
            if not self.is_right(item) and self.question(item).kind in MARKED_BY_MACHINE
        ]


_OWN = (
    sa.select(
        *(_attempt.c[name] for name in AttemptShown._fields),
        *(_assessment.c[name] for name in AssessmentShown._fields),
    )
    .join(_assessment, _assessment.c.id == _attempt.c.assessment_id)
    .where(_attempt.c.id == sa.bindparam("attempt_id"), _attempt.c.person_id == sa.bindparam("person_id"))
)
_ITEMS = (
    sa.select(*(_item.c[name] for name in Item._fields))
    .where(_item.c.attempt_id == sa.bindparam("attempt_id"))
    .order_by(_item.c.position)
)


def own_paper(session: Session, attempt_id: int, actor: Actor) -> Paper:
    """Two statements; the questions are kept in the process. Raises Missing for anybody else's attempt."""
    connection = direct(session)
    own = connection.execute(_OWN, {"attempt_id": attempt_id, "person_id": actor.person_id}).first()
    if own is None:
        raise Missing
    run, rules = (
        AttemptShown(*own[: len(AttemptShown._fields)]),
        AssessmentShown(*own[len(AttemptShown._fields) :]),
    )
    items = tuple(Item(*row) for row in connection.execute(_ITEMS, {"attempt_id": attempt_id}))
    return Paper(run, rules, items, asked(session, [item.version_id for item in items]))


def device_is_free(session: Session, login_session_id: int | None, actor: Actor) -> bool:
    """Whether nobody can be answering there any more: signed out, or this very browser before a new login."""
    there, here = aliased(LoginSession), aliased(LoginSession)
    row = session.execute(
        sa.select(there.ended_at, there.device_mark, here.device_mark)
        .join(here, here.id == actor.login_session_id)
        .where(there.id == login_session_id)
    ).first()
    return row is None or row[0] is not None or (row[1] is not None and row[1] == row[2])
