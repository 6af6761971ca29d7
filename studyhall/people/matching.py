"""Who on the sheet is who in the system. Plain values in, plain values out; what is not sure is held, never guessed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

NEW, CHANGED, TRANSFERRED, SAME, HELD, FAULT, LEFT_OUT = (
    "new", "changed", "transferred", "same", "held", "fault", "left_out",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """Somebody the clerk may see who is in a unit now or will be."""

    person_id: int
    staff_no: str
    name: str
    unit: int
    unit_name: str
    category: str
    duty: str
    phone: str
    also: frozenset[int] = frozenset()
    """Units he is in beside, or will be in later: a row that says one of them moves nobody."""
    since: str = ""
    """The first day of his membership, ISO."""

    def is_in(self, unit: int | str) -> bool:
        return unit == self.unit or unit in self.also


@dataclass(frozen=True)
class Line:
    """One row of the sheet, its unit found or about to be made. Empty words say nothing about the person."""

    row: int
    """Unique in the file; the clerk's row number stands in `shown_row`."""
    shown_row: str
    sheet_row: int
    """The number it has on its sheet; with several sheets `shown_row` says which one too."""
    name: str
    unit: int | str
    """The id of a known unit, or the name of one to be made."""
    unit_name: str
    staff_no: str = ""
    duty: str = ""
    phone: str = ""
    category: str = ""
    """Named by the sheet; empty where it says nothing."""
    guess: str = ""
    """What the unit suggests for somebody new or transferred."""
    fault: str = ""
    since: str = ""
    """The first day the sheet gives, ISO; `since_said` instead where what stands there is no day."""
    since_said: str = ""


