"""The pages of practice, as one cadre goes through them without scripts."""

from __future__ import annotations

import re
from datetime import timedelta

import sqlalchemy as sa

from studyhall.bank.models import Question, QuestionVersion
from studyhall.core import clock
from studyhall.practice.models import PracticeCard, PracticeItem, PracticeRun
from studyhall.quizzes.assembly import Line
from tests.factories import NOON, a_person, an_assessment
from tests.practice.conftest import Town
from tests.practice.test_evidence import DAY, re_key

ITEM = re.compile(r"/practice/runs/(\d+)/(\d+)")


def begin(client, **wish):
    response = client.post("/practice/start", data=wish)
    assert response.status_code == 302, response.get_data(as_text=True)
    return int(re.search(r"/practice/runs/(\d+)", response.location)[1])


def items(database, run_id):
    with database.reading() as session:
        return session.scalars(
            sa.select(PracticeItem).where(PracticeItem.run_id == run_id).order_by(PracticeItem.position)
        ).all()


def right_answer(database, item):
    """In the letters shown."""
    with database.reading() as session:
        version = session.get_one(PracticeItem, (item.run_id, item.position)).version
        if version.kind == "judge":
            return ["true" if version.answer else "false"]
        return ["ABCD"[item.option_order.index(letter)] for letter in version.answer]


def wrong_answer(database, item):
    with database.reading() as session:
        version = session.get_one(PracticeItem, (item.run_id, item.position)).version
        if version.kind == "judge":
            return ["false" if version.answer else "true"]
        return ["ABCD"[item.option_order.index("D")]]


def test_five_questions_from_the_first_page_to_the_last(client_for, sqlite_database, settled: Town) -> None:
    client = client_for(settled.person)
    assert "练五题" in client.get("/").get_data(as_text=True)
    run = begin(client, way="five")
    dealt = items(sqlite_database, run)
    assert len(dealt) == 5
    for item in dealt:
        here = f"/practice/runs/{run}/{item.position}"
        page = client.get(here).get_data(as_text=True)
        assert "正确答案" not in page and "讲解" not in page
        answer = right_answer(sqlite_database, item)
        judged = client.post(here, data={"answer": answer}, follow_redirects=True).get_data(as_text=True)
        assert "答对了" in judged and "的讲解" in judged and "第" in judged
        client.post(f"{here}/say", data={"knows": "sure"})
    page = client.get(f"/practice/runs/{run}", follow_redirects=True).get_data(as_text=True)
    assert "5题全部答对" in page
    with sqlite_database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PracticeCard)) == 5


def test_a_wrong_answer_goes_into_the_book_and_comes_the_next_day(
    client_for, sqlite_database, settled: Town
) -> None:
    client = client_for(settled.person)
    run = begin(client, way="five")
    first = items(sqlite_database, run)[0]
    judged = client.post(
        f"/practice/runs/{run}/1",
        data={"answer": wrong_answer(sqlite_database, first)},
        follow_redirects=True,
    ).get_data(as_text=True)
    assert "没有答对" in judged and "已放进错题本" in judged
    assert "我的错题，1道" in client.get("/practice/wrong").get_data(as_text=True)
    assert "今天没有到期的错题" in client.get("/practice/wrong").get_data(as_text=True)
    with clock.standing_at(NOON + timedelta(days=1)):
        page = client.get("/practice/wrong").get_data(as_text=True)
        assert "复习今天的1道" in page
        assert client.get(f"/practice/wrong/{first.question_id}").status_code == 200
        assert client.get("/practice/wrong/print").status_code == 200
        word = client.get("/practice/wrong.docx")
        assert word.status_code == 200 and word.data[:2] == b"PK"


