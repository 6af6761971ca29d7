"""Contests and exams: set, sat, graded, ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    from studyhall.bank import pictures, showing
    from studyhall.core import pages
    from studyhall.core.access import Permission
    from studyhall.core.words import Translated
    from studyhall.people import merging
    from studyhall.quizzes import person_record, question_use, withholding
    from studyhall.quizzes.answers import LABELS, says_free_order
    from studyhall.quizzes.assembly import LEVELS
    from studyhall.quizzes.dealt import was_dealt
    from studyhall.quizzes.views import bp

    pages.offer("assessment.figures")
    pages.offer("assessment.reminder")
    app.jinja_env.globals["kind_labels"] = Translated(LABELS)
    app.jinja_env.globals["level_labels"] = Translated(LEVELS)
    app.jinja_env.filters["free_order"] = says_free_order
    pages.fill("person.record", Permission.SEE_SCORES, person_record.panel)
    merging.carry("attempt", person_record.attempts_over)
    pages.fill("question.use", Permission.KEEP_BANK, question_use.panel)
    showing.withhold(withholding.from_reader)
    pictures.may_see(was_dealt)
    app.register_blueprint(bp)
