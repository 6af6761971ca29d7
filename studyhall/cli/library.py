"""`studyhall library`: official texts of laws into the site, and what an amendment changed."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from studyhall.bank import amendments
from studyhall.cli.output import emit, opened, refusals, say
from studyhall.core.errors import Refused
from studyhall.library import comparing, importing, queries
from studyhall.library.comparing import Change
from studyhall.library.law_files import LawFile, read_file
from studyhall.library.models import Edition


@click.group()
def library() -> None:
    """法律：导入条文、对照两版。"""


class _Day(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            self.fail(f"“{value}”不是日期，写成2024-05-01这样。", param, ctx)


@library.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--effective", type=_Day(), help="这个文本从哪天起施行；文件里没有写时用。")
@click.option("--dry-run", is_flag=True, help="只读出来看，不导入。")
@click.option("--json", "as_json", is_flag=True, help="只输出JSON。")
@refusals
def import_(files: tuple[Path, ...], effective: date | None, dry_run: bool, as_json: bool) -> None:
    """导入法律条文（Word、Markdown、文本）。有一个文件不能导入，就一个都不导入。"""
    found = [_read(path, effective) for path in files]
    if dry_run:
        for one in found:
            _tell(one, "读出")
    else:
        with opened(make=True) as database, database.writing() as session:
            importing.when_filed(amendments.law_filed)
            done = importing.file_laws(session, None, found)
        for one, stands in zip(found, done, strict=True):
            _tell(one, "导入" if stands.changed or stands.is_new_edition else "没有变")
    if as_json:
        emit({"files": [_document(one) for one in found]})


def _read(path: Path, effective: date | None) -> LawFile:
    read = read_file(path.name, path.read_bytes())
    return LawFile(read.file, read.law.taking_effect(effective))


def _tell(one: LawFile, done: str) -> None:
    law = one.law
    day = f"{law.effective}起施行" if law.effective else "施行日期不明"
    say(f"{one.file}：{done}《{law.short_title}》，{day}，{law.article_count}条。")
    for fault in law.faults:
        say(f"  {fault.place}：{fault.reason}")


def _document(one: LawFile) -> dict[str, Any]:
    law = one.law
    effective = law.effective.isoformat() if law.effective else None
    return {
        "file": one.file,
        "title": law.title or None,
        "short_title": law.short_title or None,
        "edition": effective,
        "adopted": law.adopted.isoformat() if law.adopted else None,
        "effective": effective,
        "articles": law.article_count,
        "faults": [{"place": fault.place, "reason": fault.reason} for fault in law.faults],
    }


@library.command()
@click.argument("law")
@click.option("--from", "start", type=_Day(), help="旧版的施行日期，默认次新的一版。")
@click.option("--to", "end", type=_Day(), help="新版的施行日期，默认最新的一版。")
@click.option("--json", "as_json", is_flag=True, help="只输出JSON。")
@refusals
def changes(law: str, start: date | None, end: date | None, as_json: bool) -> None:
    """一部法律两版之间每一条的去向。"""
    with opened() as database, database.reading() as session:
        old, new = queries.editions_to_compare(
            session, law, start.isoformat() if start else None, end.isoformat() if end else None
        )
        texts = [queries.texts(session, edition) for edition in (old, new)]
        for edition, text in zip((old, new), texts, strict=True):
            if not text:
                raise Refused(
                    "《%(law)s》%(day)s起施行的一版还没有条文，请先导入。", law=law, day=edition.effective
                )
        rows = comparing.compare(*texts)
        for row in rows:
            say(_line(row))
        if as_json:
            emit(_changes_document(law, old, new, rows))


def _line(row: Change) -> str:
    words = comparing.WORDS.get((row.text, row.shape), "有修改")
    return f"{'、'.join(row.old) or '—'} → {'、'.join(row.new) or '—'}　{words}"


def _changes_document(law: str, old: Edition, new: Edition, rows: list[Change]) -> dict[str, Any]:
    return {
        "law": law,
        "from": old.effective.isoformat(),
        "to": new.effective.isoformat(),
        "changes": [row.to_json() for row in rows],
    }
