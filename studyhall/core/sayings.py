"""Sentences that rules say: plain Chinese, which is the source for gettext, and the values that go into it.

A rule knows no request and no language. Whoever shows what it said asks `core.words.said`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self


class Saying:
    """`Saying("已经有“%(name)s”了。", name=name)`; a value may be a Saying itself.

    The source is written out where it is used, for it is found there by the catalogue; without values it stands
    as it is, and a % is a %.
    """

    def __init__(self, source: str, /, **values: Any) -> None:
        self.source = source
        self.values = values

    @classmethod
    def of_all(cls, parts: Iterable[Saying], **named: Any) -> Self:
        """Several, one behind the other."""
        values = {f"part{number}": part for number, part in enumerate(parts, 1)}
        return cls("".join(f"%({name})s" for name in values), **named, **values)

    def __str__(self) -> str:
        """The sentence as it is written, in Chinese."""
        return self.source % self.values if self.values else self.source


def later(text: str) -> str:
    """Marks words that are said when a page is made: `words.say` and a Saying take them as they are."""
    return text
