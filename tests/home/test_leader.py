"""What a leader sees without a menu: who is missing, which unit lags; and what an admin has to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.home import calls
from studyhall.people import exemptions, roster
from studyhall.people.models import Category, Membership, Person, Unit
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment
from studyhall.reports.counts import Counts
from studyhall.reports.month import Absent, MissingGroup, UnitRow
from studyhall.study import holding, series
from studyhall.study.models import StudySession
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, a_unit, an_assessment
from tests.reports.building import CLOSES, OPENS, a_contest, exempts, hands_in

ClientFor = Callable[..., FlaskClient]


@dataclass
class Town:
    """Six villages of two, both missing in each but the first; one exempt in the second."""

    township: Unit
    leader: Person
    admin: Person
    county: Person
    contest: Assessment
    people: list[Person]


@pytest.fixture
def town(sqlite_database: Database) -> Town:
    with sqlite_database.writing() as session:
        county = a_unit(session, "C", name="县")
        township = a_township(session, "T1", county)
        people = []
        for number in range(6):
            village = a_unit(session, f"V{number}", township, name=f"{'东西南北中上'[number]}村")
            people += [a_person(session, village, name=f"村{number}甲"), a_person(session, village)]
        leader = people[0]
        for person, role, over in (
            (leader, Role.LEADER, township),
            (people[1], Role.ADMIN, township),
            (people[2], Role.COUNTY, county),
        ):
            grant(session, person, role, over)
        contest = a_contest(session, township, title="2026年5月月月赛")
        hands_in(session, contest, people[0], 8000)
        hands_in(session, contest, people[1], 8000)
        exempts(session, contest, people[3])
        _ = contest.code
        session.flush()
        session.expunge_all()
    return Town(township, leader, people[1], people[2], contest, people)


def grant(session, person: Person, role: Role, over: Unit) -> None:
    from studyhall.people.models import RoleGrant
    from tests.factories import LONG_AGO

    session.add(RoleGrant(person_id=person.id, unit_id=over.id, role=role, starts_on=LONG_AGO))


def read(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", main))


def test_who_is_missing_needs_no_tap(town: Town, client_for: ClientFor) -> None:
    page = read(client_for(town.leader).get("/").text)
    assert "5月月月赛，11人里2人参加了，还差9人" in page
    assert "已参加2人÷应参加11人" in page
    assert "名册12人，免1人（长期病假1）" in page
    assert page.index("南村") < page.index("另有1个单位，1人") < page.index("西村差1人")
    assert "【学法提醒】5月月月赛" in page


def group(name: str, missing: int, due: int) -> MissingGroup:
    counts = Counts(due=due, took_part=due - missing)
    people = tuple(Absent(n, f"{name}{n}", name, name, name, name) for n in range(missing))
    return MissingGroup(UnitRow(1, name, name, name, False, counts), people)


def test_units_stand_in_the_order_in_which_they_need_a_call() -> None:
    groups = [group("A", 1, 1), group("B", 3, 9), group("C", 3, 4), group("D", 2, 2)]
    assert [one.row.code for one in calls.in_order(groups)] == ["C", "B", "D", "A"]


def test_each_unit_stands_with_its_numbers(town: Town, client_for: ClientFor) -> None:
    page = read(client_for(town.leader).get("/").text)
    assert page.count("差2人0%（0/2）") == 4 and "差1人0%（0/1）" in page
    assert "差的人多的排在前面" in page and "全部6个" in page


def test_the_contact_of_a_unit_is_one_tap_away(
    town: Town, client_for: ClientFor, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        units = {unit.name: unit for unit in session.scalars(sa.select(Unit))}
        third, fourth, gone = (session.get_one(Person, town.people[n].id) for n in (4, 6, 8))
        third.phone, gone.phone = "13900001111", "13900002222"
        units["南村"].contact_id, units["北村"].contact_id = third.id, fourth.id
        units["中村"].contact_id = gone.id
        session.execute(
            sa.update(Membership).where(Membership.person_id == gone.id).values(ends_on=NOON.date())
        )
    page = client_for(town.leader).get("/").text
    assert 'href="tel:13900001111"' in page and "打给联系人村2甲" in page
    assert "联系人村3甲，没有登记电话" in page
    assert "13900002222" not in page, "who has left answers for nobody"
    assert "tel:" not in client_for(town.county).get("/").text


def test_what_is_coming_stands_on_the_leader_s_page(
    town: Town, client_for: ClientFor, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        township = session.get_one(Unit, town.township.id)
        kept = series.keep(
            session, None, township, series.Plan("nine", "逢九必讲", "month_days", (9, 29), date(2026, 1, 1))
        )
        rule = roster.Rule((township.path,), tuple(Category))
        entry = holding.Entry(
            state="planned", held_on=date(2026, 5, 29), serves=((kept.id, None),), topic="讲信访", rule=rule,
            begins=time(16), place="会议室",
        )  # fmt: skip
        holding.enter(session, None, township, entry, NOON)
    page = read(client_for(town.leader).get("/").text)
    coming = page[page.index("接下来") :]
    assert "5月25日星期一18:005月月月赛截止应参加11人" in coming
    assert "5月29日星期五16:00逢九必讲讲信访，会议室" in coming
    assert "6月9日星期二逢九必讲还没有安排" in coming
    assert coming.index("5月25日") < coming.index("5月29日") < coming.index("6月9日")


def test_a_month_without_a_contest_says_so(town: Town, client_for: ClientFor) -> None:
    with clock.standing_at(CLOSES + timedelta(days=10)):
        assert "6月还没有开始的月月赛" in read(client_for(town.leader).get("/").text)


def test_the_county_sees_how_many_and_never_who(town: Town, client_for: ClientFor) -> None:
    page = client_for(town.county).get("/").text
    assert "还差9人" in read(page)
    assert "村3甲" not in page and "/reports/assessments/" not in page
    assert "names=1" not in page
    assert "村3甲" not in client_for(town.county).get("/?names=1").text


def test_names_go_into_the_reminder_when_asked(town: Town, client_for: ClientFor) -> None:
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", client_for(town.leader).get("/?names=1").text, re.S)
    assert "村3甲" in text[1]


def test_when_all_took_part_it_says_so_and_asks_nothing(
    town: Town, client_for: ClientFor, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        contest = session.get_one(Assessment, town.contest.id)
        for person in town.people:
            if person.id not in (town.people[0].id, town.people[1].id, town.people[3].id):
                hands_in(session, contest, session.get_one(Person, person.id), 7000)
    page = client_for(town.leader).get("/").text
    assert "5月月月赛，11人全部参加" in read(page)
    assert "<textarea" not in page and "还差人的" not in page


def test_after_the_window_the_last_month_and_the_year_so_far_stand(town: Town, client_for: ClientFor) -> None:
    with clock.standing_at(CLOSES + timedelta(days=3)):
        page = read(client_for(town.leader).get("/").text)
    assert "5月月月赛已截止，11人里2人参加了，9人没有参加" in page
    assert "今年至今月月赛参与率18.2%2/11人次" in page


def test_before_any_contest_there_are_words(sqlite_database: Database, client_for: ClientFor) -> None:
    with sqlite_database.writing() as session:
        township = a_township(session)
        leader = a_person(session, township, roles=[(Role.LEADER, township)])
    assert "还没有测评" in client_for(leader).get("/").text


def test_five_people_are_needed_before_an_article_is_called_badly_known(
    town: Town, client_for: ClientFor
) -> None:
    assert "答对率最低" not in client_for(town.leader).get("/").text


def test_the_admin_s_tasks_stand_by_urgency(
    town: Town, client_for: ClientFor, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        township = session.get_one(Unit, town.township.id)
        opens = OPENS + timedelta(days=35)
        a_contest(
            session, township, title="七月月月赛", published=False, counts_for=(2026, 7), opens_at=opens,
            closes_at=opens + timedelta(days=3),
        )  # fmt: skip
    client_for(None).post("/feedback", data={"text": "字太小"})
    client_for(town.leader).post("/feedback", data={"text": "按钮找不到"})
    page = read(client_for(town.admin).get("/").text)
    order = [
        page.index(words)
        for words in (
            "要办的4件事",
            "5月月月赛还差9人",
            "6月月月赛还没有设置",
            "七月月月赛是草稿",
            "1条意见反馈",
        )
    ]
    assert order == sorted(order)
    assert "月月赛参与率18.2%2/11人次" in page


def test_an_admin_with_nothing_to_do_is_told_so(
    town: Town, client_for: ClientFor, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        township = session.get_one(Unit, town.township.id)
        session.add(
            StudySession(
                owner_unit_id=township.id, held_on=CLOSES.date(), state="cancelled", reason="大风", topic="",
                basis="", place="", host="", speaker="", proceedings="", created_at=OPENS, recorded_at=OPENS,
            )
        )  # fmt: skip
        opens = OPENS + timedelta(days=40)
        a_contest(
            session, township, title="六月月月赛", counts_for=(2026, 6), opens_at=opens,
            closes_at=opens + timedelta(days=3),
        )  # fmt: skip
    with clock.standing_at(CLOSES + timedelta(days=1)):
        page = client_for(town.admin).get("/").text
    assert "今天没有要办的事" in page
    assert "btn-primary" not in page
    assert "六月月月赛开始" in page


def test_the_pages_look_alike_whatever_the_hour(town: Town, client_for: ClientFor) -> None:
    """A figure tells as of when it is."""
    with clock.standing_at(NOON):
        assert "数据截至5月20日12:00" in client_for(town.leader).get("/").text


def test_what_comes_next_counts_who_is_due_as_the_roster_page_does(
    town: Town, sqlite_database: Database, client_for: ClientFor
) -> None:
    """Somebody came and somebody was exempted since it was published: the list follows before it is counted."""
    with sqlite_database.writing() as session:
        township = session.get_one(Unit, town.township.id)
        law = a_law(session).law_id
        a_bank_of(session, law, judge=1)
        coming = an_assessment(
            session, township, [Line(law, "judge", 1, 500)], title="六月月月赛", counts_for=(2026, 6),
            opens_at=NOON + timedelta(days=9), closes_at=NOON + timedelta(days=19),
        )  # fmt: skip
        a_person(session, township, starts_on=date(2026, 5, 1))
        a_person(session, township, starts_on=date(2026, 5, 1))
        exemptions.grant(
            session, town.people[3].id, "sick", "李文生", date(2026, 5, 1), None, decided_by=None
        )
    for person in (town.admin, town.leader):
        page = client_for(person).get("/").text
        assert "六月月月赛开始" in page and "应参加13人" in page
    roster_page = client_for(town.admin).get(f"/assessments/{coming.id}/roster").text
    assert "没有参加 13" in re.sub(r"<[^>]+>", "", roster_page)
