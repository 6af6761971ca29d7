"""Who may do what, and where: permissions, the roles that carry them, and the reach of a role.

Every view names its permission with `require` (or says `open_to_all`); a view that names none is refused,
and a test walks all routes. What a person may *see* is a Reach: the parts of the unit tree his grants cover.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

View = TypeVar("View", bound=Callable[..., Any])


class Permission(StrEnum):
    SIT_PAPERS = "sit_papers"
    SEE_OWN_RECORD = "see_own_record"
    READ_LAWS = "read_laws"
    SEND_FEEDBACK = "send_feedback"
    SEE_FIGURES = "see_figures"
    SEE_PEOPLE = "see_people"
    SEE_SCORES = "see_scores"
    SET_PAPERS = "set_papers"
    KEEP_BANK = "keep_bank"
    KEEP_PEOPLE = "keep_people"
    KEEP_STUDY = "keep_study"
    GRANT_ROLES = "grant_roles"
    KEEP_SETTINGS = "keep_settings"
    READ_FEEDBACK = "read_feedback"
    READ_AUDIT = "read_audit"


class Role(StrEnum):
    CADRE = "cadre"
    ADMIN = "admin"
    LEADER = "leader"
    AUDITOR = "auditor"
    COUNTY = "county"


_OWN = frozenset(
    {Permission.SIT_PAPERS, Permission.SEE_OWN_RECORD, Permission.READ_LAWS, Permission.SEND_FEEDBACK}
)

GRANTED: dict[Role, frozenset[Permission]] = {
    Role.CADRE: _OWN,
    Role.LEADER: _OWN | {Permission.SEE_FIGURES, Permission.SEE_PEOPLE, Permission.SEE_SCORES},
    Role.ADMIN: _OWN
    | {
        Permission.SEE_FIGURES,
        Permission.SEE_PEOPLE,
        Permission.SEE_SCORES,
        Permission.SET_PAPERS,
        Permission.KEEP_BANK,
        Permission.KEEP_PEOPLE,
        Permission.KEEP_STUDY,
        Permission.GRANT_ROLES,
        Permission.KEEP_SETTINGS,
        Permission.READ_FEEDBACK,
    },
    Role.AUDITOR: _OWN | {Permission.READ_AUDIT, Permission.SEE_FIGURES},
    # The county sees sums of its townships, never a person's score.
    Role.COUNTY: _OWN | {Permission.SEE_FIGURES, Permission.GRANT_ROLES},
}


@dataclass(frozen=True)
class Grant:
    """A role over a unit and all below it."""

    role: Role
    unit_id: int
    unit_path: str
    """The codes from the root to this unit, each followed by a slash: `65/6542/01/`."""


@dataclass(frozen=True)
class Reach:
    """The parts of the unit tree in which somebody holds one permission."""

    paths: tuple[str, ...]

    def covers(self, path: str) -> bool:
        return any(path.startswith(own) for own in self.paths)

    def within(self, column: Any) -> ColumnElement[bool]:
        """The SQL twin of `covers`. A path ends in a slash, so 01 never covers 011."""
        return sa.or_(sa.false(), *(column.startswith(own, autoescape=True) for own in self.paths))

    def owners(self) -> frozenset[str]:
        """The paths of these units and of every unit above them: whose things they may use."""
        return frozenset(above for path in self.paths for above in paths_above(path))

    def __bool__(self) -> bool:
        return bool(self.paths)


def paths_above(path: str) -> list[str]:
    """`a/b/c/` → `a/`, `a/b/`, `a/b/c/`."""
    codes = path.rstrip("/").split("/")
    return ["/".join(codes[: depth + 1]) + "/" for depth in range(len(codes))]


@dataclass(frozen=True)
class Actor:
    """Who is asking: one person with the roles he holds today, loaded once a request."""

    person_id: int
    staff_no: str
    name: str
    unit_name: str
    unit_path: str
    login_session_id: int
    must_change_password: bool
    type_size: str
    grants: tuple[Grant, ...]

    def can(self, permission: Permission) -> bool:
        return permission in _OWN or any(permission in GRANTED[grant.role] for grant in self.grants)

    def reach(self, permission: Permission) -> Reach:
        """Where this permission holds. Nested grants are folded into the widest."""
        return Reach(tuple(_widest(g.unit_path for g in self.grants if permission in GRANTED[g.role])))

    def has_role(self, role: Role) -> bool:
        return any(grant.role is role for grant in self.grants)


def _widest(paths: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for path in sorted(set(paths), key=len):
        if not any(path.startswith(above) for above in kept):
            kept.append(path)
    return kept


def require(permission: Permission) -> Callable[[View], View]:
    """Declare what a view needs. The check itself sits in one place before every request."""

    def declare(view: View) -> View:
        view.studyhall_permission = permission  # type: ignore[attr-defined]
        return view

    return declare


def open_to_all(view: View) -> View:
    """For the few pages that are read before login."""
    view.studyhall_permission = None  # type: ignore[attr-defined]
    return view


def declared_permission(view: Callable[..., Any]) -> Permission | None:
    """The permission a view has named, None if it is open to all.

    Raises LookupError where it has named none: such a view is a mistake and is never served.
    """
    try:
        permission: Permission | None = view.studyhall_permission  # type: ignore[attr-defined]
    except AttributeError:
        raise LookupError(f"{view.__module__}.{view.__name__} names no permission") from None
    return permission
