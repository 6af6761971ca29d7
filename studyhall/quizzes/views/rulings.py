"""After the fact: a question voided or re-keyed, a make-up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from studyhall.bank.asked import Asked, asked
from studyhall.core import clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.words import said
from studyhall.quizzes import make_up, queries, re_keying, voiding
from studyhall.quizzes.dealt import dealt_questions
from studyhall.quizzes.models import Assessment, MakeUpRule
from studyhall.quizzes.upkeep import keep_up
from studyhall.quizzes.views import bp
from studyhall.quizzes.views.running import PAGE, local_moment

USUAL_LENGTH = timedelta(days=3)
"""Of a make-up, to six in the evening of its last day."""


def _kept(session: Session, assessment_id: int) -> Assessment:
    return queries.kept_one(session, current_actor().reach(Permission.SET_PAPERS), assessment_id)


@bp.get("/assessments/<int:assessment_id>/questions")
@require(Permission.SET_PAPERS)
def questions(assessment_id: int) -> ResponseReturnValue:
    """What was dealt, those answered worst first; each can be voided or given another key."""
    keep_up(db)
    assessment = _kept(db.session, assessment_id)
    dealt = dealt_questions(db.session, assessment)
    words = " ".join(request.args.get("q", "").split())[:40]
    found = [one for one in dealt if all(word in one.question.stem for word in words.split())]
    page = max(request.args.get("page", 1, type=int), 1)
    return render_template(
        "quizzes/questions.html",
        assessment=assessment,
        all_dealt=len(dealt),
        count=len(found),
        dealt=found[(page - 1) * PAGE : page * PAGE],
        words=words,
        page=page,
        page_size=PAGE,
    )


@bp.route("/assessments/<int:assessment_id>/questions/<int:version_id>", methods=["GET", "POST"])
@require(Permission.SET_PAPERS)
def ruling(assessment_id: int, version_id: int) -> ResponseReturnValue:
    """Ask first, with the names it moves; then grade everybody again in one transaction.

    Only what the page has shown is done: another choice, or another key, is shown first.
    """
    actor, problem = current_actor(), None
    question = _question(version_id)
    in_force = voiding.in_force(db.session, assessment_id, version_id)
    wanted, ticked = _wanted(question, in_force)
    chosen = f"{wanted} {SIDE_BY_SIDE.join(ticked)}"
    has_seen = request.form.get("seen") == chosen
    if request.method == "POST" and "recount" not in request.form and has_seen:
        try:
            key = _new_key(question, in_force, ticked) if wanted == voiding.RE_KEY else None
            with db.writing() as session:
                voiding.rule(
                    session, actor, _kept(session, assessment_id), version_id, wanted,
                    request.form.get("reason", ""), clock.now(), key=key,
                )  # fmt: skip
            done = _("答案改好了") if wanted == voiding.RE_KEY else _("这道题作废了")
            flash(_("%(done)s，成绩都重新算过，旧的分数和理由留着可查。", done=done))
            return redirect(url_for("quizzes.questions", assessment_id=assessment_id))
        except Refused as refusal:
            problem = said(refusal)
    moved: list[voiding.Moved] = []
    try:
        key = _new_key(question, in_force, ticked) if wanted == voiding.RE_KEY else None
        with db.writing() as session:
            kept = _kept(session, assessment_id)
            moved = voiding.what_would_move(session, actor, kept, version_id, wanted, clock.now(), key=key)
    except Refused as refusal:
        if isinstance(refusal, Missing):
            raise
        problem = problem or said(refusal)
    assessment = _kept(db.session, assessment_id)
    page = render_template(
        "quizzes/ruling.html", assessment=assessment, asked=question, moved=moved, in_force=in_force,
        counting=re_keying.ticks_of(question, in_force.key), ticked=ticked,
        wanted=wanted, problem=problem, form=request.form, chosen=chosen,
        unseen=request.method == "POST" and not has_seen and not problem and "recount" not in request.form,
        dealt=len(voiding.dealt_to(db.session, assessment, version_id)),
    )  # fmt: skip
    return page, 400 if problem and "recount" not in request.form else 200


SIDE_BY_SIDE = "|"
"""Between the ticks in what a page has shown."""


def _wanted(question: Asked, in_force: voiding.InForce) -> tuple[str, list[str]]:
    """How to rule, and what is ticked as the right answer: at first what counts now.

    Who ticks another answer wants that one to count, even if he has not said so beside it.
    """
    if request.method == "GET":
        return voiding.FULL, re_keying.ticks_of(question, in_force.key)
    wanted, ticked = request.form.get("ruling", voiding.FULL), request.form.getlist("key")
    shown, _blank, ticks_shown = request.form.get("seen", "").partition(" ")
    if wanted == shown and SIDE_BY_SIDE.join(ticked) != ticks_shown and question.kind != "short":
        return voiding.RE_KEY, ticked
    return wanted, ticked


def _question(version_id: int) -> Asked:
    try:
        return asked(db.session, [version_id])[version_id]
    except KeyError:
        raise Missing from None


def _new_key(question: Asked, in_force: voiding.InForce, ticked: list[str]) -> Any:
    """Raises Refused for one that cannot be, or that counts already."""
    key = re_keying.key_of(question, ticked)
    if not in_force.is_void and key == in_force.key:
        raise Refused("现在就按这个答案算分，没有要改的。")
    return key


@bp.route("/assessments/<int:assessment_id>/make-up", methods=["GET", "POST"])
@require(Permission.SET_PAPERS)
def set_make_up(assessment_id: int) -> ResponseReturnValue:
    """Two lists, the absent and the failed; one window for those chosen."""
    keep_up(db)
    problem = None
    if request.method == "POST":
        try:
            with db.writing() as session:
                made = make_up.set_up(
                    session, current_actor(), _kept(session, assessment_id), _plan(), clock.now()
                )
            return redirect(url_for("quizzes.show", assessment_id=made.id))
        except Refused as refusal:
            if isinstance(refusal, Missing):
                raise
            problem = said(refusal)
    assessment = _kept(db.session, assessment_id)
    opens = clock.local(max(clock.now(), assessment.closes_at))
    closes = (opens + USUAL_LENGTH).replace(hour=18, minute=0)
    page = render_template(
        "quizzes/make_up.html", assessment=assessment, problem=problem, form=request.form, opens=opens,
        closes=closes,
        absent=make_up.waiting(db.session, assessment, ["absent"]),
        failed=make_up.waiting(db.session, assessment, ["failed"]),
        title=_("%(title)s补考", title=assessment.title), closed=assessment.has_closed(clock.now()),
    )  # fmt: skip
    return page, 400 if problem else 200


def _plan() -> make_up.Plan:
    form = request.form
    who = frozenset(one for one in form.getlist("who") if one in make_up.LISTS)
    if not who:
        raise Refused("请选给谁补考。")
    rule = MakeUpRule.CAPPED if form.get("rule") == MakeUpRule.CAPPED else MakeUpRule.MAX
    return make_up.Plan(
        title=form.get("title", "").strip()[:80] or _("补考"),
        opens_at=local_moment(form.get("opens_at", "")),
        closes_at=local_moment(form.get("closes_at", "")),
        who=who,
        rule=rule,
    )
