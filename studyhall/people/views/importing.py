"""Roster sheets in: choose the file; drop what was read, or take back what landed; the rows that stayed out."""

from __future__ import annotations

import re
from datetime import date

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from studyhall.core import audit, clock, tables
from studyhall.core.access import Permission, Reach, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.uploads import in_memory, takes_files
from studyhall.core.words import Translated, said
from studyhall.people import forms, importing, keeping, matching, queries, taking_back, templates
from studyhall.people import sheets as reading
from studyhall.people.models import RosterImport, Unit
from studyhall.people.views import bp

LARGEST_MEGABYTES = 4


def _reach() -> Reach:
    return current_actor().reach(Permission.KEEP_PEOPLE)


@bp.route("/import", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
@takes_files(LARGEST_MEGABYTES)
@in_memory
def import_sheet() -> ResponseReturnValue:
    """Choose a file. What it says is read in a child process; the file itself is never kept."""
    units = queries.open_units_in(db.session, _reach(), clock.today())
    top = queries.top_unit(db.session, _reach())
    chosen = request.values.get("unit", type=int)
    problem, day = None, request.form.get("on") or clock.today().isoformat()
    if request.method == "POST":
        try:
            unit = queries.unit_kept(db.session, _reach(), chosen or (top.id if top else None))
            return _read_in(unit, request.files.get("file"), day_of(day))
        except Missing:
            raise
        except Refused as refusal:
            problem = said(refusal)
    earlier = db.session.scalars(
        sa.select(RosterImport)
        .where(
            _reach().within(RosterImport.unit_path), RosterImport.state.in_(("preview", "landed", "undone"))
        )
        .order_by(RosterImport.id.desc())
        .limit(10)
    ).all()
    page = render_template(
        "people/import.html",
        units=forms.unit_choices(units),
        chosen=str(chosen or (top.id if top else "")),
        day=day,
        problem=problem,
        earlier=earlier,
        labels=list(Translated(reading.LABELS).values()),
    )
    return page, 400 if problem else 200


def day_of(words: str) -> date:
    try:
        return keeping.sensible_day(date.fromisoformat(words))
    except ValueError:
        raise Refused("日期请写成2026-11-20这样。") from None


def _read_in(unit: Unit, file: FileStorage | None, day: date) -> ResponseReturnValue:
    data = file.stream.read() if file else b""
    if not file or not data:
        raise Refused("请先选一个文件。")
    sheet = importing.read(data)
    name = re.sub(r"[\\/\x00-\x1f]", "", file.filename or "")[-120:]
    with db.writing() as session:
        batch = importing.begin(session, current_actor(), unit, name, sheet, day)
    return redirect(url_for("people.preview", batch_id=batch.id))


@bp.post("/import/<int:batch_id>/drop")
@require(Permission.KEEP_PEOPLE)
def drop_import(batch_id: int) -> ResponseReturnValue:
    with db.writing() as session:
        importing.drop(importing.batch_in(session, _reach(), batch_id))
    flash(_("没有导入，读到的内容已经清掉。"))
    return redirect(url_for("people.import_sheet"))


@bp.route("/import/<int:batch_id>/undo", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
def undo_import(batch_id: int) -> ResponseReturnValue:
    batch = importing.batch_in(db.session, _reach(), batch_id)
    if batch.state != "landed":
        raise Missing
    problem = None
    if request.method == "POST":
        try:
            with db.writing() as session:
                taking_back.undo(session, current_actor(), importing.batch_in(session, _reach(), batch_id))
        except Missing:
            raise
        except Refused as refusal:
            problem = said(refusal)
        else:
            flash(_("整批撤回了，人员和导入以前一样。"))
            return redirect(url_for("people.import_sheet"))
    outcome = batch.outcome or {}
    page = render_template(
        "people/undo_import.html",
        batch=batch,
        problem=problem,
        counts={key: len(outcome.get(key, ())) for key in ("people", "changed", "moved", "left", "units")}
        | {"moved": len(outcome.get("moved", ())) + len(outcome.get("placed", ()))},
    )
    return page, 400 if problem else 200


@bp.get("/import/<int:batch_id>/faults.xlsx")
@require(Permission.KEEP_PEOPLE)
def faults_sheet(batch_id: int) -> ResponseReturnValue:
    """Rows that stay out, with why: to be mended and brought in again."""
    batch = importing.batch_in(db.session, _reach(), batch_id)
    if batch.state == "preview":
        plan = importing.plan(db.session, batch)
        rows = [
            (fate.line.shown_row, fate.line.name, fate.line.unit_name, fate.reason or _("先不导入"))
            for fate in plan.fates
            if fate.kind in (matching.FAULT, matching.LEFT_OUT, matching.HELD)
        ]
    else:
        rows = [(one["row"], one["name"], "", one["reason"]) for one in batch.sheet.get("stayed_out", [])]
    columns = [
        tables.Column(_("行"), width=8),
        tables.Column(_("姓名"), width=16),
        tables.Column(_("单位"), width=22),
        tables.Column(_("为什么没有导入"), width=48),
    ]
    sheet = tables.Sheet(_("没有导入的行"), _("没有导入的行：%(file)s", file=batch.file_name), columns, rows)
    with db.writing() as session:
        audit.record(
            session, current_actor(), "people.exported", f"roster_import:{batch.id}", batch.file_name,
            unit_path=batch.unit_path, after={"rows": len(rows)},
        )  # fmt: skip
    return send_file(
        tables.workbook([sheet]), mimetype=tables.MIMETYPE, as_attachment=True,
        download_name=_("没有导入的行.xlsx"),
    )  # fmt: skip


@bp.get("/import/template.xlsx")
@require(Permission.KEEP_PEOPLE)
def import_template() -> ResponseReturnValue:
    return send_file(
        templates.empty_roster(), mimetype=tables.MIMETYPE, as_attachment=True,
        download_name=_("干部名册模板.xlsx"),
    )  # fmt: skip
