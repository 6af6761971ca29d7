"""A roster sheet looked through: what each row would do, what is decided about it, and then the landing."""

from __future__ import annotations

import contextlib
import re
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from studyhall.core import clock, pages
from studyhall.core.access import Permission, Reach, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.words import Translated, said
from studyhall.people import forms, importing, keeping, landing, matching, queries
from studyhall.people import sheets as reading
from studyhall.people.models import RosterImport, Unit, UnitKind
from studyhall.people.views import bp
from studyhall.people.views.importing import day_of

PAGE = 50
FEW = 10
"""More missing people than this are a page of their own: the sheet was of one office only."""
SHOWN = (
    matching.HELD, matching.NEW, matching.TRANSFERRED, matching.CHANGED, matching.FAULT, matching.SAME,
    matching.LEFT_OUT, "missing",
)  # fmt: skip


def _reach() -> Reach:
    return current_actor().reach(Permission.KEEP_PEOPLE)


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
    form = request.form
    rows = {int(k[4:]): _row_word(v) for k, v in form.items() if re.fullmatch(r"row-\d+", k)}
    days = {int(k[4:]): _iso(v) for k, v in form.items() if re.fullmatch(r"day-\d+", k)}
    left = {
        int(k[5:]): _iso(form.get(f"leaves-{k[5:]}", "")) or batch.effective_on.isoformat()
        if v == "1"
        else ""
        for k, v in form.items()
        if re.fullmatch(r"left-\d+", k)
    }
    places: dict[str, dict[str, str]] = {}
    count = min(form.get("new-units", 0, type=int), 200)
    for index in range(count):
        name = form.get(f"unit-name-{index}", "")
        places[name] = _place(
            session, form.get(f"unit-place-{index}", ""), form.get(f"unit-kind-{index}", "")
        )
    importing.decide(batch, rows=rows, days=days, left=left, new_units=places)
    if form.get("on"):
        batch.effective_on = day_of(form["on"])
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
