"""The year's twelve: a table of months, changed row by row, then made with one press."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from studyhall.bank import queries as bank
from studyhall.core import clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing
from studyhall.core.filters import month as month_words
from studyhall.core.periods import Month
from studyhall.core.words import Translated
from studyhall.people.forms import COUNTED_LABELS
from studyhall.people.models import Unit
from studyhall.people.roster import Rule
from studyhall.quizzes import other_months, queries, yearly
from studyhall.quizzes.answers import LABELS
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.blueprint import usual_blueprint
from studyhall.quizzes.models import (
    Assessment,
    AssessmentKind,
    CountingRule,
    PartialRule,
    Reveal,
)
from studyhall.quizzes.publishing import Setup
from studyhall.quizzes.views import bp
from studyhall.quizzes.views.setting import owner_of_new

DAY, HOUR = "%Y-%m-%d", "%H:%M"


@dataclass
class Row:
    """One month: what it has already, or what would be made; days as a field shows them."""

    month: Month
    has: Assessment | None = None
    past: bool = False
    wanted: bool = True
    law: str = str(yearly.ALL_LAWS)
    opens: str = ""
    closes: str = ""
    problem: str = ""
    lacking: Sequence[tuple[str, int]] = field(default=())

    @property
    def open(self) -> bool:
        """Whether there is anything to choose in this row."""
        return self.has is None and not self.past


@bp.route("/assessments/year", methods=["GET", "POST"])
@require(Permission.SET_PAPERS)
def year() -> ResponseReturnValue:
    """Nothing is made while a row is wrong; what was typed stays."""
    owner, now = owner_of_new(), clock.now()
    base, copied = _base(db.session, owner)
    stock = bank.stock(db.session, owner.path)
    shown = _year_asked(db.session, owner, now)
    rows = _rows(db.session, owner, copied, shown, now)
    hours = [
        request.form.get(name, clock.local(moment).strftime(HOUR))[:8]
        for name, moment in (("from", base.opens_at), ("until", base.closes_at))
    ]
    planned: list[yearly.Planned] = []
    if request.method == "POST":
        offered = {str(row.law_id) for row in stock} | {str(yearly.ALL_LAWS)}
        planned = _read(rows, offered, hours, now)
    for row in rows:
        if row.open and row.wanted:
            row.lacking = yearly.lacking(
                yearly.lines_for(base.lines, stock, int(row.law), row.month.number), stock
            )
    wrong = [row for row in rows if row.problem]
    meanwhile = request.method == "POST" and bool(_set_meanwhile(rows))
    if (planned or meanwhile) and not wrong and "recount" not in request.form:
        with db.writing() as session:
            made = yearly.make(
                session, current_actor(), session.merge(owner, load=False), base, planned, stock, now,
                publish="publish" in request.form,
            )  # fmt: skip
        flash(_said(made, _set_meanwhile(rows)))
        return redirect(url_for("quizzes.year", year=shown))
    nothing = request.method == "POST" and not planned and not wrong
    page = render_template(
        "quizzes/year.html", rows=rows, hours=hours, year=shown, base=base, copied=copied, wrong=wrong, nothing=nothing,
        laws={row.law_id: row.law for row in stock}, kind_names=Translated(LABELS), now=now,
        this_year=clock.day_of(now).year,
        questions=sum(line.how_many for line in base.lines if line.kind != "case"),
        full=sum(line.how_many * line.worth for line in base.lines if line.kind != "case"),
        cases=sum(line.how_many for line in base.lines if line.kind == "case"),
    )  # fmt: skip
    return page, 400 if (wrong or nothing) and "recount" not in request.form else 200


def _base(session: Session, owner: Unit) -> tuple[Setup, Assessment | None]:
    """The rules of the newest contest; the usual ones where there has been none."""
    reach = current_actor().reach(Permission.SET_PAPERS)
    last = queries.latest_kept(session, reach, AssessmentKind.CONTEST)
    if last is not None and last.lines:
        return other_months.in_month(last, last.counts_for), last
    laws = list(dict.fromkeys(row.law_id for row in bank.stock(session, owner.path)))
    opens, closes = _usual_window(Month.of(clock.today()))
    return Setup(
        kind=AssessmentKind.CONTEST, title="", counts_for=(0, 1), opens_at=opens, closes_at=closes, minutes=30,
        attempts_allowed=2, counting_rule=CountingRule.BEST, pass_percent=60, excellent_percent=90,
        partial_rule=PartialRule.HALF, reveal=Reveal.AFTER_HAND_IN, lines=tuple(_usual_lines(laws)),
        rule=Rule((owner.path,), tuple(COUNTED_LABELS)),
    ), None  # fmt: skip


def _usual_lines(laws: Sequence[int]) -> list[Line]:
    return usual_blueprint(laws).lines


def _usual_window(month: Month) -> tuple[datetime, datetime]:
    """The 14th at nine to the 23rd at eighteen."""
    opens_on = month.first.replace(day=14)
    return clock.at_local(opens_on, 9), clock.at_local(opens_on + timedelta(days=9), 18)


def _year_asked(session: Session, owner: Unit, now: datetime) -> int:
    """The year in the address; by default this one while two or more of its months are still to be set."""
    asked = request.values.get("year", 0, type=int)
    this = Month.of(clock.day_of(now))
    if this.year <= asked <= this.year + 2:
        return asked
    has = yearly.taken(session, owner, this.year)
    still = [number for number in range(this.number, 13) if number not in has]
    return this.year if len(still) > 1 else this.year + 1


def _rows(session: Session, owner: Unit, copied: Assessment | None, shown: int, now: datetime) -> list[Row]:
    has = yearly.taken(session, owner, shown)
    rows = []
    for number in range(1, 13):
        month = Month(shown, number)
        window = _usual_window(month)
        if copied is not None:
            moved = other_months.in_month(copied, month)
            window = moved.opens_at, moved.closes_at
        opens, closes = (clock.local(moment).strftime(DAY) for moment in window)
        if window[0] <= now < window[1]:
            opens = clock.local(now + timedelta(days=1)).strftime(DAY)
        rows.append(Row(month, has.get(number), window[1] <= now, opens=opens, closes=closes))
    return rows


def _read(rows: Sequence[Row], laws: set[str], hours: Sequence[str], now: datetime) -> list[yearly.Planned]:
    """What the form says of each month into its row. Raises Missing for a law that was not offered."""
    planned = []
    for row in rows:
        if not row.open:
            continue
        number, form = row.month.number, request.form
        row.wanted = f"use-{number}" in form
        row.law = form.get(f"law-{number}", row.law)
        if row.law not in laws:
            raise Missing
        row.opens = form.get(f"opens-{number}", row.opens)[:20]
        row.closes = form.get(f"closes-{number}", row.closes)[:20]
        if not row.wanted:
            continue
        opens, closes = _moment(row.opens, hours[0]), _moment(row.closes, hours[1])
        if opens is None or closes is None:
            row.problem = _("请填开始和截止的时间。")
        elif closes <= opens:
            row.problem = _("截止要在开始后面。")
        elif closes <= now:
            row.problem = _("截止时间已经过去。")
        else:
            title = _("%(month)s月月赛", month=month_words(row.month))
            planned.append(yearly.Planned(row.month, title, opens, closes, int(row.law)))
    return planned


def _moment(day: str, hour: str) -> datetime | None:
    try:
        local = datetime.strptime(f"{day} {hour[:5]}", f"{DAY} {HOUR}")  # noqa: DTZ007 - local, made aware below
    except ValueError:
        return None
    return clock.at_local(local.date(), local.hour, local.minute)


def _set_meanwhile(rows: Sequence[Row]) -> list[Month]:
    """Ticked on a page on which they still had none: somebody was quicker, or it is a second press."""
    return [row.month for row in rows if row.has is not None and f"use-{row.month.number}" in request.form]


def _said(made: yearly.Made, meanwhile: Sequence[Month]) -> str:
    parts = []
    if made.published:
        parts.append(_("发布了%(count)d场，到时候自己开始。", count=len(made.published)))
    if made.drafts:
        parts.append(_("存了%(count)d场草稿。", count=len(made.drafts)))
    if left_alone := [*meanwhile, *made.left_alone]:
        months = "、".join(_("%(month)d月", month=one.number) for one in left_alone)
        parts.append(_("%(months)s已经有了，没有动。", months=months))
    return "".join(parts)
