"""What in a row of a sheet could mean something else: such a question is held."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from studyhall.bank.answers import letters_of, truth_of
from studyhall.bank.drafts import Draft, shortened
from studyhall.bank.formats.sheet_cells import DateWords, Sheet
from studyhall.bank.formats.sheet_heads import Head
from studyhall.bank.formats.sheet_tables import Table
from studyhall.bank.formats.sheet_values import MAY_LETTER
from studyhall.bank.record import KEYS, Finding, Kind

_LETTERED = re.compile(r"^\s*[（(]?([A-LＡ-Ｌ])\s*[）)]?\s*[.．:：)）]\s*\S")


def cell_doubts(row: Sequence[str], head: Head, *, ones_are_places: bool, draft: Draft) -> Iterator[Finding]:
    yield from _other_letters(row, head)
    if "#" in draft.source:
        yield from _errors(row, head)
    if DateWords in map(type, row):
        yield from _made_dates(row, head)
    if head.more_keys:
        yield from _other_keys(row, head)
    if draft.kind is None and not any(text for _letter, text in draft.options):
        yield from _perhaps_options(row, head, draft.answer.strip())
    if head.doubles_an_option:
        yield Finding("doubled-column", "表头里有两列是同一个选项，不知道该看哪一列。")
    if draft.kind is not Kind.JUDGE or not ones_are_places or any(text for _letter, text in draft.options):
        return
    said = draft.answer.strip()
    if said in ("0", "1", "0.0", "1.0"):
        yield Finding("unclear-answer", f"别的题答案写的是 2，这里的“{said}”不一定是对错。")


def _other_keys(row: Sequence[str], head: Head) -> Iterator[Finding]:
    """答案 says A and 正确答案 says B: one of them is perhaps what somebody answered."""
    said = [row[at] for at in (*head.columns.get("answer", ())[:1], *head.more_keys) if at < len(row)]
    meant = {letters_of(words) or truth_of(words) for words in said if words} - {None}
    if len(meant) > 1:
        yield Finding("two-keys", f"有两列答案，写的不一样（{'、'.join(filter(None, said))}），请核对。")


def _perhaps_options(row: Sequence[str], head: Head, answer: str) -> Iterator[Finding]:
    """Columns nobody knows between stem and key may be options; 对 and √ are the key of a judge all the same."""
    if answer not in ("0", "1") and truth_of(answer) is not None:
        return
    ends = [at for role in ("stem", "answer") for at in head.columns.get(role, ())[:1]]
    between = range(min(ends) + 1, max(ends))
    unknown = [row[at] for at in between if at < len(row) and row[at] and at not in head.known]
    unknown += [row[at] for at in head.distractors if at < len(row) and row[at]]
    if len(unknown) > 1:
        said = "、".join(shortened(cell) for cell in unknown[:3])
        yield Finding("unknown-columns", f"有几列的表头没有认出来（{said}），可能是选项，请核对。")


def _made_dates(row: Sequence[str], head: Head) -> Iterator[Finding]:
    """A day among other words, or days of one year, was perhaps `1-2` before the program made a date of it."""
    options = [row[column] for column, _place in head.options if column < len(row) and row[column]]
    days = [words for words in options if isinstance(words, DateWords)]
    keys = [row[at] for at in head.columns.get("answer", ()) if at < len(row)]
    if any(isinstance(words, DateWords) for words in keys) or (
        days and (len(days) < len(options) or len({day[:4] for day in days}) == 1)
    ):
        said = (days or keys)[0]
        yield Finding("made-a-date", f"表格程序把一格变成了日期（{said}），原来写的可能是别的，请核对。")


_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)")


def _errors(row: Sequence[str], head: Head) -> Iterator[Finding]:
    """What a table program shows for a formula that came to nothing."""
    for at, cell in enumerate(row):
        if cell[:1] == "#" and at in head.known and _ERROR.fullmatch(cell):
            yield Finding("error-cell", f"有一格是算不出来的公式（{cell}），原来该写什么，请看原表。")
            return


def _other_letters(row: Sequence[str], head: Head) -> Iterator[Finding]:
    """`B.甲` in the column of option A: the key may go by either letter."""
    wide = len(row)
    for column, place in head.options:
        if column >= wide or row[column][:1] not in MAY_LETTER:
            continue
        match = _LETTERED.match(row[column])
        if match and letters_of(match[1]) != (KEYS[place],):
            yield Finding(
                "other-letter", f"选项 {KEYS[place]} 的格子里写的是“{row[column][:12]}”，字母对不上。"
            )
            return


_SHARE = re.compile(r"0\.\d{1,4}|0|1")


def mind_sheet(draft: Draft, table: Table, number: int, row: Sequence[str]) -> None:
    """What the file itself makes uncertain: a comma that parts a cell, numbers without their sign of percent."""
    sheet = table.sheet
    if number in sheet.overlong and len(row) > len(table.head_words):
        draft.doubt("overlong", "这一行比别的行多出几格，可能是字里的逗号把一格分成了两格，请核对。")
    texts = [text for _letter, text in draft.options if text] if sheet.bare_numbers else []
    if len(texts) > 1 and all(map(_SHARE.fullmatch, texts)) and any("." in text for text in texts):
        draft.doubt("share", f"选项是小数（{texts[0]}），原来可能是百分数，请看原表。")


def mind_pictures(draft: Draft, sheet: Sheet, first: int, rows: int) -> None:
    """A picture that stands beside the cells, or in one of them as WPS keeps it, does not come along."""
    if not sheet.pictured.isdisjoint(range(first, first + rows)) or "=DISPIMG(" in draft.source:
        draft.doubt("picture-lost", "这一行有图片，没有随文件来；题目要用的，请补上图片，或者改成文字。")
