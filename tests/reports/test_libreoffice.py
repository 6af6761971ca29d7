"""What is exported opens in LibreOffice and says there what the report says.

LibreOffice reads each file and writes what it understood in a format of its own choosing.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from studyhall import migrations
from studyhall.core import clock
from studyhall.core.db import Database
from studyhall.core.figures import percent
from studyhall.core.periods import Month
from studyhall.core.tables import workbook
from studyhall.demo import town
from studyhall.people import units
from studyhall.reports.counts import Counts
from studyhall.reports.month import AssessmentMonth, MonthReport, month_report
from studyhall.reports.month_beside import beside
from studyhall.reports.sheets import month_sheets
from studyhall.reports.word_month import month_word
from studyhall.reports.word_year import figure_words, year_word
from studyhall.reports.year import YearReport, uncovered, year_report
from studyhall.reports.year_months import YearMonths, year_months
from studyhall.reports.year_sheets import year_sheets
from tests.conftest import LIBREOFFICE, make_app

pytestmark = [pytest.mark.slow, pytest.mark.office]

TODAY = date(2026, 1, 20)
YEAR = 2025
MONTHS = (Month(YEAR, 3), Month(YEAR, 11), Month(YEAR, 12), Month(2026, 1))


@dataclass
class Exported:
    months: dict[str, MonthReport]
    year: YearReport
    by_unit: YearMonths
    ours: Path
    theirs: Path
    """What LibreOffice wrote of the same files: .ods for .xlsx, .docx for .docx."""

    def book(self, name: str) -> CalamineWorkbook:
        return CalamineWorkbook.from_path(str(self.theirs / f"{name}.ods"))

    def words(self, name: str) -> str:
        return "\n".join(
            paragraph.text for paragraph in Document(str(self.theirs / f"{name}.docx")).paragraphs
        )

    def tables(self, name: str) -> list[list[list[str]]]:
        found = Document(str(self.theirs / f"{name}.docx")).tables
        return [[[cell.text for cell in row.cells] for row in table.rows] for table in found]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exported]:
    folder = tmp_path_factory.mktemp("office")
    ours, theirs = folder / "ours", folder / "theirs"
    ours.mkdir()
    database = Database(f"sqlite:///{folder / 'demo.sqlite3'}")
    migrations.upgrade(database)
    now = clock.at_local(TODAY, 10)
    with clock.standing_at(now):
        town.open_town(database, now)
        with make_app(database).test_request_context("/"), database.reading() as session:
            root = units.root(session)
            months = {str(month): month_report(session, month, root, now) for month in MONTHS}
            for name, report in months.items():
                shown = beside(session, report)
                _keep(ours / f"{name}.xlsx", workbook(month_sheets(report, shown, names=True)))
                _keep(ours / f"{name}.docx", month_word(report, shown, names=True, opening="各村："))
            year = year_report(session, YEAR, root, now)
            by_unit = year_months(session, year.scope)
            nobody = uncovered(session, year.scope)
            _keep(ours / "year.xlsx", workbook(year_sheets(year, by_unit, uncovered=nobody)))
            _keep(ours / "year.docx", year_word(year, uncovered=nobody))
            _open_in_libreoffice(folder, "ods", "xlsx")
            _open_in_libreoffice(folder, "docx", "docx")
            yield Exported(months, year, by_unit, ours, theirs)
    database.close()


def _keep(path: Path, file: Any) -> None:
    with file, path.open("wb") as out:
        shutil.copyfileobj(file, out)


def _open_in_libreoffice(folder: Path, to: str, ending: str) -> None:
    files = sorted((folder / "ours").glob(f"*.{ending}"))
    subprocess.run(
        [str(LIBREOFFICE), f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", to,
         "--outdir", str(folder / "theirs"), *map(str, files)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    assert len(list((folder / "theirs").glob(f"*.{to}"))) == len(files)


def rows_of(book: CalamineWorkbook, sheet: str) -> list[dict[str, Any]]:
    """By the head in the second line; the title stands in the first."""
    _title, head, *rows = book.get_sheet_by_name(sheet).to_python()
    return [dict(zip(head, row, strict=True)) for row in rows if row[0] != ""]


def unit_sheets(book: CalamineWorkbook, report: MonthReport) -> list[tuple[AssessmentMonth, list[dict]]]:
    names = [name for name in book.sheet_names if name.startswith("各单位")]
    return [(one, rows_of(book, name)) for one, name in zip(report.assessments, names, strict=True)]


def test_every_cell_is_the_same_in_libreoffice(exported: Exported) -> None:
    for file in sorted(exported.ours.glob("*.xlsx")):
        ours, theirs = CalamineWorkbook.from_path(str(file)), exported.book(file.stem)
        assert ours.sheet_names == theirs.sheet_names
        for name in ours.sheet_names:
            mine = ours.get_sheet_by_name(name).to_python()
            read = theirs.get_sheet_by_name(name).to_python()
            assert len(mine) == len(read), (file.name, name)
            for a, b in zip(mine, read, strict=True):
                assert [same(value) for value in a] == [same(value) for value in b], (file.name, name)


def same(value: Any) -> Any:
    return round(value, 9) if isinstance(value, float) else value


def test_the_sheets_of_a_month_say_what_the_report_says(exported: Exported) -> None:
    seen = 0
    for name, report in exported.months.items():
        for one, rows in unit_sheets(exported.book(name), report):
            expected = [*((row.name, row.counts) for row in one.rows), ("合计", one.total)]
            for (unit, counts), row in zip(expected, rows, strict=False):
                assert row["单位"] == unit
                assert [row[head] for head in ("名册", "免考", "其中事后", "应参加", "参加", "合格", "优秀")] == [
                    counts.roster, counts.exempt, counts.exempt_after_close, counts.due, counts.took_part,
                    counts.passed, counts.excellent,
                ]  # fmt: skip
                assert_rates(row, counts)
                seen += 1
    assert seen > 60


def assert_rates(row: dict[str, Any], counts: Counts) -> None:
    rates = {
        "参与率": counts.participation,
        "合格率（应考）": counts.pass_rate_due,
        "合格率（实考）": counts.pass_rate_present,
        "优秀率": counts.excellent_rate,
        "平均分": counts.mean,
    }
    for head, rate in rates.items():
        assert row[head] == ("—" if rate is None else pytest.approx(float(rate))), (row["单位"], head)


def test_the_circular_says_what_the_report_says(exported: Exported) -> None:
    for name, report in exported.months.items():
        assert "各村：" in exported.words(name)
        *tables, meetings = exported.tables(name)
        told = re.search(r"办学习活动(\d+)场，出席(\d+)人次，出勤率.*?（\d+/(\d+)人次", exported.words(name))
        assert [
            str(len(meetings) - 1),
            *(str(sum(int(row[at]) for row in meetings[1:])) for at in (4, 3)),
        ] == [*told.groups()]
        for one, table in zip(report.assessments, tables, strict=True):
            expected = [*((row.label, row.counts) for row in one.rows), ("合计", one.total)]
            for (unit, counts), row in zip(expected, table[1:], strict=True):
                assert [row[0], *row[1:4], row[4], row[5], row[6]] == [
                    unit, str(counts.due), str(counts.took_part), percent(counts.participation),
                    str(counts.passed), percent(counts.pass_rate_due), str(counts.excellent),
                ]  # fmt: skip
            total = one.total
            assert f"（{total.took_part}/{total.due}）" in exported.words(name)
            for absent in one.missing:
                assert absent.name in exported.words(name)


def test_the_sheets_of_the_year_say_what_the_report_says(exported: Exported) -> None:
    book = exported.book("year")
    figures = [row for row in rows_of(book, "数字") if row["口径"] != ""]
    assert len(figures) == len(exported.year.figures)
    for figure, row in zip(exported.year.figures, figures, strict=True):
        assert row["指标"] == figure.label
        for head, number in (("分子或次数", figure.numerator), ("分母", figure.denominator)):
            assert row[head] == ("—" if number is None else number), figure.key
        value = figure.value
        assert row["百分比"] == ("—" if value is None else pytest.approx(float(value))), figure.key
    months = {row["月份"]: (row["参加"], row["应参加"]) for row in rows_of(book, "各月")}
    for month, cell in exported.by_unit.known:
        assert months[f"{month}月"] == (cell.took_part, cell.due)
    units_found = {row["单位"]: row for row in rows_of(book, "单位和月份")}
    for unit in exported.by_unit.rows:
        assert (units_found[unit.name]["全年参加"], units_found[unit.name]["全年应参加"]) == (
            unit.total.took_part, unit.total.due,
        )  # fmt: skip


def test_the_year_as_word_says_what_the_report_says(exported: Exported) -> None:
    assert exported.year.paragraph.text in exported.words("year")
    table = exported.tables("year")[0][1:]
    assert [row[:4] for row in table] == [
        [figure.label, *figure_words(figure), figure.rule] for figure in exported.year.figures
    ]
