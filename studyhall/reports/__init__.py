"""Figures with their receipts: reads everything, writes nothing."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    from studyhall.core import pages
    from studyhall.core.access import Permission
    from studyhall.reports import views_year  # noqa: F401
    from studyhall.reports.panels import assessment_figures, assessment_reminder
    from studyhall.reports.views import bp

    pages.fill("assessment.figures", Permission.SEE_FIGURES, assessment_figures)
    pages.fill("assessment.reminder", Permission.SEE_FIGURES, assessment_reminder)
    app.register_blueprint(bp)
