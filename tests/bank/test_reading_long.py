"""A file that takes long to read: a page says how far it is, survives everything, and leads to the batch."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from studyhall.bank import reading_jobs, reading_work
from studyhall.bank.formats.reading import Refused
from studyhall.bank.models import ImportBatch, ImportJob, JobStage
from studyhall.bank.reading_work import BROKEN, UPLOAD, Order, Work
from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.core.db import Database
from tests.bank.reading_gate import Gate, ended, gated
from tests.factories import a_person, a_township

PAPER = "一、判断题\n1. 村务要公开。（ √ ）\n2. 水渠归村里管。（ × ）\n"


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    with gated(monkeypatch) as gate:
        yield gate


@pytest.fixture
def admin(sqlite_database: Database, client_for: Callable[[int], FlaskClient]) -> FlaskClient:
    with sqlite_database.writing() as session:
        township = a_township(session)
        person = a_person(session, township, roles=[(Role.ADMIN, township)]).id
    return client_for(person)


def upload(client: FlaskClient) -> str:
    form = {"file": (io.BytesIO(PAPER.encode()), "县里发的.txt"), "bank": "本单位题库"}
    answer = client.post("/bank/imports/", data=form, content_type="multipart/form-data")
    assert answer.status_code == 302
    return answer.location


def order(database: Database, text: str = PAPER) -> Order:
    with database.writing() as session:
        owner_id = a_township(session).id
    folder = reading_work.places() / "one"
    folder.mkdir()
    (folder / UPLOAD).write_text(text, encoding="utf-8")
    return Order(folder, "县里发的.txt", "本单位题库", owner_id, None)


def job_of(database: Database) -> ImportJob:
    with database.reading() as session:
        return session.scalars(sa.select(ImportJob)).one()


def waiting_files() -> list[Path]:
    return list(reading_work.places().iterdir())


def test_the_page_tells_how_far_it_is_and_then_leads_on(admin: FlaskClient, gate: Gate) -> None:
    where = upload(admin)
    page = admin.get(where).text
    assert "正在读县里发的.txt" in page and '<meta http-equiv="refresh" content="3">' in page
    assert 'http-equiv="refresh"' not in admin.get(f"{where}?still=1").text
    assert "正在读导入的文件" in admin.get("/").text and "县里发的.txt" in admin.get("/bank/imports/").text
    gate.open()
    done = admin.get(where)
    assert done.status_code == 302 and "共找到2题" in admin.get(done.location).text
    assert "正在读导入的文件" not in admin.get("/").text and waiting_files() == []


def test_another_admin_finds_it_and_a_stranger_does_not(
    admin: FlaskClient, gate: Gate, sqlite_database: Database, client_for: Callable[[int], FlaskClient]
) -> None:
    where = upload(admin)
    with sqlite_database.writing() as session:
        here = session.scalars(sa.select(ImportJob)).one().owner_unit_id
        elsewhere = a_township(session, "T2")
        home = session.get_one(type(elsewhere), here)
        colleague = a_person(session, home, roles=[(Role.ADMIN, home)]).id
        stranger = a_person(session, elsewhere, roles=[(Role.ADMIN, elsewhere)]).id
    assert "正在读" in client_for(colleague).get(where).text
    assert client_for(stranger).get(where).status_code == 404
    assert client_for(stranger).post(f"{where}/again").status_code == 404


def test_what_cannot_be_read_says_why_and_is_put_away(
    admin: FlaskClient, gate: Gate, sqlite_database: Database
) -> None:
    where = upload(admin)
    gate.fault = Refused("这个文件有密码，请去掉密码再传。")
    gate.open()
    page = admin.get(where).text
    assert "这个文件有密码" in page and "再读一次" not in page and "导入的文件没有读完" in admin.get("/").text
    assert admin.post(f"{where}/give-up").status_code == 302
    assert admin.get(where).status_code == 404 and waiting_files() == []


def test_a_fault_of_ours_is_no_fault_of_the_file(
    admin: FlaskClient, gate: Gate, sqlite_database: Database
) -> None:
    where = upload(admin)
    gate.fault = OSError("no more processes")
    gate.open()
    page = admin.get(where).text
    assert BROKEN in page and "再读一次" in page
    gate.fault = None
    assert admin.post(f"{where}/again").status_code == 302
    ended()
    assert admin.get(where).status_code == 302


def test_one_whose_process_was_ended_says_so_and_is_read_again(
    admin: FlaskClient, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_database.reading() as session:
        owner_id = session.scalar(sa.text("SELECT id FROM unit"))
    folder = reading_work.places() / "cut-off"
    folder.mkdir()
    (folder / UPLOAD).write_text(PAPER, encoding="utf-8")
    job_id = Work(sqlite_database, Order(folder, "县里发的.txt", "本单位题库", owner_id, None)).keep()
    where = f"/bank/imports/reading/{job_id}"
    assert admin.post(f"{where}/again").status_code == 409
    assert admin.post(f"{where}/give-up").status_code == 409
    silent = clock.now() - reading_jobs.SILENT - timedelta(seconds=1)
    with sqlite_database.writing() as session:
        session.execute(sa.update(ImportJob).values(beat_at=silent))
    page = admin.get(where).text
    assert "读到一半停了" in page and "再读一次" in page
    assert admin.post(f"{where}/again").status_code == 302
    ended()
    done = admin.get(where)
    assert done.status_code == 302 and "共找到2题" in admin.get(done.location).text


def test_a_short_file_leaves_no_trace_but_its_batch(admin: FlaskClient, sqlite_database: Database) -> None:
    assert "/reading/" not in upload(admin)
    with sqlite_database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ImportJob)) == 0
    assert waiting_files() == []


def test_the_row_follows_the_work_to_its_batch(database: Database, gate: Gate) -> None:
    work = Work(database, order(database))
    work.start()
    assert not work.has_ended(0) and work.keep() is not None
    gate.open()
    job = job_of(database)
    assert (job.stage, job.questions, job.batches, work.keep()) == (JobStage.DONE, 2, 1, None)
    with database.reading() as session:
        assert session.scalars(sa.select(ImportBatch.id)).all() == [job.batch_id]


def test_what_is_forgotten_goes_after_a_week(database: Database, gate: Gate) -> None:
    work = Work(database, order(database))
    work.start()
    work.keep()
    gate.open()
    with database.writing() as session:
        reading_jobs.clear_away(session)
    assert job_of(database).stage == JobStage.DONE
    with database.writing() as session:
        session.execute(sa.update(ImportJob).values(beat_at=clock.now() - timedelta(days=8)))
        reading_jobs.clear_away(session)
        assert session.scalars(sa.select(ImportJob)).all() == []


def test_a_folder_that_no_row_names_goes_after_a_week(database: Database) -> None:
    old, young = reading_work.places() / "old", reading_work.places() / "young"
    for folder, days in ((old, 8), (young, 6)):
        folder.mkdir()
        left = (clock.now() - timedelta(days=days)).timestamp()
        os.utime(folder, (left, left))
    with database.writing() as session:
        reading_jobs.clear_away(session)
    assert not old.exists() and young.exists()
