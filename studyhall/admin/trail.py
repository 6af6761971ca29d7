"""Reading the audit trail: what was asked for, within one's reach, the newest first, a page at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import Reach
from studyhall.core.audit import AuditEvent
from studyhall.people.models import Person

PAGE = 50
AT_MOST = 50_000
"""Rows of one export; further back is another export with other dates."""
AT_ONCE = 500
"""Rows read at a time meanwhile."""


@dataclass(frozen=True)
class Search:
    """What somebody wants to see; None and empty words ask for nothing."""

    kind: str | None = None
    """The first half of an action."""
    since: date | None = None
    until: date | None = None
    """Local days, both included."""
    who: str = ""
    """Part of a name, or a whole staff number."""
    what: str = ""
    """Part of the subject's name."""

    def as_arguments(self) -> dict[str, str]:
        """For the address of a page, so that leafing keeps the search."""
        return {
            "kind": self.kind or "",
            "from": str(self.since or ""),
            "to": str(self.until or ""),
            "who": self.who,
            "what": self.what,
        }


@dataclass(frozen=True)
class Trail:
    events: Sequence[AuditEvent]
    count: int
    page: int
    kinds: dict[str, int]
    """How many there are of each kind, whichever is chosen."""

    @property
    def all_kinds(self) -> int:
        return sum(self.kinds.values())

    @property
    def has_more(self) -> bool:
        return self.page * PAGE < self.count


def trail(session: Session, reach: Reach, search: Search, page: int) -> Trail:
    where = _where(reach, search)
    count = session.scalar(sa.select(sa.func.count()).select_from(AuditEvent).where(*where)) or 0
    events = session.scalars(
        sa.select(AuditEvent)
        .where(*where)
        .order_by(AuditEvent.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    return Trail(events, count, page, _by_kind(session, reach, search))


def everything(session: Session, reach: Reach, search: Search) -> Iterator[AuditEvent]:
    """All that was found, the newest first, at most `AT_MOST`; read as it is written out, some at a time."""
    newest_first = sa.select(AuditEvent).where(*_where(reach, search)).order_by(AuditEvent.id.desc())
    left, rest = AT_MOST, newest_first
    while left > 0:
        events = session.scalars(rest.limit(min(left, AT_ONCE))).all()
        yield from events
        if len(events) < AT_ONCE:
            return
        left, rest = left - len(events), newest_first.where(AuditEvent.id < events[-1].id)


def _by_kind(session: Session, reach: Reach, search: Search) -> dict[str, int]:
    rows = session.execute(
        sa.select(AuditEvent.action, sa.func.count())
        .where(*_where(reach, replace(search, kind=None)))
        .group_by(AuditEvent.action)
    )
    found: Counter[str] = Counter()
    for action, count in rows:
        found[action.partition(".")[0]] += count
    return dict(found)


def _where(reach: Reach, search: Search) -> list[sa.ColumnElement[bool]]:
    where = [reach.within(AuditEvent.unit_path)]
    if search.kind:
        where.append(AuditEvent.action.startswith(f"{search.kind}.", autoescape=True))
    if search.since:
        where.append(AuditEvent.at >= clock.start_of(search.since))
    if search.until:
        where.append(AuditEvent.at < clock.end_of(search.until))
    if search.who:
        numbered = sa.select(Person.id).where(sa.func.upper(Person.staff_no) == search.who.upper())
        where.append(
            sa.or_(
                AuditEvent.actor_name.contains(search.who, autoescape=True),
                AuditEvent.actor_id.in_(numbered),
            )
        )
    if search.what:
        where.append(AuditEvent.summary.contains(search.what, autoescape=True))
    return where
