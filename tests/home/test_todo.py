"""What waits for an admin stands on the first page, with the button that begins it."""

from __future__ import annotations

import io
from collections.abc import Callable

from flask.testing import FlaskClient

from studyhall.bank import faults
from studyhall.core.access import Role
from studyhall.core.db import Database
from tests.factories import a_bank, a_law, a_person, a_question, a_township, an_actor

PAPER = "一、判断题\n1. 村务要公开。（ √ ）\n"


def test_reported_questions_and_open_imports_wait_for_the_admin(
    sqlite_database: Database, client_for: Callable[[int], FlaskClient]
) -> None:
    with sqlite_database.writing() as session:
        township = a_township(session)
        admin = a_person(session, township, roles=[(Role.ADMIN, township)])
        cadre = an_actor(session, a_person(session, township))
        version = a_question(session, a_bank(session), a_law(session).law_id)
        faults.report(session, cadre, version.id, "key", "应该是B")
    client = client_for(admin.id)
    form = {"file": (io.BytesIO(PAPER.encode()), "县里发的.txt"), "bank": "本单位题库"}
    client.post("/bank/imports/", data=form, content_type="multipart/form-data")
    page = client.get("/").text
    assert "1道题有人反映有误" in page and "1个导入的文件还没有入库" in page and "县里发的.txt" in page
    other = client_for(cadre.person_id).get("/").text
    assert "反映有误" not in other and "县里发的" not in other
