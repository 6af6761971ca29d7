"""Where the tables of a sheet begin and end: titles above, kinds between the rows, two beside each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from studyhall.bank.answers import kind_of
from studyhall.bank.formats.sheet_cells import Sheet
from studyhall.bank.formats.sheet_heads import Head, head_of, over_two_rows
from studyhall.bank.formats.sheet_names import cleaned

SUMS = re.compile(r"^(?:合计|总计|小计|共计|总分|填表人|审核人|制表)")


@dataclass
class Table:
    """A header and the rows below it."""

    sheet: Sheet
    head: Head
    heading: str
    """The words right above the header or between the rows: 选择题."""
    rows: list[tuple[int, Sequence[str]]] = field(default_factory=list)

    @property
    def head_words(self) -> Sequence[str]:
        """The header as it is written; empty where there is none."""
        return self.sheet.rows[self.head.row - 1] if self.head.row else ()


def side_by_side(sheet: Sheet) -> list[Sheet]:
    """Two tables beside each other as two sheets: the same heads begin again further to the right."""
    for number, row in enumerate(sheet.rows[:20], 1):
        heads = [cleaned(cell) for cell in row]
        for at in range(2, len(heads)):
            if heads[at] and heads[at] in heads[:at]:
                start = at - heads.index(heads[at])
                halves = row[:start], row[start:]
                if all(head_of(half, number) for half in halves):
                    left, right = (
                        replace(sheet, merged={}, rows=[r[cut] for r in sheet.rows])
                        for cut in (slice(0, start), slice(start, None))
                    )
                    return [left, *side_by_side(right)]
    return [sheet]


def tables_of(sheet: Sheet) -> tuple[list[Table], list[tuple[int, str]]]:
    """A header begins a table; a lone cell that names a kind is a heading for what follows."""
    tables: list[Table] = []
    loose: list[tuple[int, str]] = []
    heading, under = "", 0
    for number, row in enumerate(sheet.rows, 1):
        filled = len(row) - row.count("")
        if not filled:
            continue
        if number == under:
            continue  # the lower half of a head
        head = head_of(row, number)
        if head:
            two = over_two_rows(row, sheet.rows[number], number) if number < len(sheet.rows) else None
            head, under = (two, number + 1) if two else (head, under)
            tables.append(Table(sheet, head, heading))
            heading = ""
        elif filled == 1 and len(alone := "".join(row)) <= 30 and names_a_kind(alone):
            heading = alone
            if tables:
                table = tables[-1]
                tables.append(Table(sheet, table.head, heading))
        elif tables:
            tables[-1].rows.append((number, row))
        else:
            loose.append((number, " ".join(filter(None, row))))
    return tables, loose


def names_a_kind(words: str) -> bool:
    return bool(re.search(r"题|选|判断", words)) and (
        kind_of(words) is not None or words in ("选择题", "选择")
    )
