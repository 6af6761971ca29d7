"""An official text into the library: an edition, its articles, and nothing twice."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.audit import AuditEvent
from studyhall.core.errors import Refused
from studyhall.library import filing, importing, queries
from studyhall.library.law_files import LawFile, read_file
from studyhall.library.models import Article, Edition, Law
from tests.library.texts import NEW, OLD


def file(text: str, name: str = "水渠法.txt") -> LawFile:
    return read_file(name, text.encode("utf-8"))


def test_a_law_nobody_had_comes_with_its_articles_and_headings(session: Session) -> None:
    (done,) = importing.file_laws(session, None, [file(NEW)])
    assert (done.is_new_law, done.is_new_edition, done.changed) == (True, True, 8)
    edition = session.scalars(sa.select(Edition)).one()
    assert (edition.law.title, edition.effective) == ("中华人民共和国水渠法", date(2024, 5, 1))
    assert [d.title for d in edition.divisions] == ["第一章 总则", "第二章 用水"]
    text = session.scalars(sa.select(Article.text).where(Article.number == 2)).one()
    assert text == "水渠管理坚持节水优先的原则。"
    event = session.scalars(sa.select(AuditEvent)).one()
    assert (event.action, event.summary) == ("law.imported", "中华人民共和国水渠法")


def test_the_same_file_twice_changes_nothing(session: Session) -> None:
    importing.file_laws(session, None, [file(NEW)])
    (done,) = importing.file_laws(session, None, [file(NEW)])
    assert (done.is_new_edition, done.changed) == (False, 0)
    assert session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) == 1


def test_texts_join_the_gists_that_are_there_already(session: Session) -> None:
    edition = filing.file_edition(session, "水渠法", date(2024, 5, 1), 8)
    filing.file_gists(session, edition, {2: "先节水。"})
    (done,) = importing.file_laws(session, None, [file(NEW)])
    assert (done.is_new_law, done.is_new_edition) == (False, False)
    session.expire_all()
    article = session.scalars(sa.select(Article).where(Article.number == 2)).one()
    assert (article.gist, article.text) == ("先节水。", "水渠管理坚持节水优先的原则。")


def test_an_older_text_is_an_edition_beside_the_one_in_force(session: Session) -> None:
    importing.file_laws(session, None, [file(NEW), file(OLD)])
    law = session.scalars(sa.select(Law)).one()
    session.expire_all()
    assert [edition.effective.year for edition in law.editions] == [2010, 2024]
    book = queries.book(session, "水渠法", None, date(2026, 5, 20))
    assert book.edition.effective.year == 2024
    old = queries.book(session, "水渠法", "2010-06-01", date(2026, 5, 20))
    assert old.superseded_on == date(2024, 5, 1)


def test_a_file_with_a_fault_lets_none_of_the_others_in(session: Session) -> None:
    torn = OLD.replace("第四条　轮灌", "第五条　轮灌")
    with pytest.raises(Refused, match=r"坏的\.txt：第五条"):
        importing.file_laws(session, None, [file(NEW), file(torn, "坏的.txt")])
    assert session.scalars(sa.select(Law)).all() == []


def test_another_number_of_articles_than_known_is_asked_about(session: Session) -> None:
    filing.file_edition(session, "水渠法", date(2024, 5, 1), 9)
    with pytest.raises(Refused, match="记的是9条，文件里有8条"):
        importing.file_laws(session, None, [file(NEW)])
