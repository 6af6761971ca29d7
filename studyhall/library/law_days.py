"""When a text was adopted and from when it holds, out of what is printed under its title and at its end.

An amendment (修正) keeps the old closing article: 本法自1990年10月1日起施行 in a text of 2017 is not the
day of that text, and the file does not say which is. A revision (修订) writes the closing article anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

PLACE = "施行日期"

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DAY = r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"
_EVENT = re.compile(_DAY + r"((?:(?!\d{4}\s*年\s*\d{1,2}\s*月).)*)")
_IN_FORCE = re.compile(r"自\s*" + _DAY + r"\s*起\s*(?:施行|实施|生效)")
_AT_ONCE = re.compile(r"自(?:公布|发布)之日起(?:施行|实施)|公布施行")


@dataclass(frozen=True)
class Days:
    adopted: date | None
    effective: date | None
    why: str = ""
    """What the file leaves open, where `effective` is None."""


def days_of(head: Mapping[str, str], notes: str, closing: str, title: str = "") -> Days:
    """`head`: the fields of a Markdown file; `notes`: under the title; `closing`: the last article."""
    notes = notes or head.get("history", "")
    events = [(day, words) for day, words in _events(notes) if not _is_start(words)]
    adopted = _last_iso(head.get("version_adopted", "")) or (events[-1][0] if events else None)
    said = _last_iso(head.get("effective", ""))
    if said is not None:
        return Days(adopted, said)
    starts = _starts(notes)
    if starts:
        return Days(adopted, starts[-1])
    amended = bool(events) and "修正" in events[-1][1]
    if amended and title.endswith("宪法"):
        # Amendments to the constitution are announced, and hold, on the day they are adopted.
        return Days(adopted, adopted)
    closing_starts = _starts(closing)
    closing_day = closing_starts[0] if closing_starts else None
    if amended and (closing_day is None or (adopted is not None and closing_day < adopted)):
        return Days(
            adopted,
            None,
            f"文件里只写了{_words(adopted)}修正，没有写修正后的文本从哪一天起施行。请另外写明日期。",
        )
    if closing_day is not None:
        return Days(adopted, closing_day)
    if _AT_ONCE.search(closing) and adopted is not None:
        return Days(adopted, adopted)
    return Days(adopted, None, "文件里没有写从哪一天起施行。请另外写明日期。")


def _events(notes: str) -> list[tuple[date, str]]:
    """Each day named, with the words up to the next; in the order printed."""
    found = []
    for match in _EVENT.finditer(notes):
        day = _date(match[1], match[2], match[3])
        if day is not None:
            before = notes[max(match.start() - 1, 0) : match.start()]
            found.append((day, before + match[4]))
    return found


def _is_start(words: str) -> bool:
    return words.startswith("自") and bool(re.match(r"自起\s*(?:施行|实施|生效)", words))


def _starts(text: str) -> list[date]:
    days = (_date(*match.groups()) for match in _IN_FORCE.finditer(text))
    return [day for day in days if day is not None]


def _last_iso(words: str) -> date | None:
    found = [_date(*match.groups()) for match in _ISO.finditer(words)]
    return found[-1] if found else None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _words(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
