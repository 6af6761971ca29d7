"""The month on the screen, on paper and as a sheet; the people behind each number; what each may not see."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from html.parser import HTMLParser
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import Role
from studyhall.core.audit import AuditEvent
from studyhall.core.db import Database
from studyhall.people import roster
from studyhall.people.models import Category, Person, Unit
from studyhall.quizzes.models import Assessment, Result
from studyhall.study import holding, roll, series
from studyhall.study.attendance import Mark
from tests.conftest import make_app
from tests.counting import counted
from tests.factories import a_person, a_township, a_unit, sign_in
from tests.reports.building import (
    CLOSES,
    LATER,
    OPENS,
    a_contest,
    announce_make_up,
    exempts,
    hands_in,
    makes_up,
)

ClientFor = Callable[..., FlaskClient]


@dataclass
class Town:
    """Five people in two villages: two took part (one passed), one missing, two exempt, one of them 事后."""

    township: Unit
    village: Unit
    neighbour: Unit
    admin: Person
    leader: Person
    county: Person
    missing: Person
    contest: Assessment


@pytest.fixture
def town(sqlite_database: Database) -> Town:
    with sqlite_database.writing() as session:
        county = a_unit(session, "C", name="县")
        township, neighbour = a_township(session, "T1", county), a_township(session, "T2", county)
        village = a_unit(session, "SZ", township, name="沙枣村")
        other = a_unit(session, "MC", township, name="牧场村")
        leader = a_person(session, village, name="李文生", roles=[(Role.LEADER, township)])
        admin = a_person(session, other, name="刘志远", roles=[(Role.ADMIN, township)])
        missing = a_person(session, village, name="努尔古丽·别克")
        sick, moved = a_person(session, other, name="=曾兰"), a_person(session, village, name="单国庆")
        watcher = a_person(session, neighbour, roles=[(Role.COUNTY, county)])
        a_person(session, neighbour, name="邻乡的人")
        contest = a_contest(session, township, title="2026年5月月月赛")
        hands_in(session, contest, leader, 9500)
        hands_in(session, contest, admin, 4000)
        exempts(session, contest, sick)
        exempts(session, contest, moved, after_close=True)
        _ = contest.code
        session.flush()
        session.expunge_all()
    return Town(township, village, neighbour, admin, leader, watcher, missing, contest)


@pytest.fixture(autouse=True)
def _after_the_window():
    with clock.standing_at(LATER):
        yield


def text_of(page: str) -> str:
    """What a reader sees, without blanks."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+|&nbsp;", "", re.sub(r"<wbr>|<[^>]+>", "", main))


class Links(HTMLParser):
    """Every link into the people behind a number, with its words; and the quotients that open nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.bare: list[str] = []
        self._open: str | None = None
        self._in_link = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get("href") or ""
        behind = re.search(r"/reports/(assessments|meetings|year/\d+/behind)/", target)
        self._open = target if tag == "a" and behind else None
        self._in_link = tag == "a" or self._in_link

    def handle_endtag(self, tag: str) -> None:
        self._in_link = self._in_link and tag != "a"

    def handle_data(self, data: str) -> None:
        if not self._in_link:
            self.bare += re.findall(r"[1-9]\d*\s*[/÷](?!\s*\d+\s*人)|[/÷]\s*[1-9]\d*\b(?!\s*人)", data)
        if self._open and data.strip():
            self.found.append((self._open, data.strip()))
            self._open = None


def opened(client: FlaskClient, page: str) -> Links:
    """The page's links, each of which has as many rows behind it as its words say."""
    links = Links()
    links.feed(re.sub(r"<(head|script|textarea).*?</\1>", "", client.get(page).text, flags=re.S))
    for target, words in links.found:
        said = int(re.search(r"\d+", words)[0])
        behind = client.get(target)
        assert behind.status_code == 200, target
        of_many = re.search(r"共(\d+)(?:行|人)", behind.text)
        rows = int(of_many[1]) if of_many else behind.text.count('scope="row"')
        assert rows == said, (words, target)
    return links


