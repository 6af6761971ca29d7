"""The year of a unit: paragraph, figures, unit × month, the names behind each number, exports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import IO

from flask import Response, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.core import audit, clock, tables
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing
from studyhall.core.figures import Figure
from studyhall.core.words import Translated
from studyhall.people import queries as people
from studyhall.quizzes.upkeep import keep_up
from studyhall.reports import queries, word, year_behind
from studyhall.reports.contradictions import Contradiction
from studyhall.reports.views import bp
from studyhall.reports.word_year import year_word
from studyhall.reports.year import YearReport, uncovered, year_report
from studyhall.reports.year_lines import Window
from studyhall.reports.year_months import line_of, year_months
from studyhall.reports.year_sheets import year_sheets
from studyhall.study.calendar import Fate

PAGE = 50
FIRST_YEAR = 2000
UNCOVERED_NAMED = 40
"""So many without a record stand on the page by name; the rest are a link."""
ON_TOP = ("contest.participation", "contest.pass.due", "exam.participation", "study.coverage")


@bp.get("/year/<int:year>")
@require(Permission.SEE_FIGURES)
def year(year: int) -> ResponseReturnValue:
    report = _report(year, request.args.get("unit"))
    actor = current_actor()
    names = actor.can(Permission.SEE_PEOPLE)
    months = year_months(db.session, report.scope)
    return render_template(
        "reports/year.html",
        report=report,
        months=months,
        line=line_of(months),
        on_top=[report.by_key[key] for key in ON_TOP],
        beside=[figure for figure in report.figures if figure.key not in ON_TOP],
        sides=_sides(report),
        names=names,
        uncovered=uncovered(db.session, report.scope, limit=UNCOVERED_NAMED) if names else [],
        mends=_mends(report.contradictions),
        units=people.units_in(db.session, actor.reach(Permission.SEE_FIGURES)),
        this_year=clock.today().year,
        fates=Fate,
    )


@bp.get("/year/<int:year>/months")
@require(Permission.SEE_FIGURES)
def year_by_unit(year: int) -> ResponseReturnValue:
    """Unit × month, 51."""
    report = _report(year, request.args.get("unit"))
    months = year_months(db.session, report.scope)
    page = max(request.args.get("page", 1, type=int), 1)
    return render_template(
        "reports/year_months.html", report=report, months=months, page=page, page_size=PAGE,
        names=current_actor().can(Permission.SEE_PEOPLE),
        rows=months.rows_lowest_first[(page - 1) * PAGE : page * PAGE], this_year=clock.today().year,
    )  # fmt: skip


@bp.get("/year/<int:year>/behind/<key>/<side>")
@require(Permission.SEE_PEOPLE)
def year_behind_figure(year: int, key: str, side: str) -> ResponseReturnValue:
    """The people, meetings or records on one side of a figure; of one month, or of a unit's own members."""
    unit = queries.unit_for(
        db.session, current_actor().reach(Permission.SEE_PEOPLE), request.args.get("unit")
    )
    report = _report(year, unit.code)
    page = max(request.args.get("page", 1, type=int), 1)
    window = Window(
        PAGE, (page - 1) * PAGE, current_actor().can(Permission.SEE_SCORES),
        month=request.args.get("month", type=int), own="own" in request.args,
    )  # fmt: skip
    found = year_behind.behind(db.session, report.scope, key, side, window)
    figure = _figure_behind(report, key, window)
    if figure is None or found is None:
        raise Missing
    return render_template(
        "reports/year_behind.html", report=report, figure=figure, side=side, found=found, page=page,
        page_size=PAGE, side_words=Translated(year_behind.SIDES), sides=year_behind.sides_of(key), month=window.month,
        own=window.own,
    )  # fmt: skip


def _figure_behind(report: YearReport, key: str, window: Window) -> Figure | None:
    """The figure of the report, or the same counted for one month or for the unit's own members."""
    if window.month is None and not window.own:
        return report.by_key.get(key)
    if not year_behind.has_months(key) or (window.month is not None and not 1 <= window.month <= 12):
        return None
    none_of_them = replace(window, limit=0, skip=0)
    totals = {
        side: found.total
        for side in year_behind.sides_of(key)
        if (found := year_behind.behind(db.session, report.scope, key, side, none_of_them))
    }
    whole = report.by_key.get(key)
    label, rule = year_behind.words_of(key) or ((whole.label, whole.rule) if whole else (key, ""))
    return Figure(key, label, totals.get("numerator"), totals.get("denominator"), rule, report.scope.as_of)


@bp.post("/year/<int:year>/export")
@require(Permission.SEE_FIGURES)
def year_export(year: int) -> Response:
    """The year as Excel or Word. What leaves the house is noted: who, what, with or without names."""
    report = _report(year, request.form.get("unit"))
    names = current_actor().can(Permission.SEE_PEOPLE) and "without_names" not in request.form
    without_record = uncovered(db.session, report.scope) if names else []
    title = _("%(year)s年度学法报告", year=year)
    if request.form.get("as") == "word":
        opening = request.form.get("opening", "")[:4000]
        file, kind, ending, mimetype = (
            year_word(report, uncovered=without_record, opening=opening),
            "Word",
            "docx",
            word.MIMETYPE,
        )
    else:
        months = year_months(db.session, report.scope)
        file = tables.workbook(year_sheets(report, months, uncovered=without_record))
        kind, ending, mimetype = "Excel", "xlsx", tables.MIMETYPE
    _note(report, title, kind, names=names)
    return _sent(file, f"{report.unit.name}{title}.{ending}", mimetype)


def _sent(file: IO[bytes], name: str, mimetype: str) -> Response:
    return send_file(file, mimetype=mimetype, as_attachment=True, download_name=name)


def _note(report: YearReport, title: str, kind: str, *, names: bool) -> None:
    with db.writing() as session:
        audit.record(
            session, current_actor(), "report.exported", f"year:{report.year}",
            f"{title}，{report.unit.name}", unit_path=report.unit.path,
            after={"format": kind, "names": _("有") if names else _("没有")},
        )  # fmt: skip


def _report(year: int, unit_code: str | None) -> YearReport:
    """Raises Missing for a year that is not, or has not begun, and for a unit outside one's reach."""
    if not FIRST_YEAR <= year <= clock.today().year:
        raise Missing
    keep_up(db)
    unit = queries.unit_for(db.session, current_actor().reach(Permission.SEE_FIGURES), unit_code)
    return year_report(db.session, year, unit, clock.now())


def _sides(report: YearReport) -> dict[str, tuple[str, ...]]:
    """Which sides of each figure open something."""
    return {figure.key: year_behind.sides_of(figure.key) for figure in report.figures}


def _mends(found: Sequence[Contradiction]) -> dict[int, str]:
    """Where each can be mended, by its place in the list; only pages that this reader may open."""
    from flask import current_app

    from studyhall.core.access import declared_permission

    actor = current_actor()
    mends = {}
    for place, one in enumerate(found):
        view = current_app.view_functions.get(one.endpoint or "")
        if view is None or one.endpoint is None:
            continue
        permission = declared_permission(view)
        if permission is None or actor.can(permission):
            mends[place] = url_for(one.endpoint, **one.values)
    return mends
