"""Feedback from every page, and the list of who changed what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import sqlalchemy as sa
from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.admin import audit_words, queries, trail
from studyhall.admin.models import Feedback
from studyhall.admin.sheets import audit_sheet
from studyhall.core import audit, clock, tables
from studyhall.core.access import Permission, open_to_all, require
from studyhall.core.current import actor_or_none, current_actor
from studyhall.core.db import db
from studyhall.core.redirects import inside
from studyhall.people import queries as people
from studyhall.people.models import Unit

bp = Blueprint("admin", __name__)

LONGEST = 2000
ANONYMOUS_AN_HOUR = 60
"""How much may be written without logging in, so that nobody fills the list from outside."""


@bp.route("/feedback", methods=["GET", "POST"])
@open_to_all
def feedback() -> ResponseReturnValue:
    """Anybody may say what is wrong, before login too."""
    back = inside(request.values.get("back"))
    text = request.form.get("text", "").strip()
    problem = None
    if request.method == "POST":
        problem = _what_is_wrong(text)
        if problem is None:
            _keep(text, back)
            return render_template("admin/feedback_thanks.html", back=back)
    actor = actor_or_none()
    own = queries.own_feedback(db.session, actor.person_id) if actor else []
    page = render_template("admin/feedback.html", back=back, text=text, problem=problem, own=own)
    return page, 400 if problem else 200


def _what_is_wrong(text: str) -> str | None:
    if not text:
        return _("请写几个字，说说哪里不好用。")
    if len(text) > LONGEST:
        return _("最多%(count)d个字，现在有%(now)d个。", count=LONGEST, now=len(text))
    hour_ago = clock.now() - timedelta(hours=1)
    if actor_or_none() is None and queries.anonymous_lately(db.session, hour_ago) >= ANONYMOUS_AN_HOUR:
        return _("现在写的人太多。请登录以后再写，或过一小时再来。")
    return None


def _keep(text: str, page: str) -> None:
    actor = actor_or_none()
    with db.writing() as session:
        root = session.scalar(sa.select(Unit.path).where(Unit.parent_id.is_(None)).limit(1))
        session.add(
            Feedback(
                at=clock.now(),
                person_id=actor.person_id if actor else None,
                unit_path=actor.unit_path if actor else root or "",
                page=page[:250],
                text=text,
            )
        )


@bp.get("/feedback/received")
@require(Permission.READ_FEEDBACK)
def received() -> ResponseReturnValue:
    said = queries.feedback(db.session, current_actor().reach(Permission.READ_FEEDBACK))
    return render_template("admin/received.html", said=said)


@bp.post("/feedback/<int:feedback_id>/settle")
@require(Permission.READ_FEEDBACK)
def settle(feedback_id: int) -> ResponseReturnValue:
    actor = current_actor()
    reply = request.form.get("reply", "").strip()[:LONGEST]
    with db.writing() as session:
        row = queries.one_feedback(session, actor.reach(Permission.READ_FEEDBACK), feedback_id)
        if row.settled_at is None:
            row.settled_at, row.settled_by, row.reply = clock.now(), actor.person_id, reply or None
            audit.record(
                session, actor, "feedback.settled", f"feedback:{row.id}", row.text[:60],
                unit_path=row.unit_path, after={"reply": reply} if reply else None,
            )  # fmt: skip
    return redirect(url_for("admin.received"))


@bp.get("/audit")
@require(Permission.READ_AUDIT)
def audit_list() -> ResponseReturnValue:
    search = _search(request.args)
    found = trail.trail(
        db.session,
        current_actor().reach(Permission.READ_AUDIT),
        search,
        max(request.args.get("page", 1, type=int), 1),
    )
    return render_template(
        "admin/audit.html",
        trail=found,
        search=search,
        page_size=trail.PAGE,
        at_most=trail.AT_MOST,
        kinds=audit_words.KINDS,
        word=audit_words.word,
        changes=audit_words.changes,
    )


@bp.post("/audit/export")
@require(Permission.READ_AUDIT)
def audit_export() -> Response:
    """What was found, as a sheet. That it left is an entry too."""
    actor, search = current_actor(), _search(request.form)
    reach = actor.reach(Permission.READ_AUDIT)
    file = tables.workbook([audit_sheet(trail.everything(db.session, reach, search))])
    count = trail.trail(db.session, reach, search, 1).count
    unit = people.top_unit(db.session, reach)
    with db.writing() as session:
        audit.record(
            session, actor, "audit.exported", "audit", _("%(count)d条", count=min(count, trail.AT_MOST)),
            unit_path=unit.path if unit else actor.unit_path,
            after={name: text for name, text in search.as_arguments().items() if text} or None,
        )  # fmt: skip
    return send_file(
        file, mimetype=tables.MIMETYPE, as_attachment=True, download_name=_("审计日志") + ".xlsx"
    )


def _search(given: Mapping[str, str]) -> trail.Search:
    """Without any dates the last month; what is no day counts as not asked for."""
    today = clock.today()
    asked = "from" in given or "to" in given
    kind = given.get("kind")
    return trail.Search(
        kind=kind if kind in audit_words.KINDS else None,
        since=_day(given.get("from")) if asked else today - timedelta(days=30),
        until=_day(given.get("to")) if asked else today,
        who=given.get("who", "").strip()[:80],
        what=given.get("what", "").strip()[:80],
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
