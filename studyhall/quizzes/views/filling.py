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
from studyhall.people import roster
from studyhall.people.models import Unit
from studyhall.quizzes import publishing, queries
from studyhall.quizzes.answers import MARKED_BY_MACHINE
from studyhall.quizzes.assembly import Shortfall
from studyhall.quizzes.forms import (
    CATEGORY_LABELS,
    USUAL_WORTH,
    AssessmentForm,
    BlueprintInput,
    blueprint_of,
)
from studyhall.quizzes.models import Assessment, AssessmentKind

OFFERED_KINDS = (*MARKED_BY_MACHINE, "case")
"""Short answers wait for the marking queue; a contest does not deal them yet."""


@dataclass(frozen=True)
class Outlook:
    """What would happen if it were published as it stands."""

    stock: Sequence[bank.Stock]
    people: dict[str, int]
    """How many of each category are there on the opening day."""
    due: int
    short: Sequence[Shortfall]
    least: int | None
    """Of the lines asked for, how many questions the one with fewest has; None without any line."""
    past: bool

    @property
    def laws(self) -> dict[int, str]:
        return {row.law_id: row.law for row in self.stock}

    @property
    def kinds(self) -> list[str]:
        """Only kinds that the bank has."""
        return [kind for kind in OFFERED_KINDS if any(row.kind == kind for row in self.stock)]

    def available(self, law_id: int, kind: str) -> int:
        return sum(row.count for row in self.stock if (row.law_id, row.kind) == (law_id, kind))


def outlook(session: Session, owner: Unit, form: AssessmentForm, blueprint: BlueprintInput) -> Outlook:
    stock = bank.stock(session, owner.path)
    day = form.opens_at.data.date() if form.opens_at.data else clock.today()
    everybody = roster.expected(session, roster.Rule((owner.path,), tuple(CATEGORY_LABELS)), day)
    counts = {str(code): sum(one.category == code for one in everybody) for code in CATEGORY_LABELS}
    there = {(row.law_id, row.kind): row.count for row in stock}
    closes = form.closes_at.moment if form.closes_at.data else None
    return Outlook(
        stock=stock,
        people=counts,
        due=sum(counts.get(code, 0) for code in form.categories.data or []),
        short=publishing.short_lines(session, owner.path, blueprint.lines),
        least=min((there.get((line.law_id, line.kind), 0) for line in blueprint.lines), default=None),
        past=closes is not None and closes <= clock.now(),
    )


def filled(assessment: Assessment) -> AssessmentForm:
    given = {
        "title": assessment.title,
        "counts_for": str(assessment.counts_for),
        "opens_at": _typed(assessment.opens_at),
        "closes_at": _typed(assessment.closes_at),
    }
    return AssessmentForm(formdata=None, data=_rules_of(assessment) | given)


def _rules_of(assessment: Assessment) -> dict[str, Any]:
    """What the next one takes over. Handed in by name: an object would win over the moments beside it."""
    names = (
        "kind", "minutes", "attempts_allowed", "counting_rule", "pass_percent", "excellent_percent",
        "partial_rule", "reveal",
    )  # fmt: skip
    rules: dict[str, Any] = {name: getattr(assessment, name) for name in names}
    return rules | {"categories": assessment.roster.rule["categories"]}


def suggested(
    session: Session, reach: Reach, owner: Unit, month: Month | None
) -> tuple[AssessmentForm, BlueprintInput, Month | None]:
    """The next month's contest by the rules of the last one, whose month is the third; else the usual rules.

    `month`: the one asked for, by default the first that comes after the last contest's.
    """
    last = queries.latest_kept(session, reach, AssessmentKind.CONTEST)
    today = clock.today()
    if month is None:
        month = max(last.counts_for.plus(1), Month.of(today)) if last else Month.of(today)
    opens = _usual_opening(month, today)
    given: dict[str, Any] = {
        "title": _("%(month)s月月赛", month=month_words(month)),
        "counts_for": str(month),
        "opens_at": opens,
        "closes_at": (opens + timedelta(days=9)).replace(hour=18),
    }
    if last is not None:
        form = AssessmentForm(formdata=None, data=_rules_of(last) | given)
        return form, blueprint_of(last), last.counts_for
    form = AssessmentForm(formdata=None, data=given | {"categories": [str(c) for c in CATEGORY_LABELS]})
    return form, _usual_blueprint(session, owner), None


def _usual_opening(month: Month, today: date) -> datetime:
    """The 14th at nine; tomorrow where that has gone by."""
    day = month.first.replace(day=14)
    return _typed(clock.at_local(day if day > today else today + timedelta(days=1), 9))


def _typed(moment: datetime) -> datetime:
    """As a date-time field wants it: local, without a zone."""
    return clock.local(moment).replace(tzinfo=None)


def _usual_blueprint(session: Session, owner: Unit) -> BlueprintInput:
    """Ten single, five multiple, five judge, spread over the laws there are."""
    wanted = {"single": 10, "multiple": 5, "judge": 5}
    laws = list(dict.fromkeys(row.law_id for row in bank.stock(session, owner.path)))
    counts = {
        (law, kind): count // len(laws) + (place < count % len(laws))
        for kind, count in wanted.items()
        for place, law in enumerate(laws)
    }
    return BlueprintInput(counts, dict(USUAL_WORTH))


def ask_more_of(session: Session, blueprint: BlueprintInput, law: str) -> None:
    """Two more single questions of the law that the page before named; of no law, nothing changes."""
    law_id = session.scalar(sa.select(Law.id).where(Law.short_title == law)) if law else None
    if law_id is not None:
        blueprint.counts[law_id, "single"] = blueprint.counts.get((law_id, "single"), 0) + 2
