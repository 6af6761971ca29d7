"""The report pages: the month of a unit on the screen, on paper and as a sheet, and the people behind."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.core import audit, clock, tables
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing
from studyhall.core.filters import month as month_words
from studyhall.core.periods import Month
from studyhall.core.words import Translated
from studyhall.people import queries as people
from studyhall.people import units
from studyhall.people.importing import CATEGORY_LABELS
from studyhall.people.models import Unit
from studyhall.people.roster import REASONS
from studyhall.quizzes.address import addresses_of
from studyhall.quizzes.upkeep import keep_up
from studyhall.reports import behind, month_sessions, queries, word, word_month
from studyhall.reports.contests_below import contests_below
from studyhall.reports.month import MonthReport, current_contest, month_report
from studyhall.reports.month_beside import beside
from studyhall.reports.reminder import reminder_text
from studyhall.reports.sheets import month_sheets
from studyhall.study.attendance import LEAVE_REASONS

bp = Blueprint("reports", __name__, url_prefix="/reports")

PAGE = 50
EXEMPT_NAMED = 20
"""So many of an assessment's exempt stand on the page; the rest are a link."""


@bp.get("/")
@require(Permission.SEE_FIGURES)
def index() -> ResponseReturnValue:
    """The month that has something to show: of the open contest, else of the last one."""
    unit = people.top_unit(db.session, current_actor().reach(Permission.SEE_FIGURES))
    latest = current_contest(db.session, unit, clock.now()) if unit else None
    month = latest.counts_for if latest else Month.of(clock.today())
    return redirect(url_for("reports.month", month=str(month)))


@bp.get("/month/<month>")
@require(Permission.SEE_FIGURES)
def month(month: str) -> ResponseReturnValue:
    report = _report(month, request.args.get("unit"))
    actor, wanted = current_actor(), report.month
    named = "names" in request.args and actor.can(Permission.SEE_PEOPLE)
    short_of = [one for one in report.assessments if one.missing]
    address = addresses_of([one.assessment for one in short_of])
    return render_template(
        "reports/month.html",
        after=wanted.plus(1) if wanted < _last_month(report.unit) else None,
        in_order=request.args.get("order") == "tree",
        beside=beside(db.session, report, exempt=EXEMPT_NAMED),
        opening=word_month.default_opening(report),
        reminders={
            one.assessment.id: reminder_text(one, address[one.assessment.id], names=named) for one in short_of
        },
        named=named,
        below=contests_below(report, units.children(db.session, report.unit)),
        may_set=actor.can(Permission.SET_PAPERS) and wanted >= Month.of(clock.today()),
        units=people.units_in(db.session, actor.reach(Permission.SEE_FIGURES)),
        **_words(report),
    )


@bp.get("/month/<month>/print")
@require(Permission.SEE_FIGURES)
def month_print(month: str) -> ResponseReturnValue:
    """The same records on A4, with lines to sign."""
    report = _report(month, request.args.get("unit"))
    return render_template("reports/month_print.html", beside=beside(db.session, report), **_words(report))


@bp.post("/month/<month>/export")
@require(Permission.SEE_FIGURES)
def month_export(month: str) -> Response:
    """The month as a workbook, or as the 通报 in Word. What leaves the house is noted: who, what, with names."""
    report = _report(month, request.form.get("unit"))
    actor = current_actor()
    names = actor.can(Permission.SEE_PEOPLE) and "without_names" not in request.form
    shown = beside(db.session, report)
    title = _("%(month)s学法月报", month=month_words(report.month))
    if request.form.get("as") == "word":
        said = [request.form.get(part, "")[:4000] for part in ("opening", "closing")]
        file = word_month.month_word(report, shown, names=names, opening=said[0], closing=said[1])
        kind, ending, mimetype = "Word", "docx", word.MIMETYPE
    else:
        file = tables.workbook(month_sheets(report, shown, names=names))
        kind, ending, mimetype = "Excel", "xlsx", tables.MIMETYPE
    with db.writing() as session:
        audit.record(
            session, actor, "report.exported", f"month:{report.month}", f"{title}，{report.unit.name}",
            unit_path=report.unit.path, after={"format": kind, "names": _("有") if names else _("没有")},
        )  # fmt: skip
    return send_file(
        file,
        mimetype=mimetype,
        as_attachment=True,
        download_name=f"{report.unit.name}{title}.{ending}",
    )


