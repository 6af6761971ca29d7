"""本单位最薄弱的条文: sums over the cards of a unit's people, never fewer than five, never a name."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.people.memberships import holds_on
from studyhall.people.models import Category, Membership, Unit
from studyhall.practice.cards import learnt
from studyhall.practice.mastery import AT_LEAST, UnitSum, unit_sums
from studyhall.practice.models import PracticeCard


def weakest(session: Session, unit: Unit, today: date, limit: int = 3) -> list[UnitSum]:
    """The articles that are 生疏 today with the largest share of those of a unit and below who have met them.

    Counted are people who count there today: somebody who left is in no sum. Nobody 生疏: not listed.
    """
    people = (
        sa.select(Membership.person_id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(
            Membership.counts,
            Membership.category != Category.UNCOUNTED,
            holds_on(today),
            Unit.path.startswith(unit.path, autoescape=True),
        )
    )
    place = (PracticeCard.edition_id, PracticeCard.article, PracticeCard.sub_article)
    enough = (
        sa.select(*place)
        .where(PracticeCard.person_id.in_(people))
        .group_by(*place)
        .having(sa.func.count(sa.distinct(PracticeCard.person_id)) >= AT_LEAST)
        .subquery()
    )
    rows = session.scalars(
        sa.select(PracticeCard)
        .join(
            enough,
            sa.and_(
                enough.c.edition_id == PracticeCard.edition_id,
                enough.c.article == PracticeCard.article,
                enough.c.sub_article == PracticeCard.sub_article,
            ),
        )
        .where(PracticeCard.person_id.in_(people))
    )
    return [one for one in unit_sums(map(learnt, rows), today) if one.weak][:limit]
