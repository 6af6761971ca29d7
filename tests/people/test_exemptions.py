"""Standing exemptions: whoever is on leave on a roster's day is exempt on it, with reason and approver."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.errors import Refused
from studyhall.people import exemptions, roster
from studyhall.people.models import Category, Roster, RosterEntry
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Result
from studyhall.quizzes.upkeep import follow_memberships
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, an_assessment

DAY = date(2026, 5, 20)
RULE = tuple(c for c in Category if c is not Category.UNCOUNTED)


def a_leave(session: Session, person_id: int, starts: int = -10, ends: int | None = 10):
    return exemptions.grant(
        session, person_id, "maternity", "李文生", DAY + timedelta(days=starts),
        DAY + timedelta(days=ends) if ends is not None else None, decided_by=None,
    )  # fmt: skip


def taken(session: Session, path: str) -> Roster:
    return roster.take(session, roster.Rule((path,), RULE), DAY)


@pytest.mark.parametrize(
    ("starts", "ends", "state"),
    [(-10, 10, "exempt"), (0, 1, "exempt"), (0, None, "exempt"), (-10, 0, "due"), (1, 5, "due")],
)
def test_an_exemption_covers_the_days_from_its_first_up_to_its_end(
    session: Session, starts: int, ends: int | None, state: str
) -> None:
    town = a_township(session)
    person = a_person(session, town)
    a_leave(session, person.id, starts, ends)
    entry = roster.entries_of(session, taken(session, town.path).id)[0]
    assert entry.state == state
    assert (entry.reason_code, entry.approver) == (
        ("maternity", "李文生") if state == "exempt" else (None, None)
    )


def test_a_list_not_yet_frozen_follows_exemptions_in_and_out(session: Session) -> None:
    town = a_township(session)
    person = a_person(session, town)
    listed = taken(session, town.path)
    leave = a_leave(session, person.id)
    assert roster.refresh(session, listed).exempted == (person.name,)
    exemptions.end(session, leave, DAY - timedelta(days=2))
    assert roster.refresh(session, listed).due_again == (person.name,)


def test_a_frozen_list_stays(session: Session) -> None:
    town = a_township(session)
    person = a_person(session, town)
    listed = taken(session, town.path)
    roster.freeze(listed, clock.now())
    a_leave(session, person.id)
    assert not roster.refresh(session, listed)
    assert roster.entries_of(session, listed.id)[0].state == "due"


def test_what_was_decided_by_hand_for_one_event_stays(session: Session) -> None:
    town = a_township(session)
    a_person(session, town)
    listed = taken(session, town.path)
    entry = roster.entries_of(session, listed.id)[0]
    roster.exempt(entry, "sick", "陈秀兰", decided_by=None, took_part=False, after_close=False)
    session.flush()
    roster.refresh(session, listed)
    assert (entry.state, entry.reason_code) == ("exempt", "sick")


def test_the_result_of_an_exempt_person_is_not_due_once_the_contest_opens(session: Session) -> None:
    town = a_township(session)
    person, _other = a_person(session, town), a_person(session, town)
    law = a_law(session)
    a_bank_of(session, law.law_id, single=3)
    contest = an_assessment(
        session, town, [Line(law.law_id, "single", 2, 100)], opens_at=NOON + timedelta(days=1)
    )
    a_leave(session, person.id)
    follow_memberships(session, contest)
    due = dict(session.execute(sa.select(Result.person_id, Result.due)).all())
    assert due[person.id] is False
    assert sum(due.values()) == 1


@pytest.mark.parametrize(
    ("reason", "approver", "starts", "ends", "words"),
    [
        ("flu", "李", 0, 5, "事由"),
        ("sick", " ", 0, 5, "批准人"),
        ("sick", "李", 5, 5, "结束的日期"),
    ],
)
def test_what_is_refused(
    session: Session, reason: str, approver: str, starts: int, ends: int, words: str
) -> None:
    person = a_person(session, a_township(session))
    with pytest.raises(Refused, match=words):
        exemptions.grant(
            session, person.id, reason, approver, DAY + timedelta(days=starts), DAY + timedelta(days=ends),
            decided_by=None,
        )  # fmt: skip


def test_two_on_one_day_are_refused_and_one_that_was_a_mistake_makes_room(session: Session) -> None:
    person = a_person(session, a_township(session))
    first = a_leave(session, person.id)
    with pytest.raises(Refused, match="已经登记过产假"):
        a_leave(session, person.id, 5, 20)
    exemptions.end(session, first, first.starts_on)
    a_leave(session, person.id, 5, 20)


def test_only_an_exemption_of_the_whole_year_leaves_the_year_roster(session: Session) -> None:
    town = a_township(session)
    whole, broken, part = (a_person(session, town) for _ in range(3))
    year = (date(2026, 1, 1), date(2026, 12, 31))
    for person, spans in (
        (whole, [(date(2025, 6, 1), date(2026, 7, 1)), (date(2026, 7, 1), None)]),
        (broken, [(date(2025, 6, 1), date(2026, 7, 1)), (date(2026, 7, 2), None)]),
        (part, [(date(2026, 3, 1), None)]),
    ):
        for starts_on, ends_on in spans:
            exemptions.grant(session, person.id, "sick", "李", starts_on, ends_on, decided_by=None)
    assert exemptions.throughout(session, *year) == {whole.id}


def test_an_entry_remembers_which_exemption_it_came_from(session: Session) -> None:
    town = a_township(session)
    leave = a_leave(session, a_person(session, town).id)
    listed = taken(session, town.path)
    entry = session.scalar(sa.select(RosterEntry).where(RosterEntry.roster_id == listed.id))
    assert entry.exemption_id == leave.id
