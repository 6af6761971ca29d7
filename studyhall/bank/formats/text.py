"""Plain text, Markdown, pasted words and what Word documents hold: lines in, questions out.

The whole file is looked at first: which lines come again on every page, whether lines end where the page
did, where keys stand. Then sections are cut by their headings, questions by `text_cut`, and each question
read by `text_piece`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, pairwise

from studyhall.bank.drafts import Draft
from studyhall.bank.formats.keys_by_form import give_by_form
from studyhall.bank.formats.lines import Line, decoded, lines_of
from studyhall.bank.formats.option_ticks import says_right
from studyhall.bank.formats.reading import Reading
from studyhall.bank.formats.text_body import Habits
from studyhall.bank.formats.text_boxes import boxes_as_rows
from studyhall.bank.formats.text_cases import case_drafts
from studyhall.bank.formats.text_cut import Piece, cut, item_of
from studyhall.bank.formats.text_doubts import answers_below, doubt_a_key_of_all, doubt_the_one_before
from studyhall.bank.formats.text_key_corrections import corrections_apart, is_correction
from studyhall.bank.formats.text_key_lines import KeySection
from studyhall.bank.formats.text_key_places import attach, give_by_words
from studyhall.bank.formats.text_keys import read_keys
from studyhall.bank.formats.text_keys_apart import keys_apart
from studyhall.bank.formats.text_lead import behind_their_questions
from studyhall.bank.formats.text_piece import draft_of
from studyhall.bank.formats.text_prepared import prepared
from studyhall.bank.formats.text_rules import BARE_KEY, Heading, heading_of, mark_of, numbers_of_line
from studyhall.bank.formats.text_sets import keys_of_papers, papers_in
from studyhall.bank.formats.text_stories import doubt_what_shares
from studyhall.bank.formats.text_titles import without_titles
from studyhall.bank.record import Fragment, Kind, Record
from studyhall.bank.settling import settle
from studyhall.core.citations import from_chinese


@dataclass
class Section:
    heading: Heading | None
    lines: list[Line] = field(default_factory=list)

    @property
    def kind(self) -> Kind | None:
        return self.heading.kind if self.heading else None

    @property
    def first(self) -> Line | None:
        return next((line for line in self.lines if line.text.strip()), None)

    @property
    def place(self) -> int | None:
        """三、判断题 is the third."""
        led = re.match(
            r"\s*[（(]?([一二三四五六七八九十]{1,2})[）)、.．]", self.heading.words if self.heading else ""
        )
        return from_chinese(led[1]) if led else None


@dataclass
class _Paper:
    """One of the papers in a file, mostly the only one."""

    lines: list[Line]
    keys: list[KeySection]
    drafted: list[list[Draft]] = field(default_factory=list)

    @cached_property
    def sections(self) -> list[Section]:
        return list(_sections(self.lines))

    def give_keys(self) -> list[str]:
        if not self.keys:
            return []
        flat = [[q for draft in drafts for q in (draft.parts or [draft])] for drafts in self.drafted]
        asked = [at for at, part in enumerate(flat) if part]
        places = [self.sections[at].place for at in asked]
        return attach([flat[at] for at in asked], self.keys, places, asked)


def _with_keys(papers: list[_Paper], lines: list[Line], *, answered: bool) -> list[_Paper]:
    """Keys in a file of their own: for each paper where they name them, else for all papers as one."""
    named = keys_of_papers(lines, len(papers)) if len(papers) > 1 else None
    if named is None and len(papers) > 1:
        papers = [_Paper([line for p in papers for line in p.lines], [key for p in papers for key in p.keys])]
    for paper, own in zip(papers, named or [lines], strict=True):
        keys, against = corrections_apart(own)
        paper.keys = [*paper.keys, *(() if answered else read_keys(keys)), *against]
    return papers


def _share_corrections(papers: Sequence[_Paper]) -> None:
    """更正：2.C behind the last of several papers may be for any of them."""
    told = [key for paper in papers for key in paper.keys if is_correction(key)]
    for paper in papers if len(papers) > 1 else ():
        paper.keys = [*(key for key in paper.keys if not is_correction(key)), *told]


def read(data: bytes, file: str, key_lines: Sequence[Line] = (), *, format: str = "txt") -> Reading:
    return read_lines(lines_of(decoded(data), file), file, format, key_lines)


def read_pasted(text: str, key: str = "") -> Reading:
    """Words pasted into a box; the key may have a box of its own."""
    return read_lines(lines_of(text, ""), "", "text", lines_of(key, ""))


def read_lines(lines: Sequence[Line], file: str, format: str, key_lines: Sequence[Line] = ()) -> Reading:
    lines = without_titles(prepared(boxes_as_rows(lines)))
    papers = [_Paper(*keys_apart(paper)) for paper in papers_in(lines)]
    answered: list[Draft] = []
    if any(line.text.strip() for line in key_lines):
        answered = _answered_paper(key_lines)
        papers = _with_keys(papers, prepared(key_lines), answered=bool(answered))
    _share_corrections(papers)
    everything = [section for paper in papers for section in paper.sections]
    habits = _habits(everything, [line for paper in papers for line in paper.lines])
    reading = Reading(format, file=file)
    for paper in papers:
        paper.drafted = _drafted(paper.sections, habits, reading.fragments)
    drafted = [drafts for paper in papers for drafts in paper.drafted]
    if answered:
        reading.notes += give_by_words(chain.from_iterable(drafted), answered)
    for paper in papers:
        reading.notes += paper.give_keys()
    for drafts in drafted:
        doubt_a_key_of_all(drafts)
    reading.notes += give_by_form(
        part for drafts in drafted for draft in drafts for part in draft.parts or [draft]
    )
    reading.records = [settle(draft) for drafts in drafted for draft in drafts]
    reading.records = _by_majority(reading.records, drafted)
    if not reading.records:
        _say_there_is_none(reading, lines)
    return reading


def _drafted(sections: Sequence[Section], habits: Habits, fragments: list[Fragment]) -> list[list[Draft]]:
    drafted = []
    expected = 1
    for section in sections:
        drafts, left = _drafts(section, habits, expected)
        asked = chain.from_iterable(draft.parts or [draft] for draft in drafts)
        expected = next((one.number + 1 for one in reversed(list(asked)) if one.number), expected)
        drafted.append(drafts)
        fragments += left
    return drafted


def _answered_paper(lines: Sequence[Line]) -> list[Draft]:
    """The questions of a key that is the whole paper once more; empty where it is no paper."""
    if sum(mark_of(line.text).name == "A" for line in lines) < 2:
        return []
    paper, _keys = keys_apart(prepared(lines))
    sections = list(_sections(paper))
    return list(chain.from_iterable(_drafted(sections, _habits(sections, paper), [])))


def _by_majority(records: list[Record], drafted: Sequence[Sequence[Draft]]) -> list[Record]:
    """A question without kind and key in a file of one kind only is of that kind, and held all the same."""
    kinds = Counter(record.kind for record in records)
    if len(records) < 20 or not kinds:
        return records
    [(kind, count)] = kinds.most_common(1)
    if count < 0.95 * len(records) or kind is Kind.CASE:
        return records
    flat = [draft for drafts in drafted for draft in drafts]
    return [
        settle(replace(draft, kind=kind)) if draft.kind is None and record.answer is None else record
        for draft, record in zip(flat, records, strict=True)
    ]


def _say_there_is_none(reading: Reading, lines: Sequence[Line]) -> None:
    articles = [line for line in lines if re.match(r"^\s*第[一二三四五六七八九十百千零]+条[\s　]", line.text)]
    if len(articles) >= 5:
        reading.notes.append(f"这像是法律条文（{len(articles)} 条），不是题库；法律文本请在“法律”里导入。")
        reading.fragments = []
    else:
        reading.notes.append("这个文件里一道题也没有。")


# The whole file


def _sections(lines: Sequence[Line]) -> Iterator[Section]:
    section = Section(None)
    for line in lines:
        heading = heading_of(line.text)
        if heading:
            yield section
            section = Section(heading)
        else:
            section.lines.append(line)
    yield section


def _habits(sections: Sequence[Section], lines: Sequence[Line]) -> Habits:
    labels = brackets = sets = 0
    for section in sections:
        for line in section.lines:
            item = item_of(line, section.kind)
            labels += item.labelled
            brackets += item.answers
            sets += item.first_option
    return Habits(
        _wrapped(lines),
        _usual_options(lines),
        labels=labels > 2 and labels > 4 * brackets,
        few_brackets=sets >= 5 and brackets < 0.3 * sets,
        at_options=any(says_right(line.text) for line in lines),
    )


def _usual_options(lines: Sequence[Line]) -> int:
    """Of A, B, C … the last letter that most sets of options reach."""
    counts = Counter(letter for line in lines for letter in re.findall(r"([A-H])[.．、:：)）]", line.text))
    reached = [letter for letter in "ABCDEFGH" if counts[letter] >= 0.7 * counts["A"] > 0]
    return len(reached) or 4


def _wrapped(lines: Sequence[Line]) -> bool:
    """Most lines that are followed by unmarked text are about as long as the longest."""
    widths = [_width(line.text) for line in lines if line.text.strip()]
    if len(widths) < 20:
        return False
    full = sorted(widths)[int(len(widths) * 0.95)]
    runs = [
        _width(line.text)
        for line, after in pairwise(lines)
        if _plain_text(after.text) and line.text.strip() and mark_of(line.text).rule in ("text", "option")
    ]
    return len(runs) >= 5 and full >= 40 and sum(width >= 0.8 * full for width in runs) >= 0.6 * len(runs)


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text.strip())


def _plain_text(text: str) -> bool:
    if mark_of(text).rule != "text" or BARE_KEY.match(text):
        return False
    return not numbers_of_line(text) and heading_of(text) is None


# One section


def _drafts(section: Section, habits: Habits, expected: int) -> tuple[list[Draft], list[Fragment]]:
    kind = section.kind
    items = [item_of(line, kind) for line in section.lines]
    said = section.heading.words if section.heading else ""
    several = bool(re.search(r"多项|多选", said))
    mine = replace(
        habits,
        kind=kind,
        truth_letters=section.heading.truth_letters if section.heading else None,
        wants_several=several,
        any_number="不定项" in said and not several,
    )
    if kind is Kind.CASE:
        return case_drafts(items, mine, expected)
    cuts, unsure = behind_their_questions(items, cut(items, expected), expected)
    pieces = [(piece, draft_of(piece, mine)) for piece in cuts]
    sure = {piece.number for piece, draft in pieces if draft and _is_question(draft, piece, section)}
    drafts: list[Draft] = []
    fragments: list[Fragment] = []
    for piece, draft in pieces:
        if draft and (_is_question(draft, piece, section) or _between(piece, sure)):
            drafts.append(draft)
        else:
            fragments += _left(piece)
    doubt_what_shares(pieces)
    if kind is Kind.SHORT:
        answers_below(drafts)
    doubt_the_one_before(drafts)
    for draft in drafts if unsure else ():
        draft.doubt("key-before", "第一题前面就有一个答案，答案可能写在题目前面，错开了一题，请核对。")
    return drafts, fragments


def _is_question(draft: Draft, piece: Piece, section: Section) -> bool:
    """Options, a key or a label of its own, or a number under a heading; without one it must ask."""
    if draft.options or draft.answer or "kind-label" in draft.rules:
        return True
    if piece.number is None:
        alone = section.kind is Kind.SHORT and piece.items[0].line is section.first
        return alone and bool(re.search(r"[。？?]\s*$|分[）)]\s*$", draft.stem))
    asks = re.search(r"[?？]\s*$|[（(]\s*[）)]|_{2,}", draft.stem)
    return section.heading is not None or asks is not None


def _between(piece: Piece, sure: set[int | None]) -> bool:
    """A number between those of two sure questions."""
    return piece.number is not None and {piece.number - 1, piece.number + 1} <= sure


def _left(piece: Piece) -> list[Fragment]:
    """Titles and remarks are let go without a word only where they are short and stand before a question."""
    words = "\n".join(item.text.strip() for item in piece.items if item.text.strip())
    if not words or _is_title(piece, words):
        return []
    reason = (
        "没有题干。" if piece.items[0].mark.rule != "text" else "看不出是试题：没有题号、选项，也没有答案。"
    )
    return [Fragment(piece.items[0].line.place, reason, words[:500])]


def _is_title(piece: Piece, words: str) -> bool:
    return piece.number is None and len(words) < 120 and not any(item.first_option for item in piece.items)
