"""Kinds written as numbers or codes: what each means, by the header or by what its rows look like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from studyhall.bank.answers import kind_of, letters_of, truth_of
from studyhall.bank.formats.sheet_below import Group
from studyhall.bank.record import Kind

_LEGEND = re.compile(r"(\d)\s*[.、:：=＝\-]?\s*[（(]?\s*(单|多|判断|填空|简答|问答|不定项)")

Options = Callable[[Group], list[tuple[str, str]]]


def kinds_of_codes(
    groups: Sequence[Group], header: Sequence[str], options_of: Options
) -> dict[str, Kind | None]:
    """By a legend in the header, else by what the rows of each code look like."""
    used = {group.kind_words.strip() for group in groups}
    codes = {words for words in used if re.fullmatch(r"\d{1,6}(?:\.0)?|[A-Za-z]{1,3}\d?", words)}
    if not codes:
        return {}
    legend = {code: kind_of(name) or kind_of(name + "选") for code, name in _LEGEND.findall(" ".join(header))}
    found: dict[str, Kind | None] = {}
    for code in codes:
        looks = [_looks_like(group, options_of) for group in groups if group.kind_words.strip() == code]
        [(kind, count)] = Counter(looks).most_common(1)
        found[code] = legend.get(code) or (kind if count >= 0.6 * len(looks) else None)
    return found


def _looks_like(group: Group, options_of: Options) -> Kind | None:
    answer = group.get("answer")
    options = [text for _letter, text in options_of(group) if text]
    letters = letters_of(answer)
    if len(options) > 2 or (options and letters and truth_of(answer) is None):
        return Kind.MULTIPLE if letters and len(letters) > 1 else Kind.SINGLE if letters else None
    return Kind.JUDGE if truth_of(answer) is not None else None
