"""The server's clock jumps while papers are open: nothing is closed by itself, no answer is turned away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from studyhall.core import audit, clock, doubt
from studyhall.core.access import Actor, Role
from studyhall.core.audit import AuditEvent
from studyhall.core.db import Database
from studyhall.core.errors import Busy
from studyhall.people.models import Person, Roster
from studyhall.quizzes import taking
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.closing import NotYet
from studyhall.quizzes.models import Assessment, Attempt
from studyhall.quizzes.taking import Saved
from studyhall.quizzes.upkeep import keep_up
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, an_actor, an_assessment

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BEGUN = 1000.0


@dataclass
class Hall:
    database: Database
    actor: Actor
    attempt_id: int
    deadline: datetime

    def closed_by(self) -> str | None:
        with self.database.reading() as session:
            return session.get_one(Attempt, self.attempt_id).closed_by

    def save(self, at: datetime) -> Saved:
        with self.database.writing() as session:
            sheet = taking.own_sheet(session, self.attempt_id, self.actor, lock=True)
            return taking.save(session, sheet, self.actor, 1, ["true"], at).word

    def hand_in(self, at: datetime, *, by_clock: bool) -> taking.Receipt:
        with self.database.writing() as session:
            return taking.hand_in(session, self.attempt_id, self.actor, at, by_clock=by_clock)

    def confirm(self, at: datetime) -> None:
        with self.database.writing() as session, clock.standing_at(at):
            assert doubt.confirm(session, self.actor, at)


@pytest.fixture
def hall(database: Database) -> Hall:
    """Somebody at an open paper of 30 minutes, begun at noon."""
    with database.writing() as session:
        township = a_township(session)
        actor = an_actor(session, a_person(session, township))
        law = a_law(session).law_id
        a_bank_of(session, law, judge=3)
        assessment = an_assessment(session, township, [Line(law, "judge", 3, 500)])
        attempt = taking.begin(session, actor, assessment, NOON)
        return Hall(database, actor, attempt.id, attempt.deadline)


@pytest.fixture
def set_on(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """The clock is set on by so much while the process runs."""

    def by(much: timedelta) -> None:
        monkeypatch.setattr(doubt, "_begun_at", BEGUN)
        monkeypatch.setattr(clock, "offset", lambda: BEGUN + much.total_seconds())

    return by


# How far the clock has jumped, and whether a paper of half an hour, begun before the jump, is closed after it.
JUMPS = [
    (timedelta(), False, 0),
    (timedelta(), True, 1),
    (9 * MINUTE, True, 1),
    (11 * MINUTE, True, 0),
    (24 * HOUR, True, 0),
]


@pytest.mark.parametrize(("jump", "overdue", "closed"), JUMPS)
def test_after_a_jump_ahead_nothing_is_closed_by_itself(
    hall: Hall, set_on, jump: timedelta, overdue: bool, closed: int
) -> None:
    now = (hall.deadline + 2 * MINUTE if overdue else NOON + MINUTE) + jump
    set_on(jump)
    assert keep_up(hall.database, now) == closed
    assert hall.closed_by() == ("deadline" if closed else None)


@pytest.mark.parametrize(("back", "closed"), [(timedelta(), 1), (4 * timedelta(seconds=1), 1), (MINUTE, 0)])
def test_before_the_newest_change_nothing_is_closed_by_itself(
    hall: Hall, back: timedelta, closed: int
) -> None:
    late = hall.deadline + HOUR
    with hall.database.writing() as session, clock.standing_at(late):
        audit.record(session, None, "setting.changed", "x:1", "设置", unit_path="T1/")
    assert keep_up(hall.database, late - back) == closed


def test_once_the_time_is_confirmed_it_is_closed(hall: Hall, set_on) -> None:
    now = hall.deadline + HOUR
    set_on(HOUR)
    assert keep_up(hall.database, now) == 0
    hall.confirm(now + MINUTE)
    assert keep_up(hall.database, now + 2 * MINUTE) == 1


def test_a_clock_set_right_again_still_waits_for_the_administrator(hall: Hall, set_on) -> None:
    set_on(HOUR)
    assert keep_up(hall.database, hall.deadline + HOUR) == 0
    set_on(timedelta())
    assert keep_up(hall.database, hall.deadline + 2 * MINUTE) == 0
    hall.confirm(hall.deadline + 3 * MINUTE)
    assert keep_up(hall.database, hall.deadline + 4 * MINUTE) == 1


def test_no_roster_is_frozen_while_the_clock_is_in_doubt(database: Database, set_on) -> None:
    with database.writing() as session:
        township = a_township(session)
        a_person(session, township)
        law = a_law(session).law_id
        a_bank_of(session, law, judge=3)
        lines = [Line(law, "judge", 3, 500)]
        roster_id = an_assessment(session, township, lines, opens_at=NOON + HOUR).roster_id
    set_on(HOUR)
    keep_up(database, NOON + HOUR)
    with database.reading() as session:
        assert session.get_one(Roster, roster_id).frozen_at is None


def test_an_answer_after_a_wrong_deadline_is_taken(hall: Hall, set_on) -> None:
    late = hall.deadline + HOUR
    assert hall.save(late) is Saved.CLOSED
    set_on(HOUR)
    assert hall.save(late) is Saved.STORED
    keep_up(hall.database, late)
    hall.confirm(late)
    assert hall.save(late + MINUTE) is Saved.CLOSED


def test_a_page_whose_time_is_up_waits_while_the_clock_is_in_doubt(hall: Hall, set_on) -> None:
    late = hall.deadline + HOUR
    set_on(HOUR)
    with pytest.raises(Busy, match="服务器的时间"):
        hall.hand_in(late, by_clock=True)
    assert hall.closed_by() is None
    # Who presses the button himself is done.
    assert hall.hand_in(late, by_clock=False).handed_in_at == hall.deadline


@pytest.mark.parametrize(("left", "early"), [(20 * MINUTE, True), (timedelta(seconds=6), True),
                                             (timedelta(seconds=5), False), (timedelta(), False)])  # fmt: skip
def test_a_phone_whose_clock_runs_fast_hands_nothing_in(hall: Hall, left: timedelta, early: bool) -> None:
    """However fast its seconds go by, and whatever time it shows: the server's clock decides."""
    if early:
        with pytest.raises(NotYet):
            hall.hand_in(hall.deadline - left, by_clock=True)
        assert hall.closed_by() is None
    else:
        assert hall.hand_in(hall.deadline - left, by_clock=True).closed_by == "person"


