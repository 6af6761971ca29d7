"""Laws, their editions and articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    from studyhall.core import pages
    from studyhall.library import shown
    from studyhall.library.views import bp

    pages.offer("article.aside")
    pages.offer("law.aside")
    pages.offer("law.imported")
    shown.install(app)
    app.register_blueprint(bp)
