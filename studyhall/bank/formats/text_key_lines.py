"""One line of a key by itself: 1-5 ABCDE, 1.A 2.B, ABD AC, a row of a grid, short words with numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from studyhall.bank.answers import letters_of, truth_of
from studyhall.bank.record import Kind
from studyhall.core.citations import from_chinese

KEY = r"(?:[A-HＡ-Ｈ]{1,8}(?![A-Za-z])|正确|错误|[√×✓✗✔✘对错TFＴＦYN](?![A-Za-z]))"
RANGE = re.compile(r"第?(\d{1,4})\s*[-–—−－~～至到]\s*(\d{1,4})\s*(?:题)?\s*[:：.、．]?\s*")
_WHY = (
    r"[（(]\s*((?:参|详|请)?见|参照|依据|根据|出自|出处|来自|《|第[一二三四五六七八九十百\d]+[条章节款页]|教材)"
    r"([^（()）A-HＡ-Ｈ√×✓✗✔✘]{0,30})[）)]"
)
"""A（见第三条）: where to read on. Other words in brackets may speak against the key."""
_PAIR = re.compile(
    rf"[（(]?第?(\d{{1,4}})\s*题?[）)]?\s*[.．、:：\s=→—–-]{{0,2}}\s*(?:应?选)?\s*[（(]?\s*({KEY})\s*[）)]?(?:\s*{_WHY})?(?=[\s,，;；。.、\d（(第]|$)"
)
WORTH = re.compile(
    r"[（(]\s*(?:[每各]小?题?|共)?\s*\d{1,3}(?:\.\d)?\s*分(?:\s*[,，]\s*共\s*\d{1,3}\s*分)?\s*[）)]"
)
_APART = re.compile(
    r"[（(]?第?(\d{1,4})\s*题?[）)]?\s*[.．、:：]\s*([A-HＡ-Ｈ](?:[\s、,，/／]*[A-HＡ-Ｈ]){0,7})[\s、,，;；。.]*"
)
NUMBER_WORDS = ("题号", "序号", "题目")


@dataclass
class KeyEntry:
    number: int
    answer: str
    explanation: str = ""


@dataclass
class KeySection:
    """The keys under one heading. `kind` None: no heading, or one that names none."""

    kind: Kind | None = None
    place: int | None = None
    """2 where nothing but 二、 stands before them."""
    entries: list[KeyEntry] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    """Lines of keys without any number, as they stand."""
    behind: int | None = None
    """So many headings of the paper stand before them; None in a file of their own."""
    against: str = ""
    """更正答案: the name of keys that speak against others, and are only compared with them."""


def entries_of(text: str) -> list[KeyEntry]:
    """A line that is nothing but keys; empty where anything else stands in it."""
    found: list[KeyEntry] = []
    text = _with_digits(WORTH.sub(" ", text).strip())
    ranges = list(RANGE.finditer(text))
    if ranges and not text[: ranges[0].start()].strip("（( "):
        ends = [match.start() for match in ranges[1:]] + [len(text)]
        for match, end in zip(ranges, ends, strict=True):
            first, last = int(match[1]), int(match[2])
            words, others = _pairs_behind(text[match.end() : end])
            keys = parted(words, last - first + 1) if 0 <= last - first < 500 else None
            if keys is None:
                return []
            found += [KeyEntry(first + n, key) for n, key in enumerate(keys)] + others
        return found
    rest = _PAIR.sub(" ", text)
    if re.sub(r"[\s,，;；。.、（()）|]+", "", rest):
        return _with_letters_apart(text)
    return [KeyEntry(int(m[1]), m[2], f"{m[3]}{m[4]}".strip() if m[3] else "") for m in _PAIR.finditer(text)]


_SMALL = re.compile(r"[\d\s.．、:：,，;；()（）a-h-]+")
_CN_NUMBER = re.compile(r"第([一二三四五六七八九十百]{1,4})题")


def _with_digits(text: str) -> str:
    """第一题A is 第1题A, 1.a 2.b is 1.A 2.B."""
    if "题" in text:
        text = _CN_NUMBER.sub(lambda found: f"第{from_chinese(found[1]) or found[1]}题", text)
    return text.upper() if _SMALL.fullmatch(text) else text


def _with_letters_apart(text: str) -> list[KeyEntry]:
    """1．A B C  2．A D; 1、A、C；2、B: the number has a sign, and its letters stand apart."""
    found = list(_APART.finditer(text))
    if not found or "".join(match[0] for match in found) != text:
        return []
    letters = [letters_of(match[2]) for match in found]
    return (
        [
            KeyEntry(int(m[1]), m[2] if re.search("[/／]", m[2]) else "".join(key))
            for m, key in zip(found, letters, strict=True)
            if key
        ]
        if all(letters)
        else []
    )


def _pairs_behind(words: str) -> tuple[str, list[KeyEntry]]:
    """AB 3.√ behind 1-2: the keys of the range, and those that have numbers of their own."""
    number = re.search(r"(?<=\s)\d{1,4}\s*[.．、:：]", words)
    pairs = entries_of(words[number.start() :]) if number else []
    return (words[: number.start()], pairs) if number and pairs else (words, [])


def parted(words: str, count: int) -> list[str] | None:
    """`ABCDE`, `A B C`, `ABD AC BC`, `√×√` as so many keys; None where the number does not come out."""
    words = words.strip().strip("。.；;")
    parts = [part for part in re.split(r"[\s,，、;；|/]+", words) if part]
    if len(parts) == count and all(is_key(part) for part in parts):
        return parts
    packed = "".join(parts)
    if len(packed) == count and all(is_key(char) for char in packed):
        return list(packed)
    return None


_PACKED = re.compile(r"[A-HＡ-Ｈ]+|(?:[√×✓✗✔✘对错TFＴＦ]|正确|错误)+")


def is_loose(text: str) -> bool:
    parts = [part for part in re.split(r"[\s,，、;；|]+", text.strip().strip("。.；;")) if part]
    return (
        bool(parts)
        and not re.search(r"\d", text)
        and all(is_key(part) or _PACKED.fullmatch(part) is not None for part in parts)
    )


def ways_apart(lines: Sequence[str], *, signs: bool) -> Iterator[list[str]]:
    """Keys without numbers as they may be meant: a line each, a word each, a sign each where `signs` may be."""
    yield list(lines)
    parts = [part for text in lines for part in re.split(r"[\s,，、;；|/]+", text.strip("。.；; ")) if part]
    yield parts
    if signs and in_groups(parts):
        yield list("".join(parts))


def in_groups(parts: Sequence[str]) -> bool:
    """ABCDA BBCCD D: of as many each, the last may be shorter. ABC D AB are keys, each of one question."""
    lengths = [len(part) for part in parts]
    return len(set(lengths[:-1])) <= 1 and lengths[-1] <= lengths[0]


def is_key(words: str) -> bool:
    return letters_of(words) is not None or truth_of(words, misread=True) is not None


def grid_numbers(cells: Sequence[str]) -> list[int]:
    """题号 1 2 3 …; without the word two numbers at least."""
    named = bool(cells) and cells[0] in NUMBER_WORDS
    cells = cells[1:] if named else cells
    if len(cells) >= (1 if named else 2) and all(re.fullmatch(r"\d{1,4}", cell) for cell in cells):
        numbers = [int(cell) for cell in cells]
        return numbers if all(b == a + 1 for a, b in pairwise(numbers)) else []
    return []


def cells_of(text: str) -> list[str]:
    cells = [cell.strip() for cell in re.split(r"\t|\s{2,}|\s*\|\s*", text) if cell.strip()]
    if len(cells) == 1 and _ROW.fullmatch(cells[0]):
        return cells[0].split()
    return cells


_ROW = re.compile(
    r"(?:(?:题号|序号|题目)\s+\d{1,4}|\d{1,4})(?:\s+\d{1,4})+|答案(?:\s+[A-HＡ-Ｈ√×对错]{1,8})+"
)
"""题号 1 2 3 over 答案 A B C, with nothing but a blank between them."""


def beside(text: str) -> list[KeyEntry]:
    """1.宪法 2.人民 3.民主集中制: short words with numbers that run on, or nothing."""
    marks = list(re.finditer(r"(?:^|(?<=[\s;；]))[（(]?(\d{1,4})\s*[）)]?\s*[.．、:：]\s*(?=\S)", text))
    numbers = [int(mark[1]) for mark in marks]
    if len(marks) < 2 or marks[0].start() or any(b != a + 1 for a, b in pairwise(numbers)):
        return []
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    words = [text[mark.end() : end].strip().rstrip("；;") for mark, end in zip(marks, ends, strict=True)]
    if not all(0 < len(word) <= 30 and "。" not in word.rstrip("。") for word in words):
        return []
    return [KeyEntry(number, word) for number, word in zip(numbers, words, strict=True)]


def is_range(text: str) -> bool:
    """1-5 with keys behind it, or with nothing: an answer grid that nobody filled in."""
    match = RANGE.match(text.strip())
    return bool(match) and not re.sub(
        r"[A-HＡ-Ｈ√×对错TF\s,，、;；]", "", text.strip()[match.end() :] if match else ""
    )
