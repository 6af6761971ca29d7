"""Which rows of a table are one question, and which are none: sums, signatures, remarks, examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from studyhall.bank.answers import blanks_in
from studyhall.bank.formats.option_marks import split_options
from studyhall.bank.formats.sheet_below import Group, adds_an_option, belongs_above, runs_on
from studyhall.bank.formats.sheet_cells import Sheet
from studyhall.bank.formats.sheet_tables import SUMS, Table
from studyhall.bank.record import Fragment, Place, normalised

_EXAMPLE = re.compile(
    r"(?:示例|样例|范例|举例)[^。]{0,12}(?:删除|删掉|勿导入|不导入)|(?:删除|删掉)[^。]{0,6}(?:示例|样例|范例|本行|此行|该行)"
    r"|(?:本行|此行|该行)[^。]{0,8}(?:示例|样例|范例|删除)"
)
"""What a template says of the row that shows how to fill it in."""
_EXAMPLES = 6
"""So many rows below the head such rows stand."""
_RULE = re.compile(r"[(（]?(?:必填|选填|可选|必选|非必填|可不填|不必填|可为空|不能为空|可空)")
"""What a row below the head says of its columns."""


def place_of(file: str, sheet: Sheet, row: int) -> Place:
    return Place(file=file, sheet=sheet.name or None, row=row)


class Rows:
    """The rows of one table; what is no question and was not understood either is in `fragments`."""

    def __init__(self, table: Table, file: str) -> None:
        self.table, self.head, self.file = table, table.head, file
        self.fragments: list[Fragment] = []

    def groups(self) -> Iterator[Group]:
        group: Group | None = None
        last_kind = material = ""
        for number, row in self.table.rows:
            words = self.head.by_role(row)
            for role in self._merged(number):
                words[role] = self.table.sheet.merged[number, self.head.columns[role][0]]
            if words.get("part"):
                words["material"] = words.get("stem") or material
                words["stem"], words["kind"] = words["part"], words.get("part_kind", "")
            material = words.get("material", "")
            stem = words.get("stem", "")
            if number <= self.head.row + _EXAMPLES and _EXAMPLE.search(" ".join(row)):
                self._fragment(number, row, "这一行是模板里的示例。")
                continue
            if number <= self.head.row + _EXAMPLES and self._states_rules(row):
                self._fragment(number, row, "这一行说的是怎样填写，不是试题。")
                continue
            if group and not group.rows[1:] and belongs_above(group, self.head, words, row):
                continue
            if not stem:
                if group and words.get("options"):
                    group.rows.append(row)
                elif not self._means_nothing(row, words):
                    self._fragment(number, row, "这一行没有题干。")
                    if group and (words.get("answer") or adds_an_option(self.head, words, row)):
                        group.doubt = f"下面第{number}行没有题干，写的可能也是这一题的，请看原表。"
                continue
            if SUMS.fullmatch(stem.strip()) or (SUMS.match(stem.strip()) and not words.get("answer")):
                continue
            if self._is_a_sum(words, row):
                continue
            if group and self.head.has("options") and self._continues(group, words):
                group.rows.append(row)
                continue
            if group:
                yield group
            kind_words = words.get("kind", "") or (last_kind if self._kinds_are_merged() else "")
            last_kind = kind_words
            above, group = group, Group(number, [row], kind_words, words)
            if above and runs_on(above, self.head, words):
                group.doubt = "这一行没有题号，上一行又没有写完，可能是同一题。"
            if self._is_a_remark(row, words):
                self._fragment(number, row, "这一行只有一格有字，看不出是试题。")
                group = None
        if group:
            yield group

    def _merged(self, number: int) -> list[str]:
        """What one cell says for several rows: the story of a case, the kind of a section."""
        merged = self.table.sheet.merged
        if not merged:
            return []
        return [
            role for role in ("material", "kind", "topic", "law")
            if self.head.has(role) and (number, self.head.columns[role][0]) in merged
        ]  # fmt: skip

    def _states_rules(self, row: Sequence[str]) -> bool:
        """必填 and 选填 under most of the heads."""
        cells = [cell for cell in row if cell]
        return len(cells) > 1 and 2 * sum(map(bool, map(_RULE.match, cells))) > len(cells)

    def _is_a_sum(self, words: dict[str, str], row: Sequence[str]) -> bool:
        """合计 in some other column, and neither options nor a key."""
        if words.get("answer") or adds_an_option(self.head, words, row):
            return False
        return any(SUMS.match(cell.strip()) for cell in row if len(cell) <= 12)

    def _continues(self, group: Group, words: dict[str, str]) -> bool:
        """The same stem again with one more option."""
        first = group.rows[0]
        return (
            (self.head.has("right") or self.head.has("label"))
            and normalised(self.head.words(first, "stem")) == normalised(words["stem"])
            and self.head.words(first, "number") == words.get("number", "")
        )

    def _means_nothing(self, row: Sequence[str], words: dict[str, str]) -> bool:
        """A number without a question, a sum, blanks in a formatted row."""
        cells = [cell for cell in row if cell]
        others = [cell for cell in cells if cell not in (words.get("number"), words.get("score"))]
        return (
            not others or any(SUMS.match(cell) for cell in cells) or len(others) <= self._filled_down(words)
        )

    def _filled_down(self, words: dict[str, str]) -> int:
        """Cells such as kind, difficulty and score that drop-downs and copying leave in empty rows."""
        roles = ("kind", "difficulty", "topic", "law")
        content = [words.get(role) for role in ("answer", "explanation", "options")]
        return 0 if any(content) else sum(bool(words.get(role)) for role in roles)

    def _is_a_remark(self, row: Sequence[str], words: dict[str, str]) -> bool:
        if len(row) - row.count("") != 1:
            return False
        asks = blanks_in(words["stem"]) or re.search(r"[?？]\s*$", words["stem"])
        has_key_column = self.head.has("answer") or self.head.has("right")
        return has_key_column and not asks and not split_options(words["stem"]).options

    def _kinds_are_merged(self) -> bool:
        if not self.head.has("kind"):
            return False
        given = sum(bool(self.head.words(row, "kind")) for _number, row in self.table.rows)
        return 0 < given < len(self.table.rows) / 2

    def _fragment(self, number: int, row: Sequence[str], reason: str) -> None:
        words = " | ".join(cell.strip() for cell in row if cell.strip())
        self.fragments.append(Fragment(place_of(self.file, self.table.sheet, number), reason, words[:300]))
