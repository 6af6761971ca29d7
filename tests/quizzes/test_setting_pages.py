"""Setting a contest: what is checked, what stays when something is wrong, what publishing does."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import docx
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.core.audit import AuditEvent
from studyhall.core.db import Database
from studyhall.people.models import Person, Unit
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment, Attempt, Result
from tests.factories import a_bank_of, a_law, a_person, a_question, a_township, a_unit, an_assessment

ClientFor = Callable[..., FlaskClient]


@dataclass
class Office:
    township: Unit
    admin: Person
    law: int


@pytest.fixture
def office(sqlite_database: Database) -> Office:
    """Three people; ten single questions, two multiple, one case of two parts."""
    with sqlite_database.writing() as session:
        township = a_township(session)
        admin = a_person(session, township, name="刘志远", roles=[(Role.ADMIN, township)])
        a_person(session, township)
        a_person(session, township)
        law = a_law(session, "民法典").law_id
        bank = a_bank_of(session, law, single=10, multiple=2)
        case = a_question(session, bank, law, "case")
        for place in (1, 2):
            a_question(session, bank, law, parent=case, position=place)
        session.expunge_all()
    return Office(township, admin, law)


def filled(office: Office, **changed: Any) -> dict[str, Any]:
    form: dict[str, Any] = {
        "title": "2026年6月月月赛", "kind": "contest", "counts_for": "2026-06",
        "opens_at": "2026-06-14T09:00", "closes_at": "2026-06-23T18:00", "minutes": "30",
        "attempts_allowed": "2", "counting_rule": "best", "pass_percent": "60", "excellent_percent": "90",
        "partial_rule": "half", "reveal": "after_hand_in", "categories": ["village", "office"],
        f"n-{office.law}-single": "5", "worth-single": "4",
    }  # fmt: skip
    return form | changed


def read(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", main))


def value_of(page: str, name: str) -> str:
    field = re.search(rf'<(?:input|select)[^>]*\bname="{re.escape(name)}"[^>]*>', page)[0]
    return re.search(r'value="([^"]*)"', field)[1]


def newest(database: Database) -> Assessment:
    with database.reading() as session:
        found = session.scalars(sa.select(Assessment).order_by(Assessment.id.desc()).limit(1)).one()
        _ = found.lines, found.roster
        return found


def test_on_a_new_site_the_usual_rules_are_filled_in(office: Office, client_for: ClientFor) -> None:
    page = client_for(office.admin).get("/assessments/new").text
    assert value_of(page, "title") == "2026年5月月月赛"
    assert value_of(page, "opens_at") == "2026-05-21T09:00", "the 14th has gone by: tomorrow"
    assert value_of(page, f"n-{office.law}-single") == "10"
    assert "可用10" in page and "可用1</span>" in page
    assert "20题，100分" in read(page)


def test_on_the_last_day_of_a_month_the_next_one_is_set(office: Office, client_for: ClientFor) -> None:
    client = client_for(office.admin)
    with clock.standing_at(clock.at_local(date(2026, 5, 31), 10)):
        page = client.get("/assessments/new").text
    assert (value_of(page, "title"), value_of(page, "counts_for")) == ("2026年6月月月赛", "2026-06")
    assert value_of(page, "opens_at") == "2026-06-14T09:00"


def test_until_it_opens_the_page_counts_who_has_come_since(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    client.post("/assessments/new", data=filled(office))
    made = newest(sqlite_database)
    client.post(f"/assessments/{made.id}/publish")
    with sqlite_database.writing() as session:
        a_person(session, session.get_one(Unit, office.township.id), name="新来的")
    assert "名册4人，免0人" in client.get(f"/assessments/{made.id}").text
    assert "新来的" in client.get(f"/assessments/{made.id}/roster").text
    with sqlite_database.reading() as session:
        count = sa.select(sa.func.count()).select_from(Result).where(Result.assessment_id == made.id)
        assert session.scalar(count) == 4, "with a result each"
        followed = sa.select(sa.func.count()).where(AuditEvent.action == "roster.followed")
        assert session.scalar(followed) == 1, "the second look changes nothing"


def test_the_next_month_starts_from_the_last_one_s_rules(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        township = session.get_one(Unit, office.township.id)
        an_assessment(
            session, township, [Line(office.law, "single", 3, 500)], minutes=45, partial_rule="none"
        )
    client = client_for(office.admin)
    page = client.get("/assessments/new").text
    assert value_of(page, "title") == "2026年6月月月赛"
    assert value_of(page, "opens_at") == "2026-06-14T09:00", "local time, not the moment kept"
    assert (value_of(page, "minutes"), value_of(page, f"n-{office.law}-single")) == ("45", "3")
    assert value_of(page, "worth-single") == "5"
    assert "照五月月月赛的规则填好了" in page
    assert value_of(client.get("/assessments/new?month=2026-09").text, "counts_for") == "2026-09"
    assert client.get("/assessments/new?month=nonsense").status_code == 200


def test_a_draft_is_kept_and_shown_in_local_time(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    answer = client.post("/assessments/new", data=filled(office, draft="1"))
    draft = newest(sqlite_database)
    assert answer.location == f"/assessments/{draft.id}"
    assert draft.published_at is None and len(draft.lines) == 1
    page = client.get(f"/assessments/{draft.id}/edit").text
    assert value_of(page, "opens_at") == "2026-06-14T09:00"
    assert value_of(page, "closes_at") == "2026-06-23T18:00"
    client.post(f"/assessments/{draft.id}/edit", data=filled(office, minutes="40"))
    assert newest(sqlite_database).minutes == 40


def test_what_was_typed_stays_and_each_fault_is_a_link(office: Office, client_for: ClientFor) -> None:
    answer = client_for(office.admin).post(
        "/assessments/new",
        data=filled(
            office,
            title="",
            closes_at="2026-06-12T18:00",
            minutes="三十",
            **{f"n-{office.law}-single": "很多"},
        ),
    )
    assert answer.status_code == 400
    page = answer.text
    assert "有4处要改" in page
    for target in ("title", "closes_at", "minutes", f"n-{office.law}-single"):
        assert f'href="#{target}"' in page and f'id="{target}"' in page
    assert "截止要在开始后面。" in page
    assert value_of(page, f"n-{office.law}-single") == "很多"
    assert value_of(page, "closes_at") == "2026-06-12T18:00"
    assert value_of(page, "minutes") == "三十"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"excellent_percent": "50"}, "优秀不能低于及格。"),
        ({"categories": []}, "请至少选一类人员。"),
        ({"counts_for": "六月"}, "月份写成2026-11这样。"),
        ({"worth-single": "0"}, "每题分数要填大于0的数"),
        ({"minutes": "0"}, "1到300分钟。"),
        ({"opens_at": "明天"}, "开始"),
        ({"kind": "prize"}, "种类"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    office: Office, client_for: ClientFor, sqlite_database: Database, wrong: dict[str, Any], words: str
) -> None:
    answer = client_for(office.admin).post("/assessments/new", data=filled(office, **wrong))
    assert answer.status_code == 400
    assert words in answer.text
    with sqlite_database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Assessment)) == 0


def test_the_side_sheet_counts_without_keeping_anything(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    form = filled(office, recount="1", **{f"n-{office.law}-multiple": "5", "worth-multiple": "6"})
    answer = client_for(office.admin).post("/assessments/new", data=form)
    assert answer.status_code == 200
    page = read(answer.text)
    assert "10题，50分" in page
    assert "民法典多选题还差3道" in page
    assert "5题20分" in page and "5题30分" in page
    assert "应参加3人" in page
    with sqlite_database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Assessment)) == 0


def test_enough_questions_are_said_to_be_enough(office: Office, client_for: ClientFor) -> None:
    page = read(client_for(office.admin).post("/assessments/new", data=filled(office, recount="1")).text)
    assert "题量足够，最少的一种有10道" in page


def test_publishing_asks_first_and_says_whom_it_reaches(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    answer = client.post("/assessments/new", data=filled(office, publish="1"))
    draft = newest(sqlite_database)
    assert answer.location == f"/assessments/{draft.id}/publish"
    page = read(client.get(answer.location).text)
    assert "现在发布2026年6月月月赛？3人会收到试卷" in page
    assert newest(sqlite_database).published_at is None
    client.post(answer.location)
    assert newest(sqlite_database).is_published
    with sqlite_database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Result)) == 3
    assert client.post(answer.location).status_code == 302, "a second click changes nothing"
    assert client.get(f"/assessments/{draft.id}/edit").status_code == 409


def test_what_the_bank_cannot_fill_is_not_published(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    client.post("/assessments/new", data=filled(office, **{f"n-{office.law}-multiple": "5"}))
    draft = newest(sqlite_database)
    page = read(client.get(f"/assessments/{draft.id}/publish").text)
    assert "还不能发布" in page and "民法典多选题还差3道。" in page
    assert client.post(f"/assessments/{draft.id}/publish").status_code == 409
    assert newest(sqlite_database).published_at is None


def test_it_can_be_taken_back_until_it_opens(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    client.post("/assessments/new", data=filled(office))
    draft = newest(sqlite_database)
    client.post(f"/assessments/{draft.id}/publish")
    asked = client.get(f"/assessments/{draft.id}/withdraw").text
    assert "撤回2026年6月月月赛？" in asked and "3人的首页不再显示" in asked
    client.post(f"/assessments/{draft.id}/withdraw")
    assert newest(sqlite_database).published_at is None


def test_a_law_that_was_not_offered_is_not_taken(office: Office, client_for: ClientFor) -> None:
    answer = client_for(office.admin).post("/assessments/new", data=filled(office, **{"n-4711-single": "3"}))
    assert answer.status_code == 404


def test_a_sample_paper_shows_keys_and_articles_and_keeps_nothing(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    form = filled(office, sample="1", **{f"n-{office.law}-case": "1", "worth-case": "5"})
    answer = client.post("/assessments/new", data=form)
    draft = newest(sqlite_database)
    assert answer.location == f"/assessments/{draft.id}/sample/1"
    page = client.get(answer.location).text
    assert "7题，30分" in read(page)
    assert page.count("答案：") == 7
    assert "《民法典》第一条" in page
    assert page.count("题的讲解") == 7
    with sqlite_database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 0


def test_the_same_sample_is_the_same_paper_and_another_is_another(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    client.post("/assessments/new", data=filled(office))
    draft = newest(sqlite_database)

    def stems(number: int) -> list[str]:
        return re.findall(r"第\d+道题的题干", client.get(f"/assessments/{draft.id}/sample/{number}").text)

    assert stems(1) == stems(1)
    assert len({tuple(stems(number)) for number in range(1, 6)}) > 1
    assert client.get(f"/assessments/{draft.id}/sample/0").status_code == 404


def test_a_printed_sample_has_its_answers_only_when_asked(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    client.post("/assessments/new", data=filled(office))
    path = f"/assessments/{newest(sqlite_database).id}/sample/1?print=1"
    assert "答案：" not in client.get(path).text
    assert client.get(f"{path}&answers=1").text.count("答案：") == 5


def test_a_paper_goes_out_as_word_with_the_answers_only_when_asked(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(office.admin)
    client.post("/assessments/new", data=filled(office, **{f"n-{office.law}-case": "1"}))
    path = f"/assessments/{newest(sqlite_database).id}/sample/1"
    on_screen = re.findall(r"第\d+道题的题干", client.get(path).text)

    def words(**form: str) -> str:
        answer = client.post(f"{path}/word", data=form)
        assert "wordprocessingml" in answer.content_type
        document = docx.Document(io.BytesIO(answer.data))
        assert round(document.sections[0].page_width.mm) == 210
        return "\n".join(paragraph.text for paragraph in document.paragraphs)

    plain, keyed = words(), words(answers="1")
    assert [stem for stem in on_screen if stem not in plain] == []
    assert "一、单选题" in plain and "姓名：＿" in plain and "答案：" not in plain
    assert keyed.count("答案：") == 7 and "《民法典》第一条" in keyed and "讲解" not in plain
    with sqlite_database.reading() as session:
        actions = session.scalars(sa.select(AuditEvent.action)).all()
        assert actions.count("assessment.paper_exported") == 2


def test_every_paper_s_difficulty_is_said_beforehand(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        bank = a_bank_of(session, office.law)
        for _ in range(10):
            a_question(session, bank, office.law, difficulty=3)
    client = client_for(office.admin)
    assert "每份都是：易2题、难2题" in read(
        client.post(
            "/assessments/new", data=filled(office, recount="1", **{f"n-{office.law}-single": "4"})
        ).text
    )
    client.post("/assessments/new", data=filled(office, **{f"n-{office.law}-single": "4"}))
    path = f"/assessments/{newest(sqlite_database).id}"
    for page in (path, f"{path}/sample/7"):
        assert "每份都是：易2题、难2题" in read(client.get(page).text)


def test_another_township_s_assessment_is_not_found(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        elsewhere = a_township(session, "T2")
        a_person(session, elsewhere)
        foreign = an_assessment(session, elsewhere, [Line(office.law, "single", 3, 400)])
    client = client_for(office.admin)
    for path in ("", "/edit", "/publish", "/withdraw", "/sample/1"):
        assert client.get(f"/assessments/{foreign.id}{path}").status_code == 404
    assert client.post(f"/assessments/{foreign.id}/publish").status_code == 404
    assert "2026年5月" not in client.get("/assessments").text


def test_contests_of_several_units_say_whose_they_are(
    office: Office, client_for: ClientFor, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        top = a_unit(session, "TOP", name="沙泉县")
        keeper = a_person(session, top, roles=[(Role.ADMIN, top)])
        for code, name in (("A1", "红柳乡"), ("A2", "胡杨乡")):
            township = a_township(session, code, top)
            township.name = name
            a_person(session, township)
            an_assessment(session, township, [Line(office.law, "single", 3, 400)])
    page = client_for(keeper).get("/assessments").text
    assert ">红柳乡</small>" in page and ">胡杨乡</small>" in page


def test_the_first_list_says_what_will_stand_there(office: Office, client_for: ClientFor) -> None:
    assert "还没有测评" in client_for(office.admin).get("/assessments").text
