"""Files made to harm, brought in on the page: a clear line, nothing landed, the site goes on."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import docx
import pytest
import sqlalchemy as sa
import xlsxwriter
from flask.testing import FlaskClient

from studyhall.bank.formats.guards import OLE
from studyhall.bank.formats.sheet_out import write as template
from studyhall.bank.models import ImportBatch
from studyhall.core.access import Role
from studyhall.core.db import Database
from tests.factories import a_person, a_township


@pytest.fixture
def admin(sqlite_database: Database, client_for: Callable[[int], FlaskClient]) -> FlaskClient:
    with sqlite_database.writing() as session:
        township = a_township(session)
        person = a_person(session, township, roles=[(Role.ADMIN, township)]).id
    return client_for(person)


def zipped(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    """The same archive with one member put in the place of another."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return zipped({one: archive.read(one) for one in archive.namelist()} | {name: content})


def far_cell() -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.add_worksheet().write_string(1_048_575, 16_383, "x")
    book.close()
    return target.getvalue()


def png(width: int, height: int) -> bytes:
    """A picture that claims to be so large and holds nearly nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def gigapixel() -> bytes:
    document = docx.Document()
    document.add_paragraph("1. 看图，谁修的渠？（ A ）")
    document.add_picture(io.BytesIO(png(10, 10)), width=914_400)
    document.add_paragraph("A.甲村 B.乙村")
    target = io.BytesIO()
    document.save(target)
    return with_member(target.getvalue(), "word/media/image1.png", png(40_000, 40_000))


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "哈">{entities}]><quiz>&a9;</quiz>'.encode()


def laughing_word() -> bytes:
    target = io.BytesIO()
    docx.Document().save(target)
    return with_member(target.getvalue(), "word/document.xml", laughs())


BOMBS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "zip bomb": ("题.docx", lambda: zipped({"word/document.xml": b"0" * 50_000_000}), "大得不正常"),
    "many small zip bombs": (
        "题.zip",
        lambda: zipped({f"{n}.txt": b"0" * 50_000_000 for n in range(5)}),
        "超过 200 MB",
    ),
    "XML entities": ("题.xml", laughs, "实体"),
    "XML entities in Word": ("题.docx", laughing_word, "实体"),
    "a cell at the far end": ("题.xlsx", far_cell, "超过了能读的"),
    "a picture of a gigapixel": ("题.docx", gigapixel, "像素太多"),
    "macros": ("题.docm", lambda: zipped({"word/document.xml": b"<a/>", "word/vbaProject.bin": b"x"}), "宏"),
    "old macros": ("题.xls", lambda: OLE + "Workbook_VBA_PROJECT".encode("utf-16-le") + b"\0" * 600, "宏"),
    "password": ("题.xlsx", lambda: OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600, "密码"),
    "truncated": ("题.xlsx", lambda: template()[:3_000], "打不开"),
    "truncated Word": ("题.doc", lambda: OLE + "WordDocument".encode("utf-16-le") + b"\0" * 600, "打不开"),
    "a picture called Excel": ("题.xlsx", lambda: png(10, 10), "图片"),
    "a program called Word": ("题.docx", lambda: b"MZ" + b"\0" * 600, "程序"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_words_and_the_site_goes_on(
    admin: FlaskClient, sqlite_database: Database, name: str
) -> None:
    file, make, words = BOMBS[name]
    form = {"file": (io.BytesIO(make()), file)}
    answer = admin.post("/bank/imports/", data=form, content_type="multipart/form-data")
    assert answer.status_code == 400 and words in answer.text and "Traceback" not in answer.text
    with sqlite_database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ImportBatch)) == 0
    assert admin.get("/bank/imports/").status_code == 200


def test_the_wrong_ending_does_not_matter(admin: FlaskClient) -> None:
    form = {"file": (io.BytesIO("一、判断题\n1. 渠可以公用。（√）\n".encode()), "题.xlsx")}
    answer = admin.post("/bank/imports/", data=form, content_type="multipart/form-data")
    assert "可入库 1" in admin.get(answer.location).text
