"""The year of a series with the form of one day, and one meeting."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.core import clock
from studyhall.core.access import Permission, Reach, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.people import queries as people
from studyhall.people import roster
from studyhall.people.forms import COUNTED_LABELS
from studyhall.people.models import Unit
from studyhall.study import attachments, holding, queries, roll
from studyhall.study.forms import MeetingForm, entry_of, filled, rule_of
from studyhall.study.models import Series, SessionState, StudySession
from studyhall.study.views import bp


@bp.get("/")
@require(Permission.KEEP_STUDY)
def index() -> ResponseReturnValue:
    return redirect(url_for("study.year", year=clock.today().year))


@bp.route("/<int:year>", methods=["GET", "POST"])
@require(Permission.KEEP_STUDY)
def year(year: int) -> ResponseReturnValue:
    """One series through a year; beside it the form of the chosen day."""
    owner = owner_unit()
    kept = queries.series_of(db.session, owner)
    if not kept:
        return redirect(url_for("study.series"))
    chosen = _chosen(kept)
    day = _day(chosen, year)
    form = MeetingForm() if request.method == "POST" else _suggested(chosen, day, year)
    _offer(form, owner, chosen, year, None)
    if request.method == "POST" and "recount" not in request.form and form.validate_on_submit():
        return _enter(form, owner, chosen, day)
    return _year_page(form, owner, kept, chosen, year, day), 400 if form.errors else 200


def _enter(form: MeetingForm, owner: Unit, chosen: Series, due_on: date | None) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    with db.writing() as session:
        series = holding.usable_series(session, owner, chosen.id)
        into = form.merged_into.data if form.what.data == "merged" else 0
        words = _into_words(queries.meeting_in(session, _reach(), into)) if into else ""
        units = people.units_in(session, _reach())
        entry = entry_of(form, series.id, due_on, rule_of(form, owner, units), merged_words=words)
        meeting = holding.enter(session, actor, session.get_one(Unit, owner.id), entry, now)
        to_roll = entry.state == SessionState.HELD and request.form.get("do") == "roll"
        target = "study.call" if to_roll else "study.show"
    if entry.state in (SessionState.MERGED, SessionState.CANCELLED):
        return redirect(url_for("study.year", year=meeting.held_on.year, series=chosen.id))
    return redirect(url_for(target, session_id=meeting.id))


def _into_words(into: StudySession) -> str:
    return _("并入%(names)s", names="、".join(one.series.name for one in into.serves))


@bp.get("/<int:session_id>/show")
@require(Permission.KEEP_STUDY)
def show(session_id: int) -> ResponseReturnValue:
    meeting = queries.meeting_in(db.session, _reach(), session_id)
    rows = roll.rows(db.session, meeting) if meeting.roster_id else []
    return render_template(
        "study/show.html",
        meeting=meeting,
        rows=rows,
        away=[row for row in rows if row.attendance and row.attendance.state != "present"],
        tally=roll.tally_of(rows),
        files=queries.attachments(db.session, meeting),
        most=attachments.MOST,
        today=clock.today(),
    )


@bp.route("/<int:session_id>/edit", methods=["GET", "POST"])
@require(Permission.KEEP_STUDY)
def edit(session_id: int) -> ResponseReturnValue:
    owner = owner_unit()
    meeting = queries.meeting_in(db.session, _reach(), session_id)
    first = meeting.serves[0]
    form = MeetingForm() if request.method == "POST" else MeetingForm(formdata=None, data=filled(meeting))
    _offer(form, owner, first.series, meeting.held_on.year, meeting)
    if request.method == "GET" and meeting.roster is not None:
        rule = roster.Rule.of(meeting.roster)
        form.categories.data = [str(code) for code in rule.categories]
        units = people.units_in(db.session, _reach())
        form.units.data = [u.id for u in units if u.path in rule.unit_paths and u.path != owner.path]
    if request.method == "POST" and "recount" not in request.form and form.validate_on_submit():
        return _change(form, owner, session_id)
    page = render_template(
        "study/edit.html", form=form, meeting=meeting, due_on=first.due_on,
        fixed=meeting.called_at is not None, categories=COUNTED_LABELS, due=_due_count(form, owner),
    )  # fmt: skip
    return page, 400 if form.errors else 200


def _change(form: MeetingForm, owner: Unit, session_id: int) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    with db.writing() as session:
        meeting = queries.meeting_in(session, _reach(), session_id)
        first = meeting.serves[0]
        into = form.merged_into.data if form.what.data == "merged" else 0
        words = _into_words(queries.meeting_in(session, _reach(), into)) if into else ""
        units = people.units_in(session, _reach())
        entry = entry_of(form, first.series_id, first.due_on, rule_of(form, owner, units), merged_words=words)
        holding.change(session, actor, meeting, entry, now)
    return redirect(url_for("study.show", session_id=session_id))


def owner_unit() -> Unit:
    """The unit whose study somebody keeps: the widest in his reach."""
    unit = people.top_unit(db.session, _reach())
    if unit is None:
        raise Refused("还没有单位，请先导入名册。")
    return unit


def _reach() -> Reach:
    return current_actor().reach(Permission.KEEP_STUDY)


def _chosen(kept: list[Series]) -> Series:
    """The series asked for; by default the first that has due days, else the first."""
    wanted = request.values.get("series", type=int)
    if wanted is not None:
        found = next((one for one in kept if one.id == wanted), None)
        if found is None:
            raise Missing
        return found
    return next((one for one in kept if one.code == "nine"), kept[0])


def _day(series: Series, year: int) -> date | None:
    """The due day chosen in the calendar; None for a meeting beyond the due ones."""
    try:
        day = date.fromisoformat(request.values.get("day", ""))
    except ValueError:
        return None
    return day if day in holding.days_of(series, year) else None


def _suggested(series: Series, day: date | None, year: int) -> MeetingForm:
    """What the last meeting of the series had: place, hours, who was expected."""
    last = next(
        (
            one.meeting
            for one in queries.meetings(db.session, _reach(), year, series=series, limit=40)
            if one.meeting.roster is not None
        ),
        None,
    )
    today = clock.today()
    held_on = day or (today if today.year == year else date(year, 12, 31))
    given: dict[str, Any] = {
        "held_on": held_on,
        "what": "held",
        "categories": [str(c) for c in COUNTED_LABELS],
        # Named by the page before: an article that is badly known.
        "topic": request.args.get("topic", "")[:200],
        "basis": request.args.get("basis", "")[:240],
    }
    if last is not None:
        given |= {name: getattr(last, name) for name in ("begins", "ends", "place", "host", "speaker")}
        given["categories"] = last.roster.rule["categories"] if last.roster else given["categories"]
    return MeetingForm(formdata=None, data=given)


def _offer(form: MeetingForm, owner: Unit, series: Series, year: int, meeting: StudySession | None) -> None:
    units = [u for u in people.units_in(db.session, _reach()) if u.id != owner.id]
    kept = queries.series_of(db.session, owner, above=True)
    others = [
        one.meeting
        for one in queries.meetings(db.session, _reach(), year)
        if one.meeting.is_held and (meeting is None or one.meeting.id != meeting.id)
        and all(link.series_id != series.id for link in one.meeting.serves)
    ]  # fmt: skip
    form.offer(
        units,
        [(one.id, one.name) for one in kept if one.id != series.id],
        [(one.id, f"{one.held_on.month}月{one.held_on.day}日 {one.topic}") for one in others],
    )


def _due_count(form: MeetingForm, owner: Unit) -> int:
    if not form.held_on.data:
        return 0
    units = people.units_in(db.session, _reach())
    return len(roster.expected(db.session, rule_of(form, owner, units), form.held_on.data))


def _year_page(
    form: MeetingForm, owner: Unit, kept: list[Series], chosen: Series, year: int, day: date | None
) -> str:
    today = clock.today()
    until = min(date(year, 12, 31), today)
    calendar = queries.series_year(db.session, chosen, year, until)
    entered = next((one.entered for one in calendar.days if one.day == day), None)
    return render_template(
        "study/year.html",
        form=form,
        owner=owner,
        series=kept,
        chosen=chosen,
        year=year,
        day=day,
        entered=entered,
        calendar=calendar,
        held=queries.held_counts(db.session, kept, year, until),
        meetings=queries.meetings(db.session, _reach(), year, series=chosen),
        self_study=queries.self_study_count(db.session, owner, year),
        categories=COUNTED_LABELS,
        due=_due_count(form, owner),
        today=today,
    )
