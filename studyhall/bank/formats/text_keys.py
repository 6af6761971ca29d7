"""Keys that stand apart: at the end of a paper, or in a file of their own (1-5 ABCDE, 1.A 2.B, a grid)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

from studyhall.bank.answers import letters_of, truth_of
from studyhall.bank.drafts import Draft
from studyhall.bank.formats.lines import Line
from studyhall.bank.formats.text_rules import KEY_HEADING, heading_of, mark_of
from studyhall.bank.record import Kind

_KEY = r"(?:[A-HＡ-Ｈ]{1,8}(?![A-Za-z])|正确|错误|[√×✓✗✔✘对错TFＴＦ](?![A-Za-z]))"
_RANGE = re.compile(r"(\d{1,4})\s*[-–—−~～至到]\s*(\d{1,4})\s*(?:题)?\s*[:：.、．]?\s*")
_PAIR = re.compile(
    rf"[（(]?(\d{{1,4}})\s*[）)]?\s*[.．、:：\s]?\s*[（(]?\s*({_KEY})\s*[）)]?(?=[\s,，;；。.、\d（(]|$)"
)
_LONG = re.compile(r"^\s*[（(]?(\d{1,4})\s*[）)]?\s*[.．、:：]\s*(?P<words>\S.*)$")


_NUMBER_WORDS = ("题号", "序号", "题目")


@dataclass
class KeyEntry:
    number: int
    answer: str
    explanation: str = ""


@dataclass
class KeySection:
    """The keys under one heading. `kind` None: no heading, or one that names none."""

    kind: Kind | None = None
    entries: list[KeyEntry] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def is_key_start(lines: Sequence[Line], at: int) -> bool:
    """参考答案 alone on a line, and key entries behind it: not the 答案： of one question."""
    if not KEY_HEADING.match(lines[at].text):
        return False
    ahead = [line.text for line in lines[at + 1 : at + 12] if line.text.strip()][:5]
    if any(entries_of(text) or _grid_numbers(_cells(text)) or _is_range(text) for text in ahead):
        return True
    if any(mark_of(text).rule == "answer" for text in ahead):
        return False
    if any(KEY_HEADING.match(text) for text in ahead):
        return True
    return sum(bool(_LONG.match(text)) or heading_of(text) is not None for text in ahead) >= 2


def _is_range(text: str) -> bool:
    """1-5 with keys behind it, or with nothing: an answer grid that nobody filled in."""
    match = _RANGE.match(text.strip())
    return bool(match) and not re.sub(
        r"[A-HＡ-Ｈ√×对错TF\s,，、;；]", "", text.strip()[match.end() :] if match else ""
    )


def read_keys(lines: Iterable[Line]) -> list[KeySection]:
    """Sections in order; a heading or numbers that begin anew begin one. A heading whose keys are lost stays."""
    sections = [KeySection()]
    waiting: list[int] = []
    for line in lines:
        text = line.text.strip()
        if not text:
            continue
        headed = _headed_key(text)
        if headed is None and (heading := heading_of(text)):
            headed = heading.kind, ""
        if headed is not None:
            kind, rest = headed
            sections.append(KeySection(kind))
            waiting = []
            text = rest
            if not text:
                continue
        if KEY_HEADING.match(text):
            continue
        waiting = _into(sections, text, waiting)
    return [section for section in sections if section.entries or section.faults or section.kind]


def _headed_key(text: str) -> tuple[Kind | None, str] | None:
    """一、单选题：1-5 ABCDE on one line; 单选题答案 on a line of its own."""
    alone = KEY_HEADING.match(text)
    if alone and alone["name"]:
        found = heading_of("一、" + alone["name"].removesuffix("题") + "题")
        return (found.kind, "") if found else None
    match = re.match(r"^\s*(?P<head>[^\d:：]{2,16}?)\s*(?:答案)?\s*[:：]\s*(?P<rest>[（(]?\d.*)$", text)
    if match:
        name = re.sub(r"答案$", "", match["head"]).strip()
        found = heading_of(name if re.search(r"题$", name) else name + "题")
        return (found.kind, match["rest"]) if found else None
    return None


def _into(sections: list[KeySection], text: str, waiting: list[int]) -> list[int]:
    """One line of a key; gives back the numbers of a grid whose answers stand in the next line."""
    section = sections[-1]
    cells = _cells(text)
    numbers = _grid_numbers(cells)
    if numbers:
        return numbers
    if waiting:
        keys = [cell for cell in cells if cell not in ("答案", "选项", "正确答案")]
        if len(keys) == 1 and len(waiting) > 1:
            keys = _apart(keys[0], len(waiting)) or keys
        if len(keys) == len(waiting) and all(_is_key(key) for key in keys):
            _add(sections, [KeyEntry(n, key) for n, key in zip(waiting, keys, strict=True)])
            return []
    found = entries_of(text)
    if found:
        _add(sections, found)
    else:
        _one_entry(section, text)
    return []


def _add(sections: list[KeySection], found: list[KeyEntry]) -> None:
    """Where the numbers begin anew another section begins, though its heading is lost."""
    if sections[-1].entries and found[0].number <= sections[-1].entries[0].number:
        sections.append(KeySection())
    sections[-1].entries += found


def _cells(text: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"\t|\s{2,}|\s*\|\s*", text) if cell.strip()]


def _one_entry(section: KeySection, text: str) -> None:
    """A range that does not come out, an answer in words, or more words of the entry before."""
    match = _RANGE.match(text)
    if match:
        if text[match.end() :].strip():
            section.faults.append(text)
        return
    long = _LONG.match(text)
    mark = mark_of(text)
    if mark.rule == "explanation" and section.entries:
        section.entries[-1].explanation = mark.rest
    elif long:
        answer, explanation = _answer_and_why(long["words"])
        section.entries.append(KeyEntry(int(long[1]), answer, explanation))
    elif section.entries and mark.rule in ("text", "option"):
        entry = section.entries[-1]
        if entry.explanation or _is_key(entry.answer):
            entry.explanation = f"{entry.explanation}\n{text}".strip()
        else:
            entry.answer = f"{entry.answer}\n{text}"


def _answer_and_why(words: str) -> tuple[str, str]:
    """A 【解析】因为… ; 【答案】A ; 应当报告."""
    mark = mark_of(words)
    if mark.rule == "answer":
        words = mark.rest
    match = re.match(
        rf"^\s*({_KEY})\s*[。.,，;；]?\s*(?:[【（(]?\s*(?:答案)?解析\s*[】）)]?\s*[:：]?)\s*(\S.*)$", words
    )
    if match:
        return match[1], match[2]
    cut = re.search(r"[【（(](?:答案)?解析[】）)]\s*[:：]?|(?:答案)?解析\s*[:：]", words)
    return (words[: cut.start()].strip(), words[cut.end() :].strip()) if cut else (words.strip(), "")


def entries_of(text: str) -> list[KeyEntry]:
    """A line that is nothing but keys; empty where anything else stands in it."""
    found: list[KeyEntry] = []
    text = text.strip()
    ranges = list(_RANGE.finditer(text))
    if ranges and not text[: ranges[0].start()].strip("（( "):
        ends = [match.start() for match in ranges[1:]] + [len(text)]
        for match, end in zip(ranges, ends, strict=True):
            first, last = int(match[1]), int(match[2])
            keys = _apart(text[match.end() : end], last - first + 1) if 0 <= last - first < 500 else None
            if keys is None:
                return []
            found += [KeyEntry(first + n, key) for n, key in enumerate(keys)]
        return found
    rest = _PAIR.sub(" ", text)
    if re.sub(r"[\s,，;；。.、（()）|]+", "", rest):
        return []
    return [KeyEntry(int(match[1]), match[2]) for match in _PAIR.finditer(text)]


def _apart(words: str, count: int) -> list[str] | None:
    """`ABCDE`, `A B C`, `ABD AC BC`, `√×√` as so many keys; None where the number does not come out."""
    words = words.strip().strip("。.；;")
    parts = [part for part in re.split(r"[\s,，、;；|/]+", words) if part]
    if len(parts) == count and all(_is_key(part) for part in parts):
        return parts
    packed = "".join(parts)
    if len(packed) == count and all(_is_key(char) for char in packed):
        return list(packed)
    return None


def _is_key(words: str) -> bool:
    return letters_of(words) is not None or truth_of(words, misread=True) is not None


def _grid_numbers(cells: Sequence[str]) -> list[int]:
    """题号 1 2 3 …; without the word two numbers at least."""
    named = bool(cells) and cells[0] in _NUMBER_WORDS
    cells = cells[1:] if named else cells
    if len(cells) >= (1 if named else 2) and all(re.fullmatch(r"\d{1,4}", cell) for cell in cells):
        numbers = [int(cell) for cell in cells]
        return numbers if all(b == a + 1 for a, b in pairwise(numbers)) else []
    return []


# Putting keys to questions


def attach(sections: Sequence[Sequence[Draft]], keys: Sequence[KeySection]) -> list[str]:
    """Each key to its question: by kind and number, else by number alone where no number comes twice.

    `sections` are the paper's, in order. Gives back what could not be placed. A question that has a key of
    its own keeps it; another key from the table is a doubt.
    """
    left: list[str] = []
    unused = list(range(len(sections)))
    counts = Counter(draft.number for section in sections for draft in section)
    restarts = any(count > 1 for number, count in counts.items() if number is not None)
    headed = {key.kind for key in keys if key.kind}
    for key in keys:
        left += [f"“{words[:40]}”的题数和答案数对不上" for words in key.faults]
        if not key.entries:
            continue
        # What stands under no heading is not for a section that has a heading of its own in the table.
        free = [at for at in unused if key.kind or not (sections[at] and sections[at][0].kind in headed)]
        at = _section_for(key, sections, free, alone=len(keys) == 1)
        targets = _by_number(sections[at] if at is not None else _of_kind(key.kind, sections, headed))
        if at is not None and at in unused and len(keys) > 1:
            unused.remove(at)
        if at is not None and restarts:
            _doubt_unlike(key, sections[at])
        for entry in key.entries:
            fitting = targets.get(entry.number, [])
            if len(fitting) == 1:
                _give(fitting[0], entry)
            else:
                left.append(f"第 {entry.number} 题的答案 {entry.answer[:12]} 找不到唯一的题目")
                for draft in fitting:
                    draft.doubt(
                        "doubled-number", f"有 {len(fitting)} 道第 {entry.number} 题，不知道答案是哪一道的。"
                    )
    return left


def _doubt_unlike(key: KeySection, section: Sequence[Draft]) -> None:
    """Where every section begins at 1, keys that do not match in number may belong to another section."""
    given = sorted(entry.number for entry in key.entries)
    if given != sorted(draft.number or 0 for draft in section):
        for draft in section:
            message = f"这一部分有 {len(section)} 道题，答案表里有 {len(given)} 个答案，题号对不上。"
            draft.doubt("keys-differ", message)


def _section_for(
    key: KeySection, sections: Sequence[Sequence[Draft]], unused: Sequence[int], *, alone: bool
) -> int | None:
    """The section of that kind; without a kind the next one whose numbers the keys name; None for all."""
    if key.kind is not None:
        same = [at for at in unused if sections[at] and sections[at][0].kind is key.kind]
        if same:
            return same[0]
        unused = [at for at in unused if sections[at] and sections[at][0].kind is None]
    if alone:
        return None
    numbers = {entry.number for entry in key.entries}
    for at in unused:
        if numbers and numbers <= {draft.number for draft in sections[at]}:
            return at
    return None


def _of_kind(
    kind: Kind | None, sections: Sequence[Sequence[Draft]], headed: Collection[Kind]
) -> Iterator[Draft]:
    """Of the whole paper those that keys under this heading, or under none, can be for."""
    for draft in chain.from_iterable(sections):
        if (draft.kind in (kind, None)) if kind else (draft.kind not in headed):
            yield draft


def _by_number(drafts: Iterable[Draft]) -> dict[int, list[Draft]]:
    found: dict[int, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.number is not None:
            found[draft.number].append(draft)
    return found


def _give(draft: Draft, entry: KeyEntry) -> None:
    if draft.answer and _plain(draft.answer) != _plain(entry.answer):
        draft.doubt("two-answers", f"题目里的答案是 {draft.answer[:12]}，答案表里是 {entry.answer[:12]}。")
        return
    draft.answer = draft.answer or entry.answer
    draft.explanation = draft.explanation or entry.explanation
    draft.rules.append("key-table")


def _plain(words: str) -> str:
    letters = letters_of(words)
    if letters and truth_of(words) is None:
        return "".join(letters)
    truth = truth_of(words)
    return str(truth) if truth is not None else "".join(words.split())
