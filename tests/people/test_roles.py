"""Nobody gives or takes above his own role or scope; the last administrator stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import GRANTED, Grant, Permission, Role
from studyhall.core.db import Database
from studyhall.core.errors import Refused
from studyhall.people import keeping, role_matrix, roles
from studyhall.people.models import LoginSession, Person, RoleGrant, UnitKind
from tests.factories import LONG_AGO, a_person, a_township, a_unit, an_actor

TODAY = date(2026, 5, 20)


@pytest.mark.parametrize(
    ("own", "over", "role", "path", "kind", "may"),
    [
        (Role.ADMIN, "C/T1/", Role.LEADER, "C/T1/V/", "village", True),
        (Role.ADMIN, "C/T1/", Role.ADMIN, "C/T1/", "township", True),
        (Role.ADMIN, "C/T1/", Role.AUDITOR, "C/T1/", "township", True),
        (Role.ADMIN, "C/T1/", Role.ADMIN, "C/", "county", False),
        (Role.ADMIN, "C/T1/", Role.ADMIN, "C/T11/", "township", False),
        (Role.ADMIN, "C/T1/", Role.COUNTY, "C/T1/", "township", False),
        (Role.ADMIN, "C/", Role.COUNTY, "C/", "county", True),
        (Role.ADMIN, "C/T1/V/", Role.LEADER, "C/T1/", "township", False),
        (Role.COUNTY, "C/", Role.ADMIN, "C/T1/", "township", True),
        (Role.COUNTY, "C/", Role.ADMIN, "C/T1/V/", "village", False),
        (Role.COUNTY, "C/", Role.LEADER, "C/T1/", "township", False),
        (Role.COUNTY, "C/", Role.ADMIN, "C/", "county", False),
        (Role.LEADER, "C/", Role.LEADER, "C/T1/", "township", False),
        (Role.AUDITOR, "C/", Role.AUDITOR, "C/T1/", "township", False),
        (Role.ADMIN, "C/", Role.CADRE, "C/T1/", "township", False),
    ],
)
def test_who_may_give_what(own: Role, over: str, role: Role, path: str, kind: str, may: bool) -> None:
    assert roles.may_give([Grant(own, 1, over)], role, path, kind) is may


def test_nobody_gives_himself_a_role(session: Session) -> None:
    town = a_township(session)
    admin = a_person(session, town, roles=[(Role.ADMIN, town)])
    with pytest.raises(Refused, match="不能给自己"):
        roles.give(session, an_actor(session, admin), admin, Role.AUDITOR, town, TODAY, None)


def test_the_last_administrator_stays(session: Session) -> None:
    town = a_township(session)
    first = a_person(session, town, roles=[(Role.ADMIN, town)])
    grant = session.scalar(sa.select(RoleGrant))
    with pytest.raises(Refused, match="最后一位管理员"):
        roles.end(session, an_actor(session, first), grant, TODAY, now_ended=True)
    second = a_person(session, town)
    roles.give(session, an_actor(session, first), second, Role.ADMIN, town, LONG_AGO, None)
    roles.end(session, an_actor(session, second), grant, TODAY, now_ended=True)


def test_an_administrator_above_is_enough(session: Session) -> None:
    county = a_unit(session, "C", kind=UnitKind.COUNTY)
    town = a_township(session, "T1", county)
    boss = a_person(session, county, roles=[(Role.ADMIN, county)])
    a_person(session, town, roles=[(Role.ADMIN, town)])
    grant = session.scalar(sa.select(RoleGrant).where(RoleGrant.unit_id == town.id))
    roles.end(session, an_actor(session, boss), grant, TODAY, now_ended=True)
    assert grant.ends_on == TODAY


def test_an_administrator_whose_role_will_end_is_not_enough(session: Session) -> None:
    town = a_township(session)
    first = a_person(session, town, roles=[(Role.ADMIN, town)])
    second = a_person(session, town)
    roles.give(session, None, second, Role.ADMIN, town, LONG_AGO, date(2026, 6, 1))
    grant = session.scalar(sa.select(RoleGrant).where(RoleGrant.person_id == first.id))
    with pytest.raises(Refused, match="最后一位"):
        roles.end(session, None, grant, TODAY, now_ended=True)


def test_the_last_administrator_cannot_leave_either(session: Session) -> None:
    town = a_township(session)
    admin = a_person(session, town, roles=[(Role.ADMIN, town)])
    with pytest.raises(Refused, match="最后一位管理员"):
        keeping.let_go(session, None, admin, TODAY)


def test_leaving_ends_roles_and_devices(session: Session) -> None:
    town = a_township(session)
    leader = a_person(session, town, roles=[(Role.LEADER, town)])
    an_actor(session, leader)
    keeping.let_go(session, None, leader, clock.today())
    assert session.scalar(sa.select(RoleGrant.ends_on)) == TODAY
    assert session.scalar(sa.select(sa.func.count()).where(LoginSession.ended_at.is_(None))) == 0


def test_a_role_ended_signs_its_holder_out(session: Session) -> None:
    town = a_township(session)
    a_person(session, town, roles=[(Role.ADMIN, town)])
    leader = a_person(session, town, roles=[(Role.LEADER, town)])
    an_actor(session, leader)
    grant = session.scalar(sa.select(RoleGrant).where(RoleGrant.person_id == leader.id))
    roles.end(session, None, grant, TODAY, now_ended=True)
    session.flush()
    ended = session.scalar(sa.select(LoginSession.ended_at).where(LoginSession.person_id == leader.id))
    assert ended is not None


def test_whoever_stands_above_is_above(session: Session) -> None:
    county = a_unit(session, "C", kind=UnitKind.COUNTY)
    town = a_township(session, "T1", county)
    boss = a_person(session, town, roles=[(Role.ADMIN, county)])
    admin = a_person(session, town, roles=[(Role.ADMIN, town)])
    actor = an_actor(session, admin)
    assert roles.above(session, actor, boss.id, TODAY)
    assert not roles.above(session, actor, a_person(session, town).id, TODAY)


@pytest.mark.parametrize("act", role_matrix.MATRIX, ids=lambda act: str(act.label))
def test_the_matrix_says_what_the_program_does(act: role_matrix.Act) -> None:
    own = {Permission.SIT_PAPERS, Permission.SEE_OWN_RECORD}
    for role, word in zip(role_matrix.COLUMNS, act.words, strict=True):
        may = act.permission is not None and (act.permission in own or act.permission in GRANTED[role])
        # Everybody sees his own score; nobody is thereby shown another's.
        if act.permission is Permission.SEE_SCORES and role is Role.CADRE:
            assert word == "本人"
        else:
            assert bool(word) is may, role


@pytest.mark.parametrize(
    ("role", "path", "whose"),
    [(Role.ADMIN, "/audit", "审计"), (Role.LEADER, "/settings", "管理员"), (None, "/people", "管理员、领导")],
)
def test_a_page_for_others_says_whose_it_is(
    client_for: Callable[[Person], FlaskClient],
    sqlite_database: Database,
    role: Role | None,
    path: str,
    whose: str,
) -> None:
    """An administrator was told to ask the administrator."""
    with sqlite_database.writing() as session:
        office = a_township(session)
        person = a_person(session, office, roles=[(role, office)] if role else [])
    answer = client_for(person).get(path)
    assert answer.status_code == 403
    assert f"这里只给{whose}用。要办事，请找他们。" in answer.text
