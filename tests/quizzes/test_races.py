"""Two things at once, on PostgreSQL with real connections: what was acknowledged is graded, and once.

SQLite has one writer at a time, so these races are only to be had where rows are locked.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

import pytest
import sqlalchemy as sa

from studyhall.core.access import Actor
from studyhall.core.db import Database
from studyhall.quizzes import saving, taking, voiding
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.closing import Receipt
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem, QuestionRuling, Result
from studyhall.quizzes.taking import Saved
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, an_actor, an_assessment
from tests.quizzes.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

RACES = 1000
ATTEMPTS = 8
"""Papers raced on at the same time; every race gives all of them in anew."""


@dataclass(frozen=True)
class Hall:
    database: Database
    assessment_id: int
    actors: tuple[Actor, ...]
    attempts: tuple[int, ...]


@pytest.fixture
def hall(postgres_database: Database) -> Hall:
    """Some people, each with an open paper of five questions whose right answer is true."""
    with postgres_database.writing() as session:
        township = a_township(session)
        people = [a_person(session, township, name=f"干部{n}") for n in range(ATTEMPTS)]
        law = a_law(session).law_id
        a_bank_of(session, law, judge=5)
        assessment = an_assessment(session, township, [Line(law, "judge", 5, 400)])
        actors = tuple(an_actor(session, person) for person in people)
        attempts = tuple(taking.begin(session, actor, assessment, NOON).id for actor in actors)
        return Hall(postgres_database, assessment.id, actors, attempts)


@pytest.fixture
def crew() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(12) as pool:
        yield pool


def save(hall: Hall, which: int, position: int, number: int, given: str, at: datetime = NOON) -> Saved:
    with hall.database.writing() as session:
        actor = hall.actors[which]
        sheet = taking.own_sheet(session, hall.attempts[which], actor, lock=True, position=position)
        return taking.save(session, sheet, actor, position, [given], at, number=number).word


def hand_in(hall: Hall, which: int, at: datetime = NOON) -> Receipt:
    with hall.database.writing() as session:
        return taking.hand_in(session, hall.attempts[which], hall.actors[which], at)


def close(hall: Hall, which: int, at: datetime) -> bool:
    with hall.database.writing() as session:
        return taking.close_one_overdue(session, hall.attempts[which], at)


def reopen(hall: Hall) -> None:
    """All papers as they were when they were dealt: the next race begins."""
    with hall.database.writing() as session:
        session.execute(
            sa.update(Attempt).values(
                handed_in_at=None, closed_by=None, seconds=None, answered=None, score=None, full=None
            )
        )
        session.execute(sa.update(AttemptItem).values(answer=None, answered_at=None, save_no=0, points=None))
        session.execute(
            sa.update(Result).values(
                took_part=False, score=None, full=None, passed=False, excellent=False, attempt_id=None,
                seconds=None, handed_in_at=None, final_took_part=False, final_score=None, final_full=None,
                final_passed=False, final_excellent=False,
            )
        )  # fmt: skip


def graded_as_stored(hall: Hall, which: int) -> list[tuple[int, str | None, int | None]]:
    """Position, answer and points; raises where the points are not those of the answer that stands there."""
    with hall.database.reading() as session:
        items = session.execute(
            sa.select(AttemptItem.position, AttemptItem.answer, AttemptItem.points)
            .where(AttemptItem.attempt_id == hall.attempts[which])
            .order_by(AttemptItem.position)
        ).all()
        attempt = session.get_one(Attempt, hall.attempts[which])
        result = session.get_one(Result, attempt.result_id)
    for position, answer, points in items:
        assert points == (400 if answer == "true" else 0), f"an answer stands ungraded at {position}"
    assert attempt.score == sum(points for _, _, points in items)
    answered = sum(answer is not None for _, answer, _ in items)
    assert attempt.answered == answered
    assert (result.took_part, result.score) == ((True, attempt.score) if answered else (False, None))
    return [tuple(item) for item in items]


def race_saves_against_hand_in(hall: Hall, crew: ThreadPoolExecutor, races: int) -> tuple[int, int]:
    """So many races; gives how many answers were acknowledged and how many came too late."""
    stored = closed = 0
    numbers = count(taking.DEVICE_SPAN + 1)
    for race in range(races):
        which = race % ATTEMPTS
        if which == 0:
            reopen(hall)
        number = next(numbers)
        words = at_once(
            crew,
            lambda w=which, n=number: save(hall, w, 1, n, "true"),
            lambda w=which, n=number: save(hall, w, 3, n, "true"),
            lambda w=which: hand_in(hall, w),
            lambda w=which, n=number: save(hall, w, 5, n, "true"),
        )
        answers = {position: answer for position, answer, _ in graded_as_stored(hall, which)}
        for position, word in zip((1, 3, 5), (words[0], words[1], words[3]), strict=True):
            assert word in (Saved.STORED, Saved.CLOSED)
            assert (answers[position] == "true") is (word is Saved.STORED), (race, position, word)
            stored += word is Saved.STORED
            closed += word is Saved.CLOSED
    return stored, closed


def test_a_thousand_races_of_save_against_hand_in(hall: Hall, crew: ThreadPoolExecutor) -> None:
    stored, closed = race_saves_against_hand_in(hall, crew, RACES)
    # Both sides must have won often, else nothing was raced.
    assert stored > RACES / 20 and closed > RACES / 20, (stored, closed)


def test_without_the_lock_the_same_races_lose_answers(
    hall: Hall, crew: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That these races find what they are for: with the lock of the save left out they do."""
    monkeypatch.setattr(saving, "_LOCKED_AT_PLACE", saving._AT_PLACE)
    with pytest.raises(AssertionError, match="an answer stands ungraded"):
        race_saves_against_hand_in(hall, crew, RACES)


