"""Calling the roll, the sheet to sign, the sheet that comes back, and what was made up later."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

from flask import redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.core import clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Refused
from studyhall.core.tables import MIMETYPE
from studyhall.core.words import Translated
from studyhall.study import queries, roll, sheet_in, sheet_out
from studyhall.study.attendance import LEAVE_REASONS, STATES, Mark, Tally
from studyhall.study.models import StudySession
from studyhall.study.views import bp

PER_SHEET = 40
PER_PAGE = 200
"""Two fields a person, and a form may have a thousand."""


@bp.get("/<int:session_id>/roll")
@require(Permission.KEEP_STUDY)
def call(session_id: int) -> ResponseReturnValue:
    meeting = _meeting(session_id)
    if roll.list_is_stale(db.session, meeting):
        with db.writing() as session:
            roll.bring_list_up_to_date(session, session_id)
        meeting = _meeting(session_id)
    if meeting.roster is None:
        raise Refused("这一天没有办，不用点名。")
    return _roll_page(meeting)


@bp.post("/<int:session_id>/roll")
@require(Permission.KEEP_STUDY)
def save_roll(session_id: int) -> ResponseReturnValue:
    """A page of the roll. A long one is come back to: the exceptions are looked up by name."""
    wanted, seen, rest_came = _wanted(), _packed_marks("seen"), "rest" in request.form
    now = clock.now()
    with db.writing() as session:
        meeting = queries.meeting_in(session, current_actor().reach(Permission.KEEP_STUDY), session_id)
        outcome = roll.call(session, current_actor(), meeting, seen, wanted, now, rest_came=rest_came)
    if outcome.clashes or outcome.by:
        return _roll_page(_meeting(session_id), outcome=outcome)
    target = "study.call" if outcome.tally.due > PER_PAGE else "study.show"
    return redirect(url_for(target, session_id=session_id, saved=1))


@bp.post("/<int:session_id>/roll-sheet")
@require(Permission.KEEP_STUDY)
def roll_sheet(session_id: int) -> ResponseReturnValue:
    """A filled-in attendance sheet: shown as a roll, saved only by the button that saves a roll."""
    meeting = _meeting(session_id)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Refused("请选一个Excel文件。")
    read = sheet_in.read(upload.filename, upload.read())
    matched = sheet_in.match(read, [row.entry for row in roll.rows(db.session, meeting)])
    return _roll_page(meeting, given=matched.marks, held=matched.held)


@bp.get("/<int:session_id>/roll.xlsx")
@require(Permission.KEEP_STUDY)
def roll_workbook(session_id: int) -> ResponseReturnValue:
    """The roll as a sheet to fill in, which `roll_sheet` reads back."""
    meeting = _meeting(session_id)
    rows = [row for row in roll.rows(db.session, meeting) if row.entry.state == "due" or row.attendance]
    return send_file(
        sheet_out.workbook(meeting, rows),
        mimetype=MIMETYPE,
        as_attachment=True,
        download_name=_("签到表%(day)s.xlsx", day=meeting.held_on.isoformat()),
    )


@bp.get("/<int:session_id>/sign-in")
@require(Permission.KEEP_STUDY)
def sign_in_sheet(session_id: int) -> ResponseReturnValue:
    """On A4, forty names a sheet in two columns; blank lines for guests on one of its own if asked for."""
    meeting = _meeting(session_id)
    people = [row.entry for row in roll.rows(db.session, meeting) if row.entry.state == "due"]
    sheets = [people[start : start + PER_SHEET] for start in range(0, len(people), PER_SHEET)] or [[]]
    return render_template(
        "study/sign_in.html", meeting=meeting, sheets=sheets, count=len(people), per_sheet=PER_SHEET,
        guests=request.args.get("guests", type=bool, default=False),
    )  # fmt: skip


@bp.post("/<int:session_id>/made-up")
@require(Permission.KEEP_STUDY)
def made_up(session_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        on = date.fromisoformat(request.form.get("on", ""))
    except ValueError:
        raise Refused("请填补学的日期。") from None
    entry_id = request.form.get("entry", type=int) or 0
    how = request.form.get("how", "")[:200]
    with db.writing() as session:
        meeting = queries.meeting_in(session, actor.reach(Permission.KEEP_STUDY), session_id)
        roll.make_up(session, actor, meeting, entry_id, on, how, clock.now())
    return redirect(url_for("study.show", session_id=session_id))


@bp.post("/<int:session_id>/not-made-up")
@require(Permission.KEEP_STUDY)
def not_made_up(session_id: int) -> ResponseReturnValue:
    actor = current_actor()
    entry_id = request.form.get("entry", type=int) or 0
    with db.writing() as session:
        meeting = queries.meeting_in(session, actor.reach(Permission.KEEP_STUDY), session_id)
        roll.take_back(session, actor, meeting, entry_id, clock.now())
    return redirect(url_for("study.show", session_id=session_id))


def _meeting(session_id: int) -> StudySession:
    return queries.meeting_in(db.session, current_actor().reach(Permission.KEEP_STUDY), session_id)


def _roll_page(
    meeting: StudySession,
    *,
    outcome: roll.Outcome | None = None,
    given: Mapping[int, Mark] | None = None,
    held: list[str] | None = None,
) -> str:
    """Everybody present until said otherwise; `given` comes from a sheet, `only` shows who was away.

    A page carries at most `PER_PAGE` people: what a form may hold is bounded, and so is patience.
    """
    rows = roll.rows(db.session, meeting)
    shown = _shown(rows, given or {}, all_present="all" in request.args)
    only_away, asked = "only" in request.args, request.args.get("q", "").strip()[:40]
    found = [r for r in rows if not only_away or (shown[r.entry.id] or Mark("absent")).state != "present"]
    found = [r for r in found if not asked or roll.fits(asked, r.entry)]
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(max(request.args.get("page", default=1, type=int), 1), pages)
    listed = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    here = {row.entry.id for row in listed}
    apart = {key: mark for key, mark in (given or {}).items() if key not in here}
    marks = [mark.state for row in rows if (mark := shown[row.entry.id]) is not None]
    seen = {row.entry.id: row.mark for row in rows if row.entry.id in here or row.entry.id in apart}
    return render_template(
        "study/roll.html",
        meeting=meeting,
        groups=[list(group) for _path, group in groupby(listed, key=lambda row: row.entry.unit_path)],
        count=len(rows),
        shown=shown,
        finds=roll.found_by,
        seen=_all_packed(seen),
        given=_all_packed(apart) if apart else "",
        tally=Tally(sum(r.entry.state == "due" for r in rows), *(marks.count(state) for state in STATES)),
        uncalled=sum(r.entry.state == "due" and r.mark is None and r.entry.id not in here for r in rows),
        away=[r for r in rows if given and (given.get(r.entry.id) or Mark("present")).state != "present"],
        given_count=len(given or {}),
        only_away=only_away, asked=asked, page=number, pages=pages, per_page=PER_PAGE,
        outcome=outcome,
        held=held or [],
        from_sheet=given is not None,
        reasons=Translated(LEAVE_REASONS),
        late=meeting.recorded_at is None and (clock.today() - meeting.held_on).days > 7,
    )  # fmt: skip


def _shown(
    rows: Sequence[roll.Row], given: Mapping[int, Mark], *, all_present: bool
) -> dict[int, Mark | None]:
    """What each row says as the page opens, by entry."""
    found = {}
    for row in rows:
        standing = None if all_present else row.mark
        default = Mark("present") if row.entry.state == "due" else None
        found[row.entry.id] = given.get(row.entry.id) or standing or default
    return found


def _all_packed(marks: Mapping[int, Mark | None]) -> str:
    return json.dumps({key: _packed(mark) for key, mark in marks.items()}, separators=(",", ":"))


def _packed(mark: Mark | None) -> str:
    return "" if mark is None else f"{mark.state} {mark.reason or ''}".strip()


def _unpacked(text: str) -> Mark | None:
    state, _space, reason = text.partition(" ")
    return Mark(state, reason or None) if state else None


def _packed_marks(field: str) -> dict[int, Mark | None]:
    try:
        packed = json.loads(request.form.get(field) or "{}")
        return {int(key): _unpacked(str(text)) for key, text in packed.items()}
    except (ValueError, AttributeError):
        raise Refused("这一页不完整，请刷新后再点一次名。") from None


def _wanted() -> dict[int, Mark]:
    """`m-12=leave`, `r-12=sick`: what each row says, beside what a sheet said of those on other pages."""
    found = {key: mark for key, mark in _packed_marks("given").items() if mark is not None}
    for name, state in request.form.items():
        key = name.removeprefix("m-")
        if name.startswith("m-") and key.isdigit() and state in STATES:
            reason = request.form.get(f"r-{key}", "")
            on_leave = state == "leave" and reason in LEAVE_REASONS
            found[int(key)] = Mark(state, reason if on_leave else None)
    return found
