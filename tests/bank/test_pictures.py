"""Pictures come along, drawn anew, and only who may see the question sees them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from docx import Document
from flask.testing import FlaskClient
from markupsafe import Markup
from PIL import Image
from sqlalchemy.orm import Session

from studyhall.bank import batch_opening, batches, exporting, pictures
from studyhall.bank.asked import asked
from studyhall.bank.carried import Carried
from studyhall.bank.formats import Refused, read_bytes
from studyhall.bank.formats.drawing_anew import WIDEST, drawn_anew
from studyhall.bank.formats.reading import Reading
from studyhall.bank.formats.writing import FORMATS
from studyhall.bank.models import QuestionPicture, QuestionVersion
from studyhall.bank.record import Kind, Picture, Record, content_hash, lettered
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people.models import Unit
from studyhall.quizzes.assembly import Line
from tests.factories import NOON, a_law, a_person, a_picture, a_township, an_assessment

SHOWN = Record(
    Kind.SINGLE, "〔图1〕是什么标志？", lettered(["禁止", "〔图2〕"]), ("A",), "看颜色。",
    pictures=(a_picture("图1"), a_picture("图2", "blue")),
)  # fmt: skip


def drawn(image: Image.Image, form: str = "PNG", **how: object) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **how)
    return target.getvalue()


def with_picture(data: bytes, media_type: str = "image/png") -> Record:
    return Record(Kind.JUDGE, "看〔图1〕。", answer=True, pictures=(Picture("图1", media_type, data),))


# Drawn anew


def test_what_hides_behind_a_picture_does_not_come_along() -> None:
    evil = drawn(Image.new("RGB", (20, 20), "red")) + b"<script>alert(1)</script>"
    (record,) = drawn_anew([with_picture(evil)])
    assert b"script" not in record.pictures[0].data
    assert record.state == "ready"


def test_a_photograph_is_made_as_wide_as_a_page_and_loses_where_it_was_taken() -> None:
    photo = Image.effect_noise((4000, 1000), 60).convert("RGB")
    place = Image.Exif()
    place[0x010F] = "secret maker"
    (record,) = drawn_anew([with_picture(drawn(photo, "JPEG", exif=place), "image/jpeg")])
    picture = record.pictures[0]
    assert Image.open(io.BytesIO(picture.data)).width <= WIDEST
    assert picture.media_type == "image/jpeg" and b"secret maker" not in picture.data


def test_a_photograph_is_known_again_however_often_it_is_drawn() -> None:
    photo = drawn(Image.effect_noise((300, 200), 60).convert("RGB"), "JPEG")
    once = drawn_anew([with_picture(photo, "image/jpeg")])
    twice = drawn_anew(once)
    assert once[0].pictures[0].data != twice[0].pictures[0].data
    assert content_hash(once[0]) == content_hash(twice[0])


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"\0" * 9999)), chunk(b"IEND", b""))
    )


def test_a_picture_of_a_gigapixel_is_refused_with_words() -> None:
    with pytest.raises(Refused, match="像素太多"):
        drawn_anew([with_picture(png(40_000, 40_000))])


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\x01\x00\x00\x00EMF", png(30, 30)[:60]])
def test_what_no_page_can_show_holds_its_question(data: bytes) -> None:
    (record,) = drawn_anew([with_picture(data, "image/x-emf")])
    assert "显示不了" in record.reason and record.pictures == ()


def test_other_pictures_make_another_question() -> None:
    blue = replace(SHOWN, pictures=(a_picture("图1", "green"), SHOWN.pictures[1]))
    assert content_hash(blue) != content_hash(SHOWN)


# In and out


def in_word(*questions: str, colour: str = "red") -> bytes:
    document = Document()
    for line in questions:
        paragraph = document.add_paragraph(line)
        if "如图" in line:
            paragraph.add_run().add_picture(io.BytesIO(drawn(Image.new("RGB", (90, 30), colour))))
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def test_a_picture_in_word_comes_with_its_question() -> None:
    data = in_word(
        "一、单选题",
        "1. 如图，是什么标志？（ A ）",
        "A. 禁止",
        "B. 允许",
        "2. 几天？（ B ）",
        "A. 一",
        "B. 二",
    )
    first, second = read_bytes(data, "题.docx").records
    assert [picture.name for picture in first.pictures] == ["图1"] and "〔图1〕" in first.stem
    assert second.pictures == ()


def test_the_picture_of_a_bomb_in_word_refuses_the_file() -> None:
    data = in_word("一、单选题", "1. 如图，是什么？（ A ）", "A. 禁止", "B. 允许")
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            is_picture = info.filename.startswith("word/media/")
            new.writestr(info.filename, png(40_000, 40_000) if is_picture else old.read(info))
    with pytest.raises(Refused, match="像素太多"):
        read_bytes(target.getvalue(), "题.docx")


@pytest.mark.parametrize("form", ["docx", "moodle", "qti", "json"])
def test_pictures_go_out_and_come_back(form: str) -> None:
    back = read_bytes(FORMATS[form].write([SHOWN]), "out" + FORMATS[form].ending).records
    assert [content_hash(one) for one in back] == [content_hash(SHOWN)]


# In the bank


@pytest.fixture
def township(session: Session) -> Unit:
    return a_township(session)


def land(session: Session, township: Unit, records: Sequence[Record]) -> None:
    reading = Reading("json", list(records), file="题.json")
    (file,) = batch_opening.prepared(session, Carried.of(reading), township, "本单位题库")
    batch = batch_opening.open_batch(session, None, township, file, b"")
    batches.land(session, None, batch, in_use=True)


def test_pictures_land_with_their_version_and_go_out_with_it(session: Session, township: Unit) -> None:
    land(session, township, [SHOWN])
    version_id = session.scalars(sa.select(QuestionVersion.id)).one()
    (question,) = asked(session, [version_id]).values()
    assert question.pictures == {"图1", "图2"}
    (record,) = exporting.records(session, sa.true(), exporting.Wanted())
    assert content_hash(record) == content_hash(SHOWN)


def test_a_question_with_pictures_is_known_again(session: Session, township: Unit) -> None:
    land(session, township, [SHOWN])
    assert looked_at(session, township, SHOWN) == ["duplicate"]
    other = replace(SHOWN, pictures=(a_picture("图1", "green"), SHOWN.pictures[1]))
    assert looked_at(session, township, other) == ["ready"]


def looked_at(session: Session, township: Unit, record: Record) -> list[str]:
    (file,) = batch_opening.prepared(session, Carried.of(Reading("json", [record])), township, "本单位题库")
    return [record.state for record in file.reading.records]


def test_pictures_are_taken_back_with_their_batch(session: Session, township: Unit) -> None:
    reading = Reading("json", [SHOWN], file="题.json")
    (file,) = batch_opening.prepared(session, Carried.of(reading), township, "本单位题库")
    batch = batch_opening.open_batch(session, None, township, file, b"")
    batches.land(session, None, batch, in_use=True)
    assert session.scalar(sa.select(sa.func.count()).select_from(QuestionPicture)) == 2
    batches.undo(session, None, batch)
    assert session.scalar(sa.select(sa.func.count()).select_from(QuestionPicture)) == 0


def test_the_next_version_shows_what_the_last_one_showed(session: Session, township: Unit) -> None:
    land(session, township, [SHOWN])
    old = session.scalars(sa.select(QuestionVersion)).one()
    new = QuestionVersion(
        question_id=old.question_id, number=2, kind=old.kind, stem=old.stem, options=old.options,
        answer=old.answer, points=[], explanation="改过。", difficulty=1, content_hash="x" * 64,
        created_at=NOON,
    )  # fmt: skip
    session.add(new)
    session.flush()
    pictures.carry(session, old.id, new.id)
    assert pictures.names(session, [new.id]) == {new.id: {"图1", "图2"}}


# On pages


def test_a_mark_becomes_the_picture_and_nothing_else_becomes_markup() -> None:
    words = Markup("&lt;b&gt; 〔图1〕 和 〔图9〕 〔没完")
    shown = pictures.pictured(words, {"图1": "/pictures/1/图1"})
    assert shown == ('&lt;b&gt; <img class="q-picture" src="/pictures/1/图1" alt="图1"> 和 〔图9〕 〔没完')


@pytest.fixture
def people(sqlite_database: Database) -> dict[str, Any]:
    """A pictured question in a contest that is open; who is who by id."""
    with sqlite_database.writing() as session:
        township, elsewhere = a_township(session), a_township(session, "T2")
        law = a_law(session, "测试法").law_id
        land(session, township, [replace(SHOWN, law="测试法")])
        everybody = {
            "admin": a_person(session, township, roles=[(Role.ADMIN, township)]).id,
            "cadre": a_person(session, township).id,
            "other": a_person(session, township).id,
            "stranger": a_person(session, elsewhere, roles=[(Role.ADMIN, elsewhere)]).id,
        }
        line = Line(law, "single", 1, 100)
        contest = an_assessment(session, township, [line], closes_at=NOON + timedelta(days=3))
        return everybody | {"contest": contest.code}


def begin(client: FlaskClient, code: str) -> str:
    """The first question of the paper."""
    papers = client.post(f"/c/{code}/begin")
    return client.get(papers.location, follow_redirects=True).text


def test_only_who_was_dealt_the_question_or_keeps_the_bank_sees_its_picture(
    people: dict[str, Any], client_for: Callable[[int], FlaskClient]
) -> None:
    cadre = client_for(people["cadre"])
    where = "/pictures/1/图1"
    assert cadre.get(where).status_code == 404
    assert '<img class="q-picture" src="/pictures/1/' in begin(cadre, people["contest"])
    answer = cadre.get(where)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert "private" in answer.headers["Cache-Control"]
    assert cadre.get("/pictures/1/图9").status_code == 404
    assert client_for(people["admin"]).get(where).status_code == 200
    assert client_for(people["other"]).get(where).status_code == 404
    assert client_for(people["stranger"]).get(where).status_code == 404


def test_the_preview_shows_the_pictures(
    people: dict[str, Any], client_for: Callable[[int], FlaskClient]
) -> None:
    admin = client_for(people["admin"])
    data = in_word("一、单选题", "1. 如图，这是做什么的？（ A ）", "A. 禁止", "B. 允许", colour="green")
    form = {"file": (io.BytesIO(data), "题.docx")}
    where = admin.post("/bank/imports/", data=form, content_type="multipart/form-data").location
    assert f'src="{where}/items/1/pictures/' in admin.get(where).text
    assert admin.get(f"{where}/items/1/pictures/图1").mimetype == "image/png"
    assert client_for(people["stranger"]).get(f"{where}/items/1/pictures/图1").status_code == 404
