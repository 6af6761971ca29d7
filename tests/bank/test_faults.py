"""题目有误: said, held out of new papers, settled, answered."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank import faults, queries
from studyhall.bank.models import FaultReport, Question, QuestionVersion
from studyhall.core.access import Actor, Permission, Role
from studyhall.core.errors import Missing, Refused
from studyhall.people.models import Unit
from tests.factories import a_bank, a_law, a_person, a_question, a_township, an_actor


@pytest.fixture
def township(session: Session) -> Unit:
    return a_township(session)


@pytest.fixture
def cadre(session: Session, township: Unit) -> Actor:
    return an_actor(session, a_person(session, township))


@pytest.fixture
def admin(session: Session, township: Unit) -> Actor:
    return an_actor(session, a_person(session, township, roles=[(Role.ADMIN, township)]))


@pytest.fixture
def version(session: Session) -> QuestionVersion:
    law = a_law(session).law_id
    return a_question(session, a_bank(session), law)


def dealable(session: Session, township: Unit, version: QuestionVersion) -> bool:
    law_id = session.get_one(Question, version.question_id).law_id
    found = queries.dealable(session, township.path, [law_id], ["single"])
    return version.id in {one.version_id for one in found}


def test_a_reported_question_goes_into_no_new_paper_until_settled(
    session: Session, township: Unit, cadre: Actor, admin: Actor, version: QuestionVersion
) -> None:
    assert dealable(session, township, version)
    faults.report(session, cadre, version.id, "key", "应该是B")
    assert not dealable(session, township, version)
    assert faults.settle(session, admin, version.question_id, "right", "条文写的是A。") == 1
    assert dealable(session, township, version)


def test_a_retired_question_stays_out(
    session: Session, township: Unit, cadre: Actor, admin: Actor, version: QuestionVersion
) -> None:
    faults.report(session, cadre, version.id, "law", "")
    faults.settle(session, admin, version.question_id, "retired", "")
    assert not dealable(session, township, version)


def test_saying_it_twice_is_one_report(session: Session, cadre: Actor, version: QuestionVersion) -> None:
    faults.report(session, cadre, version.id, "key", "一")
    faults.report(session, cadre, version.id, "wording", "二")
    report = session.scalars(sa.select(FaultReport)).one()
    assert (report.reason, report.text) == ("wording", "二")


def test_a_report_without_a_reason_is_refused(
    session: Session, cadre: Actor, version: QuestionVersion
) -> None:
    with pytest.raises(Refused):
        faults.report(session, cadre, version.id, "", "不知道")


def test_everybody_who_said_it_reads_the_reply(
    session: Session, township: Unit, cadre: Actor, admin: Actor, version: QuestionVersion
) -> None:
    other = an_actor(session, a_person(session, township))
    for one in (cadre, other):
        faults.report(session, one, version.id, "key", "")
    assert faults.settle(session, admin, version.question_id, "mended", "改好了。") == 2
    assert [said.reply for said, _stem in faults.own(session, other.person_id)] == ["改好了。"]


def test_an_admin_elsewhere_finds_nothing(session: Session, cadre: Actor, version: QuestionVersion) -> None:
    elsewhere = a_township(session, "T2")
    stranger = an_actor(session, a_person(session, elsewhere, roles=[(Role.ADMIN, elsewhere)]))
    faults.report(session, cadre, version.id, "key", "")
    assert faults.waiting(session, stranger.reach(Permission.KEEP_BANK)) == []
    with pytest.raises(Missing):
        faults.settle(session, stranger, version.question_id, "right", "")


def test_the_list_groups_by_question_longest_waiting_first(
    session: Session, cadre: Actor, admin: Actor, version: QuestionVersion
) -> None:
    faults.report(session, cadre, version.id, "key", "")
    (only,) = faults.waiting(session, admin.reach(Permission.KEEP_BANK))
    assert only.version.id == version.id and len(only.said) == 1
    assert faults.count_waiting(session, admin.reach(Permission.KEEP_BANK)) == 1
