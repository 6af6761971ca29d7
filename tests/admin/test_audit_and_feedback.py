"""The audit list finds what is asked for and one may see; what people say is kept, shown and answered."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from studyhall.admin import audit_words
from studyhall.admin.models import Feedback
from studyhall.admin.views import ANONYMOUS_AN_HOUR
from studyhall.core import audit, clock
from studyhall.core.access import Role
from studyhall.core.audit import AuditEvent
from studyhall.core.db import Database
from studyhall.people.models import Person, Unit
from tests.factories import NOON, a_person, a_township, a_unit, an_actor

ClientFor = Callable[..., FlaskClient]
PACKAGE = Path(audit_words.__file__).parents[1]


@dataclass
class Town:
    township: Unit
    auditor: Person
    admin: Person
    cadre: Person


@pytest.fixture
def town(sqlite_database: Database) -> Town:
    with sqlite_database.writing() as session:
        township, village = a_township(session), None
        village = a_unit(session, "SZ", township, name="沙枣村")
        auditor = a_person(session, township, name="段成林", roles=[(Role.AUDITOR, township)])
        admin = a_person(session, township, name="刘志远", staff_no="DZ0001", roles=[(Role.ADMIN, township)])
        cadre = a_person(session, village, name="加娜尔·木拉提")
        session.expunge_all()
    return Town(township, auditor, admin, cadre)


def note(
    session: Session, person: Person | None, action: str, summary: str, path: str = "T1/", **sides: object
) -> None:
    actor = an_actor(session, person) if person else None
    audit.record(session, actor, action, "x:1", summary, unit_path=path, **sides)


@pytest.fixture
def written(town: Town, sqlite_database: Database) -> Town:
    with sqlite_database.writing() as session:
        with clock.standing_at(NOON - timedelta(days=40)):
            note(session, town.admin, "assessment.drafted", "四月月月赛")
        with clock.standing_at(NOON - timedelta(hours=1)):
            note(
                session, town.admin, "assessment.changed", "五月月月赛",
                before={"minutes": "30", "kind": "contest", "opens_at": "2026-05-14 01:00:00+00:00"},
                after={"minutes": "45", "kind": "exam", "opens_at": "2026-05-15 01:00:00+00:00"},
            )  # fmt: skip
            note(session, town.cadre, "attempt.handed_in", "加娜尔·木拉提，五月月月赛", "T1/SZ/")
            note(session, None, "attempt.closed", "五月月月赛")
            note(session, None, "bank.loaded", "别的乡的题库", "T2/")
    return town


def rows(page: str) -> list[str]:
    body = page.partition("<tbody")[2].partition("</tbody>")[0]
    return [re.sub(r"\s+|<[^>]+>", "", row) for row in re.findall(r"<tr.*?</tr>", body, re.S)]


def test_the_last_month_stands_newest_first(written: Town, client_for: ClientFor) -> None:
    page = client_for(written.auditor).get("/audit").text
    found = rows(page)
    assert "到时间自动交卷" in found[0] and "系统" in found[0]
    assert len(found) == 3
    assert "改了3处" in page and "4月20日至5月20日" in page
    assert "四月月月赛" not in page


def test_what_changed_stands_old_to_new_in_words(written: Town, client_for: ClientFor) -> None:
    page = client_for(written.auditor).get("/audit").text
    assert "答题时间：<del>30</del> → <ins>45</ins>" in page
    assert "种类：<del>月月赛</del> → <ins>考试</ins>" in page
    assert "开始：<del>5月14日09:00</del> → <ins>5月15日09:00</ins>" in page


def test_another_unit_s_changes_are_not_there(written: Town, client_for: ClientFor) -> None:
    assert "别的乡的题库" not in client_for(written.auditor).get("/audit?from=&to=").text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("from=&to=", 4),
        ("kind=attempt", 2),
        ("kind=assessment", 1),
        ("kind=nonsense", 3),
        ("who=刘志", 1),
        ("who=dz0001&from=&to=", 2),
        ("what=木拉提", 1),
        ("what=%25", 0),
        ("from=2026-04-01&to=2026-04-30", 1),
        ("from=2026-05-20&to=2026-05-20", 3),
        ("from=yesterday&to=", 4),
        ("page=2", 0),
        ("page=-1", 3),
    ],
)
def test_a_search_finds_what_was_asked(
    written: Town, client_for: ClientFor, query: str, expected: int
) -> None:
    answer = client_for(written.auditor).get(f"/audit?{query}")
    assert answer.status_code == 200
    assert len(rows(answer.text)) == expected


def test_local_days_have_local_edges(town: Town, client_for: ClientFor, sqlite_database: Database) -> None:
    """Half past midnight in Shanghai is still the day before in UTC."""
    with (
        sqlite_database.writing() as session,
        clock.standing_at(datetime(2026, 5, 18, 16, 30, tzinfo=UTC)),
    ):
        note(session, town.admin, "assessment.drafted", "夜里")
    client = client_for(town.auditor)
    assert len(rows(client.get("/audit?from=2026-05-19&to=2026-05-19").text)) == 1
    assert rows(client.get("/audit?from=2026-05-18&to=2026-05-18").text) == []


def test_a_search_stays_while_leafing(town: Town, client_for: ClientFor, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        for number in range(60):
            note(session, town.admin, "bank.loaded", f"第{number}批")
    client = client_for(town.auditor)
    page = client.get("/audit?kind=bank&who=刘志远").text
    assert "第1至50条，共60条" in page
    target = re.search(r'href="([^"]*page=2[^"]*)"', page)[1].replace("&amp;", "&")
    assert "kind=bank" in target
    assert len(rows(client.get(target).text)) == 10


def test_what_is_exported_is_the_search_and_is_noted(
    written: Town, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(written.auditor)
    answer = client.post("/audit/export", data={"kind": "attempt", "from": "", "to": ""})
    sheet = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert [row[3] for row in sheet[2:]] == ["作答：到时间自动交卷", "作答：交卷"]
    with sqlite_database.reading() as session:
        event = session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert (event.action, event.summary, event.after) == ("audit.exported", "2条", {"kind": "attempt"})


def test_nobody_else_reads_the_trail(written: Town, client_for: ClientFor) -> None:
    for person in (written.admin, written.cadre):
        assert client_for(person).get("/audit").status_code == 403
        assert client_for(person).post("/audit/export").status_code == 403


def test_every_action_in_the_code_has_its_words() -> None:
    """What the trail keeps, a page must be able to say."""
    used = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("record", "_note"):
                words = [one.value for one in node.args if isinstance(one, ast.Constant)]
                used |= {word for word in words if re.fullmatch(r"[a-z_]+\.[a-z_]+", str(word))}
    assert {"assessment.published", "report.exported"} <= used
    assert used <= set(audit_words.WORDS)


def test_anybody_may_say_what_is_wrong_before_login_too(
    town: Town, client_for: ClientFor, sqlite_database: Database
) -> None:
    client = client_for(None)
    assert client.get("/feedback?back=/login").status_code == 200
    answer = client.post("/feedback", data={"text": "登录按钮太小", "back": "/study"})
    assert "收到了" in answer.text and 'href="/study"' in answer.text
    with sqlite_database.reading() as session:
        said = session.scalars(sa.select(Feedback)).one()
    assert (said.text, said.person_id, said.unit_path, said.page) == ("登录按钮太小", None, "T1/", "/study")


@pytest.mark.parametrize("text", ["", "   ", "字" * 2001])
def test_too_little_or_too_much_is_said_and_what_was_typed_stays(
    town: Town, client_for: ClientFor, text: str
) -> None:
    answer = client_for(town.cadre).post("/feedback", data={"text": text})
    assert answer.status_code == 400
    assert 'href="#text"' in answer.text and 'aria-invalid="true"' in answer.text
    assert text.strip() in answer.text


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x"]
)
def test_the_way_back_never_leads_elsewhere(town: Town, client_for: ClientFor, back: str) -> None:
    page = client_for(town.cadre).post("/feedback", data={"text": "好", "back": back}).text
    assert "evil" not in page and "javascript" not in page


def test_strangers_cannot_fill_the_list(town: Town, client_for: ClientFor) -> None:
    stranger = client_for(None)
    for number in range(ANONYMOUS_AN_HOUR):
        assert stranger.post("/feedback", data={"text": f"第{number}条"}).status_code == 200
    assert stranger.post("/feedback", data={"text": "再来"}).status_code == 400
    assert client_for(town.cadre).post("/feedback", data={"text": "我登录了"}).status_code == 200
    with clock.standing_at(NOON + timedelta(hours=2)):
        assert stranger.post("/feedback", data={"text": "过了一小时"}).status_code == 200


def test_the_admin_answers_and_the_person_reads_it(
    town: Town, client_for: ClientFor, sqlite_database: Database
) -> None:
    cadre, admin = client_for(town.cadre), client_for(town.admin)
    assert "还没有人写过" in admin.get("/feedback/received").text
    cadre.post("/feedback", data={"text": "<b>字太小</b>", "back": "/study"})
    page = admin.get("/feedback/received").text
    assert "1条意见反馈没有答复" in page and "&lt;b&gt;字太小" in page
    target = re.search(r'action="(/feedback/\d+/settle)"', page)[1]
    admin.post(target, data={"reply": "右上角有大字版"})
    admin.post(target, data={"reply": "改写"})
    assert "没有等着答复的" in admin.get("/feedback/received").text
    assert "右上角有大字版" in cadre.get("/feedback").text
    assert "改写" not in cadre.get("/feedback").text
    with sqlite_database.reading() as session:
        events = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "feedback.settled")).all()
    assert [event.after for event in events] == [{"reply": "右上角有大字版"}]


def test_feedback_of_another_unit_is_not_found(
    town: Town, client_for: ClientFor, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        elsewhere = a_township(session, "T11")
        stranger = a_person(session, elsewhere)
        said = Feedback(at=clock.now(), person_id=stranger.id, unit_path="T11/", page="/", text="别处的话")
        session.add(said)
        session.flush()
        said_id = said.id
    client = client_for(town.admin)
    assert "别处的话" not in client.get("/feedback/received").text
    assert client.post(f"/feedback/{said_id}/settle").status_code == 404
    assert client_for(town.cadre).get("/feedback/received").status_code == 403
