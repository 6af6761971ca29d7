"""`studyhall db`: bring the database up to the code, and see whether it is."""

from __future__ import annotations

import click

from studyhall import migrations
from studyhall.cli.output import emit, opened, refusals, say
from studyhall.core.errors import Refused


@click.group()
def db() -> None:
    """数据库：升级、核对。"""


@db.command()
@click.option("--json", "as_json", is_flag=True, help="只输出JSON。")
@refusals
def upgrade(as_json: bool) -> None:
    """升级到这一版程序。"""
    with opened(check=False) as database:
        changed = migrations.upgrade(database)
    say("已升级。" if changed else "已经是最新。")
    if as_json:
        emit({"upgraded": changed})


@db.command()
@click.option("--json", "as_json", is_flag=True, help="只输出JSON。")
@refusals
def check(as_json: bool) -> None:
    """核对数据库和程序是否一致。"""
    with opened() as database:
        found = migrations.differences(database)
    if found:
        raise Refused(f"数据库和程序有{len(found)}处不一致：{found[0]}")
    say("一致。")
    if as_json:
        emit({"ok": True})
