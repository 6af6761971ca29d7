"""Contests and exams, what each person was dealt and answered, and where each expected person stands."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studyhall.bank.models import QuestionVersion
from studyhall.core import clock
from studyhall.core.db import Base, hundredths, intpk, line, short
from studyhall.core.periods import Month
from studyhall.library.models import Law
from studyhall.people.models import Roster, RosterEntry, Unit
from studyhall.quizzes import timing


class AssessmentKind(StrEnum):
    CONTEST = "contest"
    EXAM = "exam"
    MOCK = "mock"
    """For practice: in no figure."""


class CountingRule(StrEnum):
    BEST = "best"
    LAST = "last"
    FIRST = "first"


class PartialRule(StrEnum):
    """What an incomplete, wrong-free choice in a multiple earns."""

    NONE = "none"
    HALF = "half"
    PROPORTIONAL = "proportional"


class Reveal(StrEnum):
    AFTER_HAND_IN = timing.AT_ONCE
    AFTER_CLOSE = "after_close"


class MakeUpRule(StrEnum):
    MAX = "max"
    CAPPED = "capped"
    """At the pass mark."""


class Assessment(Base):
    """A contest (月月赛) or an exam (考试): who, when, of what, and by which rules."""

    __tablename__ = "assessment"
    __table_args__ = (
        sa.CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        sa.CheckConstraint("counts_for_month BETWEEN 1 AND 12", name="a_month"),
        sa.CheckConstraint("attempts_allowed >= 1", name="at_least_one_attempt"),
        sa.CheckConstraint("minutes >= 1", name="at_least_a_minute"),
        sa.CheckConstraint("pass_percent BETWEEN 0 AND 100", name="pass_is_a_percent"),
        sa.CheckConstraint(
            "excellent_percent BETWEEN pass_percent AND 100", name="excellent_is_at_least_pass"
        ),
        sa.Index("ix_assessment_counts_for", "counts_for_year", "counts_for_month"),
    )

    id: Mapped[intpk]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    """The short address, `/c/CODE`."""
    kind: Mapped[str] = mapped_column(sa.String(10))
    title: Mapped[short]
    owner_unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    roster_id: Mapped[int] = mapped_column(sa.ForeignKey("roster.id"))
    counts_for_year: Mapped[int]
    counts_for_month: Mapped[int]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    minutes: Mapped[int]
    attempts_allowed: Mapped[int] = mapped_column(default=1)
    counting_rule: Mapped[str] = mapped_column(sa.String(10), default=CountingRule.BEST)
    pass_percent: Mapped[int] = mapped_column(default=60)
    excellent_percent: Mapped[int] = mapped_column(default=90)
    partial_rule: Mapped[str] = mapped_column(sa.String(15), default=PartialRule.HALF)
    reveal: Mapped[str] = mapped_column(sa.String(15), default=Reveal.AFTER_HAND_IN)
    earlier_wins: Mapped[bool] = mapped_column(default=False)
    """On equal percent and seconds the earlier hand-in stands before; otherwise they are joint."""
    top_list: Mapped[bool] = mapped_column(default=False)
    """A public list of the first ten: off unless an admin turns it on for this one."""
    avoid_last: Mapped[int] = mapped_column(default=1)
    """Questions a person met in so many earlier contests are dealt to him only when the others run out."""
    fixed_paper: Mapped[bool] = mapped_column(default=False)
    """Everybody gets the same questions; the order of options stays each one's own."""
    make_up_of: Mapped[int | None] = mapped_column(sa.ForeignKey("assessment.id"), index=True)
    make_up_rule: Mapped[str] = mapped_column(sa.String(10), default=MakeUpRule.MAX)
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    owner_unit: Mapped[Unit] = relationship()
    roster: Mapped[Roster] = relationship()
    lines: Mapped[list[BlueprintLine]] = relationship(
        order_by="BlueprintLine.position", cascade="all, delete-orphan"
    )

    @property
    def counts_for(self) -> Month:
        return Month(self.counts_for_year, self.counts_for_month)

    @property
    def unit_path(self) -> str:
        return self.owner_unit.path

    @property
    def opens_on(self) -> date:
        """The local day whose memberships make the roster."""
        return clock.day_of(self.opens_at)

    @hybrid_property
    def is_published(self) -> bool:
        """Also as a condition of a statement."""
        return self.published_at is not None and self.withdrawn_at is None

    @is_published.inplace.expression
    @classmethod
    def _published_rows(cls) -> sa.ColumnElement[bool]:
        return sa.and_(cls.published_at.is_not(None), cls.withdrawn_at.is_(None))

    def is_open(self, now: datetime) -> bool:
        return self.is_published and self.opens_at <= now < self.closes_at

    def has_closed(self, now: datetime) -> bool:
        return now >= self.closes_at

    def answers_shown(self, now: datetime) -> bool:
        """Whether somebody who has handed in may see key and explanation."""
        return timing.answers_shown(self.reveal, self.closes_at, now)

    @property
    def marks(self) -> tuple[int, int]:
        return (self.pass_percent, self.excellent_percent)


