"""The ground both sides stand on: a migrated database with a township, a contest of 20 questions, people."""

from __future__ import annotations

import secrets
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from studyhall import migrations
from studyhall.auth import devices
from studyhall.bank.asked import asked
from studyhall.bank.loading import load_directory
from studyhall.bank.models import QuestionVersion
from studyhall.core import clock, resources
from studyhall.core.db import Database
from studyhall.library.models import Law
from studyhall.people import roster, units
from studyhall.people.models import Category, LoginSession, Membership, Person, UnitKind
from studyhall.people.names import sort_key
from studyhall.quizzes import publishing
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.upkeep import keep_up

DAY = date(2026, 1, 1)


@dataclass(frozen=True)
class Sitter:
    person_id: int
    token: str


@dataclass(frozen=True)
class Ground:
    database: Database
    assessment_id: int
    code: str
    sitters: tuple[Sitter, ...]


@contextmanager
def a_database(server: str | None) -> Iterator[Database]:
    """Empty and migrated: an SQLite file of its own, or a database of its own on this PostgreSQL server."""
    if server is None:
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
            migrations.upgrade(database)
            yield database
            database.close()
        return
    url = sa.engine.make_url(server)
    name = f"studyhall_bench_{uuid.uuid4().hex[:8]}"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    database = Database(url.set(database=name).render_as_string(hide_password=False))
    try:
        migrations.upgrade(database)
        yield database
    finally:
        database.close()
        with admin.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
        admin.dispose()


def prepare(database: Database, people: int) -> Ground:
    """One contest, open now, for so many people, each signed in on a phone."""
    now = clock.now()
    with database.writing() as session:
        township = units.open_unit(session, "T1", "一个乡", UnitKind.TOWNSHIP, None, DAY)
        villages = [
            units.open_unit(session, f"V{n:02d}", f"{n}村", UnitKind.VILLAGE, township, DAY, n)
            for n in range(20)
        ]
        load_directory(session, resources.question_bank())
        ids = session.scalars(
            sa.insert(Person).returning(Person.id),
            [
                {"staff_no": f"P{n:06d}", "name": "巴特尔", "name_sort": sort_key("巴特尔"),
                 "must_change_password": False, "created_at": now, "type_size": "normal"}
                for n in range(people)
            ],
        ).all()  # fmt: skip
        session.execute(
            sa.insert(Membership),
            [
                {"person_id": person_id, "unit_id": villages[n % 20].id, "category": Category.VILLAGE,
                 "starts_on": DAY, "counts": True}
                for n, person_id in enumerate(ids)
            ],
        )  # fmt: skip
        sitters = tuple(Sitter(person_id, secrets.token_urlsafe(32)) for person_id in ids)
        session.execute(
            sa.insert(LoginSession),
            [
                # Seen in the future, so that no request has to note that it saw the device.
                {"person_id": one.person_id, "token_hash": devices.token_hash(one.token), "device": "一部手机",
                 "created_at": now, "last_seen_at": now + timedelta(days=1)}
                for one in sitters
            ],
        )  # fmt: skip
        laws = {law.short_title: law.id for law in session.scalars(sa.select(Law))}
        chosen = ("民法典", "信访工作条例", "保守国家秘密法", "宪法", "国家安全法")
        lines = tuple(
            Line(laws[law], kind, count, worth)
            for kind, count, worth in (("single", 2, 400), ("multiple", 1, 600), ("judge", 1, 600))
            for law in chosen
        )
        assessment = publishing.draft(
            session,
            None,
            township,
            publishing.Setup(
                kind="contest", title="一月月月赛", counts_for=(now.year, now.month),
                opens_at=now + timedelta(seconds=1), closes_at=now + timedelta(days=3), minutes=60,
                attempts_allowed=1, counting_rule="best", pass_percent=60, excellent_percent=90,
                partial_rule="half", reveal="after_hand_in", lines=lines,
                rule=roster.Rule((township.path,), (Category.VILLAGE,)),
            ),
            now,
        )  # fmt: skip
        publishing.publish(session, None, assessment, now)
        assessment_id, code = assessment.id, assessment.code
    keep_up(database, now + timedelta(seconds=2))
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
    return Ground(database, assessment_id, code, sitters)


def know_the_questions(database: Database) -> None:
    """As a server does that has run for some minutes: every question has been shown to somebody."""
    with database.reading() as session:
        asked(session, session.scalars(sa.select(QuestionVersion.id)).all())
