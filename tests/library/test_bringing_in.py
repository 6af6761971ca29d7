"""The pages on which an admin brings in an official text: choose, look, import."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.library.models import Article, Edition
from tests.factories import a_person, a_township
from tests.library.texts import NEW, OLD


@pytest.fixture
def admin(sqlite_database: Database, client_for: Callable[..., FlaskClient]) -> FlaskClient:
    with sqlite_database.writing() as session:
        township = a_township(session)
        person = a_person(session, township, roles=[(Role.ADMIN, township)]).id
    return client_for(person)


def upload(client: FlaskClient, text: str, name: str = "水渠法.txt") -> TestResponse:
    return client.post(
        "/laws/import", data={"file": (io.BytesIO(text.encode("utf-8")), name)}, follow_redirects=True
    )


def address(page: TestResponse) -> str:
    found = re.search(r'action="(/laws/import/[^"]+)"', page.text)
    assert found
    return found[1]


def articles(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Article)) or 0


def test_a_preview_changes_nothing(admin: FlaskClient, sqlite_database: Database) -> None:
    page = upload(admin, NEW)
    assert "《水渠法》，8条" in page.text
    assert "第一条" in page.text
    assert "导入8条" in page.text
    assert articles(sqlite_database) == 0


def test_what_was_previewed_is_imported_once(admin: FlaskClient, sqlite_database: Database) -> None:
    where = address(upload(admin, NEW))
    done = admin.post(where, data={"effective": "2024-05-01"})
    assert "已导入《水渠法》" in done.text
    assert articles(sqlite_database) == 8
    again = admin.post(where, data={"effective": "2024-05-01"})
    assert again.status_code == 409
    assert "请重新选一次文件" in again.text
    assert "没有要变的" in upload(admin, NEW).text


def test_a_day_the_file_does_not_say_is_asked_for(admin: FlaskClient, sqlite_database: Database) -> None:
    amended = OLD.replace("会议通过）", "会议通过 根据2019年4月23日的决定修正）")
    page = upload(admin, amended)
    assert "没有写修正后的文本从哪一天起施行" in page.text
    assert "导入6条" not in page.text
    where = address(page)
    assert admin.post(where, data={"effective": ""}).status_code == 400
    assert articles(sqlite_database) == 0
    assert "导入6条" in admin.get(f"{where}?effective=2019-07-01").text
    assert admin.post(where, data={"effective": "2019-07-01"}).status_code == 200
    with sqlite_database.reading() as session:
        assert session.scalars(sa.select(Edition.effective)).one() == date(2019, 7, 1)


def test_a_file_that_is_no_law_is_said_to_be_none(admin: FlaskClient) -> None:
    page = upload(admin, "今天天气好。")
    assert page.status_code == 400
    assert "没有找到一条条文" in page.text
    assert "请选一个文件" in admin.post("/laws/import", data={}).text


def test_somebody_elses_upload_is_not_found(
    admin: FlaskClient, sqlite_database: Database, client_for: Callable[..., FlaskClient]
) -> None:
    where = address(upload(admin, NEW))
    with sqlite_database.writing() as session:
        township = a_township(session, "T2")
        root = session.scalars(sa.select(Edition)).all()
        assert root == []
        other = a_person(session, township, roles=[(Role.ADMIN, township)]).id
    assert client_for(other).get(where).status_code in (403, 409)
