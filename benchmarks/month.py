"""The month's figures of a township and of a county against the bare SQL sum, at two sizes of the table.

    python benchmarks/month.py
    python benchmarks/month.py --postgres postgresql+psycopg://postgres@127.0.0.1/postgres --sizes 100000 1000000

The table of results is filled with other contests until it has so many rows; the contest asked about is one of
88 people in a township of 20 villages, then one of 10,032 people in a county of 114 townships. The bare sum is
one GROUP BY by unit over the same rows and nothing else.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]

import ground
import measuring
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.db import Database
from studyhall.core.periods import Month
from studyhall.people import roster, units
from studyhall.people.models import Category, Roster, RosterEntry, Unit, UnitKind
from studyhall.people.models import Person as PersonRow
from studyhall.quizzes.models import Assessment, Result
from studyhall.reports.month import month_report
from studyhall.reports.tallies import counts_by_row

DAY = date(2020, 1, 1)
TOWNSHIP, COUNTY = 88, 10_032
MONTH = Month(2026, 5)
GOALS = {"township": 2.0, "county": 1.5}
TIMES = {"township": 40, "county": 4}
"""How often a round asks, so that a round is long enough to be measured."""
PATTERN_YEAR = 2019
"""The contests that only fill the table count for this year."""

_result = cast(sa.Table, Result.__table__)
_entry = cast(sa.Table, RosterEntry.__table__)
_unit = cast(sa.Table, Unit.__table__)


@dataclass(frozen=True)
class Asked:
    unit_id: int
    assessment_id: int
    as_of: datetime


def build(database: Database) -> dict[str, Asked]:
    """A county of 114 townships with 20 villages each; contests of the township and of the county this month."""
    now = clock.now()
    with database.writing() as session:
        county = units.open_unit(session, "C", "县", UnitKind.COUNTY, None, DAY)
        villages: list[Unit] = []
        towns = []
        for number in range(114):
            town = units.open_unit(
                session, f"T{number:03d}", f"{number}乡", UnitKind.TOWNSHIP, county, DAY, number
            )
            towns.append(town)
            rows = [
                {"code": f"T{number:03d}-{n:02d}", "name": f"{n}村", "kind": UnitKind.VILLAGE, "parent_id": town.id,
                 "path": f"{town.path}T{number:03d}-{n:02d}/", "opened_on": DAY, "position": n}
                for n in range(20)
            ]  # fmt: skip
            session.execute(sa.insert(Unit), rows)
        villages = list(
            session.scalars(sa.select(Unit).where(Unit.kind == UnitKind.VILLAGE).order_by(Unit.path))
        )
        session.execute(
            sa.insert(PersonRow),
            [
                {"staff_no": f"P{n:06d}", "name": f"干部{n}", "name_sort": f"ganbu {n:06d}", "must_change_password": False,
                 "created_at": now, "type_size": "normal"}
                for n in range(COUNTY)
            ],
        )  # fmt: skip
        people = list(session.scalars(sa.select(PersonRow.id).order_by(PersonRow.id)))
        session.flush()
        small = _contest(session, towns[0], people[:TOWNSHIP], villages[:20], now)
        large = _contest(session, county, people, villages, now)
        return {"township": Asked(towns[0].id, small, now), "county": Asked(county.id, large, now)}


def _contest(
    session: Session, owner: Unit, people: list[int], where: list[Unit], now: datetime, *, counts: bool = True
) -> int:
    """A contest that is open, with its roster and results; nine in ten have taken part."""
    rule = roster.Rule((owner.path,), (Category.VILLAGE,))
    listed = Roster(rule=rule.as_json(), as_of=clock.day_of(now), frozen_at=now)
    session.add(listed)
    session.flush()
    assessment = Assessment(
        code=f"c{listed.id:07d}", kind="contest", title="月月赛", owner_unit_id=owner.id, roster_id=listed.id,
        counts_for_year=MONTH.year if counts else PATTERN_YEAR, counts_for_month=MONTH.number, opens_at=now - timedelta(days=2),
        closes_at=now + timedelta(days=2), minutes=30, created_at=now, published_at=now,
    )  # fmt: skip
    session.add(assessment)
    session.flush()
    spread = [where[n * len(where) // len(people)] for n in range(len(people))]
    session.execute(
        sa.insert(RosterEntry),
        [
            {"roster_id": listed.id, "person_id": person, "unit_id": unit.id, "unit_path": unit.path,
             "unit_name": unit.name, "category": Category.VILLAGE, "staff_no": f"P{person:06d}", "name": f"干部{person}",
             "name_sort": f"ganbu {person:06d}", "state": "due", "after_close": False, "added_late": False}
            for person, unit in zip(people, spread, strict=True)
        ],
    )  # fmt: skip
    session.execute(
        sa.text(
            'INSERT INTO result (assessment_id, roster_entry_id, person_id, unit_id, due, took_part, score, "full",'
            " passed, excellent, final_took_part, final_score, final_full, final_passed, final_excellent, seconds,"
            " handed_in_at, source) SELECT :a, e.id, e.person_id, e.unit_id, true, e.id % 10 > 0,"
            " CASE WHEN e.id % 10 > 0 THEN (e.id % 60 + 41) * 100 END, CASE WHEN e.id % 10 > 0 THEN 10000 END,"
            " e.id % 10 > 0 AND e.id % 60 > 18, e.id % 10 > 0 AND e.id % 60 > 48, e.id % 10 > 0,"
            " CASE WHEN e.id % 10 > 0 THEN (e.id % 60 + 41) * 100 END, CASE WHEN e.id % 10 > 0 THEN 10000 END,"
            " e.id % 10 > 0 AND e.id % 60 > 18, e.id % 10 > 0 AND e.id % 60 > 48, 600, :at, 'here'"
            " FROM roster_entry e WHERE e.roster_id = :r"
        ),
        {"a": assessment.id, "r": listed.id, "at": now},
    )
    return assessment.id


def fill(database: Database, size: int) -> None:
    """Other contests of the whole county, of years ago, until there are so many results.

    The first is made row by row and the others are copied from it within the database, in one transaction and
    with the plain indexes put back afterwards: ten million rows take minutes, not hours.
    """
    with _loading(database) as session:
        missing = size - (session.scalar(sa.select(sa.func.count()).select_from(Result)) or 0)
        if missing > 0:
            pattern = _pattern(session)
            indexes = [one for table in (_result, _entry) for one in table.indexes]
            for index in indexes:
                index.drop(session.connection())
            while missing > 0:
                missing -= _copy(session, pattern, missing)
            for index in indexes:
                index.create(session.connection())
    with database.engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")


@contextmanager
def _loading(database: Database) -> Iterator[Session]:
    """A transaction for very many rows; on SQLite without a WAL, in which each page would have to be looked for."""
    if not database.is_sqlite:
        with database.writing() as session:
            yield session
        return
    database.engine.dispose()
    plain = sa.create_engine(database.engine.url)
    event.listen(plain, "connect", _for_loading)
    with Session(plain) as session:
        yield session
        session.commit()
    plain.dispose()


def _for_loading(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode = DELETE", "synchronous = OFF", "cache_size = -600000"):
        connection.execute(f"PRAGMA {pragma}")


def _pattern(session: Session) -> Assessment:
    """A contest of the whole county in 2019; made when it is first asked for."""
    found = session.scalar(
        sa.select(Assessment)
        .where(Assessment.counts_for_year == PATTERN_YEAR)
        .order_by(Assessment.id)
        .limit(1)
    )
    if found is not None:
        return found
    county = session.scalars(sa.select(Unit).where(Unit.parent_id.is_(None))).one()
    people = list(session.scalars(sa.select(PersonRow.id).order_by(PersonRow.id)))
    where = list(session.scalars(sa.select(Unit).where(Unit.kind == UnitKind.VILLAGE).order_by(Unit.path)))
    made = _contest(session, county, people, where, clock.now(), counts=False)
    return session.get_one(Assessment, made)


def _copy(session: Session, pattern: Assessment, at_most: int) -> int:
    """One more contest with the roster and the results of the pattern, so many rows of it at most."""
    listed = Roster(rule=pattern.roster.rule, as_of=pattern.roster.as_of, frozen_at=pattern.roster.frozen_at)
    session.add(listed)
    session.flush()
    values = {
        column.name: getattr(pattern, column.key)
        for column in sa.inspect(Assessment).columns
        if column.name not in ("id", "code", "roster_id")
    }
    code = f"c{listed.id:07d}"
    made = session.execute(
        sa.insert(Assessment).values(**values, code=code, roster_id=listed.id).returning(Assessment.id)
    ).scalar_one()
    for table, asked, changed in (
        (_entry, _entry.c.roster_id == pattern.roster_id, {"roster_id": sa.literal(listed.id)}),
        (
            _result,
            _result.c.assessment_id == pattern.id,
            {"assessment_id": sa.literal(made), "roster_entry_id": _entry_of(listed.id)},
        ),
    ):
        names = [column.name for column in table.c if column.name != "id"]
        rows = [changed.get(name, table.c[name]).label(name) for name in names]
        copied = sa.select(*rows).where(asked).order_by(table.c.id).limit(at_most)
        written = session.execute(sa.insert(table).from_select(names, copied))
    return cast(sa.CursorResult[Any], written).rowcount


def _entry_of(roster_id: int) -> sa.ScalarSelect[int]:
    """The entry in the copied roster of the person whose result is copied."""
    return (
        sa.select(_entry.c.id)
        .where(_entry.c.roster_id == roster_id, _entry.c.person_id == _result.c.person_id)
        .correlate(_result)
        .scalar_subquery()
    )


BARE = (
    sa.select(
        _result.c.unit_id,
        sa.func.count().filter(_result.c.due),
        sa.func.count().filter(_result.c.took_part),
        sa.func.count().filter(_result.c.passed),
        sa.func.count().filter(_result.c.excellent),
        sa.func.sum(_result.c.score),
    )
    .where(
        _result.c.assessment_id == sa.bindparam("assessment_id"),
        _result.c.unit_id.in_(sa.select(_unit.c.id).where(_unit.c.path.startswith(sa.bindparam("path")))),
    )
    .group_by(_result.c.unit_id)
)


def bare(database: Database, asked: Asked, path: str) -> Any:
    with database.engine.connect() as connection:
        return connection.execute(BARE, {"assessment_id": asked.assessment_id, "path": path}).all()


def figures(database: Database, unit: Unit, contest: Assessment) -> Any:
    """What the month's figures are made of: the counts of each row of the page, which has unit and contest."""
    with database.reading() as session:
        return counts_by_row(session, [contest], unit)


