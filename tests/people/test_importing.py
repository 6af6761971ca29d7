"""A sheet lands whole or not at all, twice changes nothing, and can be taken back while nothing hangs on it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.errors import Refused
from studyhall.people import importing, keeping, landing, matching, memberships, roster, taking_back
from studyhall.people.importing import Plan
from studyhall.people.models import Category, Membership, Person, RosterImport, Unit
from studyhall.people.sheets import Row, Sheet
from tests.factories import a_person, a_township, a_unit

TODAY = date(2026, 5, 20)


def a_sheet(*rows: tuple[str, ...], fields: tuple[str, ...] = ("name", "unit", "duty", "phone")) -> Sheet:
    return Sheet(
        title="雁落滩乡干部花名册", sheets=[""], fields=list(fields),
        rows=[Row(number, **dict(zip(fields, row, strict=False))) for number, row in enumerate(rows, 2)],
    )  # fmt: skip


def bring(session: Session, unit: Unit | None, *rows: tuple[str, ...], **more: object) -> RosterImport:
    sheet = a_sheet(*rows, **more)
    return importing.begin(session, None, unit, "名册.xlsx", sheet, TODAY)


def counts(plan: Plan) -> dict[str, int]:
    return {kind: count for kind, count in matching.counts(plan.fates).items() if count}


def landed(session: Session, unit: Unit | None, *rows: tuple[str, ...], **more: object) -> RosterImport:
    batch = bring(session, unit, *rows, **more)
    landing.land(session, None, batch, None)
    return batch


def people(session: Session) -> dict[str, tuple[str, str]]:
    rows = session.execute(
        sa.select(Person.name, Person.staff_no, Unit.name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(memberships.holds_on(TODAY))
    )
    return {name: (number, unit) for name, number, unit in rows}


def test_new_people_get_numbers_of_their_unit_and_new_units_a_place(session: Session) -> None:
    town = a_township(session, "YLT")
    a_unit(session, "XQ", town, name="西渠村")
    landed(session, town, ("巴特尔·才仁", "西渠村"), ("苏和", "西滩村"), ("田丽", "西渠村"))
    assert people(session) == {
        "巴特尔·才仁": ("XQ0001", "西渠村"), "田丽": ("XQ0002", "西渠村"), "苏和": ("XT0001", "西滩村"),
    }  # fmt: skip
    made = session.scalar(sa.select(Unit).where(Unit.code == "XT"))
    assert (made.path, made.kind) == ("YLT/XT/", "village")


def test_the_very_first_sheet_makes_the_office_itself(session: Session) -> None:
    batch = landed(session, None, ("苏和", "西滩村"), ("田丽", "雁落滩乡"))
    root = session.scalar(sa.select(Unit).where(Unit.parent_id.is_(None)))
    assert (root.name, root.kind, batch.unit_path) == ("雁落滩乡", "township", root.path)
    assert people(session)["田丽"][1] == "雁落滩乡"


def test_the_same_sheet_again_changes_nothing(session: Session) -> None:
    town = a_township(session)
    rows = [
        ("甲一", "西渠村", "主任", "13900000001"),
        ("乙二", "东河村", "", ""),
        ("丙三", "东河村", "会计", ""),
    ]
    landed(session, town, *rows)
    before = people(session), session.scalar(sa.select(sa.func.count()).select_from(Membership))
    again = landed(session, town, *rows)
    assert (people(session), session.scalar(sa.select(sa.func.count()).select_from(Membership))) == before
    assert not any(again.outcome.values())


def test_an_undecided_row_stops_it_all(session: Session) -> None:
    town = a_township(session)
    other = a_unit(session, "B", town, name="东河村")
    a_unit(session, "A", town, name="西渠村")
    a_person(session, other, name="王建设")
    batch = bring(session, town, ("新人", "西渠村"), ("王建设", "西渠村"))
    with pytest.raises(Refused, match="第3行王建设还没有判断"), session.begin_nested():
        landing.land(session, None, batch, None)
    assert "新人" not in people(session)


@pytest.mark.parametrize(
    ("said", "units"), [("same", ["西渠村"]), ("new", ["东河村", "西渠村"]), ("skip", ["东河村"])]
)
def test_what_was_decided_lands(session: Session, said: str, units: list[str]) -> None:
    town = a_township(session)
    other = a_unit(session, "B", town, name="东河村")
    a_unit(session, "A", town, name="西渠村")
    person = a_person(session, other, name="王建设")
    batch = bring(session, town, ("王建设", "西渠村"))
    importing.decide(
        batch, rows={1: f"same:{person.id}" if said == "same" else said}, days={}, left={}, new_units={}
    )
    landing.land(session, None, batch, None)
    found = session.scalars(
        sa.select(Unit.name)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(memberships.holds_on(TODAY))
    )
    assert sorted(found) == units


def test_rows_with_a_fault_stay_out_and_are_listed(session: Session) -> None:
    town = a_township(session)
    sheet = a_sheet(("甲一", town.name), ("", town.name), ("乙二", ""))
    sheet.rows[1].fault = "没有姓名"
    batch = importing.begin(session, None, town, "名册.xlsx", sheet, TODAY)
    landing.land(session, None, batch, None)
    assert set(people(session)) == {"甲一"}
    assert [one["reason"] for one in batch.sheet["stayed_out"]] == ["没有姓名", "没有写单位"]
    assert batch.sheet.keys() == {"stayed_out"}


def test_a_transfer_takes_the_day_said_for_its_row(session: Session) -> None:
    town = a_township(session)
    old, _new = a_unit(session, "A", town, name="西渠村"), a_unit(session, "B", town, name="东河村")
    person = a_person(session, old, name="何春花", staff_no="XQ0001")
    batch = bring(session, town, ("何春花", "东河村", "XQ0001"), fields=("name", "unit", "staff_no"))
    importing.decide(batch, rows={}, days={1: "2026-06-01"}, left={}, new_units={})
    landing.land(session, None, batch, None)
    assert memberships.counting_on(session, person.id, date(2026, 5, 31)).unit.name == "西渠村"
    assert memberships.counting_on(session, person.id, date(2026, 6, 1)).unit.name == "东河村"


def test_a_new_membership_begins_on_the_day_of_the_sheet(session: Session) -> None:
    town = a_township(session)
    batch = landed(
        session, town, ("甲一", "西滩村", "2021-03-01"), ("乙二", "西滩村", ""), ("丙三", "西滩村", "2027-01-01"),
        fields=("name", "unit", "since"),
    )  # fmt: skip
    begun = dict(session.execute(sa.select(Person.name, Membership.starts_on).join(Membership)).all())
    assert begun == {"甲一": date(2021, 3, 1), "乙二": TODAY, "丙三": TODAY}
    assert session.scalar(sa.select(Unit.opened_on).where(Unit.name == "西滩村")) == date(2021, 3, 1)
    taking_back.undo(session, None, batch)
    assert people(session) == {}


def test_what_the_clerk_says_of_a_first_day_comes_before_the_sheet(session: Session) -> None:
    town = a_township(session)
    batch = bring(session, town, ("甲一", town.name, "2021-03-01"), fields=("name", "unit", "since"))
    importing.decide(batch, rows={}, days={1: "2022-04-01"}, left={}, new_units={})
    assert importing.plan(session, batch).days == {1: date(2022, 4, 1)}


@pytest.mark.parametrize("effective", [TODAY, TODAY - timedelta(days=100)])
def test_the_first_administrator_goes_to_his_office_on_the_day_he_was_made(
    session: Session, effective: date
) -> None:
    town = a_township(session)
    admin = a_person(session, town, name="刘志远", staff_no="YLT0001", starts_on=TODAY)
    batch = bring(session, town, ("刘志远", "党政综合办公室", "主任"), ("苏和", "西滩村", ""))
    batch.effective_on = effective
    importing.decide(batch, rows={1: f"same:{admin.id}"}, days={}, left={}, new_units={})
    landing.land(session, None, batch, None)
    assert people(session)["刘志远"] == ("YLT0001", "党政综合办公室")
    only = memberships.only_one(session, admin.id)
    assert (only.starts_on, only.duty) == (effective, "主任")
    taking_back.undo(session, None, batch)
    session.expire_all()
    only = memberships.only_one(session, admin.id)
    assert (only.unit.name, only.starts_on, only.duty) == (town.name, TODAY, None)
    assert session.scalar(sa.select(Unit).where(Unit.name == "党政综合办公室")) is None


def test_nobody_on_a_frozen_list_is_moved_before_he_came(session: Session) -> None:
    town = a_township(session)
    other = a_unit(session, "B", town, name="东河村")
    person = a_person(session, town, name="何春花", staff_no="XQ0001", starts_on=TODAY)
    listed = roster.take(session, roster.Rule((town.path,), (Category.VILLAGE, Category.OFFICE)), TODAY)
    roster.freeze(listed, clock.now())
    batch = bring(session, town, ("何春花", other.name, "XQ0001"), fields=("name", "unit", "staff_no"))
    batch.effective_on = TODAY - timedelta(days=1)
    with pytest.raises(Refused, match="不在任何单位，不能调动"):
        landing.land(session, None, batch, None)
    assert memberships.only_one(session, person.id).unit_id == town.id


def test_the_clerk_says_who_of_the_missing_left(session: Session) -> None:
    town = a_township(session)
    gone, stays = a_person(session, town, name="田丽"), a_person(session, town, name="布和")
    batch = bring(session, town, ("新人", town.name))
    assert {one.name for one in importing.plan(session, batch).missing} == {"田丽", "布和"}
    importing.decide(batch, rows={}, days={}, left={gone.id: "2026-05-20"}, new_units={})
    landing.land(session, None, batch, None)
    assert memberships.counting_on(session, gone.id, TODAY) is None
    assert memberships.counting_on(session, stays.id, TODAY) is not None


def test_another_admins_change_meanwhile_asks_for_another_look(session: Session) -> None:
    town = a_township(session)
    person = a_person(session, town, name="高雪")
    batch = bring(session, town, ("高雪", town.name, "副主任"))
    seen = importing.plan(session, batch).people
    found = memberships.counting_on(session, person.id, TODAY)
    keeping.correct(
        session, None, person, found, name="高雪", staff_no=person.staff_no, phone="13911112222",
        category=Category.OFFICE, duty="科员",
    )  # fmt: skip
    with pytest.raises(Refused, match="又有了变化"):
        landing.land(session, None, batch, seen)


def test_it_lands_once(session: Session) -> None:
    town = a_township(session)
    batch = landed(session, town, ("甲一", town.name))
    with pytest.raises(Refused, match="已经导入过"):
        landing.land(session, None, batch, None)


def test_a_number_on_the_sheet_that_another_township_has_is_a_fault(session: Session) -> None:
    here, there = a_township(session, "T1"), a_township(session, "T2")
    a_person(session, there, name="别人", staff_no="1001")
    batch = bring(session, here, ("甲一", here.name, "1001"), fields=("name", "unit", "staff_no"))
    assert counts(importing.plan(session, batch)) == {"fault": 1}


def test_undo_takes_everything_back(session: Session) -> None:
    town = a_township(session)
    old, _new = a_unit(session, "A", town, name="西渠村"), a_unit(session, "B", town, name="东河村")
    moved = a_person(session, old, name="何春花", staff_no="XQ0001")
    changed = a_person(session, old, name="高雪", staff_no="XQ0002")
    gone = a_person(session, old, name="田丽", staff_no="XQ0003")
    before = people(session)
    batch = bring(
        session, town, ("何春花", "东河村", "XQ0001", ""), ("高雪", "西渠村", "XQ0002", "主任"),
        ("新人", "西滩村", "", ""), fields=("name", "unit", "staff_no", "duty"),
    )  # fmt: skip
    importing.decide(batch, rows={}, days={}, left={gone.id: "2026-05-20"}, new_units={})
    landing.land(session, None, batch, None)
    assert people(session) != before
    taking_back.undo(session, None, batch)
    assert people(session) == before
    assert memberships.counting_on(session, changed.id, TODAY).duty is None
    assert memberships.counting_on(session, moved.id, TODAY).ends_on is None
    assert session.scalar(sa.select(Unit).where(Unit.name == "西滩村")) is None
    with pytest.raises(Refused, match="已经撤回"):
        taking_back.undo(session, None, batch)


@pytest.mark.parametrize("hanging", ["roster", "password", "moved", "unit"])
def test_undo_is_refused_once_something_hangs_on_it(session: Session, hanging: str) -> None:
    town = a_township(session)
    other = a_unit(session, "B", town, name="东河村")
    batch = landed(session, town, ("新人", "西滩村"))
    person = session.scalar(sa.select(Person).where(Person.name == "新人"))
    if hanging == "roster":
        roster.take(session, roster.Rule((town.path,), (Category.VILLAGE,)), TODAY)
    elif hanging == "password":
        person.password_hash = "x"
    elif hanging == "moved":
        found = memberships.counting_on(session, person.id, TODAY)
        memberships.transfer(session, found, other.id, TODAY + timedelta(days=5))
    else:
        a_unit(session, "XT1", session.scalar(sa.select(Unit).where(Unit.code == "XT")))
    session.flush()
    with pytest.raises(Refused, match="不能整批撤回"):
        taking_back.undo(session, None, batch)


def test_a_frozen_list_is_not_moved_by_a_sheet(session: Session) -> None:
    town = a_township(session)
    old, _new = a_unit(session, "A", town, name="西渠村"), a_unit(session, "B", town, name="东河村")
    a_person(session, old, name="何春花", staff_no="XQ0001")
    listed = roster.take(session, roster.Rule((town.path,), (Category.VILLAGE,)), TODAY)
    roster.freeze(listed, clock.now())
    landed(session, town, ("何春花", "东河村", "XQ0001"), fields=("name", "unit", "staff_no"))
    roster.refresh(session, listed)
    assert [entry.unit_path for entry in roster.entries_of(session, listed.id)] == [old.path]


def test_a_preview_given_up_keeps_nothing_of_what_was_read(session: Session) -> None:
    batch = bring(session, a_township(session), ("甲一", "西渠村"))
    importing.drop(batch)
    assert (batch.state, batch.sheet, batch.decisions) == ("dropped", {}, {})


def test_five_thousand_rows_land_in_statements_by_the_thousand_not_by_the_row(session: Session) -> None:
    town = a_township(session)
    surnames, given = "赵钱孙李周吴郑王冯陈", "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑"
    rows = [
        (f"{surnames[n % 10]}{given[n // 10 % 22]}{given[n // 220 % 22]}{given[n % 21]}", f"第{n % 40}村")
        for n in range(5000)
    ]
    batch = bring(session, town, *dict.fromkeys(rows))
    plan = importing.plan(session, batch)
    held = {fate.line.row: "new" for fate in plan.of(matching.HELD)}
    importing.decide(batch, rows=held, days={}, left={}, new_units={})
    plan = landing.land(session, None, batch, None)
    assert len(people(session)) > 3000
    assert len(batch.outcome["people"]) == len(plan.of(matching.NEW)) == len(dict.fromkeys(rows))
