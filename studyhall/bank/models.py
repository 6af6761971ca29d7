"""Banks, questions, and the versions of a question: what was asked never changes under an attempt."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studyhall.core import search_words
from studyhall.core.db import Base, intpk, line, short
from studyhall.library.models import Law


class QuestionState(StrEnum):
    DRAFT = "draft"
    IN_USE = "in_use"
    HELD = "held"
    """Out of new papers until somebody has looked: reported as faulty, or its article was amended."""
    RETIRED = "retired"


class Bank(Base):
    """Questions kept together, owned by a unit and usable by all below it."""

    __tablename__ = "bank"
    __table_args__ = (sa.UniqueConstraint("owner_unit_id", "name"),)

    id: Mapped[intpk]
    name: Mapped[short]
    owner_unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    """None for the bank that comes with the product: everybody may use it."""


class Question(Base):
    """The identity of a question; what it says is in its versions."""

    __tablename__ = "question"
    __table_args__ = (
        sa.UniqueConstraint("bank_id", "key"),
        sa.CheckConstraint("state IN ('draft', 'in_use', 'held', 'retired')", name="state_known"),
        sa.Index("ix_question_law_id_state", "law_id", "state"),
    )

    id: Mapped[intpk]
    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("bank.id"))
    key: Mapped[short]
    """Stable, unique in its bank: `minfadian-1042-1`."""
    law_id: Mapped[int | None] = mapped_column(sa.ForeignKey("law.id"))
    """The law whose part of a blueprint it fills."""
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question.id"), index=True)
    """The case it is a part of."""
    state: Mapped[str] = mapped_column(sa.String(10), default=QuestionState.DRAFT)
    current_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("question_version.id", use_alter=True, name="fk_question_current_version_id"),
        index=True,
    )

    bank: Mapped[Bank] = relationship()
    law: Mapped[Law | None] = relationship()
    current_version: Mapped[QuestionVersion | None] = relationship(foreign_keys=[current_version_id])


class QuestionVersion(Base):
    """What was asked. Never updated but for `first_dealt_at`: an edit makes the next version."""

    __tablename__ = "question_version"
    __table_args__ = (
        sa.UniqueConstraint("question_id", "number"),
        sa.CheckConstraint(
            "kind IN ('single', 'multiple', 'judge', 'fill', 'short', 'case')", name="kind_known"
        ),
        sa.CheckConstraint("difficulty BETWEEN 1 AND 3", name="difficulty_from_1_to_3"),
        # Versions are kept in memory by id (`bank.asked`), so an id is never given twice.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[intpk]
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"))
    number: Mapped[int]
    parent_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question_version.id"), index=True)
    """For a part of a case: the version of the case it belongs to."""
    position: Mapped[int] = mapped_column(default=0)
    """For a part: its place in the case, from 1."""
    kind: Mapped[str] = mapped_column(sa.String(10))
    stem: Mapped[str]
    options: Mapped[list[Any]]
    """`[["A", "text"], …]` in the order of the bank; empty for kinds without options."""
    answer: Mapped[Any] = mapped_column(sa.JSON)
    """single and multiple: sorted letters, "ABD" · judge: true or false · fill: a list of accepted strings
    for each blank · short: the model answer · case: null."""
    points: Mapped[list[Any]]
    """short: `[["what earns marks", hundredths], …]`; else empty."""
    explanation: Mapped[str]
    difficulty: Mapped[int]
    content_hash: Mapped[str] = mapped_column(sa.String(64), index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who edited it on a page; None for what came out of files."""
    reason: Mapped[line | None]
    """为什么改, in the author's words."""
    created_at: Mapped[datetime]
    first_dealt_at: Mapped[datetime | None]
    """Written by quizzes: from then on the version may not be taken back."""
    grams: Mapped[str | None] = mapped_column(default=search_words.grams_from("stem"), deferred=True)
    """The stem as pairs of characters, for the search alone."""

    question: Mapped[Question] = relationship(foreign_keys=[question_id])
    citations: Mapped[list[Citation]] = relationship(
        order_by="Citation.position", cascade="all, delete-orphan"
    )
    parts: Mapped[list[QuestionVersion]] = relationship(order_by="QuestionVersion.position")