def test_the_same_hand_in_ten_times_at_once_gives_one_receipt(hall: Hall, crew: ThreadPoolExecutor) -> None:
    for which in range(ATTEMPTS):
        save(hall, which, 1, taking.DEVICE_SPAN + 1, "true")
        moments = [NOON + timedelta(seconds=n) for n in range(10)]
        receipts = at_once(crew, *(lambda w=which, at=at: hand_in(hall, w, at) for at in moments))
        assert len(set(receipts)) == 1
        graded_as_stored(hall, which)
    with hall.database.reading() as session:
        trail = session.execute(
            sa.text(
                "SELECT subject, count(*) FROM audit_event WHERE action = 'attempt.handed_in' GROUP BY subject"
            )
        ).all()
    assert sorted(times for _, times in trail) == [1] * ATTEMPTS


def test_closing_at_the_deadline_and_handing_in_grade_once(hall: Hall, crew: ThreadPoolExecutor) -> None:
    with hall.database.reading() as session:
        deadline = session.get_one(Attempt, hall.attempts[0]).deadline
    for race in range(200):
        which = race % ATTEMPTS
        if which == 0:
            reopen(hall)
        save(hall, which, 2, taking.DEVICE_SPAN + 1 + race, "true")
        late = deadline + timedelta(seconds=61)
        closed, receipt, again = at_once(
            crew,
            lambda w=which, at=late: close(hall, w, at),
            lambda w=which: hand_in(hall, w, deadline),
            lambda w=which, at=late: close(hall, w, at),
        )
        assert isinstance(receipt, Receipt)
        # Whoever came first has graded it; the others have changed nothing.
        assert (closed or again) is (receipt.closed_by == "deadline")
        assert not (closed and again)
        assert graded_as_stored(hall, which)[1] == (2, "true", 400)


def test_the_same_save_twice_at_once_is_stored_and_already_stored(
    hall: Hall, crew: ThreadPoolExecutor
) -> None:
    for number in range(1, 101):
        under = taking.DEVICE_SPAN + number
        words = at_once(crew, *[lambda n=under: save(hall, 0, 1, n, "false")] * 3)
        assert sorted(words) == [Saved.ALREADY_STORED, Saved.ALREADY_STORED, Saved.STORED]