def test_every_page_gives_one_number_of_what_is_to_be_gone_over_today(
    client_for, sqlite_database, settled: Town
) -> None:
    """Two were wrong; one of them has gone out of use since and is asked nowhere."""
    client = client_for(settled.person)
    run = begin(client, way="five")
    wrong = items(sqlite_database, run)[:2]
    for item in wrong:
        client.post(
            f"/practice/runs/{run}/{item.position}", data={"answer": wrong_answer(sqlite_database, item)}
        )
    with clock.standing_at(NOON + timedelta(days=1)):
        for count in (2, 1):
            for path in ("/", "/practice/"):
                assert f"今天该复习{count}道" in client.get(path).text
            assert f"复习今天的{count}道" in client.get("/practice/wrong").text
            with sqlite_database.writing() as session:
                session.get_one(Question, wrong[0].question_id).state = "retired"
        begun = begin(client, way="wrong")
        assert [one.question_id for one in items(sqlite_database, begun)] == [wrong[1].question_id]


def test_dismissed_by_hand_it_is_gone_and_kept_it_stays(client_for, sqlite_database, settled: Town) -> None:
    client = client_for(settled.person)
    run = begin(client, way="five")
    first = items(sqlite_database, run)[0]
    client.post(f"/practice/runs/{run}/1", data={"answer": wrong_answer(sqlite_database, first)})
    client.post(f"/practice/wrong/{first.question_id}/keep")
    assert "留着" in client.get("/practice/wrong").get_data(as_text=True)
    client.post(f"/practice/wrong/{first.question_id}/dismiss")
    assert "没有错题" in client.get("/practice/wrong").get_data(as_text=True)
    assert client.get(f"/practice/wrong/{first.question_id}").status_code == 404


def test_nothing_chosen_is_asked_for_again_and_looking_counts_as_not_known(
    client_for, sqlite_database, settled: Town
) -> None:
    client = client_for(settled.person)
    run = begin(client, way="five")
    assert client.post(f"/practice/runs/{run}/1", data={}).status_code == 400
    assert items(sqlite_database, run)[0].answered_at is None
    page = client.post(f"/practice/runs/{run}/1", data={"look": "1"}, follow_redirects=True)
    assert "没有答" in page.get_data(as_text=True)
    assert items(sqlite_database, run)[0].is_right is False


def test_the_first_of_two_tabs_counts(client_for, sqlite_database, settled: Town) -> None:
    client = client_for(settled.person)
    run = begin(client, way="five")
    item = items(sqlite_database, run)[0]
    client.post(f"/practice/runs/{run}/1", data={"answer": right_answer(sqlite_database, item)})
    second = client.post(
        f"/practice/runs/{run}/1", data={"answer": wrong_answer(sqlite_database, item)}, follow_redirects=True
    ).get_data(as_text=True)
    assert "另一个页面答过了" in second and "答对了" in second
    assert items(sqlite_database, run)[0].is_right is True


def test_one_goes_on_where_one_was_on_another_device(client_for, sqlite_database, settled: Town) -> None:
    run = begin(client_for(settled.person), way="five")
    item = items(sqlite_database, run)[0]
    client_for(settled.person).post(
        f"/practice/runs/{run}/1", data={"answer": right_answer(sqlite_database, item)}
    )
    other = client_for(settled.person)
    assert "接着练" in other.get("/practice/").get_data(as_text=True)
    assert other.get(f"/practice/runs/{run}").location.endswith(f"/practice/runs/{run}/2")


def test_pressing_twice_begins_once(client_for, sqlite_database, settled: Town) -> None:
    client = client_for(settled.person)
    assert begin(client, way="five") == begin(client, way="five")
    with sqlite_database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PracticeRun)) == 1


def test_nobody_sees_anothers_practice(client_for, sqlite_database, settled: Town) -> None:
    run = begin(client_for(settled.person), way="five")
    with sqlite_database.writing() as session:
        other = a_person(session, session.merge(settled.unit))
    stranger = client_for(other)
    for path in ("", "/1", "/done", "/sheet", "/1/fault"):
        assert stranger.get(f"/practice/runs/{run}{path}").status_code == 404
    assert stranger.post(f"/practice/runs/{run}/1", data={"answer": "A"}).status_code == 404
    assert stranger.post(f"/practice/runs/{run}/hand-in").status_code == 404


