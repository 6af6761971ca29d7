"""What somebody answered, got wrong, knows and wrote for the bank, as rows of his own workbook."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from studyhall.bank.faults import OUTCOMES, REASONS
from studyhall.bank.models import FaultReport, QuestionVersion
from studyhall.core import clock
from studyhall.core.citations import Citation
from studyhall.practice import book, cards, evidence, proposals, queries
from studyhall.practice.mastery import WORDS, level

Rows = list[list[str]]


def _moment(moment: object) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M") if moment else ""  # type: ignore[arg-type]


def _stems(session: Session, versions: set[int]) -> dict[int, str]:
    rows = session.execute(
        sa.select(QuestionVersion.id, QuestionVersion.stem).where(QuestionVersion.id.in_(versions))
    )
    return {version_id: stem for version_id, stem in rows}


def answers(session: Session, person_id: int) -> Rows:
    """Contests and exams question by question, those whose answers may be seen by now."""
    given = [one for one in evidence.sat_by(session, person_id, clock.now())]
    stems = _stems(session, {one.version_id for one in given})
    return [
        [_moment(one.at), one.contest or "", stems[one.version_id],
         _("没有答") if one.answer is None else _("对") if one.right else _("错")]
        for one in sorted(given, key=lambda one: (one.at, one.key))
    ]  # fmt: skip


def wrong_ones(session: Session, person_id: int) -> Rows:
    entries = book.entries(session, person_id, clock.now())
    stems = _stems(session, {one.last_wrong.version_id for one in entries})
    return [
        [stems[one.last_wrong.version_id], str(one.entry.wrong), _moment(one.last_wrong.at),
         str(one.entry.due_on), _("是") if one.entry.kept else ""]
        for one in entries
    ]  # fmt: skip


def levels(session: Session, person_id: int) -> Rows:
    learnt = cards.learnt_by(session, person_id)
    editions = queries.editions_by_id(session, {place[0] for place in learnt})
    return [
        [str(Citation(editions[place[0]].law.short_title, place[1], place[2])),
         WORDS[level(card, clock.today())], str(card.reviewed_on), str(card.due_on)]
        for place, card in sorted(learnt.items())
    ]  # fmt: skip


def written(session: Session, person_id: int) -> Rows:
    """Questions proposed, and faults reported, with what became of them."""
    said = {"taken": _("采用了"), "declined": _("没有采用"), None: _("等管理员看")}
    found = [
        (one.at, _("出题"), one.stem, f"《{one.law_title}》{one.cites}", said[one.outcome], one.reply)
        for one in proposals.own(session, person_id, limit=None)
    ]
    reports = session.execute(
        sa.select(FaultReport, QuestionVersion.stem)
        .join(QuestionVersion, QuestionVersion.id == FaultReport.version_id)
        .where(FaultReport.person_id == person_id)
    )
    for one, stem in reports:
        words = REASONS[one.reason] + (f"：{one.text}" if one.text else "")
        became = OUTCOMES.get(one.outcome, _("作废")) if one.outcome else _("等管理员看")
        found.append((one.at, _("题目有误"), stem, words, became, one.reply))
    return [[_moment(at), *rest, reply or ""] for at, *rest, reply in sorted(found, key=lambda row: row[0])]
