"""The words people write for a key and for a kind, and what they mean. Plain words in, plain values out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from studyhall.bank.record import Kind, normalised
from studyhall.core.citations import from_chinese, to_chinese

_TRUE = """
    正确 正确的 对 对的 是 是的 真 准确 成立 说法正确 表述正确 本题正确 √ ✓ ✔ ☑ ✅ 🗸 t true y yes right correct 1 1.0
"""
_FALSE = """
    错误 错误的 错 错的 不对 不正确 否 不是 非 假 不准确 不成立 说法错误 表述错误 本题错误 × ✗ ✘ ✕ ✖ ☒ ❌ ╳ 乂
    x f false n no wrong incorrect 0 0.0
"""
TRUE_WORDS = frozenset(_TRUE.split())
FALSE_WORDS = frozenset(_FALSE.split())
_MISREAD = {"v": True, "j": True, "ν": True, "丿": True}
"""Optical readers make these of √; believed inside a judge section only."""

_YES_AND_NO = frozenset("是 否 是的 不是 真 假 t f x y n yes no right wrong correct incorrect".split())

_SIMPLE = str.maketrans(
    "題號項選類難說內試標準參評據點單斷對錯確誤簡問閱讀論述",
    "题号项选类难说内试标准参评据点单断对错确误简问阅读论述",
)


def simplified(words: str) -> str:
    """The traditional signs of heads, kinds and keys; questions themselves stay as they are written."""
    return words.translate(_SIMPLE)


_SEPARATORS = re.compile(r"[\s,，、;；.。．/|&+·$]+|和|及|与")
_LETTERS = re.compile(r"[A-L]{1,12}")

KIND_WORDS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (Kind.OTHER, ("匹配", "连线", "配对", "排序", "完形", "拖拽", "听力", "计算填表", "编程")),
    (Kind.CASE, ("案例", "材料", "情景", "情境", "阅读理解", "综合分析", "共用题干", "组合题", "case")),
    (Kind.MULTIPLE, ("多项选择", "多选", "不定项", "多项", "复选", "双选", "x型", "multi", "checkbox")),
    (
        Kind.SINGLE,
        ("单项选择", "单选", "单项", "a1型", "a2型", "a3型", "a4型", "b型", "b1型", "single", "radio"),
    ),
    (Kind.JUDGE, ("判断", "是非", "对错", "正误", "true", "judge")),
    (Kind.FILL, ("填空", "填充", "补充完整", "blank", "fill")),
    (Kind.SHORT, ("简答", "问答", "论述", "名词解释", "主观", "简述", "分析题", "改错", "解答", "综合题")),
    (Kind.SHORT, ("思考题", "写作", "计算题", "应用题", "实务", "操作题", "essay", "short")),
)
CHOICE_WORDS = ("选择",)
"""单选 or 多选: the key tells."""


@lru_cache(maxsize=2048)
def kind_of(words: str) -> Kind | None:
    """单项选择题 -> single; 选择题 and anything unknown -> None."""
    folded = simplified(unicodedata.normalize("NFKC", words).casefold().strip())
    for kind, names in KIND_WORDS:
        if any(name in folded for name in names):
            return kind
    return None


_CIRCLED = re.compile("[①-⑳]")


_SAID_TWICE = re.compile(r"(\w+)\(([^()]+)")
"""对（√, its last bracket is gone by then."""


@lru_cache(maxsize=4096)
def truth_of(words: str, *, misread: bool = False) -> bool | None:
    """√, 对, T … -> True; ×, 错, F … -> False; anything else -> None. `misread`: V and J are √ too."""
    if _CIRCLED.search(words):
        return None  # ① is the first of something, not 1 for 对
    folded = unicodedata.normalize("NFKC", words).strip().strip("（）()【】[]。.;；、,， ").casefold()
    folded = simplified(folded)
    folded = folded.removesuffix("\ufe0f")
    if twice := _SAID_TWICE.fullmatch(folded):
        folded = twice[1] if truth_of(twice[1]) is truth_of(twice[2]) else folded
    if folded in TRUE_WORDS:
        return True
    if folded in FALSE_WORDS:
        return False
    return _MISREAD.get(folded) if misread else None


def truths_of_options(texts: Sequence[str], *, plain: bool = False) -> list[bool] | None:
    """[True, False] for 对/错, [False, True] for 错误/正确; None where they are no such pair.

    `plain`: nothing said that it is a judge question, so 是/否 and T/F are not enough.
    """
    if len(texts) != 2:
        return None
    truths = [truth_of(text) for text in texts]
    if truths[0] is None or truths[1] is None or truths[0] == truths[1]:
        return None
    if any(normalised(text) in ("1", "0") for text in texts):
        return None
    if plain and any(normalised(text) in _YES_AND_NO for text in texts):
        return None
    return [truths[0], truths[1]]


@lru_cache(maxsize=8192)
def letters_of(words: str) -> tuple[str, ...] | None:
    """`A、B D`, `ＡＢＤ`, `a;b;d`, `（ABD）` -> ("A", "B", "D"); None where anything else is said.

    A letter twice is None too: nobody means that.
    """
    folded = unicodedata.normalize("NFKC", words).upper().strip().strip("()[]【】。.、")
    packed = _SEPARATORS.sub("", folded)
    if not _LETTERS.fullmatch(packed) or len(set(packed)) != len(packed):
        return None
    return tuple(sorted(packed))


def numbers_of(words: str) -> tuple[int, ...] | None:
    """`1,3`, `①③` as places of options; None where anything else is said."""
    folded = unicodedata.normalize("NFKC", words).strip()
    parts = [part for part in re.split(r"[\s,，、;；|]+", folded) if part]
    if not parts or not all(re.fullmatch(r"\d{1,2}(?:\.0)?", part) for part in parts):
        return None
    return tuple(sorted({int(float(part)) for part in parts}))


_LINES = re.compile(r"_{2,}|＿{2,}|﹍{2,}|﹎{2,}")
BLANKS = re.compile(r"_{2,}|＿{2,}|[（(]\s*[)）]|【\s*】|\[\s*\]|﹍{2,}|—{4,}|﹎{2,}")


def blanks_in(stem: str) -> int:
    """Underlines where there are any, else empty brackets."""
    lines = len(_LINES.findall(stem))
    return lines or len(BLANKS.findall(stem))


_BLANK_SEPARATORS = (r"[；;]", r"\n", r"[|｜]", r"\t|\s{2,}|　+", r"[、]", r"[，,]", r"\s+")


def blanks_of(words: str, blanks: int) -> tuple[tuple[str, ...], ...] | None:
    """The accepted words of each blank; None where it cannot be seen which word is for which.

    `60日；书面` for two blanks is two answers; `60/六十` in one blank are two that count.
    """
    words = words.strip().rstrip("。") or words.strip()
    if not words:
        return None
    if blanks <= 1:
        if re.search(r"[^|]\|[^|]", words):
            return None
        return (_alternatives(re.sub(r"^[（(]1[）)]\s*(?=[^\s（(①-⑳])", "", words)),)
    for separator in _BLANK_SEPARATORS:
        parts = [part.strip() for part in re.split(separator, words) if part.strip()]
        if len(parts) == blanks:
            if re.search(r"(?<!\|)\|(?!\|)", "".join(parts)):
                return None  # 60|六十；书面: two signs, and only one of them divides blanks
            plain = [_unnumbered(part, n) for n, part in enumerate(parts, 1)]
            if plain != parts and plain[0] == parts[0] and re.match(r"1[.．]\d", parts[0]):
                plain[0] = parts[0][2:]  # 1.60 2.书面: as the others show, no decimal
            return tuple(map(_alternatives, plain))
    for sign, numbers in (("([①-⑳])", "①②③④⑤⑥⑦⑧⑨⑩"), (r"[（(](\d)[）)]", "123456789")):
        before, *numbered = re.split(sign, words)
        if "".join(numbered[::2]) == numbers[:blanks] and not before.strip():
            parts = [part.strip(" ；;，,、。") for part in numbered[1::2]]
            return tuple(map(_alternatives, parts)) if all(parts) else None
    return None


def _unnumbered(part: str, place: int) -> str:
    """①书面, (1)书面 -> 书面 in the first blank; a bare 1 stays, and ①② where the blanks ask for numbers."""
    sign = "①②③④⑤⑥⑦⑧⑨⑩"[place - 1 : place] or "①"
    named = rf"第(?:{place}|{to_chinese(place)})个?空\s*[:：]?"
    return re.sub(rf"^(?:{sign}|{named}|[（(]{place}[）)]|{place}[.．、](?!\d))\s*(?=[^\s①-⑳])", "", part)


def _alternatives(words: str) -> tuple[str, ...]:
    if "||" in words:
        return tuple(filter(None, map(str.strip, words.split("||")))) or (words,)
    if re.search(r"\d\s*/\s*\d", words):
        return (words,)
    parts = tuple(part.strip() for part in re.split(r"\s*[/／]\s*", words))
    if len(parts) > 1 and all(parts):
        return parts
    return _same_number_twice(words) or (words,)


def _same_number_twice(words: str) -> tuple[str, ...]:
    """六个月或6个月, 三（3）: one number written in two ways; 书面或口头 stays one answer."""
    match = re.fullmatch(r"([^或（()]{1,12}?)(?:或者?|[（(]\s*或?)([^或（()）]{1,12}?)[）)]?", words)
    if match is None:
        return ()
    first, second = (re.sub(r"[零〇一二两三四五六七八九十百千]+", _digits, part) for part in match.groups())
    return (match[1], match[2]) if first == second and re.search(r"\d", first) else ()


def _digits(match: re.Match[str]) -> str:
    return str(from_chinese(match[0].replace("两", "二").replace("〇", "零")) or match[0])


_DIFFICULTIES = (
    (3, ("难", "高", "hard", "difficult", "三级")),
    (2, ("中", "一般", "medium", "normal", "二级")),
    (1, ("易", "简单", "低", "easy", "一级")),
)


@lru_cache(maxsize=256)
def difficulty_of(said: str) -> int | None:
    """易 1, 中 2, 难 3; 1 to 3 as they are; a share from 0 to 1 (1 is easy) by thirds is not guessed."""
    folded = unicodedata.normalize("NFKC", said).casefold().strip()
    if folded in ("1", "2", "3", "1.0", "2.0", "3.0"):
        return int(float(folded))
    if not folded or "适中" in folded:
        return 2 if folded else None
    return next((level for level, words in _DIFFICULTIES if any(word in folded for word in words)), None)
