"""When an article comes again: FSRS by person and article, by whole local days. Plain values in and out.

A card is what its reviews make of it and nothing else: they are put in order here, the first of a day counts,
so that two devices may bring theirs in any order, twice, or late, and the card comes out the same.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS

FSRS = "6.3"
WANTED = 0.9
"""An article comes again when nine in ten would still know it."""
LONGEST = 365
"""Days after which even the best known comes once more."""
DAILY_CAP = 20
"""How many due articles a day asks for at most. What is left over waits, and is not named."""


@dataclass(frozen=True)
class Parameters:
    """The weights of the model, and the label a card keeps to say by which it was worked out."""

    values: tuple[float, ...] = DEFAULT_PARAMETERS
    name: str = "default"

    @property
    def label(self) -> str:
        return f"{FSRS}/{self.name}"

    @property
    def decay(self) -> float:
        return self.values[20]

    def scheduler(self) -> fsrs.Scheduler:
        # No steps of minutes: an article comes once a day at most. No fuzz: the same answers, the same day.
        return fsrs.Scheduler(
            self.values, WANTED, learning_steps=(), relearning_steps=(), maximum_interval=LONGEST,
            enable_fuzzing=False,
        )  # fmt: skip


DEFAULT = Parameters()


@dataclass(frozen=True)
class Review:
    """One answer to a question that rests on the article."""

    day: date
    at: datetime
    key: str
    """Tells two answers of one moment apart."""
    right: bool
    knows: str | None = None
    """sure, unsure, or nothing said."""


@dataclass(frozen=True)
class Memory:
    """The card after all its reviews."""

    state: dict[str, Any]
    stability: float
    due_on: date
    reviewed_on: date
    reviews: int
    """Days with a review."""
    wrong: int
    """Wrong answers, all of them."""
    last_right: bool


def rating(right: bool, knows: str | None) -> fsrs.Rating:
    """What an answer says of the memory. 我会了 after a wrong one keeps the book clean, not the schedule."""
    if not right:
        return fsrs.Rating.Again
    return fsrs.Rating.Hard if knows == "unsure" else fsrs.Rating.Good


def remembered(reviews: Iterable[Review], today: date, parameters: Parameters = DEFAULT) -> Memory | None:
    """The card that these reviews make; None without any.

    The first of a day counts. A review dated after `today` (a clock that ran ahead) counts as of today.
    """
    ordered = sorted(reviews, key=lambda one: (min(one.day, today), one.at, one.key))
    if not ordered:
        return None
    firsts: dict[date, Review] = {}
    for one in ordered:
        firsts.setdefault(min(one.day, today), one)
    scheduler = parameters.scheduler()
    card = fsrs.Card(card_id=0, due=noon(ordered[0].day))
    for day, first in firsts.items():
        card, _log = scheduler.review_card(card, rating(first.right, first.knows), noon(day))
    last_day, last = next(reversed(firsts.items()))
    return Memory(
        state=dict(card.to_dict()),
        stability=card.stability or 0.0,
        due_on=max(card.due.date(), last_day + timedelta(days=1)),
        reviewed_on=last_day,
        reviews=len(firsts),
        wrong=sum(not one.right for one in ordered),
        last_right=last.right,
    )


def noon(day: date) -> datetime:
    # fsrs counts whole days between moments: noon of each day makes them calendar days.
    return datetime.combine(day, time(12), tzinfo=UTC)


def chance(stability: float, reviewed_on: date, day: date, decay: float = DEFAULT.decay) -> float:
    """How likely the article is still known on `day`, from 0 to 1."""
    factor = 0.9 ** (-1 / decay) - 1
    elapsed = max((day - reviewed_on).days, 0)
    return float((1 + factor * elapsed / max(stability, 0.001)) ** -decay)


@dataclass(frozen=True)
class Due:
    """A card as the plan of a day sees it."""

    key: Hashable
    stability: float
    reviewed_on: date
    due_on: date


def danger(card: Due, day: date) -> tuple[float, str]:
    """Sorts the most endangered first: what is least likely still known. Of equals, always the same first."""
    return (chance(card.stability, card.reviewed_on, day), str(card.key))


def due_today(cards: Iterable[Due], day: date, *, cap: int = DAILY_CAP, done: int = 0) -> list[Due]:
    """What this day asks for, the most endangered first: at most the cap less what was `done` already.

    A card reviewed today is never among them.
    """
    due = [card for card in cards if card.due_on <= day and card.reviewed_on < day]
    return sorted(due, key=lambda card: danger(card, day))[: max(cap - done, 0)]


def spread(cards: Sequence[Due], day: date, *, cap: int = DAILY_CAP, done: int = 0) -> dict[Hashable, date]:
    """On which day each card comes when every day takes at most the cap: a backlog is spread over days."""
    cards = [card for card in cards if card.reviewed_on < day or card.due_on > day]
    waiting = {card.key: card for card in cards}
    days: dict[Hashable, date] = {}
    on = day
    while waiting:
        for card in due_today(waiting.values(), on, cap=cap, done=done if on == day else 0):
            days[card.key] = on
            del waiting[card.key]
        on += timedelta(days=1)
        if waiting and cap > 0:
            # Days on which nothing is due are not walked through.
            on = max(on, min(card.due_on for card in waiting.values()))
        elif cap <= 0:
            break
    return days