# The pages


@dataclass
class Site:
    database: Database
    admin: Person
    cadre: Person
    assessment: Assessment
    attempt_id: int
    deadline: datetime


@pytest.fixture
def site(sqlite_database: Database) -> Site:
    with sqlite_database.writing() as session:
        township = a_township(session)
        admin = a_person(session, township, name="其其格", roles=[(Role.ADMIN, township)])
        cadre = a_person(session, township)
        law = a_law(session).law_id
        a_bank_of(session, law, judge=3)
        assessment = an_assessment(session, township, [Line(law, "judge", 3, 500)])
        attempt = taking.begin(session, an_actor(session, cadre), assessment, NOON)
        attempt.device_session_id = None
        return Site(sqlite_database, admin, cadre, assessment, attempt.id, attempt.deadline)


def test_the_administrator_is_told_and_ends_it_with_one_button(
    site: Site, client_for: Callable[..., FlaskClient], set_on
) -> None:
    admin = client_for(site.admin)
    assert "服务器的时间" not in admin.get("/").text
    assert "时间是对的" not in admin.get("/clock").text
    set_on(HOUR)
    with clock.standing_at(site.deadline + HOUR):
        assert "服务器的时间可能不对" in admin.get("/").text
        assert "服务器的时间可能不对" in admin.get(f"/assessments/{site.assessment.id}/live").text
        page = admin.get("/clock").text
        assert "2026年5月20日13:30" in page and "时间是对的" in page
        with site.database.reading() as session:
            assert session.get_one(Attempt, site.attempt_id).is_open
        assert "照常自动交卷" in admin.post("/clock", follow_redirects=True).text
        assert "服务器的时间" not in admin.get("/").text
    with site.database.reading() as session:
        assert session.get_one(Attempt, site.attempt_id).closed_by == "deadline"
        names = sa.select(AuditEvent.actor_name).where(AuditEvent.action == "clock.confirmed")
        assert session.scalars(names).all() == ["其其格"]


def test_pressing_it_without_a_doubt_changes_nothing(site: Site, client_for) -> None:
    assert client_for(site.admin).post("/clock").status_code == 302
    with site.database.reading() as session:
        assert not session.scalars(
            sa.select(AuditEvent.id).where(AuditEvent.action == "clock.confirmed")
        ).all()


def test_nobody_else_confirms_the_time(site: Site, client_for) -> None:
    assert client_for(site.cadre).post("/clock").status_code == 403


def test_a_cadre_meets_words_and_no_circle(site: Site, client_for, set_on) -> None:
    phone = client_for(site.cadre)
    set_on(HOUR)
    with clock.standing_at(site.deadline + HOUR):
        for path in (f"/papers/{site.attempt_id}/2", f"/papers/{site.attempt_id}/result"):
            page = phone.get(path, follow_redirects=True)
            assert page.status_code == 503
            assert "您存下的答案都在" in page.text
        answer = phone.post(
            f"/papers/{site.attempt_id}/hand-in",
            data={"by": "clock"},
            headers={"Accept": "application/json"},
        )
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_a_page_that_hands_in_too_early_is_told_the_time(site: Site, client_for) -> None:
    answer = client_for(site.cadre).post(f"/papers/{site.attempt_id}/hand-in", data={"by": "clock"})
    assert (answer.status_code, answer.get_json()["word"]) == (409, "early")
    assert datetime.fromisoformat(answer.get_json()["now"]) == NOON
