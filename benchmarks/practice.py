"""Simulated learners over a year: five a day by forgetting, against random drawing and a fixed order.

    python benchmarks/practice.py [--learners 40] [--days 365] [--away 0] [--json]

A learner forgets by the published FSRS model, each with weights of his own around the published ones; he
guesses right now and then, and what he did not know he reads. The scheduler sees only right and wrong. Known
at the end is the mean chance, over all articles of his laws, that he would know it on the last day.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from statistics import mean

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from studyhall.practice.drawing import Place, Today, articles_for
from studyhall.practice.schedule import Due, Memory, Parameters, Review, chance, remembered

FIRST = date(2026, 1, 1)
KNEW_BEFORE = 0.15
"""How likely an article never practised is known all the same."""
GUESS = 0.25


@dataclass
class Learner:
    """A memory that forgets by FSRS; nobody can look into it but the last line of the figures."""

    dice: random.Random
    parameters: Parameters = field(init=False)
    cards: dict[Place, fsrs.Card] = field(default_factory=dict)

    def __post_init__(self) -> None:
        spread = [value * self.dice.lognormvariate(0, 0.15) for value in DEFAULT_PARAMETERS]
        bounds = zip(spread, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
        self.parameters = Parameters(tuple(min(max(v, low), high) for v, low, high in bounds), "own")
        self.scheduler = self.parameters.scheduler()

    def knows(self, place: Place, day: date) -> float:
        card = self.cards.get(place)
        if card is None or card.last_review is None:
            return KNEW_BEFORE
        return chance(card.stability or 0, card.last_review.date(), day, self.parameters.decay)

    def answer(self, place: Place, day: date) -> bool:
        """Right or wrong; then he has read why."""
        knew = self.dice.random() < self.knows(place, day)
        card = self.cards.get(place) or fsrs.Card(card_id=0, due=_noon(day))
        rating = fsrs.Rating.Good if knew else fsrs.Rating.Again
        self.cards[place], _log = self.scheduler.review_card(card, rating, _noon(day))
        return knew or self.dice.random() < GUESS


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


Choose = Callable[[date, Sequence[Place]], Sequence[Place]]


class ByForgetting:
    """What the product does: FSRS by article, the most endangered first, new ones mixed in, a daily cap."""

    def __init__(self) -> None:
        self.reviews: dict[Place, list[Review]] = {}
        self.memories: dict[Place, Memory] = {}

    def choose(self, day: date, places: Sequence[Place]) -> Sequence[Place]:
        cards = [Due(p, m.stability, m.reviewed_on, m.due_on) for p, m in self.memories.items()]
        return articles_for(cards, places, day, Today())

    def note(self, place: Place, day: date, right: bool) -> None:
        known = self.reviews.setdefault(place, [])
        known.append(Review(day, _noon(day), str(len(known)), right))
        memory = remembered(known, day)
        assert memory is not None
        self.memories[place] = memory


class AtRandom:
    def __init__(self, dice: random.Random) -> None:
        self.dice = dice

    def choose(self, day: date, places: Sequence[Place]) -> Sequence[Place]:
        return self.dice.sample(places, min(5, len(places)))

    def note(self, place: Place, day: date, right: bool) -> None: ...


class InOrder:
    """From the first article to the last, then again."""

    def __init__(self) -> None:
        self.at = 0

    def choose(self, day: date, places: Sequence[Place]) -> Sequence[Place]:
        chosen = [places[(self.at + n) % len(places)] for n in range(min(5, len(places)))]
        self.at += 5
        return chosen

    def note(self, place: Place, day: date, right: bool) -> None: ...


@dataclass(frozen=True)
class Year:
    known: float
    seen: int


def a_year(strategy: str, articles: int, seed: int, days: int = 365, away: Sequence[int] = ()) -> Year:
    """One learner's year; `away`: days on which he did not practise."""
    dice = random.Random(seed)
    learner = Learner(random.Random(seed + 1))
    way = {"forgetting": ByForgetting, "random": lambda: AtRandom(dice), "order": InOrder}[strategy]()
    places: list[Place] = [(1, number, 0) for number in range(1, articles + 1)]
    for offset in range(days):
        if offset in away:
            continue
        day = FIRST + timedelta(days=offset)
        for place in way.choose(day, places):
            way.note(place, day, learner.answer(place, day))
    last = FIRST + timedelta(days=days)
    return Year(mean(learner.knows(place, last) for place in places), len(learner.cards))


STRATEGIES = ("forgetting", "random", "order")


def figures(
    learners: int, days: int, sizes: Sequence[int], away: Sequence[int] = ()
) -> list[dict[str, object]]:
    rows = []
    for articles in sizes:
        row: dict[str, object] = {"articles": articles}
        for strategy in STRATEGIES:
            years = [a_year(strategy, articles, seed, days, away) for seed in range(learners)]
            row[strategy] = round(mean(year.known for year in years), 4)
            row[f"{strategy}_seen"] = round(mean(year.seen for year in years), 1)
        rows.append(row)
    return rows


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--learners", type=int, default=40)
    options.add_argument("--days", type=int, default=365)
    options.add_argument("--sizes", type=int, nargs="+", default=[60, 120, 250, 400])
    options.add_argument("--away", type=int, default=0, help="so many days of holiday before the last month")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    end = given.days - 30
    rows = figures(given.learners, given.days, given.sizes, range(end - given.away, end))
    if given.json:
        print(json.dumps({"learners": given.learners, "days": given.days, "rows": rows}))
        return
    print(f"{given.learners} learners, {given.days} days, five a day: share known on the last day")
    print(f"{'articles':>8}  {'by forgetting':>13}  {'at random':>9}  {'in order':>8}")
    for row in rows:
        print(
            f"{row['articles']:>8}  {row['forgetting']:>13.1%}  {row['random']:>9.1%}  {row['order']:>8.1%}"
        )


if __name__ == "__main__":
    main()
