"""Fitting the forgetting of this site's people: some of the FSRS weights, by their answers. Plain values.

The package's own optimizer wants a machine-learning library of hundreds of megabytes. A township's reviews
are few, so only the weights that matter most are moved: how long a first right or wrong answer lasts, how
much each review adds, how fast all is forgotten. What fits by chance is not taken: a fifth of the people is
held back, and the new weights must do better on their answers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import fsrs
from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from studyhall.practice.schedule import Parameters, Review, chance, noon, rating

ENOUGH = 2000
"""Repeated reviews, of at least `PEOPLE` people; with fewer the published weights are better."""
PEOPLE = 10
MOVED = (0, 2, 8, 11, 20)
"""First wrong, first right, growth by a right answer, what is left by a wrong one, decay."""
STEPS = (1.5, 1.2, 1.08)
SOONEST = 0.002
"""By so much the loss must fall on what was held back."""

History = Sequence[Review]
"""The reviews of one person on one article, the first of each day, in order."""


@dataclass(frozen=True)
class Fit:
    parameters: Parameters
    reviews: int
    loss_before: float
    loss_after: float

    @property
    def is_better(self) -> bool:
        return self.loss_after < self.loss_before - SOONEST


def fit(histories: Iterable[tuple[int, History]], start: Parameters) -> Fit | None:
    """Weights that foretell the answers better; None where there are too few.

    `histories`: whose, and the reviews of one article. Every fifth person is held back, whole.
    """
    known = [(person, list(history)) for person, history in histories if len(history) > 1]
    people = sorted({person for person, _history in known})
    if sum(len(history) - 1 for _person, history in known) < ENOUGH or len(people) < PEOPLE:
        return None
    held_back = set(people[::5])
    learn = [history for person, history in known if person not in held_back]
    check = [history for person, history in known if person in held_back]
    fitted = _descend(learn, start)
    return Fit(fitted, sum(len(one) - 1 for one in learn + check), loss(check, start), loss(check, fitted))


def _descend(histories: Sequence[History], start: Parameters) -> Parameters:
    best, lowest = start, loss(histories, start)
    for step in STEPS:
        moving = True
        while moving:
            moving = False
            for place in MOVED:
                for factor in (step, 1 / step):
                    tried = _moved(best, place, factor)
                    found = loss(histories, tried)
                    if found < lowest - 1e-6:
                        best, lowest, moving = tried, found, True
    return best


def _moved(parameters: Parameters, place: int, factor: float) -> Parameters:
    values = list(parameters.values)
    low, high = LOWER_BOUNDS_PARAMETERS[place], UPPER_BOUNDS_PARAMETERS[place]
    values[place] = min(max(values[place] * factor, low), high)
    return replace(parameters, values=tuple(values))


def loss(histories: Iterable[History], parameters: Parameters) -> float:
    """Mean log loss of foretelling each repeated answer from those before it; 0 where there are none."""
    scheduler, total, count = parameters.scheduler(), 0.0, 0
    for history in histories:
        card, last = fsrs.Card(card_id=0, due=noon(history[0].day)), None
        for review in history:
            if last is not None and card.stability is not None:
                expected = chance(card.stability, last, review.day, parameters.decay)
                total -= math.log(max(expected if review.right else 1 - expected, 1e-6))
                count += 1
            card, _log = scheduler.review_card(card, rating(review.right, review.knows), noon(review.day))
            last = review.day
    return total / count if count else 0.0


def firsts_of_days(reviews: Iterable[Review]) -> list[Review]:
    """The history of one article: the first answer of each day, in order."""
    found: dict[date, Review] = {}
    for one in sorted(reviews, key=lambda one: (one.day, one.at, one.key)):
        found.setdefault(one.day, one)
    return list(found.values())
