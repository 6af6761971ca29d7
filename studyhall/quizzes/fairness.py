"""What an admin may grant after publishing: exemption, late addition, more time, another attempt, a longer
window. Each with reason, approver and time; the past stays readable. Lock order: assessment, then the rest.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import audit, clock
from studyhall.core.access import Actor
from studyhall.core.errors import Missing, Refused
from studyhall.core.filters import moment
from studyhall.people import memberships, roster
from studyhall.people.models import Category, Person, RosterEntry, Unit
from studyhall.quizzes import timing
from studyhall.quizzes.models import Allowance, Assessment, Attempt, Result
from studyhall.quizzes.publishing import make_results


def exempt(
    session: Session, actor: Actor, assessment: Assessment, entry_id: int, code: str, approver: str,
    reason: str | None = None,
) -> RosterEntry:  # fmt: skip
    """免考. After closing it is marked 事后 and counted apart. Raises Refused after taking part, be it only in
    the make-up.
    """
    entry, result = _entry(session, assessment, entry_id)
    now = clock.now()
    # Nobody is in A and not in D, in the figures with the make-up either.
    took_part = result.took_part or result.final_took_part
    roster.exempt(
        entry, code, approver, decided_by=actor.person_id, took_part=took_part,
        after_close=assessment.has_closed(now), reason=reason,
    )  # fmt: skip
    result.due = False
    _note(
        session, actor, assessment, "roster.exempted", entry,
        {"reason": roster.REASONS[code], "approver": approver, "after_close": entry.after_close},
    )  # fmt: skip
    return entry


def take_back_exemption(session: Session, actor: Actor, assessment: Assessment, entry_id: int) -> RosterEntry:
    """Due again, as if never exempted; the audit trail keeps both."""
    entry, result = _entry(session, assessment, entry_id)
    if entry.state == "exempt":
        roster.make_due(entry)
        entry.reason_code = entry.reason = entry.approver = None
        result.due = True
        _note(session, actor, assessment, "roster.exemption_ended", entry, {})
    return entry


def add_late(
    session: Session, actor: Actor, assessment: Assessment, person_id: int, reason: str, approver: str
) -> RosterEntry:
    """Put somebody on the frozen list by hand.

    Raises Refused for somebody already on it, who counts in no unit below the owner today, or without a
    reason and an approver; on that of a make-up also for somebody who was not expected the first time.
    """
    _require_words(reason, approver)
    _locked(session, assessment)
    person = session.get(Person, person_id)
    membership = memberships.counting_on(session, person_id, clock.today())
    if person is None or membership is None or membership.category == Category.UNCOUNTED:
        raise Refused("这个人今天不在任何单位的名册里，不能补进来。")
    unit = session.get_one(Unit, membership.unit_id)
    if not unit.path.startswith(assessment.owner_unit.path):
        raise Missing
    known = sa.select(RosterEntry.id).where(
        RosterEntry.roster_id == assessment.roster_id, RosterEntry.person_id == person_id
    )
    if session.scalar(known) is not None:
        raise Refused("%(name)s已经在名册里。", name=person.name)
    if assessment.make_up_of is not None and not _has_result(session, assessment.make_up_of, person_id):
        raise Refused("正考的名册里没有%(name)s，补考没有可补的成绩。请先补进正考的名册。", name=person.name)
    entry = RosterEntry(
        roster_id=assessment.roster_id, person_id=person.id, unit_id=unit.id, unit_path=unit.path,
        unit_name=unit.name, category=membership.category, staff_no=person.staff_no, name=person.name,
        name_sort=person.name_sort, state="due", reason=reason, approver=approver,
        decided_at=clock.now(), decided_by=actor.person_id, added_late=True,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    make_results(session, assessment)
    _note(session, actor, assessment, "roster.added_late", entry, {"reason": reason, "approver": approver})
    return entry


def allow(
    session: Session, actor: Actor, assessment: Assessment, entry_id: int, *, minutes: int, attempts: int,
    reason: str, approver: str,
) -> Allowance:  # fmt: skip
    """More time, for a running attempt at once and for later ones; or another attempt.

    Raises Refused for nothing granted, without words, or after closing when only time is granted.
    """
    _require_words(reason, approver)
    if minutes <= 0 and attempts <= 0:
        raise Refused("请填加多少分钟，或者多给几次。")
    entry, _result = _entry(session, assessment, entry_id)
    allowance = Allowance(
        assessment_id=assessment.id, person_id=entry.person_id, minutes=minutes, attempts=attempts,
        reason=reason, approver=approver, decided_by=actor.person_id, at=clock.now(),
    )  # fmt: skip
    session.add(allowance)
    if minutes:
        for attempt in _running(session, assessment, entry.person_id):
            attempt.granted_seconds += minutes * 60
            attempt.deadline += timedelta(minutes=minutes)
    session.flush()
    _note(
        session, actor, assessment, "assessment.allowed", entry,
        {"minutes": minutes, "attempts": attempts, "reason": reason, "approver": approver},
    )  # fmt: skip
    return allowance


def extend(session: Session, actor: Actor, assessment: Assessment, closes_at: datetime, reason: str) -> None:
    """Close later, before it has closed or after. Running attempts get the time the window had cut off.

    Raises Refused for an earlier end, an end in the past, or without a reason.
    """
    _locked(session, assessment)
    if not reason.strip():
        raise Refused("请写明为什么延长。")
    if closes_at <= assessment.closes_at or closes_at <= clock.now():
        raise Refused("新的截止时间要比原来晚，也要在现在之后。")
    before = assessment.closes_at
    assessment.closes_at = closes_at
    for attempt in _running(session, assessment, None):
        attempt.deadline = timing.deadline_of(
            attempt.started_at, assessment.minutes, closes_at, timedelta(seconds=attempt.granted_seconds)
        )
    session.flush()
    audit.record(
        session, actor, "assessment.extended", f"assessment:{assessment.id}", assessment.title,
        unit_path=assessment.owner_unit.path, before={"closes_at": moment(before)},
        after={"closes_at": moment(closes_at), "reason": reason},
    )  # fmt: skip


def _running(session: Session, assessment: Assessment, person_id: int | None) -> list[Attempt]:
    query = (
        sa.select(Attempt)
        .where(Attempt.assessment_id == assessment.id, Attempt.handed_in_at.is_(None))
        .order_by(Attempt.id)
        .with_for_update()
    )
    if person_id is not None:
        query = query.where(Attempt.person_id == person_id)
    return list(session.scalars(query))


def _entry(session: Session, assessment: Assessment, entry_id: int) -> tuple[RosterEntry, Result]:
    """An entry of this assessment's roster with its result, locked. Raises Missing for another roster's."""
    _locked(session, assessment)
    # The result first, as a hand-in has them: who is exempt may be handing in at this moment.
    result = session.scalar(
        sa.select(Result)
        .join(RosterEntry, RosterEntry.id == Result.roster_entry_id)
        .where(RosterEntry.id == entry_id, RosterEntry.roster_id == assessment.roster_id)
        .with_for_update(of=Result)
    )
    if result is None:
        raise Missing
    entry = session.scalars(sa.select(RosterEntry).where(RosterEntry.id == entry_id).with_for_update()).one()
    return entry, result


def _has_result(session: Session, assessment_id: int, person_id: int) -> bool:
    found = sa.exists().where(Result.assessment_id == assessment_id, Result.person_id == person_id)
    return bool(session.scalar(sa.select(found)))


def _locked(session: Session, assessment: Assessment) -> None:
    session.execute(sa.select(Assessment.id).where(Assessment.id == assessment.id).with_for_update())


def _require_words(reason: str, approver: str) -> None:
    if not reason.strip():
        raise Refused("请写明事由。")
    if not approver.strip():
        raise Refused("请写明批准人。")


def _note(
    session: Session, actor: Actor, assessment: Assessment, action: str, entry: RosterEntry,
    after: dict[str, object],
) -> None:  # fmt: skip
    session.flush()
    audit.record(
        session, actor, action, f"assessment:{assessment.id}", f"{entry.name}，{assessment.title}",
        unit_path=entry.unit_path, after=dict(after) or None,
    )  # fmt: skip
