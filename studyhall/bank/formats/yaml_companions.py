"""What lies beside the questions of a law: key point cards, articles in plain words, its chapters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from studyhall.bank.formats.yaml_nodes import Fields, Page, line_of
from studyhall.bank.record import Place
from studyhall.core.citations import parse_citation


@dataclass(frozen=True)
class KeyPoint:
    id: str
    part: str
    title: str
    cites: tuple[str, ...]
    text: str
    place: Place


@dataclass(frozen=True)
class KeyPointsFile:
    file: str
    law: str
    edition: str
    points: tuple[KeyPoint, ...]


@dataclass(frozen=True)
class Gist:
    """An article in plain words (条旨)."""

    article: int
    text: str
    place: Place


@dataclass(frozen=True)
class GistsFile:
    file: str
    law: str
    edition: str
    gists: tuple[Gist, ...]


@dataclass(frozen=True)
class Heading:
    """A part, chapter or section and the articles it holds, both ends included. Level 1 is the outermost."""

    title: str
    level: int
    first: int
    last: int
    place: Place


@dataclass(frozen=True)
class ContentsFile:
    file: str
    law: str
    edition: str
    headings: tuple[Heading, ...]


def read_key_points(page: Page, root: yaml.Node) -> KeyPointsFile:
    head = _head(page, root, "points")
    points = []
    for node in head.items("points"):
        fields = _entry(page, node, ("id", "part", "title", "cites", "text"), "要点", optional=("part",))
        cites = fields.texts("cites")
        for words in cites:
            if parse_citation(words) is None:
                fields.refuse(line_of(fields.nodes["cites"]), f"“{words}”不是条文的写法。")
        point = KeyPoint(
            fields.text("id"),
            fields.text("part"),
            fields.text("title"),
            cites,
            fields.text("text"),
            Place(file=page.file, line=fields.line),
        )
        if fields.whole:
            points.append(point)
    return KeyPointsFile(page.file, head.text("law"), head.text("edition"), tuple(points))


def read_gists(page: Page, root: yaml.Node) -> GistsFile:
    head = _head(page, root, "gists")
    gists = []
    for node in head.items("gists"):
        fields = _entry(page, node, ("article", "text"), "条旨")
        article, text = fields.number("article", 1, 9999), fields.text("text")
        if fields.whole and article is not None:
            gists.append(Gist(article, text, Place(file=page.file, line=fields.line)))
    return GistsFile(page.file, head.text("law"), head.text("edition"), tuple(gists))


def read_contents(page: Page, root: yaml.Node) -> ContentsFile:
    head = _head(page, root, "contents")
    headings = []
    for node in head.items("contents"):
        fields = _entry(page, node, ("title", "level", "first", "last"), "目录", optional=("level",))
        first, last = fields.number("first", 1, 9999), fields.number("last", 1, 9999)
        level = fields.number("level", 1, 6) or 1
        if fields.whole and first and last and first > last:
            fields.refuse(fields.line, f"目录从第 {first} 条到第 {last} 条，前后颠倒。")
        if fields.whole and first and last:
            place = Place(file=page.file, line=fields.line)
            headings.append(Heading(fields.text("title"), level, first, last, place))
    return ContentsFile(page.file, head.text("law"), head.text("edition"), tuple(headings))


def _head(page: Page, root: yaml.Node, listed: str) -> Fields:
    required = ("law", "edition", listed)
    return Fields(page, root, (*required, "articles", "part"), required, "文件开头")


def _entry(
    page: Page, node: yaml.Node, known: Sequence[str], name: str, optional: Sequence[str] = ()
) -> Fields:
    return Fields(page, node, known, [key for key in known if key not in optional], name)
