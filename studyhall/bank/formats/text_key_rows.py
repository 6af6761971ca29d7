"""Keys of several questions on one line among them: 单选题答案：1.A 2.B, 【1-5题答案】ABCDA on its last line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from studyhall.bank.formats.lines import Line
from studyhall.bank.formats.text_key_counts import is_of, sections_of
from studyhall.bank.formats.text_key_lines import KeyEntry, beside, entries_of
from studyhall.bank.formats.text_rules import heading_of, mark_of, numbers_of_line
from studyhall.bank.record import Kind

_INLINE = re.compile(
    r"^\s*(?P<head>[^:：。？?]{0,24}?)[【（(\[]?\s*(?:本卷|试卷|试题|习题)?(?:参考|标准|正确)?\s*答\s*案\s*[】）)\]]?"
    r"\s*(?:[（(]\s*每小?题[^（()）]{0,20}[）)])?\s*[:：]?\s*(?P<rest>[（(]?(?:第?\d|第[一二三四五六七八九十百]{1,4}题).*)$"
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
    entries = (
        entries_of(match["rest"]) or entries_of(re.sub(r"[）)]\s*$", "", match["rest"])) if match else []
    )
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


_NAMED = re.compile(r"^\s*第\s*(\d{1,4})\s*题\s*的?(?:正确|参考|标准)?答\s*案\s*(?:是|为)?\s*[:：]\s*(\S.*)$")


def opened(lines: Sequence[Line]) -> list[Line]:
    """答案：一、1.A 2.B 二、1.√ 2.×: the label and each section on lines of their own.

    第1题答案：A and 第2题答案：B one below the other are a key too: behind its question each stands alone.
    """
    found: list[Line] = []
    named = [match and int(match[1]) for match in (_NAMED.match(line.text) for line in lines)]
    for at, line in enumerate(lines):
        number = named[at]
        if number and (number - 1 in named[max(0, at - 1) : at] or number + 1 in named[at + 1 : at + 2]):
            if number - 1 not in named[max(0, at - 1) : at]:
                found.append(replace(line, text="参考答案"))
            found.append(replace(line, text=_NAMED.sub(r"\1.\2", line.text)))
            continue
        match = _ALL_SECTIONS.match(line.text) if "案" in line.text else None
        parts = _SECTION.split(match["sections"]) if match else []
        if match and len(parts) > 1:
            found += [replace(line, text=words) for words in (match["label"], *parts)]
        else:
            found.append(line)
    return found


def row_below(section: Sequence[Line], line: Line, below: str, kind: Kind | None) -> list[KeyEntry]:
    """答案：1.宪法；2.18；3.村委会 behind a section of blanks none of whose questions has a key.

    As many as the section has questions, and more than two: what stands behind a question with as many blanks
    may be for those. `below` is the line that follows.
    """
    mark = mark_of(line.text)
    ends = not below or heading_of(below) is not None
    if kind is not Kind.FILL or mark.rule != "answer" or not ends:
        return []
    numbers = [
        n.number for one in section for n in numbers_of_line(one.text) if n.family == "digit" and not n.cost
    ]
    if len(numbers) < 2 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return []
    found = beside(mark.rest)
    return found if len(found) > 2 and [entry.number for entry in found] == numbers else []


def keys_on_lines(lines: Sequence[Line], at: int) -> tuple[int, str, list[KeyEntry]] | None:
    """The keys that begin in this line and run on below: (lines, what stands before, keys)."""
    text = lines[at].text
    if "答" not in text or "案" not in text:
        return None
    if found := inline_keys(text):
        count, entries = running_on(lines, at + 1, found[1])
        return 1 + count, found[0], entries
    match = _INLINE.match(text)
    first = entries_of(match["rest"]) if match and not match["head"].strip() else []
    count, entries = running_on(lines, at + 1, first) if len(first) == 1 else (0, [])
    return (1 + count, "", entries) if count else None


def running_on(lines: Sequence[Line], start: int, entries: Sequence[KeyEntry]) -> tuple[int, list[KeyEntry]]:
    """The lines below a line of keys that are nothing but more of them, and their keys."""
    count, found = 0, list(entries)
    for at in range(start, len(lines)):
        if not lines[at].text.strip():
            continue
        more = entries_of(lines[at].text)
        last = found[-1].number if found else 0
        if not more or more[0].number <= last or (len(more) == 1 and more[0].number != last + 1):
            break
        count, found = at - start + 1, found + more
    return count, found


def headed(lines: list[Line]) -> list[Line]:
    """1.B 2.C 3.D as the last lines, for just the questions that are there, is a key though nothing says so."""
    begins = len(lines)
    entries: list[KeyEntry] = []
    for at in range(len(lines) - 1, -1, -1):
        found = entries_of(lines[at].text)
        if lines[at].text.strip() and not found:
            break
        if found:
            begins, entries = at, found + entries
    if len(entries) < 2 or any(mark_of(line.text).rule == "answer" for line in lines[:begins]):
        return lines
    asked = sections_of(lines[:begins])
    numbers = [number for one in asked for number in one.numbers]
    if not all(one.sure for one in asked) or numbers != [entry.number for entry in entries]:
        return lines
    wanted = [one.takes for one in asked for _number in one.numbers]
    if not all(is_of(entry.answer, takes) for entry, takes in zip(entries, wanted, strict=True)):
        return lines
    return [*lines[:begins], replace(lines[begins], text="参考答案"), *lines[begins:]]