@dataclass(frozen=True)
class Fate:
    """What becomes of one row."""

    line: Line
    kind: str
    person: Known | None = None
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By field: old, new."""
    reason: str = ""
    candidates: tuple[Known, ...] = ()
    decided: str = ""


def settle(
    lines: Sequence[Line],
    known: Sequence[Known],
    decisions: Mapping[int, str],
    foreign_numbers: frozenset[str] = frozenset(),
) -> tuple[list[Fate], list[Known]]:
    """The fate of each row in order, and the known whom no row names.

    `decisions`: by row, `new`, `skip` or `same:PERSON`. `foreign_numbers`: staff numbers held by people
    whom the clerk may not see.
    """
    matcher = _Matcher(lines, known, decisions, foreign_numbers)
    fates = matcher.run()
    spoken_for = {fate.person.person_id for fate in fates if fate.person and fate.kind != LEFT_OUT}
    considered = {one.person_id for fate in fates if fate.kind == HELD for one in fate.candidates}
    missing = [one for one in known if one.person_id not in spoken_for | considered]
    return fates, missing


class _Matcher:
    def __init__(
        self,
        lines: Sequence[Line],
        known: Sequence[Known],
        decisions: Mapping[int, str],
        foreign_numbers: frozenset[str],
    ) -> None:
        self.lines, self.known, self.decisions = lines, known, decisions
        self.foreign = foreign_numbers
        self.by_number = {one.staff_no: one for one in known}
        self.by_id = {one.person_id: one for one in known}
        self.by_name: dict[str, list[Known]] = defaultdict(list)
        for one in known:
            self.by_name[one.name].append(one)
        self.rows_of: dict[str, list[Line]] = defaultdict(list)
        for line in lines:
            if not line.fault:
                self.rows_of[line.name].append(line)
        self.numbers = Counter(line.staff_no for line in lines if line.staff_no and not line.fault)
        self.fates: dict[int, Fate] = {}
        self.taken: set[int] = set()

    def run(self) -> list[Fate]:
        for line in self.lines:
            self._faults(line)
        for line in self.lines:
            self._by_number(line)
        for line in self.lines:
            self._by_decision(line)
        self._by_name()
        return [self.fates[line.row] for line in self.lines]

    def _set(self, line: Line, fate: Fate) -> None:
        self.fates[line.row] = fate
        if fate.person is not None and fate.kind not in (HELD, FAULT, LEFT_OUT):
            self.taken.add(fate.person.person_id)

    def _fault(self, line: Line, reason: str) -> None:
        self._set(line, Fate(line, FAULT, reason=reason))

    def _faults(self, line: Line) -> None:
        if line.fault:
            self._fault(line, line.fault)
        elif line.staff_no and self.numbers[line.staff_no] > 1:
            rows = "、".join(o.shown_row for o in self.lines if o.staff_no == line.staff_no and o is not line)
            self._fault(line, f"工号{line.staff_no}和第{rows}行一样")
        elif line.staff_no in self.foreign:
            self._fault(line, f"工号{line.staff_no}已经有人用了")
        elif self.decisions.get(line.row) == "skip":
            self._set(line, Fate(line, LEFT_OUT, decided="skip"))

    def _by_number(self, line: Line) -> None:
        """A number that is known settles it, unless it stands by another name."""
        person = self.by_number.get(line.staff_no) if line.staff_no else None
        if person is None or line.row in self.fates:
            return
        if person.name == line.name or self.decisions.get(line.row) == f"same:{person.person_id}":
            self._set(line, _compare(line, person, self.decisions.get(line.row, "")))
        else:
            self._set(
                line,
                Fate(
                    line, HELD, candidates=(person,),
                    reason=f"工号{line.staff_no}在系统里是{person.name}，{person.unit_name}",
                ),
            )  # fmt: skip

    def _by_decision(self, line: Line) -> None:
        said = self.decisions.get(line.row, "")
        if line.row in self.fates or not said:
            return
        if said == "new":
            self._set(line, Fate(line, NEW, decided=said))
        elif said.startswith("same:"):
            person = self.by_id.get(int(said[5:]))
            if person is None or person.person_id in self.taken:
                return
            self._set(line, _compare(line, person, said))

    def _by_name(self) -> None:
        groups: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            if line.row not in self.fates:
                groups[line.name].append(line)
        for name, rows in groups.items():
            people = [one for one in self.by_name[name] if one.person_id not in self.taken]
            for line, person in _pairs(rows, people):
                self._set(line, _compare(line, person, ""))
            rest = [line for line in rows if line.row not in self.fates]
            for line in rest:
                self._left_over(line, rest)

    def _left_over(self, line: Line, rest: Sequence[Line]) -> None:
        """No partner in its own unit: new if nobody has ever borne the name, else the clerk says."""
        namesakes = tuple(one for one in self.by_name[line.name])
        free = tuple(one for one in namesakes if one.person_id not in self.taken)
        others = [o for o in self.rows_of[line.name] if o is not line]
        if not namesakes and not others:
            self._set(line, Fate(line, NEW))
            return
        self._set(line, Fate(line, HELD, candidates=free, reason=_held_words(line, namesakes, others)))


def _pairs(rows: Sequence[Line], people: Sequence[Known]) -> list[tuple[Line, Known]]:
    """Rows and people of one name who belong together beyond doubt: alike in unit and all the sheet says,
    then those who are the only ones of that name in their unit on both sides."""
    pairs: list[tuple[Line, Known]] = []
    rows, people = list(rows), list(people)
    for line in list(rows):
        twins = [one for one in people if one.is_in(line.unit) and not _changes(line, one)]
        if twins:
            pairs.append((line, twins[0]))
            rows.remove(line)
            people.remove(twins[0])
    for line in rows:
        beside = [o for o in rows if o.unit == line.unit]
        there = [one for one in people if one.is_in(line.unit)]
        # Two different numbers are two people until the clerk says otherwise.
        if (
            len(beside) == 1
            and len(there) == 1
            and not (line.staff_no and line.staff_no != there[0].staff_no)
        ):
            pairs.append((line, there[0]))
    return pairs


def _compare(line: Line, person: Known, decided: str) -> Fate:
    changes = _changes(line, person)
    if not person.is_in(line.unit):
        return Fate(line, TRANSFERRED, person, changes, decided=decided)
    return Fate(line, CHANGED if changes else SAME, person, changes, decided=decided)


def _changes(line: Line, person: Known) -> dict[str, tuple[str, str]]:
    """What the sheet says otherwise. What it leaves empty it does not say."""
    pairs: dict[str, tuple[str, str]] = {
        "staff_no": (person.staff_no, line.staff_no),
        "name": (person.name, line.name),
        "duty": (person.duty, line.duty),
        "phone": (person.phone, line.phone),
        "category": (person.category, line.category),
    }
    return {key: (old, new) for key, (old, new) in pairs.items() if new and new != old}


def _held_words(line: Line, namesakes: Sequence[Known], others: Sequence[Line]) -> str:
    words = []
    if namesakes:
        who = "；".join(f"{one.staff_no}，{one.unit_name}" for one in namesakes[:3])
        words.append(f"系统里有{len(namesakes)}位{line.name}：{who}")
    if others:
        rows = "、".join(o.shown_row for o in others[:5])
        words.append(f"表里第{rows}行也叫{line.name}")
    return "；".join(words)


def counts(fates: Sequence[Fate]) -> dict[str, Any]:
    tally = Counter(fate.kind for fate in fates)
    return {kind: tally[kind] for kind in (HELD, NEW, TRANSFERRED, CHANGED, FAULT, SAME, LEFT_OUT)}
