"""Which lines of an article a citation points at. Plain values in, plain values out."""

from __future__ import annotations

import re

from studyhall.core.citations import to_chinese

_ITEM = re.compile(r"^[（(]([一二三四五六七八九十百]+)[）)]")


def passage(text: str, paragraph: int | None, item: int | None) -> list[tuple[str, bool]]:
    """The lines of an article, each with whether the cited 款 or 项 is there.

    A 款 is a line and the 项 below it. Where the citation names the article alone, points at nothing that is
    there, or at all there is, no line stands out.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    wanted = f"（{to_chinese(item)}）" if item else None
    here, found = 0, []
    for line in lines:
        marker = _ITEM.match(line)
        here += not marker
        is_in = paragraph is None or here == paragraph
        found.append(is_in and (not wanted or (marker is not None and f"（{marker[1]}）" == wanted)))
    stands_out = (paragraph is not None or item is not None) and not all(found)
    return [(line, hit and stands_out) for line, hit in zip(lines, found, strict=True)]
