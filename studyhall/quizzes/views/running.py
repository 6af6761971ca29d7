"""What an admin does once a contest is out: watch it, grant what is fair, extend it, copy it to next month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from studyhall.core import clock, doubt
from studyhall.core.access import Actor, Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.pages import slot
from studyhall.core.words import Translated, said
from studyhall.people import names, roster
from studyhall.people.memberships import holds_on
from studyhall.people.models import Membership, Person, RosterEntry, Unit
from studyhall.quizzes import fairness, other_months, publishing, queries
from studyhall.quizzes.live import live
from studyhall.quizzes.models import Allowance, Assessment, Result
from studyhall.quizzes.score_list import SOURCES
from studyhall.quizzes.upkeep import follow_until_opening, keep_up
from studyhall.quizzes.views import bp


@bp.get("/assessments/<int:assessment_id>/live")
@require(Permission.SET_PAPERS)
def live_page(assessment_id: int) -> ResponseReturnValue:
    """Reloads itself twice a minute, unless asked to stand still."""
    keep_up(db)
    reach = current_actor().reach(Permission.SET_PAPERS)
    assessment = queries.kept_one(db.session, reach, assessment_id)
    if not assessment.is_published:
        raise Missing
    return render_template(
        "quizzes/live.html",
        assessment=assessment,
        state=live(db.session, assessment, reach, clock.now()),
        still=request.args.get("still") == "1",
        clock_in_doubt=doubt.is_known(db.session),
        reminders=slot("assessment.reminder", current_actor(), assessment=assessment),
    )


PAGE = 50
FEW = 15
"""A longer roster is searched."""


@bp.get("/assessments/<int:assessment_id>/roster")
@require(Permission.SET_PAPERS)
def roster_page(assessment_id: int) -> ResponseReturnValue:
    keep_up(db)
    follow_until_opening(db, assessment_id, clock.now())
    assessment = _kept(db.session, assessment_id)
    rows = db.session.execute(
        sa.select(RosterEntry, Result)
        .outerjoin(Result, Result.roster_entry_id == RosterEntry.id)
        .join(Unit, Unit.id == RosterEntry.unit_id)
        .where(RosterEntry.roster_id == assessment.roster_id)
        .order_by(Unit.position, RosterEntry.unit_path, RosterEntry.name_sort)
    ).all()
    asked, show = request.args.get("q", "").strip()[:40], request.args.get("show", "")
    in_kind = {
        "waiting": [row for row in rows if row[0].state == "due" and not (row[1] and row[1].took_part)],
        "took_part": [row for row in rows if row[1] and row[1].took_part],
        "given": [row for row in rows if row[1] and row[1].took_part and row[1].source in SOURCES],
        "exempt": [row for row in rows if row[0].state == "exempt"],
        "added": [row for row in rows if row[0].added_late],
    }
    words = {
        "waiting": _("没有参加"), "took_part": _("参加了"), "given": _("别处带入的"), "exempt": _("免考"),
        "added": _("后补"),
    }  # fmt: skip
    found = [row for row in rows if _is_meant(row[0], asked)] if asked else in_kind.get(show, rows)
    page = max(request.args.get("page", 1, type=int), 1)
    return render_template(
        "quizzes/roster.html", assessment=assessment, rows=rows, reasons=Translated(roster.REASONS), now=clock.now(),
        sources=Translated(SOURCES), few=FEW, asked=asked, show=show,
        shown=found[(page - 1) * PAGE : page * PAGE], count=len(found), page=page, page_size=PAGE,
        kinds=[(key, words[key], len(found)) for key, found in in_kind.items()],
    )  # fmt: skip


def _is_meant(entry: RosterEntry, asked: str) -> bool:
    """By name, by its pinyin or initials from the start, or by number."""
    wanted, key = names.tidy(asked).casefold(), f" {names.search_key(entry.name)}"
    return (f" {wanted}" if wanted.isascii() else wanted) in key or wanted in entry.staff_no.casefold()


@bp.get("/assessments/<int:assessment_id>/roster/<int:entry_id>")
@require(Permission.SET_PAPERS)
def roster_entry(assessment_id: int, entry_id: int) -> ResponseReturnValue:
    return _entry_page(_kept(db.session, assessment_id), entry_id, None)


def _entry_page(assessment: Assessment, entry_id: int, problem: str | None) -> str:
    row = db.session.execute(
        sa.select(RosterEntry, Result)
        .join(Result, Result.roster_entry_id == RosterEntry.id)
        .where(RosterEntry.id == entry_id, RosterEntry.roster_id == assessment.roster_id)
    ).first()
    if row is None:
        raise Missing
    allowances = db.session.scalars(
        sa.select(Allowance)
        .where(Allowance.assessment_id == assessment.id, Allowance.person_id == row[0].person_id)
        .order_by(Allowance.at)
    ).all()
    return render_template(
        "quizzes/roster_entry.html", assessment=assessment, entry=row[0], result=row[1], problem=problem,
        allowances=allowances, reasons=Translated(roster.REASONS), now=clock.now(), form=request.form,
    )  # fmt: skip


@bp.post("/assessments/<int:assessment_id>/roster/<int:entry_id>/<act>")
@require(Permission.SET_PAPERS)
def roster_act(assessment_id: int, entry_id: int, act: str) -> ResponseReturnValue:
    """exempt, due or allow: what is refused is said on the same page, and what was typed stays."""
    if act not in _ACTS:
        raise Missing
    actor = current_actor()
    try:
        with db.writing() as session:
            _ACTS[act](session, actor, _kept(session, assessment_id), entry_id)
    except Refused as refusal:
        if isinstance(refusal, Missing):
            raise
        return _entry_page(_kept(db.session, assessment_id), entry_id, said(refusal)), 400
    return redirect(url_for("quizzes.roster_entry", assessment_id=assessment_id, entry_id=entry_id))


def _exempt(session: Session, actor: Actor, assessment: Assessment, entry_id: int) -> None:
    form = request.form
    fairness.exempt(
        session, actor, assessment, entry_id, form.get("code", ""), form.get("approver", "")[:80],
        form.get("reason", "").strip()[:200] or None,
    )  # fmt: skip


def _due(session: Session, actor: Actor, assessment: Assessment, entry_id: int) -> None:
    fairness.take_back_exemption(session, actor, assessment, entry_id)


def _allow(session: Session, actor: Actor, assessment: Assessment, entry_id: int) -> None:
    fairness.allow(
        session, actor, assessment, entry_id,
        minutes=_number("minutes", 240), attempts=_number("attempts", 3),
        reason=request.form.get("reason", "").strip()[:200],
        approver=request.form.get("approver", "").strip()[:80],
    )  # fmt: skip


_ACTS: dict[str, Callable[[Session, Actor, Assessment, int], None]] = {
    "exempt": _exempt,
    "due": _due,
    "allow": _allow,
}


def _number(name: str, most: int) -> int:
    text = request.form.get(name, "").strip() or "0"
    if not text.isdigit() or int(text) > most:
        raise Refused("请填0到%(most)d的整数。", most=most)
    return int(text)


@bp.route("/assessments/<int:assessment_id>/add-late", methods=["GET", "POST"])
@require(Permission.SET_PAPERS)
def add_late(assessment_id: int) -> ResponseReturnValue:
    """Look somebody up by name or number, then put him on the list with a reason."""
    problem, actor = None, current_actor()
    if request.method == "POST":
        try:
            with db.writing() as session:
                fairness.add_late(
                    session, actor, _kept(session, assessment_id),
                    request.form.get("person", 0, type=int),
                    request.form.get("reason", "").strip()[:200],
                    request.form.get("approver", "").strip()[:80],
                )  # fmt: skip
            return redirect(url_for("quizzes.roster_page", assessment_id=assessment_id))
        except Refused as refusal:
            problem = said(refusal)
    assessment = _kept(db.session, assessment_id)
    wanted = request.values.get("q", "").strip()
    page = render_template(
        "quizzes/add_late.html", assessment=assessment, wanted=wanted, problem=problem,
        found=_not_listed(assessment, wanted) if wanted else [], form=request.form,
    )  # fmt: skip
    return page, 400 if problem else 200


def _not_listed(assessment: Assessment, wanted: str) -> list[tuple[Person, Unit]]:
    listed = sa.select(RosterEntry.person_id).where(RosterEntry.roster_id == assessment.roster_id)
    rows = db.session.execute(
        sa.select(Person, Unit)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(
            Membership.counts,
            holds_on(clock.today()),
            Unit.path.startswith(assessment.owner_unit.path, autoescape=True),
            Person.id.not_in(listed),
            sa.or_(
                Person.name_search.contains(names.tidy(wanted).casefold(), autoescape=True),
                sa.func.upper(Person.staff_no) == wanted.upper(),
            ),
        )
        .order_by(Person.name_sort)
        .limit(50)
    )
    return [(person, unit) for person, unit in rows]


@bp.route("/assessments/<int:assessment_id>/extend", methods=["GET", "POST"])
@require(Permission.SET_PAPERS)
def extend(assessment_id: int) -> ResponseReturnValue:
    problem = None
    if request.method == "POST":
        try:
            until = local_moment(request.form.get("closes_at", ""))
            with db.writing() as session:
                kept = _kept(session, assessment_id)
                fairness.extend(
                    session, current_actor(), kept, until, request.form.get("reason", "").strip()[:200]
                )
            return redirect(url_for("quizzes.show", assessment_id=assessment_id))
        except Refused as refusal:
            problem = said(refusal)
    page = render_template(
        "quizzes/extend.html", assessment=_kept(db.session, assessment_id), problem=problem, form=request.form,
        local=clock.local,
    )  # fmt: skip
    return page, 400 if problem else 200


def local_moment(text: str) -> datetime:
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("请填日期和时间。") from None
    return clock.at_local(local.date(), local.hour, local.minute)


@bp.post("/assessments/<int:assessment_id>/copy")
@require(Permission.SET_PAPERS)
def copy(assessment_id: int) -> ResponseReturnValue:
    """The same rules a month later, as a draft to look over."""
    actor = current_actor()
    with db.writing() as session:
        kept = _kept(session, assessment_id)
        draft = publishing.draft(session, actor, kept.owner_unit, other_months.month_later(kept), clock.now())
    return redirect(url_for("quizzes.edit", assessment_id=draft.id))


def _kept(session: Session, assessment_id: int) -> Assessment:
    return queries.kept_one(session, current_actor().reach(Permission.SET_PAPERS), assessment_id)
