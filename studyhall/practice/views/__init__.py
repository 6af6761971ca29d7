"""The pages of practice: the way in, the questions, one's wrong book and map, proposals."""

from flask import Blueprint

bp = Blueprint("practice", __name__, url_prefix="/practice")

from studyhall.practice.views import map, own, proposing, running, wrong  # noqa: E402

__all__ = ["bp", "map", "own", "proposing", "running", "wrong"]
