"""Roster sheets in: kept while they are looked through, compared with what is there, landed whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import Actor, Reach
from studyhall.core.errors import Missing, Refused
from studyhall.core.sandbox import apart
from studyhall.core.sayings import later
from studyhall.people import first_days, identity_numbers, matching, numbers
from studyhall.people.models import Category, Membership, Person, RosterImport, Unit
from studyhall.people.sheet_units import NewUnit, UnitFinder, category_of
from studyhall.people.sheets import Row, Sheet

CATEGORY_WORDS: dict[str, Category] = {
    "班子": Category.LEADERSHIP, "班子成员": Category.LEADERSHIP, "领导班子": Category.LEADERSHIP,
    "领导": Category.LEADERSHIP, "领导干部": Category.LEADERSHIP, "党政班子": Category.LEADERSHIP,
    "机关": Category.OFFICE, "机关干部": Category.OFFICE, "公务员": Category.OFFICE, "行政": Category.OFFICE,
    "站所": Category.STATION, "站所人员": Category.STATION, "站所干部": Category.STATION,
    "事业": Category.STATION, "事业干部": Category.STATION, "事业编": Category.STATION,
    "村干部": Category.VILLAGE, "村": Category.VILLAGE, "村两委": Category.VILLAGE, "两委": Category.VILLAGE,
    "工勤": Category.SUPPORT, "工勤人员": Category.SUPPORT, "不计入": Category.UNCOUNTED,
}  # fmt: skip

CATEGORY_LABELS = {
    Category.LEADERSHIP: later("班子成员"),
    Category.OFFICE: later("机关干部"),
    Category.STATION: later("站所人员"),
    Category.VILLAGE: later("村干部"),
    Category.SUPPORT: later("工勤人员"),
    Category.UNCOUNTED: later("不计入"),
}


@dataclass(frozen=True)
class Plan:
    """What landing would do, as things stand."""

    fates: tuple[matching.Fate, ...]
    missing: tuple[matching.Known, ...]
    new_units: tuple[NewUnit, ...]
    staff_nos: Mapping[int, str]
    """By row, the number somebody new would get."""
    days: Mapping[int, date]
    """By row, from when: what the clerk has said, else what the sheet says; for the rest the day of the sheet."""
    days_refused: Mapping[int, str]
    """By row, why the day on the sheet is not taken, in words."""
    leaving: Mapping[int, date]
    """By person: missing people of whom the clerk has said that they left, and when."""
    people: str
    """Changes when the people in the system do: what was looked through is what lands."""

    def of(self, kind: str) -> list[matching.Fate]:
        return [fate for fate in self.fates if fate.kind == kind]

    @property
    def landing(self) -> int:
        """Rows that change something or are there already."""
        return sum(fate.kind not in (matching.HELD, matching.FAULT, matching.LEFT_OUT) for fate in self.fates)

    @property
    def changing(self) -> int:
        kinds = (matching.NEW, matching.CHANGED, matching.TRANSFERRED)
        return sum(fate.kind in kinds for fate in self.fates) + len(self.leaving)


def read(data: bytes) -> Sheet:
    """What the sheet says, without identity numbers. In a child process; raises Refused."""
    return Sheet.of(apart("studyhall.people.sheets:read", data))


def begin(
    session: Session, actor: Actor | None, unit: Unit | None, file_name: str, sheet: Sheet, on: date
) -> RosterImport:
    """Keep what was read until it is landed or given up."""
    batch = RosterImport(
        unit_id=unit.id if unit else None,
        unit_path=unit.path if unit else "",
        file_name=identity_numbers.without(file_name)[0][:120] or "名册",
        state="preview",
        at=clock.now(),
        by=actor.person_id if actor else None,
        effective_on=on,
        sheet=sheet.as_json(),
        decisions={"rows": {}, "days": {}, "left": {}, "units": {}},
    )
    session.add(batch)
    session.flush()
    return batch


def batch_in(session: Session, reach: Reach, batch_id: int) -> RosterImport:
    """Raises Missing for another unit's."""
    batch = session.scalar(
        sa.select(RosterImport).where(
            RosterImport.id == batch_id, reach.within(RosterImport.unit_path), RosterImport.unit_path != ""
        )
    )
    if batch is None:
        raise Missing
    return batch


def drop(batch: RosterImport) -> None:
    """Give a preview up; what was read goes."""
    if batch.state == "preview":
        batch.state, batch.sheet, batch.decisions = "dropped", {}, {}


