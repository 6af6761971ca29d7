"""The pages of study: the year of a series, a meeting, its roll, and what one studied oneself."""

from flask import Blueprint

bp = Blueprint("study", __name__, url_prefix="/meetings")

from studyhall.study.views import calling, entering, files, own, series  # noqa: E402

__all__ = ["bp", "calling", "entering", "files", "own", "series"]
