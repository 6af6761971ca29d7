"""Questions in rows: sheets through calamine, .csv and .tsv; a row is a question or one option of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from studyhall.bank.answers import blanks_in, difficulty_of, kind_of, letters_of, truth_of
from studyhall.bank.drafts import Draft
from studyhall.bank.formats.option_cells import dividing_signs, options_of_cell
from studyhall.bank.formats.option_marks import split_options
from studyhall.bank.formats.reading import Reading
from studyhall.bank.formats.sheet_answers import (
    answer_words,
    key_and_explanation,
    mind_one_cell,
    take_ticks,
)
from studyhall.bank.formats.sheet_below import Group, adds_an_option
from studyhall.bank.formats.sheet_cells import Sheet
from studyhall.bank.formats.sheet_doubts import cell_doubts, mind_pictures, mind_sheet
from studyhall.bank.formats.sheet_headless import headless_tables, how_it_was_read, whole_question_table
from studyhall.bank.formats.sheet_kinds import kinds_of_codes
from studyhall.bank.formats.sheet_markup import in_words, is_markup, mind_lost, mind_markup
from studyhall.bank.formats.sheet_paper import paper_in
from studyhall.bank.formats.sheet_rows import Rows, place_of
from studyhall.bank.formats.sheet_stems import keys_in_stems, mind_key_in_stem, take_key_behind
from studyhall.bank.formats.sheet_tables import Table, names_a_kind, side_by_side, tables_of
from studyhall.bank.formats.sheet_turned import turned_table
from studyhall.bank.formats.sheet_values import (
    blanks_written,
    number_of,
    points_of,
    unlettered,
    without_options,
)
from studyhall.bank.formats.stem_marks import NUMBER, key_in_stem, tag_of
from studyhall.bank.record import KEYS, Finding, Fragment, Kind, Picture, Record
from studyhall.bank.settling import settle

_TRUTH = "(?P<{}>正确|错误|对|错|√|×)"
_SAYS_TRUTH = re.compile(
    rf"A\W{{0,2}}[为是]?\W?{_TRUTH.format('first')}\W{{0,3}}B\W{{0,2}}[为是]?\W?{_TRUTH.format('second')}"
)
_GAP = re.compile(r"[\[【{(（]\s*(?:填空|空)\s*\d{0,2}\s*[\]】})）]")
"""［填空1］ of exam systems."""
_CHOSEN = (Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE)


NO_HEAD = "没有认出表头，这张表没有读。请在第一行写上列名：题型、题干、选项A、选项B、选项C、选项D、答案。"


def read_sheets(sheets: Sequence[Sheet], file: str, format: str) -> Reading:
    """Every table of every sheet. A sheet in which no header is found is said so, with its words."""
    reading = Reading(format, file=file)
    for sheet in [half for whole in sheets for half in side_by_side(whole)]:
        tables, loose = tables_of(sheet)
        if not tables:
            tables = _without_a_head(sheet, reading)
        explains = re.search(r"说明|须知|示例", sheet.name)
        if not tables and not explains and (paper := paper_in(sheet, file)):
            reading.records += paper.records
            reading.fragments += paper.fragments
            reading.notes.append(f"工作表“{sheet.name}”没有表头，是当作试卷一行一行读的。")
        elif not tables and loose and loose[0][0] <= 3 and not explains:
            number, words = loose[0]
            reading.fragments.append(Fragment(place_of(file, sheet, number), NO_HEAD, words[:200]))
        for table in tables:
            records, fragments = _TableReader(table, file).read()
            reading.records += records
            reading.fragments += fragments
    for sheet in sheets:
        if sheet.hidden and any(record.place.sheet == sheet.name for record in reading.records):
            reading.notes.append(f"工作表“{sheet.name}”是隐藏的，也读了。")
    if not reading.records:
        reading.notes.append("这个文件里一道题也没有。")
    return reading


def _without_a_head(sheet: Sheet, reading: Reading) -> list[Table]:
    """Names down the first column, or no names at all; how it was read is said of the file."""
    turned = turned_table(sheet)
    if turned:
        reading.notes.append("有一张表是竖着写的，列名在最左边，是这样读的。")
        return [turned]
    whole = whole_question_table(sheet)
    if whole:
        return [whole]
    tables = headless_tables(sheet)
    if tables:
        reading.notes.append(how_it_was_read(tables[0]))
    return tables


def _truth_letters(table: Table) -> dict[str, bool] | None:
    """（A对B错） above the answers."""
    said = _SAYS_TRUTH.search(" ".join(table.head_words))
    first, second = (truth_of(said["first"]), truth_of(said["second"])) if said else (None, None)
    return {"A": first, "B": second} if first is not None and second is (not first) else None


class _TableReader:
    """Looks at all rows of a table before it says what any of them is."""

    def __init__(self, table: Table, file: str) -> None:
        self.table, self.head, self.file = table, table.head, file
        self.codes: dict[str, Kind | None] = {}
        self.numbered = False
        self.truth_letters = _truth_letters(table)
        self.ones_are_places = False
        """Some key is 2, so 1 may be the first of something and not 对."""
        self.dividing: frozenset[str] = frozenset()
        """Signs such as / that divide the options in one cell all the way down."""
        self.pictures: dict[int, tuple[Picture, ...]] = {}
        """Of cells that are HTML, by row."""
        self.keys_in_stems = False
        """Stems show their key in brackets as a rule, beside the column that has it."""

    def read(self) -> tuple[list[Record], list[Fragment]]:
        self.is_markup = is_markup(self.table)
        if self.is_markup:
            self.pictures = in_words(self.table)
        gathered = Rows(self.table, self.file)
        groups = list(gathered.groups())
        if self.head.has("options") and not self.head.options:
            self.dividing = dividing_signs(group.get("options") for group in groups if len(group.rows) == 1)
        self.codes = kinds_of_codes(groups, self.table.head_words, self._options)
        self.numbered = self._stems_are_numbered(groups)
        self.ones_are_places = any(
            group.words.get("answer", "") in ("2", "2.0")
            and not adds_an_option(self.head, group.words, group.rows[0])
            for group in groups
        )
        if self.head.numbered and any(map(self._counts_from_0, groups)):
            self.head.numbered = False
        self.keys_in_stems = keys_in_stems([(group.get("stem"), group.get("answer")) for group in groups])
        records = [settle(draft) for draft in self._cases(groups)]
        return records, gathered.fragments

    def _cases(self, groups: Sequence[Group]) -> Iterator[Draft]:
        """Rows that follow one another with the same material are a case."""
        for material, rows in groupby(groups, lambda group: group.get("material")):
            if not material:
                yield from map(self._draft, rows)
                continue
            drafts = [self._draft(group) for group in rows]
            yield Draft(
                material, drafts[0].place, Kind.CASE, parts=drafts, source=material, rules=["material"]
            )

    # Whole-table views

    def _stems_are_numbered(self, groups: Sequence[Group]) -> bool:
        """Most stems begin with a number that rises: it is none of the stem."""
        numbers = [NUMBER.match(group.get("stem")) for group in groups]
        values = [int(match["number"]) for match in numbers if match and (match["mark"] or match["close"])]
        rising = sum(after > before for before, after in pairwise(values))
        return len(values) > 1 and len(values) >= 0.8 * len(groups) and rising >= 0.8 * (len(values) - 1)

    def _counts_from_0(self, group: Group) -> bool:
        """Where some key is 0, nobody knows which option 2 is."""
        return group.get("answer").strip() in ("0", "0.0") and adds_an_option(
            self.head, group.words, group.rows[0]
        )

    # One question

    def _draft(self, group: Group) -> Draft:
        row = group.rows[0]
        stem = group.get("stem")
        number = number_of(group.get("number"))
        if self.numbered and (match := NUMBER.match(stem)) and (match["mark"] or match["close"]):
            number, stem = int(match["number"]), stem[match.end() :]
        topics, cites = group.get("topic"), group.get("cites")
        kind, options = self._kind(group.kind_words), self._options(group)
        answer, said = self._key(group, chosen=bool(options) or kind in _CHOSEN)
        draft = Draft(
            stem=stem,
            place=place_of(self.file, self.table.sheet, group.number),
            kind=kind,
            options=options,
            answer=answer,
            explanation="\n".join(filter(None, (said, group.get("explanation"), group.get("basis")))),
            number=number,
            difficulty=difficulty_of(group.get("difficulty")),
            topics=tuple(filter(None, topics.split("\n"))) if topics else (),
            law=group.get("law"),
            id=group.get("id"),
            cites=tuple(filter(None, re.split(r"[；;\n]\s*", cites))) if cites else (),
            points=points_of(group.get("points")),
            source=" | ".join([cell for line in (*group.rows, *group.under) for cell in line if cell]),
            rules=["sheet-row"],
            truth_letters=self.truth_letters,
            pictures=self.pictures.get(group.number, ()),
        )
        if self._is_our_own(group):
            self._take_exactly(draft, group)
        else:
            if self.head.has("options") and len(group.rows) == 1:
                mind_one_cell(draft, group.get("options"))
            self._mend_stem(draft, row)
            (mind_lost(draft) if self.is_markup else mind_markup(draft))
            mind_sheet(draft, self.table, group.number, row)
            mind_pictures(draft, self.table.sheet, group.number, len(group.rows))
        self._refuse_unknown_kind(draft, group.kind_words)
        if draft.kind is None and not draft.options and letters_of(draft.answer) and self.truth_letters:
            draft.kind = Kind.JUDGE
        if group.doubt:
            draft.doubt("rows", group.doubt)
        draft.any_number = "不定项" in group.kind_words
        draft.doubts += cell_doubts(row, self.head, ones_are_places=self.ones_are_places, draft=draft)
        return draft

    def _is_our_own(self, group: Group) -> bool:
        """A row that our export wrote: with the key of the question, under our own head."""
        return bool(group.get("id") and self.head.has("points") and self.head.has("material"))

    def _take_exactly(self, draft: Draft, group: Group) -> None:
        """Nothing in it is a slip of the hand: `A．` before an option is one of its words."""
        row = group.rows[0]
        texts = [row[at].strip() if at < len(row) else "" for at, _place in self.head.options]
        draft.stem, draft.number = group.get("stem"), None
        draft.options = [(KEYS[place], text) for place, text in enumerate(texts) if any(texts[place:])]
        draft.blanks = blanks_written(draft.answer, blanks_in(draft.stem)) if draft.kind is Kind.FILL else ()

    def _kind(self, words: str) -> Kind | None:
        words = words.strip()
        if words:
            return self.codes[words] if words in self.codes else kind_of(words)
        sheet = self.table.sheet.name
        return kind_of(self.table.heading) or (kind_of(sheet) if names_a_kind(sheet) else None)

    def _refuse_unknown_kind(self, draft: Draft, words: str) -> None:
        unknown = words.strip() and words.strip() not in self.codes and kind_of(words) is None
        if unknown and "选择" not in words:
            draft.doubts.append(Finding("unknown-kind", f"不认识题型“{words.strip()[:20]}”。"))

    def _options(self, group: Group) -> list[tuple[str, str]]:
        head = self.head
        if len(group.rows) > 1:
            texts = [head.words(row, "options") for row in group.below(head)]
            return [unlettered(text, place) for place, text in enumerate(texts) if text]
        row = group.rows[0]
        if head.options:
            found = {place: row[at] for at, place in head.options if at < len(row) and row[at]}
            return [unlettered(found.get(place, ""), place) for place in range(max(found, default=-1) + 1)]
        return options_of_cell(group.get("options"), self.dividing)

    def _key(self, group: Group, *, chosen: bool) -> tuple[str, str]:
        """The key, and what stands behind it in its cell to explain it."""
        if self.head.has("both"):
            return key_and_explanation(group.get("both"), both=True, chosen=chosen)
        answer = self._answer(group)
        if "解析" in answer and not self._is_our_own(group):
            return key_and_explanation(answer, both=False, chosen=chosen)
        return answer, ""

    def _answer(self, group: Group) -> str:
        head = self.head
        if head.has("right") and len(group.rows) > 1:
            rows = enumerate(group.below(head))
            right = [place for place, row in rows if truth_of(head.words(row, "right"))]
            return "".join(KEYS[place] for place in right)
        if len(group.rows) == 1:
            return answer_words(group.rows[0], head, group.get("answer"))
        found = (head.words(row, "answer") for row in group.rows)
        return next((words for words in found if words), "")

    def _mend_stem(self, draft: Draft, row: Sequence[str]) -> None:
        """Options and a key that stand in the stem's own cell, a key that stands at its options."""
        draft.stem = _GAP.sub("____", draft.stem)
        tag = tag_of(draft.stem)
        if tag and draft.kind is None:
            draft.kind, draft.stem = tag.kind, tag.rest
        if not draft.options:
            split = split_options(draft.stem)
            if split.options:
                draft.stem, draft.options = split.stem, split.options
                draft.rules.append("options-in-stem")
                take_key_behind(draft)
        elif "A" in draft.stem or "Ａ" in draft.stem:
            cells = [unlettered(row[at], place) for at, place in self.head.options if at < len(row)]
            without = without_options(draft.stem, cells or draft.options)
            if without:
                draft.stem = without
                draft.rules.append("options-repeated-in-stem")
        if not draft.answer:
            take_ticks(draft)
        if not draft.answer:
            found = key_in_stem(draft.stem, judge=draft.kind is Kind.JUDGE)
            if found:
                draft.answer, draft.stem = found.words, found.stem
                draft.rules.append("key-in-stem")
        else:
            mind_key_in_stem(draft, as_a_rule=self.keys_in_stems)
