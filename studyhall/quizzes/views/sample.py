"""看样卷: any paper that the blueprint could deal, with keys and articles, to be read through or printed."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.bank import pictures
from studyhall.bank.asked import Asked, asked
from studyhall.core import audit
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing
from studyhall.core.filters import points
from studyhall.quizzes import publishing, queries, taking
from studyhall.quizzes.answers import shown_answer
from studyhall.quizzes.assembly import Dealt, deal, shortfalls
from studyhall.quizzes.models import Assessment
from studyhall.quizzes.paper_word import MIMETYPE, paper_document
from studyhall.quizzes.views import bp

MOST = 999


@bp.get("/assessments/<int:assessment_id>/sample/<int:number>")
@require(Permission.SET_PAPERS)
def sample(assessment_id: int, number: int) -> ResponseReturnValue:
    """The paper dealt with seed `number`. Nothing is stored, and nobody's own paper is this one."""
    assessment, items = _drawn(assessment_id, number)
    if not items:
        return redirect(url_for("quizzes.show", assessment_id=assessment_id))
    for_print = "print" in request.args
    return render_template(
        "quizzes/sample_print.html" if for_print else "quizzes/sample.html",
        assessment=assessment,
        number=number,
        most=1 if assessment.fixed_paper else MOST,
        with_key="answers" in request.args or not for_print,
        items=items,
        full=sum(item["worth"] for item in items),
        spread=publishing.spread_of(db.session, assessment.owner_unit.path, publishing.lines_of(assessment)),
    )


@bp.post("/assessments/<int:assessment_id>/sample/<int:number>/word")
@require(Permission.SET_PAPERS)
def sample_word(assessment_id: int, number: int) -> ResponseReturnValue:
    """The same paper as a document. Questions, perhaps with their keys, leave the house: it is written down."""
    assessment, items = _drawn(assessment_id, number)
    if not items:
        return redirect(url_for("quizzes.show", assessment_id=assessment_id))
    answers = "answers" in request.form
    asked_of = [item["question"] for item in items]
    ids = {one.version_id for one in asked_of} | {one.case_id for one in asked_of if one.case_id}
    full = points(sum(item["worth"] for item in items))
    under = _(
        "%(count)d题，%(points)s分，答题%(minutes)d分钟",
        count=len(items),
        points=full,
        minutes=assessment.minutes,
    )
    file = paper_document(
        assessment.title, under, items, pictures.of_versions(db.session, ids), answers=answers
    )
    ending = _("（带答案）") if answers else ""
    with db.writing() as session:
        audit.record(
            session, current_actor(), "assessment.paper_exported", f"assessment:{assessment_id}",
            assessment.title, unit_path=assessment.owner_unit.path,
            after={"format": "Word", "questions": len(items), "answers": _("有") if answers else _("没有")},
        )  # fmt: skip
    name = _("%(title)s第%(number)d份样卷%(ending)s", title=assessment.title, number=number, ending=ending)
    return send_file(file, mimetype=MIMETYPE, as_attachment=True, download_name=f"{name}.docx")


def _drawn(assessment_id: int, number: int) -> tuple[Assessment, list[dict[str, Any]]]:
    """One paper of this blueprint; no items while the bank cannot fill it. A paper for all is the first one
    dealt, else the one that would be. Raises Missing for a number out of bounds."""
    if not 1 <= number <= MOST:
        raise Missing
    assessment = queries.kept_one(db.session, current_actor().reach(Permission.SET_PAPERS), assessment_id)
    dealt = taking.first_paper(db.session, assessment.id) if assessment.fixed_paper else []
    if not dealt:
        lines = publishing.lines_of(assessment)
        pool = publishing.pool(db.session, assessment.owner_unit.path, lines)
        if not lines or shortfalls(lines, pool):
            return assessment, []
        dealt = deal(lines, pool, assessment.id if assessment.fixed_paper else number)
    questions = asked(db.session, [one.version_id for one in dealt])
    return assessment, [_item(place, one, questions[one.version_id]) for place, one in enumerate(dealt, 1)]


def _item(place: int, dealt: Dealt, question: Asked) -> dict[str, Any]:
    """A question as this paper asks it, its key in the paper's own letters."""
    key_letters = str(question.answer) if question.kind in ("single", "multiple") else ""
    if key_letters:
        key = shown_answer(question.answer, dealt.option_order)
    elif question.kind == "judge":
        key = "正确" if question.answer else "错误"
    elif question.kind == "fill":
        key = "；".join("、".join(accepted) for accepted in question.answer)
    else:
        key = str(question.answer)
    return {
        "place": place,
        "question": question,
        "worth": dealt.worth,
        "key": key,
        "options": [
            (
                shown_answer(letter, dealt.option_order),
                question.option_text(letter),
                letter in str(question.answer),
            )
            for letter in dealt.option_order
        ],
    }
