"""Articles under a question are kept in each process, and none shows an old text for long."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank import cited
from studyhall.bank.models import QuestionVersion
from studyhall.core import clock
from studyhall.core.db import Database
from studyhall.library import importing
from studyhall.library.law_files import read_file
from studyhall.library.models import Article, Edition
from tests.counting import counted
from tests.factories import NOON, a_bank_of, a_law, a_township

TODAY = NOON.date()


def _texts(session: Session, version: int, today: date = TODAY) -> set[str | None]:
    return {ground.text for ground in cited.grounds(session, version, today).values()}


@pytest.fixture
def versions(database: Database) -> list[int]:
    """Two questions on the same law, whose first article says 旧文."""
    with database.writing() as session:
        law = a_law(session).law_id
        a_bank_of(session, law, a_township(session), single=2)
        session.execute(sa.update(Article).values(text="旧文"))
        return list(session.scalars(sa.select(QuestionVersion.id).order_by(QuestionVersion.id)))


def _brought_in_elsewhere(database: Database) -> None:
    """By another process: nobody tells this one."""
    with database.writing() as session:
        session.execute(sa.update(Article).values(text="新文"))
        session.execute(sa.update(Edition).values(imported_at=clock.now()))


def test_what_is_kept_costs_no_statement(database: Database, versions: list[int]) -> None:
    with database.reading() as session:
        assert _texts(session, versions[0]) == {"旧文"}
        with counted(database.engine) as statements:
            assert _texts(session, versions[0]) == {"旧文"}
    assert statements == []


def test_a_text_from_another_process_is_seen_when_the_stamp_is_read_again(
    database: Database, versions: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.reading() as session:
        assert [_texts(session, one) for one in versions] == [{"旧文"}, {"旧文"}]
    _brought_in_elsewhere(database)
    with database.reading() as session:
        assert _texts(session, versions[0]) == {"旧文"}, "within the few seconds"
    with database.reading() as session:
        monkeypatch.setattr(cited, "_SURE_FOR", -1.0)
        assert _texts(session, versions[0]) == {"新文"}
        monkeypatch.setattr(cited, "_SURE_FOR", 600.0)
        assert _texts(session, versions[1]) == {"新文"}, "the other is forgotten with it"


def test_where_nothing_came_in_the_others_stay_kept(
    database: Database, versions: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.reading() as session:
        for one in versions:
            cited.grounds(session, one, TODAY)
        monkeypatch.setattr(cited, "_SURE_FOR", -1.0)
        cited.grounds(session, versions[0], TODAY)
        monkeypatch.setattr(cited, "_SURE_FOR", 600.0)
        with counted(database.engine) as statements:
            cited.grounds(session, versions[1], TODAY)
    assert statements == []


def test_importing_a_law_changes_the_stamp(database: Database, versions: list[int]) -> None:
    def stamp(session: Session) -> object:
        return session.execute(sa.select(*cited._STAMP)).one()

    with database.reading() as session:
        before = stamp(session)
    text = "中华人民共和国渠道法\n（2020年1月1日通过，自2020年3月1日起施行）\n第一条 渠道公用。\n第二条 渠道公修。\n"
    with database.writing() as session:
        importing.file_laws(session, None, [read_file("渠道法.txt", text.encode())])
    with database.reading() as session:
        assert stamp(session) != before


def test_a_new_day_is_read_anew(database: Database, versions: list[int]) -> None:
    with database.reading() as session:
        cited.grounds(session, versions[0], TODAY)
        with counted(database.engine) as statements:
            cited.grounds(session, versions[0], date(2027, 1, 1))
    assert len(statements) == 1