def plan(session: Session, batch: RosterImport) -> Plan:
    """Compare the sheet with what is there now."""
    sheet = Sheet.of(batch.sheet)
    scope = session.get(Unit, batch.unit_id) if batch.unit_id else None
    finder = UnitFinder(session, scope, batch, sheet)
    lines = [_line(session, index, row, finder) for index, row in enumerate(sheet.rows, 1)]
    known, foreign = _people(session, scope, batch.effective_on, [line.staff_no for line in lines])
    said = {int(row): what for row, what in batch.decisions.get("rows", {}).items()}
    fates, missing = matching.settle(lines, known, said, foreign)
    made = [
        NewUnit(new.name, new.code, new.kind, new.parent_id, sum(
            fate.line.unit == new.name and fate.kind in (matching.NEW, matching.TRANSFERRED) for fate in fates
        ))
        for new in finder.new.values()
    ]  # fmt: skip
    days, refused = first_days.of_sheet(fates, batch.effective_on)
    days |= {int(row): date.fromisoformat(day) for row, day in batch.decisions.get("days", {}).items()}
    leaving = {
        int(person): date.fromisoformat(day) for person, day in batch.decisions.get("left", {}).items()
    }
    leaving = {one.person_id: leaving[one.person_id] for one in missing if one.person_id in leaving}
    # A first sheet makes the office itself, even where nobody sits in it directly.
    new_units = tuple(new for new in made if new.rows or (scope is None and new.name == finder.root_name))
    return Plan(
        tuple(fates), tuple(missing), new_units, _numbers(session, fates, scope, finder), days, refused, leaving,
        _fingerprint(known),
    )  # fmt: skip


def decide(
    batch: RosterImport,
    *,
    rows: Mapping[int, str],
    days: Mapping[int, str],
    left: Mapping[int, str],
    new_units: Mapping[str, Mapping[str, str]],
) -> None:
    """Add to what the clerk has said; an empty word takes it back."""
    said: dict[str, Any] = {
        key: dict(batch.decisions.get(key, {})) for key in ("rows", "days", "left", "units")
    }
    for key, given in (("rows", rows), ("days", days), ("left", left)):
        for number, word in given.items():
            said[key].pop(str(number), None)
            if word:
                said[key][str(number)] = word
    for name, where in new_units.items():
        said["units"][name] = dict(where)
    batch.decisions = said


def _line(session: Session, index: int, row: Row, finder: UnitFinder) -> matching.Line:
    fault = row.fault
    unit, unit_name, kind, unit_fault = finder.find(row.unit)
    category = CATEGORY_WORDS.get(row.category.replace(" ", ""))
    staff_no = numbers.folded(row.staff_no)
    phone = ""
    try:
        staff_no = numbers.checked(staff_no) if staff_no else ""
        phone = numbers.checked_phone(row.phone) or ""
    except Refused as refusal:
        fault = fault or str(refusal).rstrip("。")
    return matching.Line(
        row=index,
        shown_row=f"{row.sheet}{row.row}" if row.sheet else str(row.row),
        sheet_row=row.row,
        name=row.name,
        unit=unit,
        unit_name=unit_name,
        staff_no=staff_no,
        duty=row.duty,
        phone=phone,
        category=category or "",
        guess=category or category_of(unit_name, kind),
        fault=fault or unit_fault,
        since=row.since,
        since_said=row.since_said,
    )


def _people(
    session: Session, scope: Unit | None, day: date, staff_nos: Sequence[str]
) -> tuple[list[matching.Known], frozenset[str]]:
    """Everybody in the importing unit and below, now or later; and which numbers others hold elsewhere."""
    if scope is None:
        return [], frozenset()
    rows = session.execute(
        sa.select(Person, Membership, Unit)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(
            Person.merged_into_id.is_(None),
            Unit.path.startswith(scope.path, autoescape=True),
            sa.or_(Membership.ends_on.is_(None), Membership.ends_on > day),
        )
        .order_by(Person.staff_no, Membership.counts.desc(), Membership.starts_on)
    )
    main: dict[int, tuple[Person, Membership, Unit]] = {}
    also: dict[int, set[int]] = {}
    for person, membership, unit in rows:
        main.setdefault(person.id, (person, membership, unit))
        also.setdefault(person.id, set()).add(unit.id)
    known = [
        matching.Known(
            person.id, person.staff_no.upper(), person.name, unit.id, unit.name, membership.category,
            membership.duty or "", person.phone or "", frozenset(also[person.id] - {unit.id}),
            membership.starts_on.isoformat(),
        )
        for person, membership, unit in main.values()
    ]  # fmt: skip
    wanted = {number for number in staff_nos if number} - {one.staff_no for one in known}
    taken = frozenset(
        number for number in session.scalars(sa.select(sa.func.upper(Person.staff_no))) if number in wanted
    )
    return known, taken


def _numbers(
    session: Session, fates: Sequence[matching.Fate], scope: Unit | None, finder: UnitFinder
) -> dict[int, str]:
    """The numbers that people new on the sheet would get."""
    codes = {unit.id: unit.code for unit in finder.by_code.values()}
    serials = numbers.Serials(session, [fate.line.staff_no for fate in fates if fate.line.staff_no])
    given = {}
    for fate in fates:
        if fate.kind == matching.NEW:
            line = fate.line
            code = finder.new[line.unit].code if isinstance(line.unit, str) else codes[line.unit]
            given[line.row] = line.staff_no or serials.next(code)
    return given


def _fingerprint(known: Sequence[matching.Known]) -> str:
    what = [vars(one) | {"also": sorted(one.also)} for one in known]
    return hashlib.sha256(json.dumps(what, ensure_ascii=False).encode()).hexdigest()[:32]
