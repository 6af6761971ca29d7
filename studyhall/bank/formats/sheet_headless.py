"""Tables without a header: read by place where every row says the same of the columns, else not at all.

What must hold of all rows: one column asks, one column holds nothing but keys, and each letter of a key names
one of the options of its own row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from studyhall.bank.answers import difficulty_of, kind_of, letters_of, truth_of
from studyhall.bank.formats.option_cells import options_of_cell
from studyhall.bank.formats.option_marks import split_options
from studyhall.bank.formats.sheet_cells import Sheet
from studyhall.bank.formats.sheet_heads import Head
from studyhall.bank.formats.sheet_names import ROLES, cleaned
from studyhall.bank.formats.sheet_tables import SUMS, Table, names_a_kind
from studyhall.bank.record import KEYS, Kind

_FEWEST = 3
"""Rows: two may look alike by accident."""
_LAST_HEAD = 6
"""So far down a title and a line or two of explanation push the names."""
_ASKS = re.compile(r"[?？:：]\s*$|[（(【]\s*[)）】]|_{2,}|[。.]\s*$|的是\W*$|[（(]\s*[A-H√×]+\s*[)）]")
_JUDGED = re.compile(r"[^A-Za-z\d]+|TRUE|FALSE|[TF]", re.IGNORECASE)
_WRITTEN = (Kind.FILL, Kind.SHORT)

Rows = list[tuple[int, Sequence[str]]]


def headless_tables(sheet: Sheet) -> list[Table]:
    """One for each kind named between the rows; none where the columns may mean something else."""
    rows: Rows = [(number, row) for number, row in enumerate(sheet.rows, 1) if any(row)]
    full = [pair for pair in rows if _filled(pair[1]) > 1 and not any(map(SUMS.match, pair[1]))]
    head = _head(full) if len(full) >= _FEWEST else None
    if head is None:
        return []
    first = full[0][0]
    tables = [Table(sheet, head, _heading(rows, first))]
    for number, row in rows:
        cells = [cell for cell in row if cell]
        if number < first:
            continue
        if len(cells) == 1 and len(cells[0]) <= 30 and names_a_kind(cells[0]):
            tables.append(Table(sheet, head, cells[0]))
        else:
            tables[-1].rows.append((number, row))
    return [table for table in tables if table.rows]


def whole_question_table(sheet: Sheet) -> Table | None:
    """One column 试题内容 and none of keys: stem, options and key stand in the one cell."""
    for number, row in enumerate(sheet.rows[:_LAST_HEAD], 1):
        roles = {at: ROLES.get(cleaned(cell), "") for at, cell in enumerate(row) if cell and len(cell) <= 30}
        stems = [at for at, role in roles.items() if role == "stem"]
        if len(stems) != 1:
            continue
        below = [(place, cells) for place, cells in enumerate(sheet.rows[number:], number + 1) if any(cells)]
        words = [cells[stems[0]] for _place, cells in below if stems[0] < len(cells)]
        whole = sum(len(split_options(cell).options) > 1 for cell in words)
        if whole > 1 and whole >= 0.6 * len(below):
            head = Head(number)
            for at, role in roles.items():
                if role and role != "options":
                    head.columns.setdefault(role, [at])
            return Table(sheet, head, "", below)
    return None


def how_it_was_read(table: Table) -> str:
    """Which column was taken for what, as the office program counts them."""
    head = table.head
    names = {"number": "题号", "kind": "题型", "topic": "章节", "stem": "题干", "answer": "答案", "explanation": "解析",
             "options": "选项", "difficulty": "难度", "score": "分值"}  # fmt: skip
    said = [(columns[0], f"第{columns[0] + 1}列{names[role]}") for role, columns in head.columns.items()]
    if head.options:
        first, last = head.options[0][0], head.options[-1][0]
        said.append((first, f"第{first + 1}到{last + 1}列选项"))
    words = "、".join(words for _column, words in sorted(said))
    where = f"工作表“{table.sheet.name}”" if table.sheet.name else "这张表"
    return f"{where}没有表头，是按{words}读的；不对的话，请在第一行写上列名再传。"


def _filled(row: Sequence[str]) -> int:
    return sum(map(bool, row))


def _heading(rows: Rows, first: int) -> str:
    """A kind named right above the first question."""
    above = [next(cell for cell in row if cell) for number, row in rows if number < first]
    return above[-1] if above and names_a_kind(above[-1]) else ""


def _head(full: Rows) -> Head | None:
    wide = max(len(row) for _number, row in full)
    columns = [[row[at] if at < len(row) else "" for _number, row in full] for at in range(wide)]
    head = Head(0)
    free = []
    for at, cells in enumerate(columns):
        role = _plain_role(cells)
        if role and not head.has(role):
            head.columns[role] = [at]
        elif any(cells):
            free.append(at)
    kinds = [kind_of(cell) for cell in columns[head.columns["kind"][0]]] if head.has("kind") else []
    keys = [at for at in free if _are_keys(columns[at], kinds)]
    texts = [at for at in free if at not in keys]
    if len(keys) != 1 or not texts:
        return None
    key = keys[0]
    head.columns["answer"] = [key]
    texts = _without_topics(head, columns, texts)
    if not texts or not _asks(columns[texts[0]]):
        return None
    stem, *rest = texts
    head.columns["stem"] = [stem]
    options = _options(rest, key, stem)
    behind = [at for at in rest if at not in options]
    if len(options) == 1 and all(len(options_of_cell(cell)) > 1 for cell in columns[options[0]]):
        head.columns["options"], options = options, []
    if len(options) == 1 or len(behind) > 1 or any(at < max((key, *options)) for at in behind):
        return None
    if behind:
        head.columns["explanation"] = behind
    head.options = [(at, place) for place, at in enumerate(options)]
    fits = all(_fits(row, head, stem, key) for _number, row in full)
    return head if fits and not (options and _asks_too(columns[options[0]])) else None


def _plain_role(cells: Sequence[str]) -> str:
    """Numbers that rise, kinds, difficulties: what can be nothing else."""
    if not all(cells):
        return ""
    if all(re.fullmatch(r"\d{1,5}", cell) for cell in cells):
        numbers = [int(cell) for cell in cells]
        rising = all(after == before + 1 or after == 1 for before, after in pairwise(numbers))
        return "number" if rising and numbers[0] == 1 else "score" if len(set(numbers)) <= 6 else ""
    if all(len(cell) <= 8 and kind_of(cell) is not None for cell in cells):
        return "kind"
    if all(len(cell) <= 4 and difficulty_of(cell) is not None for cell in cells):
        return "difficulty"
    return ""


def _are_keys(cells: Sequence[str], kinds: Sequence[Kind | None]) -> bool:
    """Letters or truths in every row; the words of a blank only where a kind says that it is one."""
    for place, cell in enumerate(cells):
        written = bool(kinds) and kinds[place] in _WRITTEN
        if not cell or not (
            written or letters_of(cell) or (truth_of(cell) is not None and _JUDGED.fullmatch(cell))
        ):
            return False
    return not (kinds and all(kind in _WRITTEN for kind in kinds))


def _without_topics(head: Head, columns: Sequence[Sequence[str]], texts: list[int]) -> list[int]:
    """A column before the stem that says the same again and again is a chapter."""
    if (
        len(texts) > 1
        and len(set(columns[texts[0]])) * 2 <= len(columns[texts[0]])
        and all(columns[texts[0]])
    ):
        head.columns["topic"] = [texts[0]]
        return texts[1:]
    return texts


def _asks(cells: Sequence[str]) -> bool:
    """Every row has one, they differ, are of some length, and most of them ask or state something."""
    long = sum(map(len, cells)) >= 5 * len(cells)
    asking = sum(bool(_ASKS.search(cell) or len(split_options(cell).options) > 1) for cell in cells)
    return all(cells) and long and len(set(cells)) >= 0.9 * len(cells) and asking >= 0.6 * len(cells)


def _asks_too(cells: Sequence[str]) -> bool:
    """The stem may be this one, and the column before it a heading of some sort."""
    return sum(bool(re.search(r"[?？]\s*$|[（(]\s*[)）]|_{2,}", cell)) for cell in cells) * 3 > len(cells)


def _options(rest: Sequence[int], key: int, stem: int) -> list[int]:
    """The columns between stem and key, else those right behind the key."""
    if key > stem + 1:
        return [at for at in rest if stem < at < key]
    run: list[int] = []
    for at in rest:
        if at != key + 1 + len(run):
            break
        run.append(at)
    return run if len(run) > 1 else []


def _fits(row: Sequence[str], head: Head, stem: int, key: int) -> bool:
    """The options stand without a gap, and the key names some of them."""
    kind = kind_of(row[head.columns["kind"][0]]) if head.has("kind") else None
    said = row[key] if key < len(row) else ""
    texts = [row[at] if at < len(row) else "" for at, _place in head.options]
    count = sum(map(bool, texts))
    if any(texts[count:]):
        return False
    if kind in _WRITTEN:
        return count == 0
    if head.has("options"):
        count = len(options_of_cell(row[head.columns["options"][0]]))
    count = count or len(split_options(row[stem]).options)
    letters = letters_of(said)
    if count == 0:
        return truth_of(said) is not None and bool(_JUDGED.fullmatch(said)) and kind in (None, Kind.JUDGE)
    if letters:
        return set(letters) <= set(KEYS[:count])
    return kind is Kind.JUDGE or count == 2
