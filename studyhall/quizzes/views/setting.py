"""What an admin meets: the list, the form, the confirm page, the roster behind it."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studyhall.bank import queries as bank
from studyhall.core import clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.pages import slot
from studyhall.core.periods import Month
from studyhall.people import queries as people
from studyhall.people import roster
from studyhall.people.forms import COUNTED_LABELS
from studyhall.people.models import Unit
from studyhall.quizzes import make_up, publishing, queries
from studyhall.quizzes.address import address_of
from studyhall.quizzes.blueprint import BlueprintInput, blueprint_of, read_blueprint
from studyhall.quizzes.first_ten import first_ten
from studyhall.quizzes.forms import (
    COUNTING_LABELS,
    KIND_LABELS,
    PARTIAL_LABELS,
    REVEAL_LABELS,
    AssessmentForm,
)
from studyhall.quizzes.models import Assessment, AssessmentKind
from studyhall.quizzes.upkeep import follow_until_opening, keep_up
from studyhall.quizzes.usual_exams import USUAL_EXAMS
from studyhall.quizzes.views import bp, filling


@bp.get("/assessments")
@require(Permission.SET_PAPERS)
def index() -> ResponseReturnValue:
    keep_up(db)
    tallies = queries.kept(db.session, current_actor().reach(Permission.SET_PAPERS))
    return render_template("quizzes/index.html", tallies=tallies, now=clock.now())


@bp.route("/assessments/new", methods=["GET", "POST"])
@require(Permission.SET_PAPERS)
def new() -> ResponseReturnValue:
    actor = current_actor()
    owner = owner_of_new()
    if request.method == "GET":
        reach = actor.reach(Permission.SET_PAPERS)
        form, blueprint, copied = filling.suggested(
            db.session, reach, owner, _month_asked(), _kind_asked(), USUAL_EXAMS.get(_usual_asked())
        )
        filling.ask_more_of(db.session, blueprint, request.args.get("law", ""))
        return _form_page(form, blueprint, owner, None, copied)
    form = AssessmentForm(filling.units_below(db.session, owner))
    blueprint = _typed_blueprint()
    _check_laws(blueprint, owner, None)
    if not _accepted(form, blueprint):
        return _form_page(form, blueprint, owner, None), 200 if "recount" in request.form else 400
    with db.writing() as session:
        assessment = publishing.draft(
            session, actor, owner, form.setup(blueprint.lines, owner.path), clock.now()
        )
    return _after_saving(assessment.id)


@bp.route("/assessments/<int:assessment_id>/edit", methods=["GET", "POST"])
@require(Permission.SET_PAPERS)
def edit(assessment_id: int) -> ResponseReturnValue:
    actor = current_actor()
    assessment = _kept(assessment_id)
    if assessment.make_up_of is not None:
        raise Refused("补考的题目和规则跟正考一样，不能单独改。撤回以后可以重新安排。")
    if assessment.published_at is not None:
        raise Refused("已经发布，不能再改。还没开始的可以先撤回，再改。")
    owner = assessment.owner_unit
    units = filling.units_below(db.session, owner, assessment.roster.rule["unit_paths"])
    if request.method == "GET":
        blueprint = blueprint_of(publishing.lines_of(assessment))
        return _form_page(filling.filled(assessment, units), blueprint, owner, assessment)
    form, blueprint = AssessmentForm(units), _typed_blueprint()
    _check_laws(blueprint, owner, assessment)
    if not _accepted(form, blueprint):
        page = _form_page(form, blueprint, owner, assessment)
        return page, 200 if "recount" in request.form else 400
    with db.writing() as session:
        kept = queries.kept_one(session, actor.reach(Permission.SET_PAPERS), assessment_id)
        publishing.redraft(session, actor, kept, form.setup(blueprint.lines, owner.path))
    return _after_saving(assessment_id)


def _after_saving(assessment_id: int) -> ResponseReturnValue:
    if "publish" in request.form:
        return redirect(url_for("quizzes.publish", assessment_id=assessment_id))
    if "sample" in request.form:
        return redirect(url_for("quizzes.sample", assessment_id=assessment_id, number=1))
    return redirect(url_for("quizzes.show", assessment_id=assessment_id))


def _typed_blueprint() -> BlueprintInput:
    """The table as typed, by difficulty or not as its button says."""
    blueprint = read_blueprint(request.form)
    if request.form.get("recount") == "levels":
        return blueprint.with_levels()
    return blueprint.without_levels() if request.form.get("recount") == "no-levels" else blueprint


def _kind_asked() -> str:
    asked = AssessmentKind.EXAM if _usual_asked() else request.args.get("kind", "")
    return asked if asked in set(AssessmentKind) else AssessmentKind.CONTEST


def _usual_asked() -> str:
    asked = request.args.get("usual", "")
    return asked if asked in USUAL_EXAMS else ""


def _month_asked() -> Month | None:
    """The month that the page before named in the address; nonsense is no month."""
    try:
        return Month.parse(request.args.get("month", ""))
    except ValueError:
        return None


@bp.get("/assessments/<int:assessment_id>")
@require(Permission.SET_PAPERS)
def show(assessment_id: int) -> ResponseReturnValue:
    keep_up(db)
    follow_until_opening(db, assessment_id, clock.now())
    assessment = _kept(assessment_id)
    entries = roster.entries_of(db.session, assessment.roster_id)
    rule = roster.Rule.of(assessment.roster)
    return render_template(
        "quizzes/show.html",
        assessment=assessment,
        now=clock.now(),
        due=sum(entry.state == "due" for entry in entries),
        exempt=sum(entry.state == "exempt" for entry in entries),
        questions=queries.questions_of(assessment.lines),
        labels={
            "kind": KIND_LABELS,
            "counting": COUNTING_LABELS,
            "partial": PARTIAL_LABELS,
            "reveal": REVEAL_LABELS,
        },
        categories=[COUNTED_LABELS[c] for c in rule.categories],
        unit_names=queries.unit_names(db.session, set(rule.unit_paths) - {assessment.owner_unit.path}),
        spread=publishing.spread_of(db.session, assessment.owner_unit.path, publishing.lines_of(assessment)),
        address=address_of(assessment),
        parent=db.session.get(Assessment, assessment.make_up_of) if assessment.make_up_of else None,
        make_ups=make_up.of_parent(db.session, assessment),
        taken_back=_taken_back(assessment),
        first_ten=first_ten(db.session, assessment),
        panels=slot("assessment.figures", current_actor(), assessment=assessment),
        obstacles=[]
        if assessment.published_at or _taken_back(assessment)
        else publishing.obstacles(db.session, assessment, clock.now()),
    )


def _taken_back(assessment: Assessment) -> bool:
    """A make-up that was withdrawn: it stays as it was, to be seen."""
    return assessment.make_up_of is not None and not assessment.is_published


@bp.route("/assessments/<int:assessment_id>/publish", methods=["GET", "POST"])
@require(Permission.SET_PAPERS)
def publish(assessment_id: int) -> ResponseReturnValue:
    actor = current_actor()
    if request.method == "POST":
        with db.writing() as session:
            kept = queries.kept_one(session, actor.reach(Permission.SET_PAPERS), assessment_id)
            publishing.publish(session, actor, kept, clock.now())
        return redirect(url_for("quizzes.show", assessment_id=assessment_id))
    assessment = _kept(assessment_id)
    if assessment.is_published:
        return redirect(url_for("quizzes.show", assessment_id=assessment_id))
    return render_template(
        "quizzes/publish.html",
        assessment=assessment,
        due=publishing.due_on(db.session, assessment),
        obstacles=publishing.obstacles(db.session, assessment, clock.now()),
    )


@bp.route("/assessments/<int:assessment_id>/withdraw", methods=["GET", "POST"])
@require(Permission.SET_PAPERS)
def withdraw(assessment_id: int) -> ResponseReturnValue:
    actor = current_actor()
    if request.method == "POST":
        with db.writing() as session:
            kept = queries.kept_one(session, actor.reach(Permission.SET_PAPERS), assessment_id)
            publishing.withdraw(session, actor, kept, clock.now())
        return redirect(url_for("quizzes.show", assessment_id=assessment_id))
    assessment = _kept(assessment_id)
    entries = roster.entries_of(db.session, assessment.roster_id)
    return render_template(
        "quizzes/withdraw.html", assessment=assessment, now=clock.now(),
        reached=sum(entry.state == "due" for entry in entries),
    )  # fmt: skip


def _kept(assessment_id: int) -> Assessment:
    return queries.kept_one(db.session, current_actor().reach(Permission.SET_PAPERS), assessment_id)


def owner_of_new() -> Unit:
    unit = people.top_unit(db.session, current_actor().reach(Permission.SET_PAPERS))
    if unit is None:
        raise Refused("还没有单位，请先导入名册。")
    return unit


def _accepted(form: AssessmentForm, blueprint: BlueprintInput) -> bool:
    fine = form.validate_on_submit()
    return fine and not blueprint.problems and "recount" not in request.form


def _check_laws(blueprint: BlueprintInput, owner: Unit, assessment: Assessment | None) -> None:
    """Raises Missing for a law that the table did not offer: a forged form."""
    offered = {row.law_id for row in bank.stock(db.session, owner.path)}
    offered |= {line.law_id for line in assessment.lines} if assessment else set()
    if {line.law_id for line in blueprint.lines} - offered:
        raise Missing


def _form_page(
    form: AssessmentForm,
    blueprint: BlueprintInput,
    owner: Unit,
    assessment: Assessment | None,
    copied: Assessment | None = None,
) -> str:
    return render_template(
        "quizzes/form.html",
        form=form,
        blueprint=blueprint,
        assessment=assessment,
        outlook=filling.outlook(db.session, owner, form, blueprint),
        categories=COUNTED_LABELS,
        copied=copied,
        usual_exams=USUAL_EXAMS,
        usual=_usual_asked(),
    )
