"""Which rows of a table are one question, and which are none: sums, signatures, remarks, examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from studyhall.bank.answers import blanks_in
from studyhall.bank.formats.option_marks import split_options
from studyhall.bank.formats.sheet_cells import Sheet
from studyhall.bank.formats.sheet_heads import Head
from studyhall.bank.formats.sheet_tables import SUMS, Table
from studyhall.bank.record import KEYS, Fragment, Place, normalised

_EXAMPLE = re.compile(
    r"(?:示例|样例|范例|举例)[^。]{0,12}(?:删除|删掉|勿导入|不导入)|(?:删除|删掉)[^。]{0,6}(?:示例|样例|范例|本行|此行|该行)"
    r"|(?:本行|此行|该行)[^。]{0,8}(?:示例|样例|范例|删除)"
)
"""What a template says of the row that shows how to fill it in."""
_EXAMPLES = 6
"""So many rows below the head such rows stand."""
_RULE = re.compile(r"[(（]?(?:必填|选填|可选|必选|非必填|可不填|不必填|可为空|不能为空|可空)")
"""What a row below the head says of its columns."""
_OPTION = re.compile(r"\s*[（(【\[]?([A-LＡ-Ｌ])\s*[）)】\]]?\s*[.．、:：)）】\]]\s*\S")


@dataclass
class Group:
    """The rows of one question; several where each option has a row."""

    number: int
    rows: list[Sequence[str]]
    kind_words: str
    words: dict[str, str]
    """Of its first row, by role."""
    under: list[Sequence[str]] = field(default_factory=list)
    """Rows that hold nothing but its options."""

    def get(self, role: str) -> str:
        return self.words.get(role, "")

    def below(self, head: Head) -> list[Sequence[str]]:
        """The rows that hold an option; where the stem has a row to itself, those under it."""
        alone = len(self.rows) > 1 and not head.words(self.rows[0], "options")
        return self.rows[1:] if alone else self.rows


def place_of(file: str, sheet: Sheet, row: int) -> Place:
    return Place(file=file, sheet=sheet.name or None, row=row)


def adds_an_option(head: Head, words: dict[str, str], row: Sequence[str]) -> bool:
    return bool(words.get("options")) or any(
        column < len(row) and row[column] for column, _place in head.options
    )


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
            if group and not group.rows[1:] and self._are_its_options(group, words, row):
                continue
            if not stem:
                if group and words.get("options"):
                    group.rows.append(row)
                elif not self._means_nothing(row, words):
                    self._fragment(number, row, "这一行没有题干。")
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
            group = Group(number, [row], kind_words, words)
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

    def _are_its_options(self, group: Group, words: dict[str, str], row: Sequence[str]) -> bool:
        """A.甲 B.乙 in the cells of the rows below a stem, which has none: taken as if they stood in one cell."""
        if self.head.options or self.head.has("options") or words.get("answer") or words.get("kind"):
            return False
        cells = [cell for cell in row if cell]
        so_far = group.words.get("options", "")
        letters = [match[1] if (match := _OPTION.match(cell)) else "" for cell in cells]
        expected = so_far.count("\n") + 1 if so_far else 0
        if letters != [KEYS[expected + place] for place in range(len(cells))]:
            return False
        group.under.append(row)
        group.words["options"] = "\n".join(
            filter(None, (so_far, *(" ".join(cell.split()) for cell in cells)))
        )
        return True

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
