"""The table of contents of a law as people read it: chapters to open, grouped by 编, split by 节.

Plain values in, plain values out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

_CHAPTER = re.compile(r"第.{1,6}章")
_SECTION = re.compile(r"第.{1,6}节")


class HeadingLike(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def level(self) -> int: ...
    @property
    def first_article(self) -> int: ...
    @property
    def last_article(self) -> int: ...


@dataclass(frozen=True)
class Section:
    """第三节 and its articles, both ends included."""

    title: str
    first: int
    last: int


@dataclass(frozen=True)
class Chapter:
    """What is read on one page: a 章, or a part that has none."""

    title: str
    first: int
    last: int
    above: tuple[str, ...]
    """第二编 物权, 第三分编 用益物权."""
    sections: tuple[Section, ...]

    def holds(self, article: int) -> bool:
        return self.first <= article <= self.last

    def section_of(self, article: int) -> Section | None:
        return next((one for one in self.sections if one.first <= article <= one.last), None)


@dataclass(frozen=True)
class Part:
    """Chapters under one 编; a law without 编 is a single part without a title."""

    title: str
    chapters: tuple[Chapter, ...]

    @property
    def first(self) -> int:
        return self.chapters[0].first

    @property
    def last(self) -> int:
        return self.chapters[-1].last


def parts_of(headings: Sequence[HeadingLike], last_article: int, whole: str = "全文") -> list[Part]:
    """Headings in their order as parts of chapters. A law without any is one chapter, `whole`."""
    if not headings:
        return [Part("", (Chapter(whole, 1, last_article, (), ()),))]
    chapters = [
        Chapter(
            heading.title,
            heading.first_article,
            heading.last_article,
            tuple(_above(headings, place)),
            tuple(_sections(headings, heading)),
        )
        for place, heading in enumerate(headings)
        if _is_chapter(headings, heading)
    ]
    parts: list[Part] = []
    for chapter in chapters:
        title = chapter.above[0] if chapter.above else ""
        if parts and parts[-1].title == title:
            parts[-1] = Part(title, (*parts[-1].chapters, chapter))
        else:
            parts.append(Part(title, (chapter,)))
    return parts


def _is_chapter(headings: Sequence[HeadingLike], heading: HeadingLike) -> bool:
    if _CHAPTER.match(heading.title):
        return True
    holds_chapters = any(
        _CHAPTER.match(other.title) and heading.first_article <= other.first_article <= heading.last_article
        for other in headings
    )
    return not holds_chapters and not _SECTION.match(heading.title)


def _above(headings: Sequence[HeadingLike], place: int) -> list[str]:
    level, found = headings[place].level, []
    for heading in reversed(headings[:place]):
        if heading.level < level:
            found.append(heading.title)
            level = heading.level
    return found[::-1]


def _sections(headings: Sequence[HeadingLike], chapter: HeadingLike) -> list[Section]:
    return [
        Section(heading.title, heading.first_article, heading.last_article)
        for heading in headings
        if _SECTION.match(heading.title)
        and chapter.first_article <= heading.first_article
        and heading.last_article <= chapter.last_article
    ]
