"""Law, article and difficulty as tags, so that a bank can travel between offices in foreign formats."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from studyhall.bank.record import Record


def tags_of(record: Record) -> list[str]:
    """['law:民法典', 'article:第十条', 'difficulty:2', 'id:…']."""
    plain = ("law", "edition", "difficulty", "id")
    found = [f"{name}:{getattr(record, name)}" for name in plain if getattr(record, name)]
    return found + [f"article:{cite}" for cite in record.cites]


def with_tags(record: Record, tags: Iterable[str]) -> Record:
    """What tags of ours say; any other tag is a topic."""
    topics = list(record.topics)
    cites = list(record.cites)
    changes: dict[str, str | int] = {}
    for tag in tags:
        match = re.fullmatch(r"(law|edition|difficulty|id|article):(.+)", tag.strip())
        if match is None:
            if tag.strip() and tag.strip() not in topics:
                topics.append(tag.strip())
        elif match[1] == "article":
            cites.append(match[2])
        elif match[1] == "difficulty":
            if match[2] in "123":
                changes["difficulty"] = int(match[2])
        else:
            changes[match[1]] = match[2]
    return replace(record, topics=tuple(topics), cites=tuple(cites), **changes)  # type: ignore[arg-type]


def comment_of(record: Record) -> str:
    """The tags on one line, for formats that have nothing but comments."""
    tags = [tag for tag in tags_of(record) if not tag.startswith("id:")]
    return f"studyhall {' | '.join(tags)}" if tags else ""


def take_tags(record: Record, comment: str) -> Record:
    for line in comment.split("\n"):
        if line.startswith("studyhall "):
            return with_tags(record, line.removeprefix("studyhall ").split(" | "))
    return record
