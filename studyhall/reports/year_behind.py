"""Behind each number of the year: people, meetings or records on its two sides, with what put each there."""

from __future__ import annotations

from sqlalchemy.orm import Session

from studyhall.core.sayings import later
from studyhall.reports import year_results_behind, year_study_behind
from studyhall.reports.year_lines import Behind, Window
from studyhall.reports.year_results_behind import SIDES_OF_RATE
from studyhall.reports.year_scope import Scope

SIDES = {"numerator": later("分子"), "denominator": later("分母"), "rest": later("分母里不在分子里的")}
_KINDS = {"contest": "月月赛", "exam": "考试"}
_RATES = {
    "participation": ("参与率", "参加÷应参加"),
    "pass.due": ("合格率（应考）", "合格÷应参加，没有参加的算不合格"),
    "pass.present": ("合格率（实考）", "合格÷参加，只算参加了的"),
    "excellent": ("优秀率", "优秀÷参加"),
}
"""What the rates of one month are called, and their rule."""
_OPENS_NOTHING = ("contest.participation.mean", "study.sessions.nine.due")
_COUNTS = ("study.sessions.", "study.person_times", "study.self_study")
_ATTENDED = ("study.person_times", "study.person_times.nine", "study.attendance")


def sides_of(key: str) -> tuple[str, ...]:
    """The sides of a figure that open something; none for a mean, or for days that are only due."""
    base = key.removesuffix(".with_make_up")
    if base in _OPENS_NOTHING:
        return ()
    return ("numerator",) if base.startswith(_COUNTS) else ("numerator", "denominator", "rest")


def has_months(key: str) -> bool:
    """Whether the list behind this figure can be cut to one month."""
    kind, _, rate = key.removesuffix(".with_make_up").partition(".")
    return (kind in ("contest", "exam") and rate in SIDES_OF_RATE) or key in _ATTENDED


def words_of(key: str) -> tuple[str, str] | None:
    """What the rate is called and its rule, without the whole year's events; None for another figure."""
    kind, _, rate = key.removesuffix(".with_make_up").partition(".")
    if kind not in _KINDS or rate not in _RATES:
        return None
    label, rule = _RATES[rate]
    return _KINDS[kind] + ("参考率" if (kind, rate) == ("exam", "participation") else label), rule


def behind(session: Session, scope: Scope, key: str, side: str, window: Window) -> Behind | None:
    """The rows behind one side of a figure; None for a key or side that opens nothing.

    Without `window.scores` a result says only whether somebody took part and passed.
    """
    if side not in sides_of(key):
        return None
    base = key.removesuffix(".with_make_up")
    final = base != key
    kind, _, rate = base.partition(".")
    if kind in ("contest", "exam") and rate in SIDES_OF_RATE:
        return year_results_behind.results(session, scope, kind, rate, side, final=final, window=window)
    if base == "contest.participation.ever":
        return year_results_behind.ever(session, scope, side, final=final, window=window)
    if base == "study.coverage":
        return year_study_behind.covered(session, scope, side, window)
    if base in _ATTENDED:
        return year_study_behind.attended(session, scope, base, side, window)
    if base.startswith("study.sessions."):
        return year_study_behind.meetings(session, scope, base.removeprefix("study.sessions."), window)
    if base == "study.self_study":
        return year_study_behind.self_studied(session, scope, window)
    return None
