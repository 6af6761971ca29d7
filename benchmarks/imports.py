"""5,000 questions of .xlsx: read, checked and previewed against reading the cells; landed against the rows.

    python benchmarks/imports.py [--questions 5000] [--rounds 5] [--json]

Reading runs in its child process, as for an upload: the child's CPU counts, its start too. Checking stands
beside a bank of as many other questions, of which one in twenty differs from one of the file by a letter.
The preview is the page as the admin gets it. The baselines read the same cells with the same library into
lists of strings, and insert as many rows of questions and versions as plain tuples into the same tables.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import secrets
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]

import sqlalchemy as sa
from ground import a_database
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from studyhall.auth import devices
from studyhall.bank import batch_opening, batches
from studyhall.bank.formats import sheet_out
from studyhall.bank.formats.sandbox import read_apart
from studyhall.bank.models import ImportBatch, Question, QuestionVersion
from studyhall.bank.record import Kind, Record, lettered
from studyhall.core import clock, sandbox
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people import units
from studyhall.people.models import (
    Category,
    LoginSession,
    Membership,
    Person,
    RoleGrant,
    Unit,
    UnitKind,
)
from studyhall.people.names import sort_key
from studyhall.site import create_app

DAY = date(2020, 1, 1)
GOALS = {"read, checked, previewed": 12.0, "landed": 6.0}


ASKED = {
    "新": "{about}向镇政府申请办理第{thing}项事务，按照规定应当在几日内答复？",
    "旧": "对第{thing}项行政许可，{about}最迟可以在收到决定后的几日里提出复议申请？",
}


def paper(count: int, seed: str) -> list[Record]:
    """Questions of the usual length: three of five with options, each stem and option its own.

    The two seeds ask other things, but for one question in twenty.
    """
    found = []
    for n in range(count):
        about = f"{seed}{n}号村的村民{chr(0x4E00 + n % 8000)}{chr(0x5000 + n * 7 % 8000)}"
        stem = ASKED[seed if n % 20 else "新"].format(about=about, thing=n * 37 % 9973)
        words = f"《测试法》规定，{about}的申请应当在{n % 90}日内答复，情况复杂的可以延长。"
        texts = [f"{n % 90 + step}日内书面答复{about[-2:]}" for step in range(4)]
        if n % 5 < 3:
            found.append(Record(Kind.SINGLE, stem, lettered(texts), ("ABCD"[n % 4],), words))
        elif n % 5 == 3:
            found.append(Record(Kind.MULTIPLE, stem, lettered(texts), ("A", "C"), words))
        else:
            found.append(Record(Kind.JUDGE, stem, (), n % 2 == 0, words))
    return found


@dataclass
class Cell:
    name: str
    seconds: list[float] = field(default_factory=list)


def cpu() -> float:
    """Of this process, of the children it has waited for, of the one that waits and of all that it was divided into.

    The last in hundredths of a second, as the system tells it.
    """
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = time.process_time() + children.ru_utime + children.ru_stime
    if sandbox.forks is None or sandbox.forks.pid is None:
        return total
    stat = Path(f"/proc/{sandbox.forks.pid}/stat").read_text().rpartition(")")[2].split()
    return total + sum(map(int, stat[11:15])) / os.sysconf("SC_CLK_TCK")


def read_cells(path: Path) -> int:
    book = CalamineWorkbook.from_path(str(path))
    rows = [
        [str(cell) for cell in row]
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
    ]
    return len(rows)


def an_admin(session: Session, township: Unit) -> str:
    """The token of an admin who is signed in."""
    now, token = clock.now(), secrets.token_urlsafe(32)
    person = Person(
        staff_no="A1", name="管理员", name_sort=sort_key("管理员"), must_change_password=False,
        created_at=now, type_size="normal",
    )  # fmt: skip
    session.add(person)
    session.flush()
    session.add(Membership(
        person_id=person.id, unit_id=township.id, category=Category.OFFICE, starts_on=DAY, counts=True
    ))  # fmt: skip
    session.add(RoleGrant(person_id=person.id, role=Role.ADMIN, unit_id=township.id, starts_on=DAY))
    session.add(LoginSession(
        person_id=person.id, token_hash=devices.token_hash(token), device="一台电脑", created_at=now,
        last_seen_at=now + timedelta(days=1),
    ))  # fmt: skip
    return token


class Site:
    """One database with a bank to compare with, and an admin's browser."""

    def __init__(self, database: Database, count: int, folder: Path) -> None:
        self.database, self.count, self.folder = database, count, folder
        app = create_app(database, SECRET_KEY="x", TESTING=True, WTF_CSRF_ENABLED=False)
        with database.writing() as session:
            township = units.open_unit(session, "T1", "一个乡", UnitKind.TOWNSHIP, None, DAY)
            token = an_admin(session, township)
        self.client = app.test_client()
        with self.client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        self.land(self.open(self.written(paper(count, "旧")), "旧题"))

    def written(self, records: list[Record]) -> Path:
        path = self.folder / f"{secrets.token_hex(4)}.xlsx"
        path.write_bytes(sheet_out.write(records))
        return path

    def open(self, path: Path, bank: str) -> int:
        """What an upload does, without its HTTP."""
        reading = read_apart(path)
        with self.database.reading() as session:
            owner = session.scalars(sa.select(Unit)).one()
            files = batch_opening.prepared(session, reading, owner, bank)
        with self.database.writing() as session:
            return batch_opening.open_batch(session, None, owner, files[0], b"").id

    def preview(self, batch_id: int) -> None:
        page = self.client.get(f"/bank/imports/{batch_id}")
        assert page.status_code == 200 and f"可入库 {self.count}" in page.text, page.text[:500]

    def land(self, batch_id: int) -> None:
        with self.database.writing() as session:
            batch = session.get_one(ImportBatch, batch_id)
            assert batches.land(session, None, batch, in_use=True) == self.count

    def undo(self, batch_id: int) -> None:
        with self.database.writing() as session:
            batches.undo(session, None, session.get_one(ImportBatch, batch_id))


