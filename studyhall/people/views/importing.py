"""Roster sheets in: choose the file, look it through, land, take back."""

from __future__ import annotations

import contextlib
import re
from datetime import date

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from studyhall.core import audit, clock, pages, tables
from studyhall.core.access import Permission, Reach, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.uploads import in_memory, takes_files
from studyhall.core.words import Translated, said
from studyhall.people import forms, importing, keeping, landing, matching, queries, taking_back, templates
from studyhall.people import sheets as reading
from studyhall.people.models import RosterImport, Unit, UnitKind
from studyhall.people.views import bp

PAGE = 50
FEW = 10
"""More missing people than this are a page of their own: the sheet was of one office only."""
LARGEST_MEGABYTES = 4
SHOWN = (
    matching.HELD, matching.NEW, matching.TRANSFERRED, matching.CHANGED, matching.FAULT, matching.SAME,
    matching.LEFT_OUT, "missing",
)  # fmt: skip


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
            return _read_in(unit, request.files.get("file"), _day(day))
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


def _day(words: str) -> date:
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


@bp.route("/import/<int:batch_id>", methods=["GET", "POST"])
@require(Permission.KEEP_PEOPLE)
def preview(batch_id: int) -> ResponseReturnValue:
    batch = importing.batch_in(db.session, _reach(), batch_id)
    if batch.state != "preview":
        unit = db.session.get(Unit, batch.unit_id) if batch.unit_id else None
        return render_template(
            "people/imported.html", batch=batch, labels=matching_labels(),
            acts=pages.slot("people.acts", current_actor(), unit=unit, next_step=True),
        )  # fmt: skip
    if request.method == "POST":
        with db.writing() as session:
            _note(session, importing.batch_in(session, _reach(), batch_id))
        if request.form.get("do") == "land":
            return _land(batch_id)
        return redirect(url_for("people.preview", batch_id=batch_id, show=request.form.get("show")))
    return _preview(batch)


def _land(batch_id: int) -> ResponseReturnValue:
    """What is refused is said above the preview, with everything as it was looked through."""
    try:
        with db.writing() as session:
            batch = importing.batch_in(session, _reach(), batch_id)
            landing.land(session, current_actor(), batch, request.form.get("people"))
    except Missing:
        raise
    except Refused as refusal:
        batch = importing.batch_in(db.session, _reach(), batch_id)
        if batch.state != "preview":
            raise
        return _preview(batch, said(refusal)), 409
    flash(_("导入好了。新来的人要登录，请打印密码条。"))
    return redirect(url_for("people.preview", batch_id=batch_id))


def _note(session: Session, batch: RosterImport) -> None:
    """Keep what was said on this page: only what changed is posted, and only ids within one's reach count."""
    if batch.state != "preview":
        return
    said = request.form
    rows = {int(k[4:]): _row_word(v) for k, v in said.items() if re.fullmatch(r"row-\d+", k)}
    days = {int(k[4:]): _iso(v) for k, v in said.items() if re.fullmatch(r"day-\d+", k)}
    left = {
        int(k[5:]): _iso(said.get(f"leaves-{k[5:]}", "")) or batch.effective_on.isoformat()
        if v == "1"
        else ""
        for k, v in said.items()
        if re.fullmatch(r"left-\d+", k)
    }
    places: dict[str, dict[str, str]] = {}
    count = min(said.get("new-units", 0, type=int), 200)
    for index in range(count):
        name = said.get(f"unit-name-{index}", "")
        places[name] = _place(
            session, said.get(f"unit-place-{index}", ""), said.get(f"unit-kind-{index}", "")
        )
    importing.decide(batch, rows=rows, days=days, left=left, new_units=places)
    if said.get("on"):
        batch.effective_on = _day(said["on"])
    session.flush()


def _row_word(word: str) -> str:
    return word if re.fullmatch(r"new|skip|same:\d+", word) else ""


def _iso(word: str) -> str:
    with contextlib.suppress(ValueError, Refused):
        return keeping.sensible_day(date.fromisoformat(word)).isoformat()
    return ""


def _place(session: Session, word: str, kind: str) -> dict[str, str]:
    """`under:ID` makes the unit there, `same:ID` says that it is one known by another name."""
    match = re.fullmatch(r"(under|same):(\d+)", word)
    if match is None:
        return {}
    unit = queries.unit_kept(session, _reach(), int(match[2]))
    if match[1] == "same":
        return {"same": str(unit.id)}
    return {"parent": str(unit.id)} | ({"kind": kind} if kind in set(UnitKind) else {})


def _preview(batch: RosterImport, problem: str | None = None) -> str:
    plan = importing.plan(db.session, batch)
    counts = matching.counts(plan.fates) | {"missing": len(plan.missing)}
    show = request.args.get("show", "")
    if show not in SHOWN:
        show = ""
    page = max(request.args.get("page", 1, type=int), 1)
    held = plan.of(matching.HELD) if show in ("", matching.HELD) else []
    rest = [
        fate
        for fate in plan.fates
        if (fate.kind == show if show else fate.kind in (
            matching.NEW, matching.TRANSFERRED, matching.CHANGED, matching.FAULT, matching.LEFT_OUT
        )) and fate.kind != matching.HELD
    ]  # fmt: skip
    listed = show == "missing" or (not show and len(plan.missing) <= FEW)
    missing = list(plan.missing) if listed else []
    units = queries.open_units_in(db.session, _reach(), clock.today())
    first = (page - 1) * PAGE
    return render_template(
        "people/preview.html",
        batch=batch,
        sheet=reading.Sheet.of(batch.sheet),
        plan=plan,
        problem=problem,
        counts=counts,
        shown=SHOWN,
        labels=matching_labels(),
        field_labels=Translated(reading.LABELS),
        read_fields=[_(reading.LABELS[key]) for key in reading.Sheet.of(batch.sheet).fields],
        categories=Translated(importing.CATEGORY_LABELS),
        kinds=forms.UNIT_KINDS,
        show=show,
        held=held[first : first + PAGE],
        rest=rest[first : first + PAGE],
        missing=missing[first : first + PAGE],
        page=page,
        few=FEW,
        pages=max((max(len(held), len(rest), len(missing)) + PAGE - 1) // PAGE, 1),
        units=forms.unit_choices(units),
    )


def matching_labels() -> dict[str, str]:
    return {
        matching.HELD: _("待判断"),
        matching.NEW: _("新增"),
        matching.TRANSFERRED: _("调动"),
        matching.CHANGED: _("有改动"),
        matching.FAULT: _("有错"),
        matching.SAME: _("没有变化"),
        matching.LEFT_OUT: _("不导入"),
        "missing": _("表里没有"),
    }


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
