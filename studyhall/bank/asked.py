"""A question version as it is shown and graded: immutable, so it is kept in the process once read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.pool import Pool

from studyhall.bank import pictures
from studyhall.bank.models import QuestionVersion
from studyhall.core.citations import Citation


@dataclass(frozen=True)
class Asked:
    """What one version asks, what is right, why, and by which articles."""

    version_id: int
    question_id: int
    key: str
    kind: str
    stem: str
    options: tuple[tuple[str, str], ...]
    answer: Any
    points: tuple[tuple[str, int], ...]
    explanation: str
    difficulty: int
    citations: tuple[Citation, ...]
    """Each names its law."""
    case_id: int | None = None
    """The version of the case this is a part of."""
    case_stem: str | None = None
    case_position: int = 0
    case_size: int = 0
    pictures: frozenset[str] = frozenset()
    """Names of its own pictures, shown where the words say 〔name〕."""
    case_pictures: frozenset[str] = frozenset()

    @property
    def letters(self) -> str:
        return "".join(letter for letter, _ in self.options)

    @property
    def blanks(self) -> int:
        return len(self.answer) if self.kind == "fill" else 0

    def option_text(self, letter: str) -> str:
        return dict(self.options)[letter]


_kept: WeakKeyDictionary[Pool, dict[int, Asked]] = WeakKeyDictionary()
_AT_MOST = 20_000
"""Some 30 MB; a county's bank fits, and beyond it the oldest go first."""


def asked(on: Session | Connection, version_ids: Collection[int]) -> dict[int, Asked]:
    """The versions by id. One statement for those not yet kept, none when all are."""
    engine = on.engine if isinstance(on, Connection) else on.get_bind().engine
    kept = _kept.setdefault(engine.pool, {})
    absent = [version_id for version_id in version_ids if version_id not in kept]
    if absent:
        with Session(on) if isinstance(on, Connection) else nullcontext(on) as session:
            for one in _read(session, absent):
                kept[one.version_id] = one
        while len(kept) > _AT_MOST:
            kept.pop(next(iter(kept)), None)
    return {version_id: kept[version_id] for version_id in version_ids}


_letters: WeakKeyDictionary[Pool, dict[int, str]] = WeakKeyDictionary()
_OPTIONS = sa.select(QuestionVersion.__table__.c.id, QuestionVersion.__table__.c.options).where(
    QuestionVersion.__table__.c.id.in_(sa.bindparam("ids", expanding=True))
)
_AT_ONCE = 5000


def letters_of(session: Session, version_ids: Collection[int]) -> dict[int, str]:
    """The letters of the options of these versions, and of others met before; read once and kept."""
    kept = _letters.setdefault(session.get_bind().engine.pool, {})
    absent = [version_id for version_id in version_ids if version_id not in kept]
    for start in range(0, len(absent), _AT_ONCE):
        ids = absent[start : start + _AT_ONCE]
        for version_id, options in session.connection().execute(_OPTIONS, {"ids": ids}):
            kept[version_id] = "".join(letter for letter, _ in options)
    return kept


def _read(session: Session, version_ids: Collection[int]) -> list[Asked]:
    versions = session.scalars(
        sa.select(QuestionVersion)
        .where(QuestionVersion.id.in_(version_ids))
        .options(selectinload(QuestionVersion.citations), selectinload(QuestionVersion.question))
    ).all()
    parents = {v.parent_version_id for v in versions if v.parent_version_id is not None}
    cases = {
        case.id: case
        for case in session.scalars(
            sa.select(QuestionVersion)
            .where(QuestionVersion.id.in_(parents))
            .options(selectinload(QuestionVersion.parts))
        )
    }
    shown = pictures.names(session, [v.id for v in (*versions, *cases.values()) if _mentions_one(v)])
    return [_asked(version, cases.get(version.parent_version_id or 0), shown) for version in versions]


def _mentions_one(version: QuestionVersion) -> bool:
    words = (version.stem, version.explanation, *(text for _letter, text in version.options))
    return any(pictures.OPENS in text for text in words)


def _asked(
    version: QuestionVersion, case: QuestionVersion | None, shown: Mapping[int, frozenset[str]]
) -> Asked:
    return Asked(
        version_id=version.id,
        question_id=version.question_id,
        key=version.question.key,
        kind=version.kind,
        stem=version.stem,
        options=tuple((letter, text) for letter, text in version.options),
        answer=version.answer,
        points=tuple((text, worth) for text, worth in version.points),
        explanation=version.explanation,
        difficulty=version.difficulty,
        citations=tuple(
            Citation(c.law_title, c.article, c.sub_article, c.paragraph, c.item) for c in version.citations
        ),
        case_id=case.id if case else None,
        case_stem=case.stem if case else None,
        case_position=version.position,
        case_size=len(case.parts) if case else 0,
        pictures=shown.get(version.id, frozenset()),
        case_pictures=shown.get(case.id, frozenset()) if case else frozenset(),
    )
