"""Cases in formats that know single questions only: each part carries the story and says whose part it is.

Other systems show the story before each part. We put the parts together again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from studyhall.bank.formats.tags import tags_of, with_tags
from studyhall.bank.record import Kind, Option, Picture, Record

STORY_END = "〔以上是材料〕"
_NAME = "case:"
_OF_CASE = "case-"
_MARK = re.compile(r"〔([^〔〕]{1,40})〕")


def flat(records: Sequence[Record]) -> Iterator[tuple[Record, list[str]]]:
    """Each question as it is written, and its tags."""
    for number, record in enumerate(records, 1):
        if not record.parts:
            yield in_order(record), tags_of(record)
            continue
        about = [f"{_NAME}{record.id or number}"]
        about += [f"{_OF_CASE}{tag}" for tag in tags_of(record) if not tag.startswith("id:")]
        for part in record.parts:
            yield _with_story(record, part), [*tags_of(part), *about]


def _with_story(case: Record, part: Record) -> Record:
    """The pictures of both, numbered on."""
    story, own = in_order(case), in_order(part)
    own = _renamed(own, {one.name: f"图{len(story.pictures) + at}" for at, one in enumerate(own.pictures, 1)})
    stem = f"{story.stem}\n{STORY_END}\n{own.stem}"
    return replace(own, stem=stem, pictures=(*story.pictures, *own.pictures))


def gathered(records: Sequence[Record]) -> list[Record]:
    """Questions that `flat` made of a case are that case again, where its first part stands."""
    found: list[Record] = []
    cases: dict[tuple[str, str], int] = {}
    for record in records:
        name = next((topic for topic in record.topics if topic.startswith(_NAME)), "")
        story, ends, stem = record.stem.partition(f"\n{STORY_END}\n")
        if not (name and ends and story.strip() and stem.strip()):
            found.append(record)
            continue
        about = [topic.removeprefix(_OF_CASE) for topic in record.topics if topic.startswith(_OF_CASE)]
        whole = Record(Kind.CASE, story.strip(), place=record.place, id=name.removeprefix(_NAME))
        case = in_order(with_tags(replace(whole, pictures=record.pictures), about))
        topics = tuple(one for one in record.topics if not one.startswith((_NAME, _OF_CASE)))
        part = in_order(replace(record, stem=stem.strip(), topics=topics))
        at = cases.setdefault((name, case.stem), len(found))
        if at == len(found):
            found.append(case)
        found[at] = replace(found[at], parts=(*found[at].parts, part))
    return found


def in_order(record: Record) -> Record:
    """Its pictures numbered as its words name them; one that no word names is left out."""
    if not record.pictures:
        return record
    answer = record.answer if isinstance(record.answer, str) else ""
    every = (record.stem, *(option.text for option in record.options), record.explanation, answer)
    by_name: dict[str, Picture] = {}
    for picture in record.pictures:
        by_name.setdefault(picture.name, picture)
    said = dict.fromkeys(name for words in every for name in _MARK.findall(words) if name in by_name)
    named = replace(record, pictures=tuple(by_name[name] for name in said))
    return _renamed(named, {name: f"图{number}" for number, name in enumerate(said, 1)})


def _renamed(record: Record, names: dict[str, str]) -> Record:
    """Pictures and the marks in all words, at once."""
    if all(old == new for old, new in names.items()):
        return record

    def words(text: str) -> str:
        return _MARK.sub(lambda mark: f"〔{names.get(mark[1], mark[1])}〕", text)

    return replace(
        record,
        stem=words(record.stem),
        options=tuple(Option(option.key, words(option.text)) for option in record.options),
        explanation=words(record.explanation),
        answer=words(record.answer) if isinstance(record.answer, str) else record.answer,
        pictures=tuple(replace(one, name=names[one.name]) for one in record.pictures),
    )
