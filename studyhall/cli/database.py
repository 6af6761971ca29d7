"""`studyhall db`: bring the database up to the code, see whether it is, copy all of it and back."""

from __future__ import annotations

from pathlib import Path

import click

from studyhall import backup as copies
from studyhall import migrations
from studyhall.cli.output import emit, opened, refusals, say
from studyhall.core import clock, state
from studyhall.core.errors import Refused


@click.group()
def db() -> None:
    """数据库：升级、核对、备份、恢复。"""


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
        raise Refused("数据库和程序有%(count)s处不一致：%(first)s", count=len(found), first=found[0])
    say("一致。")
    if as_json:
        emit({"ok": True})


_COPY = click.Path(dir_okay=False, path_type=Path)


@db.command()
@click.argument("file", type=_COPY)
@click.option("--json", "as_json", is_flag=True, help="只输出JSON。")
@refusals
def backup(file: Path, as_json: bool) -> None:
    """备份：全部数据和附件存成一个文件。网站不用停。"""
    with opened() as database:
        held = copies.backup(database, _uploads(), file)
    say(f"已备份到{file}：{held.rows}行，{held.files}个附件。里面有个人信息，请妥善保管。")
    if as_json:
        emit(_document(file, held))


@db.command()
@click.argument("file", type=_COPY)
@click.option("--json", "as_json", is_flag=True, help="只输出JSON。")
@refusals
def restore(file: Path, as_json: bool) -> None:
    """恢复：把备份放进一个空的数据库。SQLite的备份也能放进PostgreSQL，反过来也行。"""
    with opened(check=False) as database:
        held = copies.restore(database, _uploads(), file)
    made = clock.local(held.made_at)
    say(f"已恢复{made:%Y-%m-%d %H:%M}的备份：{held.rows}行，{held.files}个附件。换了机器的，大家要重新登录。")
    if as_json:
        emit(_document(file, held))


def _uploads() -> Path:
    folder = state.home() / "uploads" / "study"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _document(file: Path, held: copies.Held) -> dict[str, object]:
    return {
        "file": str(file),
        "revision": held.revision,
        "made_at": held.made_at.isoformat(),
        "tables": dict(held.tables),
        "files": held.files,
    }