def test_saves_at_once_without_numbers_all_get_one(hall: Hall, crew: ThreadPoolExecutor) -> None:
    def without_a_number(given: str) -> Saved:
        with hall.database.writing() as session:
            actor = hall.actors[0]
            sheet = taking.own_sheet(session, hall.attempts[0], actor, lock=True, position=1)
            return taking.save(session, sheet, actor, 1, [given], NOON).word

    for _race in range(50):
        words = at_once(crew, *(lambda g=given: without_a_number(g) for given in ("true", "false") * 3))
        assert words == [Saved.STORED] * 6


def test_no_order_of_numbered_saves_loses_the_last_one(hall: Hall, crew: ThreadPoolExecutor) -> None:
    for race in range(100):
        base = taking.DEVICE_SPAN + 10 * race
        words = at_once(
            crew,
            *(
                lambda number=base + n, given="true" if n == 5 else "false": save(hall, 0, 4, number, given)
                for n in range(1, 6)
            ),
        )
        assert words[4] is Saved.STORED
        with hall.database.reading() as session:
            item = session.get_one(AttemptItem, (hall.attempts[0], 4))
            assert (item.answer, item.save_no) == ("true", base + 5)


def test_opening_twice_at_once_deals_one_paper(postgres_database: Database, crew: ThreadPoolExecutor) -> None:
    with postgres_database.writing() as session:
        township = a_township(session)
        actors = [an_actor(session, a_person(session, township)) for _ in range(6)]
        law = a_law(session).law_id
        a_bank_of(session, law, single=30)
        assessment_id = an_assessment(session, township, [Line(law, "single", 10, 400)]).id

    def begin(actor: Actor) -> int:
        with postgres_database.writing() as session:
            return taking.begin(session, actor, session.get_one(Assessment, assessment_id), NOON).id

    for actor in actors:
        ids = at_once(crew, *[lambda a=actor: begin(a)] * 5)
        assert len(set(ids)) == 1
    with postgres_database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == len(actors)


def test_a_void_at_the_moment_of_handing_in_reaches_every_paper(hall: Hall, crew: ThreadPoolExecutor) -> None:
    """Whoever comes first: a hand-in finds the ruling, or is graded again by it."""
    with hall.database.reading() as session:
        voided = session.get_one(AttemptItem, (hall.attempts[0], 1)).version_id
    outcomes = []
    for race in range(60):
        reopen(hall)
        with hall.database.writing() as session:
            session.execute(sa.delete(QuestionRuling))
        pair = (race % ATTEMPTS, (race + 1) % ATTEMPTS)
        for which in pair:
            for position in range(1, 6):
                save(hall, which, position, taking.DEVICE_SPAN + 1, "false")

        def void() -> int:
            with hall.database.writing() as session:
                assessment = session.get_one(Assessment, hall.assessment_id)
                return len(
                    voiding.rule(session, hall.actors[0], assessment, voided, "full", "题干有误", NOON)
                )

        def answer_again_and_hand_in(which: int, answers: int = race % 12) -> None:
            # The ruling takes longer to come to the attempts: who hands in waits for it a little, or not.
            for number in range(answers):
                save(hall, which, 5, taking.DEVICE_SPAN + 2 + number, "false")
            hand_in(hall, which)

        moved, _one, _other = at_once(
            crew, void, *(lambda w=which: answer_again_and_hand_in(w) for which in pair)
        )
        outcomes.append(moved)
        with hall.database.reading() as session:
            for which in pair:
                attempt = session.get_one(Attempt, hall.attempts[which])
                assert attempt.score == session.get_one(Result, attempt.result_id).score == 400, (race, which)
    assert len(set(outcomes)) > 1, "nothing was raced"
