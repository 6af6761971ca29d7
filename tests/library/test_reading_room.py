"""The reading room: laws, chapters, an address for every article, search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.library import filing, importing
from studyhall.library.law_files import read_file
from studyhall.library.models import Edition
from studyhall.quizzes import taking
from studyhall.quizzes.assembly import Line
from tests.factories import (
    NOON,
    a_bank,
    a_law,
    a_person,
    a_question,
    a_township,
    an_actor,
    an_assessment,
)
from tests.library.texts import NEW, OLD

ClientFor = Callable[..., FlaskClient]


@pytest.fixture
def reader(sqlite_database: Database, client_for: ClientFor) -> FlaskClient:
    """A cadre's phone, and a site with the canal law: gists for two articles, one key point, no text."""
    with sqlite_database.writing() as session:
        township = a_township(session)
        person = a_person(session, township).id
        edition = filing.file_edition(session, "水渠法", date(2024, 5, 1), 8)
        filing.file_headings(
            session, edition, [filing.Heading("第一章 总则", 1, 1, 4), filing.Heading("第二章 用水", 1, 5, 8)]
        )
        filing.file_gists(session, edition, {2: "先想着节水，再谈怎么分水。", 5: "轮灌的次序开会定。"})
        card = filing.Card("yd-1", "第二章 用水", "轮灌怎么排", "开会定次序（第五条），贴出来。", (5,))
        filing.file_cards(session, edition, [card])
    return client_for(person)


