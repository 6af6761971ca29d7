"""Questions to the database about laws. Laws belong to the site: everybody reads all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from studyhall.core.citations import Citation
from studyhall.core.errors import Missing, Refused
from studyhall.library.contents import Chapter, Part, parts_of
from studyhall.library.models import Article, Edition, KeyPoint, KeyPointCitation, Law


@dataclass(frozen=True)
class Shelf:
    """One law as the list of laws shows it."""

    law: Law
    edition: Edition
    gists: int
    texts: int
    """Articles whose official text is here."""
    key_points: int


@dataclass(frozen=True)
class Book:
    """One edition opened: its chapters, and how it stands to the day."""

    law: Law
    edition: Edition
    parts: tuple[Part, ...]
    today: date
    current: Edition
    """The edition in force on that day; the same one unless an older or a coming one is open."""

    @property
    def chapters(self) -> list[Chapter]:
        return [chapter for part in self.parts for chapter in part.chapters]

    @property
    def is_current(self) -> bool:
        return self.edition.id == self.current.id

    @property
    def is_coming(self) -> bool:
        return self.edition.effective > self.today

    @property
    def superseded_on(self) -> date | None:
        """The day the next edition came into force; None while this is the one to go by."""
        later = [one.effective for one in self.law.editions if one.effective > self.edition.effective]
        return min(later) if later and min(later) <= self.today else None

    @property
    def day(self) -> str | None:
        """For addresses: which edition, where it is not the one in force."""
        return None if self.is_current else self.edition.effective.isoformat()

    def chapter_of(self, article: int) -> Chapter | None:
        return next((chapter for chapter in self.chapters if chapter.holds(article)), None)


def edition_in_force(editions: Sequence[Edition], today: date) -> Edition:
    """The newest that has come into force; the first to come where none has."""
    begun = [edition for edition in editions if edition.effective <= today]
    return max(begun, key=lambda e: e.effective) if begun else min(editions, key=lambda e: e.effective)


def shelves(session: Session, today: date) -> list[Shelf]:
    """Every law with the edition in force, in the order of the site."""
    laws = session.scalars(
        sa.select(Law).options(selectinload(Law.editions)).order_by(Law.position, Law.id)
    ).all()
    current = {law.id: edition_in_force(law.editions, today) for law in laws if law.editions}
    counts = _counts(session, [edition.id for edition in current.values()])
    return [
        Shelf(law, current[law.id], *counts.get(current[law.id].id, (0, 0, 0)))
        for law in laws
        if law.id in current
    ]


def _counts(session: Session, edition_ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    cards = session.execute(
        sa.select(KeyPoint.edition_id, sa.func.count())
        .where(KeyPoint.edition_id.in_(edition_ids))
        .group_by(KeyPoint.edition_id)
    )
    points = {edition: count for edition, count in cards}
    rows = session.execute(
        sa.select(Article.edition_id, sa.func.count(Article.gist), sa.func.count(Article.text))
        .where(Article.edition_id.in_(edition_ids))
        .group_by(Article.edition_id)
    )
    return {edition: (gists, texts, points.get(edition, 0)) for edition, gists, texts in rows}


def book(session: Session, short_title: str, day: str | None, today: date) -> Book:
    """The edition of a law that took effect on `day` (ISO), else the one in force. Raises Missing."""
    law = session.scalar(
        sa.select(Law).where(Law.short_title == short_title).options(selectinload(Law.editions))
    )
    if law is None or not law.editions:
        raise Missing("这里还没有《%(law)s》。", law=short_title[:40])
    current = edition_in_force(law.editions, today)
    edition = current
    if day is not None:
        found = [one for one in law.editions if one.effective.isoformat() == day]
        if not found:
            raise Missing("《%(law)s》没有这一版。", law=law.short_title)
        edition = found[0]
    return Book(law, edition, tuple(parts_of(edition.divisions, edition.article_count)), today, current)


def chapter(opened: Book, first: int) -> Chapter:
    """The chapter that holds this article. Raises Missing."""
    found = opened.chapter_of(first)
    if found is None:
        raise Missing
    return found


def articles_between(session: Session, edition: Edition, first: int, last: int) -> Sequence[Article]:
    return session.scalars(
        sa.select(Article)
        .where(Article.edition_id == edition.id, Article.number.between(first, last))
        .order_by(Article.number, Article.sub_number)
    ).all()


@dataclass(frozen=True)
class Leaf:
    """One article with those before and after it."""

    article: Article
    before: Article | None
    after: Article | None


def leaf(session: Session, edition: Edition, number: int, sub: int) -> Leaf:
    """Raises Missing for an article that this edition does not have."""
    place = sa.tuple_(Article.number, Article.sub_number)
    here = sa.tuple_(sa.literal(number), sa.literal(sub))
    of_edition = sa.select(Article).where(Article.edition_id == edition.id)
    article = session.scalar(of_edition.where(Article.number == number, Article.sub_number == sub))
    if article is None:
        raise Missing(
            "这部法律没有%(article)s，一共%(count)s条。",
            article=Citation(None, number, sub),
            count=edition.article_count,
        )
    back = (Article.number.desc(), Article.sub_number.desc())
    return Leaf(
        article,
        session.scalar(of_edition.where(place < here).order_by(*back).limit(1)),
        session.scalar(of_edition.where(place > here).order_by(Article.number, Article.sub_number).limit(1)),
    )


def key_points(session: Session, edition: Edition, first: int, last: int) -> Sequence[KeyPoint]:
    """The cards that rest on an article from `first` to `last`, in their order."""
    resting = sa.select(KeyPointCitation.key_point_id).where(
        KeyPointCitation.article_number.between(first, last)
    )
    return session.scalars(
        sa.select(KeyPoint)
        .where(KeyPoint.edition_id == edition.id, KeyPoint.id.in_(resting))
        .order_by(KeyPoint.position)
    ).all()


def key_point(session: Session, edition: Edition, key: str) -> tuple[KeyPoint, int]:
    """One card and the first article it rests on. Raises Missing."""
    found = session.scalar(sa.select(KeyPoint).where(KeyPoint.edition_id == edition.id, KeyPoint.key == key))
    if found is None:
        raise Missing
    first = session.scalar(
        sa.select(sa.func.min(KeyPointCitation.article_number)).where(
            KeyPointCitation.key_point_id == found.id
        )
    )
    return found, first if first is not None else 1


def editions_to_compare(
    session: Session, short_title: str, old: str | None, new: str | None
) -> tuple[Edition, Edition]:
    """Two editions by the days they took effect (ISO); else the two latest.

    Raises Missing where the law or one of the days is not here, Refused where there is one edition only.
    """
    law = session.scalar(
        sa.select(Law).where(Law.short_title == short_title).options(selectinload(Law.editions))
    )
    if law is None:
        raise Missing("这里还没有《%(law)s》。", law=short_title[:40])
    days = {edition.effective.isoformat(): edition for edition in law.editions}
    for day in (old, new):
        if day is not None and day not in days:
            raise Missing(
                "《%(law)s》没有%(day)s起施行的版本，只有%(days)s。",
                law=law.short_title,
                day=day[:10],
                days="、".join(days),
            )
    if len(days) < 2:
        raise Refused("《%(law)s》只有一版，没有可以对照的。请先导入另一版的条文。", law=law.short_title)
    later = days[new] if new else law.editions[-1]
    earlier = [one for one in law.editions if one.effective < later.effective]
    before = days[old] if old else earlier[-1] if earlier else None
    if before is None or before.effective >= later.effective:
        raise Refused("对照要从旧版到新版，旧版的施行日期要早于新版。")
    return before, later


def texts(session: Session, edition: Edition) -> dict[str, str]:
    """The official text by article: "13", "17-1" for 第十七条之一. Empty where none was imported."""
    rows = session.execute(
        sa.select(Article.number, Article.sub_number, Article.text)
        .where(Article.edition_id == edition.id, Article.text.is_not(None), Article.number > 0)
        .order_by(Article.number, Article.sub_number)
    )
    return {f"{number}-{sub}" if sub else str(number): text or "" for number, sub, text in rows}


def short_titles(session: Session) -> frozenset[str]:
    return frozenset(session.scalars(sa.select(Law.short_title)))
