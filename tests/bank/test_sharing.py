"""A bank from another office: new, changed, gone; only what one takes lands, and it can be taken back."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from studyhall.bank import batch_acts, batch_list, batch_opening, batches
from studyhall.bank.carried import Carried
from studyhall.bank.formats import package, read_bytes
from studyhall.bank.formats.reading import Refused as Unreadable
from studyhall.bank.models import Bank, ImportBatch, Question, QuestionPicture, QuestionVersion
from studyhall.bank.record import Kind, Record, lettered
from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.core.errors import Refused
from studyhall.people.models import Unit
from tests.factories import a_law, a_person, a_picture, a_township

ABOUT = package.About("保密题库", "清水镇", "2026-05-01")
SINGLE = Record(
    Kind.SINGLE, "谁来修水渠？", lettered(["村委会", "邻村"]), ("A",), "见条文。",
    id="k-1", law="测试法", cites=("第三条",), difficulty=2, standing="in_use", version=3,
)  # fmt: skip
JUDGE = Record(Kind.JUDGE, "村务要公开。", answer=True, id="k-2", law="测试法", standing="in_use")
PART = Record(Kind.JUDGE, "他做得对。", answer=False, id="k-3-1", law="测试法", standing="in_use")
CASE = Record(
    Kind.CASE, "小赵值班。", id="k-3", law="测试法", standing="in_use",
    parts=(PART, replace(PART, id="k-3-2", stem="他没有错。")),
)  # fmt: skip
SHOWN = replace(JUDGE, id="k-4", stem="看〔图1〕，这个标志是禁止。", pictures=(a_picture(),))
ALL = [SINGLE, JUDGE, CASE, SHOWN]


@pytest.fixture
def township(session: Session) -> Unit:
    a_law(session, "测试法", 20)
    return a_township(session)


def opened(session: Session, township: Unit, records: Sequence[Record]) -> ImportBatch:
    data = package.write(records, ABOUT)
    (file,) = batch_opening.prepared(
        session, Carried.of(read_bytes(data, "题库包.zip")), township, "本单位题库"
    )
    return batch_opening.open_batch(session, None, township, file, data)


def landed(session: Session, township: Unit, records: Sequence[Record]) -> ImportBatch:
    batch = opened(session, township, records)
    batches.land(session, None, batch, in_use=True)
    session.expire_all()
    return batch


def question(session: Session, key: str) -> Question:
    return session.scalars(sa.select(Question).where(Question.key == key)).one()


# The file


def test_a_package_reads_back_the_same() -> None:
    reading = read_bytes(package.write(ALL, ABOUT), "题库包.zip")
    assert [replace(one, source="") for one in reading.records] == ALL
    assert (reading.format, reading.bank) == ("package", "保密题库（清水镇）")


def test_the_same_bank_makes_the_same_bytes() -> None:
    assert package.write(ALL, ABOUT) == package.write(ALL, ABOUT)


def tampered(name: str, change: Callable[[bytes], bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package.write(ALL, ABOUT))) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info.filename, change(data) if info.filename.startswith(name) else data)
    return target.getvalue()


def test_a_file_that_was_touched_is_refused() -> None:
    flipped = tampered("questions.json", lambda data: data.replace("村委会".encode(), "邻居们".encode()))
    with pytest.raises(Unreadable, match="不完整，或者有人改过"):
        read_bytes(flipped, "题库包.zip")
    with pytest.raises(Unreadable, match="不完整，或者有人改过"):
        read_bytes(tampered("pictures/", lambda data: data[:-1]), "题库包.zip")


def test_a_manifest_that_names_a_missing_file_is_refused() -> None:
    def more(data: bytes) -> bytes:
        manifest = json.loads(data)
        manifest["files"]["../../etc/passwd"] = "0" * 64
        return json.dumps(manifest).encode()

    with pytest.raises(Unreadable, match="不完整"):
        read_bytes(tampered("studyhall-bank.json", more), "题库包.zip")


def test_a_key_that_fits_no_option_is_held_though_the_hashes_are_right() -> None:
    wrong = replace(SINGLE, answer=("D",))
    (record,) = read_bytes(package.write([wrong], ABOUT), "题库包.zip").records
    assert record.reason == "答案和题型、选项对不上"


# Beside the bank


def test_the_first_time_everything_is_new_and_keeps_its_key(session: Session, township: Unit) -> None:
    batch = landed(session, township, ALL)
    assert batch_list.changes(session, batch.id) == {"new": 5}
    one = question(session, "k-1")
    assert one.bank.name == "保密题库（清水镇）" and one.state == "in_use"
    assert session.scalar(sa.select(sa.func.count()).select_from(QuestionPicture)) == 1
    part = question(session, "k-3-2")
    assert part.parent_id == question(session, "k-3").id


def test_the_same_package_again_changes_nothing(session: Session, township: Unit) -> None:
    landed(session, township, ALL)
    again = opened(session, township, ALL)
    assert batch_list.counts(session, again.id) == {"duplicate": 5}
    with pytest.raises(Refused, match="没有可以入库"):
        batches.land(session, None, again, in_use=True)


def test_a_newer_one_shows_new_changed_and_gone(session: Session, township: Unit) -> None:
    landed(session, township, ALL)
    newer = [
        replace(SINGLE, explanation="新的讲解。"),
        replace(CASE, parts=(PART, replace(CASE.parts[1], explanation="因为……"))),
        SHOWN,
        replace(JUDGE, id="k-9", stem="新来的一道。"),
    ]
    batch = opened(session, township, newer)
    assert batch_list.changes(session, batch.id) == {"new": 1, "changed": 3, "gone": 1}
    assert batch_list.counts(session, batch.id) == {"ready": 4, "duplicate": 1}
    batches.land(session, None, batch, in_use=True)
    session.expire_all()
    current = question(session, "k-1").current_version
    assert current is not None and (current.number, current.explanation) == (2, "新的讲解。")
    part = question(session, "k-3-2").current_version
    case = question(session, "k-3").current_version
    assert part is not None and case is not None
    assert (part.number, part.parent_version_id) == (2, case.id)
    assert question(session, "k-2").state == "in_use", "what is gone there stays here unless somebody says so"


def test_only_what_is_taken_lands(session: Session, township: Unit) -> None:
    landed(session, township, ALL)
    batch = opened(session, township, [replace(SINGLE, explanation="新。"), CASE, SHOWN])
    changed = batch_list.page(session, batch, "changed").items[0]
    gone = batch_list.page(session, batch, "gone").items[0]
    batch_acts.leave_out(session, batch, batch_list.item_of(session, batch, changed.position))
    batch_acts.leave_out(session, batch, batch_list.item_of(session, batch, gone.position))
    assert batch_list.taken_away(session, batch.id) == 1
    batches.land(session, None, batch, in_use=True)
    session.expire_all()
    kept = question(session, "k-1").current_version
    assert kept is not None and kept.number == 1
    assert question(session, "k-2").state == "retired"


def test_a_part_that_its_case_has_no_more_is_dealt_no_more(session: Session, township: Unit) -> None:
    landed(session, township, ALL)
    landed(session, township, [SINGLE, JUDGE, replace(CASE, parts=CASE.parts[:1]), SHOWN])
    assert question(session, "k-3-2").state == "retired"
    assert question(session, "k-3-1").state == "in_use"


def test_a_changed_package_is_taken_back_whole(session: Session, township: Unit) -> None:
    landed(session, township, ALL)
    newer = [
        replace(SINGLE, explanation="新。"),
        replace(CASE, parts=CASE.parts[:1], stem="小赵夜里值班。"),
        replace(SHOWN, explanation="看颜色。"),
        replace(JUDGE, id="k-9", stem="新来的。"),
    ]
    batch = opened(session, township, newer)
    gone = batch_list.page(session, batch, "gone").items[0]
    batch_acts.leave_out(session, batch, batch_list.item_of(session, batch, gone.position))
    batches.land(session, None, batch, in_use=True)
    session.expire_all()
    batches.undo(session, None, batch)
    session.expire_all()
    current = {
        one.key: (one.current_version.number, one.state)
        for one in session.scalars(sa.select(Question))
        if one.current_version
    }
    assert current == dict.fromkeys(("k-1", "k-2", "k-3", "k-3-1", "k-3-2", "k-4"), (1, "in_use"))
    assert session.scalar(sa.select(sa.func.count()).select_from(QuestionVersion)) == 6
    assert session.scalar(sa.select(sa.func.count()).select_from(QuestionPicture)) == 1


def test_a_next_version_that_was_dealt_stays(session: Session, township: Unit) -> None:
    landed(session, township, ALL)
    batch = landed(session, township, [replace(SINGLE, explanation="新。"), JUDGE, CASE, SHOWN])
    current = question(session, "k-1").current_version
    assert current is not None
    current.first_dealt_at = clock.now()
    session.flush()
    with pytest.raises(Refused, match="有人抽到新的一版"):
        batches.undo(session, None, batch)


def test_drafts_of_the_other_office_are_drafts_here(session: Session, township: Unit) -> None:
    landed(session, township, [replace(SINGLE, standing="draft"), JUDGE])
    assert question(session, "k-1").state == "draft"
    assert question(session, "k-2").state == "in_use"


def test_a_bank_of_the_same_name_here_is_not_touched(session: Session, township: Unit) -> None:
    session.add(Bank(name="保密题库", owner_unit_id=township.id))
    session.flush()
    landed(session, township, [SINGLE])
    names = session.scalars(sa.select(Bank.name).order_by(Bank.name)).all()
    assert names == ["保密题库", "保密题库（清水镇）"]


def test_the_page_shows_old_beside_new_and_lands_what_is_taken(
    sqlite_database: Database, client_for: Callable[[int], FlaskClient]
) -> None:
    with sqlite_database.writing() as session:
        a_law(session, "测试法", 20)
        township = a_township(session)
        person = a_person(session, township, roles=[(Role.ADMIN, township)]).id
    admin = client_for(person)

    def bring(records: Sequence[Record]) -> str:
        form = {"file": (io.BytesIO(package.write(records, ABOUT)), "题库包.zip")}
        return admin.post("/bank/imports/", data=form, content_type="multipart/form-data").location

    first = bring(ALL)
    assert "新的 5" in admin.get(first).text and "清水镇2026-05-01导出的题库包" in admin.get(first).text
    admin.post(f"{first}/land")
    second = bring([replace(SINGLE, explanation="新的讲解。"), CASE, SHOWN])
    page = admin.get(f"{second}?state=changed").text
    assert "有改动的 1" in page and "见条文。" in page and "新的讲解。" in page
    page = admin.get(f"{second}?state=gone").text
    assert "停用这道题" in page
    admin.post(f"{second}/items/4/leave", data={"state": "gone"})
    assert "入库1题，停用1题" in admin.get(second).text
    assert admin.post(f"{second}/land").status_code == 302
    with sqlite_database.reading() as session:
        assert question(session, "k-2").state == "retired"
