"""Which questions may be dealt, and how many there are of what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from studyhall.bank.asked import letters_of
from studyhall.bank.models import Bank, FaultReport, Question, QuestionState, QuestionVersion
from studyhall.core.access import paths_above
from studyhall.core.db import direct
from studyhall.library.models import Law
from studyhall.people.models import Unit


class Dealable(NamedTuple):
    """One question in use that may go into a paper: a part of a case is told by its `parent_id`."""

    version_id: int
    law_id: int
    kind: str
    difficulty: int
    letters: str
    parent_id: int | None


def usable_by(unit_path: str) -> ColumnElement[bool]:
    """SQL: the bank belongs to the product, to this unit or to a unit above it."""
    owners = sa.select(Unit.id).where(Unit.path.in_(paths_above(unit_path)))
    return sa.or_(Bank.owner_unit_id.is_(None), Bank.owner_unit_id.in_(owners))


def dealable(
    session: Session, unit_path: str, law_ids: Collection[int], kinds: Collection[str]
) -> list[Dealable]:
    """Questions in use of these laws and kinds, with the parts of the cases among them."""
    rows = direct(session).execute(
        _dealable(),
        {
            "laws": list(law_ids),
            "kinds": list(kinds),
            "with_cases": "case" in kinds,
            "owners": paths_above(unit_path),
        },
    ).all()  # fmt: skip
    letters = letters_of(session, [row[0] for row in rows])
    return [
        Dealable(version_id, law_id or 0, kind, difficulty, letters[version_id], parent)
        for version_id, law_id, kind, difficulty, parent in rows
    ]


@cache
def _dealable() -> sa.Select[int, int | None, str, int, int | None]:
    """Built once: every opening of a paper asks it, over the whole bank."""
    owners = sa.select(Unit.id).where(Unit.path.in_(sa.bindparam("owners", expanding=True)))
    return (
        sa.select(
            QuestionVersion.id,
            Question.law_id,
            QuestionVersion.kind,
            QuestionVersion.difficulty,
            QuestionVersion.parent_version_id,
        )
        .join(Question, Question.current_version_id == QuestionVersion.id)
        .join(Bank, Bank.id == Question.bank_id)
        .where(
            Question.state == QuestionState.IN_USE,
            Question.law_id.in_(sa.bindparam("laws", expanding=True)),
            sa.or_(Bank.owner_unit_id.is_(None), Bank.owner_unit_id.in_(owners)),
            ~reported(),
            sa.or_(
                sa.and_(
                    QuestionVersion.parent_version_id.is_(None),
                    QuestionVersion.kind.in_(sa.bindparam("kinds", expanding=True)),
                ),
                sa.bindparam("with_cases", type_=sa.Boolean) & QuestionVersion.parent_version_id.is_not(None),
            ),
        )
        .order_by(QuestionVersion.parent_version_id, QuestionVersion.position, QuestionVersion.id)
    )


def reported() -> ColumnElement[bool]:
    """SQL: somebody says this question is wrong, and nobody has settled it yet."""
    return sa.exists().where(FaultReport.question_id == Question.id, FaultReport.settled_at.is_(None))


@dataclass(frozen=True)
class Stock:
    """How many questions of one law and kind are in use."""

    law_id: int
    law: str
    kind: str
    levels: tuple[int, int, int]
    """Of each difficulty, the easiest first."""

    @property
    def count(self) -> int:
        return sum(self.levels)


def stock(session: Session, unit_path: str) -> list[Stock]:
    """By law and kind; a case counts once, its parts not."""
    rows = session.execute(
        sa.select(
            Law.id,
            Law.short_title,
            QuestionVersion.kind,
            *(sa.func.count().filter(QuestionVersion.difficulty == level) for level in (1, 2, 3)),
        )
        .join(Question, Question.law_id == Law.id)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .join(Bank, Bank.id == Question.bank_id)
        .where(
            Question.state == QuestionState.IN_USE,
            QuestionVersion.parent_version_id.is_(None),
            usable_by(unit_path),
            ~reported(),
        )
        .group_by(Law.id, Law.short_title, Law.position, QuestionVersion.kind)
        .order_by(Law.position, QuestionVersion.kind)
    )
    return [Stock(law_id, law, kind, tuple(levels)) for law_id, law, kind, *levels in rows]
