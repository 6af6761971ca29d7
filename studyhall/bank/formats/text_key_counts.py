"""Keys without numbers, told by their count alone: 答案：A B C D A behind five choices, ABCDA/BBCCD, AB ABC BCD.

Only where there are exactly as many questions, in the section or in the whole paper, each key is of the kind of
its question, none of them has another key, and the words cannot be the key of the last question alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from studyhall.bank.answers import letters_of, truth_of
from studyhall.bank.formats.lines import Line
from studyhall.bank.formats.text_cut import item_of
from studyhall.bank.formats.text_key_lines import KeyEntry, in_groups, is_loose
from studyhall.bank.formats.text_rules import Heading, heading_of, mark_of
from studyhall.bank.record import Kind

_CHOICES = (Kind.SINGLE, Kind.MULTIPLE, None)


@dataclass(frozen=True)
class Asked:
    """The questions of a section as their numbers tell; `sure`: they run on, and each choice has its options."""

    heading: Heading | None
    numbers: Sequence[int]
    sure: bool
    with_options: bool = False

    @property
    def kind(self) -> Kind | None:
        return self.heading.kind if self.heading else None

    @property
    def takes(self) -> str:
        """What a key of it may be: one letter, several, any of both, or a truth."""
        if self.heading and "不定项" in self.heading.words:
            return "any"
        if self.kind is Kind.JUDGE:
            return "one" if self.with_options else "truth"
        return {Kind.SINGLE: "one", Kind.MULTIPLE: "several", None: "some"}.get(self.kind, "")


def loose_keys(lines: Sequence[Line], at: int) -> tuple[int, str]:
    """答案： with keys and nothing else behind it or in the lines below, up to the end or a heading."""
    mark = mark_of(lines[at].text)
    if mark.rule != "answer" or mark.name or (mark.rest and not _is_loose(mark.rest)):
        return 0, ""
    words, count = [mark.rest], 1
    for line in lines[at + 1 :]:
        if line.text.strip() and not _is_loose(line.text):
            if heading_of(line.text) is None:
                return 0, ""
            break
        count += 1
        words.append(line.text)
    lines_of_keys = "\n".join(text.strip() for text in words if text.strip())
    return (count, lines_of_keys) if lines_of_keys else (0, "")


def _is_loose(text: str) -> bool:
    return is_loose(text.replace("/", " "))


def sections_of(lines: Sequence[Line]) -> list[Asked]:
    """Those with questions in them."""
    parts: list[tuple[Heading | None, list[Line]]] = [(None, [])]
    for line in lines:
        heading = heading_of(line.text)
        if heading:
            parts.append((heading, []))
        else:
            parts[-1][1].append(line)
    found = [_asked(heading, part) for heading, part in parts]
    return [one for one in found if one.numbers]


def _asked(heading: Heading | None, lines: Sequence[Line]) -> Asked:
    kind = heading.kind if heading else None
    items = [item_of(line, kind) for line in lines]
    numbers = [n.number for item in items for n in item.numbers if n.family == "digit" and not n.cost]
    run_on = numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False
    options = sum(item.first_option for item in items)
    stated = any(item.labelled or item.answers for item in items)
    whole = run_on and not stated and options in (len(numbers), *(() if kind in _CHOICES else (0,)))
    return Asked(heading, numbers, whole, with_options=options > 0)


def by_count(words: str, sections: Sequence[Asked]) -> list[tuple[Asked, list[KeyEntry]]]:
    """The keys of each section in order, of all `sections` together; nothing where they do not come out.

    Of several without any keys the last one takes a row for itself only where no other could: truths.
    """
    judges = len(sections) > 1 and sections[-1].takes == "truth"
    for scope in (sections[-1:], sections) if judges else (sections,):
        wanted = [one.takes for one in scope for _number in one.numbers]
        keys = _fitting(words, wanted) if all(one.sure for one in scope) and _told_apart(scope) else None
        if keys is not None:
            left = iter(keys)
            return [(one, [KeyEntry(number, next(left)) for number in one.numbers]) for one in scope]
    return []


def _told_apart(sections: Sequence[Asked]) -> bool:
    """A key of a section is named by the kind and the number only."""
    named = [(one.kind, number) for one in sections for number in one.numbers]
    return len(set(named)) == len(named)


def _fitting(words: str, wanted: Sequence[str]) -> list[str] | None:
    parts = [part for part in re.split(r"[\s,，、;；|/]+", words.strip().strip("。.；;")) if part]
    signs = list("".join(parts))
    ways = [parts, re.split(r"\s*[;；|/\n]\s*", words.strip().strip("。.；;"))]
    if in_groups(parts) and "any" not in wanted:
        ways.append(signs)
    fitting = [way for way in ways if len(way) == len(wanted) and all(map(is_of, way, wanted))]
    if not fitting or len(wanted) < 2 or any(way != fitting[0] for way in fitting):
        return None
    one_a_line = words.count("\n") + 1 == len(wanted) > 2
    return None if _of_one_question("".join(signs), wanted) and not one_a_line else fitting[0]


def is_of(key: str, wanted: str) -> bool:
    """A key that a question which takes `wanted` can have."""
    if wanted == "truth":
        return truth_of(key) is not None
    letters = letters_of(key) or ()
    return bool(letters) and {"one": len(letters) == 1, "several": len(letters) > 1}.get(wanted, bool(wanted))


def _of_one_question(signs: str, wanted: Sequence[str]) -> bool:
    """ABD behind three 多选题 is the key of the last. Letters that come twice or go back are of several."""
    if "truth" in wanted or letters_of(signs) is None or list(signs) != sorted(signs):
        return False
    return len(signs) < 3 or any(one != "one" for one in wanted)
