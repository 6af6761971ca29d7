"""What an admin changes becomes a next version; what was dealt stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank import editing
from studyhall.bank.models import Bank, Question, QuestionState, QuestionVersion
from studyhall.core.access import Actor, Role
from studyhall.core.audit import AuditEvent
from studyhall.core.errors import Forbidden, Missing, Refused
from studyhall.people.models import Unit
from tests.factories import a_bank, a_law, a_person, a_question, a_township, an_actor

FORM = {
    "stem": "谁看护水渠？",
    "option-A": "村民委员会",
    "option-B": "乡镇人民政府",
    "option-C": "",
    "answer": "A",
    "explanation": "第二条写的是村民委员会。",
    "cites": "《测试法》第二条",
    "difficulty": "2",
    "reason": "题目写清楚",
}


@dataclass
class Desk:
    """An admin of a township at his desk, with the township's own bank."""

    township: Unit
    admin: Actor
    bank: Bank
    law_id: int


@pytest.fixture
def desk(session: Session) -> Desk:
    township = a_township(session)
    person = a_person(session, township, name="刘志远", roles=[(Role.ADMIN, township)])
    law_id = a_law(session).law_id
    return Desk(township, an_actor(session, person), a_bank(session, township), law_id)


def edit(
    session: Session, desk: Desk, question_id: int, based_on: int = 1, **changed: str
) -> QuestionVersion:
    return editing.edit(session, desk.admin, question_id, based_on, FORM | changed)


def state(session: Session, question_id: int) -> str:
    session.expire_all()
    return session.get_one(Question, question_id).state


def test_an_edit_is_the_next_version_and_the_first_stays(session: Session, desk: Desk) -> None:
    first = a_question(session, desk.bank, desk.law_id)
    words = first.stem
    second = edit(session, desk, first.question_id)
    session.expire_all()
    assert second.number == 2
    assert second.stem == "谁看护水渠？"
    assert second.options == [["A", "村民委员会"], ["B", "乡镇人民政府"]]
    assert (second.author_id, second.reason) == (desk.admin.person_id, "题目写清楚")
    assert (second.citations[0].law_id, second.citations[0].article) == (desk.law_id, 2)
    assert second.citations[0].edition_id is not None
    assert session.get_one(Question, first.question_id).current_version_id == second.id
    assert session.get_one(QuestionVersion, first.id).stem == words
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "question.edited")).one()
    assert (event.before, event.after) == ({"version": 1}, {"version": 2, "reason": "题目写清楚"})


def test_of_two_who_edit_at_once_the_later_hears_who_was_first(session: Session, desk: Desk) -> None:
    question = a_question(session, desk.bank, desk.law_id).question_id
    edit(session, desk, question)
    with pytest.raises(editing.Overtaken, match="刘志远刚存了第2版"):
        edit(session, desk, question, stem="另一个人写的？")
    assert edit(session, desk, question, based_on=2, stem="另一个人写的？").number == 3


def test_saving_what_was_not_changed_saves_nothing(session: Session, desk: Desk) -> None:
    question = a_question(session, desk.bank, desk.law_id).question_id
    edit(session, desk, question)
    with pytest.raises(Refused, match="还没有改什么"):
        edit(session, desk, question, based_on=2)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"stem": " "}, "题干是空的"),
        ({"answer": ""}, "还没有答案"),
        ({"answer": "AB"}, "单选题只能有一个答案"),
        ({"answer": "D"}, "答案是D，选项只有A到B"),
        ({"option-B": "村民委员会"}, "两个选项一样"),
        ({"explanation": ""}, "请写为什么"),
        ({"cites": ""}, "请写依据"),
        ({"cites": "村规第八页"}, "看不懂"),
        ({"cites": "《测试法》第二十一条"}, "《测试法》没有第二十一条，一共20条"),
    ],
)
def test_what_is_not_in_order_is_refused_in_words(
    session: Session, desk: Desk, changed: Mapping[str, str], words: str
) -> None:
    question = a_question(session, desk.bank, desk.law_id).question_id
    with pytest.raises(Refused, match=words):
        edit(session, desk, question, **changed)
    assert session.get_one(Question, question).current_version.number == 1


