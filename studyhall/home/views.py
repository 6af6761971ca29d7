"""The first page: for a cadre what to do now, for a leader who is missing, for an admin what to do."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studyhall.bank import faults
from studyhall.core import clock, pages
from studyhall.core.access import Permission, Reach, Role, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.periods import Month
from studyhall.core.words import Translated
from studyhall.home import agenda, calls, navigation, queries, todo
from studyhall.home.first_steps import first_steps
from studyhall.people import queries as people
from studyhall.people import units
from studyhall.people.models import Unit
from studyhall.people.reasons import REASONS
from studyhall.quizzes import sittings
from studyhall.quizzes.address import address_of
from studyhall.quizzes.models import AssessmentKind
from studyhall.quizzes.upkeep import keep_up
from studyhall.reports.behind import exempt_by_reason
from studyhall.reports.contests_below import contests_below
from studyhall.reports.month import current_contest, month_report
from studyhall.reports.reminder import reminder_below, reminder_text
from studyhall.reports.so_far import year_so_far
from studyhall.reports.weak import weakest_articles

bp = Blueprint("home", __name__)


@bp.get("/")
@require(Permission.SEE_OWN_RECORD)
def index() -> ResponseReturnValue:
    role = navigation.widest_role(current_actor())
    if role is Role.AUDITOR:
        return redirect(url_for("admin.audit_list"))
    keep_up(db)
    if role is Role.ADMIN:
        return _admin()
    if role in (Role.LEADER, Role.COUNTY):
        return _leader()
    return _cadre()


@bp.get("/study")
@require(Permission.SEE_OWN_RECORD)
def study() -> ResponseReturnValue:
    """The cadre's page of somebody who has another first page."""
    keep_up(db)
    return _cadre()


def _cadre() -> str:
    actor, now = current_actor(), clock.now()
    found = sittings.sittings(db.session, actor, now)
    order = {"running": 0, "open": 1, "done": 2, "early": 3, "missed": 4, "exempt": 5}
    open_now = [s for s in found if s.assessment.is_open(now) or s.running]
    first = min(open_now, key=lambda s: (order[s.state], s.assessment.closes_at), default=None)
    return render_template(
        "home/cadre.html",
        now=now,
        name=actor.name,
        first=first,
        others=[s for s in open_now if s is not first],
        coming=next((s for s in found if s.state == "early"), None),
        could=pages.slot("home.could", actor),
        meetings=pages.slot("home.coming", actor),
        own_year=pages.slot("home.own_year", actor),
        past=[s for s in reversed(found) if s.assessment.has_closed(now) and s is not first][:3],
        reasons=Translated(REASONS),
        year=queries.own_year(db.session, actor.person_id, clock.today().year, now),
    )


def _own_unit(reach: Reach) -> Unit | None:
    """The unit somebody answers for, with the lists of what is to come as they are today."""
    unit = people.top_unit(db.session, reach)
    if unit is None:
        return None
    agenda.follow(db, unit.path, clock.now())
    # Where a list was written anew, what had been read before it is gone.
    return people.top_unit(db.session, reach)


def _leader() -> str:
    actor, now, today = current_actor(), clock.now(), clock.today()
    unit = _own_unit(actor.reach(Permission.SEE_FIGURES))
    if unit is None:
        return render_template("home/leader_empty.html", unit=None, ahead=[])
    ahead = agenda.agenda(db.session, unit, now, keeps=False)
    assessment = current_contest(db.session, unit, now)
    if assessment is None:
        return render_template("home/leader_empty.html", unit=unit, ahead=ahead)
    report = month_report(db.session, assessment.counts_for, unit, now)
    below = contests_below(report, units.children(db.session, unit))
    if below and assessment.kind == AssessmentKind.CONTEST:
        return render_template(
            "home/county.html", now=now, unit=unit, below=below, ahead=ahead,
            reminder=reminder_below(below), year=year_so_far(db.session, unit, now),
            this_year=today.year, names=actor.can(Permission.SEE_PEOPLE),
        )  # fmt: skip
    month = next(one for one in report.assessments if one.assessment.id == assessment.id)
    names = actor.can(Permission.SEE_PEOPLE)
    named = "names" in request.args and names
    return render_template(
        "home/leader.html",
        now=now,
        unit=unit,
        month=month,
        this_month=Month.of(today),
        calls=calls.calls(db.session, month.missing_by_unit, today, names=names),
        exempt=exempt_by_reason(db.session, assessment, unit),
        names=names,
        named=named,
        reminder=reminder_text(month, address_of(assessment), names=named),
        weak=weakest_articles(db.session, assessment, unit),
        practised=pages.slot("home.weak", actor, unit=unit),
        ahead=ahead,
        year=None if month.is_open else year_so_far(db.session, unit, now),
    )


def _admin() -> str:
    actor, now, today = current_actor(), clock.now(), clock.today()
    reach = actor.reach(Permission.SET_PAPERS)
    unit = _own_unit(reach)
    ahead = agenda.agenda(db.session, unit, now, keeps=True) if unit else []
    this_week, later = agenda.this_week(ahead, today)
    steps, tasks = first_steps(db.session, unit), todo.tasks(db.session, actor, now)
    return render_template(
        "home/admin.html",
        now=now,
        unit=unit,
        size=queries.size(db.session, unit, today) if unit else None,
        steps=steps,
        tasks=[task for task in tasks if not (steps and task.is_a_first_step)],
        this_week=this_week,
        later=later,
        practised=pages.slot("home.weak", actor, unit=unit) if unit else [],
        year=year_so_far(db.session, unit, now) if unit else [],
    )


@bp.get("/me")
@require(Permission.SEE_OWN_RECORD)
def me() -> ResponseReturnValue:
    keep_up(db)
    actor, now = current_actor(), clock.now()
    return render_template(
        "home/me.html",
        actor=actor,
        now=now,
        year=queries.own_year(db.session, actor.person_id, clock.today().year, now),
        own_year=pages.slot("home.own_year", actor),
        record=queries.own_record(db.session, actor.person_id, now),
        devices=queries.own_devices(db.session, actor.person_id),
        reported=faults.own(db.session, actor.person_id),
        outcomes=faults.OUTCOMES,
        reasons=Translated(REASONS),
    )
