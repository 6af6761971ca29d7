"""The contests of a whole year in one go: by the rules of the last one, a law or all laws a month.

Months that have a contest already are left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.queries import Stock
from studyhall.core.access import Actor
from studyhall.core.periods import Month
from studyhall.people.models import Unit
from studyhall.quizzes import publishing
from studyhall.quizzes.assembly import ORDER_OF_KINDS, Line
from studyhall.quizzes.models import Assessment, AssessmentKind
from studyhall.quizzes.publishing import Setup

ALL_LAWS = 0
"""Instead of the id of a law: so many questions, spread over the laws there are."""


@dataclass(frozen=True)
class Planned:
    """One month's contest as the table has it."""

    month: Month
    title: str
    opens_at: datetime
    closes_at: datetime
    law_id: int = ALL_LAWS


@dataclass(frozen=True)
class Made:
    published: tuple[Assessment, ...]
    drafts: tuple[Assessment, ...]
    left_alone: tuple[Month, ...]
    """They had one by the time of writing."""


def taken(session: Session, owner: Unit, year: int) -> dict[int, Assessment]:
    """The contest that a month of this year has, drafts too; of several the first."""
    found = session.scalars(
        sa.select(Assessment)
        .where(
            Assessment.owner_unit_id == owner.id,
            Assessment.kind == AssessmentKind.CONTEST,
            Assessment.make_up_of.is_(None),
            Assessment.withdrawn_at.is_(None),
            Assessment.counts_for_year == year,
        )
        .order_by(Assessment.opens_at.desc())
    )
    return {one.counts_for_month: one for one in found}


def lines_for(base: Sequence[Line], stock: Sequence[Stock], law_id: int, turn: int) -> tuple[Line, ...]:
    """As many questions of each kind as the base has, worth the same: of one law, or spread over all.

    Spread, no law is asked for more than it has; `turn` shifts which laws take what does not divide, so
    that no law is always the one with more.
    """
    wanted: dict[str, int] = defaultdict(int)
    for line in base:
        wanted[line.kind] += line.how_many
    worth = {line.kind: line.worth for line in base}
    if law_id != ALL_LAWS:
        return tuple(
            Line(law_id, kind, wanted[kind], worth[kind]) for kind in ORDER_OF_KINDS if kind in wanted
        )
    found = []
    for kind in ORDER_OF_KINDS:
        there = {row.law_id: row.count for row in stock if row.kind == kind}
        found += [
            Line(law, kind, count, worth[kind])
            for law, count in _spread(there, wanted.get(kind, 0), turn).items()
            if count
        ]
    return tuple(found)


def _spread(there: dict[int, int], wanted: int, turn: int) -> dict[int, int]:
    """One after the other takes one, from the `turn`th on; who has no more is passed over."""
    laws = list(there)
    laws = laws[turn % len(laws) :] + laws[: turn % len(laws)] if laws else []
    given = dict.fromkeys(there, 0)
    while wanted and (open_laws := [law for law in laws if given[law] < there[law]]):
        for law in open_laws[:wanted]:
            given[law] += 1
        wanted -= len(open_laws[:wanted])
    return given


def lacking(lines: Iterable[Line], stock: Sequence[Stock]) -> list[tuple[str, int]]:
    """What the bank has too few of: kind and how many are missing."""
    there = {(row.law_id, row.kind): row.count for row in stock}
    return [
        (line.kind, line.how_many - there.get((line.law_id, line.kind), 0))
        for line in lines
        if line.how_many > there.get((line.law_id, line.kind), 0)
    ]


def make(
    session: Session,
    actor: Actor,
    owner: Unit,
    base: Setup,
    planned: Collection[Planned],
    stock: Sequence[Stock],
    now: datetime,
    *,
    publish: bool,
) -> Made:
    """All of them in one transaction; what cannot be published stays a draft and says why on its page."""
    published, drafts, left_alone = [], [], []
    known: dict[int, dict[int, Assessment]] = {}
    for one in planned:
        year = one.month.year
        if year not in known:
            known[year] = taken(session, owner, year)
        if one.month.number in known[year]:
            left_alone.append(one.month)
            continue
        setup = replace(
            base,
            kind=AssessmentKind.CONTEST,
            title=one.title,
            counts_for=(year, one.month.number),
            opens_at=one.opens_at,
            closes_at=one.closes_at,
            lines=lines_for(base.lines, stock, one.law_id, one.month.number),
            top_list=False,
        )
        assessment = publishing.draft(session, actor, owner, setup, now)
        if publish and not publishing.obstacles(session, assessment, now):
            publishing.publish(session, actor, assessment, now)
            published.append(assessment)
        else:
            drafts.append(assessment)
    return Made(tuple(published), tuple(drafts), tuple(left_alone))
