"""`studyhall bank export`: the same records and writers as the page."""

from __future__ import annotations

from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank import exporting, sharing
from studyhall.bank.counting import kind_counts, questions_in
from studyhall.bank.formats.writing import FORMATS, fitting, losses
from studyhall.bank.models import Bank
from studyhall.bank.record import Record
from studyhall.cli.output import emit, opened, refusals, say
from studyhall.core.errors import Refused
from studyhall.library.models import Law
from studyhall.people import units


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--format", "form", type=click.Choice([*FORMATS, sharing.NAME]), required=True,
    help="docx-paper：Word不带答案；package：给别的单位的题库包。",
)  # fmt: skip
@click.option("--bank", "bank_name", help="只要这个题库的。")
@click.option("--law", "law_title", help="只要这部法律的，写简称。")
@click.option("--json", "as_json", is_flag=True, help="只输出JSON。")
@refusals
def export_file(file: Path, form: str, bank_name: str | None, law_title: str | None, as_json: bool) -> None:
    """导出题库到一个文件；停用的题不导出。"""
    with opened() as database:
        with database.reading() as session:
            path = units.root(session).path
            office = units.root(session).name
            wanted = exporting.Wanted(_bank(session, bank_name), _law(session, law_title))
            records = exporting.records(session, sa.true(), wanted)
            exporting.require_some(records, form)
            title = exporting.named(session, sa.true(), wanted) or "题库"
            lost = [] if form == sharing.NAME else losses(records, form)
            data = (
                sharing.package(session, sa.true(), wanted, office=office, title=title)
                if form == sharing.NAME
                else FORMATS[form].write(records)
            )
        questions = fitting(records, form)
        _write(file, data)
        with database.writing() as session:
            exporting.note(session, None, title, form, questions, path)
    _tell(file, form, records, lost, as_json=as_json)


def _bank(session: Session, name: str | None) -> int | None:
    if name is None:
        return None
    found = session.scalars(sa.select(Bank.id).where(Bank.name == name)).all()
    if not found:
        raise Refused("没有叫“%(name)s”的题库。", name=name)
    if len(found) > 1:
        raise Refused("有%(count)s个题库叫“%(name)s”，请在网页上导出。", count=len(found), name=name)
    return found[0]


def _law(session: Session, title: str | None) -> int | None:
    if title is None:
        return None
    found = session.scalar(sa.select(Law.id).where(Law.short_title == title))
    if found is None:
        known = session.scalars(sa.select(Law.short_title).order_by(Law.position, Law.id))
        raise Refused("没有《%(law)s》这部法律；有的是：%(known)s。", law=title, known="、".join(known))
    return found


def _write(file: Path, data: bytes) -> None:
    """Whole or not at all: a file that was there before stays until the new one stands beside it."""
    beside = file.with_name(f".{file.name}.part")
    try:
        beside.write_bytes(data)
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise Refused("%(file)s 写不进去：%(why)s。", file=file, why=error.strerror) from None


def _tell(file: Path, form: str, records: list[Record], lost: list[str], *, as_json: bool) -> None:
    gone = [one for one in questions_in(records) if one.kind == "single"] if form == "aiken" else records
    counts, questions = kind_counts(gone), fitting(records, form)
    say(f"已导出{questions}题到 {file}。")
    for words in lost:
        say(f"  {words}")
    if as_json:
        emit({"file": str(file), "format": form, "questions": questions, "by_kind": counts, "losses": lost})
