"""The set-up form as an admin first meets it, and what stands beside it while he fills it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from studyhall.bank import queries as bank
from studyhall.core import clock
from studyhall.core.access import Reach
from studyhall.core.filters import month as month_words
from studyhall.core.periods import Month
from studyhall.library.models import Law
from studyhall.people import exemptions, roster
from studyhall.people import queries as people
from studyhall.people.forms import COUNTED_LABELS
from studyhall.people.models import Unit
from studyhall.quizzes import publishing, queries
from studyhall.quizzes.answers import MARKED_BY_MACHINE
from studyhall.quizzes.assembly import Shortfall, shortfalls, spread
from studyhall.quizzes.blueprint import ANY_LEVEL, BlueprintInput, blueprint_of, usual_blueprint
from studyhall.quizzes.forms import AssessmentForm
from studyhall.quizzes.models import Assessment, AssessmentKind
from studyhall.quizzes.usual_exams import UsualExam

OFFERED_KINDS = (*MARKED_BY_MACHINE, "case")
"""Short answers wait for the marking queue; a contest does not deal them yet."""


@dataclass(frozen=True)
class Outlook:
    """What would happen if it were published as it stands."""

    stock: Sequence[bank.Stock]
    people: dict[str, int]
    """How many of each category there are on the opening day, in the units chosen."""
    in_units: dict[int, int]
    """How many of all categories there are in each unit that can be chosen, and below it."""
    listed: int
    """Whom the form names; of them `exempt` have a standing exemption on that day."""
    exempt: int
    short: Sequence[Shortfall]
    spread: dict[int, int]
    """Questions of each difficulty on every paper; empty while none can be dealt."""
    least: int | None
    """Of the lines asked for, how many questions the one with fewest has; None without any line."""
    past: bool

    @property
    def due(self) -> int:
        return self.listed - self.exempt

    @property
    def laws(self) -> dict[int, str]:
        return {row.law_id: row.law for row in self.stock}

    @property
    def kinds(self) -> list[str]:
        """Only kinds that the bank has."""
        return [kind for kind in OFFERED_KINDS if any(row.kind == kind for row in self.stock)]

    def idle_laws(self, blueprint: BlueprintInput) -> set[int]:
        """Laws of which nothing is asked: a phone shows them on demand. While nothing is asked at all, none."""
        if not blueprint.lines:
            return set()
        wrong = {int(name.split("-")[1]) for name in blueprint.problems if name.startswith("n-")}
        return {law_id for law_id in self.laws if not blueprint.asks(law_id) and law_id not in wrong}

    def available(self, law_id: int, kind: str, level: int = ANY_LEVEL) -> int:
        """Of one difficulty, or of all."""
        return sum(
            row.levels[level - 1] if level else row.count
            for row in self.stock
            if (row.law_id, row.kind) == (law_id, kind)
        )


def outlook(session: Session, owner: Unit, form: AssessmentForm, blueprint: BlueprintInput) -> Outlook:
    stock = bank.stock(session, owner.path)
    day = form.opens_at.data.date() if form.opens_at.data else clock.today()
    everybody = roster.expected(session, roster.Rule((owner.path,), tuple(COUNTED_LABELS)), day)
    rule = form.rule(owner.path)
    inside = [one for one in everybody if one.unit_path.startswith(rule.unit_paths)]
    listed = [one for one in inside if one.category in rule.categories]
    standing = exemptions.on_day(session, day)
    there = {(row.law_id, row.kind): row.count for row in stock}
    pool = publishing.pool(session, owner.path, blueprint.lines)
    closes = form.closes_at.moment if form.closes_at.data else None
    return Outlook(
        stock=stock,
        people={str(code): sum(one.category == code for one in inside) for code in COUNTED_LABELS},
        in_units={
            unit_id: sum(one.unit_path.startswith(path) for one in everybody)
            for unit_id, path in form.offered_units.items()
        },
        listed=len(listed),
        exempt=sum(one.person_id in standing for one in listed),
        short=shortfalls(blueprint.lines, pool),
        spread=spread(blueprint.lines, pool) if blueprint.lines else {},
        least=min((there.get((line.law_id, line.kind), 0) for line in blueprint.lines), default=None),
        past=closes is not None and closes <= clock.now(),
    )


MOST_UNITS = 60
"""More than that are no list to tick: a county chooses among its townships."""


def units_below(session: Session, owner: Unit, kept: Sequence[str] = ()) -> list[Unit]:
    """Those that an assessment of this owner may be limited to, and those in `kept` that it is limited to."""
    today = clock.today()
    below = [one for one in people.units_in(session, Reach((owner.path,))) if one.id != owner.id]
    if len(below) > MOST_UNITS:
        below = [one for one in below if one.parent_id == owner.id or one.path in kept]
    return [one for one in below if one.is_open_on(today) or one.path in kept]


def filled(assessment: Assessment, units: Sequence[Unit]) -> AssessmentForm:
    given = {
        "title": assessment.title,
        "counts_for": str(assessment.counts_for),
        "opens_at": _typed(assessment.opens_at),
        "closes_at": _typed(assessment.closes_at),
        "top_list": assessment.top_list,
    }
    return AssessmentForm(units, formdata=None, data=_rules_of(assessment, units) | given)


def _rules_of(assessment: Assessment, units: Sequence[Unit]) -> dict[str, Any]:
    """What the next one takes over. Handed in by name: an object would win over the moments beside it."""
    names = (
        "kind", "minutes", "attempts_allowed", "counting_rule", "pass_percent", "excellent_percent",
        "partial_rule", "reveal", "earlier_wins", "fixed_paper", "avoid_last",
    )  # fmt: skip
    rules: dict[str, Any] = {name: getattr(assessment, name) for name in names}
    paths = assessment.roster.rule["unit_paths"]
    chosen = [unit.id for unit in units if unit.path in paths]
    return rules | {"categories": assessment.roster.rule["categories"], "units": chosen}


def suggested(
    session: Session,
    reach: Reach,
    owner: Unit,
    month: Month | None,
    kind: str = AssessmentKind.CONTEST,
    usual: UsualExam | None = None,
) -> tuple[AssessmentForm, BlueprintInput, Assessment | None]:
    """The next one by the rules of the last of its kind, which is the third; else by the usual rules.

    `month`: the one asked for, by default the first that comes after the last contest's. `usual`: one of the exams
    of every year, which follows the last one of its name.
    """
    last = queries.latest_kept(session, reach, kind, named=str(usual.label) if usual else "")
    units = units_below(session, owner, last.roster.rule["unit_paths"] if last else ())
    today = clock.today()
    contest = kind == AssessmentKind.CONTEST
    opens = _opening(month, today, last if contest else None, usual)
    month = month or Month.of(opens.date())
    given: dict[str, Any] = {
        "kind": kind,
        "title": _title(month, contest=contest, usual=usual),
        "counts_for": str(month),
        "opens_at": opens,
        "closes_at": (opens + timedelta(days=usual.days if usual else 9)).replace(hour=18),
    }
    if last is not None:
        form = AssessmentForm(units, formdata=None, data=_rules_of(last, units) | given)
        return form, blueprint_of(publishing.lines_of(last)), last
    given |= {"categories": [str(c) for c in COUNTED_LABELS]}
    if not contest:
        given["attempts_allowed"] = 1
    laws = _laws(session, owner, usual.laws if usual else ())
    if usual is None:
        return AssessmentForm(units, formdata=None, data=given), usual_blueprint(laws), None
    names = ("minutes", "pass_percent", "attempts_allowed", "reveal")
    given |= {name: getattr(usual, name) for name in names}
    form = AssessmentForm(units, formdata=None, data=given)
    return form, usual_blueprint(laws, usual.counts, usual.worth), None


def _title(month: Month, *, contest: bool, usual: UsualExam | None) -> str:
    if usual is not None:
        return str(_("%(year)d年%(exam)s", year=month.year, exam=usual.label)).replace("年年", "年")
    return str(_("%(month)s月月赛", month=month_words(month))) if contest else ""


def _opening(month: Month | None, today: date, last: Assessment | None, usual: UsualExam | None) -> datetime:
    """In the month asked for, else in the first that needs one. On the last day of a month the next one begins:
    it belongs to the month it opens in.
    """
    own_day = usual.opens_on(today) if usual else None
    if own_day is not None and month in (None, Month.of(own_day)):
        return _typed(clock.at_local(own_day, 9))
    if month is not None:
        return _usual_opening(month, today)
    first = max(last.counts_for.plus(1), Month.of(today)) if last else Month.of(today)
    return _usual_opening(max(first, Month.of(_usual_opening(first, today).date())), today)


def _usual_opening(month: Month, today: date) -> datetime:
    """The 14th at nine; tomorrow where that has gone by."""
    day = month.first.replace(day=14)
    return _typed(clock.at_local(day if day > today else today + timedelta(days=1), 9))


def _typed(moment: datetime) -> datetime:
    """As a date-time field wants it: local, without a zone."""
    return clock.local(moment).replace(tzinfo=None)


def _laws(session: Session, owner: Unit, only: Sequence[str] = ()) -> list[int]:
    """Those the bank has questions of; of them only those with these short titles, where any are given."""
    rows = bank.stock(session, owner.path)
    return list(dict.fromkeys(row.law_id for row in rows if not only or row.law in only))


def ask_more_of(session: Session, blueprint: BlueprintInput, law: str) -> None:
    """Two more single questions of the law that the page before named; of no law, nothing changes."""
    law_id = session.scalar(sa.select(Law.id).where(Law.short_title == law)) if law else None
    if law_id is not None:
        place = (law_id, "single", ANY_LEVEL)
        blueprint.counts[place] = blueprint.counts.get(place, 0) + 2
