"""Every report page of a county: 10,000 people in 200 units, a contest each month for five years.

    python benchmarks/county.py
    python benchmarks/county.py --postgres postgresql+psycopg://postgres@127.0.0.1/postgres

600,000 results of monthly contests, the last of them open and with its papers; in the month before it each
of the 20 townships held a contest of its own as well. For each page: how many statements it makes, CPU,
how large the answer is, and the most memory that Python held for it at once.
"""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]

import ground
import measuring
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from studyhall.auth import devices
from studyhall.bank.loading import load_directory
from studyhall.core import clock, resources
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.core.periods import Month
from studyhall.people import roster, units
from studyhall.people.models import (
    Category,
    LoginSession,
    Membership,
    Person,
    RoleGrant,
    Roster,
    RosterEntry,
    Unit,
    UnitKind,
)
from studyhall.quizzes.models import Assessment
from studyhall.site import create_app
from studyhall.study.models import Attendance, SelfStudy, Series, SessionSeries, StudySession

DAY = date(2015, 1, 1)
PEOPLE, TOWNS, BELOW, MONTHS = 10_000, 20, 179, 60
"""1 county, 20 townships and 179 villages and stations: 200 units."""
MEETINGS, ATTENDED = 28, 40
"""Lectures a township holds in a year, and how many are due at one."""


@dataclass(frozen=True)
class County:
    database: Database
    month: Month
    """The month of the open contest."""
    contest_id: int
    tokens: dict[str, str]
    """By role: admin, leader and county of the county, `clerk` of one township."""


