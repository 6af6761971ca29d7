"""Which lines of a paper are its keys: after 参考答案, in a line or a grid of their own among the questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from studyhall.bank.answers import blanks_in, truth_of
from studyhall.bank.formats.lines import Line
from studyhall.bank.formats.text_cases import begins_answers, numbers_of_stories
from studyhall.bank.formats.text_key_corrections import corrections_apart
from studyhall.bank.formats.text_key_counts import by_count, loose_keys, sections_of
from studyhall.bank.formats.text_key_lines import KEY, KeyEntry, KeySection, entries_of
from studyhall.bank.formats.text_key_rows import headed, keys_on_lines, opened, row_below, running_on
from studyhall.bank.formats.text_keys import (
    grid_at,
    is_key_start,
    read_keys,
)
from studyhall.bank.formats.text_rules import Heading, heading_of, mark_of, numbers_of_line
from studyhall.bank.record import Kind


@dataclass
class _Paper:
    """The lines so far that are no keys, and the section they have come to."""

    lines: list[Line] = field(default_factory=list)
    heading: Heading | None = None
    begins: int = 0
    headings: int = 0
    states_keys: bool = False
    """A question of this section has a key of its own."""
    any_stated: bool = False
    """One of the paper has."""

    def add(self, line: Line) -> None:
        heading = heading_of(line.text)
        self.lines.append(line)
        if heading:
            self.heading, self.begins, self.states_keys = heading, len(self.lines), False
            self.headings += 1
        elif mark_of(line.text).rule == "answer":
            self.states_keys = self.any_stated = True

    def numbered(self, entries: Sequence[KeyEntry]) -> bool:
        """Every key is for a number of this section: keys of a whole paper name those of others too."""
        numbers = {n.number for line in self.lines[self.begins :] for n in numbers_of_line(line.text)}
        return {entry.number for entry in entries} <= numbers


def keys_apart(lines: list[Line]) -> tuple[list[Line], list[KeySection]]:
    """Keys after a heading 参考答案, to the end or up to the next heading with questions under it."""
    paper = _Paper()
    keys: list[KeySection] = []
    lines, against = corrections_apart(opened(lines))
    lines = headed(lines)
    at = 0
    while at < len(lines):
        inside = _keys_in_the_paper(lines, at, paper, keys)
        if inside:
            at += inside
            continue
        if not is_key_start(lines, at) or _is_of_a_case(lines, at, paper):
            paper.add(lines[at])
            at += 1
            continue
        end = _key_end(lines, at + 1)
        block = read_keys(lines[at:end])
        if end < len(lines) and paper.heading is None and any(one.loose and not one.kind for one in block):
            paper.add(
                lines[at]
            )  # keys without numbers, and more questions behind them: for which nobody says
            at += 1
            continue
        entries = [entry for section in block for entry in section.entries]
        own = end < len(lines) or (keys and len(block) == 1 and paper.numbered(entries))
        for section in block:
            section.kind = section.kind or (paper.heading.kind if own and paper.heading else None)
            section.behind = paper.headings
        keys += block
        at = end
    return paper.lines, keys + against


def _keys_in_the_paper(lines: Sequence[Line], at: int, paper: _Paper, keys: list[KeySection]) -> int:
    """Keys of a section among its questions, in a line or in a grid; gives back how many lines they take."""
    count, entries = grid_at(lines, at)
    if count:
        _add(keys, paper.heading, entries, paper.headings)
        return count
    if counted := _keys_by_count(lines, at, paper, keys):
        return counted
    found = keys_on_lines(lines, at)
    if found is None and not paper.states_keys and paper.heading:
        below = next((line.text for line in lines[at + 1 : at + 20] if line.text.strip()), "")
        row = row_below(paper.lines[paper.begins :], lines[at], below, paper.heading.kind)
        found = (1, "", row) if row else None
    # Behind a question that states its key 1.A 2.B is the key of a matching, in a case those of its parts.
    kind = paper.heading.kind if paper.heading else None
    if found is None or paper.states_keys or kind is Kind.OTHER:
        return 0
    count, head, entries = found
    if kind is Kind.CASE and not _is_beyond_the_story(lines, at + count, paper, entries):
        return 0
    heading = paper.heading
    if head:
        own = heading_of(head) or heading_of(f"{head}题")
        if own and (heading is None or own.kind is not heading.kind):
            paper.add(replace(lines[at], text=own.words))
        heading = own
    elif kind is Kind.CASE or not paper.numbered(entries):
        heading = None
    _add(keys, heading, entries, paper.headings)
    return count


def _keys_by_count(lines: Sequence[Line], at: int, paper: _Paper, keys: list[KeySection]) -> int:
    """答案：ABCDA behind five choices; gives back how many lines it takes."""
    count, words = loose_keys(lines, at) if not paper.states_keys else (0, "")
    if not count:
        return 0
    begins = max(0, paper.begins - 1) if paper.any_stated or keys else 0
    found = by_count(words, sections_of(paper.lines[begins:]))
    for asked, entries in found:
        keys.append(KeySection(asked.kind, entries=entries, behind=paper.headings))
    return count if found else 0


def _add(keys: list[KeySection], heading: Heading | None, entries: Sequence[KeyEntry], behind: int) -> None:
    """To the keys of the same section where the numbers run on: a grid may have several rows."""
    if not entries:
        return
    kind = heading.kind if heading else None
    runs_on = keys and keys[-1].entries and keys[-1].kind is kind
    if not runs_on or keys[-1].entries[-1].number >= entries[0].number:
        keys.append(KeySection(kind, behind=behind))
    keys[-1].entries += entries


def _is_of_a_case(lines: Sequence[Line], at: int, paper: _Paper) -> bool:
    """参考答案： below the questions of a case, and their answers by number: no key of the paper."""
    if paper.heading is None or paper.heading.kind is not Kind.CASE:
        return False
    below = next((n for n in range(at + 1, min(at + 4, len(lines))) if lines[n].text.strip()), None)
    if below is None or not begins_answers(lines[below].text):
        return False
    count, entries = running_on(lines, below + 1, entries_of(lines[below].text))
    if paper.states_keys or not count:
        return True
    return not _is_beyond_the_story(lines, below + 1 + count, paper, entries)


def _is_beyond_the_story(lines: Sequence[Line], end: int, paper: _Paper, entries: Sequence[KeyEntry]) -> bool:
    """Keys behind a case that name questions of others too: its numbers run on from them, each there but once.

    Where the numbers are those of the story, but of a section before it as well, and nothing comes behind them, they
    are left to the whole paper, which holds both.
    """
    *others, story = numbers_of_stories(paper.lines[paper.begins :]) or [[]]
    before = [number for one in others for number in one]
    named = {entry.number for entry in entries}
    if named <= set(story):
        last = not any(line.text.strip() for line in lines[end:])
        earlier = {n for one in sections_of(paper.lines[: max(0, paper.begins - 1)]) for n in one.numbers}
        return last and not paper.any_stated and len(named) > 1 and named <= earlier
    return len({*before, *story}) == len(before) + len(story)


def _key_end(lines: Sequence[Line], start: int) -> int:
    """Where questions begin again: a line with options, or a heading that a question follows."""
    for at in range(start, len(lines)):
        mark = mark_of(lines[at].text)
        if mark.rule == "option" and mark.name == "A" and at + 1 < len(lines):
            return max(
                (b for b in range(start, at) if heading_of(lines[b].text)),
                default=_stem_above(lines, start, at),
            )
        heading = heading_of(lines[at].text)
        if heading and _question_soon(lines[at + 1 : at + 3], heading.kind):
            return at
    return len(lines)


def _stem_above(lines: Sequence[Line], start: int, at: int) -> int:
    """Of the options at `at`: the nearest line above that has a number and is no key."""
    for above in range(at - 1, max(start, at - 6) - 1, -1):
        if numbers_of_line(lines[above].text) and not entries_of(lines[above].text):
            return above
    return at


_ASKS = re.compile(r"[?？]\s*$|分\s*[）)]\s*$|简述|试述|论述|简答|什么|如何|怎样|为何|谈谈|请")


def _question_soon(lines: Sequence[Line], kind: Kind | None) -> bool:
    """A sentence under 简答题 may as well be an answer: there, and under 填空题, it has to ask."""
    first = next((line.text for line in lines if line.text.strip()), "")
    numbers = numbers_of_line(first)
    if not numbers or entries_of(first):
        return False
    if len(first) <= 18 and (kind is not Kind.JUDGE or _says_a_truth(numbers[0].rest)):
        return False
    if kind is Kind.SHORT:
        return bool(_ASKS.search(first))
    if kind is Kind.FILL:
        return blanks_in(first) > 0
    return first.rstrip().endswith(("。", "？", "?", "）", ")"))


def _says_a_truth(words: str) -> bool:
    """√，见第三页。 or 本题错误。 under 判断题 in a key; any other sentence there is a question, however short."""
    return truth_of(words) is not None or re.match(rf"\s*[（(]?\s*{KEY}", words) is not None
