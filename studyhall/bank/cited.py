"""What the articles say that a question rests on, for the page that explains it.

Articles change only when an admin brings in a text or a bank is loaded: they are kept in the process for a
minute, so that looking through one's mistakes asks for each of them once. The texts may have come in through
another process. So one article is read anew every few seconds, with a stamp of all texts, and where that has
changed everything kept is forgotten: nobody sees an old text for longer than that.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from datetime import date
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlalchemy.pool import Pool

from studyhall.bank.models import Citation as Cited
from studyhall.core.access import Actor
from studyhall.core.citations import Citation
from studyhall.core.db import direct
from studyhall.library.models import Article, Edition
from studyhall.library.passages import passage


@dataclass(frozen=True)
class Ground:
    """One article that a question rests on, in the edition that was meant."""

    citation: Citation
    effective: date
    followed_on: date | None
    """The day on which a newer edition comes into force; None while there is none."""
    gist: str | None
    text: str | None

    @property
    def lines(self) -> list[tuple[str, bool]]:
        """The text, each line with whether it is the passage cited."""
        return passage(self.text or "", self.citation.paragraph, self.citation.item)

    def is_past(self, today: date) -> bool:
        return self.followed_on is not None and self.followed_on <= today


_KEPT_FOR = 60.0
_SURE_FOR = 5.0
"""Seconds for which a process takes it that no other has brought in a text."""
_AT_MOST = 2000
_Grounds = dict[Citation, Ground]
_Stamp = tuple[object, ...]


@dataclass
class _Kept:
    """What one process knows of one database."""

    stamp: _Stamp = ()
    seen_at: float = -math.inf
    grounds: dict[tuple[int, date], tuple[float, _Grounds]] = field(default_factory=dict)

    def take(self, key: tuple[int, date], found: _Grounds, stamp: _Stamp | None, now: float) -> None:
        if stamp is not None:
            if stamp != self.stamp:
                self.grounds.clear()
            self.stamp, self.seen_at = stamp, now
        self.grounds[key] = (now, found)
        while len(self.grounds) > _AT_MOST:
            self.grounds.pop(next(iter(self.grounds)))


_kept: WeakKeyDictionary[Pool, _Kept] = WeakKeyDictionary()


def grounds(session: Session, version_id: int, today: date) -> _Grounds:
    """The articles that are here, by citation. One statement at most; mostly none."""
    kept = _kept.setdefault(session.get_bind().engine.pool, _Kept())
    key, now = (version_id, today), time.monotonic()
    read_at, found = kept.grounds.get(key, (-math.inf, {}))
    if now - read_at > _KEPT_FOR or now - kept.seen_at > _SURE_FOR:
        found, stamp = _read(session, version_id, today)
        kept.take(key, found, stamp, now)
    return found


def forget(session: Session, _actor: Actor | None) -> None:
    """A text was brought in: what this process knows is old."""
    _kept.pop(session.get_bind().engine.pool, None)


def _read(session: Session, version_id: int, today: date) -> tuple[_Grounds, _Stamp | None]:
    """The articles, and the stamp of all texts; without any article here there is none to read it beside."""
    found: _Grounds = {}
    stamp: _Stamp | None = None
    for row in direct(session).execute(_GROUNDS, {"version_id": version_id, "today": today}):
        law, article, sub, paragraph, item, effective, followed_on, gist, text, *stamped = row
        citation = Citation(law, article, sub, paragraph, item)
        found[citation] = Ground(citation, effective, followed_on, gist, text)
        stamp = tuple(stamped)
    return found, stamp


_meant, _later = aliased(Edition), aliased(Edition)
_in_force = (
    sa.select(_later.id)
    .where(_later.law_id == Cited.law_id, _later.effective <= sa.bindparam("today", type_=sa.Date))
    .order_by(_later.effective.desc())
    .limit(1)
    .correlate(Cited)
    .scalar_subquery()
)
_followed_on = (
    sa.select(sa.func.min(_later.effective))
    .where(_later.law_id == _meant.law_id, _later.effective > _meant.effective)
    .correlate(_meant)
    .scalar_subquery()
)
_every = aliased(Edition)
_STAMP = (
    sa.select(sa.func.count(_every.id)).scalar_subquery(),
    sa.select(sa.func.max(_every.imported_at)).scalar_subquery(),
)
"""Changes with every text that comes in, and every edition."""
_GROUNDS = (
    sa.select(
        Cited.law_title, Cited.article, Cited.sub_article, Cited.paragraph, Cited.item,
        _meant.effective, _followed_on, Article.gist, Article.text, *_STAMP,
    )
    .select_from(Cited)
    .join(_meant, _meant.id == sa.func.coalesce(Cited.edition_id, _in_force))
    .join(
        Article,
        sa.and_(
            Article.edition_id == _meant.id,
            Article.number == Cited.article,
            Article.sub_number == Cited.sub_article,
        ),
    )
    .where(Cited.version_id == sa.bindparam("version_id"))
    .order_by(Cited.position)
)  # fmt: skip
