"""JSON: our own, which holds everything, and the common shapes that other systems give away."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from studyhall.bank.answers import difficulty_of, kind_of, letters_of, truth_of
from studyhall.bank.drafts import Draft
from studyhall.bank.formats.html_words import mind_lost_pictures, words_of
from studyhall.bank.formats.option_marks import options_of_cell
from studyhall.bank.formats.reading import Reading, Refused
from studyhall.bank.formats.soundness import sound
from studyhall.bank.formats.stem_marks import key_in_stem
from studyhall.bank.record import KEYS, Fragment, Kind, Picture, Place, Record
from studyhall.bank.settling import settle

OURS = "studyhall-bank"
VERSION = 1
MOST_DEPTH = 12

_NAMES = {
    "stem": (
        "stem question content title questioncontent questiontitle subject topic text tigan name "
        "题干 题目 试题 问题 试题内容 题目内容"
    ),
    "kind": "type kind questiontype qtype tixing category_type 题型 类型 题目类型 试题类型",
    "options": "options choices option items selections answers answerlist optionlist choicelist 选项 备选项",
    "answer": (
        "answer answers correct correctanswer rightanswer key result answerkey 答案 正确答案 标准答案"
    ),
    "explanation": "explanation analysis analyse parse explain resolve jiexi rationale 解析 答案解析 说明",
    "difficulty": "difficulty level 难度",
    "topic": "chapter chaptername category knowledge 章节 知识点 分类",
}  # fmt: skip
_OPTION_TEXT = ("content", "text", "value", "name", "title", "option", "label", "内容", "选项内容")
_OPTION_KEY = ("code", "key", "label", "letter", "no", "option", "prefix", "序号", "选项")
_OPTION_RIGHT = ("iscorrect", "correct", "isright", "right", "isanswer", "is_correct", "checked", "是否正确")


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def read(text: str, file: str) -> Reading:
    try:
        document = json.loads(text)
    except RecursionError as error:
        raise Refused("这个 JSON 套得太深，没有读。") from error
    except ValueError as error:
        raise Refused("这个 JSON 读不懂，可能没有传完或者已经损坏。") from error
    if isinstance(document, dict) and document.get("format") == OURS:
        return _read_ours(document, file)
    reading = Reading("json", file=file)
    rows = _rows(document, 0)
    if not rows:
        reading.notes.append("这个 JSON 里没有找到试题。")
        return reading
    codes = _codes(rows)
    for number, row in enumerate(rows, 1):
        place = Place(file=file or None, row=number)
        draft = _draft(row, place, codes)
        if draft is None:
            words = json.dumps(row, ensure_ascii=False)[:300]
            reading.fragments.append(Fragment(place, "没有题干。", words))
        else:
            reading.records.append(settle(draft))
    return reading


def _rows(document: Any, depth: int) -> list[dict[str, Any]]:
    """The longest list of objects that have a stem, wherever it stands."""
    if depth > MOST_DEPTH:
        return []
    if isinstance(document, list):
        own = [one for one in document if isinstance(one, dict) and _value(one, "stem") is not None]
        if own and len(own) >= len(document) / 2:
            return own
        found = [_rows(one, depth + 1) for one in document[:2000]]
        return [row for rows in found for row in rows]
    if isinstance(document, dict):
        lists = [_rows(value, depth + 1) for value in document.values() if isinstance(value, list | dict)]
        return max(lists, key=len, default=[])
    return []


def _folded(name: str) -> str:
    return re.sub(r"[_\-\s]", "", name).casefold()


def _value(row: Mapping[str, Any], role: str) -> Any:
    by_name = {_folded(str(name)): value for name, value in row.items()}
    for name in _NAMES[role].split():
        value = by_name.get(_folded(name))
        if value not in (None, "", [], {}) and (role != "stem" or isinstance(value, str)):
            return value
    return None


def _codes(rows: Sequence[Mapping[str, Any]]) -> dict[str, Kind | None]:
    """Kinds that are codes (001003): what most questions of each code look like."""
    looks: dict[str, Counter[Kind | None]] = {}
    for row in rows:
        words = str(_value(row, "kind") or "")
        if words and kind_of(words) is None:
            looks.setdefault(words, Counter())[_looks_like(row)] += 1
    return {code: counts.most_common(1)[0][0] for code, counts in looks.items()}


def _looks_like(row: Mapping[str, Any]) -> Kind | None:
    options, _right = _options(_value(row, "options"), [])
    letters = letters_of(_answer_words(_value(row, "answer")))
    if len(options) == 2 and all(truth_of(text) is not None for _key, text in options):
        return Kind.JUDGE
    if options and letters:
        return Kind.MULTIPLE if len(letters) > 1 else Kind.SINGLE
    return None


def _draft(row: Mapping[str, Any], place: Place, codes: Mapping[str, Kind | None]) -> Draft | None:
    stem, pictures = words_of(str(_value(row, "stem") or ""))
    if not stem:
        return None
    kind_words = str(_value(row, "kind") or "")
    shown = list(pictures)
    options, right = _options(_value(row, "options"), shown)
    answer = _value(row, "answer")
    draft = Draft(
        stem=stem,
        place=place,
        kind=codes[kind_words] if kind_words in codes else kind_of(kind_words),
        options=options,
        answer=right or _answer_words(answer),
        explanation=_words(str(_value(row, "explanation") or ""), shown),
        difficulty=difficulty_of(str(_value(row, "difficulty") or "")),
        topics=tuple(filter(None, [str(_value(row, "topic") or "")])),
        pictures=tuple(shown),
        source=json.dumps(row, ensure_ascii=False)[:2000],
        rules=["json-row"],
    )
    mind_lost_pictures(draft)
    if isinstance(answer, bool):
        draft.kind = draft.kind or Kind.JUDGE
    if not draft.answer and (found := key_in_stem(draft.stem, judge=draft.kind is Kind.JUDGE)):
        draft.answer, draft.stem = found.words, found.stem
    return draft


def _words(markup: str, shown: list[Picture]) -> str:
    """With its pictures put to those the question shows already."""
    words, pictures = words_of(markup, None, shown)
    shown += pictures
    return words


def _options(value: Any, shown: list[Picture]) -> tuple[list[tuple[str, str]], str]:
    """(letter, words) of each, and the letters of those marked right."""
    if isinstance(value, str):
        return options_of_cell(_words(value, shown)), ""
    if isinstance(value, dict):
        return [(str(key)[:1].upper(), _words(str(text), shown)) for key, text in value.items()], ""
    if not isinstance(value, list):
        return [], ""
    found: list[tuple[str, str]] = []
    right = ""
    for place, one in enumerate(value[:26]):
        if isinstance(one, dict):
            fields = {_folded(str(name)): item for name, item in one.items()}
            text = next(
                (
                    fields[n]
                    for n in map(_folded, _OPTION_TEXT)
                    if isinstance(fields.get(n), str | int | float)
                ),
                "",
            )
            key = next(
                (fields[n] for n in _OPTION_KEY if letters_of(str(fields.get(n) or "")) is not None), ""
            )
            letter = str(key).strip().upper() if len(str(key).strip()) == 1 else KEYS[place]
            found.append((letter, _words(str(text), shown)))
            if any(fields.get(_folded(name)) in (True, 1, "1", "true") for name in _OPTION_RIGHT):
                right += letter
        else:
            [(letter, text)] = options_of_cell(str(one))[:1] or [("", str(one))]
            found.append((letter or KEYS[place], text))
    return found, right


def _answer_words(value: Any) -> str:
    if isinstance(value, bool):
        return "对" if value else "错"
    if isinstance(value, list):
        parts = [_answer_words(part) for part in value]
        return "".join(parts) if all(len(part) == 1 for part in parts) else "；".join(parts)
    return "" if value is None else str(value).strip()


# Our own


def _read_ours(document: Mapping[str, Any], file: str) -> Reading:
    if document.get("version") != VERSION:
        raise Refused(
            f"这个题库文件是第 {document.get('version')} 版的，这里只认第 {VERSION} 版；请升级系统。"
        )
    reading = Reading("json", file=file)
    try:
        reading.records = [sound(Record.from_dict(whole)) for whole in document["questions"]]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Refused("这个题库文件的内容不完整，没有读。") from error
    return reading


def write(records: Sequence[Record]) -> str:
    """Everything a record holds; reading it gives the same records."""
    document = {"format": OURS, "version": VERSION, "questions": [record.to_dict() for record in records]}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
