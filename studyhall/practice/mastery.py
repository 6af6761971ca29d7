"""未学, 生疏, 较熟, 掌握: how well an article is known, in words. Plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from studyhall.core.sayings import later
from studyhall.practice.drawing import Place
from studyhall.practice.schedule import DEFAULT, chance

KNOWN_FOR = 7.0
"""掌握: right again after some days, so that it would hold a week; one right answer alone never does."""
KNOWN = 0.8
RUSTY = 0.7
AT_LEAST = 5
"""Fewer people than this and a sum over them is not shown: it would say who."""


class Level(IntEnum):
    NEW = 0
    RUSTY = 1
    FAIR = 2
    KNOWN = 3


WORDS = {
    Level.NEW: later("未学"),
    Level.RUSTY: later("生疏"),
    Level.FAIR: later("较熟"),
    Level.KNOWN: later("掌握"),
}


@dataclass(frozen=True)
class Learnt:
    """What a card says of one article."""

    place: Place
    stability: float
    reviewed_on: date
    due_on: date
    reviews: int
    wrong: int
    last_right: bool


def level(learnt: Learnt | None, day: date, decay: float = DEFAULT.decay) -> Level:
    """It falls back by itself as the days go by; a wrong answer makes it 生疏 at once."""
    if learnt is None:
        return Level.NEW
    now = chance(learnt.stability, learnt.reviewed_on, day, decay)
    if not learnt.last_right or now < RUSTY:
        return Level.RUSTY
    if learnt.reviews >= 2 and learnt.stability >= KNOWN_FOR and now >= KNOWN:
        return Level.KNOWN
    return Level.FAIR


def next_best(places: Iterable[Place], learnt: dict[Place, Learnt], day: date) -> Place | None:
    """The article most worth looking at: wrong and often so, then rusty, then new ones in order, then fair.

    None when all are known.
    """
    order = {Level.RUSTY: 0, Level.NEW: 1, Level.FAIR: 2}
    ranked = []
    for position, place in enumerate(places):
        card = learnt.get(place)
        at = level(card, day)
        if at is Level.KNOWN:
            continue
        now = chance(card.stability, card.reviewed_on, day) if card else 0.0
        ranked.append((order[at], -(card.wrong if card else 0), now, position, place))
    return min(ranked)[-1] if ranked else None


@dataclass(frozen=True)
class UnitSum:
    """How an article stands with the people of a unit, never fewer than `AT_LEAST` of them."""

    place: Place
    people: int
    """Who have answered something on it."""
    weak: int
    """Those of them with whom it is 生疏 today."""


def unit_sums(cards: Iterable[Learnt], day: date) -> list[UnitSum]:
    """By article over the cards of all people of a unit, one card a person; the weakest first.

    Articles that fewer than `AT_LEAST` people have practised are left out.
    """
    people: dict[Place, int] = {}
    weak: dict[Place, int] = {}
    for card in cards:
        people[card.place] = people.get(card.place, 0) + 1
        weak[card.place] = weak.get(card.place, 0) + (level(card, day) is Level.RUSTY)
    found = [UnitSum(place, count, weak[place]) for place, count in people.items() if count >= AT_LEAST]
    return sorted(found, key=lambda one: (-one.weak / one.people, -one.people, one.place))
