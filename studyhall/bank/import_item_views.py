"""Looking a batch over: the list, one question beside its source, what is done to one or to all alike."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from studyhall.bank import (
    amending,
    batch_acts,
    batch_list,
    batches,
    exporting,
    recutting,
    sharing,
)
from studyhall.bank.exporting import Wanted
from studyhall.bank.formats import sheet_held
from studyhall.bank.formats.reading import Reading
from studyhall.bank.formats.sandbox import read_apart
from studyhall.bank.models import BatchState, ImportBatch, ImportItem
from studyhall.bank.record import Record
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.tables import MIMETYPE
from studyhall.core.words import said

bp = Blueprint("imports", __name__, url_prefix="/bank/imports")

SHOWN = ("held", batch_list.NOTED, "ready", "duplicate", "fragment", "left_out", "landed")
SHOWN_OF_PACKAGE = ("held", *batch_list.CHANGES, "duplicate")


@bp.get("/<int:batch_id>")
@require(Permission.KEEP_BANK)
def show(batch_id: int) -> ResponseReturnValue:
    return preview(kept(batch_id), None)


def kept(batch_id: int) -> ImportBatch:
    return batches.kept(db.session, current_actor().reach(Permission.KEEP_BANK), batch_id)


def preview(batch: ImportBatch, problem: str | None, position: int | None = None) -> str:
    """The page of a batch. `position`: the item that something was refused for."""
    counts = batch_list.counts(db.session, batch.id)
    is_package = batch.format == sharing.NAME
    more = (
        batch_list.changes(db.session, batch.id)
        if is_package
        else {batch_list.NOTED: batch_list.count_noted(db.session, batch.id)}
    )
    filters = counts | more
    offered = SHOWN_OF_PACKAGE if is_package else SHOWN
    state = request.values.get("state", "")
    if state not in offered:
        state = next((name for name in offered if filters.get(name)), offered[1])
    position = position or request.args.get("item", type=int)
    page = batch_list.page(db.session, batch, state, request.args.get("page", type=int), position)
    places = [item.position for item in page.items]
    here = position if position in places else next(iter(places), None)
    return render_template(
        "bank/import_preview.html",
        batch=batch,
        is_open=batch.state == BatchState.OPEN,
        is_package=is_package,
        counts=counts,
        filters={name: filters[name] for name in offered if filters.get(name)},
        kinds=batch_list.kinds(db.session, batch.id),
        away=batch_list.taken_away(db.session, batch.id) if is_package else 0,
        state=state,
        page=page,
        laws=batch_list.laws(db.session),
        problem=problem,
        done=request.args.get("done"),
        count=request.args.get("count", 0, type=int),
        stayed=request.args.get("stayed", 0, type=int),
        **_one(batch, state, here),
    )


def _one(batch: ImportBatch, state: str, position: int | None) -> dict[str, Any]:
    """What the page shows of the one item chosen; without one nothing is."""
    about: dict[str, Any] = {
        "editing": request.args.get("edit") == "1" or "stem" in request.form,
        "form": request.form,
        "kind_names": amending.EDITABLE,
        "typed_answer": amending.typed_answer,
        "part": request.values.get("part", 0, type=int),
    }
    if position is None:
        return about | {"chosen": None}
    item = batch_list.item_of(db.session, batch, position)
    piece = batch_acts.piece_of(item)
    record = piece if isinstance(piece, Record) else None
    if record is None and about["editing"]:
        record = amending.begun(piece.text, piece.place)  # type: ignore[union-attr]
    edited = record.parts[about["part"] - 1] if record and 0 < about["part"] <= len(record.parts) else record
    can_recut = batch.state == BatchState.OPEN and batch.format != sharing.NAME
    return about | {
        "chosen": item,
        "record": record,
        "edited": edited,
        "letters": amending.letters_for(edited) if edited else "",
        "pictures": _addresses(batch, item, record) if record else {},
        "takeable": record is not None and _is_takeable(record),
        "lines": recutting.lines_of(piece)[: recutting.MOST_LINES] if can_recut else [],
        "behind": batch_list.next_of(db.session, batch, position) if can_recut else None,
        "alike": batch_list.count_alike(db.session, item),
        "following": batch_list.following(db.session, batch, state, position),
        "here": _standing_here(item) if item.change in ("changed", "gone") else None,
    }


def _standing_here(item: ImportItem) -> Record | None:
    """What the bank says now of a question that another office has changed or given up."""
    wanted = Wanted(question_ids=frozenset({item.question_id or 0}))
    return next(iter(exporting.records(db.session, sa.true(), wanted)), None)


def _is_takeable(record: Record) -> bool:
    """Whether it can land as it stands: then a button offers it."""
    try:
        amending.taken(record)
    except Refused:
        return False
    return True


def _addresses(batch: ImportBatch, item: ImportItem, record: Record) -> dict[str, str]:
    names = {picture.name for one in (record, *record.parts) for picture in one.pictures}
    return {
        name: url_for("imports.picture", batch_id=batch.id, position=item.position, name=name)
        for name in names
    }


@bp.get("/<int:batch_id>/items/<int:position>/pictures/<name>")
@require(Permission.KEEP_BANK)
def picture(batch_id: int, position: int, name: str) -> Response:
    """A picture of a question that has not landed yet."""
    item = batch_list.item_of(db.session, kept(batch_id), position)
    record = _record(item)
    found = [one for whole in (record, *record.parts) for one in whole.pictures if one.name == name]
    if not found:
        raise Missing
    return Response(found[0].data, mimetype=found[0].media_type)


Act = Callable[[Session, ImportBatch, ImportItem], batch_acts.Settled | None]


def _mend(session: Session, batch: ImportBatch, item: ImportItem) -> None:
    piece = batch_acts.piece_of(item)
    record = piece if isinstance(piece, Record) else amending.begun(piece.text, piece.place)
    batch_acts.amend(session, batch, item, amending.mended_whole(record, request.form))


def _take(session: Session, batch: ImportBatch, item: ImportItem) -> None:
    batch_acts.amend(session, batch, item, amending.taken(_record(item)))


def _record(item: ImportItem) -> Record:
    if item.state == "fragment":
        raise Refused("这一条不能改。")
    return Record.from_dict(item.record)


ACTS: dict[str, Act] = {
    "mend": _mend,
    "take": _take,
    "leave": batch_acts.leave_out,
    "take-alike": batch_acts.take_alike,
    "leave-alike": batch_acts.leave_alike,
}


@bp.post("/<int:batch_id>/items/<int:position>/<any(mend,take,leave,'take-alike','leave-alike'):act>")
@require(Permission.KEEP_BANK)
def item_act(batch_id: int, position: int, act: str) -> ResponseReturnValue:
    """mend: what was typed instead · take: as it stands · leave: not this one · the last two: all alike."""
    reach = current_actor().reach(Permission.KEEP_BANK)
    state, following = request.form.get("state", ""), request.form.get("following", type=int)
    try:
        with db.writing() as session:
            batch = batches.kept(session, reach, batch_id, lock=True)
            settled = ACTS[act](session, batch, batch_list.item_of(session, batch, position))
    except Refused as refusal:
        if isinstance(refusal, Missing):
            raise
        return preview(kept(batch_id), said(refusal), position), 400
    done: dict[str, Any] = {"done": act, "count": settled.done, "stayed": settled.stayed} if settled else {}
    return redirect(url_for("imports.show", batch_id=batch_id, state=state or None, item=following, **done))


@bp.post("/<int:batch_id>/items/<int:position>/<any(join,split):act>")
@require(Permission.KEEP_BANK)
def recut(batch_id: int, position: int, act: str) -> ResponseReturnValue:
    """join: with the piece behind it · split: from the line given. Read again in a process of its own."""
    try:
        at, state = _recut(batch_id, position, act)
    except Refused as refusal:
        if isinstance(refusal, Missing):
            raise
        return preview(kept(batch_id), said(refusal), position), 400
    return redirect(url_for("imports.show", batch_id=batch_id, state=state, item=at, done=act))


def _recut(batch_id: int, position: int, act: str) -> tuple[int, str]:
    """Position and state of the first of the new pieces. The reading is done before the writing begins."""
    batch = kept(batch_id)
    batches.require_open(batch)
    item = batch_list.item_of(db.session, batch, position)
    old = [item]
    if act == "join":
        behind = batch_list.next_of(db.session, batch, position)
        if behind is None:
            raise Refused("后面没有题了。")
        old.append(behind)
        new = [recutting.joined(batch_acts.piece_of(item), batch_acts.piece_of(behind), _read_words)]
    else:
        line = request.form.get("line", 0, type=int)
        new = list(recutting.cut(batch_acts.piece_of(item), line, _read_words))
    seen = [(one.id, one.record) for one in old]
    with db.writing() as session:
        batch = batches.kept(session, current_actor().reach(Permission.KEEP_BANK), batch_id, lock=True)
        now = [session.get(ImportItem, item_id) for item_id, _record_seen in seen]
        if [(one.id, one.record) for one in now if one is not None] != seen:
            raise Refused("刚才有人改过这一题，请再看一遍。")
        batch_acts.put_instead(session, batch, [one for one in now if one is not None], new)
        return position, batch_list.item_of(session, batch, position).state


def _read_words(words: str) -> Reading:
    with tempfile.TemporaryDirectory(prefix="studyhall-") as folder:
        path = Path(folder) / "piece.txt"
        path.write_text(words, encoding="utf-8")
        return read_apart(path, name="").opened()


@bp.post("/<int:batch_id>/set")
@require(Permission.KEEP_BANK)
def set_many(batch_id: int) -> ResponseReturnValue:
    law, difficulty = request.form.get("law", ""), request.form.get("difficulty", type=int)
    with db.writing() as session:
        batch = batches.kept(session, current_actor().reach(Permission.KEEP_BANK), batch_id, lock=True)
        batch_acts.set_for_ready(
            session, batch, law=law or None, difficulty=difficulty if difficulty in (1, 2, 3) else None
        )
    return redirect(url_for("imports.show", batch_id=batch_id, state="ready"))


@bp.get("/<int:batch_id>/held.xlsx")
@require(Permission.KEEP_BANK)
def held_sheet(batch_id: int) -> Response:
    """What did not land and why, in the form of our template: to mend and bring in again."""
    batch = kept(batch_id)
    left = batch_list.left_behind(db.session, batch)
    return send_file(
        io.BytesIO(sheet_held.write((batch_acts.piece_of(item), item.reason) for item in left)),
        mimetype=MIMETYPE,
        as_attachment=True,
        download_name=_("待核对的试题") + ".xlsx",
    )
