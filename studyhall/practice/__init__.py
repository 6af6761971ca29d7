"""Practice: what a cadre does of his own free will between two contests. Nobody else sees any of it."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    from studyhall.bank import pictures
    from studyhall.core import pages
    from studyhall.core.access import Permission
    from studyhall.practice import panels, queries
    from studyhall.practice.views import bp

    # What one can do comes before what one can read of the bank.
    pages.fill("article.aside", Permission.SIT_PAPERS, panels.article, first=True)
    pages.fill("home.weak", Permission.SEE_FIGURES, panels.weak)
    pages.fill("home.could", Permission.SIT_PAPERS, panels.could)
    pictures.may_see(queries.was_practised)
    app.register_blueprint(bp)
