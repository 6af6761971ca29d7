"""What the fields of a question in somebody's JSON are called, and the options under all their names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studyhall.bank.formats.html_words import words_of
from studyhall.bank.record import KEYS, Picture

_NAMES = {
    "stem": (
        "stem question questioncontent questiontitle questiontext questionname questionstem questionbody "
        "tigan ques prompt q 题干 题目 试题 问题 试题内容 题目内容 题目名称 题目描述 题面 试题题干"
    ),
    "title": "content title text body name subject topic timu tm description 内容 标题 名称 材料",
    "kind": "type kind questiontype qtype tixing typename questiontypename categorytype tx 题型 类型 题目类型 试题类型",
    "kind-too": "category class classify tag 分类 类别",
    "options": (
        "options choices option optionlist optionslist choicelist answeroptions answerlist selections candidates "
        "itemlist alternatives items answers a 选项 备选项 备选答案 选项内容 选项列表"
    ),
    "wrong": "incorrectanswers incorrectanswer wronganswers wrong distractors",
    "answer": (
        "correctanswer rightanswer standardanswer correctanswers rightanswers trueanswer answer answers "
        "correctanswerindex correctanswerindexes correctansweridx correctindex correctidx answerindex "
        "correctoption correctoptions correctoptionindex correctoptionid rightoption rightoptions rightindex "
        "correctchoice correctchoiceindex correctkey answerkey ans daan da correct right key result solution "
        "referenceanswer reference 答案 正确答案 标准答案 参考答案 正确选项 答案内容"
    ),
    "explanation": (
        "explanation analysis analyse analyze parse explain resolve jiexi rationale answeranalysis "
        "questionanalysis answerexplanation comment feedback hint solution jx 解析 答案解析 试题解析 题目解析 说明 解释 详解"
    ),
    "difficulty": "difficulty level difficultylevel degree 难度 难易度 难易程度 难度等级",
    "topic": "chapter chaptername category knowledge knowledgepoint knowledgepoints 章节 知识点 分类 考点",
    "several": "multiple ismultiple multi ismulti",
}  # fmt: skip
_TEXT = "content text optioncontent optiontext answertext value name title option label html body answer 内容 选项内容"
_CALLED = "id _id optionid key value code label letter no name index option prefix sort order 序号 选项"
_PREFIX = re.compile(r"^(?:question|ques|option|opt|choice|试题|题目|选项)(?=\w)")
"""questionAnswer is an answer, optionValue a value."""
_OF_OPTIONS = re.compile(r"options?|choices?|选项")
_WORTH = "fraction weight score points"
_RIGHT = "iscorrect correct isright right isanswer istrue checked 是否正确 正确"

_PLACED = re.compile(
    r"(?:options?|opt|choice|answer|ans|item|key|xx|xuanxiang|选项|备选项|备选|答案选项)?([a-h]|[0-9])"
    r"(?:选项|项|text|content|correct)?"
)
"""optionA, answer_a, 选项A, B选项, choice2: a field for each option."""


def folded(name: object) -> str:
    return re.sub(r"[_\-\s.]", "", str(name)).casefold()


class Fields:
    """One object of the file, asked by the role of a field, not by its name."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.row = row
        self.by_name = {folded(name): value for name, value in row.items()}
        for name, value in list(self.by_name.items()):
            self.by_name.setdefault(_PREFIX.sub("", name), value)

    def values(self, role: str) -> Iterable[tuple[str, Any]]:
        for name in _NAMES[role].split():
            value = self.by_name.get(name)
            if value is not None and value not in ("", [], {}):
                yield name, unpacked(value)

    def value(self, role: str) -> Any:
        return next((value for _name, value in self.values(role)), None)

    def words(self, role: str) -> str:
        value = self.value(role)
        if isinstance(value, list):
            return "；".join(str(one) for one in value if isinstance(one, str | int))
        return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""

    @property
    def stem(self) -> str:
        """Of a field that only questions have, else of a title."""
        return self._said("stem") or self._said("title")

    @property
    def asks(self) -> bool:
        return bool(self._said("stem"))

    def _said(self, role: str) -> str:
        for _name, value in self.values(role):
            said = Fields(value).value("title") if isinstance(value, dict) else value
            if isinstance(said, str) and said.strip():
                return said
        return ""

    def options(self, shown: list[Picture]) -> tuple[str, list[Choice]]:
        """The name of the field they stand in and the options; pictures are put to `shown`."""
        for name, value in self.values("options"):
            found = choices_of(value, shown)
            if len(found) >= 2 or (found and name not in ("a", "answers", "items")):
                return name, found
        for name, value in self.by_name.items():
            is_list = isinstance(value, list) and _OF_OPTIONS.search(name)
            if is_list and len(found := choices_of(value, shown)) >= 2:
                return name, found
        right, wrong = self.value("answer"), self.value("wrong")
        if isinstance(wrong, str):
            wrong = [wrong]
        if isinstance(wrong, list) and wrong and isinstance(right, str | int | float):
            return "", choices_of([right, *wrong], shown)
        return "", _placed(self.by_name, shown)


