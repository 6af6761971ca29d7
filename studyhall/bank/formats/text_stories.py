"""Stories and options that several questions share, where no heading says that they are a case.

What they belong to is told by numbers: 回答1—2题, 1～3题共用备选答案. Those questions are not whole without.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from studyhall.bank.drafts import Draft
from studyhall.bank.formats.text_cut import Piece

_RANGE = r"第?\s*(?P<first>\d{1,4})\s*题?\s*[-–—－−~～至到、,，和]+\s*第?\s*(?P<last>\d{1,4})\s*小?题"
_SHARED = (
    re.compile(rf"(?:回答|完成|解答)(?:下列|以下|下面|后面)?(?:的|各)?{_RANGE}"),
    re.compile(rf"{_RANGE}\s*(?:共用|共同|合用)"),
)
_BELOW = re.compile(
    r"(?:材料|案例|资料|案情|情况|阅读|根据).*(?:回答|完成|解答)(?:下列|以下|下面|后面)的?(?:各|\d|[一二两三四五六])?个?"
    r"(?:小题|各题|题|问题)\s*[。.:：）)]*\s*$"
)


def doubt_what_shares(asked: Sequence[tuple[Piece, Draft | None]]) -> None:
    """Holds the questions that a story is for: by its numbers, else all below up to the next story."""
    numbers: set[int | None] = set()
    below = False
    for piece, draft in asked:
        whole = piece.number is None
        if below and draft:
            _doubt(draft)
        for item in piece.items:
            story = _story(item.text)
            if story is not None and (story or whole):
                numbers.update(story)
                below = not story
            whole = whole or bool(item.labelled or item.answers or item.first_option)
    for piece, draft in asked:
        if draft and piece.number in numbers:
            _doubt(draft)


def _doubt(draft: Draft) -> None:
    draft.doubt("shared-story", "前面有一段几道题共用的材料或者选项，没有和这一题放在一起，请补上。")


def _story(text: str) -> range | None:
    """The numbers it is for; none where it is for all below; None where the line is no story."""
    if "题" not in text:
        return None
    for pattern in _SHARED:
        if found := pattern.search(text):
            return range(int(found["first"]), int(found["last"]) + 1)
    return range(0) if _BELOW.search(text) else None
