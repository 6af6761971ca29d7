"""Somebody's jobs, one by one: a second one for a while, which of them counts, an end, a day set right."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.access import Actor, Reach
from studyhall.core.errors import Refused
from studyhall.people import memberships
from studyhall.people.keeping import say, sensible_day
from studyhall.people.models import Category, Membership, Person, Unit


def lend(
    session: Session,
    actor: Actor | None,
    person: Person,
    unit: Unit,
    starts_on: date,
    ends_on: date | None,
    *,
    category: Category,
    duty: str | None,
    counts: bool,
) -> Membership:
    """A second membership (借调, 驻村, 挂职). `counts`: it, and no longer the first, is on the lists."""
    sensible_day(starts_on)
    second = memberships.join(
        session, person.id, unit.id, category, starts_on, ends_on=ends_on, duty=duty, counts=False
    )
    if counts:
        _let_count_for_a_while(session, second)
    say(
        session, actor, "person.lent", person, unit.path,
        after={
            "unit": unit.name,
            "from": starts_on.isoformat(),
            "until": ends_on.isoformat() if ends_on else None,
            "counts": counts,
        },
    )  # fmt: skip
    return second


def count_here(
    session: Session, actor: Actor | None, person: Person, membership: Membership, on: date
) -> None:
    """From a day on let this one of several memberships be the one on the lists, as long as it lasts."""
    sensible_day(on)
    if membership.counts:
        raise Refused("已经算在%(unit)s的名册里。", unit=membership.unit.name)
    if membership.ends_on is not None and on >= membership.ends_on:
        raise Refused("这一段任职在那天以前已经结束了。")
    second = membership
    if membership.starts_on < on:
        second = Membership(
            person_id=person.id,
            unit_id=membership.unit_id,
            category=membership.category,
            duty=membership.duty,
            counts=False,
            starts_on=on,
            ends_on=membership.ends_on,
        )
        session.add(second)
        membership.ends_on = on
        session.flush()
    _let_count_for_a_while(session, second)
    say(
        session, actor, "person.counts_elsewhere", person, membership.unit.path,
        after={"unit": membership.unit.name, "from": on.isoformat()},
    )  # fmt: skip


def _let_count_for_a_while(session: Session, second: Membership) -> None:
    """Counting ones step back on exactly the days of this one, and count again before and after it."""
    others = session.scalars(
        sa.select(Membership).where(Membership.person_id == second.person_id, Membership.counts)
    ).all()
    for one in others:
        if memberships.overlap(second.starts_on, second.ends_on, one.starts_on, one.ends_on):
            _step_back(session, one, second.starts_on, second.ends_on)
    second.counts = True
    session.flush()


def _step_back(session: Session, one: Membership, first: date, until: date | None) -> None:
    """Cut a counting membership into before, meanwhile (not counting) and after."""
    ends_on = one.ends_on
    like = {"unit_id": one.unit_id, "category": one.category, "duty": one.duty, "person_id": one.person_id}
    if until is not None and (ends_on is None or until < ends_on):
        session.add(Membership(**like, counts=True, starts_on=until, ends_on=ends_on))
        ends_on = until
    if one.starts_on < first:
        session.add(Membership(**like, counts=False, starts_on=first, ends_on=ends_on))
        one.ends_on = first
    else:
        one.counts, one.ends_on = False, ends_on
    session.flush()


def end_one(session: Session, actor: Actor | None, person: Person, membership: Membership, on: date) -> None:
    """End one of several memberships, a lending for instance."""
    memberships.leave(session, membership, sensible_day(on))
    say(
        session, actor, "person.membership_ended", person, membership.unit.path,
        before={"unit": membership.unit.name}, after={"until": on.isoformat()},
    )  # fmt: skip


def correct_start(
    session: Session,
    actor: Actor | None,
    reach: Reach,
    person: Person,
    membership: Membership,
    starts_on: date,
) -> None:
    """The day it began was written down wrong. Lists that are frozen stay as they are.

    Raises Refused like `memberships.correct_start`, and where a job beyond `reach` ended on that day.
    """
    old = membership.starts_on
    ended = sa.select(Membership).where(Membership.person_id == person.id, Membership.ends_on == old)
    if not all(reach.covers(one.unit.path) for one in session.scalars(ended)):
        raise Refused("上一段任职在别的单位，不归您管。请上级管理员来改。")
    memberships.correct_start(session, membership, sensible_day(starts_on))
    say(
        session, actor, "person.start_corrected", person, membership.unit.path,
        before={"from": old.isoformat()}, after={"from": starts_on.isoformat()},
    )  # fmt: skip