class BlueprintLine(Base):
    """So many questions of one law and kind, each worth so much. The lines make the 组卷方案."""

    __tablename__ = "blueprint_line"
    __table_args__ = (
        sa.UniqueConstraint("assessment_id", "position"),
        sa.CheckConstraint("how_many >= 1", name="at_least_one"),
        sa.CheckConstraint("worth >= 1", name="worth_something"),
    )

    id: Mapped[intpk]
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment.id"))
    position: Mapped[int]
    law_id: Mapped[int] = mapped_column(sa.ForeignKey("law.id"))
    kind: Mapped[str] = mapped_column(sa.String(10))
    difficulty: Mapped[int | None]
    """None: all levels in the proportion of the bank, the same on every paper."""
    how_many: Mapped[int]
    worth: Mapped[hundredths]
    """What one question is worth; for a case, what each of its parts is worth."""

    law: Mapped[Law] = relationship()


class Result(Base):
    """Where one expected person stands: made with the roster entry, rewritten by all that grades.

    Participation and pass rates are sums over these rows. Nothing yet is absent. A make-up writes its score
    into the row of the assessment it makes up for.
    """

    __tablename__ = "result"
    __table_args__ = (
        sa.UniqueConstraint("roster_entry_id"),
        sa.Index("ix_result_assessment_id_unit_id", "assessment_id", "unit_id"),
        sa.Index("ix_result_person_id", "person_id"),
        sa.CheckConstraint("due OR NOT took_part", name="nobody_takes_part_who_is_not_due"),
        sa.CheckConstraint("took_part OR NOT passed", name="nobody_passes_who_took_no_part"),
        sa.CheckConstraint("passed OR NOT excellent", name="excellent_is_passed"),
    )

    id: Mapped[intpk]
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment.id"))
    roster_entry_id: Mapped[int] = mapped_column(sa.ForeignKey("roster_entry.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    due: Mapped[bool] = mapped_column(default=True)
    took_part: Mapped[bool] = mapped_column(default=False)
    score: Mapped[hundredths | None]
    """Of the main run (正考)."""
    full: Mapped[hundredths | None]
    passed: Mapped[bool] = mapped_column(default=False)
    excellent: Mapped[bool] = mapped_column(default=False)
    make_up_score: Mapped[hundredths | None]
    make_up_full: Mapped[hundredths | None]
    final_took_part: Mapped[bool] = mapped_column(default=False)
    final_score: Mapped[hundredths | None]
    final_full: Mapped[hundredths | None]
    final_passed: Mapped[bool] = mapped_column(default=False)
    final_excellent: Mapped[bool] = mapped_column(default=False)
    attempt_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("attempt.id", use_alter=True, name="fk_result_attempt_id_attempt")
    )
    """The attempt that counts for the main run."""
    seconds: Mapped[int | None]
    handed_in_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(sa.String(20), default="here")
    """here, elsewhere, keyed_in."""

    assessment: Mapped[Assessment] = relationship()
    entry: Mapped[RosterEntry] = relationship()


class Attempt(Base):
    """One person's run at one assessment, from opening it to handing it in."""

    __tablename__ = "attempt"
    __table_args__ = (
        sa.UniqueConstraint("assessment_id", "person_id", "number"),
        sa.CheckConstraint("handed_in_at <= deadline", name="handed_in_by_the_deadline"),
        sa.CheckConstraint("(handed_in_at IS NULL) = (score IS NULL)", name="graded_when_handed_in"),
        sa.Index("ix_attempt_person_id", "person_id"),
        sa.Index(
            "ix_attempt_open_deadline",
            "deadline",
            sqlite_where=sa.text("handed_in_at IS NULL"),
            postgresql_where=sa.text("handed_in_at IS NULL"),
        ),
    )

    id: Mapped[intpk]
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    result_id: Mapped[int] = mapped_column(sa.ForeignKey("result.id"))
    number: Mapped[int] = mapped_column(default=1)
    seed: Mapped[int] = mapped_column(sa.BigInteger)
    started_at: Mapped[datetime]
    deadline: Mapped[datetime]
    """The earlier of time allowed and end of the window, later by what was granted."""
    granted_seconds: Mapped[int] = mapped_column(default=0)
    """What an admin has added to the time, inside `deadline` already."""
    device_session_id: Mapped[int | None] = mapped_column(sa.ForeignKey("login_session.id"))
    """The device that is answering; another takes over by a press of a button."""
    device_number: Mapped[int] = mapped_column(default=1)
    """Counts the takings-over: late saves of an earlier device lose."""
    handed_in_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(sa.String(10))
    """person or deadline."""
    seconds: Mapped[int | None]
    answered: Mapped[int | None]
    """How many questions had an answer at the end; 0 is not taking part."""
    score: Mapped[hundredths | None]
    full: Mapped[hundredths | None]

    assessment: Mapped[Assessment] = relationship()

    @property
    def is_open(self) -> bool:
        return self.handed_in_at is None


class AttemptItem(Base):
    """One question dealt in one attempt, with what was answered."""

    __tablename__ = "attempt_item"
    __table_args__ = (
        sa.Index("ix_attempt_item_version_id", "version_id"),
        {"sqlite_with_rowid": False},
    )

    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    """From 1."""
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("question_version.id"))
    option_order: Mapped[str] = mapped_column(sa.String(26))
    """The bank's letters in the order shown: `CABD` shows C first, under the letter A."""
    worth: Mapped[hundredths]
    answer: Mapped[str | None]
    """In the bank's letters, canonical by kind (see `quizzes.answers`)."""
    flagged: Mapped[bool] = mapped_column(default=False)
    """拿不准: marked by the person, to come back to."""
    answered_at: Mapped[datetime | None]
    save_no: Mapped[int] = mapped_column(default=0)
    points: Mapped[hundredths | None]
    marked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    version: Mapped[QuestionVersion] = relationship()


