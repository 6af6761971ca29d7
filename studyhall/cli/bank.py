"""`studyhall bank`: check and load the questions that come as files."""

from __future__ import annotations

from pathlib import Path

import click

from studyhall.bank.checking import check_bank
from studyhall.bank.loading import in_words, load_directory
from studyhall.cli.output import emit, opened, refusals, say
from studyhall.core import audit, resources
from studyhall.people import queries as people


@click.group()
def bank() -> None:
    """题库：核对、载入。"""


_DIRECTORY = click.argument(
    "directory", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)


@bank.command()
@_DIRECTORY
@click.option("--json", "as_json", is_flag=True, help="只输出JSON。")
def check(directory: Path | None, as_json: bool) -> None:
    """核对题库文件：有错误时退出码是1。"""
    report = check_bank(directory or resources.question_bank())
    for line in report.lines():
        say(line)
    if as_json:
        emit(report.to_json())
    raise SystemExit(0 if report.ok else 1)


@bank.command()
@_DIRECTORY
@click.option("--json", "as_json", is_flag=True, help="只输出JSON。")
@refusals
def load(directory: Path | None, as_json: bool) -> None:
    """把题库文件载入数据库；再载入一次不会重复。"""
    with opened() as database, database.writing() as session:
        loaded = load_directory(session, directory or resources.question_bank(), say)
        audit.record(
            session, None, "bank.loaded", "bank:own", "学法堂题库", unit_path=people.site_path(session),
            after={"added": loaded.added, "changed": loaded.changed, "retired": loaded.retired},
        )  # fmt: skip
    say(f"共{len(loaded.laws)}部法律：{in_words(loaded)}")
    if as_json:
        emit(
            {
                "laws": loaded.laws,
                "added": loaded.added,
                "changed": loaded.changed,
                "same": loaded.same,
                "retired": loaded.retired,
            }
        )
