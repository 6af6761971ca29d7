"""How a question has done: who was dealt it where, and what they answered. Fills `question.use`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from flask import render_template
from markupsafe import Markup
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from studyhall.bank.models import QuestionVersion
from studyhall.core.access import Actor, Permission, Reach
from studyhall.core.db import db
from studyhall.core.figures import share
from studyhall.people.models import RosterEntry
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem, Result

SHOWN = 6
"""Assessments listed before the rest is folded."""
TOO_FEW = 5
"""Under so many answers a share says nothing of the question, and something of a person."""


@dataclass(frozen=True)
class Dealt:
    """One version in one assessment."""

    assessment_id: int
    title: str
    version: int
    people: int


@dataclass(frozen=True)
class Use:
    """Of handed-in attempts only: who is still sitting has not answered yet."""

    dealt: Sequence[Dealt]
    """The newest first."""
    answers: int
    right: int
    chosen: Mapping[str, int]
    """By letter of the bank, or true and false; how many chose it. Empty for kinds without options."""

    @property
    def rate(self) -> Fraction | None:
        return share(self.right, self.answers) if self.answers >= TOO_FEW else None


def use_of(session: Session, reach: Reach, question_id: int, version_id: int) -> Use:
    """Where all versions were dealt, and how the one named was answered, within one's reach."""
    mine = reach.within(RosterEntry.unit_path)
    rows = session.execute(
        _items(Attempt.handed_in_at.is_not(None), mine, AttemptItem.version_id == version_id)
        .with_only_columns(AttemptItem.answer, AttemptItem.points == AttemptItem.worth, QuestionVersion.kind)
    ).all()  # fmt: skip
    chosen: Counter[str] = Counter()
    for answer, _right, kind in rows:
        if kind in ("single", "multiple"):
            chosen.update(answer or "")
        elif kind == "judge" and answer:
            chosen[answer] += 1
    return Use(
        dealt=_dealt(session, mine, question_id),
        answers=len(rows),
        right=sum(bool(right) for _answer, right, _kind in rows),
        chosen=chosen,
    )


def _items(*conditions: ColumnElement[bool]) -> sa.Select[AttemptItem]:
    return (
        sa.select(AttemptItem)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.version_id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(Result, Result.id == Attempt.result_id)
        .join(RosterEntry, RosterEntry.id == Result.roster_entry_id)
        .where(*conditions)
    )


def _dealt(session: Session, mine: ColumnElement[bool], question_id: int) -> list[Dealt]:
    rows = session.execute(
        _items(mine, QuestionVersion.question_id == question_id)
        .join(Assessment, Assessment.id == Attempt.assessment_id)
        .with_only_columns(
            Assessment.id,
            Assessment.title,
            QuestionVersion.number,
            sa.func.count(sa.distinct(Attempt.person_id)),
        )
        .group_by(Assessment.id, Assessment.title, Assessment.opens_at, QuestionVersion.number)
        .order_by(Assessment.opens_at.desc())
    )
    return [Dealt(*row) for row in rows]


def panel(actor: Actor, question_id: int, version_id: int, **_about: object) -> Markup | None:
    version = db.session.get(QuestionVersion, version_id)
    if version is None or version.kind == "case":
        return None
    use = use_of(db.session, actor.reach(Permission.KEEP_BANK), question_id, version_id)
    return Markup(  # noqa: S704  the template has escaped what stands in it
        render_template(
            "quizzes/_question_use.html",
            use=use,
            version=version,
            few=TOO_FEW,
            shown=SHOWN,
            rows=_rows(version),
        )
    )


def _rows(version: QuestionVersion) -> list[tuple[str, str, bool]]:
    """What could be chosen: how it is kept, how it is called, whether it is right."""
    if version.kind == "judge":
        return [("true", "正确", bool(version.answer)), ("false", "错误", not version.answer)]
    return [(letter, letter, letter in (version.answer or "")) for letter, _text in version.options]
