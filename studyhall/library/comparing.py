"""What became of each article when a law was revised: kept, moved, edited, split, merged, gone, new.

Plain values in, plain values out. Texts are compared by pairs of characters, each weighed by how rare it is
in the new text: 国家秘密 stands in every article of its law and tells nothing, 采购 tells where it went.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from studyhall.core.sayings import later

_SIGNS = re.compile(r"[\s，。、；：“”‘’（）《》！？—…·,.;:()\"'!?-]+")
_SENTENCE = re.compile(r"[^。；\n]+[。；\n]?")
_ITEM = re.compile(r"[（(][一二三四五六七八九十百]+[）)]")

NEAR = 12
HOME = 0.24
"""Likeness from which an article goes on in another. Below it what they share is the language of laws."""
ELSEWHERE = 0.45
"""Share of a sentence that must stand in another article, and not in its own, to have moved there."""
HALF = 0.2
"""Share of an article, and of a 款, that both must have in common beyond what went to other places."""
PART_MOVED = 0.3
"""Share of an article that must have moved away for it to be called split."""
FLANKED = 0.18
"""Likeness that is enough for an article standing just where the old one stood."""
WHOLE_TAKEN = 0.75
"""Share of a short new paragraph that must come out of an old article for it to be its clause moved."""

WORDS = {
    ("same", "one"): later("没有变"),
    ("punctuation", "one"): later("只改标点"),
    ("edited", "one"): later("有修改"),
    ("edited", "split"): later("有修改，拆成几条"),
    ("edited", "merged"): later("并入别的条"),
    ("same", "merged"): later("并入别的条"),
    ("punctuation", "merged"): later("并入别的条"),
    ("gone", "one"): later("删去"),
    ("new", "one"): later("新增"),
}


@dataclass(frozen=True)
class Change:
    """One old article and where it went, or one that is new.

    Targets are articles, "43", or a 款 of one, "43.3". `likeness` from 0 to 1, 0 for what is new or gone.
    """

    old: tuple[str, ...]
    new: tuple[str, ...]
    text: str
    """same, punctuation, edited, new or gone."""
    shape: str
    """one, split or merged."""
    likeness: float

    @property
    def moved(self) -> bool:
        """Its number is another one now."""
        return bool(self.old and self.new) and self.old != self.new

    def to_json(self) -> dict[str, object]:
        return {
            "old": list(self.old),
            "new": list(self.new),
            "moved": self.moved,
            "text": self.text,
            "shape": self.shape,
            "likeness": self.likeness,
        }


Place = tuple[str, int]
"""An article and one of its 款, from 1."""


@dataclass(frozen=True)
class _Piece:
    """A sentence of an old article, and in which 款 of the new text it stands best."""

    weight: float
    place: Place | None
    whole: bool
    """From full stop to full stop: a part between semicolons is a clause."""


@dataclass
class _Target:
    article: str
    paragraphs: set[int]
    share: float
    """How much of the old article stands there."""
    whole: bool = False
    """A whole sentence went there, not only a clause."""


def compare(old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    """A row for each old article in its order, then one for each article that is new."""
    return list(_compared(tuple(old.items()), tuple(new.items())))


# The Civil Code takes seconds, and every page about an amendment asks for the same two texts.
@lru_cache(maxsize=4)
def _compared(old: tuple[tuple[str, str], ...], new: tuple[tuple[str, str], ...]) -> tuple[Change, ...]:
    return tuple(_Comparison(dict(old), dict(new)).rows())


class _Comparison:
    def __init__(self, old: Mapping[str, str], new: Mapping[str, str]) -> None:
        self.old, self.new = old, new
        self.paragraphs = {number: paragraphs_of(text) for number, text in new.items()}
        self.pairs = {
            (number, place): Counter(_pairs(paragraph))
            for number, paragraphs in self.paragraphs.items()
            for place, paragraph in enumerate(paragraphs, 1)
        }
        self.places: dict[str, list[Place]] = defaultdict(list)
        for place, pairs in self.pairs.items():
            for pair in pairs:
                self.places[pair].append(place)
        many = len(self.pairs)
        self.weights = {pair: math.log(1 + many / len(places)) for pair, places in self.places.items()}
        self.unknown = math.log(1 + len(self.pairs))
        self.homes = self._homes()
        self.targets = {number: self._targets_of(number) for number in old}

    def rows(self) -> list[Change]:
        self._take_clauses()
        users: dict[str, list[str]] = defaultdict(list)
        for number, targets in self.targets.items():
            for target in targets:
                users[target.article].append(number)
        rows = [self._row(number, users) for number in self.old]
        rows += [Change((), (number,), "new", "one", 0.0) for number in self.new if not users[number]]
        return rows

    # Where an article goes on -------------------------------------------------------------------

    def _homes(self) -> dict[str, str]:
        """Each old article with the new one it goes on in; two old ones never have the same home."""
        whole = {
            number: sum((self.pairs[number, place] for place in range(1, len(paragraphs) + 1)), Counter())
            for number, paragraphs in self.paragraphs.items()
        }
        likeness = []
        for number, text in self.old.items():
            pairs = Counter(_pairs(text))
            for other in {article for article, _ in self._near(pairs)}:
                alike = self._alike(pairs, whole[other])
                if alike >= HOME:
                    likeness.append((alike, number, other))
        homes: dict[str, str] = {}
        taken: set[str] = set()
        for _alike, number, other in sorted(likeness, key=lambda one: -one[0]):
            if number not in homes and other not in taken:
                homes[number] = other
                taken.add(other)
        return homes

    def _near(self, pairs: Counter[str]) -> list[Place]:
        """The 款 that share most with these pairs: only those are worth weighing exactly."""
        shared: Counter[Place] = Counter()
        for pair in pairs:
            for place in self.places.get(pair, ()):
                shared[place] += self.weights[pair]  # type: ignore[assignment]
        return [place for place, _ in shared.most_common(NEAR)]

    def _alike(self, one: Counter[str], other: Counter[str]) -> float:
        """Twice what both have, of what each has."""
        both = self._weight(one & other)
        total = self._weight(one) + self._weight(other)
        return 2 * both / total if total else 0.0

    def _weight(self, pairs: Counter[str]) -> float:
        return sum(self.weights.get(pair, self.unknown) * count for pair, count in pairs.items())

    def _covered(self, pairs: Counter[str], place: Place) -> float:
        weight = self._weight(pairs)
        return self._weight(pairs & self.pairs[place]) / weight if weight else 0.0

    # Sentences that went elsewhere ----------------------------------------------------------------

    def _targets_of(self, number: str) -> list[_Target]:
        home = self.homes.get(number)
        targets: dict[str, _Target] = {}
        pieces = [self._piece(*sentence, home) for sentence in _sentences(self.old[number])]
        total = sum(piece.weight for piece in pieces) or 1.0
        for piece in pieces:
            if piece.place is not None:
                article, paragraph = piece.place
                target = targets.setdefault(article, _Target(article, set(), 0.0))
                target.paragraphs.add(paragraph)
                target.share += piece.weight / total
                target.whole |= piece.whole
        if home is not None and home not in targets:
            targets[home] = _Target(home, {self._best(self.old[number], home)[1]}, 0.0)
        return list(targets.values())

    def _best(self, text: str, article: str) -> Place:
        pairs = Counter(_pairs(text))
        places = [(article, place) for place in range(1, len(self.paragraphs[article]) + 1)]
        return max(places, key=lambda place: self._covered(pairs, place))

    def _piece(self, sentence: str, whole: bool, home: str | None) -> _Piece:
        pairs = Counter(_pairs(sentence))
        weight = self._weight(pairs)
        at_home = self._best(sentence, home) if home is not None else None
        here = self._covered(pairs, at_home) if at_home else 0.0
        best = max(self._near(pairs), key=lambda place: self._covered(pairs, place), default=None)
        there = self._covered(pairs, best) if best else 0.0
        if best and best[0] != home and there >= ELSEWHERE and there >= here + 0.25:
            return _Piece(weight, best, whole)
        return _Piece(weight, at_home if here > 0 else None, whole)

    def _take_clauses(self) -> None:
        """Clauses that became a short article or 款 of their own, and halves of a sentence parted."""
        targets = [target for targets in self.targets.values() for target in targets]
        used = {target.article for target in targets}
        taken = {(target.article, paragraph) for target in targets for paragraph in target.paragraphs}
        for place, pairs in self.pairs.items():
            if place not in taken:
                for number, text in self.old.items():
                    self._take_clause(number, text, place, pairs, alone=place[0] not in used)

    def _take_clause(self, number: str, text: str, place: Place, pairs: Counter[str], *, alone: bool) -> None:
        if any(target.article == place[0] for target in self.targets[number]):
            return
        own = Counter(_pairs(text))
        rest = own.copy()
        for target in self.targets[number]:
            for paragraph in target.paragraphs:
                rest -= self.pairs[target.article, paragraph]
        weight, size, shared = self._weight(own), self._weight(pairs), self._weight(rest & pairs)
        if not weight or not size:
            return
        in_its_place = alone and self._alike(own, pairs) >= FLANKED and self._flanked(number, place[0])
        clause = alone and self._weight(own & pairs) >= WHOLE_TAKEN * size
        if in_its_place or clause or (shared >= HALF * weight and shared >= HALF * size):
            self.targets[number].append(_Target(place[0], {place[1]}, shared / weight, in_its_place))

    def _flanked(self, number: str, article: str) -> bool:
        """Whether the new article stands between those in which the old one's neighbours go on."""
        order = {name: place for place, name in enumerate(self.new)}
        names = list(self.old)
        place = names.index(number)
        before = [order[self.homes[name]] for name in names[max(place - 1, 0) : place] if name in self.homes]
        after = [order[self.homes[name]] for name in names[place + 1 : place + 2] if name in self.homes]
        return bool(before and after) and before[0] < order[article] < after[0]

    # Rows -----------------------------------------------------------------------------------------

    def _row(self, number: str, users: Mapping[str, Sequence[str]]) -> Change:
        targets = sorted(self.targets[number], key=lambda target: list(self.new).index(target.article))
        if not targets:
            return Change((number,), (), "gone", "one", 0.0)
        names = tuple(self._name(target, users[target.article]) for target in targets)
        there = "\n".join(self._text(name) for name in names)
        here = self.old[number]
        text = "same" if here == there else "punctuation" if _bare(here) == _bare(there) else "edited"
        shape = self._shape(number, targets, users)
        return Change((number,), names, text, shape, fuzz.ratio(_bare(here), _bare(there)) / 100)

    def _shape(self, number: str, targets: Sequence[_Target], users: Mapping[str, Sequence[str]]) -> str:
        """Split where sentences, or a good part of one, went to different articles; merged where it has
        only a 款, or nothing of its own, in an article that others went on in too."""
        home = self.homes.get(number)
        away = [target for target in targets if target.article != home]
        if len(targets) > 1 and any(one.whole or one.share >= PART_MOVED for one in away):
            return "split"
        (first, *_rest) = targets
        shared = len(users[first.article]) > 1
        if shared and (home is None or self._name(first, users[first.article]) != first.article):
            return "merged"
        return "one"

    def _name(self, target: _Target, users: Sequence[str]) -> str:
        """The 款 is named where only one of several is meant: not the first, or others share the article."""
        paragraphs = self.paragraphs[target.article]
        if len(paragraphs) == 1 or len(target.paragraphs) > 1:
            return target.article
        (paragraph,) = target.paragraphs
        return target.article if paragraph == 1 and len(users) == 1 else f"{target.article}.{paragraph}"

    def _text(self, name: str) -> str:
        article, _, paragraph = name.partition(".")
        return self.paragraphs[article][int(paragraph) - 1] if paragraph else self.new[article]


def paragraphs_of(text: str) -> list[str]:
    """The 款 of an article; the 项 of a list belong to the 款 that opens it."""
    found: list[str] = []
    for line in text.split("\n"):
        if found and _ITEM.match(line):
            found[-1] += "\n" + line
        else:
            found.append(line)
    return found


def _sentences(text: str) -> Iterable[tuple[str, bool]]:
    """Pieces between stops and semicolons, True for those that are a sentence by themselves."""
    before = "。"
    for match in _SENTENCE.finditer(text):
        if _bare(match[0]):
            yield match[0], "；" not in (before, match[0][-1])
        before = match[0][-1]


def _bare(text: str) -> str:
    return _SIGNS.sub("", text)


def _pairs(text: str) -> list[str]:
    bare = _bare(text)
    return [bare[place : place + 2] for place in range(len(bare) - 1)]
