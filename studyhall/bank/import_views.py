"""What becomes of a file brought in: landed, taken back, out of use, discarded."""

from __future__ import annotations

import io

from flask import Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.bank import batch_list, batches
from studyhall.bank.formats import sheet_out
from studyhall.bank.import_item_views import kept, preview
from studyhall.bank.reading_views import bp
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.tables import MIMETYPE
from studyhall.core.words import said

__all__ = ["bp"]


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
        return preview(kept(batch_id), said(refusal)), 409
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
        return preview(kept(batch_id), said(refusal)), 409
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
        return preview(kept(batch_id), said(refusal)), 409
    return redirect(url_for("imports.show", batch_id=batch_id, done="retire", count=retired))


@bp.post("/<int:batch_id>/discard")
@require(Permission.KEEP_BANK)
def discard(batch_id: int) -> ResponseReturnValue:
    with db.writing() as session:
        batches.discard(
            session, batches.kept(session, current_actor().reach(Permission.KEEP_BANK), batch_id, lock=True)
        )
    return redirect(url_for("imports.show", batch_id=batch_id))


@bp.post("/<int:batch_id>/reopen")
@require(Permission.KEEP_BANK)
def reopen(batch_id: int) -> ResponseReturnValue:
    with db.writing() as session:
        batches.reopen(
            session, batches.kept(session, current_actor().reach(Permission.KEEP_BANK), batch_id, lock=True)
        )
    return redirect(url_for("imports.show", batch_id=batch_id))
