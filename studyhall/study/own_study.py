"""自学: what a cadre read by himself, logged in two taps from a law or an article."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import audit, clock
from studyhall.core.access import Actor
from studyhall.core.errors import Refused
from studyhall.people import memberships
from studyhall.people.models import Person
from studyhall.study.models import SelfStudy


def log(
    session: Session, actor: Actor, law_title: str, article: int, sub_article: int, now: datetime
) -> SelfStudy:
    """One's own reading of today. The same article twice a day is one record.

    Raises Refused for somebody who is in no unit on that day.
    """
    day = clock.day_of(now)
    session.execute(sa.select(Person.id).where(Person.id == actor.person_id).with_for_update())
    found = session.scalar(
        sa.select(SelfStudy).where(
            SelfStudy.person_id == actor.person_id,
            SelfStudy.studied_on == day,
            SelfStudy.law_title == law_title,
            SelfStudy.article == article,
            SelfStudy.sub_article == sub_article,
        )
    )
    if found is not None:
        return found
    membership = memberships.counting_on(session, actor.person_id, day)
    if membership is None:
        raise Refused("您今天不在任何单位的名册里，记不了自学。请找管理员。")
    entry = SelfStudy(
        person_id=actor.person_id,
        unit_id=membership.unit_id,
        unit_path=membership.unit.path,
        studied_on=day,
        law_title=law_title,
        article=article,
        sub_article=sub_article,
        created_at=now,
    )
    session.add(entry)
    session.flush()
    audit.record(
        session, actor, "self_study.logged", f"self_study:{entry.id}", f"{actor.name}，《{law_title}》",
        unit_path=entry.unit_path,
    )  # fmt: skip
    return entry


def on_day(session: Session, person_id: int, day: date) -> list[SelfStudy]:
    return list(
        session.scalars(
            sa.select(SelfStudy)
            .where(SelfStudy.person_id == person_id, SelfStudy.studied_on == day)
            .order_by(SelfStudy.id)
        )
    )
