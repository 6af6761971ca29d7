"""The same contest again in another month: its rules, its name and its days, moved along."""

from __future__ import annotations

from studyhall.core import clock
from studyhall.core.periods import Month
from studyhall.people import roster
from studyhall.quizzes.models import Assessment
from studyhall.quizzes.publishing import Setup, lines_of


def month_later(assessment: Assessment) -> Setup:
    """The same rules for the next month."""
    return in_month(assessment, assessment.counts_for.plus(1))


def in_month(assessment: Assessment, month: Month) -> Setup:
    """The same rules for another month: its name, its month, and the window moved to the same days.

    The list of the first ten is not among them: it is switched on for one contest at a time.
    """
    opens, closes = clock.local(assessment.opens_at), clock.local(assessment.closes_at)
    # One that opened before the month it counts for does so again.
    ahead = (opens.year - assessment.counts_for_year) * 12 + opens.month - assessment.counts_for_month
    opens_on = month.plus(ahead).first.replace(day=min(opens.day, 28))
    closes_on = opens_on + (closes.date() - opens.date())
    return Setup(
        kind=assessment.kind,
        title=_renamed(assessment.title, assessment.counts_for, month),
        counts_for=(month.year, month.number),
        opens_at=clock.at_local(opens_on, opens.hour, opens.minute),
        closes_at=clock.at_local(closes_on, closes.hour, closes.minute),
        minutes=assessment.minutes,
        attempts_allowed=assessment.attempts_allowed,
        counting_rule=assessment.counting_rule,
        pass_percent=assessment.pass_percent,
        excellent_percent=assessment.excellent_percent,
        partial_rule=assessment.partial_rule,
        reveal=assessment.reveal,
        lines=tuple(lines_of(assessment)),
        rule=roster.Rule.of(assessment.roster),
        earlier_wins=assessment.earlier_wins,
        avoid_last=assessment.avoid_last,
        fixed_paper=assessment.fixed_paper,
    )


def _renamed(title: str, old: Month, new: Month) -> str:
    """2026年11月月月赛 → 2026年12月月月赛; a title without its month gets none."""
    with_year = title.replace(f"{old.year}年{old.number}月", f"{new.year}年{new.number}月")
    return with_year if with_year != title else title.replace(f"{old.number}月", f"{new.number}月", 1)
