"""Reach: what Python says and what SQL says are the same, and 01 never covers 011 or 01-1."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from studyhall.core.access import (
    GRANTED,
    Actor,
    Grant,
    Permission,
    Reach,
    Role,
    declared_permission,
    open_to_all,
    paths_above,
    require,
)
from studyhall.people.models import Unit
from tests.factories import a_unit

PATHS = [
    "65/", "65/01/", "65/011/", "65/01-1/", "65/01/a/", "65/01/A/", "65/01/a-1/", "65/011/a/",
    "65/01-1/01/", "65/0/", "6/", "6/5/",
]  # fmt: skip

codes = st.from_regex(r"[A-Za-z0-9-]{1,4}", fullmatch=True)
paths = st.lists(codes, min_size=1, max_size=4).map(lambda parts: "/".join(parts) + "/")


def actor(*grants: tuple[Role, str]) -> Actor:
    held = tuple(Grant(role, number, path) for number, (role, path) in enumerate(grants, 1))
    return Actor(1, "P1", "巴特尔", "单位", "65/", 1, False, "normal", held)


def test_sql_and_python_agree_on_what_is_covered(session: Session) -> None:
    rows = sa.union_all(*(sa.select(sa.literal(path).label("path")) for path in PATHS)).subquery()
    for size in (0, 1, 2):
        for own in combinations(PATHS, size):
            reach = Reach(own)
            found = session.scalars(sa.select(rows.c.path).where(reach.within(rows.c.path)))
            assert set(found) == {path for path in PATHS if reach.covers(path)}, own


def test_units_01_011_and_01_1_stay_apart(session: Session) -> None:
    for code in ("01", "011", "01-1"):
        unit = a_unit(session, code)
        a_unit(session, f"{code}-x", unit)
    for code in ("01", "011", "01-1"):
        within = Reach((f"{code}/",)).within(Unit.path)
        found = set(session.scalars(sa.select(Unit.code).where(within)))
        assert found == {code, f"{code}-x"}


@given(paths, paths)
def test_a_reach_covers_the_units_below_and_no_other(own: str, path: str) -> None:
    assert Reach((own,)).covers(path) is (own in paths_above(path))


@given(paths)
def test_above_a_path_stands_each_of_its_beginnings(path: str) -> None:
    above = paths_above(path)
    assert above[-1] == path
    assert len(above) == path.count("/")
    assert all(longer.startswith(shorter) for shorter, longer in pairwise(above))


@given(st.lists(paths, max_size=5), paths)
def test_folding_grants_neither_adds_nor_loses_a_unit(own: list[str], path: str) -> None:
    reach = actor(*((Role.ADMIN, one) for one in own)).reach(Permission.SET_PAPERS)
    assert reach.covers(path) is Reach(tuple(own)).covers(path)
    assert bool(reach) is bool(own)


@given(st.lists(paths, min_size=1, max_size=4))
def test_one_may_use_what_units_above_own(own: list[str]) -> None:
    owners = Reach(tuple(own)).owners()
    for path in own:
        assert set(paths_above(path)) <= owners


def test_a_permission_reaches_only_where_its_role_is_held() -> None:
    both = actor((Role.ADMIN, "65/01/"), (Role.LEADER, "65/"))
    assert both.reach(Permission.SET_PAPERS) == Reach(("65/01/",))
    assert both.reach(Permission.SEE_FIGURES) == Reach(("65/",))


@pytest.mark.parametrize("permission", list(Permission))
def test_a_person_without_a_role_can_only_what_everybody_can(permission: Permission) -> None:
    assert actor().can(permission) is (permission in GRANTED[Role.CADRE])


@pytest.mark.parametrize("role", list(Role))
def test_every_role_can_what_a_cadre_can(role: Role) -> None:
    assert GRANTED[Role.CADRE] <= GRANTED[role]


def test_the_county_sees_sums_and_no_persons_score() -> None:
    assert not GRANTED[Role.COUNTY] & {Permission.SEE_SCORES, Permission.SEE_PEOPLE}


def test_a_view_that_names_no_permission_is_a_mistake() -> None:
    def view() -> None: ...

    with pytest.raises(LookupError, match="names no permission"):
        declared_permission(view)
    assert declared_permission(open_to_all(view)) is None
    assert declared_permission(require(Permission.READ_AUDIT)(view)) is Permission.READ_AUDIT
