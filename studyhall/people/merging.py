"""Two entries that were one person become one. The past is not counted anew.

Everything that hangs on the second entry goes to the first, but for lists both stand on: those were two
people expected when they were frozen, and their figures stay. A domain above that keeps more than rows with a
`person_id` says how its rows go over with `carry`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import audit
from studyhall.core.access import Actor
from studyhall.core.db import Base
from studyhall.core.errors import Refused
from studyhall.people import roles
from studyhall.people.memberships import overlap
from studyhall.people.models import (
    Exemption,
    Membership,
    Person,
    RoleGrant,
    Roster,
    RosterEntry,
    Unit,
)

Carrier = Callable[[Session, int, int, frozenset[int]], None]
"""Takes the session, whose rows, to whom, and the roster entries that went over."""

_carriers: dict[str, Carrier] = {}
_OWN = {"person", "membership", "role_grant", "login_session", "login_failure", "roster_entry", "exemption"}
"""Tables settled here by hand."""


def carry(table: str, carrier: Carrier) -> None:
    """How the rows of one table of a higher domain go over from one person to the other."""
    _carriers[table] = carrier


@dataclass(frozen=True)
class Merging:
    """What merging would do, for the page that asks."""

    kept: Person
    given_up: Person
    memberships: int
    events: int
    shared: int
    """Frozen lists on which both stand: they stay as they are."""
    overlapping: int
    """Days of memberships, as spans, on which both counted: only the kept one's count from now on."""


def preview(session: Session, kept: Person, given_up: Person) -> Merging:
    """Raises Refused for one and the same entry, or one merged before."""
    if kept.id == given_up.id:
        raise Refused("要合并的是同一条，请选另一个人。")
    if kept.merged_into_id or given_up.merged_into_id:
        raise Refused("其中一条以前已经合并过了。")
    shared = _shared_rosters(session, kept.id, given_up.id)
    entries = session.scalars(sa.select(RosterEntry).where(RosterEntry.person_id == given_up.id)).all()
    counting = _spans(session, kept.id)
    theirs = session.scalars(sa.select(Membership).where(Membership.person_id == given_up.id)).all()
    return Merging(
        kept,
        given_up,
        memberships=len(theirs),
        events=sum(entry.roster_id not in shared for entry in entries),
        shared=len(shared),
        overlapping=sum(
            one.counts and any(overlap(one.starts_on, one.ends_on, *span) for span in counting)
            for one in theirs
        ),
    )


def merge(session: Session, actor: Actor | None, kept: Person, given_up: Person) -> None:
    """Raises Refused as `preview` does. The number given up goes on opening the kept account."""
    what = preview(session, kept, given_up)
    shared = _shared_rosters(session, kept.id, given_up.id)
    gone = _entries_over(session, kept.id, given_up.id, shared)
    _memberships_over(session, kept.id, given_up.id)
    _grants_over(session, kept.id, given_up.id)
    _exemptions_over(session, kept.id, given_up.id)
    session.execute(sa.update(Unit).where(Unit.contact_id == given_up.id).values(contact_id=kept.id))
    roles.end_sessions(session, given_up.id)
    for table in _others():
        _carriers.get(table.name, _plain(table))(session, given_up.id, kept.id, gone)
    given_up.merged_into_id = kept.id
    given_up.password_hash = None
    if kept.phone is None:
        kept.phone = given_up.phone
    given_up.phone = None
    session.flush()
    path = session.scalar(
        sa.select(Unit.path)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.person_id == kept.id)
        .order_by(Membership.starts_on.desc())
        .limit(1)
    )
    audit.record(
        session, actor, "person.merged", f"person:{kept.id}", f"{kept.name}（{kept.staff_no}）",
        unit_path=path or "",
        before={"given_up": f"{given_up.name}（{given_up.staff_no}）"},
        after={"memberships": what.memberships, "events": what.events, "shared": what.shared},
    )  # fmt: skip


def _shared_rosters(session: Session, kept_id: int, given_up_id: int) -> frozenset[int]:
    """Frozen lists on which both stand."""
    other = sa.orm.aliased(RosterEntry)
    return frozenset(
        session.scalars(
            sa.select(RosterEntry.roster_id)
            .join(other, other.roster_id == RosterEntry.roster_id)
            .join(Roster, Roster.id == RosterEntry.roster_id)
            .where(
                RosterEntry.person_id == kept_id,
                other.person_id == given_up_id,
                Roster.frozen_at.is_not(None),
            )
        )
    )


