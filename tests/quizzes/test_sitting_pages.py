"""The pages of a paper: who may see what, and when; the same on every device, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from studyhall.bank import asked, cited, faults
from studyhall.bank.models import Citation as Cited
from studyhall.bank.models import QuestionVersion
from studyhall.core import clock
from studyhall.core.db import Database
from studyhall.library.models import Article, Edition, Law
from studyhall.people.models import LoginSession, Person, RosterEntry
from studyhall.quizzes import fairness
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem, Result
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, an_actor, an_assessment

MINUTE = timedelta(minutes=1)
JSON = {"Accept": "application/json"}


@dataclass
class Town:
    database: Database
    cadre: Person
    other: Person
    contest: Assessment
    client: FlaskClient

    def begin(self) -> int:
        """The id of the attempt."""
        place = self.client.post(f"/c/{self.contest.code}/begin").location
        return int(place.split("/")[2])

    def page(self, path: str, status: int = 200) -> str:
        response = self.client.get(path)
        assert response.status_code == status, path
        return response.text

    def answer_all(self, attempt: int, *, right: bool = True) -> None:
        with self.database.reading() as session:
            items = session.scalars(sa.select(AttemptItem).where(AttemptItem.attempt_id == attempt)).all()
            for item in items:
                version = session.get_one(QuestionVersion, item.version_id)
                self.client.post(
                    f"/papers/{attempt}/{item.position}", data={"answer": form_of(item, version, right)}
                )


def form_of(item: AttemptItem, version: QuestionVersion, right: bool) -> list[str]:
    """The right answer, or a wrong one, in the letters of the paper; of a multiple only one right letter."""
    if version.kind == "judge":
        return ["true" if version.answer is right else "false"]
    letters = version.answer if right else version.answer[1:] or "B"
    return ["ABCD"[item.option_order.index(letter)] for letter in letters]


@pytest.fixture
def make_town(app: Flask, client_for: Callable[..., FlaskClient]) -> Callable[..., Town]:
    database: Database = app.extensions["studyhall_db"]

    def make(**setup: Any) -> Town:
        with database.writing() as session:
            township = a_township(session)
            cadre, other = (
                a_person(session, township, name="巴特尔"),
                a_person(session, township, name="高雪"),
            )
            law = a_law(session, "民法典").law_id
            a_bank_of(session, law, single=2, multiple=1, judge=1)
            lines = [Line(law, "single", 2, 400), Line(law, "multiple", 1, 600), Line(law, "judge", 1, 400)]
            contest = an_assessment(session, township, lines, **setup)
            session.expunge_all()
        return Town(database, cadre, other, contest, client_for(cadre))

    return make


@pytest.fixture
def town(make_town: Callable[..., Town]) -> Town:
    return make_town(attempts_allowed=2)


def test_the_rules_say_what_is_asked(town: Town) -> None:
    page = town.page(f"/c/{town.contest.code}")
    for words in ("4题", "民法典", "30分钟", "可答2次，取高分", "60分，90分为优秀", "少选得一半，选错不得分",
                  "开始答题，计时30分钟"):  # fmt: skip
        assert words in page


def test_near_the_end_of_the_window_there_is_less_time(town: Town) -> None:
    with clock.standing_at(town.contest.closes_at - 12 * MINUTE):
        assert "计时12分钟" in town.page(f"/c/{town.contest.code}")


def test_before_it_opens_there_is_nothing_to_begin(make_town: Callable[..., Town]) -> None:
    town = make_town(opens_at=NOON + timedelta(days=1))
    page = town.page(f"/c/{town.contest.code}")
    assert "5月21日12:00开始" in page and "开始答题" not in page
    assert town.client.post(f"/c/{town.contest.code}/begin").status_code == 409


def test_after_it_has_closed_the_page_says_so(town: Town) -> None:
    with clock.standing_at(town.contest.closes_at):
        assert "已截止，没有参加" in town.page(f"/c/{town.contest.code}")


def test_who_is_exempt_is_not_asked_to_begin(town: Town) -> None:
    with town.database.writing() as session:
        session.execute(
            sa.update(RosterEntry)
            .where(RosterEntry.person_id == town.cadre.id)
            .values(state="exempt", reason_code="maternity")
        )
        session.execute(sa.update(Result).where(Result.person_id == town.cadre.id).values(due=False))
    page = town.page(f"/c/{town.contest.code}")
    assert "产假，本次免考，不用答" in page and "开始答题" not in page and "开始前请知道" not in page
    assert "产假，本次免考，不用答" in town.page("/")


def test_who_is_exempted_over_an_open_paper_is_told_that_he_need_not_answer(town: Town) -> None:
    attempt = town.begin()
    with town.database.writing() as session:
        kept = session.get_one(Assessment, town.contest.id)
        entry = session.scalar(sa.select(Result.roster_entry_id).where(Result.person_id == town.cadre.id))
        fairness.exempt(session, an_actor(session, town.cadre), kept, entry or 0, "maternity", "李文生")
    page = town.page(f"/c/{town.contest.code}")
    assert "产假，本次免考，不答也行。答了再交卷，就算参加。" in page and "接着答" in page
    assert "产假，本次免考，不答也行。" in town.page("/")
    assert town.client.get(f"/papers/{attempt}/1").status_code == 200


def test_who_is_not_on_the_roster_finds_nothing(
    town: Town, client_for: Callable[..., FlaskClient], app: Flask
) -> None:
    with town.database.writing() as session:
        stranger = a_person(session, a_township(session, "T2")).id
    assert client_for(stranger).get(f"/c/{town.contest.code}").status_code == 404


@pytest.mark.parametrize(
    "place", ["", "/1", "/whole", "/sheet", "/elsewhere", "/result", "/review/1", "/1/fault"]
)
def test_a_paper_is_nobody_elses(town: Town, client_for: Callable[..., FlaskClient], place: str) -> None:
    attempt = town.begin()
    assert client_for(town.other).get(f"/papers/{attempt}{place}").status_code == 404


@pytest.mark.parametrize("place", ["/1", "/1/save", "/take-over", "/hand-in"])
def test_nobody_answers_for_another(town: Town, client_for: Callable[..., FlaskClient], place: str) -> None:
    attempt = town.begin()
    response = client_for(town.other).post(f"/papers/{attempt}{place}", data={"answer": "A"})
    assert response.status_code == 404


def test_no_key_and_no_explanation_before_handing_in(town: Town) -> None:
    attempt = town.begin()
    for path in (f"/papers/{attempt}/1", f"/papers/{attempt}/whole", f"/papers/{attempt}/sheet"):
        page = town.page(path)
        assert "讲解" not in page and "正确答案" not in page
    town.page(f"/papers/{attempt}/review/1", 404)


def test_the_whole_paper_is_its_questions_in_order(town: Town) -> None:
    page = town.page(f"/papers/{town.begin()}/whole")
    places = [page.index(f'data-position="{place}"') for place in (1, 2, 3, 4)]
    assert places == sorted(places)


def test_a_background_save_is_answered_in_one_word(town: Town) -> None:
    attempt = town.begin()
    path = f"/papers/{attempt}/1/save"

    def save(number: int, letter: str = "A") -> dict[str, Any]:
        data = {"answer": letter, "number": number, "flag": "1"}
        return town.client.post(path, data=data, headers=JSON).get_json()

    assert save(1_000_001) == {"word": "stored", "number": 1_000_001, "now": "2026-05-20T12:00:00.000+08:00"}
    assert save(1_000_001)["word"] == "already_stored"
    assert save(1_000_000)["word"] == "replaced"
    town.client.post(f"/papers/{attempt}/hand-in")
    assert save(1_000_003)["word"] == "closed"


def test_a_save_without_a_session_gets_401_and_no_redirect(
    town: Town, client_for: Callable[..., FlaskClient]
) -> None:
    response = client_for(None).post(f"/papers/{town.begin()}/1/save", data={"answer": "A"}, headers=JSON)
    assert response.status_code == 401
    assert response.get_json() == {"word": "signed_out"}


def test_an_option_that_was_not_offered_is_refused(town: Town) -> None:
    attempt = town.begin()
    assert (
        town.client.post(f"/papers/{attempt}/1/save", data={"answer": "Z"}, headers=JSON).status_code == 400
    )


def test_the_form_goes_where_its_button_says(town: Town) -> None:
    attempt = town.begin()
    onward = town.client.post(f"/papers/{attempt}/1", data={"answer": "A", "go": "2"})
    assert onward.location == f"/papers/{attempt}/2"
    sheet = town.client.post(f"/papers/{attempt}/2", data={"answer": "A", "go": "sheet"})
    assert sheet.location == f"/papers/{attempt}/sheet?at=2"
    assert "回到第2题" in town.page(sheet.location)
    assert town.client.get(f"/papers/{attempt}").location == f"/papers/{attempt}/3"


def test_the_sheet_names_what_is_open_and_what_is_unsure(town: Town) -> None:
    attempt = town.begin()
    assert "一题未答，不算参加" in town.page(f"/papers/{attempt}/sheet")
    town.client.post(f"/papers/{attempt}/1", data={"answer": "A", "flag": "1"})
    page = town.page(f"/papers/{attempt}/sheet")
    for words in (
        "还有3题没有答：第2题、第3题、第4题",
        "拿不准1题",
        "缺3题也交卷",
        "回去答第2题",
        "还可以再答1次，取高分",
    ):
        assert words in page


def test_a_second_device_asks_first(town: Town, client_for: Callable[..., FlaskClient]) -> None:
    attempt = town.begin()
    second = client_for(town.cadre)
    assert second.get(f"/papers/{attempt}/1").location == f"/papers/{attempt}/elsewhere"
    assert "在这里接着答" in second.get(f"/papers/{attempt}/elsewhere").text
    second.post(f"/papers/{attempt}/take-over")
    assert second.get(f"/papers/{attempt}/1").status_code == 200
    late = town.client.post(
        f"/papers/{attempt}/1/save", data={"answer": "A", "number": 1_000_005}, headers=JSON
    )
    assert late.get_json()["word"] == "replaced"


def test_a_device_that_was_signed_out_is_not_asked_about(
    town: Town, client_for: Callable[..., FlaskClient]
) -> None:
    attempt = town.begin()
    with town.database.writing() as session:
        session.execute(sa.update(LoginSession).values(ended_at=NOON))
    second = client_for(town.cadre)
    assert second.get(f"/papers/{attempt}/1").location == f"/papers/{attempt}/1"
    assert second.get(f"/papers/{attempt}/1").status_code == 200
    with town.database.reading() as session:
        assert session.get_one(Attempt, attempt).device_number == 2


def test_all_right(town: Town) -> None:
    attempt = town.begin()
    town.answer_all(attempt)
    town.client.post(f"/papers/{attempt}/hand-in")
    page = town.page(f"/papers/{attempt}/result")
    for words in ("100<small>分</small>", "优秀", "第1名", "已交卷1人，只有您看得到", "1 / 2人，50.0%",
                  "全部答对。", "再答一次（还剩1次）"):  # fmt: skip
        assert words in page


def test_wrong_ones_are_listed_with_choice_and_key(town: Town) -> None:
    attempt = town.begin()
    town.answer_all(attempt, right=False)
    town.client.post(f"/papers/{attempt}/hand-in")
    page = town.page(f"/papers/{attempt}/result")
    assert "没有答对的4题" in page and "还没有及格" in page
    assert "，得3分" in page and "少选" in page
    assert "《民法典》第一条" in page


def test_a_review_shows_chosen_right_why_and_article(town: Town) -> None:
    attempt = town.begin()
    town.answer_all(attempt, right=False)
    town.client.post(f"/papers/{attempt}/hand-in")
    single, multiple = town.page(f"/papers/{attempt}/review/1"), town.page(f"/papers/{attempt}/review/3")
    assert "正确答案" in single and "您选的" in single and "道题的讲解" in single
    assert "下一道错题" in single and "第1道，共4道" in single
    assert "少选了" in multiple and "选对了" in multiple and "3分（满分6分）" in multiple
    assert "回成绩" in town.page(f"/papers/{attempt}/review/4")


def test_a_review_shows_what_the_article_says(town: Town) -> None:
    attempt = town.begin()
    town.client.post(f"/papers/{attempt}/hand-in")
    where = f"/papers/{attempt}/review/1"
    page = town.page(where)
    assert "本单位还没有导入条文。" in page and "读前后条文" in page

    def article(**said: str) -> str:
        with town.database.writing() as session:
            session.execute(sa.update(Article).where(Article.number == 1).values(**said))
            cited.forget(session, None)
        return town.page(where)

    assert "成年人自己作主" in article(gist="成年人自己作主。")
    page = article(text="总的一款。\n另外一款。")
    assert "<p>另外一款。</p>" in page and "成年人自己作主" not in page and "现行有效" in page
    with town.database.writing() as session:
        meant = session.scalar(sa.select(Edition.id))
        session.execute(sa.update(Cited).values(paragraph=2, edition_id=meant))
        asked_again(session)
    page = town.page(where)
    assert "<mark>另外一款。</mark>" in page and "<p>总的一款。</p>" in page
    with town.database.writing() as session:
        law = session.scalars(sa.select(Law)).one()
        session.add(Edition(law_id=law.id, effective=date(2026, 5, 1), article_count=20))
        cited.forget(session, None)
    assert "2026年5月1日起换了新版，这里按出题时的版本" in town.page(where)


def asked_again(session: Session) -> None:
    """Versions never change; this test changes what one cites, so both memories must go."""
    asked._kept.clear()
    cited.forget(session, None)


def test_answers_wait_for_the_end_where_the_rules_say_so(make_town: Callable[..., Town]) -> None:
    town = make_town(reveal="after_close")
    attempt = town.begin()
    town.answer_all(attempt, right=False)
    town.client.post(f"/papers/{attempt}/hand-in")
    page = town.page(f"/papers/{attempt}/result")
    assert "截止后能看答案（5月23日12:00）" in page and "没有答对的" not in page
    town.page(f"/papers/{attempt}/review/1", 404)
    with clock.standing_at(town.contest.closes_at):
        assert "没有答对的4题" in town.page(f"/papers/{attempt}/result")
        town.page(f"/papers/{attempt}/review/1")


def test_a_blank_paper_is_not_taking_part(town: Town) -> None:
    attempt = town.begin()
    town.client.post(f"/papers/{attempt}/hand-in")
    page = town.page(f"/papers/{attempt}/result")
    assert "一题未答，不算参加" in page and "第1名" not in page and "0 / 2人，0%" in page


def test_who_handed_in_a_blank_paper_is_told_what_is_left(town: Town) -> None:
    attempt = town.begin()
    town.client.post(f"/papers/{attempt}/hand-in")
    page = town.page(f"/c/{town.contest.code}")
    assert "已经交过1次，一题未答，不算参加。还可以答1次。" in page and "开始答题" in page
    home = town.page("/")
    assert "去答题" in home and "还可以答1次" in home and "可答2次" not in home


def test_who_follows_the_address_of_a_withdrawn_contest_is_told_so(
    town: Town, client_for: Callable[..., FlaskClient]
) -> None:
    with town.database.writing() as session:
        session.get_one(Assessment, town.contest.id).withdrawn_at = NOON
        stranger = a_person(session, a_township(session, "T2")).id
    page = town.page(f"/c/{town.contest.code}", 410)
    assert "这场测评撤回了" in page and "五月月月赛撤回了，不用答。" in page
    assert "撤回" not in client_for(stranger).get(f"/c/{town.contest.code}").text


def test_past_the_deadline_one_is_at_the_result_and_never_in_a_circle(town: Town) -> None:
    attempt = town.begin()
    town.client.post(f"/papers/{attempt}/1", data={"answer": "A"})
    with clock.standing_at(NOON + 30 * MINUTE + timedelta(seconds=5)):
        assert town.client.get(f"/papers/{attempt}/1").location == f"/papers/{attempt}/result"
        assert "时间到，已交卷。已答的1题都算分。" in town.page(f"/papers/{attempt}/result")


def test_the_better_of_two_counts(town: Town) -> None:
    first = town.begin()
    town.answer_all(first)
    town.client.post(f"/papers/{first}/hand-in")
    second = town.begin()
    town.answer_all(second, right=False)
    town.client.post(f"/papers/{second}/hand-in")
    page = town.page(f"/papers/{second}/result")
    assert "算数的成绩" in page and "100分" in page and "再答一次" not in page
    assert "2次都用了，取高分100分" in town.page(f"/c/{town.contest.code}")


def test_the_first_page_says_what_to_do_now(town: Town) -> None:
    assert "去答题" in town.page("/")
    attempt = town.begin()
    with clock.standing_at(NOON + 9 * MINUTE):
        page = town.page("/")
        assert "接着答，剩21分钟" in page and "12:30自动交卷" in page
    town.answer_all(attempt)
    town.client.post(f"/papers/{attempt}/hand-in")
    page = town.page("/")
    assert "看成绩" in page and "再答一次" in page and "1 / 1次" in page
    assert "还可以再答1次，5月23日12:00截止。" in page
    with clock.standing_at(town.contest.closes_at + timedelta(days=1)):
        page = town.page("/")
        assert "现在没有要答的测评" in page and "最近结束" in page


def test_ones_own_page_lists_every_time(town: Town) -> None:
    assert "还没有答" in town.page("/me")
    attempt = town.begin()
    town.answer_all(attempt)
    town.client.post(f"/papers/{attempt}/hand-in")
    page = town.page("/me")
    assert "五月月月赛" in page and "100分" in page and "1 / 1次" in page
    assert town.cadre.staff_no in page and "现在用的这一台" in page


def test_somebody_with_nothing_yet_is_told_so(town: Town, client_for: Callable[..., FlaskClient]) -> None:
    with town.database.writing() as session:
        newcomer = a_person(session, a_township(session, "T3")).id
    client = client_for(newcomer)
    assert "还没有记录" in client.get("/me").text
    assert "现在没有要答的测评" in client.get("/").text


def test_a_negative_stands_out_in_the_stem(town: Town) -> None:
    with town.database.writing() as session:
        session.execute(sa.update(QuestionVersion).values(stem="哪一项**不**对？<b>"))
    page = town.page(f"/papers/{town.begin()}/1")
    assert "哪一项<strong>不</strong>对？&lt;b&gt;" in page


def test_a_fault_of_a_question_goes_to_the_admin(town: Town) -> None:
    attempt = town.begin()
    assert f"/papers/{attempt}/1/fault" in town.page(f"/papers/{attempt}/1")
    path = f"/papers/{attempt}/1/fault"
    assert town.client.post(path, data={"reason": "no such reason"}).status_code == 400
    told = town.client.post(path, data={"reason": next(iter(faults.REASONS)), "text": "依据不对"})
    assert "已反映，等管理员处理" in told.text and f'href="/papers/{attempt}/1"' in told.text
