"""Formulas in MathML as one line that a person can read: x^2, (a+b)/2, √(x). What has no line is not guessed."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any

from lxml import etree

LOST = "〔公式〕"
_FORMULA = re.compile(r"<(?:(\w+):)?math(?=[\s/>]).*?</(?:\1:)?math\s*>", re.DOTALL | re.IGNORECASE)
_NAMED = re.compile(r"&(?!(?:lt|gt|amp|quot|apos|#\d+|#x[0-9a-fA-F]+);)(\w+);")
_DEEPEST = 40
_WORDS = frozenset(["mi", "mn", "mo", "mtext", "ms", "mspace", "mglyph"])
_ROWS = frozenset(["math", "mrow", "mstyle", "semantics", "mpadded", "merror", "mphantom", "maction"])
_UNSEEN = dict.fromkeys(map(ord, "\u2061\u2062\u2063\u2064"))
"""Invisible times, separators and the like."""


class _NoLine(Exception):
    """Matrices, accents and what nobody knows."""


def with_formulas(markup: str) -> str:
    """The same markup, each formula as words."""
    return _FORMULA.sub(lambda found: escape(_line_of(found[0]), quote=False), markup)


def _line_of(markup: str) -> str:
    plain = _NAMED.sub(lambda name: unescape(name[0]), re.sub(r"<(/?)\w+:", r"<\1", markup))
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(plain.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return LOST
    if root is None:
        return LOST
    for note in root.iter("{*}annotation"):
        if "tex" in note.get("encoding", "").lower() and (note.text or "").strip():
            return f"${note.text.strip()}$"
    try:
        return " ".join(_said(root, 0).translate(_UNSEEN).split())
    except _NoLine:
        return LOST


def _said(element: Any, depth: int) -> str:
    name = element.tag.rsplit("}", 1)[-1].lower() if isinstance(element.tag, str) else ""
    if depth > _DEEPEST:
        raise _NoLine
    if name in _WORDS:
        return "".join(element.itertext()).strip() or " " * (name == "mspace")
    inner = [_said(child, depth + 1) for child in element if _counts(child)]
    if name in _ROWS:
        return "".join(inner)
    if name == "mfenced":
        between = element.get("separators", ",")[:1]
        return f"{element.get('open', '(')}{between.join(inner)}{element.get('close', ')')}"
    if name == "msqrt":
        return f"√({''.join(inner)})"
    return _placed(name, inner)


def _placed(name: str, inner: list[str]) -> str:
    """What has its parts by their place."""
    if name == "mfrac" and len(inner) == 2:
        return f"{_whole(inner[0])}/{_whole(inner[1])}"
    if name == "mroot" and len(inner) == 2:
        return f"({inner[0]})^(1/{inner[1]})"
    if name in ("msup", "mover") and len(inner) == 2 and (name == "msup" or inner[0] in "∑∏∫"):
        return f"{_whole(inner[0])}^{_whole(inner[1])}"
    if name in ("msub", "munder") and len(inner) == 2:
        return f"{_whole(inner[0])}_{_whole(inner[1])}"
    if name in ("msubsup", "munderover") and len(inner) == 3:
        return f"{_whole(inner[0])}_{_whole(inner[1])}^{_whole(inner[2])}"
    raise _NoLine


def _counts(child: Any) -> bool:
    return isinstance(child.tag, str) and not child.tag.rsplit("}", 1)[-1].lower().startswith("annotation")


def _whole(words: str) -> str:
    """Brackets round what is more than one thing."""
    return (
        words if re.fullmatch(r"\w+(?:\.\d+)?|\W|\(.*\)", words) and words.count("(") <= 1 else f"({words})"
    )
