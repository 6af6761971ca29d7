"""看样卷: any paper that the blueprint could deal, with keys and articles, to be read through or printed."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studyhall.bank.asked import Asked, asked
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing
from studyhall.quizzes import publishing, queries
from studyhall.quizzes.answers import shown_answer
from studyhall.quizzes.assembly import Dealt, deal
from studyhall.quizzes.views import bp

MOST = 999


@bp.get("/assessments/<int:assessment_id>/sample/<int:number>")
@require(Permission.SET_PAPERS)
def sample(assessment_id: int, number: int) -> ResponseReturnValue:
    """The paper dealt with seed `number`. Nothing is stored, and nobody's own paper is this one."""
    if not 1 <= number <= MOST:
        raise Missing
    assessment = queries.kept_one(db.session, current_actor().reach(Permission.SET_PAPERS), assessment_id)
    lines = publishing.lines_of(assessment)
    pool = publishing.pool(db.session, assessment.owner_unit.path, lines)
    if not lines or publishing.short_lines(db.session, assessment.owner_unit.path, lines):
        return redirect(url_for("quizzes.show", assessment_id=assessment_id))
    dealt = deal(lines, pool, number)
    questions = asked(db.session, [one.version_id for one in dealt])
    for_print = "print" in request.args
    return render_template(
        "quizzes/sample_print.html" if for_print else "quizzes/sample.html",
        assessment=assessment,
        number=number,
        most=MOST,
        with_key="answers" in request.args or not for_print,
        items=[_item(place, one, questions[one.version_id]) for place, one in enumerate(dealt, 1)],
        full=sum(one.worth for one in dealt),
    )


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
