"""Moodle's cloze: gaps to be typed into are a fill of ours; a gap with a menu or a number is not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from studyhall.bank.formats.html_words import markup_of, words_of

_GAP = re.compile(r"\{(\d*):([A-Z_]+):((?:\\.|[^\\}])*)\}", re.DOTALL)
_TYPED = frozenset("SHORTANSWER SA MW SHORTANSWER_C SAC MWC".split())
_NUMBERED = frozenset(["NUMERICAL", "NM"])
_EXACT = re.compile(r"(-?\d+(?:\.\d+)?)(?::0+(?:\.0*)?)?")
_ANSWER = re.compile(r"(=|%100(?:\.0*)?%)(.*)", re.DOTALL)
_BLANK = re.compile(r"_{2,}|＿{2,}")


def parted(markup: str) -> tuple[str, tuple[tuple[str, ...], ...]] | None:
    """(markup with ____ for each gap, what each accepts); None where some gap is none of ours."""
    gaps = list(_GAP.finditer(markup))
    accepted = [_of_gap(gap[2], gap[3]) for gap in gaps]
    if not gaps or not all(accepted):
        return None
    return _GAP.sub("____", markup), tuple(accepted)


def _of_gap(kind: str, words: str) -> tuple[str, ...]:
    """A number without tolerance is typed like a word."""
    if kind in _TYPED:
        return _accepted(words)
    found = [_EXACT.fullmatch(one) for one in _accepted(words)] if kind in _NUMBERED else []
    return tuple(one[1] for one in found if one) if found and all(found) else ()


def _accepted(words: str) -> tuple[str, ...]:
    """Those that earn everything, without their feedback; () where a * stands for any words."""
    found = []
    for one in re.findall(r"(?:\\.|[^\\~])+", words, re.DOTALL):
        match = _ANSWER.fullmatch(one.strip())
        if match:
            said = re.match(r"(?:\\.|[^\\#])*", match[2], re.DOTALL)
            found.append(words_of(re.sub(r"\\(.)", r"\1", said[0] if said else ""))[0])
    return () if any("*" in word or not word for word in found) else tuple(dict.fromkeys(found))


def markup_with_gaps(stem: str, blanks: Sequence[Sequence[str]]) -> str:
    """A gap for each blank of the stem; blanks the stem does not show stand behind it."""
    markup = markup_of(stem).replace("{", "&#123;")
    for words in blanks:
        gap = f"{{1:SHORTANSWER:{'~'.join(f'={_escape(word)}' for word in words)}}}"
        at = _BLANK.search(markup)
        markup = f"{markup[: at.start()]}{gap}{markup[at.end() :]}" if at else f"{markup}<p>{gap}</p>"
    return markup


def _escape(word: str) -> str:
    return escape(re.sub(r'([}#~/"\\])', r"\\\1", word), quote=False)