def test_a_fill_has_as_many_answers_as_blanks(session: Session, desk: Desk) -> None:
    question = a_question(session, desk.bank, desk.law_id, "fill").question_id
    with pytest.raises(Refused, match="题干有2处空，答案有1行"):
        edit(session, desk, question, stem="____日内____告知。", answer="十五/15")
    saved = edit(session, desk, question, stem="____日内____告知。", answer="十五/15\n书面")
    assert saved.answer == [["十五", "15"], ["书面"]]


def test_the_marking_points_of_a_short_question_are_kept_in_hundredths(session: Session, desk: Desk) -> None:
    question = a_question(session, desk.bank, desk.law_id, "short").question_id
    with pytest.raises(Refused, match="没有写几分"):
        edit(session, desk, question, answer="先登记。", points="说清期限")
    saved = edit(session, desk, question, answer="先登记。", points="说清期限 2分\n说清向谁提：3")
    assert saved.points == [["说清期限", 200], ["说清向谁提", 300]]


def test_a_case_and_its_parts_get_their_next_version_together(session: Session, desk: Desk) -> None:
    case = a_question(session, desk.bank, desk.law_id, "case")
    one, two = (
        a_question(session, desk.bank, desk.law_id, "judge", parent=case, position=place) for place in (1, 2)
    )
    saved = edit(session, desk, one.question_id, answer="错误")
    session.expire_all()
    whole = session.get_one(Question, case.question_id).current_version
    assert whole.number == 2
    assert [part.question_id for part in whole.parts] == [one.question_id, two.question_id]
    assert [part.number for part in whole.parts] == [2, 2]
    assert saved.answer is False
    assert len(session.get_one(QuestionVersion, case.id).parts) == 2
    story = editing.edit(session, desk.admin, case.question_id, 2, {"stem": "新的材料。"})
    assert (story.number, story.stem) == (3, "新的材料。")


def test_retiring_and_bringing_back(session: Session, desk: Desk) -> None:
    question = a_question(session, desk.bank, desk.law_id).question_id
    for act, expected in (
        ("retire", QuestionState.RETIRED),
        ("use", QuestionState.IN_USE),
        ("hold", QuestionState.HELD),
    ):
        assert editing.set_state(session, desk.admin, [question], act) == 1
        assert state(session, question) == expected
    assert editing.set_state(session, desk.admin, [question], "hold") == 0
    actions = session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions == ["question.retired", "question.put_in_use", "question.held"]


def test_several_at_once_and_a_case_with_all_its_parts(session: Session, desk: Desk) -> None:
    case = a_question(session, desk.bank, desk.law_id, "case")
    parts = [
        a_question(session, desk.bank, desk.law_id, "judge", parent=case, position=place).question_id
        for place in (1, 2)
    ]
    single = a_question(session, desk.bank, desk.law_id).question_id
    assert editing.set_state(session, desk.admin, [single, parts[1]], "retire") == 3
    assert {state(session, one) for one in (case.question_id, *parts, single)} == {QuestionState.RETIRED}


def test_choosing_none_or_an_unknown_act_is_refused(session: Session, desk: Desk) -> None:
    question = a_question(session, desk.bank, desk.law_id).question_id
    with pytest.raises(Refused, match="还没有选题"):
        editing.set_state(session, desk.admin, [], "retire")
    with pytest.raises(Refused, match="请选要办什么"):
        editing.set_state(session, desk.admin, [question], "delete")


def test_a_neighbours_bank_is_not_found_and_the_countys_is_only_used(session: Session) -> None:
    county = a_township(session, "C1")
    one, other = a_township(session, "T1", county), a_township(session, "T2", county)
    admin = an_actor(session, a_person(session, one, roles=[(Role.ADMIN, one)]))
    law = a_law(session).law_id
    neighbours = a_question(session, a_bank(session, other), law).question_id
    countys = a_question(session, a_bank(session, county), law).question_id
    products = a_question(session, a_bank(session), law).question_id
    with pytest.raises(Missing):
        editing.edit(session, admin, neighbours, 1, FORM)
    for question in (countys, products):
        with pytest.raises(Forbidden, match="归上级单位"):
            editing.edit(session, admin, question, 1, FORM)
        with pytest.raises(Forbidden):
            editing.set_state(session, admin, [question], "retire")
