"""The year on a page, as JSON, Word and Excel: the same records everywhere, and who may see which."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from docx import Document
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from studyhall import migrations
from studyhall.cli import main
from studyhall.core import clock
from studyhall.core.db import Database
from studyhall.core.figures import Figure
from studyhall.demo import names, town
from studyhall.people.models import Person
from studyhall.reports.paragraph import own_word, paragraph
from tests.conftest import make_app
from tests.factories import sign_in

TODAY = date(2026, 1, 20)
YEAR = 2025
KEYS = (
    "exam.participation", "exam.pass.due", "exam.pass.present", "contest.participation",
    "contest.participation.mean", "contest.participation.ever", "contest.pass.due", "contest.pass.present",
    "study.sessions.centre_group", "study.sessions.nine", "study.sessions.nine.due", "study.sessions.theory",
    "study.sessions.lecture", "study.person_times", "study.person_times.nine", "study.attendance",
    "study.coverage", "study.self_study",
)  # fmt: skip
COUNTS = ("study.sessions.", "study.person_times", "study.self_study")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("year") / "demo.sqlite3"
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database)
    now = clock.at_local(TODAY, 10)
    with clock.standing_at(now):
        town.open_town(database, now)
    database.close()
    yield path


@pytest.fixture
def database(demo: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{demo}")
    with clock.standing_at(clock.at_local(TODAY, 12)):
        yield opened
    opened.close()


@pytest.fixture
def client(database: Database) -> Callable[[str], FlaskClient]:
    app = make_app(database)

    def make(name: str) -> FlaskClient:
        with database.writing() as session:
            person = session.execute(sa.select(Person).where(Person.name == name)).scalar_one()
            token = sign_in(session, person.id, clock.now())
        found = app.test_client()
        with found.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        return found

    return make


@pytest.fixture
def document(demo: Path, monkeypatch: pytest.MonkeyPatch) -> dict:
    monkeypatch.setenv("STUDYHALL_DATABASE_URL", f"sqlite:///{demo}")
    result = CliRunner().invoke(main, ["report", "year", str(YEAR), "--json"])
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_the_command_keeps_its_contract(document: dict) -> None:
    assert list(document) == ["year", "unit", "as_of", "figures", "paragraph"]
    assert document["year"] == YEAR and document["unit"] == {"code": "YLT", "name": "雁落滩乡"}
    for figure in document["figures"]:
        assert list(figure) == ["key", "label", "numerator", "denominator", "rate", "rule"]
        assert figure["label"] and figure["rule"]
    plain = [one["key"] for one in document["figures"] if not one["key"].endswith(".with_make_up")]
    assert tuple(plain) == KEYS


def test_counts_have_no_rate_and_rates_are_unrounded(document: dict) -> None:
    for figure in document["figures"]:
        if figure["key"].startswith(COUNTS):
            assert figure["denominator"] is None and figure["rate"] is None
        elif figure["key"] == "contest.participation.mean":
            assert figure["numerator"] is None and 0 < figure["rate"] < 1
        else:
            assert figure["rate"] == figure["numerator"] / figure["denominator"]


def test_a_figure_that_make_ups_change_is_followed_by_the_changed_one(document: dict) -> None:
    keys = [one["key"] for one in document["figures"]]
    for key in keys:
        if key.endswith(".with_make_up"):
            assert keys[keys.index(key) - 1] == key.removesuffix(".with_make_up")
    assert "exam.pass.due.with_make_up" in keys and "exam.participation.with_make_up" not in keys


@pytest.mark.parametrize(("arguments", "code"), [
    (["report", "year", "2025", "--unit", "NIX", "--json"], 1), (["report", "year", "soon"], 2),
])  # fmt: skip
def test_refusals_leave_standard_output_empty(
    demo: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int
) -> None:
    monkeypatch.setenv("STUDYHALL_DATABASE_URL", f"sqlite:///{demo}")
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code and result.stdout == ""


def test_word_and_excel_read_back_to_the_same_numbers(
    demo: Path, document: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDYHALL_DATABASE_URL", f"sqlite:///{demo}")
    sheet, word = tmp_path / "年.xlsx", tmp_path / "年.docx"
    result = CliRunner().invoke(
        main, ["report", "year", str(YEAR), "--xlsx", str(sheet), "--docx", str(word)]
    )
    assert result.exit_code == 0, result.stderr
    rows = CalamineWorkbook.from_path(sheet).get_sheet_by_index(0).to_python()
    read = {row[0]: row[1:4] for row in rows[2:]}
    for figure in document["figures"]:
        value, numerator, denominator = read[figure["label"]]
        assert value == (figure["rate"] if figure["rate"] is not None else "—")
        assert numerator == (figure["numerator"] if figure["numerator"] is not None else "—")
        assert denominator == (figure["denominator"] if figure["denominator"] is not None else "—")
    paper = Document(str(word))
    assert document["paragraph"] in [one.text for one in paper.paragraphs]
    cells = {row.cells[0].text: row.cells[2].text for row in paper.tables[0].rows[1:]}
    for figure in document["figures"]:
        if figure["denominator"] is not None:
            assert cells[figure["label"]] == f"{figure['numerator']}/{figure['denominator']}"


def test_every_number_of_the_page_is_the_documents(
    client: Callable[[str], FlaskClient], document: dict
) -> None:
    page = client(names.LEADER).get(f"/reports/year/{YEAR}").text
    text = re.sub(r"<[^>]+>", "", page)
    for figure in document["figures"]:
        assert figure["label"] in text
        if figure["denominator"] is not None:
            assert re.search(rf"{figure['numerator']}\s*[÷/]\s*{figure['denominator']}", text), figure["key"]


def test_every_side_opens_as_many_as_it_counts(client: Callable[[str], FlaskClient], document: dict) -> None:
    leader = client(names.LEADER)
    for figure in document["figures"]:
        if figure["key"] in ("contest.participation.mean", "study.sessions.nine.due"):
            continue
        expected = {"numerator": figure["numerator"]}
        if figure["denominator"] is not None:
            expected |= {
                "denominator": figure["denominator"], "rest": figure["denominator"] - figure["numerator"],
            }  # fmt: skip
        for side, count in expected.items():
            page = leader.get(f"/reports/year/{YEAR}/behind/{figure['key']}/{side}").text
            told = re.search(r"共(\d+)行", page)
            rows = page.count('scope="row"')
            assert (int(told[1]) if told else rows) == count, (figure["key"], side)


def test_names_are_not_for_everybody(client: Callable[[str], FlaskClient]) -> None:
    auditor = client(names.AUDITOR)
    assert auditor.get(f"/reports/year/{YEAR}/behind/study.coverage/numerator").status_code == 403
    assert "/behind/" not in auditor.get(f"/reports/year/{YEAR}").text
    assert client(names.CADRE).get(f"/reports/year/{YEAR}").status_code == 403


@pytest.mark.parametrize("year", [YEAR, YEAR + 1])
def test_every_letter_of_the_calendar_is_explained_below_it(
    client: Callable[[str], FlaskClient], year: int
) -> None:
    page = client(names.LEADER).get(f"/reports/year/{year}").text
    table = page[page.index('<table class="nine"') :].split("</table>")[0]
    letters = set(re.findall(r"<td[^>]*>([讲改并消定未])", table))
    explained = set(re.findall(r'class="nine-key[^"]*"[^>]*>(.)<', page))
    assert letters and letters <= explained


@pytest.mark.parametrize("key", ["contest.participation", "contest.participation.ever", "study.coverage",
                                 "study.attendance", "study.sessions.nine", "study.self_study"])  # fmt: skip
def test_each_row_behind_a_number_leads_on(client: Callable[[str], FlaskClient], key: str) -> None:
    leader = client("李文生")
    page = leader.get(f"/reports/year/{YEAR}/behind/{key}/numerator").text
    rows = re.findall(r'<th scope="row" role="rowheader"><a href="([^"]+)">', page)
    assert len(rows) == page.count('scope="row"') > 1
    expected = "/reports/meetings/" if key == "study.sessions.nine" else "/people/"
    assert all(row.startswith(expected) for row in rows)
    assert leader.get(rows[0].replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize("path", ["year/1999", "year/2027", "year/2025?unit=NIX", "year/2025/behind/nix/numerator",
                                  "year/2025/behind/study.coverage/nix"])  # fmt: skip
def test_what_is_not_there_is_not_found(client: Callable[[str], FlaskClient], path: str) -> None:
    assert client(names.LEADER).get(f"/reports/{path}").status_code == 404


def test_exports_are_noted_with_who_and_what(client: Callable[[str], FlaskClient]) -> None:
    leader = client(names.LEADER)
    sheet = leader.post(f"/reports/year/{YEAR}/export")
    assert CalamineWorkbook.from_filelike(BytesIO(sheet.data)).sheet_names[0] == "数字"
    word = leader.post(f"/reports/year/{YEAR}/export", data={"as": "word", "opening": "我乡高度重视。"})
    assert "我乡高度重视。" in [one.text for one in Document(BytesIO(word.data)).paragraphs]
    assert "2025年度学法报告" in client(names.AUDITOR).get("/audit").text


def test_unit_by_month_adds_up(client: Callable[[str], FlaskClient], document: dict) -> None:
    page = client(names.LEADER).get(f"/reports/year/{YEAR}/months").text
    whole = next(one for one in document["figures"] if one["key"] == "contest.participation")
    assert f"{whole['numerator']}/{whole['denominator']}" in page and "老渠村" in page


def test_a_paragraph_without_records_says_so() -> None:
    now = clock.now()
    keys = ("study.coverage", "exam.participation", "exam.pass.due", "contest.participation")
    found = paragraph(2025, "我乡", {key: Figure(key, "", 0, 0, "", now) for key in keys}, [])
    assert "还没有可以写进总结" in found.text and "月月赛" in found.left_out


def figures_of(**given: tuple[int | None, int | None]) -> dict[str, Figure]:
    """Keys with a dot written as two underscores."""
    all_of_them = dict.fromkeys(
        ("study__coverage", "exam__participation", "exam__pass__due", "contest__participation"), (0, 0)
    )
    return {
        key.replace("__", "."): Figure(key.replace("__", "."), "", *sides, "", clock.now())
        for key, sides in (all_of_them | given).items()
    }


def test_each_number_of_the_paragraph_opens_its_own_side() -> None:
    """The 86 that were due are not the 84 that came."""
    figures = figures_of(exam__participation=(84, 86), exam__pass__due=(80, 86))
    numbers = {
        one.words: (one.key, one.side) for one in paragraph(2025, "我乡", figures, []).pieces if one.key
    }
    assert numbers == {
        "86名": ("exam.participation", "denominator"),
        "97.7%（84/86）": ("exam.participation", "numerator"),
        "93.0%（80/86）": ("exam.pass.due", "numerator"),
    }


def test_people_of_two_exams_are_times_and_not_people() -> None:
    found = paragraph(2025, "我乡", figures_of(exam__participation=(170, 172)), [], exams=2).text
    assert "组织考试2场，应考172人次，参考率98.8%（170/172人次）" in found and "名" not in found


def test_make_ups_stand_beside_the_share_that_sat_the_exam() -> None:
    figures = figures_of(exam__participation=(84, 86))
    figures["exam.participation.with_make_up"] = Figure("x", "", 86, 86, "", clock.now())
    assert "参考率97.7%（84/86），含补考100%（86/86）" in paragraph(2025, "我乡", figures, []).text


def test_a_contest_in_some_months_is_not_called_monthly() -> None:
    figures = figures_of(contest__participation=(9, 10))
    assert "每月开展" in paragraph(2025, "我乡", figures, []).text
    assert "每月" not in paragraph(2025, "我乡", figures, [], every_month=False).text


def test_what_units_below_keep_is_not_called_missing() -> None:
    left_out = paragraph(2025, "我县", figures_of(study__sessions__nine=(None, None)), []).left_out
    assert "逢九必讲（由下级单位各自办，不往上加）" in left_out and "理论学习" in left_out
    assert "学了哪些法律" in left_out


@pytest.mark.parametrize(("name", "kind", "word"), [
    ("雁落滩乡", "township", "我乡"), ("红柳镇", "township", "我镇"), ("司法所", "station", "司法所"),
])  # fmt: skip
def test_how_an_office_calls_itself(name: str, kind: str, word: str) -> None:
    assert own_word(name, kind) == word
