"""Keys of several questions on one line among them: 单选题答案：1.A 2.B, 【1-5题答案】ABCDA, 答案：√×√× under 判断题."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from studyhall.bank.answers import truth_of
from studyhall.bank.formats.lines import Line
from studyhall.bank.formats.text_key_lines import KeyEntry, beside, entries_of, parted
from studyhall.bank.formats.text_rules import heading_of, mark_of, numbers_of_line
from studyhall.bank.record import Kind

_INLINE = re.compile(
    r"^\s*(?P<head>[^:：。？?]{0,24}?)[【（(\[]?\s*(?:本卷|试卷|试题|习题)?(?:参考|标准|正确)?\s*答\s*案\s*[】）)\]]?\s*[:：]?\s*"
    r"(?P<rest>[（(]?第?\d.*?)\s*[）)]?\s*$"
)
_HERE = re.compile(r"(?:本页|本组|本节|本章|本单元|本大题|本部分|本题组|以上(?:各题)?|上述(?:各题)?)的?")
_OF_A_RANGE = re.compile(
    r"^\s*[【（(\[]?\s*第?(?P<numbers>\d{1,4}\s*[-–—−－~～至到]\s*\d{1,4})\s*题?(?:的)?(?:参考|标准|正确)?答\s*案\s*[】）)\]]?\s*[:：]?\s*"
    r"(?P<keys>\S.*)$"
)


def inline_keys(text: str) -> tuple[str, list[KeyEntry]] | None:
    """单选题答案：1.A 2.B on one line: (what stands before, keys); None where it is the key of one question."""
    if ranged := _OF_A_RANGE.match(text):
        entries = entries_of(f"{ranged['numbers']} {ranged['keys']}")
        return ("", entries) if len(entries) > 1 else None
    match = _INLINE.match(text)
    entries = entries_of(match["rest"]) if match else []
    if not match or not entries or len({entry.number for entry in entries}) < len(entries):
        return None
    head = match["head"].strip().rstrip("（([【 ")
    if not head or _HERE.fullmatch(head):
        return ("", entries) if len(entries) > 1 else None
    return (head, entries) if heading_of(head) or heading_of(f"{head}题") else None


_ALL_SECTIONS = re.compile(
    r"^\s*(?P<label>(?:参考|标准|正确)?答\s*案)\s*[:：]\s*(?P<sections>[一二三四五六七八九十]{1,2}\s*、.+)$"
)
_SECTION = re.compile(r"(?<=[\s；;。.,，])\s*(?=[一二三四五六七八九十]{1,2}\s*、)")


def opened(lines: Sequence[Line]) -> list[Line]:
    """答案：一、1.A 2.B 二、1.√ 2.×: the label and each section on lines of their own."""
    found: list[Line] = []
    for line in lines:
        match = _ALL_SECTIONS.match(line.text) if "案" in line.text else None
        parts = _SECTION.split(match["sections"]) if match else []
        if match and len(parts) > 1:
            found += [replace(line, text=words) for words in (match["label"], *parts)]
        else:
            found.append(line)
    return found


def row_below(section: Sequence[Line], line: Line, below: str, kind: Kind | None) -> list[KeyEntry]:
    """答案：√×√× or 答案：1.宪法；2.18；3.村委会 behind a section none of whose questions has a key.

    As many as the section has questions, and more than one question could have: a judge has one truth, and
    what stands behind a fill question with as many blanks may be for those. `below` is the line that follows.
    """
    mark = mark_of(line.text)
    ends = not below or heading_of(below) is not None
    if kind not in (Kind.JUDGE, Kind.FILL) or mark.rule != "answer" or not ends:
        return []
    numbers = [
        n.number for one in section for n in numbers_of_line(one.text) if n.family == "digit" and not n.cost
    ]
    if len(numbers) < 2 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return []
    if kind is Kind.JUDGE:
        keys = [key for key in parted(mark.rest, len(numbers)) or () if truth_of(key) is not None]
        return list(map(KeyEntry, numbers, keys)) if len(keys) == len(numbers) else []
    found = beside(mark.rest)
    return found if len(found) > 2 and [entry.number for entry in found] == numbers else []
