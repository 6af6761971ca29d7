"""What all commands share: JSON as bytes, words on standard error, refusals as exit code 1."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from studyhall import migrations
from studyhall.core import state
from studyhall.core.db import Database
from studyhall.core.errors import Refused

Command = TypeVar("Command", bound=Callable[..., Any])


def say(words: str) -> None:
    """For people: on standard error, so that standard output holds a document or nothing."""
    click.echo(words, err=True)


def emit(document: object) -> None:
    """One JSON document, UTF-8 on every platform: a Windows console would make it GBK."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    sys.stdout.buffer.write(text.encode("utf-8") + b"\n")
    sys.stdout.buffer.flush()


def refusals(command: Command) -> Command:
    """Turn a rule's no into its words and exit code 1."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except Refused as refusal:
            say(str(refusal))
            raise SystemExit(1) from None

    return wrapped  # type: ignore[return-value]


@contextmanager
def opened(
    default_name: str = "studyhall.sqlite3", *, make: bool = False, check: bool = True
) -> Iterator[Database]:
    """The site's database, named on standard error. Raises Refused when it is behind the code.

    `make`: bring it to this version first, as the commands do that may be somebody's first.
    """
    database = Database(state.database_url(default_name))
    say(f"数据库：{database.url.render_as_string(hide_password=True)}")
    try:
        if make:
            migrations.upgrade(database)
        elif check and not migrations.is_current(database):
            raise _behind(database)
        yield database
    finally:
        database.close()


def _behind(database: Database) -> Refused:
    if migrations.revision_of(database) is not None:
        return Refused("数据库的版本比程序旧，请先运行 studyhall db upgrade。")
    shown = state.home() / "demo.sqlite3"
    if not shown.exists():
        return Refused("这个数据库是空的，请先运行 studyhall db upgrade。")
    return Refused(
        "这个数据库是空的，请先运行 studyhall db upgrade。要看演示站的，设 STUDYHALL_DATABASE_URL=sqlite:///%(file)s。",
        file=shown,
    )
