"""Which column of a sheet holds what, by the words above it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from studyhall.bank.answers import simplified

_EXACT: dict[str, str] = {
    "id": "试题编号",
    "number": "序号 题号 编号 id no 题目编号 试题序号 题目序号 试题id 题目id 号 questionid qid",
    "kind": (
        "题型 类型 题目类型 试题类型 问题类型 题类 题型名称 试题题型 题目类别 题型代码 题型类别 "
        "题型分类 试题种类 题目种类 题目形式 kind type questiontype"
    ),
    "stem": (
        "题干 试题题干 题目题干 大题题干 题干内容 题干描述 题目内容 试题内容 问题内容 题目描述 试题描述 问题描述 "
        "题目正文 试题正文 题目 试题 问题 试题题目 考题 题目名称 试题名称 题面 题干文本 考题内容 考试题目 题目标题 "
        "试题标题 内容 stem question questiontext questionstem questioncontent"
    ),
    "options": (
        "选项 备选项 备选答案 选项内容 答案选项 题目选项 试题选项 候选项 可选项 供选答案 option options choices"
    ),
    "label": "选项标识 选项号 选项字母 选项序号 选项编号",
    "right": "是否正确 是否正确答案 是否为正确答案 是否答案 正确与否 iscorrect isanswer isright",
    "both": (
        "答案及解析 答案与解析 答案和解析 答案解析及答案 参考答案及解析 参考答案与解析 正确答案及解析 答案及说明 答案及依据 "
        "答案/解析 答案、解析"
    ),
    "answer": (
        "答案 正确答案 标准答案 参考答案 正确选项 试题答案 题目答案 答案选择 正确项 参考选项 答案内容 "
        "正确答案选项 标准答案选项 正确选项答案 题目正确答案 试题正确答案 正确答案字母 答案字母 本题答案 "
        "answer answers key correctanswer correctanswers rightanswer correctoption correct answerkey"
    ),
    "explanation": (
        "解析 答案解析 试题解析 题目解析 说明 答案说明 解释 试题分析 解题思路 题解 详解 解析说明 答案详解 答案解释 "
        "题目解释 答题解析 explanation rationale analysis"
    ),
    "basis": "依据 法律依据 出处 法条 依据条款 命题依据 来源",
    "cites": "引用条文 条文",
    "law": "法律 法规 法律名称 所属法律",
    "topic": (
        "分类 章节 知识点 标签 科目 所属章节 试题分类 题目分类 类别 专业 模块 章 节 目录 课程 题库 "
        "所属题库 考点"
    ),
    "difficulty": "难度 难易度 难易程度 难度系数 试题难度 题目难度 难度等级 难易 difficulty level",
    "score": "分值 分数 得分 分 题目分值 试题分值 默认分值",
    "points": "采分点 评分标准 评分要点 得分点 关键词",
    "part": "小题题干 子题题干 小题",
    "part_kind": "小题题型 子题题型",
    "material": "材料 案例 案情 背景材料 材料题干",
}
_ROLES = {words: role for role, names in _EXACT.items() for words in names.split()}
_CHINESE = dict(zip("一二三四五六七八九十甲乙丙丁戊己", [*range(10), *range(6)], strict=True))
_OPTION = re.compile(
    r"(?:选项内容|选项|备选项|备选答案|备选|答案选项|选择项|候选项|选择|题支|选支|选肢|option|opt|choice|答案|第)?[.:：]?"
    r"(?:(?P<letter>[a-l])|(?P<chinese>[一二三四五六七八九十甲乙丙丁戊己])|(?P<digit>\d|1[0-2]))"
    r"[.]?(?:个?选项|项)?(?:内容)?"
)


_PART_OF_KEY = re.compile(r"(?:正确)?答案\d")
_RIGHT = r"(?:是否正确|是否为?正确答案|是否答案|正确与否|正确|iscorrect|correct)"
_MARK = re.compile(
    rf"(?:选项|答案|option)?(?:(?P<letter>[a-l])|(?P<digit>\d))(?:项|选项)?{_RIGHT}"
    rf"|{_RIGHT}(?:(?P<letter_behind>[a-l])|(?P<digit_behind>\d))"
)
_TRUE_AND_FALSE = ({"对", "正确", "√"}, {"错", "错误", "×"})
_STEM_LIKE = re.compile(r"[题題]|[内內]\s*容|stem|question", re.IGNORECASE)


@dataclass
class Head:
    """A header row: where each column stands. Options are (column, place among options)."""

    row: int
    columns: dict[str, list[int]] = field(default_factory=dict)
    options: list[tuple[int, int]] = field(default_factory=list)
    numbered: bool = False
    """The options are called 1, 2, 3 …, so a key of 2 names the second."""
    marks: list[tuple[int, int]] = field(default_factory=list)
    """Columns that say of one option whether it is right, like `options`."""
    truths: tuple[int, int] | None = None
    """The columns 对 and 错, of which one is ticked."""
    parted_key: list[int] = field(default_factory=list)
    """答案1, 答案2 …: each holds a part of the key."""
    more_keys: list[int] = field(default_factory=list)
    """正确答案 beside 答案: columns that must not say anything else."""

    @property
    def is_one(self) -> bool:
        """A stem and a key, options or a kind beside it: no row of data looks like that by accident."""
        beside = {"answer", "options", "kind", "right", "both"} & self.columns.keys()
        return "stem" in self.columns and bool(
            beside or len(self.options) >= 2 or self.truths or self.parted_key
        )

    @cached_property
    def known(self) -> frozenset[int]:
        """The columns of which it is known what they hold."""
        named = [column for columns in self.columns.values() for column in columns]
        of_options = [column for column, _place in (*self.options, *self.marks)]
        return frozenset((*named, *of_options, *(self.truths or ()), *self.more_keys, *self.parted_key))

    @cached_property
    def doubles_an_option(self) -> bool:
        """Two columns say that they are the same option."""
        return len({place for _column, place in self.options}) < len(self.options)

    def has(self, role: str) -> bool:
        return role in self.columns

    def by_role(self, row: Sequence[str]) -> dict[str, str]:
        """The words of every role at once."""
        wide = len(row)
        return {
            role: (row[columns[0]] if columns[0] < wide else "")
            if len(columns) == 1
            else "\n".join(row[column] for column in columns if column < wide and row[column])
            for role, columns in self.columns.items()
        }

    def words(self, row: Sequence[str], role: str) -> str:
        """The cells of that role, most often one."""
        columns = self.columns.get(role)
        if not columns:
            return ""
        if len(columns) == 1:
            return row[columns[0]].strip() if columns[0] < len(row) else ""
        found = [row[column].strip() for column in columns if column < len(row)]
        return "\n".join(word for word in found if word)


def head_of(row: Sequence[str], number: int) -> Head | None:
    """The row as a header; None where it is none."""
    for cell in row:
        if cell and len(cell) <= 30 and _names_a_stem(cell):
            break
    else:
        return None  # most rows, without a closer look
    head = Head(number)
    bare: list[tuple[int, int]] = []
    named: list[tuple[int, str]] = []
    for column, cell in enumerate(row):
        words = cleaned(cell)
        if not words or len(words) > 16:
            continue
        role = _ROLES.get(words)
        option, mark = _OPTION.fullmatch(words), _MARK.fullmatch(words)
        if role:
            head.columns.setdefault(role, []).append(column)
        elif mark:
            head.marks.append((column, _place_of_mark(mark)))
        elif option and (words.isdigit() or words in _CHINESE):
            bare.append((column, _place(option)))
        elif option:
            head.options.append((column, _place(option)))
        named.append((column, words))
    _take_parted_key(head, row)
    if not head.options and _run_on(bare):
        head.options, head.numbered = bare, True
    elif head.options and all(not option_letter(row[column]) for column, _place in head.options):
        head.numbered = min(place for _column, place in head.options) == 0
    if not head.options and not head.has("answer") and not head.parted_key:
        head.truths = _truth_columns(named)
    _take_both(head, row)
    _take_repeated(head, [column for column, words in named if words == "正确"])
    if not head.is_one:
        return None
    if any(place < 0 for _column, place in head.options):  # 选项0, 选项1, …
        head.options = [(column, place + 1) for column, place in head.options]
    head.options.sort(key=lambda pair: pair[1])
    _one_stem(head, row)
    return head


def _take_parted_key(head: Head, row: Sequence[str]) -> None:
    """答案1, 答案2 beside options with letters are the parts of a key; without those they are options."""
    parts = [(at, place) for at, place in head.options if _PART_OF_KEY.fullmatch(cleaned(row[at]))]
    others = [pair for pair in head.options if pair not in parts]
    if parts and not head.has("answer") and sum(option_letter(row[at]) for at, _place in others) > 1:
        head.options, head.parted_key = others, [at for at, _place in parts]


def _take_both(head: Head, row: Sequence[str]) -> None:
    """答案解析 without a column of keys may hold the keys too."""
    named = [at for at in head.columns.get("explanation", ()) if cleaned(row[at]).startswith("答案")]
    told = {"answer", "both", "right"} & head.columns.keys() or head.marks or head.truths or head.parted_key
    if len(named) != 1 or told:
        return
    head.columns["both"] = named
    rest = [at for at in head.columns.pop("explanation") if at not in named]
    if rest:
        head.columns["explanation"] = rest


def _take_repeated(head: Head, ticked: list[int]) -> None:
    """选项, 是否正确, 选项, 是否正确 …: options in the order they stand, each with its mark behind it."""
    right = head.columns.get("right") or ([] if head.truths else ticked)
    if not right:
        pass
    elif len(right) == 1:
        head.columns["right"] = right
    elif right == [at + 1 for at, _place in head.options] or right == [
        at + 1 for at in head.columns.get("options", ())
    ]:
        head.marks = [(at, place) for place, at in enumerate(right)]
        head.columns.pop("right", None)
    repeated = head.columns.get("options", ())
    if not head.options and (len(repeated) > 2 or (repeated and head.marks)):
        head.options = [(at, place) for place, at in enumerate(head.columns.pop("options"))]


def option_letter(cell: str) -> bool:
    """选项A and not 选项1."""
    match = _OPTION.fullmatch(cleaned(cell))
    return bool(match and match["letter"])


def _run_on(bare: Sequence[tuple[int, int]]) -> bool:
    """1 2 3 4 above columns side by side are options; a lone 1 is anything."""
    first = bare[0][0] if bare else 0
    return len(bare) > 1 and [(first + place, place) for place in range(len(bare))] == list(bare)


def _truth_columns(named: Sequence[tuple[int, str]]) -> tuple[int, int] | None:
    found = [[column for column, words in named if words in meant] for meant in _TRUE_AND_FALSE]
    return (found[0][0], found[1][0]) if len(found[0]) == len(found[1]) == 1 else None


def over_two_rows(upper: Sequence[str], lower: Sequence[str], number: int) -> Head | None:
    """选项 over A B C D: the words of both rows, where the lower one names options and nothing but heads."""
    letters = [at for at, cell in enumerate(lower) if option_letter(cell)] or _figures(lower)
    if len(letters) < 2 or any(len(cell) > 10 for cell in lower):
        return None
    if any(at < len(upper) and _ROLES.get(cleaned(upper[at])) not in (None, "options") for at in letters):
        return None
    wide = max(len(upper), len(lower))
    upper, lower = ([*row, *[""] * (wide - len(row))] for row in (upper, lower))
    return head_of([below or above for above, below in zip(upper, lower, strict=True)], number)


def _figures(lower: Sequence[str]) -> list[int]:
    """1 2 3 4 side by side and nothing else in the row."""
    filled = [at for at, cell in enumerate(lower) if cell]
    alone = [lower[at] for at in filled] == [str(place) for place in range(1, len(filled) + 1)]
    return filled if alone and filled == list(range(filled[0], filled[0] + len(filled))) else []


def _names_a_stem(cell: str) -> bool:
    return _STEM_LIKE.search(cell) is not None and _ROLES.get(cleaned(cell)) == "stem"


@lru_cache(maxsize=4096)
def cleaned(cell: str) -> str:
    """（必填）, (勿删), *, blanks and line breaks do not make a column another."""
    words = simplified(unicodedata.normalize("NFKC", cell))
    words = re.sub(r"[(\[【<]\s*([A-La-l])\s*[)\]】>]", r"\1", words)
    words = re.sub(r"[(\[【<].*?[)\]】>]", "", words, flags=re.DOTALL)
    words = re.sub(r"(?<=[A-Za-z])[_\-](?=[A-Za-z\d])", "", words)
    return re.sub(r"[\s*＊:：_]+|[.．、]+\s*$", "", words).casefold()


def _place_of_mark(mark: re.Match[str]) -> int:
    letter, digit = mark["letter"] or mark["letter_behind"], mark["digit"] or mark["digit_behind"]
    return ord(letter) - ord("a") if letter else int(digit) - 1


def _place(option: re.Match[str]) -> int:
    if option["letter"]:
        return ord(option["letter"]) - ord("a")
    return _CHINESE[option["chinese"]] if option["chinese"] else int(option["digit"]) - 1


def _one_stem(head: Head, row: Sequence[str]) -> None:
    """题目 beside 题干 is its title: the surer name wins. Of two keys the first counts."""
    surer = _EXACT["stem"].split()
    head.columns["stem"] = sorted(head.columns["stem"], key=lambda at: surer.index(cleaned(row[at])))[:1]
    if "answer" in head.columns:
        head.more_keys = head.columns["answer"][1:]
        head.columns["answer"] = head.columns["answer"][:1]
    if len(head.columns.get("options", ())) == 2:
        label, head.columns["options"] = head.columns["options"][:1], head.columns["options"][1:]
        head.columns.setdefault("label", label)
