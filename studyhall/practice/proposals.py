"""A question that a cadre proposes: read, checked, kept; the admin takes it as a draft, or says why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.batch_opening import bank_named
from studyhall.bank.drafts import Draft
from studyhall.bank.landing import Landing
from studyhall.bank.record import Kind, Option, Record, State
from studyhall.bank.settling import settle as settle_draft
from studyhall.core import audit, clock
from studyhall.core.access import Actor, Permission, Reach
from studyhall.core.citations import parse_citation
from studyhall.core.errors import Missing, Refused
from studyhall.library import queries as library
from studyhall.people import queries as people
from studyhall.practice.models import Proposal

LONGEST = {"stem": 1000, "explanation": 2000, "option": 300, "reply": 500}
AT_ONCE = 20
"""Unsettled proposals of one person; more would be a flood."""
BANK = "干部出的题"


@dataclass(frozen=True)
class Proposed:
    """What the form holds, as typed."""

    law: str = ""
    article: str = ""
    kind: str = "single"
    stem: str = ""
    options: tuple[str, ...] = ()
    answer: str = ""
    explanation: str = ""


def propose(session: Session, actor: Actor, typed: Proposed) -> Proposal:
    """Raises Refused with what is not right yet."""
    record, cites = _read(session, typed)
    waiting = session.scalar(
        sa.select(sa.func.count())
        .select_from(Proposal)
        .where(Proposal.person_id == actor.person_id, Proposal.settled_at.is_(None))
    )
    if (waiting or 0) >= AT_ONCE:
        raise Refused("您有%(most)s道题还没有处理，等管理员看过再写新的。", most=AT_ONCE)
    answer = "".join(map(str, record.answer)) if isinstance(record.answer, tuple) else record.answer
    row = Proposal(
        person_id=actor.person_id,
        unit_path=actor.unit_path,
        law_title=typed.law,
        cites=cites,
        kind=str(record.kind),
        stem=record.stem,
        options=[[option.key, option.text] for option in record.options],
        answer=answer,
        explanation=record.explanation,
        at=clock.now(),
    )
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "bank.question_proposed", f"proposal:{row.id}", record.stem[:60],
        unit_path=actor.unit_path,
    )  # fmt: skip
    return row


def _read(session: Session, typed: Proposed) -> tuple[Record, str]:
    """The question as the bank knows one, and its citation in full words."""
    if not typed.stem.strip():
        raise Refused("请写题目。")
    if typed.kind not in (Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE):
        raise Refused("请选题型。")
    words = typed.article.strip()
    cited = parse_citation(words if not words.isdigit() else f"第{words}条")
    if cited is None or cited.law not in (None, typed.law):
        raise Refused("请写依据的条文，比如：第三十五条。")
    edition = library.book(session, typed.law, None, clock.today()).edition
    if not 0 < cited.article <= edition.article_count:
        raise Refused(
            "《%(law)s》没有第%(article)s条，一共%(count)s条。",
            law=typed.law,
            article=cited.article,
            count=edition.article_count,
        )
    options = [text.strip()[: LONGEST["option"]] for text in typed.options]
    letters = "ABCDEFGH"
    draft = Draft(
        stem=typed.stem.strip()[: LONGEST["stem"]],
        kind=Kind(typed.kind),
        options=[] if typed.kind == Kind.JUDGE else [(letters[n], t) for n, t in enumerate(options) if t],
        answer=typed.answer.strip(),
        explanation=typed.explanation.strip()[: LONGEST["explanation"]],
    )
    record = settle_draft(draft)
    if record.state is not State.READY or record.kind != typed.kind:
        held = "".join(finding.message for finding in record.findings if finding.holds)
        raise Refused("%(why)s", why=held) if held else Refused("题型和答案对不上。")
    return record, str(cited).removeprefix(f"《{typed.law}》")


def waiting(session: Session, reach: Reach) -> Sequence[Proposal]:
    """Unsettled ones from one's reach, the longest waiting first."""
    return session.scalars(
        sa.select(Proposal)
        .where(Proposal.settled_at.is_(None), reach.within(Proposal.unit_path))
        .options(sa.orm.joinedload(Proposal.person))
        .order_by(Proposal.at, Proposal.id)
        .limit(50)
    ).all()


def count_waiting(session: Session, reach: Reach) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Proposal)
            .where(Proposal.settled_at.is_(None), reach.within(Proposal.unit_path))
        )
        or 0
    )


def own(session: Session, person_id: int, limit: int | None = 20) -> Sequence[Proposal]:
    """What one has proposed, newest first, with what became of it."""
    return session.scalars(
        sa.select(Proposal)
        .where(Proposal.person_id == person_id)
        .order_by(Proposal.at.desc(), Proposal.id.desc())
        .limit(limit)
    ).all()


def settle(session: Session, actor: Actor, proposal_id: int, outcome: str, reply: str) -> Proposal:
    """Take it into the bank as a draft, or decline it with a word. Doing it twice changes nothing.

    Raises Missing outside one's reach, Refused for an unknown outcome and for declining without words.
    """
    reach = actor.reach(Permission.KEEP_BANK)
    row = session.scalar(
        sa.select(Proposal)
        .where(Proposal.id == proposal_id, reach.within(Proposal.unit_path))
        .with_for_update()
    )
    if row is None:
        raise Missing
    if row.settled_at is not None:
        return row
    if outcome not in ("taken", "declined"):
        raise Refused("请选怎样处理。")
    words = reply.strip()[: LONGEST["reply"]]
    if outcome == "declined" and not words:
        raise Refused("不采用请写一句为什么，出题的人会看到。")
    if outcome == "taken":
        row.question_id = _take(session, row, reach)
    row.settled_at, row.settled_by, row.outcome = clock.now(), actor.person_id, outcome
    row.reply = words or None
    session.flush()
    audit.record(
        session, actor, "bank.proposal_settled", f"proposal:{row.id}", row.stem[:60],
        unit_path=row.unit_path,
        after={"outcome": "采用" if outcome == "taken" else "不采用", "reply": words},
    )  # fmt: skip
    return row


def _take(session: Session, row: Proposal, reach: Reach) -> int:
    unit = people.top_unit(session, reach)
    if unit is None:
        raise Missing
    record = Record(
        kind=Kind(row.kind),
        stem=row.stem,
        options=tuple(Option(key, text) for key, text in row.options),
        answer=row.answer if row.kind == Kind.JUDGE else tuple(row.answer),
        explanation=row.explanation,
        law=row.law_title,
        cites=(row.cites,),
        difficulty=1,
    )
    bank = bank_named(session, unit, BANK)
    return Landing(session, bank.id, f"p{row.id}", in_use=False).land([(1, record)])[1]
