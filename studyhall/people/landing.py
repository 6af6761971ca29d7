"""Landing a sheet that has been looked through, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import audit, clock
from studyhall.core.access import Actor
from studyhall.core.errors import Refused
from studyhall.people import importing, keeping, matching, memberships, names, units
from studyhall.people.importing import Plan
from studyhall.people.models import Category, Membership, Person, RosterImport, Unit


def land(session: Session, actor: Actor | None, batch: RosterImport, seen: str | None) -> Plan:
    """Write what was looked through, whole.

    `seen`: the people as they were when it was looked through (`Plan.people`); None takes them as they are.
    Raises Refused with undecided rows, when the people changed meanwhile, or when it has landed already.
    """
    session.execute(sa.select(RosterImport.id).where(RosterImport.id == batch.id).with_for_update())
    session.refresh(batch)
    if batch.state != "preview":
        raise Refused("这份名册已经导入过，或者已经放弃了。")
    plan = importing.plan(session, batch)
    held = plan.of(matching.HELD)
    if held:
        raise Refused(
            "第%(row)s行%(name)s还没有判断，共%(count)s行。判断完才能导入。",
            row=held[0].line.shown_row,
            name=held[0].line.name,
            count=len(held),
        )
    if seen is not None and seen != plan.people:
        raise Refused("核对以后，人员又有了变化。请再看一遍，然后导入。")
    landing = _Landing(session, actor, batch, plan)
    landing.run()
    batch.state, batch.settled_at = "landed", clock.now()
    batch.settled_by = actor.person_id if actor else None
    batch.outcome = landing.outcome
    batch.decisions = {}
    # Only the rows that stayed out are still wanted, with their reasons; the rest has become people.
    batch.sheet = {"stayed_out": [
        {"row": fate.line.shown_row, "name": fate.line.name, "reason": fate.reason or "先不导入"}
        for fate in plan.fates if fate.kind in (matching.FAULT, matching.LEFT_OUT)
    ]}  # fmt: skip
    session.flush()
    audit.record(
        session, actor, "people.imported", f"roster_import:{batch.id}", batch.file_name,
        unit_path=landing.scope.path,
        after={kind: count for kind, count in matching.counts(plan.fates).items() if count}
        | ({"left": len(plan.leaving)} if plan.leaving else {}),
    )  # fmt: skip
    return plan


class _Landing:
    def __init__(self, session: Session, actor: Actor | None, batch: RosterImport, plan: Plan) -> None:
        self.session, self.actor, self.batch, self.plan = session, actor, batch, plan
        self.outcome: dict[str, Any] = {
            "people": [],
            "changed": [],
            "moved": [],
            "placed": [],
            "left": [],
            "units": [],
        }
        self.units: dict[int | str, Unit] = {}
        self.scope: Unit

    def run(self) -> None:
        self._open_units()
        self._take_in(self.plan.of(matching.NEW))
        for fate in self.plan.of(matching.TRANSFERRED):
            self._move(fate)
        for fate in self.plan.of(matching.CHANGED):
            self._change(fate)
        for person_id, day in self.plan.leaving.items():
            self._let_go(person_id, day)

    def _open_units(self) -> None:
        scope = self.session.get(Unit, self.batch.unit_id) if self.batch.unit_id else None
        for new in self.plan.new_units:
            parent = self.session.get_one(Unit, new.parent_id) if new.parent_id else scope
            opened_on = min(self.batch.effective_on, clock.today(), *self._days_in(new.name))
            unit = units.open_unit(self.session, new.code, new.name, new.kind, parent, opened_on)
            self.units[new.name] = unit
            self.outcome["units"].append(unit.id)
            if scope is None:
                scope = unit
                self.batch.unit_id, self.batch.unit_path = unit.id, unit.path
            audit.record(
                self.session, self.actor, "unit.opened", f"unit:{unit.id}", unit.name, unit_path=unit.path,
                after={"code": unit.code, "kind": unit.kind},
            )  # fmt: skip
        assert scope is not None
        self.scope = scope

    def _days_in(self, unit: str) -> list[date]:
        """From when anybody is in a new unit: it is there by then. The office itself is there before all of them."""
        is_office = self.batch.unit_id is None
        return [self._day(fate.line.row) for fate in self.plan.fates if is_office or fate.line.unit == unit]

    def _unit(self, which: int | str) -> Unit:
        if which not in self.units:
            assert isinstance(which, int)
            self.units[which] = self.session.get_one(Unit, which)
        return self.units[which]

    def _day(self, row: int) -> date:
        return self.plan.days.get(row, self.batch.effective_on)

    def _take_in(self, fates: Sequence[matching.Fate]) -> None:
        """People and first memberships in two statements: a mapped object a row costs forty times as much."""
        if not fates:
            return
        now = clock.now()
        rows = [
            {
                "staff_no": self.plan.staff_nos[fate.line.row],
                "name": fate.line.name,
                "name_sort": names.sort_key(fate.line.name),
                "name_search": names.search_key(fate.line.name),
                "phone": fate.line.phone or None,
                "must_change_password": True,
                "type_size": "normal",
                "created_at": now,
            }
            for fate in fates
        ]
        ids = list(
            self.session.scalars(sa.insert(Person).returning(Person.id, sort_by_parameter_order=True), rows)
        )
        self.outcome["people"] = ids
        memberships.join_new(
            self.session,
            [
                {
                    "person_id": person_id,
                    "unit_id": self._unit(fate.line.unit).id,
                    "category": fate.line.category or fate.line.guess,
                    "duty": fate.line.duty or None,
                    "starts_on": self._day(fate.line.row),
                }
                for person_id, fate in zip(ids, fates, strict=True)
            ],
        )
        audit.record_many(
            self.session, self.actor, "person.added",
            [
                {
                    "subject": f"person:{person_id}",
                    "summary": f"{fate.line.name}（{row['staff_no']}）",
                    "unit_path": self._unit(fate.line.unit).path,
                    "after": {
                        "unit": self._unit(fate.line.unit).name,
                        "starts_on": self._day(fate.line.row).isoformat(),
                    },
                }
                for person_id, fate, row in zip(ids, fates, rows, strict=True)
            ],
        )  # fmt: skip

    def _move(self, fate: matching.Fate) -> None:
        assert fate.person is not None
        person = self.session.get_one(Person, fate.person.person_id)
        day = self._day(fate.line.row)
        old = memberships.counting_on(self.session, person.id, day)
        if old is None:
            old = self._came_later(fate, person, day)
        until, before = old.ends_on, _where(old)
        try:
            if day < old.starts_on:
                memberships.correct_start(self.session, old, day)
            new = keeping.move(
                self.session, self.actor, person, old, self._unit(fate.line.unit), day,
                category=Category(fate.line.category or fate.line.guess), duty=fate.line.duty or None,
            )  # fmt: skip
        except Refused as refusal:
            raise Refused(
                "第%(row)s行%(name)s：%(why)s", row=fate.line.shown_row, name=person.name, why=refusal
            ) from None
        if new is old:
            self.outcome["placed"].append([old.id, before, _where(new)])
        else:
            self.outcome["moved"].append([old.id, until.isoformat() if until else None, new.id])
        rest = {key: pair for key, pair in fate.changes.items() if key in ("name", "staff_no", "phone")}
        if rest:
            self._write(person, new, rest)

    def _came_later(self, fate: matching.Fate, person: Person, day: date) -> Membership:
        """Whom the sheet knows from before the day on which he was entered here, as the first administrator of
        a new site was: his one membership, while no list has been taken with it."""
        only = memberships.only_one(self.session, person.id)
        if only is None or only.starts_on < day or keeping.frozen_since(self.session, person.id, day):
            raise Refused(
                "第%(row)s行%(name)s在%(day)s不在任何单位，不能调动。",
                row=fate.line.shown_row,
                name=person.name,
                day=day.isoformat(),
            )
        return only

    def _change(self, fate: matching.Fate) -> None:
        assert fate.person is not None
        person = self.session.get_one(Person, fate.person.person_id)
        found = memberships.current(self.session, person.id, self.batch.effective_on)
        self._write(person, found[0] if found else None, fate.changes)

    def _write(self, person: Person, membership: Membership | None, changes: Any) -> None:
        new = {key: pair[1] for key, pair in changes.items()}
        keeping.correct(
            self.session, self.actor, person, membership,
            name=new.get("name", person.name),
            staff_no=new.get("staff_no", person.staff_no),
            phone=new.get("phone", person.phone),
            category=Category(new.get("category") or membership.category) if membership else None,
            duty=new.get("duty", membership.duty if membership else None),
        )  # fmt: skip
        self.outcome["changed"].append(
            [
                person.id,
                membership.id if membership else None,
                {key: list(pair) for key, pair in changes.items()},
            ]
        )

    def _let_go(self, person_id: int, day: date) -> None:
        person = self.session.get_one(Person, person_id)
        before = [
            [one.id, one.ends_on.isoformat() if one.ends_on else None]
            for one in memberships.current(self.session, person_id, day)
            if one.starts_on < day
        ]
        keeping.let_go(self.session, self.actor, person, day)
        self.outcome["left"].append([person_id, before])


def _where(membership: Membership) -> dict[str, Any]:
    """As JSON what a membership says, to be put back."""
    return {
        "unit_id": membership.unit_id,
        "category": membership.category,
        "duty": membership.duty,
        "starts_on": membership.starts_on.isoformat(),
    }