class Allowance(Base):
    """More time or one more attempt for one person at one assessment, with why and who approved it."""

    __tablename__ = "allowance"
    __table_args__ = (
        sa.Index("ix_allowance_assessment_id_person_id", "assessment_id", "person_id"),
        sa.CheckConstraint("minutes >= 0 AND attempts >= 0", name="never_less"),
    )

    id: Mapped[intpk]
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    minutes: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[line]
    approver: Mapped[short]
    decided_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]


class ScoreChange(Base):
    """Why a result moved after it was first written: a void, a re-key, an appeal, an override."""

    __tablename__ = "score_change"

    id: Mapped[intpk]
    result_id: Mapped[int] = mapped_column(sa.ForeignKey("result.id"), index=True)
    ruling: Mapped[str] = mapped_column(sa.String(20))
    """void, re_key, appeal, extension, override."""
    version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question_version.id"))
    old_score: Mapped[hundredths | None]
    old_full: Mapped[hundredths | None]
    new_score: Mapped[hundredths | None]
    new_full: Mapped[hundredths | None]
    reason: Mapped[line]
    decided_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]


class QuestionRuling(Base):
    """One question of one assessment voided, or given another key: everybody dealt it is graded by this."""

    __tablename__ = "question_ruling"
    __table_args__ = (
        sa.UniqueConstraint("assessment_id", "version_id"),
        sa.CheckConstraint("ruling IN ('full', 'left_out', 're_key')", name="ruling_known"),
    )

    id: Mapped[intpk]
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment.id"))
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("question_version.id"))
    ruling: Mapped[str] = mapped_column(sa.String(10))
    """full: everybody gets its points; left_out: it leaves the full mark; re_key: graded by `key`."""
    key: Mapped[Any] = mapped_column(sa.JSON(), nullable=True)
    reason: Mapped[line]
    decided_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