def test_the_page_says_it_in_a_sentence_and_in_four_figures(town: Town, client_for: ClientFor) -> None:
    page = text_of(client_for(town.admin).get("/reports/month/2026-05").text)
    assert "应参加3人，参加2人，缺1人；参加的人中1人没有及格。" in page
    assert "参与率66.7%参加2÷应参加3名册5人，免2人" in page
    assert "合格率（应考）33.3%合格1÷应参加3" in page
    assert "合格率（实考）50.0%合格1÷参加2" in page
    assert "优秀率50.0%优秀1÷参加2" in page
    assert "沙枣村1/2人努尔古丽·别克" in page
    assert "免考2人其中事后登记的1人" in page
    assert "长期病假" in page and "批准人李文生" in page


def test_who_is_missing_stands_before_the_figures_and_the_units(town: Town, client_for: ClientFor) -> None:
    page = text_of(client_for(town.leader).get("/reports/month/2026-05").text)
    places = [
        page.index(words) for words in ("没有参加的1人", "努尔古丽·别克", "合格率（应考）", "各单位参与率")
    ]
    assert places == sorted(places)


def test_past_ten_units_the_missing_are_folded_with_their_count(
    town: Town, client_for: ClientFor, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        township = session.get_one(Unit, town.township.id)
        for number in range(12):
            a_person(
                session, a_unit(session, f"V{number:02}", township, name=f"{number}村"), name=f"人{number}"
            )
        contest = a_contest(session, township, title="又一场")
        session.flush()
        missing = session.scalars(
            sa.select(sa.func.count(Result.id)).where(Result.assessment_id == contest.id, Result.due)
        ).one()
    page = client_for(town.admin).get("/reports/month/2026-05").text
    assert f"没有参加的{missing}人" in page
    fold = re.search(
        r"<details[^>]*><summary class=\"fold\">另有(\d+)个单位，(\d+)人</summary>(.*?)</details>", page, re.S
    )
    assert fold and fold[3].count("people-group") == int(fold[1])
    assert fold[3].count("/people/") == int(fold[2])


def test_what_is_further_down_is_one_tap_away(town: Town, client_for: ClientFor) -> None:
    page = client_for(town.leader).get("/reports/month/2026-05").text
    nav = re.search(r'<nav class="further.*?</nav>', page, re.S)
    assert nav and "各单位" in nav[0]
    assert all(f'id="{target}"' in page for target in re.findall(r'href="#([^"]+)"', nav[0]))
    assert "further" not in client_for(town.leader).get("/reports/month/2026-04").text


def test_a_year_names_forty_without_a_record_and_links_to_all(
    town: Town, client_for: ClientFor, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        village = session.get_one(Unit, town.village.id)
        for number in range(60):
            a_person(session, village, name=f"新来的{number:02}号")
    client = client_for(town.admin)
    page = client.get("/reports/year/2026").text
    said = re.search(r"年度名册里(\d+)人没有学法记录</h2>\s*<p>(.*?)</p>", page, re.S)
    assert said and int(said[1]) > 60
    assert said[2].count("（") == 40
    target = re.search(rf'href="([^"]+)">看全部{said[1]}人</a>', said[2])
    assert target and f"共{said[1]}行" in client.get(target[1].replace("&amp;", "&")).text
    workbook = client.post("/reports/year/2026/export", data={"unit": "T1"})
    rows = (
        CalamineWorkbook.from_filelike(BytesIO(workbook.data))
        .get_sheet_by_name("没有学法记录的人")
        .to_python()
    )
    assert sum("新来的" in str(row) for row in rows) == 60


def test_a_month_without_a_contest_leads_an_admin_to_set_one(town: Town, client_for: ClientFor) -> None:
    with clock.standing_at(LATER + timedelta(days=40)):
        page = client_for(town.admin).get("/reports/month/2026-07").text
        assert "本月没有测评" in page and "/assessments/new?month=2026-07" in page
        assert "/assessments/new" not in client_for(town.leader).get("/reports/month/2026-07").text
        assert "/assessments/new" not in client_for(town.admin).get("/reports/month/2026-04").text


def test_from_those_who_came_it_is_one_tap_to_those_who_did_not(town: Town, client_for: ClientFor) -> None:
    client = client_for(town.admin)
    page = client.get(f"/reports/assessments/{town.contest.id}/took_part?unit=SZ").text
    target = re.search(r'<a class="chip" href="([^"]+)">没有参加的人</a>', page)
    assert target
    missing = text_of(client.get(target[1].replace("&amp;", "&")).text)
    assert "没有参加的人，1人" in missing and "努尔古丽·别克" in missing


def test_every_number_opens_as_many_people_as_it_says(town: Town, client_for: ClientFor) -> None:
    links = opened(client_for(town.admin), "/reports/month/2026-05")
    assert len(links.found) >= 30 and links.bare == []


def test_the_numbers_of_a_units_own_members_open_them_alone(
    town: Town, client_for: ClientFor, sqlite_database: Database
) -> None:
    """本级: two in the township's own office beside those of its villages, one of the two missing."""
    with sqlite_database.writing() as session:
        township = session.get_one(Unit, town.township.id)
        own, _missing = a_person(session, township), a_person(session, township)
        contest = a_contest(session, township, title="又一场")
        hands_in(session, contest, own, 9500)
        makes_up(session, contest, own, 9900)
        announce_make_up(session, contest)
    links = opened(client_for(town.admin), "/reports/month/2026-05")
    of_own = [int(words) for target, words in links.found if "own=1" in target]
    assert of_own == [1, 2, 1, 2, 1, 1] and links.bare == []


def test_the_numbers_of_the_month_before_and_of_meetings_open_people_too(
    town: Town, client_for: ClientFor, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        township = session.get_one(Unit, town.township.id)
        april = a_contest(
            session, township, title="四月", counts_for=(2026, 4), opens_at=OPENS - timedelta(days=30),
            closes_at=OPENS - timedelta(days=25),
        )  # fmt: skip
        hands_in(session, april, session.get_one(Person, town.leader.id), 9500)
        holds_a_meeting(session, township, away=session.get_one(Person, town.missing.id))
    links = opened(client_for(town.admin), "/reports/month/2026-05")
    kinds = Counter(re.search(r"/reports/(\w+)/", target)[1] for target, _words in links.found)
    assert kinds["year"] == 18 and kinds["meetings"] == 3 and links.bare == []


def holds_a_meeting(session: Session, township: Unit, *, away: Person) -> None:
    """On 12 May, everybody of the township due; one absent."""
    now = clock.at_local(date(2026, 5, 12), 17)
    with clock.standing_at(now):
        plan = series.Plan("theory", "周二学习日", "weekday", (2,), date(2026, 1, 1))
        weekly = series.keep(session, None, township, plan)
        meeting = holding.enter(
            session, None, township,
            holding.Entry("held", now.date(), ((weekly.id, None),), topic="讲法",
                          rule=roster.Rule((township.path,), tuple(Category))),
            now,
        )  # fmt: skip
        marks = {
            row.entry.id: Mark("absent" if row.entry.person_id == away.id else "present")
            for row in roll.rows(session, meeting)
        }
        roll.call(session, None, meeting, {}, marks, now)


def test_the_county_sees_sums_and_no_names(town: Town, client_for: ClientFor) -> None:
    client = client_for(town.county)
    page = client.get("/reports/month/2026-05?unit=T1").text
    assert "应参加3人" in text_of(page)
    for path in ("", "/print"):
        shown = client.get(f"/reports/month/2026-05{path}?unit=T1").text
        assert "努尔古丽" not in shown and "单国庆" not in shown
    assert client.get(f"/reports/assessments/{town.contest.id}/missing?unit=T1").status_code == 403
    sheets = CalamineWorkbook.from_filelike(BytesIO(export(client, "T1"))).sheet_names
    assert sheets == ["数字", "各单位"]


def test_another_unit_is_not_found(town: Town, client_for: ClientFor) -> None:
    client = client_for(town.leader)
    for path in (
        "/reports/month/2026-05?unit=T2",
        "/reports/month/2026-05/print?unit=C",
        f"/reports/assessments/{town.contest.id}/due?unit=T2",
        "/reports/month/2026-05?unit=NONE",
    ):
        assert client.get(path).status_code == 404
    assert client.post("/reports/month/2026-05/export", data={"unit": "T2"}).status_code == 404


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "latest", "2026-5"])
def test_what_is_no_month_is_not_found(town: Town, client_for: ClientFor, month: str) -> None:
    assert client_for(town.leader).get(f"/reports/month/{month}").status_code == 404


def test_a_month_without_a_contest_says_so(town: Town, client_for: ClientFor) -> None:
    page = client_for(town.leader).get("/reports/month/2026-04")
    assert "本月没有测评" in page.text
    assert "导出Excel" not in page.text


def test_the_reports_open_on_the_month_that_has_something_to_show(town: Town, client_for: ClientFor) -> None:
    assert client_for(town.leader).get("/reports/").location == "/reports/month/2026-05"


def test_an_open_contest_is_marked_as_still_running(town: Town, client_for: ClientFor) -> None:
    client = client_for(town.leader)
    with clock.standing_at(OPENS.replace(day=20)):
        page = client.get("/reports/month/2026-05").text
    assert "还在进行" in page
    assert "还在进行" not in client.get("/reports/month/2026-05").text


def test_a_unit_where_nobody_is_due_shows_a_dash(
    town: Town, client_for: ClientFor, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        unit = a_unit(session, "HL", session.get_one(Unit, town.township.id), name="红柳村")
        person = a_person(session, unit)
        contest = a_contest(session, session.get_one(Unit, town.township.id), title="又一场")
        exempts(session, contest, person)
    page = text_of(client_for(town.leader).get("/reports/month/2026-05").text)
    assert "红柳村—0/0" in page
    assert "2026年5月月月赛" in page and "又一场" in page


def test_the_make_up_stands_beside_the_main_run(
    town: Town, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(town.admin)
    assert "含补考" not in client.get("/reports/month/2026-05").text
    with sqlite_database.writing() as session:
        contest = session.get_one(Assessment, town.contest.id)
        makes_up(session, contest, session.get_one(Person, town.admin.id), 6000)
        announce_make_up(session, contest)
    page = text_of(client.get("/reports/month/2026-05").text)
    assert "合格率（应考）33.3%" in page
    assert "含补考参与率66.7%2/3合格率（应考）66.7%2/3" in page


def test_units_stand_lowest_first_or_in_the_order_of_the_tree(town: Town, client_for: ClientFor) -> None:
    client = client_for(town.leader)

    def order(path: str) -> list[str]:
        return re.findall(r"month/2026-05\?unit=(SZ|MC)\"", client.get(path).text)

    assert order("/reports/month/2026-05") == ["SZ", "MC"]
    assert order("/reports/month/2026-05?order=tree") == ["MC", "SZ"]


def test_the_upstream_way_of_counting_stands_beside_ours(town: Town, client_for: ClientFor) -> None:
    """(95 + 40) over the three due is 45.0; over the two who came 67.5."""
    page = text_of(client_for(town.leader).get("/reports/month/2026-05").text)
    assert "平均分没有参加的算0分45.0" in page
    assert "67.5" in page


def test_the_reminder_s_address_comes_from_the_setting_never_from_the_request(
    town: Town, sqlite_database: Database
) -> None:
    path, page = f"/c/{town.contest.code}", "/reports/month/2026-05"
    evil = "http://evil.example"
    with clock.standing_at(OPENS.replace(day=20)):
        plain = signed_in(make_app(sqlite_database), town.leader, evil).get(page, base_url=evil).text
        assert "1人。<" in plain and path not in plain and "evil.example" not in plain
        app = make_app(sqlite_database, SITE_ADDRESS="https://xuefa.example.cn/")
        told = signed_in(app, town.leader, evil).get(page, base_url=evil).text
    assert f"https://xuefa.example.cn{path}" in told


def signed_in(app: Flask, person: Person, base_url: str) -> FlaskClient:
    client = app.test_client()
    database: Database = app.extensions["studyhall_db"]
    with database.writing() as session:
        token = sign_in(session, person.id, clock.now())
    with client.session_transaction(base_url=base_url) as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client


def test_names_go_into_the_reminder_by_choice_only(town: Town, client_for: ClientFor) -> None:
    client = client_for(town.leader)

    def reminder(path: str) -> str:
        return re.search(r"<textarea[^>]*>(.*?)</textarea>", client.get(path).text, re.S)[1]

    assert "努尔古丽" not in reminder("/reports/month/2026-05")
    assert "沙枣村（努尔古丽·别克）" in reminder("/reports/month/2026-05?names=1")


def test_the_paper_has_lines_to_sign_and_the_rules(town: Town, client_for: ClientFor) -> None:
    page = client_for(town.admin).get("/reports/month/2026-05/print").text
    for words in ("填表：", "审核：", "单位（盖章）：", "口径：", "统计截至2026年5月27日", "（其中事后1人）"):
        assert words in page, words


def export(client: FlaskClient, unit: str = "") -> bytes:
    answer = client.post("/reports/month/2026-05/export", data={"unit": unit})
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.data


def test_the_sheet_reads_back_to_the_same_numbers(town: Town, client_for: ClientFor) -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(export(client_for(town.admin))))
    units = book.get_sheet_by_name("各单位").to_python()
    head, *rows = units[1:]
    by_name = {row[0]: dict(zip(head, row, strict=True)) for row in rows if row[0]}
    assert by_name["合计"] | {"参与率": None, "合格率（应考）": None, "优秀率": None} == {
        "单位": "合计", "名册": 5, "免考": 2, "其中事后": 1, "应参加": 3, "参加": 2, "参与率": None,
        "合格": 1, "合格率（应考）": None, "合格率（实考）": 0.5, "优秀": 1, "优秀率": None, "平均分": 67.5,
    }  # fmt: skip
    assert by_name["合计"]["参与率"] == pytest.approx(2 / 3)
    assert by_name["牧场村"]["合格率（实考）"] == 0
    assert book.get_sheet_by_name("没有参加").to_python()[2][2] == "努尔古丽·别克"


def test_a_name_that_looks_like_a_formula_stays_a_name(town: Town, client_for: ClientFor) -> None:
    from zipfile import ZipFile

    data = export(client_for(town.admin))
    with ZipFile(BytesIO(data)) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
        charts = [name for name in archive.namelist() if "charts/chart" in name]
    assert "=曾兰" in "".join(sheets)
    assert not any("<f>" in sheet for sheet in sheets)
    assert charts, "the units have a native chart"


def test_what_is_exported_is_noted(town: Town, client_for: ClientFor, sqlite_database: Database) -> None:
    export(client_for(town.admin), "SZ")
    with sqlite_database.reading() as session:
        event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "report.exported")).one()
    assert (event.actor_id, event.unit_path) == (town.admin.id, "C/T1/SZ/")
    assert event.after == {"format": "Excel", "names": "有"}