def unpacked(value: Any) -> Any:
    """A list or an object that a database keeps as text: '["A"]'."""
    if isinstance(value, str) and value.strip()[:1] in ("[", "{"):
        try:
            inside = json.loads(value)
        except (ValueError, RecursionError):
            return value
        return inside if isinstance(inside, list | dict) else value
    return value


@dataclass
class Choice:
    """`called`: every name the file itself gives it; `raw` its value as the file has it."""

    letter: str
    text: str
    called: frozenset[str] = frozenset()
    raw: Any = None
    right: bool | None = None


def choices_of(value: Any, shown: list[Picture]) -> list[Choice]:
    if isinstance(value, str):
        from studyhall.bank.formats.option_cells import options_of_cell

        said = [(letter, _worded(text, shown)) for letter, text in options_of_cell(_broken(value))]
        return [Choice(letter or KEYS[at], text, raw=text) for at, (letter, text) in enumerate(said[:26])]
    if isinstance(value, dict):
        return _of_object(value, shown)
    if not isinstance(value, list):
        return []
    value = _without_empty_end(value[:26])
    if value and all(isinstance(one, dict) for one in value):
        if all(len(one) == 1 and placed_at(next(iter(one))) is not None for one in value):
            return _of_object({name: text for one in value for name, text in one.items()}, shown)
        return _of_objects(value, shown)
    texts = [_worded(one, shown) for one in value]
    return [
        Choice(KEYS[at], text, raw=one)
        for at, (one, text) in enumerate(zip(value, _without_letters(texts), strict=True))
    ]


def _broken(markup: str) -> str:
    """Options divided by <br> or paragraphs stand on lines."""
    return re.sub(r"<br\s*/?>|</p>|</li>|</div>", "\n", markup, flags=re.IGNORECASE)


def _worded(value: Any, shown: list[Picture]) -> str:
    """With its pictures put to those the question shows already."""
    if isinstance(value, dict):
        value = Fields(value).value("title")
    if value is None or isinstance(value, list | dict):
        return ""
    words, pictures = words_of(str(value), None, shown)
    shown += pictures
    return words


def _without_empty_end(values: list[Any]) -> list[Any]:
    while values and values[-1] in (None, ""):
        values = values[:-1]
    return values


_LETTERED = re.compile(r"^\s*[(（\[]?([A-Za-zＡ-Ｚ])\s*[.．、:：)）\]]\s*(?=\S)")


def _without_letters(texts: Sequence[str]) -> list[str]:
    """`A. 甲`, `B. 乙`: only where all of them are lettered in order. `A、B都对` alone is words."""
    found = [_LETTERED.match(text) for text in texts]
    letters = "".join(match[1] if match else "-" for match in found)
    wide = letters.translate({ord(c) + 0xFEE0: c for c in KEYS}).upper()
    if not texts or wide != KEYS[: len(texts)]:
        return list(texts)
    return [text[match.end() :].strip() for text, match in zip(texts, found, strict=True) if match]


