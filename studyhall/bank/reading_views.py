"""Bringing a question bank in: choose a file; a short one is read at once, a long one tells how far it is."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.bank import batches, reading_jobs
from studyhall.bank.import_item_views import bp
from studyhall.bank.models import JobStage
from studyhall.bank.reading_work import KEY, UPLOAD, Order, Work, places
from studyhall.core import clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Refused
from studyhall.core.uploads import takes_files
from studyhall.core.words import said
from studyhall.people import queries as people
from studyhall.people.models import Unit

__all__ = ["bp"]

LARGEST_MB = 20
PATIENCE = 2.0
"""Seconds that a page waits for a file to be read before it says how far it is."""


@bp.get("/")
@require(Permission.KEEP_BANK)
def index() -> ResponseReturnValue:
    return _choose(None)


def _choose(problem: str | None, file: str = "") -> str:
    """`file`: the one that was refused."""
    reach = current_actor().reach(Permission.KEEP_BANK)
    return render_template(
        "bank/import_choose.html",
        batches=batches.kept_batches(db.session, reach),
        jobs=reading_jobs.unfinished(db.session, reach),
        problem=problem,
        refused_file=file,
        form=request.values,
        largest=LARGEST_MB,
    )


@bp.post("/")
@require(Permission.KEEP_BANK)
@takes_files(LARGEST_MB)
def read() -> ResponseReturnValue:
    """Read a file or what was pasted, in a process of its own; keep what was understood to be looked over."""
    actor, owner = current_actor(), _owner()
    try:
        folder, name = _uploaded()
    except Refused as refusal:
        return _choose(said(refusal)), 400
    bank = request.form.get("bank", "").strip()[:80] or _("本单位题库")
    work = Work(db.database, Order(folder, name, bank, owner.id, actor))
    work.start()
    if not work.has_ended(PATIENCE):
        job_id = work.keep()
        if job_id is not None:
            with db.writing() as session:
                reading_jobs.clear_away(session)
            return redirect(url_for("imports.reading", job_id=job_id))
    if work.fault is not None:
        raise work.fault
    if work.problem:
        return _choose(work.problem, name), 400
    return _to_batches(work.batches[0], len(work.batches))


def _to_batches(first: int, count: int) -> ResponseReturnValue:
    if count > 1:
        return redirect(url_for("imports.index"))
    return redirect(url_for("imports.show", batch_id=first))


def _owner() -> Unit:
    unit = people.top_unit(db.session, current_actor().reach(Permission.KEEP_BANK))
    if unit is None:
        raise Refused("还没有单位，请先导入名册。")
    return unit


def _uploaded() -> tuple[Path, str]:
    """What was brought, in a folder of its own: what the browser called it never reaches the disk."""
    upload, key = request.files.get("file"), request.files.get("key")
    pasted = request.form.get("text", "")
    if not (upload and upload.filename) and not pasted.strip():
        raise Refused("请选一个文件，或者把试题粘贴进来。")
    folder = Path(tempfile.mkdtemp(dir=places()))
    try:
        if not (upload and upload.filename):
            (folder / UPLOAD).write_text(pasted, encoding="utf-8")
            return folder, _("粘贴的试题") + ".txt"
        upload.save(folder / UPLOAD)
        if key and key.filename:
            key.save(folder / KEY)
        return folder, upload.filename
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@bp.get("/reading/<int:job_id>")
@require(Permission.KEEP_BANK)
def reading(job_id: int) -> ResponseReturnValue:
    """How far a long file is; once it has been read, on to what was understood."""
    job = reading_jobs.kept(db.session, current_actor().reach(Permission.KEEP_BANK), job_id)
    if job.stage == JobStage.DONE and job.batch_id is not None:
        return _to_batches(job.batch_id, job.batches)
    now = clock.now()
    return render_template(
        "bank/import_reading.html",
        job=job,
        is_running=reading_jobs.is_running(job, now),
        may_be_read_again=reading_jobs.may_be_read_again(job, now),
        seconds=max(0, int((now - job.asked_at).total_seconds())),
        still="still" in request.args,
    )


@bp.post("/reading/<int:job_id>/again")
@require(Permission.KEEP_BANK)
def read_again(job_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with db.writing() as session:
        job = reading_jobs.kept(session, actor.reach(Permission.KEEP_BANK), job_id, lock=True)
        reading_jobs.begin_again(job, clock.now())
        order = Order(places() / job.folder, job.file_name, job.bank, job.owner_unit_id, actor)
    Work(db.database, order, job_id).start()
    return redirect(url_for("imports.reading", job_id=job_id))


@bp.post("/reading/<int:job_id>/give-up")
@require(Permission.KEEP_BANK)
def give_up(job_id: int) -> ResponseReturnValue:
    with db.writing() as session:
        job = reading_jobs.kept(session, current_actor().reach(Permission.KEEP_BANK), job_id, lock=True)
        reading_jobs.give_up(session, job, clock.now())
    return redirect(url_for("imports.index"))
