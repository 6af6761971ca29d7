"""Laws, the editions in which they were in force, and their articles."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studyhall.core.db import Base, intpk, short


class Law(Base):
    """One law through all its editions. Laws belong to the site, not to a unit."""

    __tablename__ = "law"

    id: Mapped[intpk]
    title: Mapped[str] = mapped_column(sa.String(120), unique=True)
    """中华人民共和国民法典."""
    short_title: Mapped[str] = mapped_column(sa.String(80), unique=True)
    """民法典: how it is cited."""
    position: Mapped[int] = mapped_column(default=0)

    editions: Mapped[list[Edition]] = relationship(back_populates="law", order_by="Edition.effective")


class Edition(Base):
    """The text of a law in force from a day on."""

    __tablename__ = "edition"
    __table_args__ = (sa.UniqueConstraint("law_id", "effective"),)

    id: Mapped[intpk]
    law_id: Mapped[int] = mapped_column(sa.ForeignKey("law.id"))
    effective: Mapped[date]
    adopted: Mapped[date | None]
    """When this text was adopted; `effective` is when it came into force."""
    article_count: Mapped[int]
    """Of numbered articles: a preamble (number 0) and 之一 do not count."""
    imported_at: Mapped[datetime | None]
    """When an admin brought in the official text; None while there is none."""

    law: Mapped[Law] = relationship(back_populates="editions")
    divisions: Mapped[list[Division]] = relationship(order_by="Division.position")


class Division(Base):
    """A heading of an edition (编, 分编, 章, 节) and the articles under it."""

    __tablename__ = "division"
    __table_args__ = (
        sa.UniqueConstraint("edition_id", "position"),
        sa.CheckConstraint("last_article >= first_article", name="articles_in_order"),
    )

    id: Mapped[intpk]
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("edition.id"))
    position: Mapped[int]
    level: Mapped[int]
    """1 for the widest."""
    title: Mapped[short]
    first_article: Mapped[int]
    last_article: Mapped[int]


class Article(Base):
    """One 条 of an edition: what it means in plain words, and its text once an admin has brought it in."""

    __tablename__ = "article"
    __table_args__ = (sa.UniqueConstraint("edition_id", "number", "sub_number"),)

    id: Mapped[intpk]
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("edition.id"))
    number: Mapped[int]
    """0 is the preamble (序言)."""
    sub_number: Mapped[int] = mapped_column(default=0)
    """1 for 第十七条之一."""
    gist: Mapped[str | None]
    """条旨, in our own words."""
    text: Mapped[str | None]
    """原文, a line for each 款 and 项; None until it is imported."""


class KeyPoint(Base):
    """A short card (要点) on one chapter or one practical topic."""

    __tablename__ = "key_point"
    __table_args__ = (sa.UniqueConstraint("edition_id", "key"),)

    id: Mapped[intpk]
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("edition.id"))
    key: Mapped[short]
    part: Mapped[short]
    title: Mapped[short]
    text: Mapped[str]
    position: Mapped[int]

    citations: Mapped[list[KeyPointCitation]] = relationship(cascade="all, delete-orphan")


class KeyPointCitation(Base):
    """A key point rests on an article."""

    __tablename__ = "key_point_citation"

    key_point_id: Mapped[int] = mapped_column(sa.ForeignKey("key_point.id"), primary_key=True)
    article_number: Mapped[int] = mapped_column(primary_key=True)
