"""Cases: a story, and the questions that stand under it with numbers of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from studyhall.bank.drafts import Draft
from studyhall.bank.formats.lines import Line, joined
from studyhall.bank.formats.text_body import Habits
from studyhall.bank.formats.text_cut import Item, cut, item_of
from studyhall.bank.formats.text_key_lines import entries_of
from studyhall.bank.formats.text_piece import draft_of
from studyhall.bank.record import Fragment, Kind

_OUTER = re.compile(
    r"^\s*(?:[（(【\[]?\s*(?:案例|材料|资料|案情|情景|情境)\s*[一二三四五六七八九十\d]{0,3}\s*[】\])）]?\s*[:：.、]?|"
    r"[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+\s*[、.．])\s*"
)
_PART = re.compile(
    r"^\s*(?:[（(]\s*\d{1,2}\s*[）)]|\d{1,2}\s*[.．、,，]|问题?\s*\d{1,2}\s*[:：.、]?|\d{1,2}\s*[）)])"
)
_PAREN = re.compile(r"^\s*[（(]\s*\d{1,2}\s*[）)]|^\s*问题?\s*\d")


def case_drafts(
    items: Sequence[Item], habits: Habits, expected: int = 1
) -> tuple[list[Draft], list[Fragment]]:
    """Numbers of parts run on from `expected`, or from the story before, or begin at 1."""
    drafts: list[Draft] = []
    fragments: list[Fragment] = []
    for material, parts in _cases(items):
        words = joined(
            [_OUTER.sub("", item.text, count=1) or item.text for item in material], wrapped=habits.wrapped
        )
        words = _ASKING.sub("", words)
        inner = replace(habits, kind=None)
        questions, answers = _answers_apart(parts)
        asked = [draft_of(piece, inner) for piece in cut(questions, expected) if piece.number is not None]
        expected = next((part.number + 1 for part in reversed(asked) if part and part.number), expected)
        _give([part for part in asked if part], answers)
        for part in asked:
            if part and part.kind is None and not part.options and not part.answer:
                part.kind = Kind.SHORT
        if not asked and not words:
            continue
        place = (material or parts)[0].line.place
        if not words:
            words = "（没有材料）"
        draft = Draft(
            stem=words,
            place=place,
            kind=habits.kind,
            parts=[part for part in asked if part],
            source="\n".join(item.text for item in (*material, *parts)),
            rules=["case"],
        )
        if not draft.parts:
            fragments.append(Fragment(place, "材料下面没有找到小题。", draft.source[:500]))
            continue
        drafts.append(draft)
    return drafts, fragments


_ASKING = re.compile(r"\n(?:问题|问|请问|要求|请回答(?:以下|下列)?问题)\s*[:：]?\s*$")
_ENTRY = re.compile(r"^\s*(?:[（(]\s*(\d{1,2})\s*[）)]|(?:问题?\s*)?(\d{1,2})\s*[.．、,，:：)）])\s*(\S.*)$")


_BESIDE = re.compile(r"(?<=[。；;\s])\s*(?=[（(]\s*\d{1,2}\s*[）)])")


def begins_answers(text: str) -> bool:
    """1.… or （1）… and no more than that: not 1-5 ABCDE, 1.A 2.B."""
    found = _ENTRY.match(text)
    return found is not None and (found[1] or found[2]) == "1" and len(entries_of(text)) < 2


def _answers_apart(parts: Sequence[Item]) -> tuple[Sequence[Item], dict[int, str]]:
    """The questions of a case, and the answers that stand together below the last of them, by number."""
    labels = [at for at, item in enumerate(parts) if item.labelled]
    if len(labels) != 1:
        return parts, {}
    [at] = labels
    texts = (parts[at].mark.rest, *(item.text for item in parts[at + 1 :]))
    lines = [line for text in texts for line in _BESIDE.split(text) if line.strip()]
    if not lines or sum(bool(_ENTRY.match(item.text)) for item in parts[:at]) < 2:
        return parts, {}
    found: dict[int, str] = {entry.number: entry.answer for entry in entries_of(" ".join(lines))}
    if len(found) > 1:
        return parts[:at], found
    found = {}
    for line in lines:
        entry = _ENTRY.match(line)
        if entry and int(entry[1] or entry[2]) == len(found) + 1:
            found[len(found) + 1] = entry[3]
        elif not found:
            return parts, {}
        else:
            found[len(found)] += f"\n{line}"
    return (parts[:at], found) if len(found) > 1 else (parts, {})


def _give(asked: Sequence[Draft], answers: dict[int, str]) -> None:
    """All or none: where the numbers differ nobody knows which answer is whose."""
    if not answers:
        return
    if sorted(answers) != sorted(part.number or 0 for part in asked):
        for part in asked:
            part.doubt("keys-differ", f"这个材料有 {len(asked)} 问，答案有 {len(answers)} 个，题号对不上。")
        return
    for part in asked:
        part.answer = answers[part.number or 0]
        part.rules.append("key-below-case")


def numbers_of_stories(lines: Sequence[Line]) -> list[list[int]]:
    """The numbers of the questions under each story of a section."""
    stories = _cases([item_of(line, Kind.CASE) for line in lines])
    return [
        [
            number.number
            for item in parts
            for number in item.numbers[:1]
            if not number.cost and _PART.match(item.text)
        ]
        for _material, parts in stories
    ]


def _cases(items: Sequence[Item]) -> list[tuple[list[Item], list[Item]]]:
    """(material, parts) for each story: a new one begins at its own mark, or where numbers begin anew."""
    whole = [item for item in items if item.mark.rule not in ("blank", "noise", "separator")]
    inner = _PAREN if any(_PAREN.match(item.text) for item in whole) else _PART
    found: list[tuple[list[Item], list[Item]]] = []
    in_parts = True
    for at, item in enumerate(whole):
        is_part = bool(inner.match(item.text))
        if not is_part and (in_parts and (not found or _begins_story(whole, at, inner))):
            found.append(([item], []))
            in_parts = False
        elif is_part or in_parts:
            if not found:
                found.append(([], []))
            found[-1][1].append(item)
            in_parts = True
        else:
            found[-1][0].append(item)
    return found


def _begins_story(items: Sequence[Item], at: int, inner: re.Pattern[str]) -> bool:
    """An outer mark (案例二：), or text whose next part is number 1 again."""
    item = items[at]
    if item.mark.rule != "text" or item.first_option:
        return False
    if _OUTER.match(item.text) or (inner is _PAREN and _PART.match(item.text)):
        return True
    before = items[at - 1].mark.rule
    if before not in ("answer", "explanation"):
        return False
    ahead = next((later for later in islice(items, at + 1, at + 60) if inner.match(later.text)), None)
    return ahead is not None and bool(re.match(r"\D{0,3}1\D", ahead.text.strip() + " "))