def test_a_chapter_an_article_and_a_law_can_be_practised(client_for, sqlite_database, settled: Town) -> None:
    client = client_for(settled.person)
    law = "信访工作条例"
    article = begin(client, way="article", law=law, first=3)
    assert len(items(sqlite_database, article)) == 3
    assert len(items(sqlite_database, begin(client, way="law", law=law))) > 0
    assert len(items(sqlite_database, begin(client, way="chapter", law=law, first=1))) == 24
    assert client.post("/practice/start", data={"way": "article", "law": law, "first": 19}).status_code == 409
    assert (
        client.post("/practice/start", data={"way": "article", "law": "没有", "first": 1}).status_code == 404
    )
    assert client.post("/practice/start", data={"way": "x"}).status_code == 404


def test_the_map_and_the_article_say_how_well_it_is_known(client_for, sqlite_database, settled: Town) -> None:
    client = client_for(settled.person)
    assert "还没有练过" in client.get("/practice/map/信访工作条例").get_data(as_text=True)
    run = begin(client, way="article", law="信访工作条例", first=3)
    item = items(sqlite_database, run)[0]
    client.post(f"/practice/runs/{run}/1", data={"answer": right_answer(sqlite_database, item)})
    page = client.get("/practice/map/信访工作条例").get_data(as_text=True)
    assert "较熟" in page and "无题" in page
    aside = client.get("/laws/信访工作条例/3").get_data(as_text=True)
    assert "练这一条的3道题" in aside and "较熟" in aside
    assert client.get("/practice/map").status_code == 200


def test_a_question_retired_meanwhile_is_passed_over(client_for, sqlite_database, settled: Town) -> None:
    client = client_for(settled.person)
    run = begin(client, way="article", law="信访工作条例", first=3)
    with sqlite_database.writing() as session:
        session.execute(sa.text("UPDATE question SET state = 'retired'"))
    for position in (1, 2, 3):
        assert "先跳过" in client.get(f"/practice/runs/{run}/{position}").get_data(as_text=True)
    page = client.get(f"/practice/runs/{run}", follow_redirects=True).get_data(as_text=True)
    assert "跳过3题" in page
    assert client.post("/practice/start", data={"way": "five"}).status_code == 409
    assert "还没有能练的题" in client.get("/practice/").get_data(as_text=True)


def test_a_fault_can_be_reported_from_a_question(client_for, sqlite_database, settled: Town) -> None:
    client = client_for(settled.person)
    run = begin(client, way="five")
    assert "哪里不对" in client.get(f"/practice/runs/{run}/1/fault").get_data(as_text=True)
    assert client.post(f"/practice/runs/{run}/1/fault", data={}).status_code == 400
    told = client.post(f"/practice/runs/{run}/1/fault", data={"reason": "key"}).get_data(as_text=True)
    assert "已反映" in told


def test_the_laws_of_the_five_can_be_chosen(client_for, settled: Town) -> None:
    client = client_for(settled.person)
    page = client.get("/practice/laws").get_data(as_text=True)
    assert "信访工作条例" in page and "从全部法律里出" in page
    page = client.post(
        "/practice/laws", data={"law": settled.edition.law_id}, follow_redirects=True
    ).get_data(as_text=True)
    assert "从您选的1部法律里出" in page


JSON = {"Accept": "application/json"}


