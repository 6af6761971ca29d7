"""The pages of an import: choose, look over, mend, land, take back; another unit finds nothing."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from studyhall.bank.models import ImportBatch, Question
from studyhall.core.access import Role
from studyhall.core.db import Database
from tests.factories import a_person, a_township

PAPER = """一、单选题
1. 水渠坏了由谁来修？（ A ）
A. 村民委员会  B. 邻村  C. 学校  D. 医院
2. 这道题没有答案（  ）
A. 甲  B. 乙  C. 丙  D. 丁
"""


@pytest.fixture
def admin(sqlite_database: Database, client_for: Callable[[int], FlaskClient]) -> FlaskClient:
    with sqlite_database.writing() as session:
        township = a_township(session)
        person = a_person(session, township, roles=[(Role.ADMIN, township)]).id
    return client_for(person)


def upload(client: FlaskClient, text: str = PAPER, name: str = "题.txt"):
    form = {"file": (io.BytesIO(text.encode()), name), "bank": "本单位题库"}
    return client.post("/bank/imports/", data=form, content_type="multipart/form-data")


def questions(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(sa.select(Question.state)))


def test_the_way_from_file_to_bank_and_back(admin: FlaskClient, sqlite_database: Database) -> None:
    answer = upload(admin)
    assert answer.status_code == 302
    page = admin.get(answer.location).text
    assert "共找到2题" in page and "可入库 1" in page and "待核对 1" in page and "入库1题" in page
    assert questions(sqlite_database) == []
    assert admin.post(f"{answer.location}/land").status_code == 302
    assert questions(sqlite_database) == ["in_use"]
    assert "已入库1题" in admin.get(answer.location).text
    assert "撤回1题" in admin.get(f"{answer.location}/undo").text
    assert admin.post(f"{answer.location}/undo").status_code == 302
    assert questions(sqlite_database) == []


def test_a_held_question_is_mended_and_lands(admin: FlaskClient, sqlite_database: Database) -> None:
    where = upload(admin).location
    form = {"kind": "single", "stem": "这道题有了答案", "option-A": "甲", "option-B": "乙", "state": "held"}
    refused = admin.post(f"{where}/items/2/mend", data=form | {"answer": "E"})
    assert refused.status_code == 400
    assert "答案是E，选项只有A到B" in refused.text and "这道题有了答案" in refused.text
    assert admin.post(f"{where}/items/2/mend", data=form | {"answer": "b"}).status_code == 302
    admin.post(f"{where}/land")
    assert len(questions(sqlite_database)) == 2


def test_a_question_without_an_answer_is_not_taken_as_it_stands(admin: FlaskClient) -> None:
    where = upload(admin).location
    answer = admin.post(f"{where}/items/2/take", data={"state": "held"})
    assert answer.status_code == 400 and "还没有答案" in answer.text


def test_pasted_text_is_read_too(admin: FlaskClient) -> None:
    answer = admin.post("/bank/imports/", data={"text": PAPER})
    assert answer.status_code == 302 and "共找到2题" in admin.get(answer.location).text


def test_nothing_chosen_and_nothing_understood_have_words(admin: FlaskClient) -> None:
    empty = admin.post("/bank/imports/", data={"text": " "})
    assert empty.status_code == 400 and "请选一个文件" in empty.text
    prose = admin.post("/bank/imports/", data={"text": "今天开会，大家都来。"})
    assert "没有认出试题" in admin.get(prose.location).text


def test_a_broken_file_is_refused_and_leaves_nothing(admin: FlaskClient, sqlite_database: Database) -> None:
    form = {"file": (io.BytesIO(b"PK\x03\x04broken"), "题.docx")}
    answer = admin.post("/bank/imports/", data=form, content_type="multipart/form-data")
    assert answer.status_code == 400 and "Traceback" not in answer.text
    with sqlite_database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ImportBatch)) == 0


def test_only_the_upload_page_takes_large_files(admin: FlaskClient) -> None:
    large = "甲" * (1024 * 1024)
    assert admin.post("/feedback", data={"text": large}).status_code == 413
    assert upload(admin, PAPER + large[:700_000]).status_code in (302, 400)


def test_another_unit_finds_nothing(
    admin: FlaskClient, sqlite_database: Database, client_for: Callable[[int], FlaskClient]
) -> None:
    where = upload(admin).location
    with sqlite_database.writing() as session:
        elsewhere = a_township(session, "T2")
        stranger = a_person(session, elsewhere, roles=[(Role.ADMIN, elsewhere)]).id
        cadre = a_person(session, elsewhere).id
    assert client_for(stranger).get(where).status_code == 404
    assert client_for(stranger).post(f"{where}/land").status_code == 404
    assert client_for(cadre).get(where).status_code == 403
