"""Which stem is so like another that somebody should look: a word changed, the figures the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

ALIKE = 94
"""From this likeness on two stems are worth a look; numbers and options must be alike too."""


class Stems:
    """Stems to find one alike among, with the same numbers in it: 20,000 beside 20,000 in seconds.

    Two texts of likeness `ALIKE` differ in so few letters that, cut into one more piece than that, one piece
    at least stands unchanged in the other. So only those that share such a piece are measured at all.
    """

    PIECE = 5
    """Letters looked up of each piece: the shortest stem looked at gives pieces of six."""
    SHORTEST = 12

    FEW = 20
    """So many are measured one by one sooner than cut into pieces."""

    def __init__(self, stems: Iterable[str]) -> None:
        self.with_numbers: dict[str, list[str]] = defaultdict(list)
        self.cut: dict[str, dict[str, list[str]]] = {}
        for stem in stems:
            self.with_numbers[_numbers(stem)].append(stem)

    def like(self, stem: str) -> str | None:
        """The one most like it; None where none is like enough."""
        return self._like(stem, _numbers(stem))

    def like_before(self, stem: str) -> str | None:
        """The same, and from now on it is one of them."""
        numbers = _numbers(stem)
        like = self._like(stem, numbers)
        self.with_numbers[numbers].append(stem)
        if numbers in self.cut:
            self._cut(stem, self.cut[numbers])
        return like

    def _like(self, stem: str, numbers: str) -> str | None:
        found = self.with_numbers.get(numbers)
        if not found or len(stem) < self.SHORTEST:
            return None
        from rapidfuzz import fuzz, process  # late: most files have no two stems with the same numbers

        near = found if len(found) <= self.FEW else self._near(stem, numbers)
        best = process.extractOne(stem, near, scorer=fuzz.ratio, score_cutoff=ALIKE)
        return best[0] if best else None

    def _near(self, stem: str, numbers: str) -> set[str]:
        """Those that share a piece with it."""
        pieces = self.cut.get(numbers) or self._pieces(numbers)
        # Of both texts together at most six letters in a hundred differ; the other may be a little longer.
        most = int(2 * len(stem) * (100 - ALIKE) / ALIKE)
        size = len(stem) / (most + 1)
        found: set[str] = set()
        for start in (int(piece * size) for piece in range(most + 1)):
            found.update(pieces.get(stem[start : start + self.PIECE], ()))
        return found

    def _pieces(self, numbers: str) -> dict[str, list[str]]:
        pieces = self.cut[numbers] = {}
        for stem in self.with_numbers[numbers]:
            self._cut(stem, pieces)
        return pieces

    def _cut(self, stem: str, pieces: dict[str, list[str]]) -> None:
        for start in range(len(stem) - self.PIECE + 1):
            pieces.setdefault(stem[start : start + self.PIECE], []).append(stem)


_NO_FIGURES = re.compile("[^0-9一二三四五六七八九十百千]+")


def _numbers(text: str) -> str:
    """The figures of a normalised text in one order: 30 days are not 60 days, however like the words are."""
    return " ".join(sorted(_NO_FIGURES.split(text)))
