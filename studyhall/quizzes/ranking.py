"""Order in a contest: percent of one's own full mark, then whole seconds; equal on both is joint."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction


@dataclass(frozen=True)
class Standing:
    rank: int
    joint: int
    """How many share this place, oneself included."""
    of: int


@dataclass(frozen=True)
class Contender:
    person_id: int
    score: int
    full: int
    seconds: int
    handed_in_at: datetime


def standings(contenders: Iterable[Contender], *, earlier_wins: bool = False) -> dict[int, Standing]:
    """The place of each person. With `earlier_wins` the earlier of equals stands before the other."""

    def key(one: Contender) -> tuple[Fraction, int, float]:
        percent = Fraction(one.score, one.full) if one.full else Fraction(0)
        return -percent, one.seconds, one.handed_in_at.timestamp() if earlier_wins else 0.0

    ordered = sorted(contenders, key=key)
    places: dict[int, Standing] = {}
    start = 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and key(ordered[end]) == key(ordered[start]):
            end += 1
        for one in ordered[start:end]:
            places[one.person_id] = Standing(start + 1, end - start, len(ordered))
        start = end
    return places


FIRST = 10
"""So many places stand in a list of the first; whoever shares the last of them stands in it too."""


def first_places(contenders: Iterable[Contender], *, earlier_wins: bool = False) -> list[tuple[int, int]]:
    """Person and place of the first ten places, the best first; equals in the order given."""
    places = standings(contenders, earlier_wins=earlier_wins)
    return [(person, one.rank) for person, one in places.items() if one.rank <= FIRST]