def text(client: FlaskClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.text
    return response.text


def test_all_laws_with_what_there_is_of_each(reader: FlaskClient) -> None:
    page = text(reader, "/laws/")
    assert "水渠法" in page
    assert "现行有效" in page
    assert "条旨2条，要点1张" in page


def test_a_site_without_laws_says_so(sqlite_database: Database, client_for: ClientFor) -> None:
    with sqlite_database.writing() as session:
        person = a_person(session, a_township(session)).id
    assert "还没有法律" in text(client_for(person), "/laws/")


def test_a_law_opens_at_its_chapters_and_a_chapter_at_its_articles(reader: FlaskClient) -> None:
    page = text(reader, "/laws/水渠法")
    assert "第一章\u3000总则" in page
    assert "第五条至第八条" in page
    page = text(reader, "/laws/水渠法/chapters/5")
    assert "轮灌的次序开会定。" in page
    assert "要点：轮灌怎么排" in page
    assert "/laws/%E6%B0%B4%E6%B8%A0%E6%B3%95/8" in page
    assert "上一章：第一章\u3000总则" in page


def test_every_article_has_an_address(reader: FlaskClient) -> None:
    for number in range(1, 9):
        assert reader.get(f"/laws/水渠法/{number}").status_code == 200
    assert "一共8条" in text(reader, "/laws/水渠法/9", 404)
    assert "还没有《山林法》" in text(reader, "/laws/山林法/1", 404)
    text(reader, "/laws/水渠法/第五条", 404)


def test_an_article_without_its_text_says_how_it_gets_here(reader: FlaskClient) -> None:
    page = text(reader, "/laws/水渠法/5")
    assert "轮灌的次序开会定。" in page
    assert "本单位还没有导入条文。" in page
    assert "flk.npc.gov.cn" in page
    assert "请管理员" in page
    assert "要点：轮灌怎么排" in page
    assert "上一条：第四条" in page
    assert "下一条：第六条" in page


def test_citations_in_a_key_point_are_links_of_this_law_only(reader: FlaskClient) -> None:
    page = text(reader, "/laws/水渠法/5")
    assert '<a href="/laws/%E6%B0%B4%E6%B8%A0%E6%B3%95/5">第五条</a>' in page


def test_an_imported_text_stands_under_the_gist(reader: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        importing.file_laws(session, None, [read_file("a.txt", NEW.encode())])
    page = text(reader, "/laws/水渠法/5")
    assert "（一）遇到干旱；" in page
    assert "还没有导入条文" not in page


def test_an_edition_no_longer_in_force_says_so_first(reader: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        importing.file_laws(session, None, [read_file("a.txt", OLD.encode())])
    page = text(reader, "/laws/水渠法/4?edition=2010-06-01")
    assert "这是2010年版，2024年5月1日起不再施行。" in page
    assert "看现行版" in page
    assert "这是2010年版" not in text(reader, "/laws/水渠法/4")
    text(reader, "/laws/水渠法/4?edition=2011-01-01", 404)


def test_two_editions_stand_side_by_side(reader: FlaskClient, sqlite_database: Database) -> None:
    assert "只有一版" in text(reader, "/laws/水渠法/changes", 409)
    with sqlite_database.writing() as session:
        importing.file_laws(
            session, None, [read_file("a.txt", OLD.encode()), read_file("b.txt", NEW.encode())]
        )
    page = text(reader, "/laws/水渠法/changes")
    assert "第五条 → 第六条、第七条" in page
    assert "有修改，拆成几条" in page


@pytest.mark.parametrize("words", ["水", "节水", "节水 分水", "想着节水，再谈"])
def test_search_finds_words_from_one_character_up_and_marks_them(reader: FlaskClient, words: str) -> None:
    page = text(reader, f"/laws/search?q={words}")
    assert "第二条" in page
    assert "<mark>" in page


def test_search_finds_headings_key_points_and_official_text(
    reader: FlaskClient, sqlite_database: Database
) -> None:
    assert "要点：<mark>轮灌</mark>怎么排" in text(reader, "/laws/search?q=轮灌")
    assert "第二章\u3000<mark>用水</mark>" in text(reader, "/laws/search?q=用水")
    assert "没有找到" in text(reader, "/laws/search?q=收据")
    with sqlite_database.writing() as session:
        importing.file_laws(session, None, [read_file("a.txt", NEW.encode())])
    assert "<mark>收据</mark>" in text(reader, "/laws/search?q=收据")


def test_an_article_is_found_by_its_number(reader: FlaskClient) -> None:
    for words in ("水渠法5", "水渠法第五条", "《水渠法》第5条"):
        assert "看《水渠法》第五条" in text(reader, f"/laws/search?q={words}")


def test_nothing_found_offers_a_way_out(reader: FlaskClient) -> None:
    page = text(reader, "/laws/search?q=节水优待")
    assert "没有找到“节水优待”" in page
    assert "试试" in page
    assert "q=%E8%8A%82%E6%B0%B4" in page
    assert "换一个短一点的词" in text(reader, "/laws/search?q=蜜蜂")
    assert "写一个词再查" in text(reader, "/laws/search?q=")


def test_signs_of_the_database_are_letters_like_others(reader: FlaskClient) -> None:
    assert "没有找到“%”" in text(reader, "/laws/search?q=%25")
    assert "没有找到“_”" in text(reader, "/laws/search?q=_")


def test_an_article_shows_its_questions_with_the_reason(
    reader: FlaskClient, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        edition = session.scalars(sa.select(Edition)).one()
        bank = a_bank(session)
        version = a_question(session, bank, edition.law_id, article=5)
        a_question(session, bank, edition.law_id, article=5, state="draft")
        stem, why = version.stem, version.explanation
    page = text(reader, "/laws/水渠法/5")
    assert "这一条有1道题" in page
    assert stem in page
    assert why in page


@pytest.mark.parametrize("reveal", ["after_hand_in", "after_close"])
def test_what_one_is_being_asked_is_not_explained_meanwhile(
    sqlite_database: Database, client_for: ClientFor, reveal: str
) -> None:
    """Neither while the paper is open, nor before its answers are shown; then it is there again."""
    with sqlite_database.writing() as session:
        township = a_township(session)
        person, other = a_person(session, township), a_person(session, township)
        law = a_law(session).law_id
        version = a_question(session, a_bank(session), law, article=5)
        assessment = an_assessment(session, township, [Line(law, "single", 1, 100)], reveal=reveal)
        actor = an_actor(session, person)
        attempt = taking.begin(session, actor, assessment, NOON).id
        why, person_id, other_id = version.explanation, person.id, other.id
        closes_at = assessment.closes_at
    assert why not in text(client_for(person_id), "/laws/测试法/5")
    assert why in text(client_for(other_id), "/laws/测试法/5")
    with sqlite_database.writing() as session:
        taking.hand_in(session, attempt, actor, NOON + timedelta(minutes=1))
    with clock.standing_at(NOON + timedelta(minutes=2)):
        shown = why in text(client_for(person_id), "/laws/测试法/5")
    assert shown is (reveal == "after_hand_in")
    with clock.standing_at(closes_at + timedelta(minutes=2)):
        assert why in text(client_for(person_id, closes_at), "/laws/测试法/5")


def test_only_who_keeps_the_whole_site_brings_in_a_law(
    sqlite_database: Database, client_for: ClientFor
) -> None:
    with sqlite_database.writing() as session:
        county = a_township(session, "C1")
        township = a_township(session, "T1", county)
        below = a_person(session, township, roles=[(Role.ADMIN, township)]).id
        cadre = a_person(session, township).id
    assert client_for(cadre).get("/laws/import").status_code == 403
    assert client_for(below).get("/laws/import").status_code == 403
    assert 'href="/laws/import"' not in text(client_for(below), "/laws/")