class QuestionPicture(Base):
    """A picture of a version, shown where its words say 〔name〕; drawn anew when it came in."""

    __tablename__ = "question_picture"

    version_id: Mapped[int] = mapped_column(sa.ForeignKey("question_version.id"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    media_type: Mapped[str] = mapped_column(sa.String(40))
    """image/png or image/jpeg."""
    data: Mapped[bytes] = mapped_column(sa.LargeBinary)


class BatchState(StrEnum):
    OPEN = "open"
    LANDED = "landed"
    UNDONE = "undone"
    DISCARDED = "discarded"


class ImportBatch(Base):
    """One file brought in: read, looked over, landed, perhaps taken back. The file itself is not kept."""

    __tablename__ = "import_batch"
    __table_args__ = (
        sa.CheckConstraint("state IN ('open', 'landed', 'undone', 'discarded')", name="state_known"),
    )

    id: Mapped[intpk]
    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("bank.id"), index=True)
    owner_unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    file_name: Mapped[str] = mapped_column(sa.String(250))
    file_hash: Mapped[str] = mapped_column(sa.String(64))
    format: Mapped[str] = mapped_column(sa.String(40))
    state: Mapped[str] = mapped_column(sa.String(10), default=BatchState.OPEN)
    notes: Mapped[list[Any]]
    """What the reader said of the whole file."""
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    landed_at: Mapped[datetime | None]
    landed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    bank: Mapped[Bank] = relationship()


class JobStage(StrEnum):
    WAITING = "waiting"
    """Others are being read first."""
    READING = "reading"
    COMPARING = "comparing"
    KEEPING = "keeping"
    DONE = "done"
    FAILED = "failed"


class ImportJob(Base):
    """A file that takes longer to read than anybody waits for a page: how far it is, and what came of it."""

    __tablename__ = "import_job"
    __table_args__ = (
        sa.CheckConstraint(
            "stage IN ('waiting', 'reading', 'comparing', 'keeping', 'done', 'failed')", name="stage_known"
        ),
    )

    id: Mapped[intpk]
    owner_unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    bank: Mapped[short]
    file_name: Mapped[line]
    folder: Mapped[line]
    """Where the file waits, until it has been read: a name below `uploads/reading` in the state folder."""
    asked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    stage: Mapped[str] = mapped_column(sa.String(10), default=JobStage.WAITING)
    beat_at: Mapped[datetime]
    """When it last said where it is: a process that was ended says nothing any more."""
    questions: Mapped[int] = mapped_column(default=0)
    """How many were recognised; 0 while nobody knows."""
    problem: Mapped[str] = mapped_column(default="")
    """Why it failed, in words for the page."""
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batch.id"))
    """The first batch that came of it."""
    batches: Mapped[int] = mapped_column(default=0)


class ImportItem(Base):
    """One question, or one piece that was not understood, of a file brought in."""

    __tablename__ = "import_item"
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "position"),
        sa.CheckConstraint(
            "state IN ('ready', 'held', 'duplicate', 'left_out', 'landed', 'fragment')", name="state_known"
        ),
        sa.CheckConstraint("change IN ('', 'new', 'changed', 'gone')", name="change_known"),
        sa.Index("ix_import_item_batch_id_state", "batch_id", "state", "position"),
    )

    id: Mapped[intpk]
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batch.id"))
    position: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str]
    """Why it is held, or what is worth a look; empty where there is nothing to say."""
    record: Mapped[dict[str, Any]]
    """`bank.record.Record.to_dict()`; of a fragment its place, reason and text."""
    questions: Mapped[int]
    """How many questions it counts as: a case by its parts, a fragment as none."""
    kinds: Mapped[str] = mapped_column(sa.String(250), default="")
    """The kinds of these questions, divided by blanks: counted without opening the records."""
    rules: Mapped[str] = mapped_column(sa.String(250), default="")
    """Which rules hold it, divided by blanks: those alike can be settled together."""
    change: Mapped[str] = mapped_column(sa.String(10), default="")
    """Of a package from another office, beside what came from there before: new, changed or gone."""
    question_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question.id"), index=True)
    """What it became; of what changed and what is gone, which question that is."""


class FaultReport(Base):
    """Somebody says a question is wrong (题目有误); the admin settles it and the person is told."""

    __tablename__ = "fault_report"
    __table_args__ = (sa.Index("ix_fault_report_question_id_settled_at", "question_id", "settled_at"),)

    id: Mapped[intpk]
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"))
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("question_version.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    unit_path: Mapped[str] = mapped_column(sa.String(250))
    reason: Mapped[str] = mapped_column(sa.String(20))
    """key, wording, law, other."""
    text: Mapped[str]
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    outcome: Mapped[str | None] = mapped_column(sa.String(20))
    """right, mended, voided, retired."""
    reply: Mapped[str | None]


class Citation(Base):
    """A version rests on an article: 《民法典》第一千零四十二条第一款."""

    __tablename__ = "citation"
    __table_args__ = (sa.Index("ix_citation_law_id_article", "law_id", "article"),)

    version_id: Mapped[int] = mapped_column(sa.ForeignKey("question_version.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    law_id: Mapped[int | None] = mapped_column(sa.ForeignKey("law.id"))
    """None while the site does not know this law; `law_title` says which was meant."""
    law_title: Mapped[short]
    edition_id: Mapped[int | None] = mapped_column(sa.ForeignKey("edition.id"))
    """The text that was meant; None for another law's article, where the one in force is meant."""
    article: Mapped[int]
    sub_article: Mapped[int] = mapped_column(default=0)
    paragraph: Mapped[int | None]
    """款, from 1."""
    item: Mapped[int | None]
    """项, from 1."""
    held_since: Mapped[datetime | None]
    """Set when an amendment touched the article, until somebody has looked."""
