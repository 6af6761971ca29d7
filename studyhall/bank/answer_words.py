"""A key in words: B，30日内; 正确; 六十／60. Plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def answer_words(kind: str, answer: Any, options: Sequence[Sequence[str]]) -> list[str]:
    """A line for each right option, each blank, or the one answer there is."""
    if kind in ("single", "multiple"):
        texts = {letter: text for letter, text in options}
        return [f"{letter}　{texts.get(letter, '')}" for letter in answer or ""]
    if kind == "judge":
        return ["正确" if answer else "错误"]
    if kind == "fill":
        return [
            ("" if len(answer) == 1 else f"第{place}空　") + "／".join(accepted)
            for place, accepted in enumerate(answer or [], 1)
        ]
    return [line for line in str(answer or "").split("\n") if line]