def placed_at(name: object) -> str | None:
    """`a` of optionA, answer_a and 选项A, `2` of choice2; None for any other name."""
    match = _PLACED.fullmatch(folded(name))
    return match[1] if match else None


def _placed(by_name: Mapping[str, Any], shown: list[Picture]) -> list[Choice]:
    """A column each: at least A and B, and nothing in between left out."""
    found: dict[str, tuple[str, Any]] = {}
    for name, value in by_name.items():
        place = placed_at(name)
        if place is not None and isinstance(value, str | int | float | dict) and value not in ("", {}):
            if place.isdigit() and name == place:
                continue
            found.setdefault(place, (name, value))
    places = sorted(found)
    row = KEYS[: len(places)].lower()
    if len(places) < 2 or "".join(places) not in (row, "0123456789"[: len(row)], "123456789"[: len(row)]):
        return []
    return [
        Choice(
            KEYS[at], _worded(found[place][1], shown), frozenset({found[place][0], place}), found[place][1]
        )
        for at, place in enumerate(places)
    ]


def _of_object(value: Mapping[str, Any], shown: list[Picture]) -> list[Choice]:
    """{"A": "甲"}, {"answer_a": …}, {"1": …}; {"甲": true} names the right ones itself."""
    items = list(value.items())[:26]
    while items and items[-1][1] in (None, ""):
        items.pop()
    if items and all(isinstance(one, bool) for _name, one in items):
        return [Choice(KEYS[at], _worded(name, shown), right=one) for at, (name, one) in enumerate(items)]
    places = [placed_at(name) for name, _one in items]
    lettered = all(place is not None and place.isalpha() for place in places)
    return [
        Choice(
            (place or "").upper() if lettered else KEYS[at],
            _worded(one, shown),
            frozenset({folded(name)} if not lettered or len(folded(name)) > 1 else ()),
            one,
        )
        for at, ((name, one), place) in enumerate(zip(items, places, strict=True))
    ]


def _of_objects(values: Sequence[Mapping[str, Any]], shown: list[Picture]) -> list[Choice]:
    """A field whose values are letters names the options, another holds their words."""
    rows = [Fields(value).by_name for value in values]
    names = [n for n in dict.fromkeys((*_CALLED.split(), *_TEXT.split())) if any(n in row for row in rows)]
    letters = next((name for name in names if _are_letters([row.get(name) for row in rows])), "")
    texts = [name for name in _TEXT.split() if any(_worded(row.get(name), []) for row in rows)]
    words = next((name for name in texts if name != letters), letters)
    worth = _worth(rows)
    found = []
    for at, row in enumerate(rows):
        called = {
            folded(row[n]) for n in _CALLED.split() if n not in (words, letters) and _is_name(row.get(n))
        }
        flags = [row[name] for name in _RIGHT.split() if name in row]
        found.append(
            Choice(
                str(row[letters]).strip().upper() if letters else KEYS[at],
                _worded(row.get(words), shown),
                frozenset(called),
                row.get(words),
                _flag(flags[0]) if flags else worth[at],
            )
        )
    return found


def _worth(rows: Sequence[Mapping[str, Any]]) -> list[bool | None]:
    """Which options earn something, where all that do earn the same and some do not."""
    for name in _WORTH.split():
        values = [row.get(name) for row in rows]
        if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            earned = {value for value in values if value and value > 0}
            if len(earned) == 1 and len(set(values)) > 1:
                return [value in earned for value in values]
    return [None] * len(rows)


def _are_letters(values: Sequence[Any]) -> bool:
    said = [str(value).strip().upper() for value in values]
    return len(set(said)) == len(said) and all(len(one) == 1 and one in KEYS for one in said)


def _is_name(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _flag(value: Any) -> bool:
    return value is True or value in (1, "1", "true", "True", "TRUE", "是", "Y", "y")
