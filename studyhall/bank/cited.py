"""What the articles say that a question rests on, for the page that explains it.

Articles change only when an admin brings in a text or a bank is loaded: they are kept in the process for a
minute, so that looking through one's mistakes asks for each of them once.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
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
_AT_MOST = 2000
_kept: WeakKeyDictionary[Pool, dict[int, tuple[float, dict[Citation, Ground]]]] = WeakKeyDictionary()


def grounds(session: Session, version_id: int, today: date) -> dict[Citation, Ground]:
    """The articles that are here, by citation. One statement, none within a minute."""
    kept = _kept.setdefault(session.get_bind().engine.pool, {})
    now = time.monotonic()
    if version_id not in kept or now - kept[version_id][0] > _KEPT_FOR:
        kept[version_id] = (now, _read(session, version_id, today))
        while len(kept) > _AT_MOST:
            kept.pop(next(iter(kept)))
    return kept[version_id][1]


def forget(session: Session, _actor: Actor | None) -> None:
    """A text was brought in: what this process knows is old."""
    _kept.pop(session.get_bind().engine.pool, None)


def _read(session: Session, version_id: int, today: date) -> dict[Citation, Ground]:
    rows = direct(session).execute(_GROUNDS, {"version_id": version_id, "today": today})
    found = [
        Ground(Citation(law, article, sub, paragraph, item), effective, followed_on, gist, text)
        for law, article, sub, paragraph, item, effective, followed_on, gist, text in rows
    ]
    return {ground.citation: ground for ground in found}


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
_GROUNDS = (
    sa.select(
        Cited.law_title, Cited.article, Cited.sub_article, Cited.paragraph, Cited.item,
        _meant.effective, _followed_on, Article.gist, Article.text,
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
