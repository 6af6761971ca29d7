"""`studyhall bank import` and `bank undo`: the same reading, checking and landing as on the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank import batch_opening, batches
from studyhall.bank.carried import Carried
from studyhall.bank.formats.reading import Refused as Unreadable
from studyhall.bank.formats.sandbox import read_apart
from studyhall.bank.formats.summary import summary
from studyhall.bank.models import ImportBatch
from studyhall.cli.output import emit, opened, refusals, say
from studyhall.core.errors import Refused
from studyhall.people import units
from studyhall.people.models import Unit

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--key", "key_file", type=_FILE, help="答案在另一个文件里。")
@click.option("--bank", "bank_name", default="本单位题库", show_default=True, help="放进哪个题库。")
@click.option("--dry-run", is_flag=True, help="只看认出多少题，不用数据库。")
@click.option("--yes", is_flag=True, help="可入库的直接入库，作为草稿。")
@click.option("--questions", is_flag=True, help="JSON里带上每道题。")
@click.option("--json", "as_json", is_flag=True, help="只输出JSON。")
@refusals
def import_file(
    file: Path,
    key_file: Path | None,
    bank_name: str,
    dry_run: bool,
    yes: bool,
    questions: bool,
    as_json: bool,
) -> None:
    """导入一个题库文件：先看认出多少题，--yes 才入库。"""
    try:
        read = read_apart(file, key_file)
    except Unreadable as refusal:
        raise Refused("%(why)s", why=refusal) from None
    if dry_run:
        _tell(summary(read.opened(), questions=questions), as_json)
        return
    with opened(make=True) as database:
        # Comparing thousands with thousands takes seconds: nobody waits for a turn to write meanwhile.
        with database.reading() as session:
            owner = _owner(session, yes=yes)
            files = batch_opening.prepared(session, read, owner, bank_name) if owner else []
        if not (yes and owner):
            _tell(_counted(read, files, questions=questions), as_json)
            return
        with database.writing() as session:
            document = _land(session, owner, file.read_bytes(), files, questions=questions)
    _tell(document if read.files else document["files"][0], as_json)


def _owner(session: Session, *, yes: bool) -> Unit | None:
    """Who would own the questions; a site without a unit has no bank to compare with yet.

    Raises Refused where there must be one.
    """
    if not (yes or session.scalar(sa.select(sa.exists().select_from(Unit)))):
        return None
    return units.root(session)


def _counted(read: Carried, files: list[batch_opening.Prepared], *, questions: bool) -> dict[str, Any]:
    """The counts beside the bank, or of the file alone where there is none."""
    if not files:
        return summary(read.opened(), questions=questions)
    documents = [summary(file.reading, questions=questions) for file in files]
    return {"files": documents} if read.files else documents[0]


def _land(
    session: Session, owner: Unit, data: bytes, files: list[batch_opening.Prepared], *, questions: bool
) -> dict[str, Any]:
    """A batch for each file read, landed as far as it is ready."""
    documents = []
    for file in files:
        batch = batch_opening.open_batch(session, None, owner, file, data)
        if any(row["state"] == "ready" for row in file.rows):
            batches.land(session, None, batch, in_use=False)
        documents.append(summary(file.reading, questions=questions, batch=batch.id))
    return {"files": documents}


def _tell(document: dict[str, Any], as_json: bool) -> None:
    for line in _words(document):
        say(line)
    if as_json:
        emit(document)


def _words(document: dict[str, Any]) -> Iterator[str]:
    for one in document.get("files", [document]):
        held = sum(item["counted"] for item in one["held"])
        landed = f"，已入库为草稿，批次{one['batch']}" if one["batch"] else ""
        yield (
            f"{one['file']}：共{one['total']}题，可入库{one['ready']}题，待核对{held}题，"
            f"重复{one['duplicates']}题{landed}。"
        )
        for item in one["held"][:20]:
            yield f"  {item['reason']}：{' '.join(item['text'].split())[:40]}"


@click.command()
@click.argument("batch", type=int)
@click.option("--json", "as_json", is_flag=True, help="只输出JSON。")
@refusals
def undo(batch: int, as_json: bool) -> None:
    """撤回一批导入的试题；有人抽到过的不能撤回。"""
    with opened() as database, database.writing() as session:
        found = session.get(ImportBatch, batch)
        if found is None:
            raise Refused("没有第%(number)s批。", number=batch)
        gone = batches.undo(session, None, found)
    say(f"已撤回{gone}题。")
    if as_json:
        emit({"batch": batch, "questions": gone})
