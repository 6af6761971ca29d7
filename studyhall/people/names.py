"""How names are written and sorted: pinyin order, with the surnames that a dictionary reads wrongly."""

from __future__ import annotations

import functools
import re
import unicodedata

from pypinyin import Style, lazy_pinyin

# Polyphonic characters that are read otherwise as a surname.
_SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "盖": "ge", "华": "hua",
    "任": "ren", "朴": "piao", "召": "shao", "折": "she", "缪": "miao", "种": "chong", "覃": "qin",
    "尉": "wei", "翟": "zhai", "乐": "yue", "葛": "ge", "石": "shi", "宁": "ning", "纪": "ji", "洗": "xian",
    "冼": "xian", "祭": "zhai", "长": "zhang", "秘": "bi", "黑": "he", "逄": "pang", "员": "yun",
    "幺": "yao", "那": "na", "哈": "ha", "尹": "yin", "臧": "zang", "车": "che", "卜": "bu", "晟": "cheng",
    "贾": "jia", "燕": "yan", "应": "ying", "干": "gan", "过": "guo", "柏": "bai", "繁": "po", "隗": "wei",
}  # fmt: skip
_DOUBLE_SURNAMES = {"尉迟": "yuchi", "万俟": "moqi", "澹台": "tantai", "单于": "chanyu", "长孙": "zhangsun"}

_DOTS = re.compile(r"\s*[·•‧・･᛫∙⋅●.．]\s*")
"""The code points that stand for the middle dot of a name."""


def tidy(name: str) -> str:
    """One spelling of a name: no blanks around or inside Chinese, one kind of middle dot."""
    plain = unicodedata.normalize("NFC", name).strip()
    plain = _DOTS.sub("·", plain)
    return re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", plain)


def sort_key(name: str) -> str:
    """Pinyin syllables joined by blanks, then the name itself so that the order is total."""
    plain = tidy(name)
    return f"{' '.join(_syllables(plain))} {plain}"[:120]


def search_key(name: str) -> str:
    """`jianaermulati jnemlt 加娜尔·木拉提`: what a search for pinyin, initials or the name looks through."""
    plain = tidy(name)
    syllables = _syllables(plain)
    return f"{''.join(syllables)} {''.join(s[0] for s in syllables if s)} {plain}".casefold()[:200]


def initials(name: str) -> str:
    """加娜尔·木拉提 → jnemlt, for search."""
    return "".join(syllable[0] for syllable in _syllables(tidy(name)) if syllable)


@functools.lru_cache(maxsize=4096)
def _syllables(name: str) -> list[str]:
    letters = name.replace("·", "")
    for surname, reading in _DOUBLE_SURNAMES.items():
        if letters.startswith(surname):
            return [reading, *_read(letters[len(surname) :])]
    if "·" not in name and len(name) <= 4 and letters[:1] in _SURNAMES:
        return [_SURNAMES[letters[0]], *_read(letters[1:])]
    return _read(letters)


def _read(letters: str) -> list[str]:
    return [syllable.casefold() for syllable in lazy_pinyin(letters, style=Style.NORMAL)]
