"""Several papers in one file: 第一套 … 第二套, 试卷一, 模拟题（二）, A卷; each is read with the keys that name it.

Titles are believed where they count from the first on, each stands before the first question of a paper, and it is
plain which keys are whose: named by the same titles, or behind every paper, or behind none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from studyhall.bank.formats.lines import Line
from studyhall.bank.formats.text_key_lines import entries_of, is_loose
from studyhall.bank.formats.text_keys import holds_keys
from studyhall.bank.formats.text_keys_apart import keys_apart
from studyhall.bank.formats.text_rules import KEY_HEADING, heading_of, mark_of, numbers_of_line
from studyhall.bank.formats.text_set_titles import SORTS, number_of


@dataclass(frozen=True)
class _Title:
    at: int
    number: int
    rest: str
    of_keys: bool


def papers_in(lines: list[Line]) -> list[list[Line]]:
    """The lines of each paper, with its keys behind it; all in one where the file is one paper."""
    for sort in SORTS:
        titles = _titles(lines, sort)
        papers = [title for title in titles if not title.of_keys]
        if (
            len(papers) < 2
            or not _count_on(papers)
            or not all(_leads(lines, one.at, titles) for one in papers)
        ):
            continue
        found = _apart(lines, titles, len(papers))
        return found or [_without(lines, {title.at for title in papers})]
    return [lines]


def keys_of_papers(lines: Sequence[Line], count: int) -> list[list[Line]] | None:
    """The keys in a file of their own, paper by paper; None where it does not name them."""
    for sort in SORTS:
        titles = [replace(title, of_keys=True) for title in _titles(lines, sort)]
        if titles and _each_once(titles, count) and not _holds_keys(lines[: titles[0].at]):
            return [list(_keys(lines, titles, number)) for number in range(1, count + 1)]
    return None


def _titles(lines: Sequence[Line], sort: re.Pattern[str]) -> list[_Title]:
    found = []
    for at, line in enumerate(lines):
        match = sort.match(line.text) if len(line.text) < 200 and line.text.strip() else None
        if match is None or mark_of(line.text).rule not in ("text", "noise"):
            continue
        rest = match["rest"].strip()
        if rest and not (entries_of(rest) or is_loose(rest)):
            continue
        ahead = (one.text for one in lines[at + 1 : at + 8] if one.text.strip())
        below = next((text for text in ahead if heading_of(text) is None or holds_keys(text)), "")
        keys = bool(match["key"] or rest or _are_keys(below))
        found.append(_Title(at, number_of(match["number"]), rest, keys))
    return found


def _are_keys(text: str) -> bool:
    labelled = KEY_HEADING.match(text) is not None or mark_of(text).rule == "answer"
    return labelled or holds_keys(text) or is_loose(text)


def _count_on(titles: Sequence[_Title]) -> bool:
    return [title.number for title in titles] == list(range(1, len(titles) + 1))


def _each_once(titles: Sequence[_Title], count: int) -> bool:
    numbers = [title.number for title in titles]
    return len(set(numbers)) == len(numbers) and set(numbers) <= set(range(1, count + 1))


def _leads(lines: Sequence[Line], at: int, titles: Sequence[_Title]) -> bool:
    """A heading or the first question comes within a few lines, before another title."""
    end = min((title.at for title in titles if title.at > at), default=len(lines))
    ahead = [line.text for line in lines[at + 1 : min(end, at + 12)] if line.text.strip()][:4]
    return any(
        heading_of(text) or any(n.number == 1 and not n.cost for n in numbers_of_line(text)) for text in ahead
    )


def _apart(lines: Sequence[Line], titles: Sequence[_Title], count: int) -> list[list[Line]]:
    """Empty where it is not plain which keys are whose."""
    keys = [title for title in titles if title.of_keys]
    if not _each_once(keys, count) or _holds_keys(lines[: titles[0].at]):
        return []
    papers = [list(_lines_of(lines, titles, title)) for title in titles if not title.of_keys]
    papers[0][:0] = lines[: titles[0].at]
    own = [bool(keys_apart(paper)[1]) for paper in papers]
    if any(own) and (keys or not all(own)):
        return []
    heading = replace(lines[0], text="参考答案", pictures=(), runs=())
    found = []
    for number, paper in enumerate(papers, 1):
        of_it = [line for line in _keys(lines, keys, number, titles) if line.text.strip()]
        if of_it and is_loose(of_it[0].text):
            of_it[0] = replace(of_it[0], text=f"答案：{of_it[0].text}")
        elif of_it and mark_of(of_it[0].text).rule != "answer":
            of_it.insert(0, heading)
        found.append([*paper, *of_it])
    return found


def _holds_keys(lines: Iterable[Line]) -> bool:
    return any(entries_of(line.text) for line in lines)


def _lines_of(lines: Sequence[Line], titles: Sequence[_Title], title: _Title) -> Sequence[Line]:
    """Up to the next title, without a heading 参考答案 that leads to the titles of keys."""
    end = min((one.at for one in titles if one.at > title.at), default=len(lines))
    found = list(lines[title.at + 1 : end])
    while found and end < len(lines) and (not found[-1].text.strip() or KEY_HEADING.match(found[-1].text)):
        found.pop()
    return found


def _keys(
    lines: Sequence[Line], keys: Sequence[_Title], number: int, titles: Sequence[_Title] = ()
) -> Iterable[Line]:
    for title in keys:
        if title.number == number:
            if title.rest:
                yield replace(lines[title.at], text=title.rest)
            yield from _lines_of(lines, titles or keys, title)


def _without(lines: Sequence[Line], taken: set[int]) -> list[Line]:
    return [line for at, line in enumerate(lines) if at not in taken]