def build(database: Database) -> County:
    now = clock.now()
    this = Month.of(clock.day_of(now))
    with database.writing() as session:
        county, towns, leaves = _units(session)
        places = [leaves[n * len(leaves) // PEOPLE] for n in range(PEOPLE)]
        people = _people(session, places, now)
        members = list(zip(people, places, strict=True))
        contest_id = 0
        for back in range(MONTHS - 1, -1, -1):
            month = this.plus(-back)
            contest_id = _contest(session, county, members, month, now)
            if back == 1:
                for town in towns:
                    own = [(p, u) for p, u in members if u.path.startswith(town.path)]
                    _contest(session, town, own, month, now)
        load_directory(session, resources.question_bank())
        _papers(session, contest_id, now)
        for year in (this.year - 1, this.year):
            for town in towns:
                own = [(p, u) for p, u in members if u.path.startswith(town.path)]
                _lectures(session, town, own, year, now)
            _self_study(session, members, year, now)
        tokens = {
            name: _signed_in(session, person, unit, role, now)
            for name, person, unit, role in (
                ("admin", people[0], county, Role.ADMIN),
                ("leader", people[1], county, Role.LEADER),
                ("county", people[2], county, Role.COUNTY),
                ("clerk", people[3], towns[0], Role.ADMIN),
            )
        }
    with database.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")
    return County(database, this, contest_id, tokens)


def _units(session: Session) -> tuple[Unit, list[Unit], list[Unit]]:
    county = units.open_unit(session, "C", "赤柳县", UnitKind.COUNTY, None, DAY)
    towns = [
        units.open_unit(session, f"T{n:02d}", f"第{n}乡", UnitKind.TOWNSHIP, county, DAY, n)
        for n in range(TOWNS)
    ]
    leaves = []
    for n in range(BELOW):
        town = towns[n * TOWNS // BELOW]
        leaves.append(
            units.open_unit(session, f"{town.code}-{n:03d}", f"第{n}村", UnitKind.VILLAGE, town, DAY, n)
        )
    return county, towns, leaves


def _people(session: Session, places: list[Unit], now: datetime) -> list[int]:
    people = session.scalars(
        sa.insert(Person).returning(Person.id, sort_by_parameter_order=True),
        [
            {"staff_no": f"P{n:06d}", "name": f"干部{n}", "name_sort": f"ganbu {n:06d}", "name_search": f"ganbu{n}",
             "must_change_password": False, "created_at": now, "type_size": "normal", "notice_seen_at": now}
            for n in range(len(places))
        ],
    ).all()  # fmt: skip
    session.execute(
        sa.insert(Membership),
        [
            {"person_id": person, "unit_id": unit.id, "category": Category.VILLAGE, "starts_on": DAY, "counts": True}
            for person, unit in zip(people, places, strict=True)
        ],
    )  # fmt: skip
    return list(people)


def _roster(session: Session, owner: Unit, members: list[tuple[int, Unit]], day: date, now: datetime) -> int:
    """One in fifty is exempt."""
    rule = roster.Rule((owner.path,), (Category.VILLAGE,))
    listed = Roster(rule=rule.as_json(), as_of=day, frozen_at=now)
    session.add(listed)
    session.flush()
    rows: list[dict[str, Any]] = []
    for person, unit in members:
        exempt = person % 50 == 0
        rows.append(
            {"roster_id": listed.id, "person_id": person, "unit_id": unit.id, "unit_path": unit.path,
             "unit_name": unit.name, "category": Category.VILLAGE, "staff_no": f"P{person:06d}", "name": f"干部{person}",
             "name_sort": f"ganbu {person:06d}", "state": "exempt" if exempt else "due",
             "reason_code": "sick" if exempt else None, "approver": "李文生" if exempt else None,
             "decided_at": now if exempt else None, "after_close": False, "added_late": False}
        )  # fmt: skip
    session.execute(sa.insert(RosterEntry), rows)
    return listed.id


def _contest(
    session: Session, owner: Unit, members: list[tuple[int, Unit]], month: Month, now: datetime
) -> int:
    """From the 5th to the 20th, or, in this month, still open; nine in ten have taken part."""
    opens = clock.at_local(month.first, 9) + timedelta(days=4)
    closes = clock.at_local(month.first, 18) + timedelta(days=19)
    if month == Month.of(clock.day_of(now)):
        opens, closes = now - timedelta(days=2), now + timedelta(days=2)
    roster_id = _roster(session, owner, members, clock.day_of(opens), now)
    contest = Assessment(
        code=f"c{roster_id:07d}", kind="contest", title=f"{month.year}年{month.number}月{owner.name}月月赛",
        owner_unit_id=owner.id, roster_id=roster_id, counts_for_year=month.year, counts_for_month=month.number,
        opens_at=opens, closes_at=closes, minutes=30, created_at=opens, published_at=opens,
    )  # fmt: skip
    session.add(contest)
    session.flush()
    took, score = "e.state = 'due' AND (e.person_id * 7 + :n) % 10 > 0", "(e.person_id * 13 + :n) % 60 + 41"
    session.execute(
        sa.text(
            'INSERT INTO result (assessment_id, roster_entry_id, person_id, unit_id, due, took_part, score, "full",'
            " passed, excellent, final_took_part, final_score, final_full, final_passed, final_excellent, seconds,"
            " handed_in_at, source)"
            f" SELECT :a, e.id, e.person_id, e.unit_id, e.state = 'due', {took},"
            f" CASE WHEN {took} THEN ({score}) * 100 END, CASE WHEN {took} THEN 10000 END,"
            f" {took} AND {score} >= 60, {took} AND {score} >= 90, {took},"
            f" CASE WHEN {took} THEN ({score}) * 100 END, CASE WHEN {took} THEN 10000 END,"
            f" {took} AND {score} >= 60, {took} AND {score} >= 90, 600, :at, 'here'"
            " FROM roster_entry e WHERE e.roster_id = :r"
        ).bindparams(sa.bindparam("at", type_=Assessment.opens_at.type)),
        {"a": contest.id, "r": roster_id, "at": opens + timedelta(hours=1), "n": month.number},
    )
    return contest.id


def _papers(session: Session, contest_id: int, now: datetime) -> None:
    """Twenty questions dealt to each who took part, seven in ten answered right."""
    session.execute(
        sa.text(
            "INSERT INTO attempt (assessment_id, person_id, result_id, number, seed, started_at, deadline,"
            ' granted_seconds, device_number, handed_in_at, closed_by, seconds, answered, score, "full")'
            " SELECT assessment_id, person_id, id, 1, 1, :at, :at, 0, 1, :at, 'person', 600, 20, score, \"full\""
            " FROM result WHERE assessment_id = :a AND took_part"
        ).bindparams(sa.bindparam("at", type_=Assessment.opens_at.type)),
        {"a": contest_id, "at": now - timedelta(days=1)},
    )
    versions = session.scalars(
        sa.text("SELECT id FROM question_version WHERE kind IN ('single', 'judge') ORDER BY id")
    ).all()
    for position in range(1, 21):
        session.execute(
            sa.text(
                "INSERT INTO attempt_item (attempt_id, position, version_id, option_order, worth, answer, flagged,"
                " save_no, points) SELECT id, :p, :low + (person_id * 17 + :p * 31) % :span, 'ABCD', 500, 'A', false, 1,"
                " CASE WHEN (person_id + :p) % 10 < 7 THEN 500 ELSE 0 END FROM attempt WHERE assessment_id = :a"
            ),
            {"a": contest_id, "p": position, "low": versions[0], "span": min(len(versions), 400)},
        )


def _lectures(
    session: Session, town: Unit, members: list[tuple[int, Unit]], year: int, now: datetime
) -> None:
    """逢九必讲 of one township in one year: a different forty each time, twenty-five of them come."""
    series = session.scalar(sa.select(Series).where(Series.owner_unit_id == town.id))
    if series is None:
        series = Series(owner_unit_id=town.id, code="nine", name="逢九必讲", rhythm="month_days",
                        rhythm_days=[9, 19, 29], starts_on=DAY)  # fmt: skip
        session.add(series)
        session.flush()
    days = [
        date(year, month, day) for month in range(1, 13) for day in (9, 19, 29) if (month, day) != (2, 29)
    ]
    for number, day in enumerate(days[:MEETINGS]):
        if day > clock.day_of(now):
            break
        start = number * ATTENDED % len(members)
        roster_id = _roster(session, town, (members + members)[start : start + ATTENDED], day, now)
        meeting = StudySession(
            owner_unit_id=town.id, held_on=day, state="held", topic="学一部法律", basis="", place="会议室", host="",
            speaker="", roster_id=roster_id, proceedings="", created_at=now, recorded_at=now, called_at=now,
        )  # fmt: skip
        session.add(meeting)
        session.flush()
        session.add(SessionSeries(session_id=meeting.id, series_id=series.id, due_on=day))
        entries = session.scalars(sa.select(RosterEntry.id).where(RosterEntry.roster_id == roster_id)).all()
        session.execute(
            sa.insert(Attendance),
            [
                {"session_id": meeting.id, "roster_entry_id": entry, "updated_at": now,
                 "state": "present" if place < 25 else "leave" if place < 33 else "absent"}
                for place, entry in enumerate(entries)
            ],
        )  # fmt: skip


def _self_study(session: Session, members: list[tuple[int, Unit]], year: int, now: datetime) -> None:
    session.execute(
        sa.insert(SelfStudy),
        [
            {"person_id": person, "unit_id": unit.id, "unit_path": unit.path, "studied_on": date(year, month, 3),
             "law_title": "民法典", "article": 0, "sub_article": 0, "created_at": now}
            for person, unit in members if person % 10 for month in (3, 6)
        ],
    )  # fmt: skip


def _signed_in(session: Session, person_id: int, unit: Unit, role: Role, now: datetime) -> str:
    token = f"token-of-{role}-{unit.code}-{person_id}"
    session.add(RoleGrant(person_id=person_id, unit_id=unit.id, role=role, starts_on=DAY))
    session.add(
        LoginSession(
            person_id=person_id, token_hash=devices.token_hash(token), device="一台电脑", created_at=now,
            # Seen in the future, so that no request has to note that it saw the device.
            last_seen_at=now + timedelta(days=1),
        )
    )  # fmt: skip
    return token


@contextmanager
def statements(engine: sa.Engine) -> Iterator[list[str]]:
    """Every statement sent meanwhile."""
    found: list[str] = []

    def one_more(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    sa.event.listen(engine, "before_cursor_execute", one_more)
    try:
        yield found
    finally:
        sa.event.remove(engine, "before_cursor_execute", one_more)


@dataclass(frozen=True)
class Visit:
    """One page: who asks, where, and the form it sends, if any."""

    who: str
    what: str
    path: str
    form: dict[str, str] | None = None


def visits(county: County) -> list[Visit]:
    month, before, year = county.month, county.month.plus(-1), county.month.year
    behind = f"/reports/assessments/{county.contest_id}"
    coverage = f"/reports/year/{year}/behind/study.coverage"
    return [
        Visit("leader", "home of the county's leader", "/"),
        Visit("county", "home of the county's office", "/"),
        Visit("admin", "home of the county's admin", "/"),
        Visit("clerk", "home of a township's admin", "/"),
        Visit("admin", "month, one contest", f"/reports/month/{month}"),
        Visit("admin", "month, one contest, names in the reminder", f"/reports/month/{month}?names=1"),
        Visit("admin", "month, 21 contests", f"/reports/month/{before}"),
        Visit("clerk", "month of a township", f"/reports/month/{month}"),
        Visit("admin", "month on paper", f"/reports/month/{month}/print"),
        Visit("admin", "people behind a number, first page", f"{behind}/due"),
        Visit("admin", "people behind a number, last page", f"{behind}/due?page=196"),
        Visit("admin", "the missing", f"{behind}/missing"),
        Visit("admin", "year", f"/reports/year/{year}"),
        Visit("county", "year, without names", f"/reports/year/{year - 1}"),
        Visit("clerk", "year of a township", f"/reports/year/{year}"),
        Visit("admin", "unit × month", f"/reports/year/{year}/months"),
        Visit("admin", "behind the coverage, first page", f"{coverage}/numerator"),
        Visit("admin", "behind the coverage, last page", f"{coverage}/denominator?page=200"),
        Visit("admin", "behind the contests", f"/reports/year/{year}/behind/contest.participation/denominator"),
        Visit("admin", "behind the contests, far on",
              f"/reports/year/{year}/behind/contest.participation/denominator?page=2000"),
        Visit("admin", "behind the attendance", f"/reports/year/{year}/behind/study.attendance/rest"),
        Visit("admin", "month as Excel", f"/reports/month/{month}/export", {"unit": "C"}),
        Visit("admin", "month as Word", f"/reports/month/{month}/export", {"unit": "C", "as": "word"}),
        Visit("admin", "year as Excel", f"/reports/year/{year}/export", {"unit": "C"}),
        Visit("admin", "year as Word", f"/reports/year/{year}/export", {"unit": "C", "as": "word"}),
    ]  # fmt: skip


@dataclass(frozen=True)
class Seen:
    statements: int
    seconds: float
    kilobytes: int
    megabytes_held: float


def look(client: FlaskClient, visit: Visit, county: County, cpu: measuring.Cpu, rounds: int) -> Seen:
    def ask() -> int:
        send: Callable[..., Any] = client.get if visit.form is None else client.post
        answer = send(visit.path, **({} if visit.form is None else {"data": visit.form}))
        if answer.status_code != 200:
            raise SystemExit(f"{visit.path}: {answer.status_code}\n{answer.text[:2000]}")
        size = sum(len(chunk) for chunk in answer.iter_encoded())
        answer.close()
        return size

    ask()
    with statements(county.database.engine) as sent:
        size = ask()
    spent = []
    for _ in range(rounds):
        begun = cpu.now()
        ask()
        spent.append(cpu.now() - begun)
    tracemalloc.start()
    ask()
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return Seen(len(sent), statistics.median(spent), size // 1024, held / 1e6)


def measure(county: County, rounds: int, only: str) -> str:
    app = create_app(county.database, SECRET_KEY="benchmark", TESTING=True, WTF_CSRF_ENABLED=False)
    clients = {}
    for name, token in county.tokens.items():
        clients[name] = app.test_client()
        with clients[name].session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
    cpu = measuring.Cpu(county.database.engine)
    kind = "SQLite" if county.database.is_sqlite else "PostgreSQL"
    rows = [f"| {kind} | statements | ms CPU | KB | MB held |", "|---|---|---|---|---|"]
    for visit in visits(county):
        if only in visit.what:
            seen = look(clients[visit.who], visit, county, cpu, rounds)
            rows.append(
                f"| {visit.what} | {seen.statements} | {seen.seconds * 1000:.0f} | {seen.kilobytes} "
                f"| {seen.megabytes_held:.1f} |"
            )
            print(rows[-1], file=sys.stderr, flush=True)
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgres", metavar="URL")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="only pages with this in their name")
    options = parser.parse_args()
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory() as home:
        os.environ["STUDYHALL_HOME"] = home
        with ground.a_database(options.postgres) as database:
            print(measure(build(database), options.rounds, options.only))


if __name__ == "__main__":
    main()
