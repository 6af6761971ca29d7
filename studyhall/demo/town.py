"""Building the demo township: the same day gives the same town, a second start keeps what is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.loading import load_directory
from studyhall.core import audit, clock, resources, settings
from studyhall.core.db import Database
from studyhall.core.errors import Refused
from studyhall.core.periods import Month
from studyhall.demo import contests, evenings, meetings, names, people
from studyhall.demo.actors import named
from studyhall.demo.scenes import Scene, play
from studyhall.people import units
from studyhall.people.models import Unit, UnitKind
from studyhall.quizzes.upkeep import keep_up

PASSWORD = "xuefa-demo-2026"  # noqa: S105
"""Known to everybody: refused anywhere but on a demo, which listens on loopback only."""

_MARK = "site.demo"


@dataclass(frozen=True)
class Login:
    role: str
    label: str
    name: str
    staff_no: str
    password: str = PASSWORD


@dataclass(frozen=True)
class Shown:
    """What `studyhall demo` tells about the town."""

    year: int
    month: Month
    open_assessment: int
    logins: tuple[Login, ...]


def open_town(database: Database, now: datetime) -> Shown:
    """The town as it is, or built first where the database is empty.

    Raises Refused for a database that holds anything but a demo.
    """
    with database.reading() as session:
        populated = session.scalar(sa.select(sa.exists().select_from(Unit)))
        if populated and not is_demo(session):
            raise Refused("这个数据库里是真实数据，不能当演示用。请换一个，或不设 STUDYHALL_DATABASE_URL。")
    if not populated:
        _build(database, now)
    keep_up(database, now)
    with database.reading() as session:
        return _shown(session, now)


def tell_address(database: Database, url: str) -> None:
    """Where the demo is served now: notices and QR codes lead there. One that somebody typed stays."""
    with database.reading() as session:
        root = units.root(session)
        known = settings.settings_for(session, root.path).address
    if known != url and (not known or known.startswith("http://127.0.0.1:")):
        with database.writing() as session:
            settings.set_value(session, root.id, root.path, "address", url)


def is_demo(session: Session) -> bool:
    return bool(session.scalar(sa.select(sa.exists().where(audit.AuditEvent.action == _MARK))))


def refuse_demo(database: Database) -> None:
    """Raises Refused for a demo: its passwords are known to everybody."""
    with database.reading() as session:
        if is_demo(session):
            raise Refused("这是演示数据，密码人人知道，不能用 serve 开放。请用 studyhall demo。")


def _build(database: Database, now: datetime) -> None:
    """The last full calendar year, then this one up to midnight: the same all day long, whatever the hour."""
    today = clock.day_of(now)
    midnight = clock.start_of(today)
    year = today.year - 1
    first_day = date(year - 1, 12, 1)
    scenes = [
        Scene(clock.start_of(first_day), partial(_found, first_day=first_day, year=year)),
        *_moves(year),
        *contests.scenes_of_past_year(year),
        *meetings.scenes_of_year(year, midnight),
        *meetings.scenes_of_year(today.year, midnight),
        *_this_year(today, midnight),
        *evenings.scenes(today),
        Scene(midnight, partial(meetings.plan_next, today=today)),
    ]
    play(database, scenes, midnight)


def _found(session: Session, *, first_day: date, year: int) -> None:
    root = units.open_unit(session, names.ROOT_CODE, names.ROOT_NAME, UnitKind.TOWNSHIP, None, first_day)
    audit.record(session, None, _MARK, f"unit:{root.id}", names.ROOT_NAME, unit_path=root.path)
    people.settle(session, root, first_day, year, PASSWORD)
    load_directory(session, resources.question_bank())
    meetings.begin_series(session, date(year, 1, 1))


def _moves(year: int) -> list[Scene]:
    """Transfers, a merged village, a retirement, and who was away for a while."""

    def on(month: int, day: int) -> date:
        return date(year, month, day)

    found: list[tuple[date, partial[None]]] = [
        (on(4, 1), partial(people.merge_village, day=on(4, 1))),
        (on(7, 1), partial(people.retire, name=names.RETIRED[1], day=on(7, 1))),
    ]
    home = {name: unit.code for unit in names.UNITS for name in unit.people}
    for name, (_, day) in names.TRANSFERRED.items():
        found.append((on(*day), partial(people.move, name=name, code=home[name], day=on(*day))))
    for name, reason, first, until in names.AWAY:
        happens = partial(people.go_away, name=name, reason=reason, first=on(*first), until=on(*until))
        found.append((on(*first), happens))
    return [Scene(clock.at_local(day, 8, 30), happens) for day, happens in found]


def _this_year(today: date, midnight: datetime) -> list[Scene]:
    """The months so far, and a contest that opened six days ago and is open for four more."""
    this_month = Month.of(today)
    found: list[Scene] = []
    for number in range(1, today.month):
        window = contests.past_window(Month(today.year, number))
        sit = partial(contests.sit_mostly, share=0.97)
        found += contests.contest(window, sit, window.closes_at)
    opens_on = today - timedelta(days=6)
    window = contests.Window(
        this_month, clock.at_local(opens_on, 9), clock.at_local(opens_on + timedelta(days=10), 18)
    )
    found += contests.contest(window, partial(contests.sit_mostly, share=0.86), midnight)
    found.append(
        Scene(window.opens_at + timedelta(hours=1), partial(contests.exempt_on_leave, window=window))
    )
    for name, reason in names.ON_LEAVE.items():
        first = (
            max(opens_on - timedelta(days=20), date(today.year, 1, 1))
            if opens_on.year == today.year
            else opens_on
        )
        happens = partial(people.go_away, name=name, reason=reason, first=first, until=None)
        found.append(Scene(clock.at_local(first, 8, 40), happens))
    return found


def _shown(session: Session, now: datetime) -> Shown:
    today = clock.day_of(now)
    roles: Iterable[tuple[str, str, str]] = (
        ("cadre", "干部  ", names.CADRE),
        ("leader", "领导  ", names.LEADER),
        ("admin", "管理员", names.ADMIN),
        ("auditor", "审计  ", names.AUDITOR),
    )
    logins = tuple(Login(role, label, name, named(session, name).staff_no) for role, label, name in roles)
    return Shown(today.year - 1, Month.of(today), contests.open_contest(session, now), logins)
