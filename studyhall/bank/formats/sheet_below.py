"""The rows of one question, and what the rows under it add: options, its key, its explanation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from studyhall.bank.formats.sheet_heads import Head
from studyhall.bank.record import KEYS

_OPTION = re.compile(r"\s*[（(【\[]?([A-LＡ-Ｌ])\s*[）)】\]]?\s*[.．、:：)）】\]]\s*\S")
_SAYS = re.compile(
    r"(?:【(?:(?:正确|参考|标准)?(?P<key>答案)|(?:答案|试题)?解析)】[:：]?|(?:(?:正确|参考|标准)?(?P<key_of>答案)|(?:答案|试题)?解析)[:：])"
    r"\s*(?P<words>\S.*)",
    re.DOTALL,
)


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
    doubt: str = ""
    """What the rows beside it make uncertain."""

    def get(self, role: str) -> str:
        return self.words.get(role, "")

    def below(self, head: Head) -> list[Sequence[str]]:
        """The rows that hold an option; where the stem has a row to itself, those under it."""
        alone = len(self.rows) > 1 and not head.words(self.rows[0], "options")
        return self.rows[1:] if alone else self.rows


def adds_an_option(head: Head, words: dict[str, str], row: Sequence[str]) -> bool:
    return bool(words.get("options")) or any(
        column < len(row) and row[column] for column, _place in head.options
    )


def belongs_above(group: Group, head: Head, words: dict[str, str], row: Sequence[str]) -> bool:
    """Taken into the question above, which has not said it itself."""
    if words.get("answer") or words.get("kind") or words.get("number"):
        return False
    cells = [cell for cell in row if cell]
    return bool(cells) and (_are_its_options(group, head, cells, row) or _says_more(group, cells, row))


def _are_its_options(group: Group, head: Head, cells: Sequence[str], row: Sequence[str]) -> bool:
    """A.甲 B.乙 in the cells of the rows below a stem, which has none: taken as if they stood in one cell."""
    if head.options or head.has("options"):
        return False
    so_far = group.words.get("options", "")
    letters = [match[1] if (match := _OPTION.match(cell)) else "" for cell in cells]
    expected = so_far.count("\n") + 1 if so_far else 0
    if letters != [KEYS[expected + place] for place in range(len(cells))]:
        return False
    group.under.append(row)
    group.words["options"] = "\n".join(filter(None, (so_far, *(" ".join(cell.split()) for cell in cells))))
    return True


def _says_more(group: Group, cells: Sequence[str], row: Sequence[str]) -> bool:
    """答案：B or 解析：… alone in a row."""
    said = _SAYS.fullmatch(cells[0]) if len(cells) == 1 else None
    if said is None:
        return False
    role = "answer" if said["key"] or said["key_of"] else "explanation"
    if group.words.get(role):
        return False
    group.words[role] = said["words"]
    group.under.append(row)
    return True


def runs_on(above: Group, head: Head, words: dict[str, str]) -> bool:
    """The row above has a number and breaks off; this one has none."""
    if not head.has("number") or words.get("number") or not above.get("number") or above.get("answer"):
        return False
    return not re.search(r"[。？?！!：:；;…_）)】]\s*$", above.get("stem"))