def test_a_question_edited_under_an_open_page_is_asked_again(
    client_for, sqlite_database, settled: Town
) -> None:
    """Its options stand in a new order: the letters of the old page must not be read in it."""
    client = client_for(settled.person)
    run = begin(client, way="article", law="信访工作条例", first=3)
    item = next(one for one in items(sqlite_database, run) if one.option_order)
    here = f"/practice/runs/{run}/{item.position}"
    answer = {"answer": right_answer(sqlite_database, item), "version": item.version_id}
    with sqlite_database.writing() as session:
        re_key(session, session.get_one(QuestionVersion, item.version_id), "B", NOON)
    page = client.post(here, data=answer, follow_redirects=True).get_data(as_text=True)
    assert "这道题刚刚改过" in page and "没有答对" not in page
    new = items(sqlite_database, run)[item.position - 1]
    assert new.answered_at is None and new.version_id != item.version_id
    # Another tab has shown the new version since; the old page is still the old page.
    assert client.post(here, data=answer, headers=JSON).json == {"word": "changed"}
    fresh = {"answer": right_answer(sqlite_database, new), "version": new.version_id}
    assert client.post(here, data=fresh, headers=JSON).json == {"word": "judged"}


def test_an_answer_that_comes_twice_over_a_bad_line_is_one_answer(
    client_for, sqlite_database, settled: Town
) -> None:
    client = client_for(settled.person)
    run = begin(client, way="five")
    item = items(sqlite_database, run)[0]
    here, data = f"/practice/runs/{run}/1", {"answer": right_answer(sqlite_database, item)}
    assert client.post(here, data={}, headers=JSON).status_code == 409
    for _time in range(2):
        assert client.post(here, data=data, headers=JSON).json == {"word": "judged"}
    assert "另一个页面" not in client.get(here).get_data(as_text=True)
    wrong = {"answer": wrong_answer(sqlite_database, item)}
    assert client.post(here, data=wrong, headers=JSON).json == {"word": "already"}
    assert client.post(f"{here}/say", data={"knows": "sure"}, headers=JSON).json == {"word": "judged"}
    with sqlite_database.reading() as session:
        assert [card.reviews for card in session.scalars(sa.select(PracticeCard))] == [1]


def test_in_a_mock_a_late_change_gives_way_to_one_made_in_between(
    client_for, sqlite_database, settled: Town
) -> None:
    with sqlite_database.writing() as session:
        town = session.merge(settled.unit)
        line = Line(settled.edition.law_id, "single", 2, 400)
        exam = an_assessment(session, town, [line], opens_at=NOON + DAY, closes_at=NOON + 2 * DAY).id
    client = client_for(settled.person)
    run = begin(client, way="mock", assessment_id=exam)
    here = f"/practice/runs/{run}/1"
    assert client.post(here, data={"answer": "A"}, headers=JSON).json == {"word": "kept"}
    late = client.post(here, data={"answer": "B", "seen": ""}, headers=JSON)
    assert late.json == {"word": "already"}
    first = items(sqlite_database, run)[0]
    on_time = client.post(here, data={"answer": "B", "seen": first.answered_at.isoformat()}, headers=JSON)
    assert on_time.json == {"word": "kept"}
    assert items(sqlite_database, run)[0].answer == first.option_order[1]


def test_the_questions_that_come_along_tell_no_answer(client_for, sqlite_database, settled: Town) -> None:
    client = client_for(settled.person)
    run = begin(client, way="five")
    with sqlite_database.writing() as session:
        session.execute(
            sa.update(Question)
            .where(Question.id == items(sqlite_database, run)[2].question_id)
            .values(state="retired")
        )
    page = client.get(f"/practice/runs/{run}/1").get_data(as_text=True)
    assert re.findall(r'data-step="(\d)"', page) == ["2", "4", "5"]
    assert "的讲解" not in page and "正确答案" not in page


def test_the_year_s_plan_stands_beside_the_laws(client_for, sqlite_database, settled: Town) -> None:
    with sqlite_database.writing() as session:
        line = Line(settled.edition.law_id, "single", 2, 400)
        an_assessment(session, session.merge(settled.unit), [line])
    client = client_for(settled.person)
    page = client.get("/practice/laws").get_data(as_text=True)
    assert "2026年学法计划" in page and "5月" in page and "今年计划里有" in page
    assert "从今年学法计划的法律里出" in client.get("/practice/").get_data(as_text=True)
