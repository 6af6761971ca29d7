"""The pages of an import: choose, look over, mend, land, take back; another unit finds nothing."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from studyhall.bank.models import ImportBatch, Question, QuestionVersion
from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people.models import Unit
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


# What an admin does besides: what is worth a look, parts of cases, pieces not understood, out of use

CASE = """四、案例分析题
案例一：村委会把林地私自发包给外村人。
1. 应当由谁决定？
A. 村民会议
B. 村支书
答案：A
2. 可以不公布。
A. 对
B. 错
"""


def test_what_is_worth_a_look_is_said_and_can_be_filtered(admin: FlaskClient) -> None:
    stems = ("村民委员会应当每季度公布财务收支情况", "村民委员会应当每季度公布财务收入情况")
    text = "一、判断题\n" + "".join(
        f"{n}. {stem}。\n答案：对\n" for n, stem in zip((1, 4), stems, strict=True)
    )
    where = upload(admin, text).location
    page = admin.get(where).text
    assert "可入库，有提醒的 1" in page and "前面缺第2、3题" in page and "很像" in page


def test_one_part_of_a_case_is_mended_and_the_case_lands(
    admin: FlaskClient, sqlite_database: Database
) -> None:
    where = upload(admin, CASE).location
    page = admin.get(f"{where}?edit=1&part=2").text
    assert "第2问" in page and ">可以不公布。</textarea>" in page
    form = {"part": "2", "kind": "judge", "stem": "可以不公布。", "answer": "错", "state": "held"}
    assert admin.post(f"{where}/items/1/mend", data=form).status_code == 302
    assert admin.post(f"{where}/land").status_code == 302
    assert len(questions(sqlite_database)) == 3


def test_more_options_than_usual_survive_a_mend(admin: FlaskClient) -> None:
    options = "".join(f"{letter}. 事项{letter}\n" for letter in "ABCDEFGH")
    where = upload(admin, f"二、多选题\n1. 要公示的有\n{options}").location
    page = admin.get(f"{where}?edit=1").text
    assert 'name="option-H" value="事项H"' in page and 'name="option-I"' in page


@pytest.mark.parametrize("typed", ["ＡＢ", "A、B", "b a"])
def test_a_key_may_be_typed_as_people_type_it(
    admin: FlaskClient, sqlite_database: Database, typed: str
) -> None:
    where = upload(admin).location
    form = {"kind": "multiple", "stem": "谁？", "option-A": "甲", "option-B": "乙", "answer": typed}
    assert admin.post(f"{where}/items/2/mend", data=form).status_code == 302


def test_a_piece_not_understood_becomes_a_question(admin: FlaskClient, sqlite_database: Database) -> None:
    where = upload(
        admin, PAPER + "三、判断题\n" + "这一段文字讲了很多，没有题号也没有答案，" * 8 + "\n"
    ).location
    page = admin.get(f"{where}?state=fragment").text
    assert "写成一道题" in page
    at = page.split("item=")[1].split('"')[0].split("&")[0]
    assert "这一段文字" in admin.get(f"{where}?state=fragment&item={at}&edit=1").text
    form = {"kind": "judge", "stem": "这一段讲得对。", "answer": "对", "state": "fragment"}
    assert admin.post(f"{where}/items/{at}/mend", data=form).status_code == 302
    admin.post(f"{where}/land")
    assert len(questions(sqlite_database)) == 2


def test_a_batch_somebody_was_dealt_goes_out_of_use(admin: FlaskClient, sqlite_database: Database) -> None:
    where = upload(admin).location
    admin.post(f"{where}/land")
    with sqlite_database.writing() as session:
        session.execute(sa.update(QuestionVersion).values(first_dealt_at=clock.now()))
    page = admin.get(f"{where}/undo").text
    assert "其中1题已经有人抽到" in page and "停用1题" in page and "撤回1题" not in page
    assert admin.post(f"{where}/undo").status_code == 409
    answer = admin.post(f"{where}/retire")
    assert "这一批的1题已经停用" in admin.get(answer.location).text
    assert questions(sqlite_database) == ["retired"]
    assert admin.post(f"{where}/retire").status_code == 409


def test_another_admin_of_the_unit_goes_on(
    admin: FlaskClient, sqlite_database: Database, client_for: Callable[[int], FlaskClient]
) -> None:
    where = upload(admin).location
    admin.post("/logout")
    with sqlite_database.writing() as session:
        township = session.scalars(sa.select(Unit)).one()
        other = a_person(session, township, roles=[(Role.ADMIN, township)]).id
    client = client_for(other)
    assert "没有入库" in client.get("/bank/imports/").text
    assert client.post(f"{where}/land").status_code == 302
    assert questions(sqlite_database) == ["in_use"]


def test_a_repealed_law_is_held(admin: FlaskClient) -> None:
    text = "一、判断题\n1. 结婚应当登记。\n答案：对\n解析：见《婚姻法》第八条。\n"
    page = admin.get(upload(admin, text).location).text
    assert "待核对 1" in page and "现在是《民法典》" in page


def test_what_was_given_up_can_be_had_back(admin: FlaskClient, sqlite_database: Database) -> None:
    where = upload(admin).location
    assert admin.post(f"{where}/discard").location == where
    page = admin.get(where).text
    assert "这个文件不导入了" in page and "还是要导入" in page and "入库1题" not in page
    assert admin.post(f"{where}/land").status_code == 409
    assert admin.post(f"{where}/reopen").status_code == 302
    assert "入库1题" in admin.get(where).text
    assert admin.post(f"{where}/reopen").status_code == 409


def test_the_page_says_which_of_how_many_it_shows(admin: FlaskClient) -> None:
    paper = "一、判断题\n" + "".join(f"{n}. 第{n}件事要公开。（ √ ）\n" for n in range(1, 61))
    where = upload(admin, paper).location
    assert "第1道，共60道" in admin.get(f"{where}?state=ready").text
    page = admin.get(f"{where}?state=ready&item=57").text
    assert "第57道，共60道" in page and "第2页，共2页" in page
