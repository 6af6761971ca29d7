"""The table of laws and kinds in the set-up form: how many questions of each, and what one is worth.

Where an admin wants it, also by difficulty. Plain values in, plain values out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from studyhall.core.filters import points as points_words
from studyhall.quizzes.assembly import LEVELS, ORDER_OF_KINDS, Line

MOST_OF_ONE_KIND = 200
USUAL_WORTH = {"single": 400, "multiple": 600, "judge": 600, "fill": 400, "short": 1000, "case": 400}
USUAL_COUNTS = {"single": 10, "multiple": 5, "judge": 5}
ANY_LEVEL = 0

Place = tuple[int, str, int]
"""Law, kind, difficulty; `ANY_LEVEL` takes all levels in the proportion of the bank."""


@dataclass(frozen=True)
class BlueprintInput:
    """The table as typed: counts by place, worth by kind in hundredths."""

    counts: dict[Place, int]
    worth: dict[str, int]
    by_level: bool = False
    """Whether the table asks for each difficulty by itself."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """What stood in each field, right or wrong: it stays."""
    problems: Mapping[str, str] = field(default_factory=dict)
    """What is wrong, by the name of its field."""

    @property
    def levels(self) -> tuple[int, ...]:
        return (ANY_LEVEL, *LEVELS) if self.by_level else (ANY_LEVEL,)

    def asks(self, law_id: int, kind: str | None = None) -> int:
        """How many questions of a law, or of one kind of it."""
        return sum(n for (law, of, _level), n in self.counts.items() if law == law_id and kind in (None, of))

    def count_of(self, law_id: int, kind: str, level: int = ANY_LEVEL) -> str:
        """What the field of this place shows."""
        name = field_of(law_id, kind, level)
        return self.typed.get(name, str(self.counts.get((law_id, kind, level), 0) or ""))

    def worth_of(self, kind: str) -> str:
        return self.typed.get(f"worth-{kind}", points_words(self.worth[kind]))

    def questions_of(self, kind: str) -> int:
        return sum(count for (_law, of_kind, _level), count in self.counts.items() if of_kind == kind)

    @property
    def lines(self) -> list[Line]:
        return [
            Line(law_id, kind, count, self.worth[kind], level or None)
            for kind in ORDER_OF_KINDS
            for (law_id, of_kind, level), count in sorted(self.counts.items())
            if of_kind == kind and count
        ]

    @property
    def questions(self) -> int:
        return sum(self.questions_of(kind) for kind in ORDER_OF_KINDS if kind != "case")

    @property
    def cases(self) -> int:
        return self.questions_of("case")

    @property
    def full(self) -> int:
        """Hundredths, without the cases: how many parts those have shows when they are dealt."""
        return sum(self.questions_of(kind) * worth for kind, worth in self.worth.items() if kind != "case")

    def without_levels(self) -> BlueprintInput:
        """The same counts, of whatever difficulty."""
        counts: dict[Place, int] = {}
        for (law_id, kind, _level), count in self.counts.items():
            counts[law_id, kind, ANY_LEVEL] = counts.get((law_id, kind, ANY_LEVEL), 0) + count
        typed = {name: text for name, text in self.typed.items() if name.startswith("worth-")}
        return BlueprintInput(counts, self.worth, False, typed)

    def with_levels(self) -> BlueprintInput:
        return BlueprintInput(self.counts, self.worth, True, self.typed, self.problems)


def field_of(law_id: int, kind: str, level: int = ANY_LEVEL) -> str:
    return f"n-{law_id}-{kind}" + (f"-{level}" if level else "")


def read_blueprint(form: Mapping[str, str]) -> BlueprintInput:
    """Fields `n-LAW-KIND`, `n-LAW-KIND-LEVEL` and `worth-KIND`; what is no number is said and counts as
    nothing."""
    counts: dict[Place, int] = {}
    worth = dict(USUAL_WORTH)
    typed, problems = {}, {}
    for name, text in form.items():
        plain = unicodedata.normalize("NFKC", text).strip()
        if (match := re.fullmatch(r"n-(\d{1,9})-([a-z]+)(?:-([123]))?", name)) and match[2] in USUAL_WORTH:
            typed[name] = text[:20]
            fine = not plain or (re.fullmatch(r"[0-9]{1,3}", plain) and int(plain) <= MOST_OF_ONE_KIND)
            counts[int(match[1]), match[2], int(match[3] or ANY_LEVEL)] = int(plain or 0) if fine else 0
            if not fine:
                problems[name] = _("题数要填0到%(most)d的整数。", most=MOST_OF_ONE_KIND)
        elif (match := re.fullmatch(r"worth-([a-z]+)", name)) and match[1] in USUAL_WORTH:
            typed[name] = text[:20]
            if not re.fullmatch(r"[0-9]{1,3}(\.[0-9])?", plain) or float(plain) <= 0:
                problems[name] = _("每题分数要填大于0的数，最多一位小数。")
                continue
            whole, _dot, tenth = plain.partition(".")
            worth[match[1]] = int(whole) * 100 + int(tenth or 0) * 10
    by_level = "levels" in form or any(level for _law, _kind, level in counts)
    return BlueprintInput(counts, worth, by_level, typed, problems)


def blueprint_of(lines: Iterable[Line]) -> BlueprintInput:
    lines = list(lines)
    worth = dict(USUAL_WORTH) | {line.kind: line.worth for line in lines}
    counts: dict[Place, int] = {}
    for line in lines:
        place = (line.law_id, line.kind, line.difficulty or ANY_LEVEL)
        counts[place] = counts.get(place, 0) + line.how_many
    return BlueprintInput(counts, worth, any(line.difficulty for line in lines))


def usual_blueprint(
    law_ids: Collection[int],
    counts: Mapping[str, int] = USUAL_COUNTS,
    worth: Mapping[str, int] = USUAL_WORTH,
) -> BlueprintInput:
    """So many of each kind, spread over these laws; ten single, five multiple, five judge make a hundred points."""
    return BlueprintInput(
        {(law, kind, ANY_LEVEL): n for kind, wanted in counts.items() for law, n in spread(law_ids, wanted)},
        USUAL_WORTH | dict(worth),
    )


def spread(law_ids: Collection[int], wanted: int) -> Iterator[tuple[int, int]]:
    """So many questions over these laws, the first ones taking what does not divide."""
    for place, law_id in enumerate(law_ids):
        yield law_id, wanted // len(law_ids) + (place < wanted % len(law_ids))
