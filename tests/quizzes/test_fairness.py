"""Exemptions, late additions, more time, a longer window: each with words, none of it by half."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import Actor, Role
from studyhall.core.audit import AuditEvent
from studyhall.core.errors import Missing, Refused
from studyhall.people.models import Person, RosterEntry, Unit
from studyhall.quizzes import fairness, taking, upkeep
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment, Result
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, an_actor, an_assessment


@dataclass
class Office:
    township: Unit
    admin: Actor
    cadre: Person
    assessment: Assessment
    entry: RosterEntry


@pytest.fixture
def office(session: Session) -> Office:
    township = a_township(session)
    boss = a_person(session, township, name="刘志远", roles=[(Role.ADMIN, township)])
    cadre = a_person(session, township, name="曾小兰")
    law = a_law(session).law_id
    a_bank_of(session, law, single=8)
    assessment = an_assessment(session, township, [Line(law, "single", 2, 400)])
    return Office(township, an_actor(session, boss), cadre, assessment, entry_of(session, assessment, cadre))


def entry_of(session: Session, assessment: Assessment, person: Person) -> RosterEntry:
    return session.scalars(
        sa.select(RosterEntry).where(
            RosterEntry.roster_id == assessment.roster_id, RosterEntry.person_id == person.id
        )
    ).one()


def result_of(session: Session, entry: RosterEntry) -> Result:
    return session.scalars(sa.select(Result).where(Result.roster_entry_id == entry.id)).one()


def sit(session: Session, office: Office, person: Person) -> None:
    actor = an_actor(session, person)
    attempt = taking.begin(session, actor, office.assessment, NOON)
    sheet = taking.own_sheet(session, attempt.id, actor, lock=True)
    taking.save(session, sheet, actor, 1, ["A"], NOON)
    taking.hand_in(session, attempt.id, actor, NOON)


def exempt(session: Session, office: Office, approver: str = "李文生") -> RosterEntry:
    return fairness.exempt(session, office.admin, office.assessment, office.entry.id, "sick", approver)


def test_an_exempt_person_is_no_longer_due(session: Session, office: Office) -> None:
    exempt(session, office)
    assert office.entry.state == "exempt" and not office.entry.after_close
    assert not result_of(session, office.entry).due


def test_an_exemption_after_closing_is_marked(session: Session, office: Office) -> None:
    with clock.standing_at(office.assessment.closes_at + timedelta(days=1)):
        assert exempt(session, office).after_close


def test_nobody_is_exempted_after_taking_part(session: Session, office: Office) -> None:
    sit(session, office, office.cadre)
    with pytest.raises(Refused, match="已经参加"):
        exempt(session, office)
    assert result_of(session, office.entry).due


@pytest.mark.parametrize(("code", "approver"), [("sick", " "), ("holiday", "李文生"), ("", "李文生")])
def test_an_exemption_needs_a_reason_and_an_approver(
    session: Session, office: Office, code: str, approver: str
) -> None:
    with pytest.raises(Refused):
        fairness.exempt(session, office.admin, office.assessment, office.entry.id, code, approver)
    assert office.entry.state == "due"


def test_taking_an_exemption_back_makes_due_again(session: Session, office: Office) -> None:
    exempt(session, office)
    fairness.take_back_exemption(session, office.admin, office.assessment, office.entry.id)
    assert office.entry.state == "due" and result_of(session, office.entry).due


def test_an_entry_of_another_roster_is_not_found(session: Session, office: Office) -> None:
    other = an_assessment(
        session, office.township, [Line(office.assessment.lines[0].law_id, "single", 1, 400)]
    )
    with pytest.raises(Missing):
        fairness.exempt(session, office.admin, other, office.entry.id, "sick", "李文生")


def test_a_newcomer_is_added_with_words_and_can_sit(session: Session, office: Office) -> None:
    newcomer = a_person(session, office.township, name="新来的")
    entry = fairness.add_late(session, office.admin, office.assessment, newcomer.id, "5月18日调入", "李文生")
    assert entry.added_late and result_of(session, entry).due
    sit(session, office, newcomer)
    assert result_of(session, entry).took_part


def test_nobody_is_added_twice_nor_from_elsewhere_nor_without_words(session: Session, office: Office) -> None:
    elsewhere = a_person(session, a_township(session, "T2"), name="别乡的")
    newcomer = a_person(session, office.township, name="新来的")
    with pytest.raises(Refused, match="已经在名册里"):
        fairness.add_late(session, office.admin, office.assessment, office.cadre.id, "调入", "李文生")
    with pytest.raises(Missing):
        fairness.add_late(session, office.admin, office.assessment, elsewhere.id, "调入", "李文生")
    with pytest.raises(Refused, match="事由"):
        fairness.add_late(session, office.admin, office.assessment, newcomer.id, "", "李文生")


def allow(session: Session, office: Office, minutes: int, attempts: int) -> None:
    fairness.allow(
        session, office.admin, office.assessment, office.entry.id,
        minutes=minutes, attempts=attempts, reason="停电", approver="李文生",
    )  # fmt: skip


def test_more_time_moves_a_running_deadline_and_later_ones(session: Session, office: Office) -> None:
    actor = an_actor(session, office.cadre)
    attempt = taking.begin(session, actor, office.assessment, NOON)
    allow(session, office, 10, 1)
    session.refresh(attempt)
    assert attempt.deadline == NOON + timedelta(minutes=40)
    taking.hand_in(session, attempt.id, actor, NOON)
    again = taking.begin(session, actor, office.assessment, NOON)
    assert (again.number, again.deadline) == (2, NOON + timedelta(minutes=40))


def test_granting_nothing_is_refused(session: Session, office: Office) -> None:
    with pytest.raises(Refused):
        allow(session, office, 0, 0)


def test_a_longer_window_gives_back_the_time_it_had_cut_off(session: Session, office: Office) -> None:
    closes = office.assessment.closes_at
    actor = an_actor(session, office.cadre)
    with clock.standing_at(closes - timedelta(minutes=5)):
        attempt = taking.begin(session, actor, office.assessment, clock.now())
        assert attempt.deadline == closes
        fairness.extend(session, office.admin, office.assessment, closes + timedelta(days=1), "停电一天")
    session.refresh(attempt)
    assert attempt.deadline == closes + timedelta(minutes=25)


def test_a_window_is_never_shortened(session: Session, office: Office) -> None:
    with pytest.raises(Refused):
        fairness.extend(
            session, office.admin, office.assessment, office.assessment.closes_at - timedelta(hours=1), "早点"
        )


def test_each_of_these_leaves_a_line(session: Session, office: Office) -> None:
    exempt(session, office)
    fairness.take_back_exemption(session, office.admin, office.assessment, office.entry.id)
    allow(session, office, 5, 0)
    actions = session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.id.desc()).limit(3)).all()
    assert actions == ["assessment.allowed", "roster.exemption_ended", "roster.exempted"]


def test_whom_somebody_put_on_the_list_by_hand_stays_on_it_at_opening(
    session: Session, office: Office
) -> None:
    newcomer = a_person(session, office.township, name="新来的", starts_on=NOON.date())
    entry = fairness.add_late(session, office.admin, office.assessment, newcomer.id, "调入", "李文生")
    upkeep.freeze_roster(session, office.assessment.id, NOON)
    assert office.assessment.roster.frozen_at == NOON
    assert entry_of(session, office.assessment, newcomer).id == entry.id
    assert result_of(session, entry).due
