"""成绩汇总表 on paper and as a workbook."""

from __future__ import annotations

from flask import Response, render_template, send_file
from flask.typing import ResponseReturnValue

from studyhall.core import audit, clock, tables
from studyhall.core.access import Permission, Reach, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing
from studyhall.core.filters import whole_moment
from studyhall.quizzes import queries
from studyhall.quizzes.models import Assessment
from studyhall.quizzes.score_list import score_list, sheet, title, window
from studyhall.quizzes.upkeep import keep_up
from studyhall.quizzes.views import bp


@bp.get("/assessments/<int:assessment_id>/scores")
@require(Permission.SEE_SCORES)
def scores(assessment_id: int) -> ResponseReturnValue:
    """A sheet of A4 with lines to sign on; the workbook is one button away."""
    assessment, reach = _opened(assessment_id)
    found = score_list(db.session, assessment, reach, clock.now())
    return render_template(
        "quizzes/scores_print.html",
        assessment=assessment,
        found=found,
        title=title(found),
        window=window(assessment),
        now=clock.now(),
        keeps=current_actor().can(Permission.SET_PAPERS),
    )


@bp.post("/assessments/<int:assessment_id>/scores")
@require(Permission.SEE_SCORES)
def scores_export(assessment_id: int) -> Response:
    """Names and scores leave the house: that is written down."""
    assessment, reach = _opened(assessment_id)
    found = score_list(db.session, assessment, reach, clock.now())
    file = tables.workbook([sheet(found, assessment.owner_unit.name, whole_moment(clock.now()))])
    with db.writing() as session:
        audit.record(
            session, current_actor(), "assessment.scores_exported", f"assessment:{assessment_id}", title(found),
            unit_path=assessment.owner_unit.path, after={"format": "Excel", "rows": len(found.rows)},
        )  # fmt: skip
    return send_file(file, mimetype=tables.MIMETYPE, as_attachment=True, download_name=f"{title(found)}.xlsx")


def _opened(assessment_id: int) -> tuple[Assessment, Reach]:
    """An assessment that has opened, owned within one's reach. Raises Missing otherwise."""
    keep_up(db)
    reach = current_actor().reach(Permission.SEE_SCORES)
    assessment = queries.kept_one(db.session, reach, assessment_id)
    if not assessment.is_published or clock.now() < assessment.opens_at:
        raise Missing
    return assessment, reach
