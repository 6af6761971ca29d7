"""Tables that stand on their side: the names in the first column, a question a column or a question a card."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studyhall.bank.answers import truth_of
from studyhall.bank.formats.sheet_cells import Sheet
from studyhall.bank.formats.sheet_heads import Head, head_of
from studyhall.bank.formats.sheet_names import cleaned
from studyhall.bank.formats.sheet_tables import Table

_EXPLAINS = re.compile(r"必填|选填|可不填|填写|请填|不超过|字以内|格式")
"""A sheet that says what belongs into each column has their names on its side too."""


def turned_table(sheet: Sheet) -> Table | None:
    """None where it is no such sheet, or has one question only: that may be an example."""
    rows = [(number, row) for number, row in enumerate(sheet.rows, 1) if any(row)]
    start = next((place for place, (_number, row) in enumerate(rows) if row[0]), None)
    if start is None:
        return None
    labelled = [(number, row) for number, row in rows[start:] if row[0]]
    labels = [row[0] for _number, row in labelled]
    if len(labels) < len(rows) - start or not all(len(label) <= 16 for label in labels):
        return None
    names = [cleaned(label) for label in labels]
    if len(set(names)) == len(names):
        table = _by_columns(sheet, labels, labelled)
    else:
        table = _by_cards(sheet, names, labels, labelled)
    return table if table and len(table.rows) > 1 and _hold_questions(table) else None


def _by_columns(sheet: Sheet, labels: list[str], rows: Sequence[tuple[int, Sequence[str]]]) -> Table | None:
    head = head_of(labels, 1)
    if head is None:
        return None
    wide = max(len(row) for _number, row in rows)
    stem_row = rows[head.columns["stem"][0]][0]
    columns = [[row[at] if at < len(row) else "" for _number, row in rows] for at in range(1, wide)]
    questions = [(stem_row, column) for column in columns if any(column)]
    return Table(Sheet(sheet.name, [labels]), head, "", list(questions))


def _by_cards(
    sheet: Sheet, names: list[str], labels: list[str], rows: Sequence[tuple[int, Sequence[str]]]
) -> Table | None:
    """Each card begins with the same name; none has a name twice, and the words stand beside it."""
    if any(any(row[2:]) for _number, row in rows):
        return None
    starts = [place for place, name in enumerate(names) if name == names[0]]
    heads: list[str] = []
    columns: dict[str, int] = {}
    for name, label in zip(names, labels, strict=True):
        if name not in columns:
            columns[name] = len(heads)
            heads.append(label)
    head = head_of(heads, 1)
    if head is None:
        return None
    cards = []
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        if len(set(names[start:end])) < end - start:
            return None
        card = [""] * len(heads)
        for place in range(start, end):
            row = rows[place][1]
            card[columns[names[place]]] = row[1] if len(row) > 1 else ""
        cards.append((rows[start][0], card))
    return Table(Sheet(sheet.name, [heads]), head, "", list(cards))


def _hold_questions(table: Table) -> bool:
    return all(_is_stem(table.head, row) for _number, row in table.rows)


def _is_stem(head: Head, row: Sequence[str]) -> bool:
    stem = row[head.columns["stem"][0]]
    return len(stem) > 3 and truth_of(stem) is None and not _EXPLAINS.search(stem)
