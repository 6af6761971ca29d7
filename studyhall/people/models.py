"""Units, people, who is where from when to when, who may do what, and the frozen lists of who is expected."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studyhall.core.access import Role
from studyhall.core.db import Base, intpk, line, short
from studyhall.people import names


class UnitKind(StrEnum):
    COUNTY = "county"
    TOWNSHIP = "township"
    OFFICE = "office"
    STATION = "station"
    VILLAGE = "village"


class Category(StrEnum):
    """In what capacity somebody is in a unit. A rule names the categories that are expected."""

    LEADERSHIP = "leadership"
    OFFICE = "office"
    STATION = "station"
    VILLAGE = "village"
    SUPPORT = "support"
    UNCOUNTED = "uncounted"
    """Test accounts: on no roster, in no figure."""


class Unit(Base):
    """A node of the tree. Never re-hung and never deleted: it is closed on a day and names its successor."""

    __tablename__ = "unit"
    __table_args__ = (
        sa.CheckConstraint("closed_on > opened_on", name="closed_after_opened"),
        sa.CheckConstraint("successor_id <> id", name="no_successor_of_itself"),
    )

    id: Mapped[intpk]
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    """Letters, digits and hyphens."""
    name: Mapped[short]
    kind: Mapped[str] = mapped_column(sa.String(20))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    path: Mapped[str] = mapped_column(sa.String(250), unique=True)
    """Codes from the root to this unit, each followed by a slash. Fixed for ever, as the tree is."""
    position: Mapped[int] = mapped_column(default=0)
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    """The first day on which it is no more."""
    successor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    contact_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", use_alter=True, name="fk_unit_contact_id_person")
    )

    parent: Mapped[Unit | None] = relationship(remote_side="Unit.id", foreign_keys=[parent_id])

    def is_open_on(self, day: date) -> bool:
        return self.opened_on <= day and (self.closed_on is None or day < self.closed_on)


def _search_key(context: Any) -> str:
    return names.search_key(context.get_current_parameters()["name"])


class Person(Base):
    """One human, known by a staff number, never by name."""

    __tablename__ = "person"

    id: Mapped[intpk]
    staff_no: Mapped[str] = mapped_column(sa.String(20), unique=True)
    name: Mapped[short]
    name_sort: Mapped[str] = mapped_column(sa.String(120), index=True)
    """Pinyin, by `people.names.sort_key`."""
    name_search: Mapped[str] = mapped_column(sa.String(200), default=_search_key)
    """Pinyin without blanks, initials and the name, by `people.names.search_key`."""
    phone: Mapped[str | None] = mapped_column(sa.String(20))
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    """None until a slip is made: without one nobody logs in."""
    must_change_password: Mapped[bool] = mapped_column(default=True)
    password_expires_at: Mapped[datetime | None]
    """First passwords die after a fortnight."""
    password_reset_at: Mapped[datetime | None]
    """When somebody else made this password; its owner is told at the next login, then it is empty again."""
    password_reset_by: Mapped[str | None] = mapped_column(sa.String(80))
    notice_seen_at: Mapped[datetime | None]
    type_size: Mapped[str] = mapped_column(sa.String(10), default="normal")
    created_at: Mapped[datetime]
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    """Two entries were one person: this one gave its memberships to the other and is on no list any more."""


class Membership(Base):
    """A person in a unit from a day up to, not including, a day.

    At most one membership of a person counts on any day; `people.memberships` is the one place that checks.
    """

    __tablename__ = "membership"
    __table_args__ = (
        sa.CheckConstraint("ends_on > starts_on", name="ends_after_it_starts"),
        sa.Index("ix_membership_person_id_starts_on", "person_id", "starts_on"),
        sa.Index("ix_membership_unit_id", "unit_id"),
    )

    id: Mapped[intpk]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    category: Mapped[str] = mapped_column(sa.String(20))
    duty: Mapped[str | None] = mapped_column(sa.String(80))
    """职务, as the office writes it."""
    counts: Mapped[bool] = mapped_column(default=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()


class RoleGrant(Base):
    """A person holds a role over a unit and all below, from a day up to, not including, a day."""

    __tablename__ = "role_grant"
    __table_args__ = (sa.CheckConstraint("ends_on > starts_on", name="ends_after_it_starts"),)

    id: Mapped[intpk]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    role: Mapped[str] = mapped_column(sa.String(20))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    granted_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    unit: Mapped[Unit] = relationship()

    @property
    def as_role(self) -> Role:
        return Role(self.role)


class LoginSession(Base):
    """One device signed in. The cookie holds the token; the table only its hash."""

    __tablename__ = "login_session"

    id: Mapped[intpk]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    device: Mapped[short]
    """What the browser says it is, in words: 一部手机, 一台电脑."""
    device_mark: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    """The browser's own random mark: who has signed in here before is not locked out by strangers."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    remember_until: Mapped[datetime | None]
    """记住这台手机: until then idleness does not end it. Only for cadres, where the setting allows it."""


