"""Keys that stand apart: at the end of a paper, or in a file of their own (1-5 ABCDE, 1.A 2.B, a grid)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from studyhall.bank.answers import kind_of
from studyhall.bank.formats.lines import Line
from studyhall.bank.formats.text_key_grids import Grid, is_row
from studyhall.bank.formats.text_key_lines import (
    KEY,
    NUMBER_WORDS,
    RANGE,
    KeyEntry,
    KeySection,
    beside,
    cells_of,
    entries_of,
    grid_numbers,
    is_key,
    is_loose,
    is_range,
)
from studyhall.bank.formats.text_rules import KEY_HEADING, heading_of, mark_of
from studyhall.bank.record import Kind
from studyhall.core.citations import from_chinese

_LONG = re.compile(r"^\s*[（(]?(\d{1,4})\s*[）)]?\s*[.．、:：]\s*(?P<words>\S.*)$")


_PLACED = re.compile(
    r"^\s*[（(]?(?P<place>[一二三四五六七八九十]{1,2})[）)]?\s*[、.．:：]?\s*(?P<rest>[（(]?\d.*|[A-HＡ-Ｈ√×✓✗✔✘对错\s,，、;；]+)?$"
)
"""一、1-5 ABCDE: the section is named by nothing but its place."""


_GLUED = re.compile(r"答案 [A-HＡ-Ｈ√×对错]")
_COLUMNS = re.compile(
    r"^\s*(?:题号|序号)\s*[\s|]\s*(?:参考|正确|标准)?答案"
    r"(?:\s*[\s|]\s*(?:题号|序号|(?:参考|正确|标准)?答案|解析|分值))*\s*$"
)
"""题号 答案 over a table of keys."""


def is_key_start(lines: Sequence[Line], at: int) -> bool:
    """参考答案 alone on a line, and key entries behind it: not the 答案： of one question."""
    if _COLUMNS.match(lines[at].text):
        below = next((line.text for line in lines[at + 1 : at + 4] if line.text.strip()), "")
        return bool(entries_of(below)) or below.strip() == "1"
    if not KEY_HEADING.match(lines[at].text):
        return False
    ahead = [line.text for line in lines[at + 1 : at + 12] if line.text.strip()][:5]
    if any(holds_keys(text) for text in ahead) or sum(map(_is_loose_by_kind, ahead)) > 1:
        return True
    if any(mark_of(text).rule == "answer" for text in ahead):
        return False
    if any(KEY_HEADING.match(text) for text in ahead):
        return True
    return sum(bool(_LONG.match(text)) or heading_of(text) is not None for text in ahead) >= 2


def grid_at(lines: Sequence[Line], at: int) -> tuple[int, list[KeyEntry]]:
    """题号 1 2 3 over 答案 A B C: (how many lines, keys); the keys are none where nobody filled them in."""
    numbers = grid_numbers(cells_of(lines[at].text)) if lines[at].text.strip()[:2] in NUMBER_WORDS else []
    below = next((n for n in range(at + 1, min(at + 3, len(lines))) if lines[n].text.strip()), 0)
    if len(numbers) < 2 or not below:
        return 0, []
    row = lines[below].text.strip()
    name, *keys = cells_of(row) if _GLUED.match(row) else re.split(r"\t|\s{2,}|\s*\|\s*", row)
    if name not in ("答案", "正确答案", "选项"):
        return 0, []
    filled = len(keys) == len(numbers) and all(is_key(key) for key in keys)
    if not filled and any(keys):
        return 0, []
    return below - at + 1, [KeyEntry(n, key) for n, key in zip(numbers, keys, strict=True)] if filled else []


def holds_keys(text: str) -> bool:
    """Keys, or the first line of them: a grid, a range, a place of a section."""
    placed, headed = _PLACED.match(text), _headed_key(text)
    rest = placed["rest"] or "" if placed else headed[1] if headed and headed[1] else text
    return bool(
        entries_of(rest)
        or (placed and rest and is_loose(rest))
        or grid_numbers(cells_of(rest))
        or is_range(rest)
        or is_row(rest)
        or rest.strip() == "1"
    )


def _is_loose_by_kind(text: str) -> bool:
    """单选：AB, with 判断：√× below it."""
    named = _headed_key(text)
    return named is not None and bool(named[1]) and is_loose(named[1])


def read_keys(lines: Iterable[Line]) -> list[KeySection]:
    """Sections in order; a heading or numbers that begin anew begin one. A heading whose keys are lost stays."""
    sections = [KeySection()]
    grid = Grid()
    texts = [line.text.strip() for line in lines if line.text.strip()]
    for at, text in enumerate(texts):
        headed, place = _headed_key(text), None
        if headed is None and (placed := _PLACED.match(text)):
            place = from_chinese(placed["place"])
            headed = None, (placed["rest"] or "").strip()
        elif headed is None and (heading := heading_of(text)):
            headed = heading.kind, ""
        words = text
        if headed is not None:
            kind, words = headed
            if place or not _runs_on(sections[-1], kind, words):
                sections.append(KeySection(kind, place))
            grid.end()
        if not words or KEY_HEADING.match(words):
            continue
        if _is_of_an_explanation(sections[-1], words, texts[at + 1 : at + 40]):
            sections[-1].entries[-1].explanation += f"\n{words}"
            continue
        _into(sections, words, grid)
    grid.end()
    sections[-1].faults += grid.left
    return [one for one in sections if one.entries or one.faults or one.kind or one.loose]


def _runs_on(section: KeySection, kind: Kind | None, words: str) -> bool:
    """单选题 2 B below 单选题 1 A: rows of a table that names the kind in each."""
    found = entries_of(words)
    same = bool(section.entries) and section.kind is kind and kind is not None
    return same and len(found) == 1 and found[0].number == section.entries[-1].number + 1


def _headed_key(text: str) -> tuple[Kind | None, str] | None:
    """一、单选题：1-5 ABCDE on one line; 单选题答案 on a line of its own."""
    alone = KEY_HEADING.match(text)
    if alone and alone["name"]:
        found = heading_of("一、" + alone["name"].removesuffix("题") + "题")
        return (found.kind, "") if found else None
    bare = re.fullmatch(r"\s*([^\d:：\s]{2,8})\s*[:：]\s*", text)
    if bare and kind_of(bare[1]) and (found := heading_of(bare[1].removesuffix("题") + "题")):
        return found.kind, ""
    loose = re.match(r"^\s*(?P<head>[^\d:：]{2,12}?)\s*(?:答案)?\s*[:：]\s*(?P<rest>\S.*)$", text)
    if loose and is_loose(loose["rest"]) and kind_of(loose["head"]):
        return kind_of(loose["head"]), loose["rest"]
    match = re.match(
        r"^\s*(?P<head>[^\d:：]{2,16}?)\s*(?:答案)?(?:\s*[:：]\s*|\s+)(?P<rest>[（(]?\d.*)$", text
    )
    if match and entries_of(match["rest"] if ":" not in text and "：" not in text else "1.A"):
        name = re.sub(r"答案$", "", match["head"]).strip()
        found = heading_of(name if re.search(r"题$", name) else name + "题")
        return (found.kind, match["rest"]) if found else None
    return None


def _into(sections: list[KeySection], text: str, grid: Grid) -> None:
    """One line of a key; `grid` keeps the numbers whose keys stand in lines to come."""
    section = sections[-1]
    found = grid.take(text)
    if found is None:
        found = entries_of(text) or None
    section.faults += grid.left
    grid.left.clear()
    if found:
        _add(sections, found)
    elif found is None and not section.entries and is_loose(text):
        section.loose.append(text)
    elif found is None:
        _one_entry(section, text)


def _add(sections: list[KeySection], found: list[KeyEntry]) -> None:
    """Where the numbers begin anew another section begins, though its heading is lost."""
    if sections[-1].entries and found[0].number <= sections[-1].entries[0].number:
        sections.append(KeySection())
    sections[-1].entries += found


def _one_entry(section: KeySection, text: str) -> None:
    """A range that does not come out, an answer in words, or more words of the entry before."""
    match = RANGE.match(text)
    if match:
        if text[match.end() :].strip():
            section.faults.append(text)
        return
    next_to = beside(text) if section.kind in (Kind.FILL, None) else []
    long = _LONG.match(text)
    mark = mark_of(text)
    if next_to:
        section.entries += next_to
    elif mark.rule == "explanation" and section.entries:
        section.entries[-1].explanation = mark.rest
    elif long:
        answer, explanation = _answer_and_why(long["words"])
        section.entries.append(KeyEntry(int(long[1]), answer, explanation))
    elif section.entries and mark.rule in ("text", "option"):
        entry = section.entries[-1]
        if entry.explanation or is_key(entry.answer):
            entry.explanation = f"{entry.explanation}\n{text}".strip()
        else:
            entry.answer = f"{entry.answer}\n{text}"


def _is_of_an_explanation(section: KeySection, text: str, ahead: Sequence[str]) -> bool:
    """1.… below 【解析】: a point of it, where the keys so far are letters and that number's own key is not this."""
    long = _LONG.match(text)
    if long is None or not section.entries or not section.entries[-1].explanation or entries_of(text):
        return False
    if not all(is_key(entry.answer) for entry in section.entries) or is_key(
        _answer_and_why(long["words"])[0]
    ):
        return False
    number = int(long[1])
    if number <= section.entries[-1].number:
        return True
    later = (found for found in map(_LONG.match, ahead) if found and int(found[1]) == number)
    return any(is_key(_answer_and_why(found["words"])[0]) for found in later)


def _answer_and_why(words: str) -> tuple[str, str]:
    """A 【解析】因为… ; 【答案】A ; 应当报告."""
    mark = mark_of(words)
    if mark.rule == "answer":
        words = mark.rest
    match = re.match(
        rf"^\s*({KEY})\s*[。.,，;；]?\s*(?:[【（(]?\s*(?:答案)?解析\s*[】）)]?\s*[:：]?)\s*(\S.*)$", words
    )
    if match:
        return match[1], match[2]
    cut = re.search(r"[【（(](?:答案)?解析[】）)]\s*[:：]?|(?:答案)?解析\s*[:：]", words)
    return (words[: cut.start()].strip(), words[cut.end() :].strip()) if cut else (words.strip(), "")
