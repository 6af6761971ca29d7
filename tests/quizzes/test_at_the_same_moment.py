"""What an admin does while somebody answers: exempt him, void a question, withdraw the contest.

On both servers, in threads let go at once. Whoever comes first, what was acknowledged is graded, and roster
and result say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.access import Actor
from studyhall.core.audit import AuditEvent
from studyhall.core.db import Database
from studyhall.core.errors import Missing, Refused
from studyhall.people.models import RosterEntry
from studyhall.quizzes import fairness, publishing, sittings, taking, voiding
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem, QuestionRuling, Result
from studyhall.quizzes.taking import Saved
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, an_actor, an_assessment
from tests.quizzes.racing import at_once

MINUTE = timedelta(minutes=1)
RACES = 24


@dataclass(frozen=True)
class Hall:
    """An admin and as many people as there are races, for a contest of five questions whose answer is true."""

    database: Database
    admin: Actor
    actors: tuple[Actor, ...]
    assessment_id: int

    def assessment(self, session: Session) -> Assessment:
        return session.get_one(Assessment, self.assessment_id)

    def begin(self, actor: Actor) -> int:
        with self.database.writing() as session:
            return taking.begin(session, actor, self.assessment(session), NOON).id

    def save(self, actor: Actor, attempt: int, position: int) -> Saved:
        with self.database.writing() as session:
            sheet = taking.own_sheet(session, attempt, actor, lock=True, position=position)
            return taking.save(session, sheet, actor, position, ["true"], NOON).word

    def hand_in(self, actor: Actor, attempt: int) -> taking.Receipt:
        with self.database.writing() as session:
            return taking.hand_in(session, attempt, actor, NOON)

    def stands(self, actor: Actor) -> tuple[str, Result]:
        """What the roster says of somebody, and his result."""
        with self.database.reading() as session:
            entry, result = session.execute(
                sa.select(RosterEntry, Result)
                .join(Result, Result.roster_entry_id == RosterEntry.id)
                .where(Result.person_id == actor.person_id)
            ).one()
            session.expunge_all()
        assert result.due is (entry.state == "due")
        assert result.due or not result.took_part
        return entry.state, result


@pytest.fixture
def hall(database: Database) -> Hall:
    with database.writing() as session:
        township = a_township(session)
        law = a_law(session).law_id
        a_bank_of(session, law, judge=5)
        people = [a_person(session, township) for _ in range(RACES)]
        assessment = an_assessment(session, township, [Line(law, "judge", 5, 400)])
        admin = an_actor(session, a_person(session, None, name="其其格"))
        return Hall(database, admin, tuple(an_actor(session, one) for one in people), assessment.id)


@pytest.fixture
def crew() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def tried(what: Callable[[], object]) -> object:
    """What it gave, or the refusal."""
    try:
        return what()
    except Refused as refusal:
        return refusal


# Exempting somebody whose paper is open


def exempt(hall: Hall, actor: Actor, *, again_due: bool = False) -> None:
    with hall.database.writing() as session:
        entry = session.scalar(sa.select(Result.roster_entry_id).where(Result.person_id == actor.person_id))
        if again_due:
            fairness.take_back_exemption(session, hall.admin, hall.assessment(session), entry or 0)
        else:
            fairness.exempt(session, hall.admin, hall.assessment(session), entry or 0, "sick", "李文生")


def test_who_is_exempted_over_an_open_paper_may_go_on_and_is_due_when_he_hands_in(hall: Hall) -> None:
    actor = hall.actors[0]
    attempt = hall.begin(actor)
    exempt(hall, actor)
    assert hall.save(actor, attempt, 1) is Saved.STORED
    assert hall.stands(actor)[0] == "exempt"
    hall.hand_in(actor, attempt)
    state, result = hall.stands(actor)
    assert (state, result.took_part, result.score) == ("due", True, 400)


def test_who_is_exempted_over_an_open_paper_and_answers_nothing_stays_exempt(hall: Hall) -> None:
    actor = hall.actors[0]
    attempt = hall.begin(actor)
    exempt(hall, actor)
    with hall.database.writing() as session:
        assert taking.close_one_overdue(session, attempt, NOON + timedelta(hours=1))
    state, result = hall.stands(actor)
    assert (state, result.took_part) == ("exempt", False)
    # His attempt is used up, and he has missed nothing by it.
    with hall.database.reading() as session:
        assert sittings.sitting(session, actor, hall.assessment_id, NOON).state == "exempt"


def test_exempting_at_the_moment_of_handing_in(hall: Hall, crew: ThreadPoolExecutor) -> None:
    refused = 0
    for actor in hall.actors:
        attempt = hall.begin(actor)
        assert hall.save(actor, attempt, 1) is Saved.STORED
        exempted, receipt = at_once(
            crew,
            lambda a=actor: tried(lambda: exempt(hall, a)),
            lambda a=actor, n=attempt: hall.hand_in(a, n),
        )
        assert isinstance(receipt, taking.Receipt)
        state, result = hall.stands(actor)
        assert (state, result.took_part, result.score) == ("due", True, 400)
        refused += isinstance(exempted, Refused)
    assert 0 <= refused <= len(hall.actors)


def test_ending_an_exemption_at_the_moment_of_handing_in(hall: Hall, crew: ThreadPoolExecutor) -> None:
    """Both write the same two rows: neither is left waiting for the other."""
    for actor in hall.actors:
        attempt = hall.begin(actor)
        hall.save(actor, attempt, 1)
        exempt(hall, actor)
        at_once(
            crew,
            lambda a=actor: exempt(hall, a, again_due=True),
            lambda a=actor, n=attempt: hall.hand_in(a, n),
        )
        state, result = hall.stands(actor)
        assert (state, result.took_part) == ("due", True)


# Voiding a question while answers come in


def test_a_void_while_answers_come_in_loses_none_of_them(hall: Hall, crew: ThreadPoolExecutor) -> None:
    for race, actor in enumerate(hall.actors):
        attempt = hall.begin(actor)
        with hall.database.writing() as session:
            session.execute(sa.delete(QuestionRuling))
            voided = session.get_one(AttemptItem, (attempt, 1)).version_id

        def void(version: int = voided, how: str = voiding.FULL if race % 2 else voiding.LEFT_OUT) -> None:
            with hall.database.writing() as session:
                voiding.rule(session, hall.admin, hall.assessment(session), version, how, "题干有误", NOON)

        words = at_once(
            crew,
            *(lambda a=actor, n=attempt, p=place: hall.save(a, n, p) for place in (2, 3)),
            void,
            *(lambda a=actor, n=attempt, p=place: hall.save(a, n, p) for place in (4, 5)),
        )
        assert [word for word in words if word is not None] == [Saved.STORED] * 4
        hall.hand_in(actor, attempt)
        _state, result = hall.stands(actor)
        # Four right ones; the first, without an answer, is everybody's or nobody's.
        assert (result.score, result.full) == ((2000, 2000) if race % 2 else (1600, 1600))


def test_a_void_on_a_paper_that_is_being_opened_reaches_it(hall: Hall, crew: ThreadPoolExecutor) -> None:
    first = hall.begin(hall.actors[0])
    with hall.database.reading() as session:
        voided = session.get_one(AttemptItem, (first, 1)).version_id

    def void() -> None:
        with hall.database.writing() as session:
            voiding.rule(session, hall.admin, hall.assessment(session), voided, "full", "题干有误", NOON)

    def open_and_hand_in(actor: Actor) -> None:
        attempt = hall.begin(actor)
        hall.save(actor, attempt, 1)
        hall.hand_in(actor, attempt)

    at_once(crew, void, *(lambda a=actor: open_and_hand_in(a) for actor in hall.actors[1:8]))
    with hall.database.reading() as session:
        voided_at = dict(
            session.execute(
                sa.select(AttemptItem.attempt_id, AttemptItem.position).where(
                    AttemptItem.version_id == voided
                )
            ).all()
        )
        for attempt in session.scalars(sa.select(Attempt).where(Attempt.handed_in_at.is_not(None))):
            assert attempt.score == (400 if voided_at[attempt.id] == 1 else 800)
            assert attempt.score == session.get_one(Result, attempt.result_id).score


# Withdrawing a contest while somebody opens it


def withdraw(hall: Hall) -> None:
    """Pressed a minute before the window opens, however late it gets its turn."""
    with hall.database.writing() as session:
        assessment = hall.assessment(session)
        publishing.withdraw(session, hall.admin, assessment, assessment.opens_at - MINUTE)


def test_a_contest_of_which_somebody_has_a_paper_is_not_withdrawn(hall: Hall) -> None:
    actor = hall.actors[0]
    attempt = hall.begin(actor)
    with pytest.raises(Refused, match="已经有人开始答"):
        withdraw(hall)
    assert hall.save(actor, attempt, 1) is Saved.STORED
    hall.hand_in(actor, attempt)
    assert hall.stands(actor)[1].score == 400


def test_who_answers_a_contest_that_was_withdrawn_just_before_is_told_there_is_none(hall: Hall) -> None:
    with hall.database.reading() as session:
        known = hall.assessment(session)
        session.expunge_all()
    withdraw(hall)
    # His page was read while it was still published.
    with hall.database.writing() as session, pytest.raises(Missing):
        taking.begin(session, hall.actors[0], known, NOON)


def test_withdrawing_at_the_moment_of_opening(hall: Hall, crew: ThreadPoolExecutor) -> None:
    """Either it is withdrawn and nobody has a paper, or all who opened one can hand it in."""
    withdrawn = 0
    for race in range(RACES):
        with hall.database.writing() as session:
            session.execute(sa.update(Result).values(attempt_id=None))
            session.execute(sa.delete(AttemptItem))
            session.execute(sa.delete(Attempt))
            assessment = hall.assessment(session)
            publishing.publish(session, hall.admin, assessment, assessment.opens_at - 2 * MINUTE)
        sitting = hall.actors[race % 4 : race % 4 + 3]
        outcomes = at_once(
            crew,
            lambda: tried(lambda: withdraw(hall)),
            *(lambda a=actor: tried(lambda: hall.begin(a)) for actor in sitting),
        )
        with hall.database.reading() as session:
            left = set(session.scalars(sa.select(Attempt.id)))
            if hall.assessment(session).is_published:
                assert isinstance(outcomes[0], Refused)
                assert left == {one for one in outcomes[1:] if isinstance(one, int)} and left
                continue
        withdrawn += 1
        assert outcomes[0] is None and not left
        assert all(isinstance(one, Missing) for one in outcomes[1:])
    assert 0 <= withdrawn <= RACES


# Publishing


def test_publishing_twice_at_the_same_moment_is_publishing_once(hall: Hall, crew: ThreadPoolExecutor) -> None:
    def publish() -> None:
        with hall.database.writing() as session:
            assessment = hall.assessment(session)
            publishing.publish(session, hall.admin, assessment, assessment.opens_at - 2 * MINUTE)

    published = sa.select(sa.func.count()).where(AuditEvent.action == "assessment.published")
    for _race in range(8):
        withdraw(hall)
        with hall.database.reading() as session:
            before = session.scalar(published) or 0
        assert at_once(crew, *[lambda: tried(publish)] * 4) == [None] * 4
        with hall.database.reading() as session:
            assert session.scalar(published) == before + 1
            assert len(session.scalars(sa.select(Result.id)).all()) == RACES
