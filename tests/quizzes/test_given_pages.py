"""Results that were not won here: pasted or uploaded and looked at, or keyed in by number keys."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.people.models import RosterEntry
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Result, ScoreChange
from studyhall.quizzes.whole_paper import sit
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, an_actor, an_assessment


@dataclass
class Office:
    admin: int
    exam: int
    mock: int
    later: int
    entries: dict[str, int]


@pytest.fixture
def office(sqlite_database: Database) -> Office:
    """巴图 has sat here; 苏和, 田丽 and the admin have not."""
    with sqlite_database.writing() as session:
        town = a_township(session)
        admin = a_person(session, town, name="刘志远", staff_no="A1", roles=[(Role.ADMIN, town)])
        sitter = a_person(session, town, name="巴图", staff_no="A2")
        a_person(session, town, name="苏和", staff_no="A3")
        a_person(session, town, name="田丽", staff_no="A4")
        law = a_law(session).law_id
        a_bank_of(session, law, judge=2)
        lines = [Line(law, "judge", 2, 500)]
        exam = an_assessment(session, town, lines, kind="exam")
        mock = an_assessment(session, town, lines, kind="mock")
        soon = NOON + timedelta(days=1)
        later = an_assessment(session, town, lines, kind="exam", opens_at=soon)
        sit(
            session,
            an_actor(session, sitter),
            exam,
            lambda paper: [["true"] for _ in paper],
            NOON,
            timedelta(minutes=5),
        )
        rows = session.execute(
            sa.select(RosterEntry.name, RosterEntry.id).where(RosterEntry.roster_id == exam.roster_id)
        )
        return Office(admin.id, exam.id, mock.id, later.id, {name: entry for name, entry in rows})


@pytest.fixture
def admin(client_for: Callable[[int], FlaskClient], office: Office) -> FlaskClient:
    return client_for(office.admin)


def results(database: Database, office: Office) -> dict[str, tuple[int, int, str]]:
    with database.reading() as session:
        rows = session.execute(
            sa.select(RosterEntry.name, Result.score, Result.full, Result.source)
            .join(Result, Result.roster_entry_id == RosterEntry.id)
            .where(Result.assessment_id == office.exam, Result.took_part)
        )
        return {name: (score, full, source) for name, score, full, source in rows}


def test_scores_are_keyed_in_beside_the_names(
    admin: FlaskClient, office: Office, sqlite_database: Database
) -> None:
    address = f"/assessments/{office.exam}/key-in"
    page = admin.get(address).text
    assert "还有3人没有成绩" in page and f'name="score-{office.entries["苏和"]}"' in page
    assert f'name="score-{office.entries["巴图"]}"' not in page, "he has sat here"
    form = {"full": "50", f"score-{office.entries['苏和']}": "45", f"score-{office.entries['田丽']}": ""}
    after = admin.post(address, data=form, follow_redirects=True).text
    assert "登记了1人的分数" in after and "还有2人没有成绩" in after and "纸卷" in after
    assert results(sqlite_database, office)["苏和"] == (4500, 5000, "keyed_in")
    admin.post(address, data=form | {f"score-{office.entries['苏和']}": "４０"})
    with sqlite_database.reading() as session:
        changed = session.scalars(sa.select(ScoreChange)).one()
    assert (changed.old_score, changed.new_score) == (4500, 4000), "the old score can be looked up"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"full": "100", "苏和": "101"}, "分数要填0到100的数"),
        ({"full": "100", "苏和": "八十"}, "分数要填0到100的数"),
        ({"full": "", "苏和": "80"}, "满分要填大于0的数"),
        ({"full": "0", "苏和": "0"}, "满分要填大于0的数"),
        ({"full": "100"}, "一个分数也没有填"),
    ],
)
def test_one_wrong_score_keeps_all_of_them_out_and_in_their_fields(
    admin: FlaskClient, office: Office, sqlite_database: Database, typed: dict[str, str], words: str
) -> None:
    names = {"full": "full"} | {name: f"score-{entry}" for name, entry in office.entries.items()}
    form = {names[key]: text for key, text in typed.items()} | {names["田丽"]: "77" if len(typed) > 1 else ""}
    page = admin.post(f"/assessments/{office.exam}/key-in", data=form)
    assert page.status_code == 400 and words in page.text
    assert set(results(sqlite_database, office)) == {"巴图"}
    if len(typed) > 1:
        assert (
            f'name="{names["田丽"]}" inputmode="decimal" autocomplete="off" maxlength="8" value="77"'
            in page.text
        )


def test_a_forged_field_does_not_replace_what_was_won_here(
    admin: FlaskClient, office: Office, sqlite_database: Database
) -> None:
    form = {"full": "100", f"score-{office.entries['巴图']}": "1", "score-999999": "1"}
    assert admin.post(f"/assessments/{office.exam}/key-in", data=form).status_code == 400
    assert results(sqlite_database, office)["巴图"][2] == "here"


def test_a_sheet_with_strangers_stays_and_the_rest_can_be_taken(
    admin: FlaskClient, office: Office, sqlite_database: Database
) -> None:
    address = f"/assessments/{office.exam}/elsewhere"
    sheet = "姓名,成绩\n苏和,88\n外乡人,90\n田丽,120\n刘志远,60\n".encode()
    held = admin.post(
        address, data={"file": (io.BytesIO(sheet), "成绩.csv")}, content_type="multipart/form-data"
    )
    assert (
        held.status_code == 400 and "名册里没有外乡人" in held.text and "分数不在零分和满分之间" in held.text
    )
    assert "去掉有错的，看其余的2人" in held.text
    text = re.search(r"<textarea[^>]*>([^<]*)</textarea>", held.text)[1]
    assert "外乡人\t90" in text, "the sheet's rows stand there to be mended"
    seen = admin.post(address, data={"text": text, "drop": "1"})
    assert "带入2人的成绩" in seen.text and "外乡人" not in seen.text
    assert set(results(sqlite_database, office)) == {"巴图"}, "looked at, not landed"
    kept = re.search(r"<textarea[^>]*>([^<]*)</textarea>", seen.text)[1]
    roster = admin.post(address, data={"text": kept, "land": "1"}, follow_redirects=True).text
    assert "带入了2人的成绩" in roster and "上级平台" in roster
    assert set(results(sqlite_database, office)) == {"巴图", "苏和", "刘志远"}
    again = admin.post(address, data={"text": "苏和\t90"}).text
    assert "<del>88</del> → 90" in again


@pytest.mark.parametrize("page", ["elsewhere", "key-in"])
def test_before_the_opening_and_for_a_mock_there_is_nothing_to_bring_in(
    admin: FlaskClient, office: Office, page: str
) -> None:
    assert "还没有开始" in admin.get(f"/assessments/{office.later}/{page}").text
    assert "模拟不计入报表" in admin.get(f"/assessments/{office.mock}/{page}").text


def test_a_long_roster_is_searched_and_narrowed(admin: FlaskClient, office: Office) -> None:
    address = f"/assessments/{office.exam}/roster"
    assert (
        "田丽" in admin.get(address + "?q=tianl").text and "苏和" not in admin.get(address + "?q=tianl").text
    )
    assert "没有找到“没有的人”" in admin.get(address + "?q=没有的人").text
    waiting = admin.get(address + "?show=waiting").text
    assert "苏和" in waiting and "巴图" not in waiting
    assert "没有参加 3" in waiting and "参加了 1" in waiting
