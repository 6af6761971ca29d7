"""A figure with its receipt: what was counted, by what rule, as of when.

The page, the sheet, the JSON and the yearly paragraph all print the same records, so that a rate never
stands without its numerator and its denominator. Definitions: the table of figures in the domain paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction


@dataclass(frozen=True)
class Figure:
    """One number that somebody will ask about."""

    key: str
    label: str
    numerator: int | None
    denominator: int | None
    """None for a plain count."""
    rule: str
    as_of: datetime
    rate: Fraction | None = None
    """Only for what is not a quotient of two counts, such as a mean of monthly rates."""
    sides: tuple[str, str] | None = None
    """The names of the queries that list the people in the numerator and in the denominator."""

    @property
    def value(self) -> Fraction | None:
        """From 0 to 1; None where there is nothing to divide by, and for a plain count."""
        return self.rate if self.rate is not None else share(self.numerator, self.denominator)


def share(numerator: int | None, denominator: int | None) -> Fraction | None:
    """None where there is nothing to divide by: nobody was due is not 0%."""
    if numerator is None or not denominator:
        return None
    return Fraction(numerator, denominator)


def percent(rate: Fraction | None) -> str:
    """`98.0%`; `—` for None. 100% and 0% only when exact: never rounded up to the one or down to the other.

    One decimal, halves away from zero, and held at 99.9 and 0.1 next to the ends.
    """
    if rate is None:
        return "—"
    if rate in (0, 1):
        return f"{int(rate * 100)}%"
    tenths = min(max(_nearest(rate * 1000), 1), 999) if 0 < rate < 1 else _nearest(rate * 1000)
    return f"{tenths // 10}.{tenths % 10}%"


def _nearest(value: Fraction) -> int:
    return int((value * 2 + 1) // 2)


def tenths(value: Fraction | None) -> str:
    """A mean with one decimal, halves away from zero, `84.7`; `—` for None."""
    if value is None:
        return "—"
    return "{}.{}".format(*divmod(_nearest(value * 10), 10))


def marks_text(score: int, full: int, marks: tuple[int, ...] = ()) -> str:
    """A score in percent of its full mark with one decimal, `87` or `87.5`.

    Rounded down where rounding up would show a mark that was not reached: 59.96 beside a pass mark of 60
    is 59.9. `marks` are the pass and excellent marks in percent.
    """
    if full <= 0:
        return "—"
    exact = Fraction(score * 100, full)
    tenths = _nearest(exact * 10)
    if any(exact < mark <= Fraction(tenths, 10) for mark in marks):
        tenths -= 1
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


def reaches(score: int, full: int, mark: int) -> bool:
    """Whether a score is at or above a mark in percent of its own full mark, compared exactly."""
    return full > 0 and score * 100 >= mark * full
