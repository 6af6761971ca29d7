"""The first page of each role, and the navigation."""

from __future__ import annotations

from flask import Flask

from studyhall.core import pages

# Offered before any domain registers: those below fill it with what a cadre could do (有空可以做).
pages.offer("home.could")
# What comes next for oneself, and one's own year: lines under those of contests and exams.
pages.offer("home.coming")
# For leaders and admins: what their people know least.
pages.offer("home.weak")
pages.offer("home.own_year")


def register(app: Flask) -> None:
    from studyhall.home import navigation, own_views  # noqa: F401  pages that join
    from studyhall.home.views import bp

    app.register_blueprint(bp)
    app.context_processor(navigation.context)
