"""The right answer that an admin ticks beside a question: read into the form in which keys are kept, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from studyhall.bank.asked import Asked
from studyhall.core.errors import Refused
from studyhall.quizzes.answers import KINDS, BadAnswer

BETWEEN = "/"
"""Between the accepted wordings of one blank."""


def key_of(question: Asked, ticked: Sequence[str]) -> Any:
    """The new key: the letters ticked, true or false, a field a blank. Raises Refused for one that cannot be."""
    if question.kind == "judge":
        if len(ticked) != 1 or ticked[0] not in ("true", "false"):
            raise Refused("请选正确还是错误。")
        return ticked[0] == "true"
    if question.kind == "fill":
        blanks = [[word.strip() for word in typed.split(BETWEEN) if word.strip()] for typed in ticked]
        if len(blanks) != question.blanks or not all(blanks):
            raise Refused("这道题有%(count)d空，每空都要写。", count=question.blanks)
        return blanks
    try:
        key = KINDS[question.kind].read(ticked, question.letters)
    except BadAnswer:
        raise Refused("答案要在%(letters)s里。", letters="、".join(question.letters)) from None
    if key is None:
        raise Refused("请在选项上点出改成什么答案。")
    if question.kind == "multiple" and len(key) < 2:
        raise Refused("多选题的答案至少要有两项。")
    return key


def ticks_of(question: Asked, key: Any) -> list[str]:
    """What a form has ticked or typed where this is the key."""
    if question.kind == "judge":
        return ["true" if key else "false"]
    if question.kind == "fill":
        return [BETWEEN.join(blank) for blank in key]
    return list(key) if question.options else []
