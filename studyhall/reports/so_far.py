"""The running year in a few figures: the sums of its months, by the same rules as everywhere."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.figures import Figure
from studyhall.people.models import Unit
from studyhall.quizzes.models import AssessmentKind
from studyhall.reports.counts import summed
from studyhall.reports.tallies import counts_by_month

_KINDS = ((AssessmentKind.CONTEST, "月月赛参与率", ""), (AssessmentKind.EXAM, "考试参考率", "考试"))


def year_so_far(session: Session, unit: Unit, as_of: datetime) -> list[Figure]:
    """Σ|A| / Σ|D| and Σ|P| / Σ|D| of the contests and of the exams; a kind without any is left out."""
    by_month = counts_by_month(session, clock.day_of(as_of).year, unit, as_of)
    found = []
    for kind, label, word in _KINDS:
        months = [counts for (_month, of_kind), counts in by_month.items() if of_kind == kind]
        if not months:
            continue
        counts = summed(months)
        found += [
            Figure(f"{kind}.participation", label, counts.took_part, counts.due,
                   f"各次参加人次之和÷应参加人次之和，{len(months)}个月", as_of),
            Figure(f"{kind}.pass.due", f"{word}合格率（应考）", counts.passed, counts.due,
                   "没有参加的算不合格", as_of),
        ]  # fmt: skip
    return found
