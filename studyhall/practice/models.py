"""What one person practised: runs and their questions, what each article's card says, marks set by hand.

Only its owner ever sees a row of these tables. Nothing here is audited and nothing is a figure of anybody:
an office may not hold against a person what he did of his own free will.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studyhall.bank.models import Question, QuestionVersion
from studyhall.core.db import Base, hundredths, intpk, short
from studyhall.library.models import Edition
from studyhall.people.models import Person
from studyhall.quizzes.models import Assessment


class Way(StrEnum):
    """How somebody came to practise."""

    FIVE = "five"
    LAW = "law"
    CHAPTER = "chapter"
    ARTICLE = "article"
    WRONG = "wrong"
    CASES = "cases"
    MOCK = "mock"
    """With the blueprint of a coming exam: judged at the end, in no figure."""


class PracticeRun(Base):
    """Some questions practised in one go, left and come back to at will."""

    __tablename__ = "practice_run"
    __table_args__ = (
        sa.CheckConstraint(
            "way IN ('five', 'law', 'chapter', 'article', 'wrong', 'cases', 'mock')", name="way_known"
        ),
        sa.Index("ix_practice_run_person_id_started_at", "person_id", "started_at"),
    )

    id: Mapped[intpk]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    way: Mapped[str] = mapped_column(sa.String(10))
    title: Mapped[short]
    """练五题, 《民法典》第三百六十九条."""
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    """When the last question was answered, the mock was handed in, or another run took its place."""
    assessment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assessment.id"))
    """Whose blueprint a mock follows."""

    assessment: Mapped[Assessment | None] = relationship()
    items: Mapped[list[PracticeItem]] = relationship(
        order_by="PracticeItem.position", cascade="all, delete-orphan"
    )


class PracticeItem(Base):
    """One question of a run, with what was answered. From its answers everything else is worked out anew."""

    __tablename__ = "practice_item"
    __table_args__ = (
        sa.CheckConstraint("knows IN ('sure', 'unsure')", name="knows_known"),
        sa.CheckConstraint("is_right IS NULL OR answered_at IS NOT NULL", name="judged_when_answered"),
        sa.Index("ix_practice_item_person_id_question_id", "person_id", "question_id"),
    )

    run_id: Mapped[int] = mapped_column(sa.ForeignKey("practice_run.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    """From 1."""
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"))
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("question_version.id"), index=True)
    option_order: Mapped[str] = mapped_column(sa.String(26))
    """The bank's letters in the order shown, shuffled anew each time."""
    worth: Mapped[hundredths] = mapped_column(default=0)
    """In a mock, what it is worth there."""
    answer: Mapped[str | None]
    """In the bank's letters, canonical by kind (see `quizzes.answers`)."""
    answered_at: Mapped[datetime | None]
    is_right: Mapped[bool | None]
    """None until judged: in a mock all are judged together."""
    points: Mapped[hundredths | None]
    knows: Mapped[str | None] = mapped_column(sa.String(10))
    """我会了 sure, 还不熟 unsure; None: said nothing."""
    skipped: Mapped[str | None] = mapped_column(sa.String(10))
    """Why it was passed over: retired or sealed since it was drawn."""

    version: Mapped[QuestionVersion] = relationship()
    question: Mapped[Question] = relationship()

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.skipped is None


class PracticeCard(Base):
    """How well one person knows one article: an FSRS card, always what its reviews make of it.

    Rewritten from all answers that count whenever one comes in, so that it never matters in which order two
    devices bring theirs.
    """

    __tablename__ = "practice_card"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "edition_id", "article", "sub_article"),
        sa.CheckConstraint("due_on > reviewed_on", name="never_twice_a_day"),
        sa.Index("ix_practice_card_edition_id_article", "edition_id", "article"),
    )

    id: Mapped[intpk]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("edition.id"))
    article: Mapped[int]
    sub_article: Mapped[int] = mapped_column(default=0)
    state: Mapped[dict[str, Any]]
    """The card as fsrs writes it."""
    scheduler: Mapped[str] = mapped_column(sa.String(40))
    """With which version and parameters it was worked out: `6.3/default`, `6.3/4`."""
    stability: Mapped[float]
    """Days until nine in ten would still know it."""
    due_on: Mapped[date]
    reviewed_on: Mapped[date]
    reviews: Mapped[int]
    wrong: Mapped[int]
    last_right: Mapped[bool]

    edition: Mapped[Edition] = relationship()


class PracticeReset(Base):
    """Why what somebody had learnt of an article counts no more; shown until he has answered it again."""

    __tablename__ = "practice_reset"
    __table_args__ = (sa.UniqueConstraint("person_id", "edition_id", "article", "sub_article"),)

    id: Mapped[intpk]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("edition.id"))
    article: Mapped[int]
    sub_article: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(sa.String(10))
    """re_keyed: a question of it was wrong; amended: the article was."""
    at: Mapped[datetime]

    edition: Mapped[Edition] = relationship()


class PracticeMark(Base):
    """What somebody did to an entry of his wrong book by hand. The newest counts."""

    __tablename__ = "practice_mark"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "question_id"),
        sa.CheckConstraint("what IN ('keep', 'dismiss')", name="what_known"),
    )

    id: Mapped[intpk]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"))
    what: Mapped[str] = mapped_column(sa.String(10))
    at: Mapped[datetime]


class PracticeLaw(Base):
    """A law that somebody has chosen for his five questions; none chosen: what this year asks for."""

    __tablename__ = "practice_law"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    law_id: Mapped[int] = mapped_column(sa.ForeignKey("law.id"), primary_key=True)


class PracticeLook(Base):
    """When somebody's cards were last brought in line with contests, re-keyed questions and amended laws.

    Whoever writes a person's answers or cards locks this row first.
    """

    __tablename__ = "practice_look"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    """How many handed-in papers, their answers open to him, the cards rest on."""
    scheduler: Mapped[str] = mapped_column(sa.String(40), default="")


class PracticeParameters(Base):
    """FSRS parameters fitted to the answers given on this site; the newest are used. Never changed."""

    __tablename__ = "practice_parameters"

    id: Mapped[intpk]
    fitted_at: Mapped[datetime]
    values: Mapped[list[Any]]
    reviews: Mapped[int]
    """On how many reviews they rest."""
    loss_before: Mapped[float]
    """Log loss of the ones in use before, on the reviews held back; `loss_after` of these."""
    loss_after: Mapped[float]


class Proposal(Base):
    """A question that a cadre proposes; the admin takes it into the bank as a draft, or says why not."""

    __tablename__ = "question_proposal"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('single', 'multiple', 'judge')", name="kind_known"),
        sa.CheckConstraint("outcome IN ('taken', 'declined')", name="outcome_known"),
        sa.Index("ix_question_proposal_unit_path_settled_at", "unit_path", "settled_at"),
    )

    id: Mapped[intpk]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    unit_path: Mapped[str] = mapped_column(sa.String(250))
    law_title: Mapped[short]
    cites: Mapped[short]
    """第三十五条, as typed and understood."""
    kind: Mapped[str] = mapped_column(sa.String(10))
    stem: Mapped[str]
    options: Mapped[list[Any]]
    answer: Mapped[Any] = mapped_column(sa.JSON)
    explanation: Mapped[str]
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    outcome: Mapped[str | None] = mapped_column(sa.String(10))
    reply: Mapped[str | None]
    question_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