def report(database: Database, asked: Asked) -> Any:
    """The whole report of the page: every contest of the month, a row a unit, the names of the missing."""
    with database.reading() as session:
        return month_report(session, MONTH, session.get_one(Unit, asked.unit_id), asked.as_of)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgres", metavar="URL")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=measuring.ROUNDS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["STUDYHALL_HOME"] = home
        with ground.a_database(options.postgres) as database:
            asked = build(database)
            cpu = measuring.Cpu(database.engine)
            lines = []
            for size in options.sizes:
                fill(database, size)
                lines.extend(_measure(database, asked, cpu, size, options.rounds))
            print(measuring.table("PostgreSQL" if options.postgres else "SQLite", lines))
            if len(options.sizes) > 1:
                _growth(lines)


def _measure(
    database: Database, asked: dict[str, Asked], cpu: measuring.Cpu, size: int, rounds: int
) -> list[measuring.Line]:
    lines = []
    for name, one in asked.items():
        with database.reading() as session:
            unit = session.get_one(Unit, one.unit_id)
            contest = session.get_one(Assessment, one.assessment_id)
        times = TIMES[name]

        def repeat(work: Any, times: int = times) -> Any:
            def run(_round: int) -> int:
                for _ in range(times):
                    work()
                return times

            return run

        cells = [
            measuring.Cell(f"bare {name}", repeat(lambda one=one, unit=unit: bare(database, one, unit.path))),
            measuring.Cell(f"figures {name}", repeat(lambda u=unit, c=contest: figures(database, u, c))),
            measuring.Cell(f"report {name}", repeat(lambda one=one: report(database, one))),
        ]
        measuring.take_turns(cells, cpu, rounds)
        people = TOWNSHIP if name == "township" else COUNTY
        where = f"{name} of {people:,} in {size:,} results"
        bare_each, figures_each, report_each = (cell.each for cell in cells)
        lines.append(measuring.Line(f"figures, {where}", bare_each, figures_each, GOALS[name]))
        lines.append(measuring.Line(f"(whole report, {where})", bare_each, report_each, float("inf")))
    return lines


def _growth(lines: list[measuring.Line]) -> None:
    """What a table ten times as large costs; the goal is at most 1.2 times."""
    half = len(lines) // 2
    for small, large in zip(lines[:half], lines[half:], strict=False):
        print(
            f"{large.what} / {small.what}: ours {large.ours / small.ours:.2f}, bare {large.bare / small.bare:.2f}"
        )


if __name__ == "__main__":
    main()
