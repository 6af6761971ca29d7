"""The list of people: by unit with those below, by category and role, searched by name, pinyin, initials, number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from studyhall.core.access import Reach, Role
from studyhall.core.errors import Missing
from studyhall.people import accounts, exemptions, names, roles
from studyhall.people.memberships import holds_on
from studyhall.people.models import Category, Exemption, Membership, Person, RoleGrant, Unit

PAGE = 50
SHOWN = ("all", "exempt", "lent", "no_password", "locked", "left")


@dataclass(frozen=True)
class Wish:
    """What the list is asked for."""

    unit: Unit | None
    kind: str = ""
    """Only units of this kind directly below `unit`, with all below them."""
    words: str = ""
    show: str = "all"
    category: str = ""
    role: str = ""
    by_unit: bool = False
    page: int = 1


@dataclass(frozen=True)
class Entry:
    """One line of the list."""

    person: Person
    membership: Membership
    unit: Unit
    roles: tuple[str, ...] = ()
    exemption: Exemption | None = None
    coming: Membership | None = None
    """Where he will count from a later day on."""
    lent: Membership | None = None
    """Where he is beside, without counting there."""
    wrong_passwords: int = 0


@dataclass(frozen=True)
class Listing:
    entries: tuple[Entry, ...]
    count: int
    counts: dict[str, int]
    """By `SHOWN`, in the unit asked for, before search and the other filters."""
    page: int
    namesakes: frozenset[str]

    @property
    def pages(self) -> int:
        return max((self.count + PAGE - 1) // PAGE, 1)


def listing(session: Session, reach: Reach, wish: Wish, now: datetime, today: date) -> Listing:
    """One page of people within one's reach. Raises Missing for a way to show that there is not."""
    if wish.show not in SHOWN or (wish.category and wish.category not in set(Category)):
        raise Missing
    locked = accounts.locked_accounts(session, now)
    marks = _marks(today, locked)
    places = _places(reach, wish, today, left=False)
    counts = _counts(session, places, marks)
    gone = _places(reach, wish, today, left=True)
    counts["left"] = session.scalar(sa.select(sa.func.count()).select_from(gone)) or 0
    chosen = gone if wish.show == "left" else places
    query = (
        sa.select(Person, Membership, Unit)
        .join(chosen, chosen.c.person_id == Person.id)
        .join(Membership, Membership.id == chosen.c.membership_id)
        .join(Unit, Unit.id == Membership.unit_id)
    )
    if wish.show in marks:
        query = query.where(marks[wish.show])
    for condition in _sought(wish, today):
        query = query.where(condition)
    count = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    order = (Unit.path, Person.name_sort) if wish.by_unit else (Person.name_sort, Person.staff_no)
    rows = session.execute(query.order_by(*order).limit(PAGE).offset((wish.page - 1) * PAGE)).all()
    entries = _entries(session, [(p, m, u) for p, m, u in rows], locked, today)
    return Listing(tuple(entries), count, counts, wish.page, _namesakes(session, places, rows))


def _inside(reach: Reach, wish: Wish) -> sa.ColumnElement[bool]:
    within = reach.within(Unit.path)
    if wish.unit is None:
        return within
    below = Unit.path.startswith(wish.unit.path, autoescape=True)
    if wish.kind:
        top = aliased(Unit)
        below = sa.exists().where(
            top.parent_id == wish.unit.id,
            top.kind == wish.kind,
            sa.func.substr(Unit.path, 1, sa.func.length(top.path)) == top.path,
        )
    return sa.and_(within, below)


def _places(reach: Reach, wish: Wish, today: date, *, left: bool) -> sa.Subquery:
    """One membership a person: the one by which he stands in the list. `left`: of those who are gone."""
    lasting = sa.or_(Membership.ends_on.is_(None), Membership.ends_on > today)
    order = (
        sa.case((holds_on(today), 0), else_=1),
        sa.case((Membership.counts, 0), else_=1),
        Membership.starts_on.desc() if left else Membership.starts_on,
        Membership.id,
    )
    ranked = (
        sa.select(
            Membership.person_id,
            Membership.id.label("membership_id"),
            sa.func.row_number().over(partition_by=Membership.person_id, order_by=order).label("place"),
        )
        .join(Unit, Unit.id == Membership.unit_id)
        .join(Person, Person.id == Membership.person_id)
        .where(_inside(reach, wish), Person.merged_into_id.is_(None))
    )
    if left:
        again, its_unit = aliased(Membership), aliased(Unit)
        ranked = ranked.where(
            ~sa.exists().where(
                again.person_id == Membership.person_id,
                again.unit_id == its_unit.id,
                reach.within(its_unit.path),
                sa.or_(again.ends_on.is_(None), again.ends_on > today),
            )
        )
    else:
        ranked = ranked.where(lasting)
    found = ranked.subquery()
    return sa.select(found.c.person_id, found.c.membership_id).where(found.c.place == 1).subquery()


