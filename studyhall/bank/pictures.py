"""Pictures of questions: kept with the version, shown where its words say 〔图1〕, only to who may see it.

Who has been dealt a question is known higher up: quizzes and practice put a rule in with `may_see`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import Session

from studyhall.bank import browsing
from studyhall.bank.models import Bank, Question, QuestionPicture, QuestionVersion
from studyhall.bank.record import Picture
from studyhall.core.access import Actor, Permission
from studyhall.core.errors import Missing

OPENS, CLOSES = "〔", "〕"
Seen = Callable[[Session, Actor, Collection[int]], bool]
"""Whether this person was shown one of these versions."""

_rules: list[Seen] = []


def may_see(rule: Seen) -> None:
    """Put a rule in. Putting it in twice changes nothing."""
    if rule not in _rules:
        _rules.append(rule)


def rows_of(version_id: int, pictures: Sequence[Picture]) -> list[dict[str, Any]]:
    """Each name once: the first wins."""
    named = {picture.name: picture for picture in reversed(pictures)}
    return [
        {"version_id": version_id, "name": one.name, "media_type": one.media_type, "data": one.data}
        for one in named.values()
    ]


def of_versions(session: Session, version_ids: Collection[int]) -> dict[int, tuple[Picture, ...]]:
    """With their bytes; only versions that have any."""
    found: dict[int, tuple[Picture, ...]] = {}
    rows = session.execute(
        sa.select(
            QuestionPicture.version_id,
            QuestionPicture.name,
            QuestionPicture.media_type,
            QuestionPicture.data,
        )
        .where(QuestionPicture.version_id.in_(version_ids))
        .order_by(QuestionPicture.version_id, QuestionPicture.name)
    )
    for version_id, name, media_type, data in rows:
        found[version_id] = (*found.get(version_id, ()), Picture(name, media_type, data))
    return found


def names(session: Session, version_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Which pictures these versions have; asks nothing where no version is named."""
    if not version_ids:
        return {}
    found: dict[int, set[str]] = {}
    for version_id, name in session.execute(
        sa.select(QuestionPicture.version_id, QuestionPicture.name).where(
            QuestionPicture.version_id.in_(version_ids)
        )
    ):
        found.setdefault(version_id, set()).add(name)
    return {version_id: frozenset(those) for version_id, those in found.items()}


def carry(session: Session, old_version_id: int, new_version_id: int) -> None:
    """The next version of a question shows what the last one showed."""
    columns = (QuestionPicture.name, QuestionPicture.media_type, QuestionPicture.data)
    session.execute(
        sa.insert(QuestionPicture).from_select(
            ["version_id", *(column.key for column in columns)],
            sa.select(sa.literal(new_version_id), *columns).where(
                QuestionPicture.version_id == old_version_id
            ),
        )
    )


def shown_to(session: Session, actor: Actor, version_id: int, name: str) -> Picture:
    """Raises Missing for a picture that is not there or that this person may not see."""
    row = session.execute(
        sa.select(QuestionPicture.name, QuestionPicture.media_type, QuestionPicture.data).where(
            QuestionPicture.version_id == version_id, QuestionPicture.name == name
        )
    ).one_or_none()
    if row is None or not _may(session, actor, version_id):
        raise Missing
    return Picture(*row)


def _may(session: Session, actor: Actor, version_id: int) -> bool:
    if actor.can(Permission.KEEP_BANK) and session.scalar(
        sa.select(
            sa.exists()
            .where(QuestionVersion.id == version_id)
            .where(Question.id == QuestionVersion.question_id, Bank.id == Question.bank_id)
            .where(browsing.within(actor.reach(Permission.KEEP_BANK)))
        )
    ):
        return True
    # The picture of a material is seen with each question that is asked about it.
    parts = session.scalars(
        sa.select(QuestionVersion.id).where(QuestionVersion.parent_version_id == version_id)
    )
    whole = {version_id, *parts}
    return any(rule(session, actor, whole) for rule in _rules)


def pictured(words: Markup, addresses: Mapping[str, str]) -> Markup:
    """Words already escaped; each 〔name〕 with an address is the picture, other marks stay words."""
    if not addresses or OPENS not in words:
        return words
    first, *rest = words.split(OPENS)
    found = [first]
    for piece in rest:
        name, closed, behind = piece.partition(CLOSES)
        address = addresses.get(str(name)) if closed else None
        if address is None:
            found.append(Markup("{}{}").format(OPENS, piece))
        else:
            found.append(Markup('<img class="q-picture" src="{}" alt="{}">{}').format(address, name, behind))
    return Markup("").join(found)
