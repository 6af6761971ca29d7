"""Units as a sheet names them: known ones found, unknown ones proposed with a code, a kind and a place."""

from __future__ import annotations

import re
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.people import names, units
from studyhall.people.models import Category, RosterImport, Unit, UnitKind
from studyhall.people.sheets import Sheet


@dataclass(frozen=True)
class NewUnit:
    """A unit that the sheet names and the system does not know: where it would go."""

    name: str
    code: str
    kind: UnitKind
    parent_id: int | None
    rows: int


def category_of(unit_name: str, kind: str) -> Category:
    """What somebody probably is by his unit; the sheet's own word wins."""
    if "班子" in unit_name or unit_name == "乡领导":
        return Category.LEADERSHIP
    return {UnitKind.VILLAGE: Category.VILLAGE, UnitKind.STATION: Category.STATION}.get(
        UnitKind(kind), Category.OFFICE
    )


class UnitFinder:
    """Names on a sheet to units, those unknown proposed as new below the unit that imports."""

    def __init__(self, session: Session, scope: Unit | None, batch: RosterImport, sheet: Sheet) -> None:
        self.session, self.scope, self.said = session, scope, batch.decisions.get("units", {})
        self.has_column = "unit" in sheet.fields
        self.new: dict[str, NewUnit] = {}
        self.by_name: dict[str, list[Unit]] = {}
        self.by_code: dict[str, Unit] = {}
        if scope is not None:
            query = sa.select(Unit).where(Unit.path.startswith(scope.path, autoescape=True))
            for unit in session.scalars(query.order_by(Unit.path)):
                if unit.closed_on is None or unit.closed_on > batch.effective_on:
                    self.by_name.setdefault(names.tidy(unit.name), []).append(unit)
                    self.by_code[unit.code.upper()] = unit
        self.root_name = scope.name if scope else root_name(sheet, batch.file_name)
        if scope is None:
            # The very first sheet: the office itself is the first new unit, all others are below it.
            self._propose(self.root_name)

    def find(self, words: str) -> tuple[int | str, str, str, str]:
        """Id or new name, name, kind, and what is wrong."""
        if not words:
            if self.has_column:
                return "", "", UnitKind.OFFICE, "没有写单位"
            words = self.root_name
        said = self.said.get(words, {})
        if said.get("same"):
            unit = next((u for u in self.by_code.values() if str(u.id) == said["same"]), None)
            if unit is not None:
                return unit.id, unit.name, unit.kind, ""
        found = self.by_name.get(words) or self.by_name.get(self._short(words)) or []
        if len(found) > 1:
            return "", words, UnitKind.OFFICE, f"有{len(found)}个单位都叫{words}，请在表里写单位代号"
        if not found and words.upper() in self.by_code:
            found = [self.by_code[words.upper()]]
        if found:
            return found[0].id, found[0].name, found[0].kind, ""
        if words not in self.new:
            self._propose(words)
        return words, words, self.new[words].kind, ""

    def _short(self, words: str) -> str:
        """雁落滩乡东河村 → 东河村, 雁落滩乡人民政府 → 雁落滩乡."""
        root = names.tidy(self.root_name)
        short = words.removeprefix(root).removeprefix("人民政府")
        return short or root

    def _propose(self, name: str) -> None:
        said = self.said.get(name, {})
        is_root = self.scope is None and not self.new
        parent_id = int(said["parent"]) if said.get("parent") else self.scope.id if self.scope else None
        kind = UnitKind(said["kind"]) if said.get("kind") in set(UnitKind) else units.kind_of_name(name)
        if is_root and kind is UnitKind.OFFICE:
            kind = UnitKind.TOWNSHIP
        code = units.new_code(self.session, name, [new.code for new in self.new.values()])
        self.new[name] = NewUnit(name, code, kind, parent_id, 0)


def root_name(sheet: Sheet, file_name: str) -> str:
    """The office a first sheet is of, by its title or file name: 雁落滩乡干部花名册 → 雁落滩乡."""
    for words in (sheet.title, file_name):
        match = re.search(r"([㐀-鿿]{2,12}?(?:街道|乡|镇|县))", words)
        if match:
            return match[1]
    return "本单位"
