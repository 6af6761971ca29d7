"""The demo township: as the report of 2023 has it, right on the days on which calendars go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from studyhall import migrations
from studyhall.core import clock, settings
from studyhall.core.db import Database
from studyhall.core.errors import Refused
from studyhall.core.figures import percent
from studyhall.core.periods import Month
from studyhall.demo import names, town
from studyhall.people import units
from studyhall.people.models import Person
from studyhall.quizzes.models import Assessment, Result, ScoreChange
from studyhall.reports.documents_year import year_document
from studyhall.reports.month import month_report
from studyhall.reports.year import YearReport, year_report
from studyhall.study.models import StudySession
from tests.factories import a_township
from tests.reports.year_count import Count

TODAY = date(2026, 11, 23)
AWKWARD = (date(2027, 1, 1), date(2028, 2, 29), date(2026, 12, 31))


def built(path: Path, today: date, hour: int = 11) -> Database:
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database)
    now = clock.at_local(today, hour)
    with clock.standing_at(now):
        town.open_town(database, now)
    return database


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = built(tmp_path_factory.mktemp("demo") / "demo.sqlite3", TODAY)
    yield database
    database.close()


def report(database: Database, today: date, year: int, unit: str = names.ROOT_CODE) -> YearReport:
    with database.reading() as session:
        return year_report(session, year, units.by_code(session, unit), clock.at_local(today, 12))


def check_past_year(database: Database, today: date) -> None:
    """What the demo promises of the last full calendar year."""
    year = today.year - 1
    found = report(database, today, year)
    value = {figure.key: figure for figure in found.figures}
    exam = value["exam.participation"]
    assert (exam.numerator, exam.denominator) == (88, 88)
    assert value["exam.pass.due"].numerator < 88 == value["exam.pass.due.with_make_up"].numerator
    assert percent(value["contest.participation"].value) == "98.0%"
    assert (value["study.sessions.centre_group"].numerator, value["study.sessions.nine"].numerator) == (2, 28)
    leap = date(year, 3, 1) - date(year, 2, 28) == timedelta(days=2)
    assert value["study.sessions.nine.due"].numerator == 35 + leap
    assert value["study.sessions.theory"].numerator > 20
    assert 400 <= value["study.person_times.nine"].numerator < 500
    coverage = value["study.coverage"]
    assert (coverage.numerator, coverage.denominator) == (88, 88)
    with database.reading() as session:
        months = [
            month_report(session, Month(year, number), found.unit, clock.at_local(today, 12)).assessments
            for number in range(1, 13)
        ]
        exams = session.scalars(
            sa.select(Assessment).where(Assessment.kind == "exam", Assessment.make_up_of.is_(None))
        ).all()
    contests = [one for month in months for one in month if one.assessment.kind == "contest"]
    assert len(contests) == 12 and len(exams) == 1
    assert len({(one.total.took_part, one.total.due) for one in contests}) == 12
    assert any(one.total.exempt_after_close for one in contests)
    assert "unexplained_day" in {one.rule for one in found.contradictions}


def test_the_past_year_is_the_reports_year(demo: Database) -> None:
    check_past_year(demo, TODAY)


def test_the_past_has_its_accidents(demo: Database) -> None:
    with demo.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ScoreChange)) > 0
        elsewhere = session.scalar(
            sa.select(sa.func.count()).select_from(Result).where(Result.source == "elsewhere")
        )
        assert 0 < elsewhere < 88
        late = [
            one
            for one in session.scalars(sa.select(StudySession).where(StudySession.recorded_at.is_not(None)))
            if clock.day_of(one.recorded_at) - one.held_on > timedelta(days=7)
        ]
        assert late


def test_the_open_contest_waits_for_the_cadre(demo: Database) -> None:
    now = clock.at_local(TODAY, 11)
    with clock.standing_at(now):
        shown = town.open_town(demo, now)
    with demo.reading() as session:
        contest = session.get_one(Assessment, shown.open_assessment)
        assert contest.is_open(now) and contest.counts_for == shown.month == Month.of(TODAY)
        cadre = session.scalar(
            sa.select(Result)
            .join(Person, Person.id == Result.person_id)
            .where(Result.assessment_id == contest.id, Person.name == names.CADRE)
        )
        assert cadre.due and not cadre.took_part
    assert shown.year == TODAY.year - 1


@pytest.mark.parametrize("code", [names.ROOT_CODE, "XQ", "JJ", names.MERGED_CODE])
@pytest.mark.parametrize("year", [TODAY.year - 1, TODAY.year])
def test_an_independent_count_agrees(demo: Database, year: int, code: str) -> None:
    found = report(demo, TODAY, year, code)
    with demo.reading() as session:
        counted = Count(session, year, code, clock.at_local(TODAY, 12)).figures()
    assert {f.key: (f.numerator, f.denominator, f.value) for f in found.figures} == counted


def test_a_second_start_keeps_what_is_there(demo: Database) -> None:
    def size() -> int:
        with demo.reading() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(Result))

    before = size()
    later = clock.at_local(TODAY + timedelta(days=2), 9)
    with clock.standing_at(later):
        town.open_town(demo, later)
    assert size() == before


def test_notices_lead_to_where_the_demo_is_served_unless_somebody_typed_another(demo: Database) -> None:
    def told() -> str:
        with demo.reading() as session:
            return settings.settings_for(session, units.root(session).path).address

    for url in ("http://127.0.0.1:8000", "http://127.0.0.1:8001"):
        town.tell_address(demo, url)
        assert told() == url
    with demo.writing() as session:
        root = units.root(session)
        settings.set_value(session, root.id, root.path, "address", "https://xuefa.example.cn")
    town.tell_address(demo, "http://127.0.0.1:8000")
    assert told() == "https://xuefa.example.cn"


@pytest.mark.slow
@pytest.mark.parametrize("today", AWKWARD)
def test_right_on_awkward_days(tmp_path: Path, today: date) -> None:
    database = built(tmp_path / "demo.sqlite3", today)
    check_past_year(database, today)
    with database.reading() as session:
        for year in (today.year - 1, today.year):
            counted = Count(session, year, names.ROOT_CODE, clock.at_local(today, 12)).figures()
            found = report(database, today, year)
            assert {f.key: (f.numerator, f.denominator, f.value) for f in found.figures} == counted
    database.close()


@pytest.mark.slow
def test_the_same_day_gives_the_same_town(demo: Database, tmp_path: Path) -> None:
    again = built(tmp_path / "again.sqlite3", TODAY, hour=23)

    def documents(database: Database) -> list[object]:
        moment: datetime = clock.at_local(TODAY, 12)
        with database.reading() as session:
            root = units.root(session)
            scores = session.execute(
                sa.select(Result.assessment_id, Result.person_id, Result.score, Result.seconds).order_by(
                    Result.assessment_id, Result.person_id
                )
            ).all()
            return [
                *(year_document(year_report(session, year, root, moment)) for year in (2025, 2026)),
                scores,
            ]

    assert documents(demo) == documents(again)
    again.close()


def test_a_real_database_is_refused(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        a_township(session)
    with pytest.raises(Refused):
        town.open_town(sqlite_database, clock.now())
