"""The grammar of GIFT: blocks, braces, escapes. What stands in the braces is no matter here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
_HIDDEN = {sign: chr(0xFDD0 + place) for place, sign in enumerate("~=#{}:\\")}
"""Signs that are no characters: no text has them."""
_BREAK = "\ufdef"
_SHOWN = {away: sign for sign, away in _HIDDEN.items()}
TITLE = re.compile(r"^\s*::(.*?)::\s*", re.DOTALL)
FORMAT = re.compile(r"^\s*\[(html|moodle|plain|markdown)\]\s*", re.IGNORECASE)
TRUTH = re.compile(r"(?:T|F|TRUE|FALSE)\s*(?:#.*)?", re.DOTALL | re.IGNORECASE)
_TAG_OR_SIGN = re.compile(r"""</?[A-Za-z]\w*(?:\s+[\w:-]+=(?:"[^"<>]*"|'[^'<>]*'))+\s*/?>|&\#x?\w{1,6};""")
"""Whole tags and numbered signs that nobody escaped: their = and # are none of the grammar's."""


def is_gift(text: str) -> bool:
    """At least one block ends in braces with what GIFT puts there, and most blocks do."""
    blocks = list(blocks_of(hidden(text)))
    if not blocks:
        return False
    with_body = sum(bool(_looks(block.text)) for block in blocks)
    return with_body >= 1 and with_body >= 0.5 * len(
        [b for b in blocks if not b.text.startswith("$CATEGORY")]
    )


def _looks(text: str) -> bool:
    bodies = bodies_of(text)
    if any(body.text.strip() for body in bodies):
        return True
    return bool(bodies and (TITLE.match(text) or FORMAT.match(text)))


@dataclass(frozen=True)
class Body:
    """What stands between a pair of braces and says answers; `start` and `end` with the braces."""

    start: int
    end: int
    text: str


def bodies_of(text: str) -> list[Body]:
    """Of the outermost braces those that say answers: x^{2} does not. Empty ones only where there are no others."""
    found = []
    depth = start = 0
    for at, sign in enumerate(text):
        if sign == "{":
            start = at if not depth else start
            depth += 1
        elif sign == "}" and depth:
            depth -= 1
            if not depth:
                found.append(Body(start, at + 1, text[start + 1 : at]))
    told = [body for body in found if _says_answers(body.text)]
    empty = [body for body in found if not body.text.strip() or body.text.lstrip().startswith("####")]
    return told or empty[-1:]


def _says_answers(inside: str) -> bool:
    words = inside.strip()
    if words.startswith("####"):
        return False
    return words[:1] in ("=", "~", "#") or bool(TRUTH.fullmatch(words.partition("####")[0]))


@dataclass(frozen=True)
class Block:
    text: str
    line: int
    comment: str


def hidden(text: str) -> str:
    """Escaped signs out of the way of the grammar; \\n is a line break that ends nothing."""
    plain = _ESCAPED.sub(lambda match: _HIDDEN.get(match[1], f"\n{_BREAK}"), text)
    return _TAG_OR_SIGN.sub(lambda tag: "".join(_HIDDEN.get(sign, sign) for sign in tag[0]), plain)


def shown(text: str) -> str:
    return "".join(_SHOWN.get(char, char) for char in text).replace(_BREAK, "")


def blocks_of(text: str) -> Iterator[Block]:
    """Divided by blank lines that stand outside braces; comments are kept apart, they may carry our tags."""
    lines: list[str] = []
    comments: list[str] = []
    start = depth = 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        is_comment = line.lstrip().startswith("//")
        ends = not line.strip() or line.startswith("$CATEGORY") or is_comment
        if lines and depth <= 0 and ends and (not is_comment or lines[-1].rstrip().endswith("}")):
            yield from _divided_lines(lines, start, "\n".join(comments))
            lines, comments, depth = [], [], 0
        if is_comment:
            if depth <= 0:
                comments.append(line.strip()[2:].strip())
        elif line.startswith("$CATEGORY") and depth <= 0:
            yield Block(line, number, "")
        elif line.strip() or depth > 0:
            start = start if lines else number
            lines.append(line)
            depth = max(0, depth + line.count("{") - line.count("}"))
    if lines:  # braces that nobody closed
        yield Block("\n".join(lines), start, "\n".join(comments))


def _divided_lines(lines: list[str], start: int, comment: str) -> Iterator[Block]:
    """Questions without a blank line between: after the brace that closes one, another begins."""
    if not any("}" in line for line in lines):  # a long paper that is no GIFT at all
        yield Block("\n".join(lines), start, comment)
        return
    begun = depth = 0
    last_open = max((at for at, line in enumerate(lines) if "{" in line), default=-1)
    has_closed = False  # some line since `begun` has a closing brace
    for at, line in enumerate(lines):
        before = lines[at - 1].rstrip() if at > begun else ""
        more = before.endswith("}") and at <= last_open
        if has_closed and not depth and (line.lstrip().startswith("::") or more):
            yield Block("\n".join(lines[begun:at]), start + begun, comment)
            begun, comment, has_closed = at, "", False
        has_closed = has_closed or "}" in line
        depth = max(0, depth + line.count("{") - line.count("}"))
    yield Block("\n".join(lines[begun:]), start + begun, comment)