@bp.get("/assessments/<int:assessment_id>/<side>")
@require(Permission.SEE_PEOPLE)
def people_behind(assessment_id: int, side: str) -> ResponseReturnValue:
    """The names on one side of a figure."""
    if side not in behind.SIDES:
        raise Missing
    keep_up(db)
    actor = current_actor()
    unit = queries.unit_for(db.session, actor.reach(Permission.SEE_PEOPLE), request.args.get("unit"))
    assessment = queries.assessment_for(db.session, unit, assessment_id)
    category = request.args.get("category")
    if category not in (None, *CATEGORY_LABELS):
        raise Missing
    own = "own" in request.args
    page = max(request.args.get("page", 1, type=int), 1)
    return render_template(
        "reports/people.html",
        category=category,
        categories=Translated(CATEGORY_LABELS),
        assessment=assessment,
        unit=unit,
        side=side,
        label=_(behind.SIDE_LABELS[side]),
        sides={one: _(behind.SIDE_LABELS[one]) for one in behind.FROM_SIDE_TO_SIDE},
        count=behind.count_behind(db.session, assessment, unit, side, category=category, own=own),
        people=behind.people_behind(
            db.session,
            assessment,
            unit,
            side,
            category=category,
            own=own,
            limit=PAGE,
            skip=(page - 1) * PAGE,
        ),
        own=own,
        page=page,
        page_size=PAGE,
        scores=actor.can(Permission.SEE_SCORES),
        final=side.startswith("final_"),
        reasons=Translated(REASONS),
        now=clock.now(),
    )


@bp.get("/meetings/<int:meeting_id>/<side>")
@require(Permission.SEE_PEOPLE)
def people_at(meeting_id: int, side: str) -> ResponseReturnValue:
    """The names behind one number of a meeting in the month's report."""
    if side not in month_sessions.SIDES:
        raise Missing
    unit = queries.unit_for(
        db.session, current_actor().reach(Permission.SEE_PEOPLE), request.args.get("unit")
    )
    meeting = month_sessions.meeting_of(db.session, meeting_id, unit)
    if meeting is None:
        raise Missing
    page = max(request.args.get("page", 1, type=int), 1)
    count, seats = month_sessions.seats(db.session, meeting, unit, side, limit=PAGE, skip=(page - 1) * PAGE)
    return render_template(
        "reports/meeting_people.html", meeting=meeting, unit=unit, side=side, sides=Translated(month_sessions.SIDES),
        count=count, seats=seats, page=page, page_size=PAGE, month=Month.of(meeting.held_on),
        leave_reasons=Translated(LEAVE_REASONS),
    )  # fmt: skip


def _report(month: str, unit_code: str | None) -> MonthReport:
    """Raises Missing for a month that is none and for a unit outside one's reach."""
    keep_up(db)
    try:
        wanted = Month.parse(month)
    except ValueError:
        raise Missing from None
    unit = queries.unit_for(db.session, current_actor().reach(Permission.SEE_FIGURES), unit_code)
    return month_report(db.session, wanted, unit, clock.now())


def _words(report: MonthReport) -> dict[str, Any]:
    return {
        "report": report,
        "names": current_actor().can(Permission.SEE_PEOPLE),
        "before": report.month.plus(-1),
        "reasons": Translated(REASONS),
        "categories": Translated(CATEGORY_LABELS),
        "side_words": Translated(behind.SIDE_WORDS),
    }


def _last_month(unit: Unit) -> Month:
    """The furthest one can leaf: this month, or a later one that an open assessment counts for."""
    latest = current_contest(db.session, unit, clock.now())
    this = Month.of(clock.today())
    return max(this, latest.counts_for) if latest else this
