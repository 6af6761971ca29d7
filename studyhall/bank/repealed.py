"""Laws that are no more and what stands in their place, for a site that has their texts not yet.

Where a text is imported the number of its articles says more; this is for the names alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Replaced:
    since: date
    by: str

    @property
    def words(self) -> str:
        return f"从{self.since.year}年{self.since.month}月{self.since.day}日起废止，现在是《{self.by}》"


_CIVIL_CODE = Replaced(date(2021, 1, 1), "民法典")
_REPEALED = dict.fromkeys(
    ("婚姻法", "继承法", "民法通则", "收养法", "担保法", "合同法", "物权法", "侵权责任法", "民法总则"),
    _CIVIL_CODE,
) | {"信访条例": Replaced(date(2022, 5, 1), "信访工作条例")}


def replaced_by(law: str | None) -> Replaced | None:
    """By short or full title."""
    return _REPEALED.get((law or "").removeprefix("中华人民共和国"))