def _entries_over(session: Session, kept_id: int, given_up_id: int, shared: frozenset[int]) -> frozenset[int]:
    """Roster entries change hands, but for shared ones; on lists not yet frozen the next look sets it right."""
    kept_on = set(session.scalars(sa.select(RosterEntry.roster_id).where(RosterEntry.person_id == kept_id)))
    gone = frozenset(
        entry_id
        for entry_id, roster_id in session.execute(
            sa.select(RosterEntry.id, RosterEntry.roster_id).where(RosterEntry.person_id == given_up_id)
        )
        if roster_id not in shared and roster_id not in kept_on
    )
    for chunk in _chunks(sorted(gone)):
        session.execute(sa.update(RosterEntry).where(RosterEntry.id.in_(chunk)).values(person_id=kept_id))
    return gone


def _spans(session: Session, person_id: int) -> list[tuple[date, date | None]]:
    rows = session.execute(
        sa.select(Membership.starts_on, Membership.ends_on)
        .where(Membership.person_id == person_id, Membership.counts)
        .order_by(Membership.starts_on)
    )
    return [(starts_on, ends_on) for starts_on, ends_on in rows]


def _memberships_over(session: Session, kept_id: int, given_up_id: int) -> None:
    """All go over; where both counted on a day, the kept entry's own goes on counting alone."""
    counting = _spans(session, kept_id)
    theirs = session.scalars(sa.select(Membership).where(Membership.person_id == given_up_id)).all()
    for one in theirs:
        one.person_id = kept_id
        if one.counts:
            _split(session, one, counting)
    session.flush()


def _split(session: Session, one: Membership, counting: Sequence[tuple[date, date | None]]) -> None:
    """Keep what counts of a membership to the days on which no other counts."""
    start: date | None = one.starts_on
    until = one.ends_on
    parts: list[tuple[date, date | None, bool]] = []
    for first, last in counting:
        if start is None or not overlap(start, until, first, last):
            continue
        if start < first:
            parts.append((start, first, True))
        end = until if last is None else last if until is None else min(last, until)
        parts.append((max(start, first), end, False))
        start = None if end is None or end == until else end
    if start is not None:
        parts.append((start, until, True))
    (one.starts_on, one.ends_on, one.counts), *rest = parts
    for first, end, counts in rest:
        session.add(
            Membership(
                person_id=one.person_id, unit_id=one.unit_id, category=one.category, duty=one.duty,
                starts_on=first, ends_on=end, counts=counts,
            )
        )  # fmt: skip


def _grants_over(session: Session, kept_id: int, given_up_id: int) -> None:
    """Roles are not inherited silently: those the kept entry has not got itself come over."""
    held = {
        (grant.role, grant.unit_id)
        for grant in session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == kept_id))
    }
    for grant in session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == given_up_id)):
        if (grant.role, grant.unit_id) in held:
            session.delete(grant)
        else:
            grant.person_id = kept_id
    session.flush()


def _exemptions_over(session: Session, kept_id: int, given_up_id: int) -> None:
    own = session.scalars(sa.select(Exemption).where(Exemption.person_id == kept_id)).all()
    for one in session.scalars(sa.select(Exemption).where(Exemption.person_id == given_up_id)):
        clash = any(
            mine.withdrawn_at is None and overlap(one.starts_on, one.ends_on, mine.starts_on, mine.ends_on)
            for mine in own
        )
        if not clash:
            one.person_id = kept_id
    session.flush()


def _others() -> Iterable[sa.Table]:
    """Every other table with rows that belong to a person."""
    for table in Base.metadata.sorted_tables:
        if table.name not in _OWN and "person_id" in table.c and table.c.person_id.foreign_keys:
            yield table


def _plain(table: sa.Table) -> Carrier:
    """A row that hangs on a roster entry goes with it; any other goes unless its place is taken."""

    def go(session: Session, from_id: int, to_id: int, entries: frozenset[int]) -> None:
        mine = table.c.person_id == from_id
        if "roster_entry_id" in table.c:
            for chunk in _chunks(sorted(entries)):
                session.execute(
                    sa.update(table).where(mine, table.c.roster_entry_id.in_(chunk)).values(person_id=to_id)
                )
            return
        condition = mine
        for columns in _unique_with_person(table):
            other = table.alias()
            condition = sa.and_(
                condition,
                ~sa.exists().where(
                    other.c.person_id == to_id, *(other.c[name] == table.c[name] for name in columns)
                ),
            )
        session.execute(sa.update(table).where(condition).values(person_id=to_id))

    return go


def _unique_with_person(table: sa.Table) -> Iterable[list[str]]:
    """The other columns of each unique key that person_id is part of."""
    keys: list[Iterable[sa.Column[object]]] = [table.primary_key.columns]
    keys += [c.columns for c in table.constraints if isinstance(c, sa.UniqueConstraint)]
    keys += [index.columns for index in table.indexes if index.unique]
    for columns in keys:
        found = [column.name for column in columns]
        if "person_id" in found:
            yield [name for name in found if name != "person_id"]


def _chunks(ids: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
