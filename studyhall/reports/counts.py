"""What is counted of one assessment in one unit, and the rates that follow. Plain values only.

R the frozen roster, X exempt, D = R \\ X due, A took part, P passed, E excellent: see the table of figures in
the domain paper, which every name here follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from studyhall.core.figures import share


@dataclass(frozen=True)
class Counts:
    due: int = 0
    exempt: int = 0
    exempt_after_close: int = 0
    took_part: int = 0
    passed: int = 0
    excellent: int = 0
    percent_sum: Fraction = Fraction(0)
    """Σ of each one's score in percent of his own full mark, over those who took part; exact."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.due + other.due,
            self.exempt + other.exempt,
            self.exempt_after_close + other.exempt_after_close,
            self.took_part + other.took_part,
            self.passed + other.passed,
            self.excellent + other.excellent,
            self.percent_sum + other.percent_sum,
        )

    @property
    def roster(self) -> int:
        return self.due + self.exempt

    @property
    def missing(self) -> int:
        return self.due - self.took_part

    @property
    def failed(self) -> int:
        return self.took_part - self.passed

    @property
    def participation(self) -> Fraction | None:
        """|A| / |D|."""
        return share(self.took_part, self.due)

    @property
    def pass_rate_due(self) -> Fraction | None:
        """合格率（应考口径）: |P| / |D|."""
        return share(self.passed, self.due)

    @property
    def pass_rate_present(self) -> Fraction | None:
        """合格率（实考口径）: |P| / |A|; never printed without the word 实考."""
        return share(self.passed, self.took_part)

    @property
    def excellent_rate(self) -> Fraction | None:
        """|E| / |A|."""
        return share(self.excellent, self.took_part)

    @property
    def mean(self) -> Fraction | None:
        """Over those who took part, in percent of the full mark."""
        return self.percent_sum / self.took_part if self.took_part else None

    @property
    def participation_of_roster(self) -> Fraction | None:
        """|A| / |R|: the other use, where the exempt stay in the denominator."""
        return share(self.took_part, self.roster)

    @property
    def pass_rate_of_roster(self) -> Fraction | None:
        """|P| / |R|: nearest to upstream sites, which divide by all active accounts."""
        return share(self.passed, self.roster)

    @property
    def excellent_rate_due(self) -> Fraction | None:
        """|E| / |D|."""
        return share(self.excellent, self.due)

    @property
    def mean_absent_as_nothing(self) -> Fraction | None:
        """The mean as upstream sites have it: who was due and absent counts as 0."""
        return self.percent_sum / self.due if self.due else None


def summed(counts: Iterable[Counts]) -> Counts:
    return sum(counts, Counts())
