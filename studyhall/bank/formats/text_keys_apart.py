"""Which lines of a paper are its keys: after 参考答案, in a line or a grid of their own among the questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from studyhall.bank.formats.lines import Line
from studyhall.bank.formats.text_cases import begins_answers
from studyhall.bank.formats.text_keys import (
    KeyEntry,
    KeySection,
    entries_of,
    grid_at,
    inline_keys,
    is_key_start,
    read_keys,
)
from studyhall.bank.formats.text_rules import Heading, heading_of, mark_of, numbers_of_line
from studyhall.bank.record import Kind


def keys_apart(lines: list[Line]) -> tuple[list[Line], list[KeySection]]:
    """Keys after a heading 参考答案, to the end or up to the next heading with questions under it."""
    paper: list[Line] = []
    keys: list[KeySection] = []
    at = 0
    while at < len(lines):
        inside = _keys_in_the_paper(lines, at, paper, keys)
        if inside:
            at += inside
            continue
        if not is_key_start(lines, at) or _is_of_a_case(lines, at, paper):
            paper.append(lines[at])
            at += 1
            continue
        end = _key_end(lines, at + 1)
        block = read_keys(lines[at:end])
        before = _last_heading(paper)
        if end < len(lines) and before:
            for section in block:
                section.kind = section.kind or before.kind
        keys += block
        at = end
    return paper, keys


def _keys_in_the_paper(lines: Sequence[Line], at: int, paper: list[Line], keys: list[KeySection]) -> int:
    """Keys of a section among its questions, in a line or in a grid; gives back how many lines they take."""
    here = lines[at].text
    count, entries = grid_at(lines, at)
    if count:
        _add(keys, _last_heading(paper), entries)
        return count
    found = inline_keys(here) if "答" in here and "案" in here else None
    heading = _last_heading(paper) if found else None
    if found is None or _have_keys_of_their_own(paper, heading):
        return 0
    head, entries = found
    if head:
        own = heading_of(head) or heading_of(f"{head}题")
        if own and (heading is None or own.kind is not heading.kind):
            paper.append(replace(lines[at], text=own.words))
        heading = own
    elif not _numbered_here(paper, entries):
        heading = None
    _add(keys, heading, entries)
    return 1


def _add(keys: list[KeySection], heading: Heading | None, entries: Sequence[KeyEntry]) -> None:
    """To the keys of the same section where the numbers run on: a grid may have several rows."""
    if not entries:
        return
    kind = heading.kind if heading else None
    runs_on = keys and keys[-1].entries and keys[-1].kind is kind
    if not runs_on or keys[-1].entries[-1].number >= entries[0].number:
        keys.append(KeySection(kind))
    keys[-1].entries += entries


def _have_keys_of_their_own(paper: Sequence[Line], heading: Heading | None) -> bool:
    """A question of this section states its key: then 1.A 2.B behind one of them is that one's, a matching."""
    if heading and heading.kind in (Kind.OTHER, Kind.CASE):
        return True
    for line in reversed(paper):
        if heading_of(line.text):
            return False
        if mark_of(line.text).rule == "answer":
            return True
    return False


def _is_of_a_case(lines: Sequence[Line], at: int, paper: Sequence[Line]) -> bool:
    """参考答案： below the questions of a case, and their answers by number: no key of the paper."""
    heading = _last_heading(paper)
    below = next((line.text for line in lines[at + 1 : at + 4] if line.text.strip()), "")
    return heading is not None and heading.kind is Kind.CASE and begins_answers(below)


def _numbered_here(paper: Sequence[Line], entries: Sequence[KeyEntry]) -> bool:
    """Every key is for a number of this section: keys of a whole paper name those of others too."""
    numbers: set[int] = set()
    for line in reversed(paper):
        if heading_of(line.text):
            break
        numbers |= {number.number for number in numbers_of_line(line.text)}
    return {entry.number for entry in entries} <= numbers


def _key_end(lines: Sequence[Line], start: int) -> int:
    """Where questions begin again: a line with options, or a heading that a question follows."""
    for at in range(start, len(lines)):
        mark = mark_of(lines[at].text)
        if mark.rule == "option" and mark.name == "A" and at + 1 < len(lines):
            return max((b for b in range(start, at) if heading_of(lines[b].text)), default=at)
        if heading_of(lines[at].text) and _question_soon(lines[at + 1 : at + 3]):
            return at
    return len(lines)


def _question_soon(lines: Sequence[Line]) -> bool:
    first = next((line.text for line in lines if line.text.strip()), "")
    numbered = numbers_of_line(first)
    return (
        bool(numbered)
        and not entries_of(first)
        and len(first) > 18
        and first.rstrip().endswith(("。", "？", "?", "）", ")"))
    )


def _last_heading(paper: Sequence[Line]) -> Heading | None:
    return next((h for h in (heading_of(line.text) for line in reversed(paper)) if h), None)
