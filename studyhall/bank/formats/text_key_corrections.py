"""Keys that speak against others: 更正答案：2.C, 勘误：第2题应为C, 张老师的答案：1.A 2.B.

Nobody here knows which of two keys is right. They are taken out of the paper, so that no question swallows them,
and compared when all others are given: where they differ, the question is held.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from studyhall.bank.formats.lines import Line
from studyhall.bank.formats.text_key_lines import KEY, KeyEntry, KeySection, entries_of
from studyhall.bank.formats.text_key_rows import inline_keys
from studyhall.bank.formats.text_rules import heading_of, mark_of
from studyhall.core.citations import from_chinese

_CN = "一二三四五六七八九十百"
_NAMES = r"(?:更正|勘误|订正|修正|纠错|补正|更改|变更|修订)"
_ANSWER = r"(?:参考|标准|正确|试题|试卷|本卷)*答\s*案"
_TOLD = re.compile(
    rf"^\s*[（(【\[※*]?\s*(?:(?:附|备?注|说明|重要|特别)\s*[:：]?\s*)?(?P<name>(?:{_ANSWER}\s*)?[（(]?的?{_NAMES}"
    rf"(?:后|版|本|表|栏|说明|通知|启事|如下|内容|的|[）)]|{_ANSWER})*)\s*[】\]）)]?\s*[:：，,]?\s*(?P<rest>.*?)\s*[】\]）)]?\s*$"
)
_OF_ONE = rf"第?\s*(\d{{1,4}}|(?<=第)[{_CN}]{{1,4}})\s*小?题"
_SAYS = re.compile(
    rf"^\s*[（(【\[※*]?\s*(?:备?注|说明)?\s*[:：]?\s*(?P<rest>{_OF_ONE}\s*的?{_ANSWER}"
    r"(?=[^:：]{0,10}(?:更正|订正|勘误|修正|改|应|有误|错|笔误|作废)).*)$"
)
_MEANS = re.compile(rf"(?:应改?[为是选]|改[为成]|更正[为成]|订正[为成]|[为是选]|[:：])\s*[“\"]?\s*({KEY})")
_NAMED = re.compile(r"(?<!\d)(\d{1,4})\s*[.．、:：]?\s*(?=[A-HＡ-Ｈ√×对错])")
"""2.B→C: whatever it says, of 2 it is."""
_OTHERS = re.compile(
    r"^\s*(?P<name>[^\d:：。？?]{1,16}?答\s*案[^\d:：。？?]{0,8})\s*[:：]\s*(?P<rest>[（(]?第?\d.*)$"
)


def corrections_apart(lines: Sequence[Line]) -> tuple[list[Line], list[KeySection]]:
    """(the lines without corrections, what these say). A line of them that says nothing of any number stays."""
    kept: list[Line] = []
    found: list[KeySection] = []
    at = 0
    while at < len(lines):
        read = _correction(lines, at)
        if read is None:
            kept.append(lines[at])
            at += 1
            continue
        count, section = read
        found.append(section)
        at += count
    return kept, found


def is_correction(key: KeySection) -> bool:
    """更正答案, not 张老师的答案."""
    return re.search(_NAMES, key.against) is not None


def _correction(lines: Sequence[Line], at: int) -> tuple[int, KeySection] | None:
    """How many lines it takes, and its keys; the key is empty where only the number is understood."""
    text = lines[at].text
    if mark_of(text).rule == "meta":
        return None
    if told := _TOLD.match(text):
        said = told["name"].strip("（(）) ")
        entries = _said_of(told["rest"])
        if told["rest"] and not entries:
            return None
        count, more = _more(lines, at + 1)
        return (1 + count, _section(said, entries + more)) if entries or more else None
    says = _SAYS.match(text)
    if says and not _asks(lines, at):
        return 1, _section("更正", _said_of(says["rest"]))
    other = _OTHERS.match(text) if "答" in text else None
    entries = entries_of(other["rest"]) if other else []
    if other is None or len(entries) < 2 or inline_keys(text) is not None or heading_of(text):
        return None
    return 1, _section(other["name"].strip(), entries)


def _asks(lines: Sequence[Line], at: int) -> bool:
    """第2题 答案应写在哪里？ is a question."""
    below = next((line.text for line in lines[at + 1 : at + 4] if line.text.strip()), "")
    return lines[at].text.rstrip().endswith(("？", "?", "）", ")")) or mark_of(below).rule in (
        "option",
        "answer",
    )


def _section(name: str, entries: list[KeyEntry]) -> KeySection:
    return KeySection(entries=entries, against=name)


def _more(lines: Sequence[Line], start: int) -> tuple[int, list[KeyEntry]]:
    """The lines below that are nothing but keys, or say 第2题应为C."""
    count = 0
    found: list[KeyEntry] = []
    for at in range(start, len(lines)):
        text = lines[at].text
        if not text.strip():
            continue
        entries = entries_of(text)
        if not entries and re.match(rf"\s*(?:\d{{1,2}}\s*[.．、]\s*)?{_OF_ONE}.*(?:应|改|更正|订正)", text):
            entries = _said_of(text)
        if not entries:
            break
        count, found = at - start + 1, found + entries
    return count, found


def _said_of(words: str) -> list[KeyEntry]:
    """2.C 3.D; 第2题答案应为C; 第2题作废. Every number that is named, with its key where one is told."""
    plain = entries_of(words) or entries_of(
        re.sub(r"^[^\d第]*(?:第?[一二三四五六七八九十]+大题)?[^\d]*", "", words)
    )
    if plain:
        return plain
    marks = list(re.finditer(_OF_ONE, words))
    if not marks:
        return [KeyEntry(int(number), "") for number in _NAMED.findall(words)]
    ends = [*(mark.start() for mark in marks[1:]), len(words)]
    found = []
    for mark, end in zip(marks, ends, strict=False):
        number = int(mark[1]) if mark[1].isdigit() else from_chinese(mark[1]) or 0
        keys = _MEANS.findall(words[mark.end() : end])
        found.append(KeyEntry(number, keys[-1] if keys else ""))
    return found
