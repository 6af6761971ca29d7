"""The pages of the laws: reading them, and bringing them in."""

from flask import Blueprint

bp = Blueprint("library", __name__, url_prefix="/laws")

from studyhall.library.views import bringing_in, reading  # noqa: E402

__all__ = ["bp", "bringing_in", "reading"]
