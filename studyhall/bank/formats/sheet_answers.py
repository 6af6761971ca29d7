"""The key of a row: in its cell by letter, by the name of an option, by place; in columns; at the options."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studyhall.bank.answers import letters_of, numbers_of, simplified, truth_of
from studyhall.bank.drafts import Draft
from studyhall.bank.formats.option_cells import called_by_number, undivided
from studyhall.bank.formats.option_ticks import ticked
from studyhall.bank.formats.sheet_heads import Head
from studyhall.bank.record import KEYS, Finding

_PREFIX = re.compile(
    r"^(?:【(?:正确|参考|标准|本题)?答案】|(?:正确|参考|标准|本题)?答案(?:是|为)?\s*[:：])\s*(?:[:：]\s*)?"
)
_EXPLAINED = re.compile(
    r"(?:【(?:答案)?解析】|(?:^|(?<=[\s。．.；;，,、A-LＡ-Ｌ对错√×]))(?:答案)?解析\s*[:：])\s*"
)
_EXPLAINED_BESIDE = re.compile(
    r"(?:【[^【】]{0,2}(?:解析|分析|详解|说明|依据|理由)】|[（(]?(?:答案|试题)?(?:解析|分析|详解|说明|依据|理由)\s*[:：])\s*"
)
_KEY_FIRST = re.compile(
    r"(?P<key>[A-LＡ-Ｌ](?:[、,，\s]?[A-LＡ-Ｌ])*|正确|错误|对|错|√|×)\s*[。\n]\s*"
    r"(?P<rest>(?!(?:选?项)?(?:是|为)?(?:错|不|对|正确))\S.*)",
    re.DOTALL,
)
"""Not A。错误, which speaks of one option after the other."""
_NAMED = re.compile(
    r"(?:选项|答案)\s*(?P<letter>[A-La-l])"
    r"|(?:选项|第)\s*(?P<number>[一二三四五六七八九十]|\d{1,2})\s*[项个]?(?:选项)?"
)
_TICKS = frozenset("○●◯*＊☆★×✗✘")
_CHINESE = dict(zip("一二三四五六七八九十", range(1, 11), strict=True))
_STEMS = str.maketrans("甲乙丙丁戊己", "123456")
_PARTED = re.compile(r"[\s,，、;；|]+")


def answer_words(row: Sequence[str], head: Head, words: str) -> str:
    """What the cell says, in letters where it can mean one thing only."""
    if head.truths:
        return _of_truth_columns(row, head.truths)
    if head.parted_key and not words:
        return "\n".join(row[at] for at in head.parted_key if at < len(row) and row[at])
    if head.marks and not words:
        marked = [place for column, place in head.marks if column < len(row) and truth_of(row[column])]
        return "".join(KEYS[place] for place in marked)
    words = _PREFIX.sub("", words)
    if "選" in words or "項" in words:
        words = simplified(words)
    named = [_NAMED.fullmatch(part) for part in _PARTED.split(words)]
    if all(named):
        return "".join(_letter(match) for match in named if match)
    return _by_number(row, head, words) if head.numbered else words


def _of_truth_columns(row: Sequence[str], columns: tuple[int, int]) -> str:
    """The tick stands in exactly one of 对 and 错; else nobody knows."""
    said = [row[at] if at < len(row) else "" for at in columns]
    if not all(words in _TICKS or truth_of(words) for words in said if words):
        return ""  # how many answered so
    true, false = map(bool, said)
    return "" if true is false else "对" if true else "错"


def _letter(match: re.Match[str]) -> str:
    if match["letter"]:
        return match["letter"].upper()
    number = _CHINESE.get(match["number"]) or int(match["number"])
    return KEYS[number - 1] if 0 < number <= len(KEYS) else "?"


def _by_number(row: Sequence[str], head: Head, words: str) -> str:
    """2 under 选项1, 选项2 … is the second, unless some option is a number itself; 134 are three of them."""
    texts = [row[column] if column < len(row) else "" for column, _place in head.options]
    filled = sum(map(bool, texts))
    if any(numbers_of(text) for text in texts if text):
        return words
    if not set(words) - set("甲乙丙丁戊己、,，; ；"):
        words = words.translate(_STEMS)
    places = list(numbers_of(words) or ())
    if words.isdecimal() and int(words) > filled:
        places = [int(digit) for digit in words]
    if not places or sorted(set(places)) != places or not 0 < places[0] <= places[-1] <= filled:
        return words
    return "".join(KEYS[place - 1] for place in places)


def key_and_explanation(words: str, *, both: bool, chosen: bool) -> tuple[str, str]:
    """B【解析】… as ("B", "…"). `both`: the column is called so; `chosen`: the key must be letters or a truth."""
    words = _PREFIX.sub("", words)
    label = (_EXPLAINED_BESIDE if both else _EXPLAINED).search(words)
    if label and label.start():
        key = words[: label.start()].strip()
        return key.rstrip("。．.；;，, ") if chosen else key, words[label.end() :].strip()
    if not both or not chosen or letters_of(words) or truth_of(words) is not None:
        return words, ""
    first = _KEY_FIRST.match(words)
    return (first["key"], first["rest"].strip()) if first else ("", words)


def mind_one_cell(draft: Draft, cell: str) -> None:
    """Options that stood in one cell: called 1, 2, 3 their key is a number; undivided they are one too few."""
    if undivided(draft.options):
        draft.doubt("undivided", "选项都在一格里，看不出在哪里分开；请一个选项一列，或者写成“A.甲 B.乙”。")
    named = called_by_number(cell) and not any(numbers_of(text) for _letter, text in draft.options)
    places = numbers_of(draft.answer) if named else None
    if places and places[0] > 0 and places[-1] <= len(draft.options):
        draft.answer = "".join(KEYS[place - 1] for place in places)


def take_ticks(draft: Draft) -> None:
    """乙村（正确答案） among the options is the key; a mere √ may be what somebody chose."""
    lettered = [(letter or KEYS[place], text) for place, (letter, text) in enumerate(draft.options[:26])]
    found = ticked(lettered)
    if found is None:
        return
    draft.options, draft.answer = found.options, found.letters
    if not found.said:
        draft.doubts.append(Finding("ticked", "答案是按选项上的“√”认的，可能是别人答题时打的，请核对。"))
