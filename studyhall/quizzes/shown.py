"""A question as one paper shows it: options under the paper's letters, what was given, and the verdict."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol

from studyhall.bank.asked import Asked
from studyhall.quizzes.answers import shown_answer


class Item(Protocol):
    """One question dealt, in a contest or in practice."""

    @property
    def version_id(self) -> int: ...
    @property
    def option_order(self) -> str: ...
    @property
    def answer(self) -> str | None: ...


class Asking(Protocol):
    """A paper, or whatever else knows what its items ask."""

    def question(self, item: Any, /) -> Asked: ...


@dataclass(frozen=True)
class Option:
    letter: str
    """As on this paper."""
    text: str
    chosen: bool
    right: bool


def options(paper: Asking, item: Item) -> list[Option]:
    """The options in the order of this paper, under its letters; none for kinds without options."""
    asked = paper.question(item)
    key, chosen = asked.answer or "", item.answer or ""
    return [
        Option(
            shown_answer(letter, item.option_order),
            asked.option_text(letter),
            letter in chosen,
            letter in key,
        )
        for letter in item.option_order
    ]


def given(paper: Asking, item: Item) -> list[str]:
    """What was typed: a string a blank for a fill, one text for a short, nothing for the others."""
    asked = paper.question(item)
    if asked.kind == "fill":
        typed = json.loads(item.answer) if item.answer else []
        return [*typed, *[""] * (asked.blanks - len(typed))]
    return [item.answer or ""] if asked.kind == "short" else []


@dataclass(frozen=True)
class Verdict:
    """Chosen and right in the paper's own letters; for several, what was left out and what was too many."""

    chosen: str
    right: str
    left_out: str = ""
    too_many: str = ""


def verdict(paper: Asking, item: Item) -> Verdict:
    asked = paper.question(item)
    if asked.kind in ("single", "multiple"):
        key, chosen = set(asked.answer), set(item.answer or "")
        several = asked.kind == "multiple" and bool(chosen)
        return Verdict(
            shown_answer(item.answer, item.option_order),
            shown_answer(asked.answer, item.option_order),
            shown_answer("".join(key - chosen), item.option_order) if several else "",
            shown_answer("".join(chosen - key), item.option_order) if several else "",
        )
    if asked.kind == "judge":
        words = {"true": "正确", "false": "错误"}
        return Verdict(words.get(item.answer or "", ""), words["true" if asked.answer else "false"])
    typed = "、".join(text or "（空）" for text in given(paper, item)) if item.answer else ""
    right = "、".join(blank[0] for blank in asked.answer) if asked.kind == "fill" else str(asked.answer)
    return Verdict(typed, right)
