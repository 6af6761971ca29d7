"""Feedback and the audit list."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    from studyhall.admin import clock_views, settings_views  # noqa: F401  their pages join the blueprint
    from studyhall.admin.views import bp

    app.register_blueprint(bp)
