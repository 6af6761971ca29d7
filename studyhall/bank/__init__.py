"""Banks of questions: their versions, their formats, their checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    # A reader's child process comes through here too and needs neither pages nor tables.
    from studyhall.bank import (
        amendment_views,
        amendments,
        cited,
        export_views,
        fault_views,
        import_views,
        picture_views,
        showing,
        views,
    )
    from studyhall.core import pages
    from studyhall.core.access import Permission
    from studyhall.library import importing

    pages.offer("question.use")
    pages.fill("article.aside", Permission.READ_LAWS, showing.article_panel)
    pages.fill("law.imported", Permission.KEEP_BANK, amendment_views.imported_panel)
    importing.when_filed(amendments.law_filed)
    importing.when_filed(cited.forget)
    app.register_blueprint(views.bp)
    app.register_blueprint(amendment_views.bp)
    app.register_blueprint(fault_views.bp)
    app.register_blueprint(import_views.bp)
    app.register_blueprint(export_views.bp)
    app.register_blueprint(picture_views.bp)
    picture_views.install(app)
