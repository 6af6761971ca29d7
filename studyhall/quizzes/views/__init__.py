"""The pages of contests and exams: sitting one, and setting one."""

from flask import Blueprint

bp = Blueprint("quizzes", __name__)

# fmt: off
from studyhall.quizzes.views import given, notice, result, rulings, running, sample, scores, setting, sitting  # noqa: E402, I001
from studyhall.quizzes.views import yearly  # noqa: E402
# fmt: on

__all__ = [
    "bp", "given", "notice", "result", "rulings", "running", "sample", "scores", "setting", "sitting", "yearly",
]  # fmt: skip
