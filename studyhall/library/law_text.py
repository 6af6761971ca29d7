"""The text of a law out of its lines: title, days, headings, articles; and what about it is not in order.

Plain values in, plain values out. A line is a paragraph of Word, or a line of a text file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from studyhall.core.citations import Citation, from_chinese
from studyhall.core.citations import short_title as short_title_of
from studyhall.library import law_days

_NUMERAL = r"[零〇○一二两三四五六七八九十百千\d]+"
_HEADING = re.compile(
    rf"#*\s*第({_NUMERAL})(编|分编|章|节)(?:\s+(.{{1,40}})|([^\s，、。；条款项]{{1,30}}))?$"
)
_LOOSE = re.compile(r"#*\s*(附则|序言|总则)$")
_ARTICLE = re.compile(rf"[#*]*\s*第({_NUMERAL})条(?:之({_NUMERAL}))?[*]*(?:\s+|：|$)(.*)$")
_GLUED = re.compile(rf"第({_NUMERAL})条(?:之({_NUMERAL}))?(?![、，和及与至到第之的规所]|款|项)(\S.*)$")
_JUNK = re.compile(
    r"新华社.{0,12}电$|[（(]完[）)]$|来源[：:]|责任编辑|[—\-\s]*\d{1,4}[—\-\s]*$|第\s*\d+\s*页"
)
_TITLE = re.compile(r".{2,60}(?:法|法典|条例|规定|办法|决定|细则|规则|准则|宪法)(?:[（(].*[）)])?$")
_LEVELS = {"编": 0, "分编": 1, "章": 2, "节": 3}
CONTENTS = "目录"
PREAMBLE = "序言"


@dataclass(frozen=True)
class Fault:
    """Why a text cannot be filed as it is, and where."""

    place: str
    reason: str


@dataclass(frozen=True)
class Heading:
    title: str
    level: int
    first: int
    last: int


@dataclass(frozen=True)
class ArticleText:
    number: int
    sub: int
    text: str
    """A line for each 款 and 项."""

    def __str__(self) -> str:
        return str(Citation(None, self.number, self.sub))


@dataclass(frozen=True)
class LawText:
    """One law as a file gives it. `effective` is the day this text took effect."""

    title: str
    adopted: date | None
    effective: date | None
    headings: tuple[Heading, ...]
    articles: tuple[ArticleText, ...]
    faults: tuple[Fault, ...]

    @property
    def short_title(self) -> str:
        return short_title_of(self.title)

    @property
    def article_count(self) -> int:
        """Numbered articles; a preamble and those put in as 之一 are not counted."""
        return sum(article.number > 0 and article.sub == 0 for article in self.articles)

    def taking_effect(self, day: date | None) -> LawText:
        """The same with the day somebody names: he knows what the file does not say."""
        if day is None:
            return self
        faults = tuple(fault for fault in self.faults if fault.place != law_days.PLACE)
        return replace(self, effective=day, faults=faults)


@dataclass
class _Found:
    """A heading seen, and the articles that followed it before one as wide or wider."""

    title: str
    depth: int
    articles: list[int] = field(default_factory=list)


@dataclass
class _Reader:
    """Goes through the lines once; knows which article and which headings are open."""

    title: str = ""
    notes: list[str] = field(default_factory=list)
    """What stands between title and text: who adopted it, when."""
    headings: list[_Found] = field(default_factory=list)
    open: list[_Found] = field(default_factory=list)
    articles: list[tuple[int, int, list[str]]] = field(default_factory=list)
    preamble: list[str] = field(default_factory=list)
    in_preamble: bool = False

    def take(self, line: str) -> None:
        heading = _heading(line)
        if heading is not None:
            self._heading(*heading)
            return
        article = _ARTICLE.match(line) or self._expected(_GLUED.match(line))
        if article is not None:
            self._article(article)
        elif self.in_preamble:
            self.preamble.append(line)
        elif self.articles:
            if not _JUNK.match(line):
                self.articles[-1][2].append(line)
        elif not self.title and _TITLE.fullmatch(line.lstrip("# ")) and not _JUNK.match(line):
            self.title = line.lstrip("# ").replace(" ", "")
        elif line.replace(" ", "") not in (CONTENTS, self.title):
            self.notes.append(line)

    def _heading(self, depth: int, title: str) -> None:
        self.in_preamble = title == PREAMBLE and not self.articles
        if self.in_preamble:
            self.preamble = []
        found = _Found(title, depth)
        self.open = [one for one in self.open if one.depth < depth] + [found]
        self.headings.append(found)

    def _expected(self, match: re.Match[str] | None) -> re.Match[str] | None:
        """An article glued to its number is believed only where that number is the next one."""
        if match is None:
            return None
        last = self.articles[-1][0] if self.articles else 0
        return match if from_chinese(match[1]) == last + 1 and not match[2] else None

    def _article(self, match: re.Match[str]) -> None:
        self.in_preamble = False
        number, sub = from_chinese(match[1]) or 0, from_chinese(match[2]) if match[2] else 0
        words = match[3].strip()
        self.articles.append((number, sub or 0, [words] if words else []))
        for heading in self.open:
            heading.articles.append(number)


def _heading(line: str) -> tuple[int, str] | None:
    """How deep and which words; None for a line that is no heading. 总 则 is printed with a blank inside."""
    packed = re.sub(r"\s", "", line)
    loose = _LOOSE.match(packed)
    if loose and loose[1] != "总则":
        return 0, loose[1]
    match = _HEADING.match(line)
    if match is None:
        return None
    words = re.sub(r"\s", "", match[3] or match[4] or "")
    return _LEVELS[match[2]], f"第{match[1]}{match[2]}" + (f" {words}" if words else "")


def read_law(lines: Iterable[str], head: Mapping[str, str] | None = None) -> LawText:
    """`head`: what a Markdown file says of itself before the text (title, effective, version_adopted …)."""
    reader, head = _Reader(), dict(head or {})
    for raw in lines:
        for line in re.split(r"[\n\v\f\u2028]", raw):
            words = re.sub(r"[\s\u200b\ufeff]+", " ", line).strip()
            if words:
                reader.take(words)
    title = head.get("title") or reader.title
    articles = _articles(reader)
    last = articles[-1].text if articles else ""
    days = law_days.days_of(head, " ".join(reader.notes), last, title)
    faults = [*_title_faults(title), *_article_faults(articles)]
    if days.effective is None and articles:
        faults.append(Fault(law_days.PLACE, days.why))
    headings = tuple(_headings(reader.headings, bool(reader.preamble)))
    return LawText(title, days.adopted, days.effective, headings, articles, tuple(faults))


def _articles(reader: _Reader) -> tuple[ArticleText, ...]:
    found = [ArticleText(number, sub, "\n".join(words)) for number, sub, words in reader.articles]
    if reader.preamble:
        found.insert(0, ArticleText(0, 0, "\n".join(reader.preamble)))
    return tuple(found)


def _headings(found: Sequence[_Found], preamble: bool) -> Iterable[Heading]:
    """Those with articles below them: a printed list of contents has none. Levels from 1, without gaps."""
    if preamble:
        yield Heading(PREAMBLE, 1, 0, 0)
    real = [one for one in found if one.articles]
    depths = sorted({one.depth for one in real if not _LOOSE.match(one.title)})
    for one in real:
        level = depths.index(one.depth) + 1 if one.depth in depths else 1
        yield Heading(one.title, level, min(one.articles), max(one.articles))


def _title_faults(title: str) -> Iterable[Fault]:
    if not title:
        yield Fault("标题", "文件里没有找到法律的名称，请在第一行写上，如“中华人民共和国民法典”。")


def _article_faults(articles: Sequence[ArticleText]) -> Iterable[Fault]:
    numbered = [one for one in articles if one.number > 0]
    if not numbered:
        yield Fault("全文", "没有找到一条条文。每一条应当以“第一条”这样的字开头。")
        return
    seen: set[tuple[int, int]] = set()
    last = 0
    for one in numbered:
        if (one.number, one.sub) in seen:
            yield Fault(str(one), "这一条出现了两次。")
        elif one.sub == 0 and one.number != last + 1:
            before = ArticleText(last, 0, "") if last else None
            yield Fault(
                str(one),
                f"前面一条是{before}，中间少了条文。" if before else "前面少了条文，不是从第一条起。",
            )
        if not one.text:
            yield Fault(str(one), "这一条没有内容。")
        seen.add((one.number, one.sub))
        last = max(last, one.number) if one.sub == 0 else last
