"""All options in one cell: by letters or numbers, or divided by a sign that can mean nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable

from studyhall.bank.answers import truth_of
from studyhall.bank.formats.option_marks import split_options, tidy
from studyhall.bank.record import KEYS

_SEPARATORS = (r"\$;\$", r"\${2,}", r"\n", r"\|", r"@@", r"#", r"；|;", r"\t")
_COMMON = {
    "、": "、",
    "/": "[/／]",
    ",": "[,，]",
    " ": r"(?<=[\u3000-\u9fff）】”]) +(?=[\u3000-\u9fff（【“])",
}
"""Signs that stand in the words of options as well."""


def options_of_cell(text: str, dividing: Collection[str] = ()) -> list[tuple[str, str]]:
    """(letter, words), one with all the words where it cannot be seen how they are divided.

    `dividing`: the common signs that divide options in this table, as `dividing_signs` saw.
    """
    bare = re.sub(r"\$;\$|@@", "\n", text).strip()
    if found := _listed(bare) or _by_letters(bare) or _in_order(bare):
        return found
    for separator in _SEPARATORS:
        parts = _parts(separator, text)
        if len(parts) >= 2:
            return [("", part) for part in parts]
    return [("", part) for part in _by_a_common_sign(text.strip(), dividing)]


def _by_letters(bare: str) -> list[tuple[str, str]]:
    """A.甲/B.乙, A.甲，B.乙, a.甲 b.乙, A甲B乙."""
    first = re.match(r"[AＡ]\s*([.．、:：)）])", bare)
    if first:
        bare = re.sub(rf"[,，/／;；、]\s*(?=[B-LＢ-Ｌ]\s*{re.escape(first[1])})", "\n", bare)
    split = split_options("\n" + bare, stem_first=False)
    if len(split.options) >= 2 and not split.stem:
        return [(letter, words.rstrip("；;|").strip()) for letter, words in split.options]
    return _bare_letters(bare) or _in_order(bare, "abcdefgh")


def _bare_letters(text: str) -> list[tuple[str, str]]:
    """A甲村B乙村C丙村: every letter once, in order, from the first on, and nothing else in Latin letters."""
    parts = re.split(r"([A-Z])", text)
    letters = "".join(parts[1::2])
    if parts[0].strip() or len(letters) < 2 or letters != KEYS[: len(letters)] or re.search("[a-z]", text):
        return []
    words = [tidy(part) for part in parts[2::2]]
    return list(zip(letters, words, strict=True)) if all(words) else []


_CIRCLED = "①②③④⑤⑥⑦⑧⑨"


def _in_order(bare: str, signs: str = "") -> list[tuple[str, str]]:
    """1.甲 2.乙 3.丙, ①甲②乙, a.甲 b.乙: each sign once and in order, all with the same mark behind them."""
    if not signs:
        return _in_order(bare, "123456789") or _in_order(bare, _CIRCLED)
    first = re.match(rf"({signs[0]})([.．、:：)）]?)", bare)
    if first is None or not (first[2] or signs is _CIRCLED):
        return []
    beside = r"" if signs is _CIRCLED else r"(?<![^\s,，/／;；、])"
    found = list(re.finditer(rf"{beside}([{signs}]){re.escape(first[2])}(?!\d)", bare))
    if len(found) < 2 or "".join(match[1] for match in found) != signs[: len(found)]:
        return []
    ends = [*(match.start() for match in found[1:]), len(bare)]
    words = [
        bare[match.end() : end].strip(" \t\n,，/／;；、|") for match, end in zip(found, ends, strict=True)
    ]
    return [(KEYS[place], word) for place, word in enumerate(words)] if all(words) else []


def called_by_number(text: str) -> bool:
    """1.甲 2.乙: a key of 2 names the second."""
    return text[:1] in ("1", "①") and bool(_in_order(text.strip()))


def _listed(bare: str) -> list[tuple[str, str]]:
    """["甲", "乙"] and {"A": "甲", "B": "乙"}, as programs write a list into a cell."""
    if not bare.startswith(('["', '{"')):
        return []
    try:
        value = json.loads(bare)
    except ValueError:
        return []
    pairs = value.items() if isinstance(value, dict) else [("", word) for word in value]
    found = [(letter.strip().upper(), word.strip()) for letter, word in pairs if isinstance(word, str)]
    sound = len(found) == len(value) > 1 and all(word and letter in KEYS for letter, word in found)
    return found if sound else []


def _by_a_common_sign(text: str, dividing: Collection[str]) -> list[str]:
    """By the one sign there is; by two of them nobody knows which divides."""
    found = [(sign, _parts(pattern, text)) for sign, pattern in _COMMON.items()]
    found = [(sign, parts) for sign, parts in found if len(parts) > 1]
    if len(found) == 1:
        [(sign, parts)] = found
        truths = [truth_of(part) for part in parts]
        if sign == "、" or sign in dividing or (len(parts) == 2 and {*truths} == {True, False}):
            return parts
    return [text] if text else []


def dividing_signs(cells: Iterable[str]) -> frozenset[str]:
    """The common signs that divide every cell of a column into as many parts, three or more of them."""
    counts: dict[str, set[int]] = {}
    seen: dict[str, int] = {}
    for cell in cells:
        if len(options_of_cell(cell)) > 1:
            continue
        for sign, pattern in _COMMON.items():
            parts = _parts(pattern, cell)
            if len(parts) > 1:
                counts.setdefault(sign, set()).add(len(parts))
                seen[sign] = seen.get(sign, 0) + 1
    return frozenset(
        sign for sign, found in counts.items() if len(found) == 1 and min(found) > 2 and seen[sign] > 1
    )


def undivided(options: list[tuple[str, str]]) -> bool:
    """One option that looks like several."""
    return len(options) == 1 and any(len(_parts(sign, options[0][1])) > 1 for sign in _COMMON.values())


def _parts(separator: str, text: str) -> list[str]:
    return [part for part in (part.strip() for part in re.split(separator, text.strip())) if part]
