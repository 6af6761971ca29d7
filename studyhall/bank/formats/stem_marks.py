"""What stands in a stem and is not of it: its number, a key in its brackets, a kind, options run on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from studyhall.bank.answers import kind_of, letters_of, truth_of
from studyhall.bank.record import Kind

NUMBER = re.compile(
    r"^\s*(?:(?P<word>第|题目|试题|问题|题|Question|Q)\s*)?(?P<open>[(（\[【])?\s*(?P<number>\d{1,5})\s*"
    r"(?P<close>[)）\]】])?\s*(?:题)?\s*(?P<mark>[.．、,，:：)）｡])?\s*",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"[（(【\[]\s*(?P<inside>[^（）()【】\[\]]{1,12}?)\s*[）)】\]]")
_AFTER_EMPTY = re.compile(
    r"(?P<empty>[（(]\s*[）)])\s*(?P<key>[A-HＡ-Ｈ](?:[、,，\s]?[A-HＡ-Ｈ]){0,7}|[√×✓✗✔✘])\s*[。.．]?\s*$"
)
_AT_END = re.compile(r"[\s　]+(?P<key>[√×✓✗✔✘])\s*[。.]?\s*$|(?P<glued>[√×✓✗✔✘])\s*$")
_BARE_TRUTH = re.compile(r"(?:(?<=[。.！!；;”\"’》）)])|(?<=\s)\s|　)\s*(?P<key>[TFＴＦ])\s*[.。]?\s*$")
"""The English letter of a judge, behind a whole sentence or far behind its words: 维生素 F is neither."""
_WORTH = r"(?:\s*[,，、;；]?\s*(?:分值\s*[:：]?\s*)?\d{1,3}(?:\.\d+)?\s*分)?"
_WAITING = re.compile(r"[（(]\s*[）)](?!\s*[A-HＡ-Ｈ√×])")
_ON_A_LINE = re.compile(r"[_＿]{2,}\s*(?P<key>[A-HＡ-Ｈ]{1,8}|[√×✓✗✔✘])\s*[_＿]{2,}")
_BEHIND_A_GAP = re.compile(r"(?:\t|[ 　]{4,})[ \t　]*(?P<key>[A-HＡ-Ｈ]{1,8})[ 　]*$")
"""As a column of its own: far behind the words of the stem."""
_TAG = re.compile(rf"^\s*[\[【（(<]\s*(?P<words>[^\]】）)>\d]{{2,12}}?){_WORTH}\s*[\]】）)>]\s*[:：.、]?\s*")
_TAG_BEHIND = re.compile(
    rf"\s*[\[【（(]\s*(?P<words>[^\[\]【】（）()\d]{{2,8}}?){_WORTH}\s*[\]】）)]\s*"
    r"(?:[\[【（(]\s*分值\s*[:：]?\s*\d{1,3}(?:\.\d+)?\s*分?\s*[\]】）)]\s*)?[*＊]?\s*$"
)
_TAG_WORDS = frozenset("单选 多选 单项选择 多项选择 不定项 不定项选择 判断 填空 简答 问答 论述".split())

EMPTY = "（ ）"


@dataclass(frozen=True)
class BracketKey:
    """A key read out of a stem: its words, the stem without it, how many brackets held one."""

    words: str
    stem: str
    found: int = 1


def key_in_stem(stem: str, *, judge: bool = False, misread: bool = False) -> BracketKey | None:
    """（ A ）, ( ABD ), （√）, （ ）C. `judge`: letters in brackets are no key, 对 and 错 are.

    Letters divided by commas count only with blanks or as the last thing: R(A,B,C) is a relation.
    """
    hits = [match for match in _BRACKET.finditer(stem) if _is_key(match, stem, judge=judge, misread=misread)]
    if hits and not judge and _WAITING.search(stem):
        return None  # 李某（A）…应当（ ）: the key belongs into the empty ones
    if hits:
        hit = hits[-1]
        empty = "" if judge and not stem[hit.end() :].strip("。.．；; ") else EMPTY
        blanked = (stem[: hit.start()] + empty + stem[hit.end() :]).strip()
        words = {_plain(match["inside"]) for match in hits}
        return BracketKey(hit["inside"].strip(), blanked, len(words))
    line = _ON_A_LINE.search(stem)
    if line and (judge is (letters_of(line["key"]) is None)) and "_" not in stem[line.end() :]:
        return BracketKey(line["key"], f"{stem[: line.start()]}____{stem[line.end() :]}".strip())
    after = _AFTER_EMPTY.search(stem)
    if after and (judge or letters_of(after["key"])):
        return BracketKey(after["key"], (stem[: after.start()] + EMPTY).strip())
    end = _AT_END.search(stem)
    if end and (judge or not letters_of(end["key"] or end["glued"])):
        return BracketKey(end["key"] or end["glued"], stem[: end.start()].strip())
    bare = _BARE_TRUTH.search(stem) if judge else None
    if bare and stem[: bare.start()].strip():
        return BracketKey(bare["key"], stem[: bare.start()].strip())
    column = None if judge else _BEHIND_A_GAP.search(stem)
    if column and letters_of(column["key"]):
        return BracketKey(column["key"], stem[: column.start()].strip())
    return None


def _is_key(match: re.Match[str], stem: str, *, judge: bool, misread: bool) -> bool:
    inside = match["inside"]
    truth = truth_of(inside, misread=judge and misread)
    if judge:
        if truth is None or inside.strip() in "01非":
            return False
        if inside.strip() in "TF" and stem[: match.start()].rstrip()[-1:].isdigit():
            return False  # 10（T）
        if inside.strip() in "是否" and not re.search(r"[。.！!]\s*$", stem[: match.start()]):
            return False
        if not stem[: match.start()].strip() and inside.strip() in ("T", "F", "对", "错", "正确", "错误"):
            return True  # （错）章可外借。
        return inside.strip() in "√×✓✗✔✘" or not stem[match.end() :].strip("。.．；;？?！! ")
    if truth is not None and letters_of(inside) is None:
        return inside.strip() in "√×✓✗✔✘对错" and not stem[match.end() :].strip("。.．；; ")
    letters = letters_of(inside)
    if letters is None or not re.fullmatch(r"[A-HＡ-Ｈa-h、,，.．\s]+", inside):
        return False
    if re.search(r"[,，.．]", inside) and stem[match.end() :].strip("。.．？?；;:： "):
        return False
    before = stem[: match.start()].rstrip()
    if before and before[-1].isascii() and before[-1].isalpha():
        return False  # R(A), f(B)
    return inside.strip() == inside.strip().upper() or len(letters) == 1


def _plain(words: str) -> str:
    letters = letters_of(words)
    return "".join(letters) if letters else words.strip()


@dataclass(frozen=True)
class Tag:
    kind: Kind | None
    words: str
    rest: str


def tag_behind(stem: str) -> Tag | None:
    """…？[单选题] *, …（多选）: the name of a kind alone in the last brackets."""
    match = _TAG_BEHIND.search(stem)
    if match is None or match["words"].strip().removesuffix("题") not in _TAG_WORDS or not match.start():
        return None
    words = match["words"].strip()
    return Tag(kind_of(words), words, stem[: match.start()].rstrip())


def tag_of(text: str) -> Tag | None:
    """[单选]5.只有两个… , 【多选题】…, （判断）…: a label before the stem that names a kind."""
    match = _TAG.match(text)
    if match is None:
        return None
    words = match["words"].strip()
    kind = kind_of(words)
    if (kind is None and words not in ("选择", "选择题")) or len(words) > 8:
        return None
    return Tag(kind, words, text[match.end() :])
