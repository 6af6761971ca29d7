"""Law, article and difficulty as tags, so that a bank can travel between offices in foreign formats."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from studyhall.bank.record import Record

_OURS = re.compile(r"(law|edition|difficulty|id|article|topic):(.+)", re.DOTALL)
_IN_COMMENT = re.compile(r"\[(id|tag):((?:\\\]|[^\]])+)\]")


def tags_of(record: Record) -> list[str]:
    """['law:民法典', 'difficulty:2', 'id:…', 'article:第十条', '第一章']."""
    plain = ("law", "edition", "difficulty", "id")
    found = [f"{name}:{getattr(record, name)}" for name in plain if getattr(record, name)]
    found += [f"article:{cite}" for cite in record.cites]
    return found + [f"topic:{topic}" if _OURS.match(topic) else topic for topic in record.topics]


def with_tags(record: Record, tags: Iterable[str]) -> Record:
    """What tags of ours say; any other tag is a topic."""
    topics = list(record.topics)
    cites = list(record.cites)
    changes: dict[str, str | int] = {}
    for tag in map(str.strip, tags):
        match = _OURS.fullmatch(tag)
        name, words = (match[1], match[2]) if match else ("topic", tag)
        if name == "topic":
            if words and words not in topics:
                topics.append(words)
        elif name == "article":
            cites.append(words)
        elif name == "difficulty":
            if words in ("1", "2", "3"):
                changes["difficulty"] = int(words)
        else:
            changes[name] = words
    return replace(record, topics=tuple(topics), cites=tuple(cites), **changes)  # type: ignore[arg-type]


def comment_of(tags: Iterable[str]) -> str:
    """The tags on one line as Moodle reads them from a GIFT comment: [id:q-1] [tag:law:民法典]."""
    words = [" ".join(tag.replace("]", r"\]").split()) for tag in tags]
    return " ".join(f"[{tag}]" if tag.startswith("id:") else f"[tag:{tag}]" for tag in words)


def tags_in(comment: str) -> list[str]:
    """What `comment_of` wrote, and what the first version of this program did."""
    for line in comment.split("\n"):
        if line.startswith("studyhall "):
            return line.removeprefix("studyhall ").split(" | ")
    found = [(name, words.replace(r"\]", "]")) for name, words in _IN_COMMENT.findall(comment)]
    return [f"id:{words}" if name == "id" else words for name, words in found]
