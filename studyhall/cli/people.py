"""`studyhall init` and `studyhall people`: an empty site, a roster sheet in, a new password."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from studyhall.auth import first_passwords
from studyhall.cli.output import emit, opened, refusals, say
from studyhall.core import clock
from studyhall.core.db import Database
from studyhall.core.errors import Refused
from studyhall.people import importing, landing, matching, queries, starting, units
from studyhall.people.models import Person, Unit, UnitKind
from studyhall.people.sheets import Sheet

LARGEST = 20 * 1024 * 1024


@click.command()
@click.option("--unit", "unit_name", help="单位名称，如雁落滩乡。")
@click.option("--code", "unit_code", default="", help="单位代号，字母和数字；空着按拼音给。")
@click.option("--kind", type=click.Choice([str(kind) for kind in UnitKind]), help="单位种类。")
@click.option("--name", "person_name", help="第一位管理员的姓名。")
@click.option("--staff-no", default="", help="他的工号；空着系统给。")
@click.option("--json", "as_json", is_flag=True, help="只输出JSON。")
@refusals
def init(
    unit_name: str | None,
    unit_code: str,
    kind: str | None,
    person_name: str | None,
    staff_no: str,
    as_json: bool,
) -> None:
    """空的新站：第一个单位，第一位管理员。密码只显示这一次。"""
    asks = sys.stdin.isatty() and not as_json
    unit_name = unit_name or (click.prompt("单位名称", default="本单位", err=True) if asks else "本单位")
    person_name = person_name or (
        click.prompt("管理员姓名", default="管理员", err=True) if asks else "管理员"
    )
    first = starting.First(unit_name, unit_code, kind or "", person_name, staff_no)
    with opened(make=True) as database:
        made, now = first_passwords.make(), clock.now()
        with database.writing() as session:
            unit, person = starting.begin(session, first)
            first_passwords.give(session, None, person, made, now, unit_path=unit.path, reset=False)
        where = database.url.render_as_string(hide_password=True)
    until = clock.local(now + first_passwords.VALID_FOR)
    document = {
        "database": where,
        "unit": _unit(unit),
        "admin": _person(person, unit),
        "password": made.password,
        "password_expires": until.isoformat(),
    }
    if as_json:
        emit(document)
        return
    click.echo(f"单位    {unit.name}（{unit.code}）")
    click.echo(f"管理员  {person.name}  工号 {person.staff_no}  密码 {made.password}")
    say(
        f"密码只显示这一次，{until.year}年{until.month}月{until.day}日以前登录并改成自己的。下一步：studyhall serve"
    )


def _person(person: Person, unit: Unit | None) -> dict[str, Any]:
    return {"staff_no": person.staff_no, "name": person.name, "unit": _unit(unit) if unit else None}


def _unit(unit: Unit) -> dict[str, Any]:
    return {"code": unit.code, "name": unit.name}


@click.group()
def people() -> None:
    """人员：导入名册、重设密码。"""


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只看会怎样，什么都不留。")
@click.option("--yes", is_flag=True, help="没有要判断的行就导入。")
@click.option("--json", "as_json", is_flag=True, help="只输出JSON。")
@refusals
def import_(file: Path, dry_run: bool, yes: bool, as_json: bool) -> None:
    """把人员名册读进来：先看会怎样，加--yes才导入。身份证号不读。"""
    if file.stat().st_size > LARGEST:
        raise Refused("文件太大，最多20 MB。")
    sheet = importing.read(file.read_bytes())
    for one in sheet.dropped:
        say(f"第{one['column']}列是身份证号，{one['rows']}行都没有读进来。")
    if sheet.scrubbed:
        say(f"别的列里有{sheet.scrubbed}处身份证号，也去掉了。")
    with opened(make=True) as database:
        document = _import(database, file, sheet, lands=yes and not dry_run)
    _tell(document, yes=yes and not dry_run)
    if as_json:
        emit(document)


class _LookedAt(Exception):
    """Nothing of a look is kept: the transaction is thrown away."""

    def __init__(self, plan: importing.Plan) -> None:
        super().__init__()
        self.plan = plan


def _import(database: Database, file: Path, sheet: Sheet, *, lands: bool) -> dict[str, Any]:
    rows = len(sheet.rows)
    try:
        with database.writing() as session:
            root = queries.root_or_none(session)
            batch = importing.begin(session, None, root, file.name, sheet, clock.today())
            plan = importing.plan(session, batch)
            if not lands or plan.of(matching.HELD):
                raise _LookedAt(plan)
            landing.land(session, None, batch, None)
            number: int | None = batch.id
    except _LookedAt as looked:
        plan, number = looked.plan, None
    counts = matching.counts(plan.fates)
    return {
        "file": file.name,
        "rows": rows,
        "new": counts[matching.NEW],
        "changed": counts[matching.CHANGED],
        "transferred": counts[matching.TRANSFERRED],
        "same": counts[matching.SAME],
        "missing": len(plan.missing),
        "held": _lines(plan.of(matching.HELD)),
        "faults": _lines(plan.of(matching.FAULT)),
        "batch": number,
    }


def _lines(fates: list[matching.Fate]) -> list[dict[str, Any]]:
    return [{"row": fate.line.sheet_row, "reason": fate.reason} for fate in fates]


def _tell(document: dict[str, Any], *, yes: bool) -> None:
    say(
        f"{document['rows']}行：新增{document['new']}，改动{document['changed']}，"
        f"调动{document['transferred']}，没有变化{document['same']}；表里没有的{document['missing']}人。"
    )
    for key, label in (("held", "要判断"), ("faults", "有错，不导入")):
        for one in document[key]:
            say(f"第{one['row']}行{label}：{one['reason']}")
    if document["batch"] is not None:
        say("已导入。")
    elif yes:
        say("有要判断的行，没有导入。请在网页的“导入名册”里判断。")
    else:
        say("没有导入。要导入请加 --yes。")


@people.command("reset-password")
@click.argument("staff_no")
@click.option("--json", "as_json", is_flag=True, help="只输出JSON。")
@refusals
def reset_password(staff_no: str, as_json: bool) -> None:
    """给一个人新密码，只显示这一次。"""
    with opened() as database:
        made, now = first_passwords.make(), clock.now()
        with database.writing() as session:
            units.root(session)
            person = queries.person_by_staff_no(session, staff_no)
            if person is None:
                raise Refused("没有工号是“%(staff_no)s”的人。", staff_no=staff_no)
            path = queries.unit_path_of(session, person.id)
            unit = units.by_path(session, path)
            first_passwords.give(session, None, person, made, now, unit_path=path, reset=True)
    until = clock.local(now + first_passwords.VALID_FOR)
    if as_json:
        emit(
            {
                "person": _person(person, unit),
                "password": made.password,
                "password_expires": until.isoformat(),
            }
        )
        return
    click.echo(f"{person.name}  工号 {person.staff_no}  新密码 {made.password}")
    say(f"只显示这一次，{until.month}月{until.day}日以前登录并改成自己的。登录着的设备都退出了。")
