"""Text as numbered lines: decoding, and where a line came from."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from studyhall.bank.drafts import Run
from studyhall.bank.formats.reading import Refused
from studyhall.bank.record import Picture, Place

LONGEST_LINE = 100_000


@dataclass(frozen=True)
class Line:
    text: str
    place: Place
    pictures: tuple[Picture, ...] = ()
    from_table: bool = False
    """A row of a table in Word, its cells divided by tabs."""
    runs: tuple[Run, ...] = ()
    """How the line is printed, where something in it stands out. Stays with every piece the line is cut into."""


def decoded(data: bytes) -> str:
    """UTF-8, UTF-16 with or without its mark, GB18030, and the western 1252 last; refuses what is no text."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return cleaned(data[len(mark) :].decode(name, errors="replace"))
    wide = _utf16_without_mark(data)
    if wide:
        return cleaned(data.decode(wide, errors="replace"))
    if b"\0" in data:
        raise Refused("这不是文字文件，读不懂。")
    try:
        return cleaned(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.start > 0:  # cut in the middle of the last character
            return cleaned(data[: error.start].decode("utf-8"))
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    else:
        if not _looks_chinese(text):
            text = _big5(data) or data.decode("cp1252", errors="replace")
    return cleaned(text)


def _big5(data: bytes) -> str:
    """Traditional characters of Taiwan and Hong Kong; empty where it is none."""
    try:
        text = data.decode("big5hkscs")
    except UnicodeDecodeError:
        return ""
    return text if _looks_chinese(text) else ""


def _utf16_without_mark(data: bytes) -> str | None:
    """There are zeros in it, and read as UTF-16 it is nearly all common characters."""
    if b"\0" not in data or len(data) % 2:
        return None
    for name in ("utf-16-le", "utf-16-be"):
        text = data[:4000].decode(name, errors="replace")
        usual = sum(
            char.isascii() or "\u4e00" <= char <= "\u9fa5" or "\u3000" <= char <= "\u303f" or char >= "\uff00"
            for char in text
        )
        if usual >= 0.95 * len(text) and "\0" not in text and "\ufffd" not in text:
            return name
    return None


def _looks_chinese(text: str) -> bool:
    """What is not ASCII is mostly common characters: western text read as GB18030 gives rare ones."""
    wide = [char for char in text if ord(char) > 127]
    common = sum(
        "\u4e00" <= char <= "\u9fa5" or "\u3000" <= char <= "\u303f" or char >= "\uff00" for char in wide
    )
    odd = sum(unicodedata.category(char) in ("Co", "Cn") for char in wide)
    return not wide or (common >= 0.7 * len(wide) and not odd and len(wide) > 3)


_UNSEEN = re.compile(r"[\u200b\u200e\u200f\u2060\u00ad\ufeff\ufdd0-\ufdef\ufffe\uffff\x00-\x08\x0e-\x1f\x7f]")
"""Not the two joiners: Mongolian and some signs are written with them."""


def cleaned(text: str) -> str:
    """One kind of line break and of blank, nothing that no eye sees."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    return _UNSEEN.sub("", text)


_BOXES = "\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189"
_BOXED_OPTION = re.compile(
    rf"(?P<before>^|\s)(?P<letter>[{_BOXES}])\ufe0f?\s*(?=[^\s.．、:：)）{_BOXES}])", re.M
)
_BOXED = re.compile(rf"(?P<before>)(?P<letter>[{_BOXES}])\ufe0f?")


def plain_letters(text: str) -> str:
    """🅰甲村 🅱乙村, as chat groups write options: A.甲村 B.乙村."""
    for pattern, mark in ((_BOXED_OPTION, "."), (_BOXED, "")):
        text = pattern.sub(lambda found: found["before"] + _letter(found["letter"]) + mark, text)  # noqa: B023
    return text


def _letter(boxed: str) -> str:
    return chr((ord(boxed) - 0x1F130) % 32 + ord("A"))


_LONG_BLANK = re.compile(r"[^\S\n\x0b\x0c\u2028\u2029\x85]{60,}")
"""So many blanks mean no more than a few, and rules that look for blanks take minutes over thousands."""


def lines_of(text: str, file: str) -> list[Line]:
    """Line by line; a line past all measure is refused before any rule looks at it."""
    found = re.split(r"\n|\x0b|\x0c|\u2028|\u2029|\x85", _LONG_BLANK.sub(lambda run: run[0][:40], text))
    if any(len(line) > LONGEST_LINE for line in found):
        raise Refused("这个文件有一行超过十万字，不像题库。")
    return [Line(words, Place(file=file or None, line=number)) for number, words in enumerate(found, 1)]


def runs_of(lines: Iterable[Line]) -> tuple[Run, ...]:
    """Of the lines of one question, each line once however it was cut; empty where nothing stands out."""
    found: list[Run] = []
    seen: tuple[Run, ...] = ()
    for line in lines:
        if line.runs and line.runs is seen:
            continue
        seen = line.runs
        found += [*(line.runs or (Run(line.text),)), Run("\n")]
    return tuple(found) if any(run.looks for run in found) else ()


def joined(words: Iterable[str], *, wrapped: bool) -> str:
    """Lines of one piece of text. `wrapped`: the breaks are those of a page and mean nothing."""
    parts = [part.strip() for part in words if part.strip()]
    if not wrapped:
        return "\n".join(parts)
    text = ""
    for part in parts:
        gap = (
            " "
            if text and text[-1].isascii() and text[-1].isalnum() and part[0].isascii() and part[0].isalnum()
            else ""
        )
        text += gap + part
    return text
