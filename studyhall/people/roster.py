"""The frozen list every denominator comes from: taken by rule on one day, then changed only by hand.

Publishing takes the roster as of the opening day; until the window opens dated memberships still move people
in and out (`refresh`); at opening it is frozen. A past list never changes because somebody moved later.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.errors import Refused
from studyhall.people import exemptions
from studyhall.people.memberships import holds_on
from studyhall.people.models import Category, Exemption, Membership, Person, Roster, RosterEntry, Unit
from studyhall.people.reasons import REASONS

__all__ = ["REASONS"]


@dataclass(frozen=True)
class Rule:
    """Who is expected: the categories named, in the units named and all below them."""

    unit_paths: tuple[str, ...]
    categories: tuple[Category, ...]

    def as_json(self) -> dict[str, list[str]]:
        return {"unit_paths": list(self.unit_paths), "categories": [str(c) for c in self.categories]}

    @classmethod
    def of(cls, roster: Roster) -> Rule:
        return cls(
            tuple(roster.rule["unit_paths"]), tuple(Category(code) for code in roster.rule["categories"])
        )


@dataclass(frozen=True)
class Expected:
    """One person whom a rule names on a day, as he stands on that day."""

    person_id: int
    unit_id: int
    unit_path: str
    unit_name: str
    category: str
    staff_no: str
    name: str
    name_sort: str


def expected(session: Session, rule: Rule, day: date) -> list[Expected]:
    """Whom the rule names on that day: counting memberships only, never test accounts. By unit, then number."""
    categories = [str(c) for c in rule.categories if c is not Category.UNCOUNTED]
    inside = sa.or_(sa.false(), *(Unit.path.startswith(p, autoescape=True) for p in rule.unit_paths))
    rows = session.execute(
        sa.select(
            Person.id,
            Unit.id,
            Unit.path,
            Unit.name,
            Membership.category,
            Person.staff_no,
            Person.name,
            Person.name_sort,
        )  # fmt: skip
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.counts, holds_on(day), Membership.category.in_(categories), inside)
        .order_by(Unit.path, Person.staff_no)
    )
    return [Expected(*row) for row in rows]


def take(session: Session, rule: Rule, day: date) -> Roster:
    """A new roster with everybody whom the rule names on that day, not yet frozen.

    All are due but those whom a standing exemption covers on that day.
    """
    roster = Roster(rule=rule.as_json(), as_of=day, frozen_at=None)
    session.add(roster)
    session.flush()
    _add(session, roster, expected(session, rule, day))
    return roster


@dataclass(frozen=True)
class Moved:
    """What dated memberships and exemptions changed in a list that was not yet frozen, by name."""

    joined: tuple[str, ...]
    left: tuple[str, ...]
    exempted: tuple[str, ...] = ()
    due_again: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.joined or self.left or self.exempted or self.due_again)


def is_stale(session: Session, roster: Roster) -> bool:
    """Whether `refresh` would change a list that is not yet frozen."""
    if roster.frozen_at is not None:
        return False
    now_expected = {one.person_id: one for one in expected(session, Rule.of(roster), roster.as_of)}
    standing = exemptions.on_day(session, roster.as_of)
    listed = entries_of(session, roster.id)
    if now_expected.keys() - {entry.person_id for entry in listed}:
        return True
    return any(_has_moved(entry, now_expected.get(entry.person_id), standing) for entry in listed)


def _has_moved(entry: RosterEntry, one: Expected | None, standing: Mapping[int, Exemption]) -> bool:
    if one is None:
        return not entry.added_late
    exemption = standing.get(entry.person_id)
    if (entry.unit_path, entry.category, entry.staff_no, entry.name) != (
        one.unit_path, one.category, one.staff_no, one.name,
    ):  # fmt: skip
        return True
    if exemption is None:
        return entry.exemption_id is not None and entry.state == "exempt"
    return entry.state == "due" or entry.exemption_id not in (None, exemption.id)


def refresh(session: Session, roster: Roster) -> Moved:
    """Bring a list that is not yet frozen up to date; a frozen one stays as it is.

    Whom somebody has put on it by hand stays on it.
    """
    if roster.frozen_at is not None:
        return Moved((), ())
    now_expected = {one.person_id: one for one in expected(session, Rule.of(roster), roster.as_of)}
    entries = {entry.person_id: entry for entry in entries_of(session, roster.id)}
    gone = [entry for person, entry in entries.items() if person not in now_expected and not entry.added_late]
    come = [one for person, one in now_expected.items() if person not in entries]
    for entry in gone:
        session.delete(entry)
    for person, entry in entries.items():
        one = now_expected.get(person)
        if one is not None:
            entry.unit_id, entry.unit_path, entry.unit_name = one.unit_id, one.unit_path, one.unit_name
            entry.category, entry.name, entry.name_sort = one.category, one.name, one.name_sort
            entry.staff_no = one.staff_no
    exempted, due_again = _follow_exemptions(
        session, roster, [entry for person, entry in entries.items() if person in now_expected]
    )
    _add(session, roster, come)
    return Moved(
        tuple(one.name for one in come),
        tuple(entry.name for entry in gone),
        tuple(exempted),
        tuple(due_again),
    )


def _follow_exemptions(
    session: Session, roster: Roster, entries: Sequence[RosterEntry]
) -> tuple[list[str], list[str]]:
    """Whoever a standing exemption covers by now is exempt, whoever none covers any more is due again.

    What somebody decided by hand for this event alone stays.
    """
    standing = exemptions.on_day(session, roster.as_of)
    exempted, due_again = [], []
    for entry in entries:
        exemption = standing.get(entry.person_id)
        if exemption is not None and entry.state == "due":
            for name, value in _exempt_by(exemption).items():
                setattr(entry, name, value)
            exempted.append(entry.name)
        elif exemption is None and entry.exemption_id is not None and entry.state == "exempt":
            entry.state, entry.exemption_id = "due", None
            entry.reason_code = entry.approver = entry.decided_at = entry.decided_by = None
            due_again.append(entry.name)
        elif exemption is not None and entry.exemption_id not in (None, exemption.id):
            entry.exemption_id, entry.reason_code = exemption.id, exemption.reason_code
            entry.approver = exemption.approver
    session.flush()
    return exempted, due_again


def _exempt_by(exemption: Exemption) -> dict[str, object]:
    """What an entry carries over from a standing exemption."""
    return {
        "state": "exempt",
        "reason_code": exemption.reason_code,
        "approver": exemption.approver,
        "decided_at": exemption.decided_at,
        "decided_by": exemption.decided_by,
        "exemption_id": exemption.id,
    }


def freeze(roster: Roster, at: datetime) -> None:
    """From here on the list changes only by hand. Freezing twice changes nothing."""
    if roster.frozen_at is None:
        roster.frozen_at = at


def entries_of(session: Session, roster_id: int) -> Sequence[RosterEntry]:
    return session.scalars(
        sa.select(RosterEntry)
        .where(RosterEntry.roster_id == roster_id)
        .order_by(RosterEntry.unit_path, RosterEntry.staff_no)
    ).all()


def exempt(
    entry: RosterEntry,
    reason_code: str,
    approver: str,
    *,
    decided_by: int | None,
    took_part: bool,
    after_close: bool,
    reason: str | None = None,
) -> None:
    """Take somebody out of the due, with a reason and who approved it.

    Raises Refused after taking part, without an approver, or for an unknown reason.
    """
    if took_part:
        raise Refused("%(name)s已经参加，不能再免。", name=entry.name)
    if reason_code not in REASONS:
        raise Refused("请选一种免考的事由。")
    if not approver.strip():
        raise Refused("请写明批准人。")
    entry.state = "exempt"
    entry.reason_code = reason_code
    entry.reason = reason
    entry.approver = approver.strip()
    entry.decided_at = clock.now()
    entry.decided_by = decided_by
    entry.after_close = after_close


def make_due(entry: RosterEntry) -> None:
    """An exempt person who hands in becomes due; why he had been exempt stays readable."""
    entry.state = "due"
    entry.after_close = False


def _add(session: Session, roster: Roster, people: Collection[Expected]) -> None:
    if not people:
        return
    standing = exemptions.on_day(session, roster.as_of)
    due: dict[str, object] = dict.fromkeys(
        ("reason_code", "approver", "decided_at", "decided_by", "exemption_id")
    ) | {"state": "due"}
    session.execute(
        sa.insert(RosterEntry),
        [
            {"roster_id": roster.id, "after_close": False, "added_late": False}
            | (_exempt_by(standing[one.person_id]) if one.person_id in standing else due)
            | vars(one)
            for one in people
        ],
    )