def test_the_month_goes_out_as_word_with_the_clerks_own_opening(town: Town, client_for: ClientFor) -> None:
    from docx import Document

    form = {"unit": "T1", "as": "word", "opening": "各村、各站所："}
    answer = client_for(town.admin).post("/reports/month/2026-05/export", data=form)
    assert answer.status_code == 200
    words = "\n".join(paragraph.text for paragraph in Document(BytesIO(answer.data)).paragraphs)
    assert "各村、各站所：" in words and "口径" in words


def test_a_long_list_is_leafed_through(town: Town, client_for: ClientFor, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        township = session.get_one(Unit, town.township.id)
        for _ in range(55):
            a_person(session, township)
        contest = a_contest(session, township, title="人多的一场", closes_at=CLOSES)
    client = client_for(town.admin)
    first = client.get(f"/reports/assessments/{contest.id}/due").text
    second = client.get(f"/reports/assessments/{contest.id}/due?page=2").text
    assert (first.count('scope="row"'), second.count('scope="row"')) == (50, 10)
    assert "共60人" in first and "后50人" in first


def test_a_month_page_asks_as_many_questions_for_thirty_units_as_for_three(
    town: Town, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(town.leader)
    few = statements(sqlite_database, lambda: client.get("/reports/month/2026-05"))
    with sqlite_database.writing() as session:
        for _ in range(30):
            a_unit(session, None, session.get_one(Unit, town.township.id))
    assert statements(sqlite_database, lambda: client.get("/reports/month/2026-05")) == few


def statements(database: Database, act: Callable[[], object]) -> int:
    with counted(database.engine) as sent:
        act()
    return len(sent)


def test_each_category_has_its_own_figures_and_people(
    town: Town, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(town.admin)
    assert "各类人员" not in client.get("/reports/month/2026-05").text
    with sqlite_database.writing() as session:
        township = session.get_one(Unit, town.township.id)
        clerk = a_person(session, township, name="机关的人", category=Category.OFFICE)
        contest = a_contest(session, township, title="又一场")
        hands_in(session, contest, clerk, 9000)
    page = text_of(client.get("/reports/month/2026-05").text)
    assert "机关干部100%1/1100%1/1100%1/190.0" in page and "村干部0%0/5" in page
    target = f"/reports/assessments/{contest.id}/due?unit=T1&category=office"
    shown = client.get(target).text
    assert "机关的人" in shown and shown.count('scope="row"') == 1
    assert client.get(target.replace("office", "king")).status_code == 404
