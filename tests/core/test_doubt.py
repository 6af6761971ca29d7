"""When the server's clock is not to be believed, and that only an administrator ends it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from studyhall.core import audit, clock, doubt
from studyhall.core.access import Actor
from studyhall.core.audit import AuditEvent
from studyhall.core.db import Database
from studyhall.core.doubt import ClockDoubt, Reason, fault_of
from tests.factories import NOON, a_person, a_township, an_actor

SECOND, MINUTE, YEAR = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=365)
BEGUN = 1000.0


@pytest.mark.parametrize(
    ("newest", "ran", "confirmed", "fault"),
    [
        (None, 0, None, None),
        (NOON - YEAR, 0, None, None),
        (NOON, 0, None, None),
        (NOON + 5 * SECOND, 0, None, None),
        (NOON + 6 * SECOND, 0, None, (Reason.BEHIND, NOON + 6 * SECOND)),
        (NOON + YEAR, 0, None, (Reason.BEHIND, NOON + YEAR)),
        (NOON, 600, None, None),
        (NOON, 601, None, (Reason.AHEAD, NOON - 601 * SECOND)),
        (NOON, 86400, None, (Reason.AHEAD, NOON - 86400 * SECOND)),
        # What somebody has looked at is right from there on.
        (NOON, 86400, BEGUN + 86400, None),
        (NOON, 86400, BEGUN + 86400 + 300, None),
        # A second jump is a second doubt.
        (NOON, 2 * 86400, BEGUN + 86400, (Reason.AHEAD, NOON - 2 * 86400 * SECOND)),
        # Set back: the newest change on record shows it, the time gone by does not.
        (NOON, -86400, None, None),
        (NOON + YEAR, 86400, BEGUN + 86400, (Reason.BEHIND, NOON + YEAR)),
    ],
)
def test_a_clock_is_behind_the_record_or_ahead_of_the_time_gone_by(
    newest: datetime | None, ran: float, confirmed: float | None, fault: tuple[Reason, datetime] | None
) -> None:
    assert fault_of(NOON, newest, BEGUN + ran, BEGUN, confirmed) == fault


def test_a_stopped_clock_runs_ahead_of_nothing() -> None:
    assert clock.offset() is None
    assert fault_of(NOON, None, None, BEGUN, None) is None


@given(st.floats(-1e9, 1e9), st.floats(-600, 600))
def test_slow_drift_up_to_ten_minutes_is_no_jump(begun_at: float, drift: float) -> None:
    assert fault_of(NOON, NOON, begun_at + drift * 0.999, begun_at, None) is None


def write_down(database: Database, at: datetime) -> Actor:
    """A change on record at that time, by an administrator."""
    with database.writing() as session:
        township = a_township(session, f"T{at:%H%M}")
        actor = an_actor(session, a_person(session, township))
        with clock.standing_at(at):
            audit.record(session, actor, "setting.changed", "x:1", "设置", unit_path=township.path)
    return actor


def confirm(database: Database, actor: Actor, at: datetime) -> bool:
    with database.writing() as session, clock.standing_at(at):
        return doubt.confirm(session, actor, at)


def test_behind_the_record_stays_in_doubt_until_somebody_confirms(database: Database) -> None:
    actor = write_down(database, NOON)
    back = NOON - timedelta(hours=3)
    assert not doubt.in_doubt(database, NOON)
    assert doubt.in_doubt(database, back)
    # That the clock has come past it by itself proves nothing.
    assert doubt.in_doubt(database, NOON + MINUTE)
    assert confirm(database, actor, back + MINUTE)
    assert not doubt.in_doubt(database, back + 2 * MINUTE)
    assert not confirm(database, actor, back + 2 * MINUTE)


def test_changes_from_before_the_confirmation_no_longer_tell(database: Database) -> None:
    """The clock was years ahead, somebody worked, then it was set right: the years need not be waited for."""
    actor = write_down(database, NOON + YEAR)
    assert doubt.in_doubt(database, NOON)
    confirm(database, actor, NOON)
    write_down(database, NOON + MINUTE)
    assert not doubt.in_doubt(database, NOON + 2 * MINUTE)
    assert doubt.in_doubt(database, NOON - MINUTE)


def test_who_confirmed_what_is_on_record(database: Database) -> None:
    actor = write_down(database, NOON)
    doubt.in_doubt(database, NOON - YEAR)
    confirm(database, actor, NOON - YEAR + MINUTE)
    with database.reading() as session:
        event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "clock.confirmed")).one()
    assert event.actor_id == actor.person_id
    assert event.before is not None
    assert datetime.fromisoformat(event.before["noticed_at"]) == NOON - YEAR
    assert datetime.fromisoformat(event.before["expected_at"]) == NOON


@pytest.fixture
def ran_ahead(monkeypatch: pytest.MonkeyPatch):
    """Set the clock on by so much, for this process."""

    def by(seconds: float) -> None:
        monkeypatch.setattr(doubt, "_begun_at", BEGUN)
        monkeypatch.setattr(clock, "offset", lambda: BEGUN + seconds)

    return by


def test_a_jump_ahead_is_kept_for_other_processes_and_after_a_restart(database: Database, ran_ahead) -> None:
    actor = write_down(database, NOON)
    ran_ahead(3600)
    assert doubt.in_doubt(database, NOON + 60 * MINUTE)
    # Another process, begun after the jump, knows of it from the first one only.
    ran_ahead(0)
    assert doubt.in_doubt(database, NOON + 61 * MINUTE)
    ran_ahead(3600)
    assert confirm(database, actor, NOON + 62 * MINUTE)
    # The one that saw the jump knows that it was looked at.
    assert not doubt.in_doubt(database, NOON + 63 * MINUTE)
    ran_ahead(2 * 3600)
    assert doubt.in_doubt(database, NOON + 124 * MINUTE)


def test_noticing_it_often_is_one_doubt(database: Database, ran_ahead) -> None:
    ran_ahead(3600)
    for n in range(3):
        assert doubt.in_doubt(database, NOON + n * MINUTE)
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ClockDoubt)) == 1
