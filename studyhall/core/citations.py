"""Articles by their names: 《保密法》第二十八条第三项 to numbers, and numbers back to words.

Chinese law counts 条 (articles), in them 款 (paragraphs) and 项 (numbered points). An article put in
later is 第五条之一. The words of a preamble are cited as 序言: article 0.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

DIGITS = "零一二三四五六七八九"
UNITS = {"十": 10, "百": 100, "千": 1000}
_VALUE = {digit: value for value, digit in enumerate(DIGITS)} | {"〇": 0, "○": 0, "两": 2}
_NUMERAL = r"[零〇○一二两三四五六七八九十百千万\d０-９]+"

_CITATION = re.compile(
    r"(?:《(?P<law>[^《》]{2,60})》\s*(?:[（(][^（）()]{0,20}[）)])?\s*)?"
    r"(?:"
    rf"第\s*(?P<article>{_NUMERAL})\s*条(?:\s*之\s*(?P<sub>{_NUMERAL}))?"
    r"|(?P<preamble>序言)"
    r")"
    rf"(?:\s*第\s*(?P<paragraph>{_NUMERAL})\s*(?:自然段|款|段))?"
    rf"(?:\s*第\s*[（(]?(?P<item>{_NUMERAL})[）)]?\s*项)?"
)


@dataclass(frozen=True, order=True)
class Citation:
    """`law` None: the law that is spoken of. `sub` 1 is 之一; a paragraph or item not named is None."""

    law: str | None
    article: int
    sub: int = 0
    paragraph: int | None = None
    item: int | None = None

    def __str__(self) -> str:
        law = f"《{self.law}》" if self.law else ""
        place = "序言" if self.article == 0 else f"第{to_chinese(self.article)}条"
        if self.sub:
            place += f"之{to_chinese(self.sub)}"
        if self.paragraph is not None:
            place += f"第{to_chinese(self.paragraph)}{'款' if self.article else '自然段'}"
        if self.item is not None:
            place += f"第{to_chinese(self.item)}项"
        return law + place


def to_chinese(number: int) -> str:
    """1042 -> 一千零四十二, 10 -> 十, 12 -> 十二, 110 -> 一百一十. From 0 to 9999."""
    if not 0 <= number <= 9999:
        raise ValueError(f"条文序号在 0 到 9999 之间，不是 {number}")
    if number < 10:
        return DIGITS[number]
    words = ""
    gap = False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            words += ("零" if gap and words else "") + DIGITS[digit] + name
        gap = digit == 0
    return words.removeprefix("一") if words.startswith("一十") else words


def from_chinese(words: str) -> int | None:
    """一千零四十二, 二十, 〇, 二八 (digit by digit), 28 and ２８; None where it is no number."""
    words = words.strip()
    if re.fullmatch(r"\d+", words):  # \d covers the full-width digits, and so does int()
        return int(words) if len(words) <= 6 else None
    if not words or not all(char in _VALUE or char in UNITS for char in words):
        return None
    if not any(char in UNITS for char in words):
        return int("".join(str(_VALUE[char]) for char in words)) if len(words) <= 4 else None
    total = digit = 0
    for char in words:
        if char in UNITS:
            total += (digit or 1) * UNITS[char]
            digit = 0
        else:
            digit = _VALUE[char]
    return total + digit


def parse_citation(words: str) -> Citation | None:
    """The whole of `words` as one citation; None where it is not exactly that."""
    match = _CITATION.fullmatch(words.strip())
    return _from_match(match) if match else None


def find_citations(text: str) -> Iterator[Citation]:
    """Every citation in running text, in order; 第三条、第四条 after one 《law》 are both that law's.

    A law named stays meant for a list only: after any other word a bare 第四条 has no law again.
    """
    return (citation for _words, citation in split_at_citations(text) if citation is not None)


def split_at_citations(text: str) -> Iterator[tuple[str, Citation | None]]:
    """The whole text in pieces, each citation apart with what it means; joined again they are the text."""
    law: str | None = None
    end = shown = 0
    for match in _CITATION.finditer(text):
        if match["preamble"] and not match["law"]:
            continue  # 序言 is an everyday word unless a law stands before it
        citation = _from_match(match)
        if citation is None:
            continue
        between = text[end : match.start()]
        if citation.law is None and law and re.fullmatch(r"[、，,和及与至到或者以]*", between):
            citation = Citation(law, citation.article, citation.sub, citation.paragraph, citation.item)
        if match.start() > shown:
            yield text[shown : match.start()], None
        law, end = citation.law, match.end()
        shown = end
        yield match[0], citation
    if shown < len(text):
        yield text[shown:], None


def short_title(law: str) -> str:
    """中华人民共和国民法典 -> 民法典: the name a law is filed under."""
    return law.strip().strip("《》").removeprefix("中华人民共和国").strip()


def _from_match(match: re.Match[str]) -> Citation | None:
    law = short_title(match["law"]) if match["law"] else None
    numbers: dict[str, int | None] = {}
    for name in ("article", "sub", "paragraph", "item"):
        words = match[name]
        numbers[name] = from_chinese(words) if words else None
        if words and not numbers[name]:
            return None
    return Citation(law, numbers["article"] or 0, numbers["sub"] or 0, numbers["paragraph"], numbers["item"])
