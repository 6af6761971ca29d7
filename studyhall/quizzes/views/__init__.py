"""The pages of contests and exams: sitting one, and setting one."""

from flask import Blueprint

bp = Blueprint("quizzes", __name__)

from studyhall.quizzes.views import notice, result, rulings, running, sample, scores, setting, sitting, yearly  # noqa: E402

__all__ = ["bp", "notice", "result", "rulings", "running", "sample", "scores", "setting", "sitting", "yearly"]
