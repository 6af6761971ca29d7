"""Questions that wait because their law has a new text: what each rested on, what stands there now, and go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank import amending, browsing, editing, renumbering
from studyhall.bank.amendments import Comparison
from studyhall.bank.models import Bank, Citation, Question, QuestionState, QuestionVersion
from studyhall.bank.record import Kind
from studyhall.bank.renumbering import Fate
from studyhall.core import audit, clock
from studyhall.core.access import Actor, Reach
from studyhall.core.errors import Missing, Refused
from studyhall.library.models import Edition
from studyhall.library.wordings import Run, compared
from studyhall.people import queries as people
from studyhall.people.models import Unit

PAGE = 5


@dataclass(frozen=True)
class Hit:
    """One citation of a question that waits, and what stands there now."""

    cited: str
    cited_now: str
    """What it may be now; empty where the article is gone."""
    old: Edition
    new: Edition
    fate: Fate
    before: list[list[Run]] | None
    """The old words in lines, what is new in them marked; None where that text is not here."""
    after: Mapping[str, list[list[Run]]]
    """The new words by number; empty where the article is gone, or that text is not here."""


@dataclass(frozen=True)
class Waiting:
    """One question, or one part of a case, with what it rested on."""

    question: Question
    version: QuestionVersion
    hits: Sequence[Hit]
    proposed: Sequence[str] = field(default_factory=list)
    """Citations as they may be now, one a line in the form."""


def waiting(session: Session, reach: Reach, page: int = 1) -> list[list[Waiting]]:
    """Families in the order of their law, `PAGE` at a time: a question alone, or the parts of a case."""
    ids = session.scalars(
        _held(session, reach).order_by(sa.literal_column("whole_id")).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    comparison = Comparison(session, clock.now())
    return [list(_family(session, comparison, whole_id)) for whole_id in ids]


def count_waiting(session: Session, reach: Reach) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(_held(session, reach).subquery())) or 0


def _held(session: Session, reach: Reach) -> sa.Select[int]:
    own = Bank.owner_unit_id.in_(sa.select(Unit.id).where(reach.within(Unit.path)))
    whose = sa.or_(own, Bank.owner_unit_id.is_(None)) if people.covers_site(session, reach) else own
    return (
        sa.select(sa.func.coalesce(Question.parent_id, Question.id).label("whole_id"))
        .join(Citation, Citation.version_id == Question.current_version_id)
        .join(Bank, Bank.id == Question.bank_id)
        .where(whose, Question.state == QuestionState.HELD, Citation.held_since.is_not(None))
        .distinct()
    )


def _family(session: Session, comparison: Comparison, whole_id: int) -> Iterator[Waiting]:
    whole = session.get_one(Question, whole_id)
    for member in (whole, *browsing.parts_of(session, whole)):
        version = member.current_version
        assert version is not None
        hits: list[Hit] = []
        lines: list[str] = []
        for one in version.citations:
            words = editing.citation_words(one)
            pair = comparison.editions(one, version.created_at)
            fate = comparison.fate(one, version.created_at)
            now = [str(cited) for cited in renumbering.proposed(words, fate)]
            lines += now
            if pair and fate:
                new = comparison.text(pair[1])
                numbers = [number.split(".")[0] for number in fate.now]
                old = comparison.text(pair[0]).get(renumbering.place(words))
                texts = {number: new[number] for number in numbers if number in new}
                before = compared(old, "\n".join(texts.values())) if old is not None else None
                after = {number: compared(text, old or "") for number, text in texts.items()}
                hits.append(Hit(str(words), now[0] if now else "", *pair, fate, before, after))
        yield Waiting(member, version, hits, lines)


def still_right(session: Session, actor: Actor, question_id: int, cites: Mapping[int, str]) -> None:
    """Somebody has looked: the question holds, and rests on these articles of the text in force.

    `cites` by question, as typed, of each part of a case. Raises Refused where an article is not there or none is named,
    Missing for a question that does not wait or is not his.
    """
    kept = editing.own(session, actor, question_id)
    whole = kept.case or kept.question
    members = [whole, *browsing.parts_of(session, whole)]
    held = [
        one
        for member in members
        if member.current_version
        for one in member.current_version.citations
        if one.held_since is not None
    ]
    if not held or whole.state != QuestionState.HELD:
        raise Missing
    records = {}
    for member in members:
        assert member.current_version is not None
        law = member.law.short_title if member.law else ""
        record = editing.record_of(member.current_version, law)
        if member.id in cites:
            record = replace(record, cites=amending.typed_cites(cites[member.id]))
            if not record.cites and record.kind is not Kind.CASE:
                raise Refused("请写依据，如《民法典》第一千零四十二条。")
            editing.check_cites(session, record)
        records[member.id] = record
    editing.next_family(session, actor, whole, records, "法律有了新版，看过，还对")
    for one in held:
        one.held_since = None
    for member in members:
        member.state = QuestionState.IN_USE
    audit.record(
        session, actor, "question.still_right", f"question:{whole.id}", kept.version.stem[:60],
        unit_path=editing.path_of(session, actor, whole.bank),
        after={"cites": "、".join(cite for record in records.values() for cite in record.cites)},
    )  # fmt: skip
    session.flush()
