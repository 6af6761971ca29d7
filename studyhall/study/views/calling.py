"""Calling the roll, the sheet to sign, the sheet that comes back, and what was made up later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from itertools import groupby

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.core import clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Refused
from studyhall.study import queries, roll, sheet_in
from studyhall.study.attendance import LEAVE_REASONS, STATES, Mark, Tally
from studyhall.study.models import StudySession
from studyhall.study.views import bp

PER_SHEET = 40


@bp.get("/<int:session_id>/roll")
@require(Permission.KEEP_STUDY)
def call(session_id: int) -> ResponseReturnValue:
    meeting = _meeting(session_id)
    if roll.list_is_stale(db.session, meeting):
        with db.writing() as session:
            roll.bring_list_up_to_date(session, session_id)
        meeting = _meeting(session_id)
    if meeting.roster is None:
        raise Refused(_("这一天没有办，不用点名。"))
    return _roll_page(meeting)


@bp.post("/<int:session_id>/roll")
@require(Permission.KEEP_STUDY)
def save_roll(session_id: int) -> ResponseReturnValue:
    wanted, seen = _wanted(), _seen()
    with db.writing() as session:
        meeting = queries.meeting_in(session, current_actor().reach(Permission.KEEP_STUDY), session_id)
        outcome = roll.call(session, current_actor(), meeting, seen, wanted, clock.now())
    if outcome.clashes or outcome.by:
        return _roll_page(_meeting(session_id), outcome=outcome)
    return redirect(url_for("study.show", session_id=session_id, saved=1))


@bp.post("/<int:session_id>/roll-sheet")
@require(Permission.KEEP_STUDY)
def roll_sheet(session_id: int) -> ResponseReturnValue:
    """A filled-in attendance sheet: shown as a roll, saved only by the button that saves a roll."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Refused(_("请选一个Excel文件。"))
    data = upload.read()
    meeting = _meeting(session_id)
    read = sheet_in.read(upload.filename, data)
    matched = sheet_in.match(read, [row.entry for row in roll.rows(db.session, meeting)])
    return _roll_page(meeting, given=matched.marks, held=matched.held)


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
        raise Refused(_("请填补学的日期。")) from None
    entry_id = request.form.get("entry", type=int) or 0
    how = request.form.get("how", "")[:200]
    with db.writing() as session:
        meeting = queries.meeting_in(session, actor.reach(Permission.KEEP_STUDY), session_id)
        roll.make_up(session, actor, meeting, entry_id, on, how, clock.now())
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
    """Everybody present until said otherwise; `given` comes from a sheet, `only` shows who was away."""
    rows = roll.rows(db.session, meeting)
    all_present = "all" in request.args
    shown = {}
    for row in rows:
        standing = None if all_present else row.mark
        default = Mark("present") if row.entry.state == "due" else None
        shown[row.entry.id] = (given or {}).get(row.entry.id) or standing or default
    only_away = "only" in request.args
    listed = [r for r in rows if not only_away or (shown[r.entry.id] or Mark("absent")).state != "present"]
    marks = [mark.state for row in rows if (mark := shown[row.entry.id]) is not None]
    due = sum(row.entry.state == "due" for row in rows)
    return render_template(
        "study/roll.html",
        meeting=meeting,
        groups=[list(group) for _path, group in groupby(listed, key=lambda row: row.entry.unit_path)],
        count=len(rows),
        shown=shown,
        seen=json.dumps({row.entry.id: _packed(row.mark) for row in listed}, separators=(",", ":")),
        tally=Tally(due, *(marks.count(state) for state in STATES)),
        only_away=only_away,
        outcome=outcome,
        held=held or [],
        from_sheet=given is not None,
        reasons=LEAVE_REASONS,
        late=meeting.recorded_at is None and (clock.today() - meeting.held_on).days > 7,
    )


def _packed(mark: Mark | None) -> str:
    return "" if mark is None else f"{mark.state} {mark.reason or ''}".strip()


def _unpacked(text: str) -> Mark | None:
    state, _space, reason = text.partition(" ")
    return Mark(state, reason or None) if state else None


def _seen() -> dict[int, Mark | None]:
    try:
        packed = json.loads(request.form.get("seen", "{}"))
        return {int(key): _unpacked(str(text)) for key, text in packed.items()}
    except (ValueError, AttributeError):
        raise Refused(_("这一页不完整，请刷新后再点一次名。")) from None


def _wanted() -> dict[int, Mark]:
    """`m-12=leave`, `r-12=sick`: what each row says; anything else is ignored."""
    found = {}
    for name, state in request.form.items():
        key = name.removeprefix("m-")
        if name.startswith("m-") and key.isdigit() and state in STATES:
            reason = request.form.get(f"r-{key}", "")
            on_leave = state == "leave" and reason in LEAVE_REASONS
            found[int(key)] = Mark(state, reason if on_leave else None)
    return found
