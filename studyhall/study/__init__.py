"""Meetings that were held, who was there, and what people studied by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    from studyhall.core import pages
    from studyhall.core.access import Permission
    from studyhall.study import panels
    from studyhall.study.views import bp

    pages.fill("article.aside", Permission.READ_LAWS, panels.article)
    pages.fill("law.aside", Permission.READ_LAWS, panels.law)
    pages.fill("person.record", Permission.SEE_OWN_RECORD, panels.record)
    pages.fill("home.coming", Permission.SEE_OWN_RECORD, panels.coming)
    pages.fill("home.own_year", Permission.SEE_OWN_RECORD, panels.own_year)
    app.register_blueprint(bp)