class LoginFailure(Base):
    """One wrong password. A row and not memory, so that every process counts the same."""

    __tablename__ = "login_failure"
    __table_args__ = (
        sa.Index("ix_login_failure_account_at", "account", "at"),
        sa.Index("ix_login_failure_address_at", "address", "at"),
    )

    id: Mapped[intpk]
    account: Mapped[short]
    """The staff number as typed, folded; it may belong to nobody."""
    device: Mapped[str] = mapped_column(sa.String(64))
    """A random mark kept in the browser's cookie."""
    address: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]


class Exemption(Base):
    """Somebody is not expected anywhere from a day up to, not including, a day: 产假, 长期病假, 退休.

    Rosters taken for a day within it make him exempt. Only the kind is kept, never a medical paper.
    """

    __tablename__ = "exemption"
    __table_args__ = (sa.CheckConstraint("ends_on > starts_on", name="ends_after_it_starts"),)

    id: Mapped[intpk]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    reason_code: Mapped[str] = mapped_column(sa.String(20))
    """A key of `people.roster.REASONS`."""
    approver: Mapped[str] = mapped_column(sa.String(80))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    decided_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    """Entered by mistake: it never held."""


class RosterImport(Base):
    """One sheet of names brought in: read, looked through, landed, perhaps undone.

    The file itself is never kept; `rows` are what was read after identity numbers were taken out, and they
    go when the import has landed or is given up.
    """

    __tablename__ = "roster_import"

    id: Mapped[intpk]
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    """Whose people the sheet is compared with; None only on a site that has no unit yet."""
    unit_path: Mapped[str] = mapped_column(sa.String(250), index=True)
    file_name: Mapped[line]
    state: Mapped[str] = mapped_column(sa.String(10))
    """preview, landed, undone or dropped."""
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    effective_on: Mapped[date]
    """The day from which new people are in and transfers hold, unless a row says otherwise."""
    sheet: Mapped[dict[str, Any]]
    """What was read of it: columns, what was dropped, and the rows."""
    decisions: Mapped[dict[str, Any]]
    """What the clerk has said: by row, by missing person, by new unit."""
    outcome: Mapped[dict[str, Any] | None]
    """What landing changed, so that it can be undone."""
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Correction(Base):
    """Somebody says that his own record is wrong, and what came of it."""

    __tablename__ = "correction"

    id: Mapped[intpk]
    at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    unit_path: Mapped[str] = mapped_column(sa.String(250), index=True)
    about: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reply: Mapped[str | None]


class Roster(Base):
    """Who is expected at one event: taken by rule on one day, then frozen. Every denominator comes from here."""

    __tablename__ = "roster"

    id: Mapped[intpk]
    rule: Mapped[dict[str, Any]]
    """`{"unit_paths": [...], "categories": [...]}`."""
    as_of: Mapped[date]
    """The day whose memberships decide."""
    frozen_at: Mapped[datetime | None]

    entries: Mapped[list[RosterEntry]] = relationship(back_populates="roster")


class RosterEntry(Base):
    """One person expected at one event, with unit, category, number and name as of the roster's day."""

    __tablename__ = "roster_entry"
    __table_args__ = (
        sa.UniqueConstraint("roster_id", "person_id"),
        sa.Index(
            # The few that are counted apart, found without reading the roster.
            "ix_roster_entry_after_close",
            "roster_id",
            sqlite_where=sa.text("after_close"),
            postgresql_where=sa.text("after_close"),
        ),
        sa.CheckConstraint("state IN ('due', 'exempt')", name="state_known"),
        sa.CheckConstraint("state = 'due' OR reason_code IS NOT NULL", name="exempt_for_a_reason"),
    )

    id: Mapped[intpk]
    roster_id: Mapped[int] = mapped_column(sa.ForeignKey("roster.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    unit_path: Mapped[str] = mapped_column(sa.String(250))
    unit_name: Mapped[short]
    category: Mapped[str] = mapped_column(sa.String(20))
    staff_no: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[short]
    name_sort: Mapped[str] = mapped_column(sa.String(120))
    state: Mapped[str] = mapped_column(sa.String(10), default="due")
    reason_code: Mapped[str | None] = mapped_column(sa.String(20))
    reason: Mapped[line | None]
    approver: Mapped[str | None] = mapped_column(sa.String(80))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    after_close: Mapped[bool] = mapped_column(default=False)
    """Exempted after the event had closed: 事后, counted apart wherever 免 is printed."""
    added_late: Mapped[bool] = mapped_column(default=False)
    """Put on the list by hand after it was frozen."""
    exemption_id: Mapped[int | None] = mapped_column(sa.ForeignKey("exemption.id"), index=True)
    """The standing exemption that made this entry exempt; None where somebody decided for this event alone."""

    roster: Mapped[Roster] = relationship(back_populates="entries")