class Rows:
    """The same rows without us: two statements into the same tables, the values ready to be sent."""

    def __init__(self, site: Site) -> None:
        self.engine = site.database.engine
        with self.engine.connect() as connection:
            self.tables = [
                (table, names, list(connection.exec_driver_sql(f"SELECT {', '.join(names)} FROM {table}")))
                for table, names in (
                    (model.__tablename__, [column.name for column in model.__table__.columns])
                    for model in (Question, QuestionVersion)
                )
            ]

    def insert(self) -> None:
        """In one transaction that is taken back; every row under a new id and key."""
        with self.engine.connect().execution_options(studyhall_writing=True) as connection:
            for table, names, rows in self.tables:
                marks = ", ".join("?" * len(names))
                connection.exec_driver_sql(
                    f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})",
                    [_as_new(dict(zip(names, row, strict=True))) for row in rows],
                )
            connection.rollback()


def _as_new(row: dict[str, Any]) -> tuple[Any, ...]:
    far = 1_000_000
    moved = {name: row[name] + far for name in ("id", "question_id") if row.get(name) is not None}
    key = {"key": f"bare-{row['id']}", "current_version_id": None} if "key" in row else {}
    return tuple((row | moved | key).values())


def measure(count: int, rounds: int) -> list[Cell]:
    """One round to warm up; then the cells take turns. What landed is taken back outside the measure."""
    cells = {name: Cell(name) for name in ("cells", "read, checked, previewed", "rows", "landed")}
    with a_database(None) as database, tempfile.TemporaryDirectory() as folder:
        site = Site(database, count, Path(folder))
        rows, upload = Rows(site), site.written(paper(count, "新"))
        for number in range(rounds + 1):
            opened: list[int] = []

            def brought_in(opened: list[int] = opened) -> None:
                opened.append(site.open(upload, "新题"))
                site.preview(opened[0])

            def landed(opened: list[int] = opened) -> None:
                site.land(opened[0])

            work = {
                "cells": lambda: read_cells(upload), "read, checked, previewed": brought_in,
                "rows": rows.insert, "landed": landed,
            }  # fmt: skip
            for name, run in work.items():
                gc.collect()
                before = cpu()
                run()
                if number:
                    cells[name].seconds.append(cpu() - before)
            site.undo(opened[0])
    return list(cells.values())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--questions", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = {cell.name: median(cell.seconds) for cell in measure(asked.questions, asked.rounds)}
    ratios = {
        "read, checked, previewed": found["read, checked, previewed"] / found["cells"],
        "landed": found["landed"] / found["rows"],
    }
    if asked.json:
        print(json.dumps({"seconds": found, "ratios": ratios, "goals": GOALS}, ensure_ascii=False, indent=2))
        return
    for name, seconds in found.items():
        print(f"{name:28} {seconds * 1000:8.0f} ms CPU")
    for name, ratio in ratios.items():
        print(f"{name:28} {ratio:8.1f} times (goal: at most {GOALS[name]:.0f})")


if __name__ == "__main__":
    main()
