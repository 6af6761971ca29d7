"""Identity-card numbers are never kept. This is what knows one when it sees it. Plain values in and out."""

from __future__ import annotations

import re
import unicodedata

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

# Digits that people part with blanks or hyphens are still one number.
_GAP = r"[\s\-_.]?"
_LONG = re.compile(rf"(?<!\d)(?:\d{_GAP}){{17}}[\dXx](?!\d)")
_OLD = re.compile(rf"(?<!\d)[1-9](?:{_GAP}\d){{14}}(?!\d)")
TITLE = re.compile(
    r"身份证|公民身份|证件号|身份号码|居民身份|(?:^|[^a-z])id\s*(?:card|no|number)", re.IGNORECASE
)


def is_title(words: str) -> bool:
    """Whether a column with this head holds identity numbers, whatever its cells look like."""
    return bool(TITLE.search(unicodedata.normalize("NFKC", words)))


def without(text: str) -> tuple[str, bool]:
    """The text with every identity number taken out, and whether there was one."""
    plain = unicodedata.normalize("NFKC", text)
    found = False

    def out(match: re.Match[str]) -> str:
        nonlocal found
        if not _is_number(re.sub(r"[^\dXx]", "", match[0])):
            return match[0]
        found = True
        return ""

    plain = _LONG.sub(out, plain)
    plain = _OLD.sub(out, plain)
    return (plain.strip(), True) if found else (text, False)


def looks_like_one(text: str) -> bool:
    return without(text)[1]


def _is_number(digits: str) -> bool:
    """Eighteen with a right check or a possible birthday (a mistyped one is still somebody's), or fifteen old."""
    if len(digits) == 18:
        total = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=False))
        return _CHECKS[total % 11] == digits[-1].upper() or (
            digits[6:8] in ("18", "19", "20") and _is_day(digits[10:14])
        )
    return len(digits) == 15 and _is_day(digits[8:12]) and "11" <= digits[:2] <= "82"


def _is_day(month_day: str) -> bool:
    return 1 <= int(month_day[:2]) <= 12 and 1 <= int(month_day[2:]) <= 31
