"""Titles that stand among the questions: 1.2 分则, （二）分则, 模块二 分则, 《乙法》, 第3期, a day.

Seen alone such a line may be more words of an option. It is a title where the file has several of its sort,
their numbers run on, each stands right before a question, and none is inside one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Sequence
from itertools import chain

from studyhall.bank.formats.lines import Line
from studyhall.bank.formats.text_rules import OPTION, heading_of, mark_of, numbers_of_line
from studyhall.bank.record import Kind
from studyhall.core.citations import from_chinese

_CN = "一二三四五六七八九十"
_WORDS = r"[^\d\s。？?！!；;，,：:（()）_＿√×][^。？?！!；;，,：:（()）_＿√×]{0,29}"
_SORTS: tuple[re.Pattern[str], ...] = (
    re.compile(rf"^\s*(?P<above>\d{{1,2}})[.．](?P<number>\d{{1,2}})(?:[.．、]|\s)\s*{_WORDS}$"),
    re.compile(rf"^\s*[（(](?P<number>[{_CN}]{{1,3}})[）)]\s*{_WORDS}$"),
    re.compile(
        rf"^\s*(?:模块|专题|单元|主题|项目|任务|板块|篇章|章节)\s*(?P<number>[{_CN}]{{1,3}}|\d{{1,2}})(?:[:：、.．\s]\s*{_WORDS})?$"
    ),
    re.compile(r"^\s*《[^《》]{2,30}》\s*$"),
    re.compile(rf"^\s*第\s*(?P<number>\d{{1,4}}|[{_CN}]{{1,3}})\s*[期天讲课周关]\s*$"),
    re.compile(r"^\s*\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?(?:\s*(?:星期|周)[一二三四五六日天])?\s*$"),
    re.compile(r"^\s*(?:(?:点击)?阅读原文|每日一[题学练]|(?:长按|扫码|识别)\S{0,12})\s*$"),
)


def without_titles(lines: Sequence[Line]) -> list[Line]:
    found = [[at for at, line in enumerate(lines) if sort.match(line.text)] for sort in _SORTS]
    likely = [
        places
        for sort, places in zip(_SORTS, found, strict=True)
        if len(places) > 1 and _run_on([sort.match(lines[at].text) for at in places])
    ]
    if not likely:
        return list(lines)
    surroundings = _Surroundings(lines, set(chain.from_iterable(likely)))
    taken = {at for places in likely if all(map(surroundings.divide, places)) for at in places}
    return [line for at, line in enumerate(lines) if at not in taken]


def _run_on(matches: Sequence[re.Match[str] | None]) -> bool:
    """Each the next of the one before, or the first of what begins anew; titles without numbers are all one."""
    before: int | None = None
    for match in matches:
        said = match.groupdict().get("number") if match else None
        if said is None:
            return True
        number = int(said) if said.isdigit() else from_chinese(said) or 0
        if before is not None and number not in (before + 1, 1):
            return False
        before = number
    return True


class _Surroundings:
    """What stands around a line: the kind of its section, the line above and the one below."""

    def __init__(self, lines: Sequence[Line], titles: Collection[int]) -> None:
        self.lines, self.titles = lines, titles
        self.filled = [
            at for at, line in enumerate(lines) if mark_of(line.text).rule not in ("blank", "noise")
        ]
        headings = [(at, heading) for at in self.filled if (heading := heading_of(lines[at].text))]
        self.headings = dict(headings)
        self.headed = [at for at, _heading in headings]
        asked = (at for at in self.filled if mark_of(lines[at].text).rule in ("option", "answer"))
        self.first = next(asked, len(lines))

    def divide(self, at: int) -> bool:
        """The next line is the first of a question, or a heading; the one before ends a question."""
        place = bisect_left(self.filled, at)
        if place + 1 == len(self.filled) or not self._begins(self.filled[place + 1]):
            return False
        above = bisect_left(self.headed, at)
        if above and self.headings[self.headed[above - 1]].kind in (Kind.CASE, Kind.SHORT):
            return False  # a story, or a question with parts
        if at < self.first:
            return True
        if (before := self.filled[place - 1]) in self.headings or before in self.titles:
            return True
        words = self.lines[before].text
        mark = mark_of(words)
        if (mark.rule == "option" and not OPTION.sub("", words).strip()) or (
            mark.rule == "answer" and not mark.rest
        ):
            return False  # what it names stands here
        return mark.rule != "text" or bool(re.search(r"[。？?！!）)√×]\s*$", words))

    def _begins(self, at: int) -> bool:
        if at in self.headings or at in self.titles:
            return True
        return any(
            number.family == "digit" and not number.cost for number in numbers_of_line(self.lines[at].text)
        )
