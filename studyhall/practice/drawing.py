"""Which articles five questions are about, and which question of an article. Plain values in and out."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from studyhall.practice.schedule import DAILY_CAP, Due, danger, due_today

Place = tuple[int, int, int]
"""An article: edition, number, 之几."""

FIVE = 5
NEW_OF_FIVE = 2
"""So many of five are new ones, as long as there are some; the rest is what is about to be forgotten.

By `benchmarks/practice.py`: with one, a year of five a day ends two points better over 250 articles and four
points worse over 400; with three or four, worse over both.
"""
NEW_A_DAY = 10


@dataclass(frozen=True)
class Drawable:
    """A question that may be practised, with the articles it stands for."""

    question_id: int
    version_id: int
    letters: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Today:
    """What somebody has done this day already, counted in articles."""

    due: int = 0
    new: int = 0


def articles_for(
    cards: Sequence[Due],
    places: Sequence[Place],
    day: date,
    done: Today = Today(),
    *,
    how_many: int = FIVE,
    cap: int = DAILY_CAP,
) -> list[Place]:
    """The articles of one round: what is most endangered, new ones mixed in, never one already seen today.

    `places`: all that have a question, new ones in the order in which they are to be learnt. Due ones stop at
    the daily cap, new ones at theirs; where neither fills the round, who wants more gets the least certain.
    """
    asked = set(places)
    known = {card.key for card in cards}
    cards = [card for card in cards if card.key in asked and card.reviewed_on < day]
    due = [card.key for card in due_today(cards, day, cap=cap, done=done.due)]
    new = [place for place in places if place not in known][: max(NEW_A_DAY - done.new, 0)]
    mixed_in = new[: min(NEW_OF_FIVE, how_many)]
    chosen: list[Place] = [*due[: how_many - len(mixed_in)], *mixed_in]  # type: ignore[list-item]
    early = [card.key for card in sorted(cards, key=lambda card: danger(card, day))]
    for place in (*new, *due, *early):
        if len(chosen) >= how_many:
            break
        if place not in chosen:
            chosen.append(place)  # type: ignore[arg-type]
    return chosen


def by_place(stock: Iterable[Drawable]) -> dict[Place, list[Drawable]]:
    found: dict[Place, list[Drawable]] = defaultdict(list)
    for one in stock:
        for place in one.places:
            found[place].append(one)
    return found


def question_of(
    candidates: Sequence[Drawable],
    met: Mapping[int, datetime],
    dice: random.Random,
    *,
    but: Collection[int] = (),
) -> Drawable | None:
    """One question of an article: one never met, else the one met longest ago, so that letters teach nothing.

    `met`: when each question was last answered. `but`: questions already in this round.
    """
    left = [one for one in candidates if one.question_id not in but]
    if not left:
        return None
    unmet = [one for one in left if one.question_id not in met]
    if unmet:
        # One that stands for this article alone tells most about it.
        fewest = min(len(one.places) for one in unmet)
        return dice.choice([one for one in unmet if len(one.places) == fewest])
    return min(left, key=lambda one: (met[one.question_id], one.question_id))


def questions_for(
    places: Iterable[Place],
    stock: Sequence[Drawable],
    met: Mapping[int, datetime],
    dice: random.Random,
) -> list[Drawable]:
    """A question for each article, none twice; an article whose only question is taken goes without."""
    groups = by_place(stock)
    chosen: list[Drawable] = []
    for place in places:
        taken = {one.question_id for one in chosen}
        one = question_of(groups.get(place, []), met, dice, but=taken)
        if one is not None:
            chosen.append(one)
    dice.shuffle(chosen)
    return chosen


def shuffled(letters: str, dice: random.Random, last: str = "") -> str:
    """The options in an order of their own, another one than the last time where there is another."""
    for _try in range(4):
        order = "".join(dice.sample(letters, len(letters)))
        if order != last:
            break
    return order
