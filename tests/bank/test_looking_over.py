"""Looking a batch over: alike settled together, pieces joined and cut, pages, somebody else going on."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from studyhall.bank import batch_acts, batch_list, batch_opening, recutting
from studyhall.bank.batch_items import in_file_order
from studyhall.bank.carried import Carried
from studyhall.bank.formats import read_bytes
from studyhall.bank.formats.reading import Reading
from studyhall.bank.formats.sheet_cells import sheets_of
from studyhall.bank.models import ImportBatch, ImportItem
from studyhall.bank.record import Fragment, Kind, Place, Record, lettered
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.core.errors import Refused
from studyhall.people.models import Unit
from tests.bank.test_import_pages import questions, upload
from tests.factories import a_law, a_person, a_township

HELD = """一、单选题
1. 水渠坏了由谁来修？（ A ）
A. 村民委员会  B. 邻村
2. 这一道没有答案（  ）
A. 甲  B. 乙
3. 这一道也没有答案（  ）
A. 甲  B. 乙
4. 答案超出了范围（ E ）
A. 甲  B. 乙
"""
CITED = """一、判断题
1. 村务公开每季度一次。（ √ ）
解析：《村民委员会组织法》第九十条。
2. 村民会议由村委会召集。（ √ ）
解析：《村民委员会组织法》第九十一条。
"""


@pytest.fixture
def township(session: Session) -> Unit:
    return a_township(session)


def opened(session: Session, township: Unit, text: str) -> ImportBatch:
    (file,) = batch_opening.prepared(
        session, Carried.of(read_bytes(text.encode(), "题.txt")), township, "本单位题库"
    )
    return batch_opening.open_batch(session, None, township, file, text.encode())


def held(session: Session, batch: ImportBatch) -> list[ImportItem]:
    query = sa.select(ImportItem).where(ImportItem.batch_id == batch.id, ImportItem.state == "held")
    return list(session.scalars(query.order_by(ImportItem.position)))


# Alike


def test_all_held_for_the_same_reason_are_left_out_together(session: Session, township: Unit) -> None:
    batch = opened(session, township, HELD)
    first = held(session, batch)[0]
    assert batch_list.count_alike(session, first) == 2
    assert batch_acts.leave_alike(session, batch, first).done == 2
    assert batch_list.counts(session, batch.id) == {"ready": 1, "held": 1, "left_out": 2}


def test_all_held_for_the_same_reason_are_taken_together(session: Session, township: Unit) -> None:
    a_law(session, "村民委员会组织法", 50)
    batch = opened(session, township, CITED)
    first, second = held(session, batch)
    assert first.reason != second.reason, "alike by the rule, not by the words"
    assert batch_acts.take_alike(session, batch, first).done == 2
    assert batch_list.counts(session, batch.id) == {"ready": 2}


def test_nothing_without_a_key_is_taken_with_the_others(session: Session, township: Unit) -> None:
    batch = opened(session, township, HELD)
    with pytest.raises(Refused, match="还没有答案"):
        batch_acts.take_alike(session, batch, held(session, batch)[0])


# Joined and cut


def read(words: str) -> Reading:
    return read_bytes(words.encode(), "题.txt")


def only(text: str) -> Record:
    (record,) = read(text).records
    return record


TWO_IN_ONE = """6. 村务公开栏由谁管（ A ）
A. 村民委员会  B. 邻村
多久公布一次？（ B ）
A. 一天  B. 一季度"""


def test_a_question_is_cut_in_two() -> None:
    piece = Record(Kind.SINGLE, "村务公开栏由谁管", number=6, place=Place(line=9), source=TWO_IN_ONE)
    first, second = recutting.cut(piece, 3, read)
    assert isinstance(first, Record) and isinstance(second, Record)
    assert (first.answer, first.right_texts) == (("A",), ("村民委员会",))
    assert (second.answer, second.right_texts) == (("B",), ("一季度",))
    assert "多久公布一次" in second.stem and first.number == 6


def test_a_key_from_the_table_at_the_end_stays_with_the_first_half() -> None:
    text = "1. 谁来修？\nA. 村委会  B. 邻村\n多久公布？\nA. 一天  B. 一季度"
    piece = Record(Kind.SINGLE, "谁来修？", lettered(["村委会", "邻村"]), ("B",), source=text, number=1)
    first, _second = recutting.cut(piece, 3, read)
    assert isinstance(first, Record) and first.answer == ("B",)


def test_a_half_that_asks_nothing_is_kept_as_a_piece() -> None:
    piece = Record(
        Kind.SINGLE, "谁来修？", source="1. 谁来修？（ A ）\nA. 村委会  B. 邻村\n以上由办公室整理。"
    )
    first, second = recutting.cut(piece, 3, read)
    assert isinstance(first, Record) and first.answer == ("A",)
    assert isinstance(second, Fragment) or second.answer is None


def test_options_that_were_torn_off_come_back() -> None:
    first = only("一、单选题\n1. 谁来修水渠？（ C ）\nA. 学校  B. 邻村\n")
    assert first.reason, "C is no option yet"
    whole = recutting.joined(first, Fragment(Place(line=4), "没看懂", "C. 村民委员会  D. 医院"), read)
    assert isinstance(whole, Record)
    assert (whole.right_texts, whole.reason) == (("村民委员会",), "")


def test_what_is_not_understood_as_one_is_held_with_all_its_words() -> None:
    first, second = read(
        "一、单选题\n1. 谁来修？（ A ）\nA. 村委会  B. 邻村\n2. 几天？（ B ）\nA. 一  B. 二\n"
    ).records
    whole = recutting.joined(first, second, read)
    assert isinstance(whole, Record)
    assert whole.reason and "谁来修" in whole.stem and "几天" in whole.stem


def test_a_row_of_a_sheet_is_cut_by_its_written_out_lines() -> None:
    record = Record(
        Kind.SINGLE, "谁来修？", lettered(["村委会", "邻村"]), ("A",), place=Place(row=3), source="a | b"
    )
    assert recutting.lines_of(record) == ["谁来修？", "A．村委会", "B．邻村", "答案：A"]


def test_pieces_stand_where_they_stood_in_the_file() -> None:
    records = [Record(Kind.JUDGE, word, place=Place(line=line)) for word, line in (("甲", 1), ("乙", 9))]
    between, behind = Fragment(Place(line=5), "", "中"), Fragment(Place(line=12), "", "后")
    assert in_file_order(records, [behind, between]) == [records[0], between, records[1], behind]


def test_cutting_makes_room_and_joining_leaves_the_others_in_place(session: Session, township: Unit) -> None:
    batch = opened(session, township, HELD)
    before = [item.words for item in batch_list.page(session, batch, "held").items]
    item = batch_list.item_of(session, batch, 1)
    pieces = recutting.cut(batch_acts.piece_of(item), 2, read)
    batch_acts.put_instead(session, batch, [item], pieces)
    session.expire_all()
    positions = session.scalars(
        sa.select(ImportItem.position).where(ImportItem.batch_id == batch.id).order_by(ImportItem.position)
    ).all()
    assert positions == [1, 2, 3, 4, 5]
    assert [one.words for one in batch_list.page(session, batch, "held").items][-3:] == before


# Pages


def test_a_long_list_is_shown_page_by_page(session: Session, township: Unit) -> None:
    text = "一、判断题\n" + "".join(f"{n}. 第{n}件事要登记。（ √ ）\n" for n in range(1, 121))
    batch = opened(session, township, text)
    assert len(batch_list.page(session, batch, "ready").items) == 50
    third = batch_list.page(session, batch, "ready", 3)
    assert (third.number, third.pages, third.items[0].position) == (3, 3, 101)
    assert batch_list.page(session, batch, "ready", item=60).number == 2
    assert batch_list.following(session, batch, "ready", 50) == 51


@pytest.fixture
def two_admins(sqlite_database: Database, client_for: Callable[[int], FlaskClient]) -> list[FlaskClient]:
    with sqlite_database.writing() as session:
        township = a_township(session)
        people = [a_person(session, township, roles=[(Role.ADMIN, township)]).id for _ in range(2)]
    return [client_for(person) for person in people]


def test_another_admin_takes_a_preview_over_and_lands_it(
    two_admins: list[FlaskClient], sqlite_database: Database
) -> None:
    first, second = two_admins
    where = upload(first, HELD).location
    first.post("/logout")
    assert "可入库 1" in second.get(where).text
    assert "题.txt" in second.get("/bank/imports/").text
    assert second.post(f"{where}/land").status_code == 302
    assert questions(sqlite_database) == ["in_use"]


def test_the_same_file_twice_adds_nothing_even_when_both_were_open(
    two_admins: list[FlaskClient], sqlite_database: Database
) -> None:
    wheres = [upload(client, HELD).location for client in two_admins]
    for client, where in zip(two_admins, wheres, strict=True):
        client.post(f"{where}/land")
    assert len(questions(sqlite_database)) == 1
    third = upload(two_admins[0], HELD).location
    page = two_admins[0].get(third).text
    assert "重复 1" in page and "可入库" not in page.split("steps")[0]


def test_the_page_settles_all_alike_and_says_how_many(two_admins: list[FlaskClient]) -> None:
    admin = two_admins[0]
    where = upload(admin, HELD).location
    assert "2道同类的都不要" in admin.get(where).text
    answer = admin.post(f"{where}/items/2/leave-alike", data={"state": "held"}, follow_redirects=True)
    assert "同类的2题都不要了" in answer.text


def test_the_page_joins_and_cuts(two_admins: list[FlaskClient], sqlite_database: Database) -> None:
    admin = two_admins[0]
    where = upload(admin, HELD).location
    assert "从这里分开" in admin.get(f"{where}?item=2").text
    answer = admin.post(f"{where}/items/2/split", data={"line": "2"}, follow_redirects=True)
    assert "已分开" in answer.text
    assert items(sqlite_database) == 5
    answer = admin.post(f"{where}/items/2/join", follow_redirects=True)
    assert "已合并" in answer.text and "共找到4题" in answer.text
    assert items(sqlite_database) == 4
    refused = admin.post(f"{where}/items/2/split", data={"line": "99"})
    assert refused.status_code == 400 and "请选从哪一行分开" in refused.text
    refused = admin.post(f"{where}/items/5/join")
    assert refused.status_code == 400 and "后面没有题了" in refused.text
    assert questions(sqlite_database) == []


def items(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(ImportItem)) or 0


# Sheets


def test_the_template_comes_with_one_click_and_reads_back(two_admins: list[FlaskClient]) -> None:
    admin = two_admins[0]
    assert "/bank/imports/template.xlsx" in admin.get("/bank/imports/").text
    answer = admin.get("/bank/imports/template.xlsx")
    assert answer.mimetype.endswith("sheet")
    reading = read_bytes(answer.data, "模板.xlsx")
    assert (reading.records, reading.fragments) == ([], [])


def test_what_was_left_comes_as_a_sheet_with_reasons_to_mend_and_bring_in_again(
    two_admins: list[FlaskClient],
) -> None:
    admin = two_admins[0]
    where = upload(admin, HELD).location
    answer = admin.get(f"{where}/held.xlsx")
    (sheet, *_help) = sheets_of(answer.data)
    reasons = [row[sheet.rows[0].index("为什么没有入库")] for row in sheet.rows[1:]]
    assert reasons == ["没有找到答案", "没有找到答案", "答案是 E，选项只有 A 到 B"]
    form = {"file": (io.BytesIO(answer.data), "待核对的试题.xlsx")}
    again = admin.post("/bank/imports/", data=form, content_type="multipart/form-data")
    assert "待核对 3" in admin.get(again.location).text
