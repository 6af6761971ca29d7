"""Questions out of the bank: what goes along, who may, what is said before the download and noted after."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from studyhall.bank import exporting
from studyhall.bank.formats import read_bytes
from studyhall.bank.formats.writing import FORMATS
from studyhall.bank.models import Bank, Question, QuestionVersion
from studyhall.bank.record import Kind, content_hash
from studyhall.core.access import Role
from studyhall.core.audit import AuditEvent
from studyhall.core.db import Database
from tests.counting import counted
from tests.factories import a_bank, a_bank_of, a_law, a_person, a_question, a_township

EVERYTHING = sa.true()


def a_case(session: Session, law_id: int) -> QuestionVersion:
    bank = a_bank(session)
    case = a_question(session, bank, law_id, "case")
    for position, kind in enumerate(("single", "judge"), 1):
        a_question(session, bank, law_id, kind, parent=case, position=position)
    session.expire_all()
    return case


def test_a_question_goes_out_with_its_law_articles_and_key(session: Session) -> None:
    edition = a_law(session, "测试法")
    version = a_question(session, a_bank(session), edition.law_id, "multiple", article=7, difficulty=2)
    (record,) = exporting.records(session, EVERYTHING, exporting.Wanted())
    assert (record.kind, record.answer, record.difficulty) == (Kind.MULTIPLE, ("A", "B"), 2)
    assert (record.law, record.cites) == ("测试法", ("《测试法》第七条",))
    assert (record.id, record.standing, record.version) == (version.question.key, "in_use", 1)


def test_a_case_goes_out_with_its_parts_in_order(session: Session) -> None:
    a_case(session, a_law(session).law_id)
    (record,) = exporting.records(session, EVERYTHING, exporting.Wanted())
    assert [part.kind for part in record.parts] == [Kind.SINGLE, Kind.JUDGE]


def test_a_chosen_part_brings_its_whole_case(session: Session) -> None:
    law = a_law(session).law_id
    case = a_case(session, law)
    a_bank_of(session, law, single=2)
    chosen = exporting.Wanted(question_ids={case.parts[1].question_id})
    (record,) = exporting.records(session, EVERYTHING, chosen)
    assert record.kind is Kind.CASE and len(record.parts) == 2


def test_retired_questions_stay_unless_asked_for(session: Session) -> None:
    law, bank = a_law(session).law_id, a_bank(session)
    for state in ("in_use", "draft", "held", "retired"):
        a_question(session, bank, law, state=state)
    assert len(exporting.records(session, EVERYTHING, exporting.Wanted())) == 3
    everything = exporting.Wanted(states=exporting.EVERY_STATE)
    assert len(exporting.records(session, EVERYTHING, everything)) == 4


def test_only_one_bank_or_one_law(session: Session) -> None:
    first, second = a_law(session, "甲法").law_id, a_law(session, "乙法").law_id
    bank = a_bank_of(session, first, single=2)
    a_bank_of(session, second, judge=3)
    assert len(exporting.records(session, EVERYTHING, exporting.Wanted(bank_id=bank.id))) == 2
    assert len(exporting.records(session, EVERYTHING, exporting.Wanted(law_id=second))) == 3


def test_words_in_the_stem_choose_and_a_part_brings_its_case(session: Session) -> None:
    law, bank = a_law(session).law_id, a_bank(session)
    a_question(session, bank, law, "single", stem="承包期限一般是几年？")
    a_question(session, bank, law, "single", stem="谁来承包鱼塘？")
    case = a_question(session, bank, law, "case", stem="村民老李的一件事。")
    a_question(session, bank, law, "judge", parent=case, position=1, stem="他的承包合同有效。")
    session.expire_all()

    def found(words: str) -> list[str]:
        wanted = exporting.Wanted(words=words)
        return [record.stem for record in exporting.records(session, EVERYTHING, wanted)]

    assert found("承包") == ["承包期限一般是几年？", "谁来承包鱼塘？", "村民老李的一件事。"]
    assert found("承包 鱼塘") == ["谁来承包鱼塘？"]
    assert found("老李") == ["村民老李的一件事。"]
    assert found("居住权") == []


def test_the_number_of_statements_does_not_grow_with_the_bank(session: Session) -> None:
    law = a_law(session).law_id
    a_bank_of(session, law, single=3)
    with counted(session.get_bind().engine) as few:
        exporting.records(session, EVERYTHING, exporting.Wanted())
    a_bank_of(session, law, single=30)
    session.expire_all()
    with counted(session.get_bind().engine) as many:
        exporting.records(session, EVERYTHING, exporting.Wanted())
    assert len(many) <= len(few) + 1


@pytest.mark.parametrize("form", ["xlsx", "docx", "qti", "json"])
def test_what_goes_out_comes_back_the_same(session: Session, form: str) -> None:
    law = a_law(session).law_id
    a_bank_of(session, law, single=2, multiple=2, judge=2, fill=2, short=1)
    a_case(session, law)
    records = exporting.records(session, EVERYTHING, exporting.Wanted())
    back = read_bytes(FORMATS[form].write(records), "out" + FORMATS[form].ending)
    assert {content_hash(one) for one in back.records} == {content_hash(one) for one in records}
    assert all(one.state == "ready" for one in back.records)


# Pages


@pytest.fixture
def admin(sqlite_database: Database, client_for: Callable[[int], FlaskClient]) -> FlaskClient:
    with sqlite_database.writing() as session:
        township = a_township(session)
        law = a_law(session, "测试法").law_id
        a_bank_of(session, law, township, single=2, short=1)
        person = a_person(session, township, roles=[(Role.ADMIN, township)]).id
    return client_for(person)


def test_what_a_form_loses_is_said_before_the_download(admin: FlaskClient) -> None:
    page = admin.get("/bank/export/").text
    assert "导出3道题" in page
    assert "1道不是单选题，不会导出。" in page
    assert "3道题的法律、条文、难度不会导出。" in page


@pytest.mark.parametrize("form", ["xlsx", "docx", "docx-paper", "package", "moodle", "qti", "gift", "json"])
def test_every_form_downloads_and_is_noted(admin: FlaskClient, sqlite_database: Database, form: str) -> None:
    answer = admin.post(f"/bank/export/{form}")
    assert answer.status_code == 200 and len(answer.data) > 100
    assert "attachment" in answer.headers["Content-Disposition"]
    assert read_bytes(answer.data, "out").records
    with sqlite_database.reading() as session:
        event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "bank.exported")).one()
        assert event.after is not None and event.after["questions"] == 3


def test_drafts_and_those_on_hold_are_named_before_they_go(
    admin: FlaskClient, sqlite_database: Database
) -> None:
    assert "也会导出" not in admin.get("/bank/export/").text
    with sqlite_database.writing() as session:
        for question, state in zip(session.scalars(sa.select(Question)), ("draft", "held"), strict=False):
            question.state = state
    assert "其中草稿1道，待核对1道，也会导出。" in admin.get("/bank/export/").text


def test_a_form_that_would_hold_nothing_is_not_offered_and_refused(
    admin: FlaskClient, sqlite_database: Database
) -> None:
    with sqlite_database.reading() as session:
        (short,) = session.scalars(
            sa.select(QuestionVersion.question_id).where(QuestionVersion.kind == "short")
        )
    page = admin.get(f"/bank/export/?question={short}").text
    assert "没有单选题" in page and "/bank/export/json" in page
    refused = admin.post("/bank/export/aiken", data={"question": short})
    assert refused.status_code == 409 and "请换一种格式" in refused.text


def test_an_empty_bank_leads_to_the_import(
    sqlite_database: Database, client_for: Callable[[int], FlaskClient]
) -> None:
    with sqlite_database.writing() as session:
        township = a_township(session)
        person = a_person(session, township, roles=[(Role.ADMIN, township)]).id
    page = client_for(person).get("/bank/export/").text
    assert "题库里还没有题" in page and "先导入题库" in page


def test_a_paper_without_answers_tells_none(admin: FlaskClient) -> None:
    reading = read_bytes(admin.post("/bank/export/docx-paper").data, "卷.docx")
    assert all(record.answer is None for record in reading.records)


def test_those_with_a_tick_go_out(admin: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.reading() as session:
        chosen = session.scalars(sa.select(Question.id).order_by(Question.id)).first()
    answer = admin.post("/bank/export/chosen", data={"question": [chosen]})
    assert answer.status_code == 302
    assert "导出1道题" in admin.get(answer.location).text
    nothing = admin.post("/bank/export/chosen")
    assert nothing.status_code == 409 and "还没有选题" in nothing.text


def test_the_words_looked_for_go_along_to_the_download(admin: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        bank = session.scalars(sa.select(Bank)).first()
        law = session.scalars(sa.select(Question.law_id)).first()
        assert bank and law
        a_question(session, bank, law, "single", stem="谁来承包鱼塘？")
    page = admin.get("/bank/export/?q=鱼塘").text
    assert "导出1道题" in page and 'name="q" value="鱼塘"' in page
    answer = admin.post("/bank/export/json", data={"q": "鱼塘"})
    assert [one["stem"] for one in answer.json["questions"]] == ["谁来承包鱼塘？"]
    assert "没有找到题目里有“居住权”的题。" in admin.get("/bank/export/?q=居住权").text


def test_another_units_bank_never_leaves(
    admin: FlaskClient, sqlite_database: Database, client_for: Callable[[int], FlaskClient]
) -> None:
    with sqlite_database.writing() as session:
        elsewhere = a_township(session, "T2")
        stranger = a_person(session, elsewhere, roles=[(Role.ADMIN, elsewhere)]).id
        cadre = a_person(session, elsewhere).id
        bank_id = session.scalars(sa.select(Question.bank_id)).first()
        question_id = session.scalars(sa.select(Question.id)).first()
    client = client_for(stranger)
    assert "还没有题" in client.get("/bank/export/").text
    assert client.post("/bank/export/json", data={"bank": bank_id}).status_code == 409
    assert client.post("/bank/export/json", data={"question": question_id}).status_code == 409
    assert client_for(cadre).get("/bank/export/").status_code == 403
    assert client_for(cadre).post("/bank/export/json").status_code == 403
