"""The rows behind a sitting: the contest, one's own result, roster entry and attempts.

A first page, the rules, the answer sheet and the result read them, and whoever opens a paper: without mapped
classes, which cost as much again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.db import direct
from studyhall.library.models import Law
from studyhall.people.models import RosterEntry, Unit
from studyhall.quizzes import timing
from studyhall.quizzes.models import Allowance, Assessment, Attempt, BlueprintLine, Result

_assessment = cast(sa.Table, Assessment.__table__)
_allowance = cast(sa.Table, Allowance.__table__)
_attempt = cast(sa.Table, Attempt.__table__)
_line = cast(sa.Table, BlueprintLine.__table__)
_law = cast(sa.Table, Law.__table__)
_result = cast(sa.Table, Result.__table__)
_entry = cast(sa.Table, RosterEntry.__table__)
_unit = cast(sa.Table, Unit.__table__)


class LineMet(NamedTuple):
    """What a contest asks, with the short title of the law: see `models.BlueprintLine`."""

    law_id: int
    kind: str
    difficulty: int | None
    how_many: int
    worth: int
    law: str


class Contest(NamedTuple):
    """A published contest or exam, as its row stands: see `models.Assessment`."""

    id: int
    code: str
    title: str
    opens_at: datetime
    closes_at: datetime
    minutes: int
    attempts_allowed: int
    counting_rule: str
    pass_percent: int
    excellent_percent: int
    partial_rule: str
    reveal: str
    earlier_wins: bool
    top_list: bool
    unit_path: str
    """Of the unit that owns it."""
    lines: tuple[LineMet, ...] = ()
    """Not read where only its id was asked for: the answer sheet and the result say nothing of them."""

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now < self.closes_at

    def has_closed(self, now: datetime) -> bool:
        return now >= self.closes_at

    def answers_shown(self, now: datetime) -> bool:
        """Whether somebody who has handed in may see key and explanation."""
        return timing.answers_shown(self.reveal, self.closes_at, now)

    @property
    def marks(self) -> tuple[int, int]:
        return (self.pass_percent, self.excellent_percent)


class Own(NamedTuple):
    """One's own result: see `models.Result`."""

    unit_id: int
    due: bool
    took_part: bool
    score: int | None
    full: int | None
    passed: bool
    excellent: bool
    attempt_id: int | None


class Listed(NamedTuple):
    """How one stands on the roster: see `people.models.RosterEntry`."""

    unit_name: str
    reason_code: str | None


class Run(NamedTuple):
    """One's own attempt: see `models.Attempt`."""

    id: int
    number: int
    deadline: datetime
    handed_in_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.handed_in_at is None


class Row(NamedTuple):
    contest: Contest
    own: Own
    listed: Listed
    extra_attempts: int
    runs: tuple[Run, ...]


_OWNED = len(Contest._fields) - 1
_ENDS = _OWNED + len(Own._fields)


def rows(session: Session, person_id: int, which: str, wanted: object) -> list[Row]:
    """Those on whose roster the person is, the nearest end first. `which`: recent, id or code."""
    connection = direct(session)
    found = connection.execute(_on_roster(which), {"person_id": person_id, "wanted": wanted}).all()
    if not found:
        return []
    ids = [row[0] for row in found]
    runs: dict[int, list[Run]] = defaultdict(list)
    for assessment_id, *run in connection.execute(_RUNS, {"person_id": person_id, "ids": ids}):
        runs[assessment_id].append(Run(*run))
    lines = _lines(session, ids) if which != "id" else {}
    return [
        Row(
            Contest._make((*row[:_OWNED], tuple(lines.get(row[0], ())))),
            Own(*row[_OWNED:_ENDS]),
            Listed(*row[_ENDS:-1]),
            int(row[-1]),
            tuple(runs[row[0]]),
        )
        for row in found
    ]


def _lines(session: Session, ids: Sequence[int]) -> dict[int, list[LineMet]]:
    lines: dict[int, list[LineMet]] = defaultdict(list)
    for assessment_id, *line in direct(session).execute(_LINES, {"ids": ids}):
        lines[assessment_id].append(LineMet(*line))
    return lines


_RUNS = (
    sa.select(_attempt.c.assessment_id, *(_attempt.c[name] for name in Run._fields))
    .where(
        _attempt.c.person_id == sa.bindparam("person_id"),
        _attempt.c.assessment_id.in_(sa.bindparam("ids", expanding=True)),
    )
    .order_by(_attempt.c.number)
)
_LINES = (
    sa.select(_line.c.assessment_id, *(_line.c[name] for name in LineMet._fields[:-1]), _law.c.short_title)
    .join(_law, _law.c.id == _line.c.law_id)
    .where(_line.c.assessment_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(_line.c.assessment_id, _line.c.position)
)


@cache
def _on_roster(which: str) -> sa.Select[Any]:
    """Built once for each."""
    wanted: sa.BindParameter[Any] = sa.bindparam("wanted")
    chosen = {
        "recent": _assessment.c.closes_at > sa.bindparam("wanted", type_=_assessment.c.closes_at.type),
        "id": _assessment.c.id == wanted,
        "code": _assessment.c.code == wanted,
    }[which]
    extra = (
        sa.select(sa.func.coalesce(sa.func.sum(_allowance.c.attempts), 0))
        .where(
            _allowance.c.assessment_id == _assessment.c.id,
            _allowance.c.person_id == sa.bindparam("person_id"),
        )
        .scalar_subquery()
    )
    return (
        sa.select(
            *(_assessment.c[name] for name in Contest._fields[:-2]),
            _unit.c.path,
            *(_result.c[name] for name in Own._fields),
            *(_entry.c[name] for name in Listed._fields),
            extra,
        )
        .join(_result, _result.c.assessment_id == _assessment.c.id)
        .join(_entry, _entry.c.id == _result.c.roster_entry_id)
        .join(_unit, _unit.c.id == _assessment.c.owner_unit_id)
        .where(
            _result.c.person_id == sa.bindparam("person_id"),
            _assessment.c.published_at.is_not(None),
            _assessment.c.withdrawn_at.is_(None),
            chosen,
        )
        .order_by(_assessment.c.closes_at, _assessment.c.id)
    )
