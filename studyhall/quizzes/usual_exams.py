"""The exams that every office sets once a year, with what usually holds for them.

In tables and reports they are exams like any other; here is only what a form is filled in with. Plain values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l

from studyhall.quizzes.models import Reveal


@dataclass(frozen=True)
class UsualExam:
    """Counts and worth (hundredths) by kind make a hundred points; marks in percent."""

    label: str
    """Part of its title: by it the last one is known again."""
    counts: Mapping[str, int]
    worth: Mapping[str, int]
    minutes: int
    pass_percent: int = 60
    laws: tuple[str, ...] = ()
    """Short titles; of all laws where there are none."""
    day: tuple[int, int] | None = None
    """Month and day on which it opens, where custom has one."""
    days: int = 9
    attempts_allowed: int = 1
    reveal: str = Reveal.AFTER_CLOSE

    def opens_on(self, today: date) -> date | None:
        """Its day this year while that is to come; None where it has gone by or there is none."""
        if self.day is None:
            return None
        day = date(today.year, *self.day)
        return day if day > today else None


USUAL_EXAMS = {
    "must-know": UsualExam(
        _l("应知应会考试"), {"single": 15, "multiple": 5, "judge": 10}, {"single": 300, "multiple": 500, "judge": 300},
        minutes=45, pass_percent=80,
    ),
    # 国家宪法日 is the 4th of December; the week after it is 宪法宣传周.
    "constitution": UsualExam(
        _l("宪法知识考试"), {"single": 15, "multiple": 5, "judge": 5}, {"single": 400, "multiple": 400, "judge": 400},
        minutes=30, laws=("宪法",), day=(12, 4), days=6,
    ),
    "year": UsualExam(
        _l("年度考试"), {"single": 20, "multiple": 15, "judge": 15}, {"single": 200, "multiple": 200, "judge": 200},
        minutes=60,
    ),
}  # fmt: skip
