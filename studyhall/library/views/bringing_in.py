"""Bringing in the official text of a law: choose a file, look at what was read, import."""

from __future__ import annotations

from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.core import clock, pages
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Forbidden, Refused
from studyhall.core.uploads import MEGABYTE, takes_files
from studyhall.core.words import Translated, said
from studyhall.library import comparing, importing, queries, waiting
from studyhall.library.law_files import KINDS, MOST_BYTES, LawFile, read_file
from studyhall.library.views import bp
from studyhall.library.views.reading import keeps_laws

SHOWN = 3
"""Articles at the beginning and at the end that the preview shows whole."""


@bp.route("/import", methods=["GET", "POST"])
@require(Permission.KEEP_BANK)
@takes_files(MOST_BYTES // MEGABYTE + 1)
def bring_in() -> ResponseReturnValue:
    """Choosing the file. Posting it leads to the preview and changes nothing."""
    _only_keepers()
    problem = None
    if request.method == "POST":
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            problem = _("请选一个文件。")
        else:
            name, data = upload.filename[-120:], upload.read()
            try:
                read_file(name, data)
            except Refused as refusal:
                problem = said(refusal)
            else:
                token = waiting.keep(name, data, current_actor().person_id)
                return redirect(url_for("library.preview", token=token))
    page = render_template(
        "library/bring_in.html", problem=problem, kinds=KINDS, megabytes=MOST_BYTES // MEGABYTE
    )
    return page, 400 if problem else 200


@bp.get("/import/<token>")
@require(Permission.KEEP_BANK)
def preview(token: str) -> ResponseReturnValue:
    _only_keepers()
    return _preview_page(token, _waiting(token))


@bp.post("/import/<token>")
@require(Permission.KEEP_BANK)
def land(token: str) -> ResponseReturnValue:
    """Import what the preview showed; a day typed there is the day the text took effect."""
    _only_keepers()
    found = _waiting(token)
    if importing.standing(db.session, found.law).faults:
        return _preview_page(token, found), 400
    with db.writing() as session:
        done = importing.file_laws(session, current_actor(), [found])[0]
    waiting.drop(token)
    law = found.law
    day = law.effective.isoformat() if law.effective else None
    book = queries.book(db.session, law.short_title, day, clock.today())
    panels = pages.slot("law.imported", current_actor())
    return render_template("library/brought_in.html", found=found, done=done, book=book, panels=panels)


@bp.get("/<law>/changes")
@require(Permission.READ_LAWS)
def changes(law: str) -> ResponseReturnValue:
    """Two editions article by article."""
    old, new = queries.editions_to_compare(db.session, law, request.args.get("from"), request.args.get("to"))
    before = queries.texts(db.session, old)
    after = queries.texts(db.session, new)
    book = queries.book(db.session, law, None, clock.today())
    rows = comparing.compare(before, after) if before and after else []
    return render_template(
        "library/changes.html", book=book, old=old, new=new, rows=rows, before=before, after=after,
        words=Translated(comparing.WORDS), missing=[one for one, texts in ((old, before), (new, after)) if not texts],
    )  # fmt: skip


def _waiting(token: str) -> LawFile:
    name, data = waiting.get(token, current_actor().person_id)
    found = read_file(name, data)
    return LawFile(name, found.law.taking_effect(_day(request.values.get("effective"))))


def _preview_page(token: str, found: LawFile) -> str:
    law = found.law
    articles = [one for one in law.articles if one.number]
    return render_template(
        "library/preview.html",
        upload=token,
        found=found,
        standing=importing.standing(db.session, law),
        first=articles[:SHOWN],
        last=articles[-1:] if len(articles) > SHOWN else [],
        typed=request.values.get("effective"),
    )


def _day(words: str | None) -> date | None:
    try:
        return date.fromisoformat(words or "")
    except ValueError:
        return None


def _only_keepers() -> None:
    if not keeps_laws():
        raise Forbidden("法律是全站共用的，由管全部单位的管理员导入。")