def _marks(today: date, locked: dict[str, int]) -> dict[str, sa.ColumnElement[bool]]:
    """What the filters ask of a person."""
    return {
        "exempt": sa.exists().where(Exemption.person_id == Person.id, exemptions.covers(today)),
        "lent": sa.exists(
            sa.select(1)
            .select_from(_other := aliased(Membership))
            .where(
                _other.person_id == Person.id,
                _other.counts.is_(False),
                sa.or_(_other.ends_on.is_(None), _other.ends_on > today),
            )
        ),
        "no_password": sa.or_(Person.password_hash.is_(None), Person.must_change_password),
        "locked": sa.func.upper(Person.staff_no).in_(locked),
    }


def _counts(
    session: Session, places: sa.Subquery, marks: dict[str, sa.ColumnElement[bool]]
) -> dict[str, int]:
    row = session.execute(
        sa.select(sa.func.count(), *(sa.func.sum(sa.case((mark, 1), else_=0)) for mark in marks.values()))
        .select_from(places)
        .join(Person, Person.id == places.c.person_id)
    ).one()
    return {"all": row[0]} | {name: int(count or 0) for name, count in zip(marks, row[1:], strict=True)}


def _sought(wish: Wish, today: date) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wish.category:
        found.append(Membership.category == wish.category)
    if wish.role == Role.CADRE:
        found.append(~sa.exists().where(RoleGrant.person_id == Person.id, roles.holds_on(today)))
    elif wish.role:
        found.append(
            sa.exists().where(
                RoleGrant.person_id == Person.id, RoleGrant.role == wish.role, roles.holds_on(today)
            )
        )
    if wish.words:
        found.append(matches(wish.words))
    return found


def matches(words: str) -> sa.ColumnElement[bool]:
    """SQL: the name, its pinyin or initials begin with these words, or the staff number holds them."""
    plain = names.tidy(words).casefold()
    letters = plain.replace(" ", "")
    begins = Person.name_search.startswith(letters, autoescape=True)
    later = Person.name_search.contains(" " + letters, autoescape=True)
    number = sa.func.upper(Person.staff_no).contains(letters.upper(), autoescape=True)
    if not letters.isascii():
        return sa.or_(Person.name_search.contains(plain, autoescape=True), number)
    return sa.or_(begins, later, number)


def _entries(
    session: Session,
    rows: Sequence[tuple[Person, Membership, Unit]],
    locked: dict[str, int],
    today: date,
) -> list[Entry]:
    ids = [person.id for person, _, _ in rows]
    held: dict[int, list[str]] = defaultdict(list)
    others: dict[int, list[Membership]] = defaultdict(list)
    for grant in session.scalars(
        sa.select(RoleGrant)
        .where(RoleGrant.person_id.in_(ids), roles.holds_on(today))
        .order_by(RoleGrant.role)
    ):
        if roles.LABELS[grant.as_role] not in held[grant.person_id]:
            held[grant.person_id].append(roles.LABELS[grant.as_role])
    for membership in session.scalars(
        sa.select(Membership)
        .where(
            Membership.person_id.in_(ids), sa.or_(Membership.ends_on.is_(None), Membership.ends_on > today)
        )
        .order_by(Membership.starts_on)
        .options(sa.orm.joinedload(Membership.unit))
    ):
        others[membership.person_id].append(membership)
    exempt = exemptions.on_day(session, today, ids)
    entries = []
    for person, membership, unit in rows:
        rest = [one for one in others[person.id] if one.id != membership.id]
        entries.append(
            Entry(
                person,
                membership,
                unit,
                tuple(held[person.id]),
                exempt.get(person.id),
                next((one for one in rest if one.counts and one.starts_on > today), None),
                next((one for one in rest if not one.counts and one.starts_on <= today), None),
                locked.get(person.staff_no.upper(), 0),
            )
        )
    return entries


def _namesakes(session: Session, places: sa.Subquery, rows: Sequence[object]) -> frozenset[str]:
    """Of the names on this page those that somebody else in the list has too."""
    shown = [row[0].name for row in rows]  # type: ignore[index]
    return frozenset(
        session.scalars(
            sa.select(Person.name)
            .join(places, places.c.person_id == Person.id)
            .where(Person.name.in_(shown))
            .group_by(Person.name)
            .having(sa.func.count() > 1)
        )
    )


def namesakes(session: Session, reach: Reach, name: str, today: date) -> list[tuple[Person, Unit]]:
    """People of this name who are, or will be, in a unit within one's reach."""
    rows = session.execute(
        sa.select(Person, Unit)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(
            Person.name == name,
            reach.within(Unit.path),
            sa.or_(Membership.ends_on.is_(None), Membership.ends_on > today),
        )
        .order_by(Person.staff_no)
    )
    return [(person, unit) for person, unit in rows]
