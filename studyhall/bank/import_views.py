"""Bringing a question bank in: choose a file, look over what was understood, land it, take it back."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.bank import batch_list, batch_opening, batches
from studyhall.bank.carried import Carried
from studyhall.bank.formats import sheet_out
from studyhall.bank.formats.reading import Refused as Unreadable
from studyhall.bank.formats.sandbox import read_apart
from studyhall.bank.import_item_views import bp, kept, preview
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.tables import MIMETYPE
from studyhall.core.uploads import kept_for_reading, takes_files
from studyhall.people import queries as people
from studyhall.people.models import Unit

__all__ = ["bp"]

LARGEST_MB = 20


@bp.get("/")
@require(Permission.KEEP_BANK)
def index() -> ResponseReturnValue:
    return _choose(None)


def _choose(problem: str | None) -> str:
    reach = current_actor().reach(Permission.KEEP_BANK)
    return render_template(
        "bank/import_choose.html",
        batches=batches.kept_batches(db.session, reach),
        problem=problem,
        form=request.form,
        largest=LARGEST_MB,
    )


@bp.get("/template.xlsx")
@require(Permission.KEEP_BANK)
def template() -> Response:
    """Our Excel template, empty."""
    return send_file(
        io.BytesIO(sheet_out.write()),
        mimetype=MIMETYPE,
        as_attachment=True,
        download_name=_("试题导入模板") + ".xlsx",
    )


@bp.post("/")
@require(Permission.KEEP_BANK)
@takes_files(LARGEST_MB)
def read() -> ResponseReturnValue:
    """Read a file or what was pasted, in a process of its own; keep what was understood to be looked over."""
    actor = current_actor()
    try:
        reading, data = _read_upload()
    except Unreadable as refusal:
        return _choose(str(refusal)), 400
    except Refused as refusal:
        return _choose(refusal.message), 400
    owner = _owner()
    bank = request.form.get("bank", "").strip()[:80] or _("本单位题库")
    files = batch_opening.prepared(db.session, reading, owner, bank)
    with db.writing() as session:
        opened = [batch_opening.open_batch(session, actor, owner, file, data).id for file in files]
    if len(opened) > 1:
        return redirect(url_for("imports.index"))
    return redirect(url_for("imports.show", batch_id=opened[0]))


def _owner() -> Unit:
    unit = people.top_unit(db.session, current_actor().reach(Permission.KEEP_BANK))
    if unit is None:
        raise Refused(_("还没有单位，请先导入名册。"))
    return unit


def _read_upload() -> tuple[Carried, bytes]:
    upload, key = request.files.get("file"), request.files.get("key")
    pasted = request.form.get("text", "")
    with _on_disk(pasted) as pasted_path:
        if upload is not None and upload.filename:
            with kept_for_reading(upload) as path:
                if key is not None and key.filename:
                    with kept_for_reading(key) as key_path:
                        return read_apart(path, key_path, name=upload.filename), path.read_bytes()
                return read_apart(path, name=upload.filename), path.read_bytes()
        if not pasted.strip():
            raise Refused(_("请选一个文件，或者把试题粘贴进来。"))
        return read_apart(pasted_path, name=_("粘贴的试题") + ".txt"), pasted.encode()


@contextmanager
def _on_disk(text: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="studyhall-") as folder:
        path = Path(folder) / "pasted.txt"
        path.write_text(text, encoding="utf-8")
        yield path


@bp.post("/<int:batch_id>/land")
@require(Permission.KEEP_BANK)
def land(batch_id: int) -> ResponseReturnValue:
    try:
        with db.writing() as session:
            batch = batches.kept(session, current_actor().reach(Permission.KEEP_BANK), batch_id, lock=True)
            batches.land(session, current_actor(), batch, in_use=True)
    except Refused as refusal:
        if isinstance(refusal, Missing):
            raise
        return preview(kept(batch_id), refusal.message), 409
    return redirect(url_for("imports.show", batch_id=batch_id))


@bp.route("/<int:batch_id>/undo", methods=["GET", "POST"])
@require(Permission.KEEP_BANK)
def undo(batch_id: int) -> ResponseReturnValue:
    if request.method == "GET":
        batch = kept(batch_id)
        return render_template(
            "bank/import_undo.html",
            batch=batch,
            landed=batch_list.counts(db.session, batch.id).get("landed", 0),
            dealt=batches.dealt_of(db.session, batch),
        )
    try:
        with db.writing() as session:
            batch = batches.kept(session, current_actor().reach(Permission.KEEP_BANK), batch_id, lock=True)
            batches.undo(session, current_actor(), batch)
    except Refused as refusal:
        if isinstance(refusal, Missing):
            raise
        return preview(kept(batch_id), refusal.message), 409
    return redirect(url_for("imports.show", batch_id=batch_id))


@bp.post("/<int:batch_id>/retire")
@require(Permission.KEEP_BANK)
def retire(batch_id: int) -> ResponseReturnValue:
    """What can no longer be taken back goes out of use."""
    try:
        with db.writing() as session:
            batch = batches.kept(session, current_actor().reach(Permission.KEEP_BANK), batch_id, lock=True)
            retired = batches.retire(session, current_actor(), batch)
    except Refused as refusal:
        if isinstance(refusal, Missing):
            raise
        return preview(kept(batch_id), refusal.message), 409
    return redirect(url_for("imports.show", batch_id=batch_id, done="retire", count=retired))


@bp.post("/<int:batch_id>/discard")
@require(Permission.KEEP_BANK)
def discard(batch_id: int) -> ResponseReturnValue:
    with db.writing() as session:
        batches.discard(
            session, batches.kept(session, current_actor().reach(Permission.KEEP_BANK), batch_id, lock=True)
        )
    return redirect(url_for("imports.index"))
