"""`studyhall report`: the figures as documents."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from studyhall.cli.output import emit, opened, refusals, say
from studyhall.core import clock
from studyhall.core.db import Database
from studyhall.core.errors import Refused
from studyhall.core.figures import Figure, percent
from studyhall.core.periods import Month
from studyhall.core.tables import workbook
from studyhall.people import units
from studyhall.quizzes.upkeep import keep_up
from studyhall.reports.documents import month_document
from studyhall.reports.documents_year import year_document
from studyhall.reports.month import MonthReport, month_report
from studyhall.reports.month_beside import beside
from studyhall.reports.sheets import month_sheets
from studyhall.reports.word_month import default_opening, month_word
from studyhall.reports.word_year import figure_words, year_word
from studyhall.reports.year import uncovered, year_report
from studyhall.reports.year_months import year_months
from studyhall.reports.year_sheets import year_sheets
from studyhall.site import create_app


@click.group()
def report() -> None:
    """报表：一个月、一年的数字。"""


class _MonthArgument(click.ParamType):  # type: ignore[type-arg]
    name = "YYYY-MM"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Month:
        try:
            return Month.parse(value)
        except ValueError:
            self.fail(f"“{value}”不是月份，写成2026-11这样。", param, ctx)


_FILE = click.Path(dir_okay=False, path_type=Path)


@report.command()
@click.argument("month", type=_MonthArgument())
@click.option("--unit", "unit_code", help="单位代号，默认整个单位。")
@click.option("--json", "as_json", is_flag=True, help="只输出JSON。")
@click.option("--xlsx", type=_FILE, help="另存为Excel。")
@click.option("--docx", type=_FILE, help="另存为Word通报。")
@refusals
def month(month: Month, unit_code: str | None, as_json: bool, xlsx: Path | None, docx: Path | None) -> None:
    """一个月的测评：参与率、合格率、各单位、没有参加的人。"""
    with opened() as database:
        keep_up(database)
        with database.reading() as session:
            unit = units.by_code(session, unit_code) if unit_code else units.root(session)
            found = month_report(session, month, unit, clock.now())
            if xlsx or docx:
                with _pages(database):
                    shown = beside(session, found)
                    opening = default_opening(found)
                    _keep(xlsx, lambda: workbook(month_sheets(found, shown, names=True)))
                    _keep(docx, lambda: month_word(found, shown, names=True, opening=opening))
            if as_json:
                emit(month_document(found))
            _say_month(found)


def _say_month(found: MonthReport) -> None:
    if not found.assessments:
        say(f"{found.month.year}年{found.month.number}月没有测评。")
    for one in found.assessments:
        counts = one.total
        say(
            f"{one.assessment.title}：参与率{percent(counts.participation)}"
            f"（{counts.took_part}/{counts.due}人），"
            f"合格率（应考）{percent(counts.pass_rate_due)}（{counts.passed}/{counts.due}人），"
            f"合格率（实考）{percent(counts.pass_rate_present)}（{counts.passed}/{counts.took_part}人），"
            f"免{counts.exempt}人。"
        )


@report.command()
@click.argument("year", type=click.IntRange(1990, 2200))
@click.option("--unit", "unit_code", help="单位代号，默认整个单位。")
@click.option("--json", "as_json", is_flag=True, help="只输出JSON。")
@click.option("--xlsx", type=_FILE, help="另存为Excel。")
@click.option("--docx", type=_FILE, help="另存为Word。")
@refusals
def year(year: int, unit_code: str | None, as_json: bool, xlsx: Path | None, docx: Path | None) -> None:
    """一年的学法：每个数字带分子、分母和口径，加写进总结的一段。"""
    with opened() as database:
        keep_up(database)
        with database.reading() as session:
            unit = units.by_code(session, unit_code) if unit_code else units.root(session)
            found = year_report(session, year, unit, clock.now())
            if xlsx or docx:
                months = year_months(session, found.scope)
                without_record = uncovered(session, found.scope)
                with _pages(database):
                    _keep(xlsx, lambda: workbook(year_sheets(found, months, uncovered=without_record)))
                    _keep(docx, lambda: year_word(found, uncovered=without_record))
            if as_json:
                emit(year_document(found))
            for figure in found.figures:
                say(_figure_words(figure))
            say(found.paragraph.text)
            for one in found.contradictions:
                say(f"要核对：{one.words}")


def _figure_words(figure: Figure) -> str:
    value, parts = figure_words(figure)
    return f"{figure.label}：{value}{f'（{parts}）' if parts else ''}"


@contextmanager
def _pages(database: Database) -> Iterator[None]:
    """Sheets and Word speak as the pages do: within the application, in its language."""
    with create_app(database, SECRET_KEY="no request is ever answered").test_request_context():  # noqa: S106
        yield


def _keep(path: Path | None, write: Callable[[], IO[bytes]]) -> None:
    """Write it beside its place first, so that a full disk leaves the old file whole. No path: nothing."""
    if path is None:
        return
    beside = path.with_name(path.name + ".part")
    try:
        with write() as content, beside.open("wb") as file:
            shutil.copyfileobj(content, file)
        beside.replace(path)
    except OSError as problem:
        beside.unlink(missing_ok=True)
        raise Refused("写不进%(file)s：%(why)s。", file=path, why=problem.strerror) from None
    say(f"已存为{path}")
