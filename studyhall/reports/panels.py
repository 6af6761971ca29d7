"""What reports puts into the slots of pages that stand below it."""

from __future__ import annotations

from flask import render_template, request
from markupsafe import Markup

from studyhall.core import clock
from studyhall.core.access import Actor, Permission
from studyhall.core.db import db
from studyhall.people import queries as people
from studyhall.quizzes.address import address_of
from studyhall.quizzes.models import Assessment, AssessmentKind
from studyhall.reports.behind import SIDE_WORDS
from studyhall.reports.month import assessment_month
from studyhall.reports.reminder import reminder_text


def assessment_figures(actor: Actor, assessment: Assessment) -> Markup | None:
    """The four figures of one assessment, once it has opened; a mock has none."""
    now = clock.now()
    unit = people.top_unit(db.session, actor.reach(Permission.SEE_FIGURES))
    counted = assessment.kind != AssessmentKind.MOCK and assessment.make_up_of is None
    if unit is None or not counted or not assessment.is_published or now < assessment.opens_at:
        return None
    return Markup(  # noqa: S704 - rendered by the template engine, which escapes
        render_template(
            "reports/_assessment_panel.html",
            one=assessment_month(db.session, assessment, unit, now),
            unit=unit,
            names=actor.can(Permission.SEE_PEOPLE),
            side_words=SIDE_WORDS,
        )
    )


def assessment_reminder(actor: Actor, assessment: Assessment) -> Markup | None:
    """The text for the work group while somebody is missing: by counts, with names where `?names` asks."""
    now = clock.now()
    unit = people.top_unit(db.session, actor.reach(Permission.SEE_FIGURES))
    if unit is None or not assessment.is_published or now < assessment.opens_at:
        return None
    one = assessment_month(db.session, assessment, unit, now)
    if not one.missing:
        return None
    names = actor.can(Permission.SEE_PEOPLE)
    named = names and "names" in request.args
    return Markup(  # noqa: S704 - rendered by the template engine, which escapes
        render_template(
            "reports/_reminder_panel.html",
            text=reminder_text(one, address_of(assessment), names=named),
            assessment=assessment,
            names=names,
            named=named,
            here=request.path,
        )
    )
