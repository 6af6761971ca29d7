"""When a law has a new text: what rests on an unchanged article moves along, the rest waits to be looked at.

A question cites the edition it was written to; one whose citation names none means the text in force on the
day it was written. Both are behind once a newer edition has come into force. Without both texts nothing can
be compared, and everything waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from studyhall.bank import browsing, editing, renumbering
from studyhall.bank.models import Citation, Question, QuestionState, QuestionVersion
from studyhall.bank.record import Kind
from studyhall.bank.renumbering import Fate
from studyhall.core import audit, clock
from studyhall.core.access import Actor
from studyhall.core.db import Sessions
from studyhall.library import comparing, queries
from studyhall.library.models import Edition, Law
from studyhall.people import queries as people


@dataclass
class Done:
    """What became of the questions of one law; the parts of a case each count."""

    law: Law
    carried: int = 0
    held: int = 0


def keep_up(database: Sessions, now: datetime) -> None:
    """What a day on which a new text came into force asks for. Mostly one look, without a write lock."""
    with database.reading() as session:
        behind = any(_behind(session, law, now, held=False) for law in _amended(session, now))
    if behind:
        with database.writing() as session:
            follow(session, None, now)


def follow(session: Session, actor: Actor | None, now: datetime, *, again: bool = False) -> list[Done]:
    """Carry along or hold out of new papers whatever is behind. `again`: compare those that wait once more."""
    return [
        done
        for law in _amended(session, now)
        if (done := _follow_law(session, actor, law, now, again)) is not None
    ]


def law_filed(session: Session, actor: Actor | None) -> None:
    """Texts have come in: also what waited for want of a text to compare with is looked at once more."""
    follow(session, actor, clock.now(), again=True)


def _amended(session: Session, now: datetime) -> list[Law]:
    """Laws of which one text has followed another by now."""
    begun = (
        sa.select(Edition.law_id)
        .where(Edition.effective <= clock.day_of(now))
        .group_by(Edition.law_id)
        .having(sa.func.count() > 1)
    )
    query = sa.select(Law).where(Law.id.in_(begun)).options(selectinload(Law.editions)).order_by(Law.id)
    return list(session.scalars(query))


def _behind(session: Session, law: Law, now: datetime, *, held: bool) -> list[int]:
    """Questions, or cases of a part, that rest on an older text of the law."""
    force = queries.edition_in_force(law.editions, clock.day_of(now))
    older = [one.id for one in law.editions if one.effective < force.effective]
    states = [QuestionState.IN_USE, *([QuestionState.HELD] if held else [])]
    rows = session.scalars(
        sa.select(sa.func.coalesce(Question.parent_id, Question.id))
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .join(Citation, Citation.version_id == QuestionVersion.id)
        .where(
            Citation.law_id == law.id,
            Question.state.in_(states),
            sa.or_(Question.state == QuestionState.IN_USE, Citation.held_since.is_not(None)),
            sa.or_(
                Citation.edition_id.in_(older),
                sa.and_(
                    Citation.edition_id.is_(None),
                    QuestionVersion.created_at < clock.start_of(force.effective),
                ),
            ),
        )
        .distinct()
    )
    return sorted(rows)


def _follow_law(session: Session, actor: Actor | None, law: Law, now: datetime, again: bool) -> Done | None:
    behind = _behind(session, law, now, held=again)
    if not behind:
        return None
    done, comparison = Done(law), Comparison(session, now)
    for whole_id in behind:
        whole = session.get_one(Question, whole_id)
        members = [whole, *browsing.parts_of(session, whole)]
        counted = sum(one.current_version.kind != Kind.CASE for one in members if one.current_version)
        if comparison.carry(members):
            done.carried += counted
        elif comparison.hold(members):
            done.held += counted
    session.flush()
    if not done.carried and not done.held:
        return None
    force = queries.edition_in_force(law.editions, clock.day_of(now))
    audit.record(
        session, actor, "bank.law_amended", f"law:{law.id}", law.short_title,
        unit_path=people.site_path(session),
        after={"effective": force.effective.isoformat(), "carried": done.carried, "held": done.held},
    )  # fmt: skip
    return done


class Comparison:
    """Two texts of each law compared once, however many questions rest on them."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now, self.today = session, now, clock.day_of(now)
        self.texts: dict[int, dict[str, str]] = {}
        self.fates: dict[tuple[int, int], dict[str, Fate]] = {}

    def editions(self, cited: Citation, written: datetime) -> tuple[Edition, Edition] | None:
        """The text that was meant and the one in force; None where they are one, or the law is not here."""
        law = self.session.get(Law, cited.law_id) if cited.law_id else None
        if law is None or not law.editions:
            return None
        force = queries.edition_in_force(law.editions, self.today)
        meant = next((one for one in law.editions if one.id == cited.edition_id), None)
        meant = meant or queries.edition_in_force(law.editions, clock.day_of(written))
        return (meant, force) if meant.effective < force.effective else None

    def fate(self, cited: Citation, written: datetime) -> Fate | None:
        """None: this citation is up to date."""
        pair = self.editions(cited, written)
        if pair is None:
            return None
        key = (pair[0].id, pair[1].id)
        if key not in self.fates:
            old, new = (self.text(one) for one in pair)
            self.fates[key] = renumbering.fates(comparing.compare(old, new)) if old and new else {}
        return self.fates[key].get(renumbering.place(editing.citation_words(cited)), Fate())

    def text(self, edition: Edition) -> dict[str, str]:
        if edition.id not in self.texts:
            self.texts[edition.id] = queries.texts(self.session, edition)
        return self.texts[edition.id]

    def carry(self, members: Sequence[Question]) -> bool:
        """A next version that cites the text in force, where that is all there is to do."""
        records = {}
        for member in members:
            version = member.current_version
            assert version is not None
            record = editing.record_of(version, member.law.short_title if member.law else "")
            cites = [
                (editing.citation_words(one), self.fate(one, version.created_at)) for one in version.citations
            ]
            now = renumbering.carried(record, cites)
            if now is None:
                return False
            records[member.id] = now
        editing.next_family(self.session, None, members[0], records, "法律有了新版，改引新的条文")
        for member in members:
            if member.state == QuestionState.HELD:
                member.state = QuestionState.IN_USE
        return True

    def hold(self, members: Sequence[Question]) -> bool:
        """Out of new papers until somebody has looked; False where it is already."""
        fresh = any(member.state == QuestionState.IN_USE for member in members)
        for member in members:
            assert member.current_version is not None
            for one in member.current_version.citations:
                fate = self.fate(one, member.current_version.created_at)
                if fate is not None and one.held_since is None:
                    one.held_since = self.now
            if member.state == QuestionState.IN_USE:
                member.state = QuestionState.HELD
        return fresh
