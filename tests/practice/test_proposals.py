"""A cadre proposes a question; the admin takes it as a draft with thanks, or says why not."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.models import Citation, Question, QuestionVersion
from studyhall.core.access import Role
from studyhall.core.errors import Missing, Refused
from studyhall.practice import proposals
from studyhall.practice.proposals import Proposed
from tests.factories import a_person, a_township, an_actor
from tests.practice.conftest import Town

GOOD = Proposed(
    law="信访工作条例",
    article="第三条",
    kind="single",
    stem="谁来办？",
    options=("县里", "乡里", "", ""),
    answer="B",
    explanation="条例这样写。",
)


def an_admin(session: Session, town: Town):
    return an_actor(session, a_person(session, town.unit, roles=[(Role.ADMIN, town.unit)]))


def test_taken_it_is_a_draft_with_its_article(session: Session, town: Town) -> None:
    row = proposals.propose(session, town.actor, GOOD)
    admin = an_admin(session, town)
    assert proposals.count_waiting(session, admin.reach("keep_bank")) == 1
    taken = proposals.settle(session, admin, row.id, "taken", "谢谢")
    question = session.get_one(Question, taken.question_id)
    assert question.state == "draft"
    version = session.get_one(QuestionVersion, question.current_version_id)
    assert (version.stem, version.answer, len(version.options)) == ("谁来办？", "B", 2)
    assert session.scalar(sa.select(Citation.article).where(Citation.version_id == version.id)) == 3
    assert proposals.settle(session, admin, row.id, "declined", "再想想").outcome == "taken"
    assert proposals.own(session, town.person.id)[0].reply == "谢谢"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stem": "  "}, "请写题目"),
        ({"article": "三"}, "请写依据"),
        ({"article": "第九十九条"}, "一共20条"),
        ({"article": "《民法典》第三条"}, "请写依据"),
        ({"answer": "D"}, "选项只有"),
        ({"answer": ""}, "没有找到答案"),
        ({"options": ("县里", "", "", "")}, "选项"),
        ({"answer": "AB"}, "单选"),
        ({"kind": "short"}, "请选题型"),
    ],
)
def test_what_is_not_right_yet_is_said(session: Session, town: Town, change, words) -> None:
    with pytest.raises(Refused) as refused:
        proposals.propose(session, town.actor, replace(GOOD, **change))
    assert words in str(refused.value)


def test_a_judge_needs_no_options(session: Session, town: Town) -> None:
    row = proposals.propose(session, town.actor, replace(GOOD, kind="judge", answer="错", options=("",)))
    assert row.answer is False and row.options == []


def test_declining_needs_a_word_and_another_township_finds_nothing(session: Session, town: Town) -> None:
    row = proposals.propose(session, town.actor, GOOD)
    elsewhere = a_township(session, "T2", town.unit)
    stranger = an_actor(session, a_person(session, elsewhere, roles=[(Role.ADMIN, elsewhere)]))
    with pytest.raises(Missing):
        proposals.settle(session, stranger, row.id, "taken", "")
    admin = an_admin(session, town)
    with pytest.raises(Refused):
        proposals.settle(session, admin, row.id, "declined", " ")
    assert proposals.settle(session, admin, row.id, "declined", "已有相同的题").question_id is None


def test_one_person_cannot_flood_the_admin(session: Session, town: Town) -> None:
    for _n in range(proposals.AT_ONCE):
        proposals.propose(session, town.actor, GOOD)
    with pytest.raises(Refused):
        proposals.propose(session, town.actor, GOOD)


def test_the_pages(client_for, sqlite_database, settled: Town) -> None:
    client = client_for(settled.person)
    assert client.get("/practice/propose").status_code == 200
    fields = {"law": "信访工作条例", "article": "3", "kind": "single", "stem": "谁来办？",
              "option": ["县里", "乡里"], "key": ["B"], "explanation": ""}  # fmt: skip
    refused = client.post("/practice/propose", data=fields | {"key": []})
    assert refused.status_code == 400 and "谁来办" in refused.get_data(as_text=True)
    page = client.post("/practice/propose", data=fields, follow_redirects=True).get_data(as_text=True)
    assert "收到了，谢谢" in page and "等管理员看" in page
    assert client.get("/practice/proposals").status_code == 403
    with sqlite_database.writing() as session:
        unit = session.merge(settled.unit)
        admin = a_person(session, unit, roles=[(Role.ADMIN, unit)])
    desk = client_for(admin)
    assert "谁来办" in desk.get("/practice/proposals").get_data(as_text=True)
    with sqlite_database.reading() as session:
        proposal_id = session.scalar(sa.select(proposals.Proposal.id))
    done = desk.post(f"/practice/proposals/{proposal_id}", data={"outcome": "taken"}, follow_redirects=True)
    assert "草稿" in done.get_data(as_text=True)
    assert "采用了，谢谢" in client.get("/practice/propose").get_data(as_text=True)
