"""Meetings at which people study law, the series they serve, who came; and what people read by themselves."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studyhall.core.db import Base, intpk, line, short
from studyhall.people.models import Person, Roster, RosterEntry, Unit


class SeriesCode(StrEnum):
    """What the yearly figures sum by. An office's own series are OWN and count in the whole only."""

    CENTRE_GROUP = "centre_group"
    NINE = "nine"
    THEORY = "theory"
    LECTURE = "lecture"
    OWN = "own"


class SessionState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    """Took place, on its day or moved to another: moved is a mark on a held one."""
    MERGED = "merged"
    """A due day taken over by another series' meeting: not held here, no 人次 here."""
    CANCELLED = "cancelled"


class AttendanceState(StrEnum):
    PRESENT = "present"
    LEAVE = "leave"
    ABSENT = "absent"


class Series(Base):
    """A kind of meeting that one unit keeps, with the days on which it is due."""

    __tablename__ = "study_series"
    __table_args__ = (
        sa.UniqueConstraint("owner_unit_id", "name"),
        sa.CheckConstraint("ends_on > starts_on", name="ends_after_it_starts"),
    )

    id: Mapped[intpk]
    owner_unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    code: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[short]
    rhythm: Mapped[str] = mapped_column(sa.String(20))
    """See `study.calendar.Rhythm`."""
    rhythm_days: Mapped[list[Any]]
    """month_days: days of the month; weekday: one ISO number, 2 for Tuesday; else empty."""
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """The first day on which it is no longer kept."""
    position: Mapped[int] = mapped_column(default=0)

    owner_unit: Mapped[Unit] = relationship()


class StudySession(Base):
    """A meeting; or a due day that was cancelled or merged, with the reason."""

    __tablename__ = "study_session"
    __table_args__ = (
        sa.CheckConstraint("state IN ('planned', 'held', 'merged', 'cancelled')", name="state_known"),
        sa.CheckConstraint(
            "state IN ('planned', 'held') OR reason IS NOT NULL", name="not_held_for_a_reason"
        ),
        sa.CheckConstraint("state <> 'held' OR roster_id IS NOT NULL", name="held_has_a_roster"),
        sa.CheckConstraint("guests >= 0", name="guests_not_below_nobody"),
        sa.Index("ix_study_session_owner_unit_id_held_on", "owner_unit_id", "held_on"),
    )

    id: Mapped[intpk]
    owner_unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    held_on: Mapped[date]
    """The local day it took place or will; of a merged or cancelled one, the due day."""
    state: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[line | None]
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("study_session.id"))
    topic: Mapped[line]
    basis: Mapped[line]
    """Laws and articles as the clerk wrote them; `citations` is what was understood of it."""
    begins: Mapped[time | None] = mapped_column(sa.Time)
    """Local, as on the wall."""
    ends: Mapped[time | None] = mapped_column(sa.Time)
    place: Mapped[short]
    host: Mapped[short]
    speaker: Mapped[short]
    roster_id: Mapped[int | None] = mapped_column(sa.ForeignKey("roster.id"))
    guests: Mapped[int] = mapped_column(default=0)
    """People from outside: a number of their own, in no rate."""
    proceedings: Mapped[str]
    """纪要."""
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    recorded_at: Mapped[datetime | None]
    """When it was first entered as held, merged or cancelled: long after the day it is marked 补录."""
    called_at: Mapped[datetime | None]
    """When the roll was first saved."""

    owner_unit: Mapped[Unit] = relationship()
    roster: Mapped[Roster | None] = relationship()
    serves: Mapped[list[SessionSeries]] = relationship(
        order_by="SessionSeries.position", cascade="all, delete-orphan"
    )
    citations: Mapped[list[SessionCitation]] = relationship(
        order_by="SessionCitation.position", cascade="all, delete-orphan"
    )
    merged_into: Mapped[StudySession | None] = relationship(remote_side="StudySession.id")

    @property
    def is_held(self) -> bool:
        return self.state == SessionState.HELD

    @property
    def is_moved(self) -> bool:
        """Held or planned on another day than the one it was due on."""
        return self.state in (SessionState.PLANNED, SessionState.HELD) and any(
            one.due_on not in (None, self.held_on) and one.series.rhythm != "quarter" for one in self.serves
        )


class SessionSeries(Base):
    """Which series a meeting serves, and which due day of it it stands for."""

    __tablename__ = "session_series"
    __table_args__ = (
        # One due day is explained once; meetings beyond the due ones have none.
        sa.UniqueConstraint("series_id", "due_on"),
    )

    session_id: Mapped[int] = mapped_column(sa.ForeignKey("study_session.id"), primary_key=True)
    series_id: Mapped[int] = mapped_column(sa.ForeignKey("study_series.id"), primary_key=True)
    due_on: Mapped[date | None]
    position: Mapped[int] = mapped_column(default=1)

    series: Mapped[Series] = relationship()


class SessionCitation(Base):
    """An article (or a whole law, article null) that a meeting was about."""

    __tablename__ = "session_citation"

    session_id: Mapped[int] = mapped_column(sa.ForeignKey("study_session.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    law_title: Mapped[short]
    article: Mapped[int | None]
    sub_article: Mapped[int] = mapped_column(default=0)


class Attendance(Base):
    """One entry of the roster at one meeting. Without a row the roll has not been called for him."""

    __tablename__ = "attendance"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "roster_entry_id"),
        sa.CheckConstraint("state IN ('present', 'leave', 'absent')", name="state_known"),
        sa.CheckConstraint("made_up_on IS NULL OR state <> 'present'", name="who_came_makes_nothing_up"),
        sa.Index("ix_attendance_roster_entry_id", "roster_entry_id"),
    )

    id: Mapped[intpk]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("study_session.id"))
    roster_entry_id: Mapped[int] = mapped_column(sa.ForeignKey("roster_entry.id"))
    state: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str | None] = mapped_column(sa.String(20))
    """Why on leave: a code of `study.attendance.LEAVE_REASONS`, never a paper."""
    made_up_on: Mapped[date | None]
    """补学: a record of its own, beside the 人次 and never inside."""
    made_up_how: Mapped[line | None]
    updated_at: Mapped[datetime]
    updated_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    entry: Mapped[RosterEntry] = relationship()


class Attachment(Base):
    """A picture, PDF or Word file of a meeting. The bytes lie in the state folder under their hash."""

    __tablename__ = "study_attachment"
    __table_args__ = (sa.Index("ix_study_attachment_session_id", "session_id"),)

    id: Mapped[intpk]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("study_session.id"))
    name: Mapped[line]
    media_type: Mapped[short]
    """By content, never by name."""
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    uploaded_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class SelfStudy(Base):
    """自学: a person read an article, or a law (article 0), on a day; once a day counts once."""

    __tablename__ = "self_study"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "studied_on", "law_title", "article", "sub_article"),
        sa.Index("ix_self_study_studied_on", "studied_on"),
    )

    id: Mapped[intpk]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    unit_path: Mapped[str] = mapped_column(sa.String(250))
    """Of that day: a past figure does not follow a transfer."""
    studied_on: Mapped[date]
    law_title: Mapped[short]
    article: Mapped[int] = mapped_column(default=0)
    sub_article: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()
