"""Files brought in: read, checked beside the bank, looked over, landed whole, taken back whole."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank import batch_acts, batch_list, batch_opening, batches
from studyhall.bank.carried import Carried
from studyhall.bank.formats import read_bytes
from studyhall.bank.models import Bank, Citation, ImportBatch, Question, QuestionVersion
from studyhall.bank.record import Record
from studyhall.core import clock
from studyhall.core.errors import Missing, Refused
from studyhall.people.models import Unit
from tests.factories import a_law, a_person, a_township, an_actor

PAPER = """一、单选题
1. 村里的水渠坏了，由谁来修？（ A ）
A. 村民委员会  B. 邻村  C. 学校  D. 医院
2. 承包地能不能转让？（ B ）
A. 不能  B. 经同意可以  C. 随便  D. 卖掉
3. 这道题没有答案（  ）
A. 甲  B. 乙  C. 丙  D. 丁
二、判断题
4. 村务要公开。（ √ ）
"""


@pytest.fixture
def township(session: Session) -> Unit:
    return a_township(session)


def opened(session: Session, township: Unit, text: str = PAPER, name: str = "题.txt") -> ImportBatch:
    data = text.encode()
    (file,) = batch_opening.prepared(session, Carried.of(read_bytes(data, name)), township, "本单位题库")
    return batch_opening.open_batch(session, None, township, file, data)


def in_bank(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Question)) or 0


def test_nothing_lands_before_somebody_says_so(session: Session, township: Unit) -> None:
    batch = opened(session, township)
    assert batch_list.counts(session, batch.id) == {"ready": 3, "held": 1}
    assert in_bank(session) == 0


def test_what_is_ready_lands_and_what_is_held_stays_out(session: Session, township: Unit) -> None:
    batch = opened(session, township)
    assert batches.land(session, None, batch, in_use=True) == 3
    assert batch_list.counts(session, batch.id) == {"landed": 3, "held": 1}
    states = session.scalars(sa.select(Question.state)).all()
    assert states == ["in_use"] * 3
    judge = session.scalars(sa.select(QuestionVersion).where(QuestionVersion.kind == "judge")).one()
    assert judge.answer is True and judge.question.current_version_id == judge.id


def test_by_the_command_they_land_as_drafts(session: Session, township: Unit) -> None:
    batches.land(session, None, opened(session, township), in_use=False)
    assert set(session.scalars(sa.select(Question.state))) == {"draft"}


def test_landing_twice_is_refused_and_adds_nothing(session: Session, township: Unit) -> None:
    batch = opened(session, township)
    batches.land(session, None, batch, in_use=True)
    with pytest.raises(Refused, match="已经入库"):
        batches.land(session, None, batch, in_use=True)
    assert in_bank(session) == 3


def test_the_same_file_again_adds_nothing(session: Session, township: Unit) -> None:
    batches.land(session, None, opened(session, township), in_use=True)
    again = opened(session, township)
    assert batch_list.counts(session, again.id) == {"duplicate": 3, "held": 1}
    with pytest.raises(Refused, match="没有可以入库"):
        batches.land(session, None, again, in_use=True)


def test_the_same_question_with_another_key_is_held(session: Session, township: Unit) -> None:
    batches.land(session, None, opened(session, township), in_use=True)
    other = opened(session, township, PAPER.replace("由谁来修？（ A ）", "由谁来修？（ C ）"))
    held = batch_list.page(session, other, "held").items
    assert any("答案不同" in item.reason for item in held)


def test_a_batch_is_taken_back_whole(session: Session, township: Unit) -> None:
    batch = opened(session, township)
    batches.land(session, None, batch, in_use=True)
    assert batches.undo(session, None, batch) == 3
    assert in_bank(session) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(Citation)) == 0


def test_a_batch_with_a_question_dealt_stays(session: Session, township: Unit) -> None:
    batch = opened(session, township)
    batches.land(session, None, batch, in_use=True)
    version = session.scalars(sa.select(QuestionVersion).limit(1)).one()
    version.first_dealt_at = clock.now()
    session.flush()
    with pytest.raises(Refused, match="已经有人抽到"):
        batches.undo(session, None, batch)
    assert in_bank(session) == 3


def test_a_question_left_out_does_not_land(session: Session, township: Unit) -> None:
    batch = opened(session, township)
    item = batch_list.item_of(session, batch, 1)
    batch_acts.leave_out(session, batch, item)
    assert batches.land(session, None, batch, in_use=True) == 2


def test_leaving_out_can_be_taken_back(session: Session, township: Unit) -> None:
    batch = opened(session, township)
    item = batch_list.item_of(session, batch, 1)
    batch_acts.leave_out(session, batch, item)
    batch_acts.leave_out(session, batch, item)
    assert item.state == "ready"


def test_law_and_difficulty_are_set_where_none_is_named(session: Session, township: Unit) -> None:
    a_law(session, "村民委员会组织法", 50)
    batch = opened(session, township)
    assert batch_acts.set_for_ready(session, batch, law="村民委员会组织法", difficulty=2) == 3
    batches.land(session, None, batch, in_use=True)
    questions = session.scalars(sa.select(Question)).all()
    assert all(question.law is not None for question in questions)


def test_an_article_that_the_law_has_not_is_held(session: Session, township: Unit) -> None:
    a_law(session, "村民委员会组织法", 50)
    text = "1. 村务公开每季度一次。（ √ ）\n解析：《村民委员会组织法》第九十条。\n"
    batch = opened(session, township, "一、判断题\n" + text)
    (held,) = batch_list.page(session, batch, "held").items
    assert "只有50条" in held.reason


def test_another_units_batch_is_not_found(session: Session, township: Unit) -> None:
    from studyhall.core.access import Permission, Role

    batch = opened(session, township)
    elsewhere = a_township(session, "T2")
    stranger = an_actor(session, a_person(session, elsewhere, roles=[(Role.ADMIN, elsewhere)]))
    with pytest.raises(Missing):
        batches.kept(session, stranger.reach(Permission.KEEP_BANK), batch.id)


def test_a_case_lands_with_its_parts(session: Session, township: Unit) -> None:
    from dataclasses import replace

    from studyhall.bank.record import Kind, Option

    part = Record(Kind.SINGLE, "小赵错在哪里？", (Option("A", "拍照"), Option("B", "值班")), ("A",))
    case = Record(Kind.CASE, "小赵夜里值班，拍了文件。", parts=(part, replace(part, stem="小丁错在哪里？")))
    reading = replace(read_bytes(PAPER.encode(), "题.txt"), records=[case], fragments=[])
    (file,) = batch_opening.prepared(session, Carried.of(reading), township, "案例")
    batch = batch_opening.open_batch(session, None, township, file, b"x")
    assert batches.land(session, None, batch, in_use=True) == 2
    version = session.scalars(sa.select(QuestionVersion).where(QuestionVersion.kind == "case")).one()
    assert [p.stem for p in version.parts] == ["小赵错在哪里？", "小丁错在哪里？"]
    assert batches.undo(session, None, batch) == 2
    assert in_bank(session) == 0
    assert session.scalars(sa.select(Bank.name)).all() == ["案例"]
