"""What the clock asks for by itself: rosters frozen at opening, attempts closed past their deadline.

Runs at the start of every page or command that shows a result, and each minute in `serve`. It looks first
without a write lock, takes one attempt a transaction, is idempotent, and safe in two processes at once. While
the clock is in doubt it does nothing.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import audit, clock, doubt
from studyhall.core.db import Sessions, direct
from studyhall.core.errors import Busy
from studyhall.people import roster
from studyhall.people.models import Roster, RosterEntry
from studyhall.quizzes import timing
from studyhall.quizzes.closing import close_one_overdue
from studyhall.quizzes.models import Assessment, Attempt, Result
from studyhall.quizzes.publishing import make_results

AT_ONCE = 200
"""How many attempts one page closes at most: the next page, or the minute, takes the rest."""


def keep_up(database: Sessions, now: datetime | None = None) -> int:
    """Bring rosters and attempts up to date; gives how many attempts were closed.

    When other writers are too busy it does nothing: the next page will. Mostly there is nothing to do, which
    takes one statement to see.
    """
    now = now or clock.now()
    with database.reading() as session:
        if not direct(session).execute(_ANYTHING, {"now": now, "overdue": now - timing.GRACE}).scalar():
            return 0
        opened = to_freeze(session, now)
        overdue = overdue_attempts(session, now)
    if doubt.in_doubt(database, now):
        return 0
    closed = 0
    try:
        for assessment_id in opened:
            with database.writing() as session:
                freeze_roster(session, assessment_id, now)
        for attempt_id in overdue:
            with database.writing() as session:
                closed += close_one_overdue(session, attempt_id, now)
    except Busy:
        return closed
    return closed


_ANYTHING = sa.select(
    sa.or_(
        sa.exists().where(
            Attempt.__table__.c.handed_in_at.is_(None), Attempt.__table__.c.deadline < sa.bindparam("overdue")
        ),
        sa.exists().where(
            Roster.__table__.c.frozen_at.is_(None),
            Roster.__table__.c.id == Assessment.__table__.c.roster_id,
            Assessment.__table__.c.published_at.is_not(None),
            Assessment.__table__.c.withdrawn_at.is_(None),
            Assessment.__table__.c.make_up_of.is_(None),
            Assessment.__table__.c.opens_at <= sa.bindparam("now"),
        ),
    )
)


def follow_until_opening(database: Sessions, assessment_id: int, now: datetime) -> None:
    """Before a page shows a list that still follows the memberships: who came, went or was exempted since.

    A draft's list is only a forecast, a published one has a result for everybody on it. A frozen list, or one
    nobody has moved in, takes one look and writes nothing.
    """
    with database.reading() as session:
        assessment = session.get(Assessment, assessment_id)
        if (
            assessment is None
            or not _follows(assessment, now)
            or not roster.is_stale(session, assessment.roster)
        ):
            return
    try:
        with database.writing() as session:
            kept = session.execute(
                sa.select(Assessment).where(Assessment.id == assessment_id).with_for_update(of=Assessment)
            ).scalar_one()
            if not _follows(kept, now):
                return
            if kept.is_published:
                follow_memberships(session, kept)
            else:
                roster.refresh(session, kept.roster)
    except Busy:
        return


def _follows(assessment: Assessment, now: datetime) -> bool:
    return assessment.roster.frozen_at is None and not (
        assessment.is_published and assessment.opens_at <= now
    )


def overdue_attempts(session: Session, now: datetime) -> list[int]:
    """Open attempts past their deadline and its grace, the oldest first."""
    return list(
        session.scalars(
            sa.select(Attempt.id)
            .where(Attempt.handed_in_at.is_(None), Attempt.deadline < now - timing.GRACE)
            .order_by(Attempt.deadline, Attempt.id)
            .limit(AT_ONCE)
        )
    )


def to_freeze(session: Session, now: datetime) -> list[int]:
    """Published assessments that have opened and whose roster still follows the memberships."""
    return list(
        session.scalars(
            sa.select(Assessment.id)
            .join(Roster, Roster.id == Assessment.roster_id)
            .where(
                Assessment.is_published,
                Assessment.make_up_of.is_(None),
                Assessment.opens_at <= now,
                Roster.frozen_at.is_(None),
            )
        )
    )


def freeze_roster(session: Session, assessment_id: int, now: datetime) -> None:
    """At opening: the list as of the opening day, for good."""
    assessment = session.execute(
        sa.select(Assessment).where(Assessment.id == assessment_id).with_for_update()
    ).scalar_one()
    if assessment.roster.frozen_at is not None:
        return
    follow_memberships(session, assessment)
    roster.freeze(assessment.roster, now)
    audit.record(
        session,
        None,
        "roster.frozen",
        f"assessment:{assessment.id}",
        assessment.title,
        unit_path=assessment.owner_unit.path,
        after={"entries": len(roster.entries_of(session, assessment.roster_id))},
    )


def follow_memberships(session: Session, assessment: Assessment) -> None:
    """Before the window opens: people who come or leave by then move in or out, each with a line."""
    listed = sa.select(RosterEntry.id).where(
        RosterEntry.roster_id == assessment.roster_id, ~RosterEntry.added_late
    )
    expected = {
        one.person_id
        for one in roster.expected(session, roster.Rule.of(assessment.roster), assessment.opens_on)
    }
    # A result hangs on its entry: it goes first, and only before anybody could have sat.
    session.execute(
        sa.delete(Result)
        .where(Result.roster_entry_id.in_(listed), Result.person_id.not_in(expected))
        .execution_options(synchronize_session=False)
    )
    moved = roster.refresh(session, assessment.roster)
    session.flush()
    make_results(session, assessment)
    units = sa.select(RosterEntry.unit_id).where(RosterEntry.id == Result.roster_entry_id).scalar_subquery()
    session.execute(
        sa.update(Result)
        .where(Result.assessment_id == assessment.id, Result.unit_id != units)
        .values(unit_id=units)
        .execution_options(synchronize_session=False)
    )
    # Nobody can have sat before the window opens, so a result follows its entry's exemption.
    due = (
        sa.select(RosterEntry.state == "due")
        .where(RosterEntry.id == Result.roster_entry_id)
        .scalar_subquery()
    )
    session.execute(
        sa.update(Result)
        .where(Result.assessment_id == assessment.id, Result.due != due)
        .values(due=due)
        .execution_options(synchronize_session=False)
    )
    if moved:
        audit.record(
            session,
            None,
            "roster.followed",
            f"assessment:{assessment.id}",
            assessment.title,
            unit_path=assessment.owner_unit.path,
            after={
                name: list(names)
                for name, names in (
                    ("joined", moved.joined),
                    ("left", moved.left),
                    ("exempted", moved.exempted),
                    ("due_again", moved.due_again),
                )
                if names
            },
        )
