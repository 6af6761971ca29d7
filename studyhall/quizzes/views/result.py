"""After handing in: the result, each question with what was chosen, what is right, and why."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.bank import cited
from studyhall.bank.fault_views import told_of
from studyhall.core import clock
from studyhall.core.access import Permission, require
from studyhall.core.citations import Citation
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing
from studyhall.core.figures import reaches
from studyhall.core.words import address
from studyhall.quizzes import papers, placing, shown, sittings
from studyhall.quizzes.answers import LABELS
from studyhall.quizzes.first_ten import first_ten
from studyhall.quizzes.papers import Paper
from studyhall.quizzes.upkeep import keep_up
from studyhall.quizzes.views import bp
from studyhall.quizzes.views.sitting import owner_key


@bp.get("/papers/<int:attempt_id>/result")
@require(Permission.SIT_PAPERS)
def result(attempt_id: int) -> ResponseReturnValue:
    keep_up(db)
    actor, now = current_actor(), clock.now()
    paper = papers.own_paper(db.session, attempt_id, actor)
    attempt = paper.attempt
    if attempt.score is None or attempt.full is None:
        return redirect(url_for("quizzes.go_on", attempt_id=attempt_id))
    sitting = sittings.sitting(db.session, actor, paper.assessment.id, now)
    assessment = sitting.assessment
    return render_template(
        "quizzes/result.html",
        paper=paper,
        sitting=sitting,
        key=owner_key(paper),
        passed=reaches(attempt.score, attempt.full, assessment.pass_percent),
        excellent=reaches(attempt.score, attempt.full, assessment.excellent_percent),
        by_hand=_waiting_for_marks(paper),
        standing=placing.own_standing(db.session, assessment, actor.person_id),
        first_ten=first_ten(db.session, assessment),
        unit=placing.unit_share(db.session, assessment.id, sitting.result.unit_id),
        shown=assessment.answers_shown(now),
        verdicts={place: shown.verdict(paper, paper.item(place)) for place in paper.wrong_positions},
    )


def _waiting_for_marks(paper: Paper) -> int:
    """How many answers a person has still to mark."""
    return sum(
        paper.question(item).kind == "short" and item.answer is not None and item.marked_by is None
        for item in paper.items
    )


@bp.get("/papers/<int:attempt_id>/review/<int:position>")
@require(Permission.SIT_PAPERS)
def review(attempt_id: int, position: int) -> ResponseReturnValue:
    """One question with what was chosen, what is right, why, and the article. Not before it may be seen."""
    paper = papers.own_paper(db.session, attempt_id, current_actor())
    if paper.attempt.is_open or not paper.assessment.answers_shown(clock.now()):
        raise Missing
    item = paper.item(position)
    only_wrong = request.args.get("all") is None
    along = paper.wrong_positions if only_wrong else [one.position for one in paper.items]
    if position not in along:
        along = sorted({*along, position})
    asked = paper.question(item)
    grounds = cited.grounds(db.session, asked.version_id, clock.today())
    return render_template(
        "quizzes/review.html",
        paper=paper,
        item=item,
        asked=asked,
        along=along,
        only_wrong=only_wrong,
        label=_(LABELS[asked.kind]),
        options=shown.options(paper, item),
        verdict=shown.verdict(paper, item),
        articles=[
            (citation, _reading_place(citation), grounds.get(citation)) for citation in asked.citations
        ],
        today=clock.today(),
    )


def _reading_place(citation: Citation) -> str | None:
    """Where the article can be read; None in a site without a reading room."""
    if "library.article" not in current_app.view_functions or not citation.article:
        return None
    number = f"{citation.article}-{citation.sub}" if citation.sub else str(citation.article)
    return address("library.article", law=citation.law, number=number)


@bp.route("/papers/<int:attempt_id>/<int:position>/fault", methods=["GET", "POST"])
@require(Permission.SIT_PAPERS)
def fault(attempt_id: int, position: int) -> ResponseReturnValue:
    """这道题有误: said while answering or while looking back, to the admin."""
    paper = papers.own_paper(db.session, attempt_id, current_actor())
    asked = paper.question(paper.item(position))
    if paper.attempt.is_open:
        back = url_for("quizzes.question", attempt_id=attempt_id, position=position)
        return told_of(asked, back, until=paper.attempt.deadline)
    if paper.assessment.answers_shown(clock.now()):
        return told_of(asked, url_for("quizzes.review", attempt_id=attempt_id, position=position))
    return told_of(asked, url_for("quizzes.result", attempt_id=attempt_id))
