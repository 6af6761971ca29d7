"""The files of a meeting: put in, looked at, taken off."""

from __future__ import annotations

from flask import Response, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from studyhall.core import clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.uploads import takes_files
from studyhall.study import attachments, photographs, queries
from studyhall.study.views import bp


@bp.post("/<int:session_id>/files")
@require(Permission.KEEP_STUDY)
@takes_files(attachments.LARGEST_FORM_MB)
def attach(session_id: int) -> ResponseReturnValue:
    """Several at once, as a phone gives its pictures."""
    actor = current_actor()
    queries.meeting_in(db.session, actor.reach(Permission.KEEP_STUDY), session_id)
    given = [_ready(one) for one in request.files.getlist("file") if one.filename]
    if not given:
        raise Refused("请选一个文件。")
    with db.writing() as session:
        meeting = queries.meeting_in(session, actor.reach(Permission.KEEP_STUDY), session_id)
        attachments.attach(session, actor, meeting, given, clock.now())
    return redirect(url_for("study.show", session_id=session_id, _anchor="files"))


def _ready(upload: FileStorage) -> tuple[str, bytes]:
    """Name and content; a photograph without its place and at a size that a page can show."""
    name, data = upload.filename or "", upload.read()
    kind = attachments.checked(name, data)
    return name, photographs.plain(data) if kind in photographs.PICTURES else data


@bp.get("/<int:session_id>/files/<int:file_id>")
@require(Permission.KEEP_STUDY)
def file(session_id: int, file_id: int) -> Response:
    meeting = queries.meeting_in(db.session, current_actor().reach(Permission.KEEP_STUDY), session_id)
    row = next((one for one in queries.attachments(db.session, meeting) if one.id == file_id), None)
    if row is None or not attachments.path_of(row.sha256).is_file():
        raise Missing
    response = send_file(
        attachments.path_of(row.sha256),
        mimetype=row.media_type,
        as_attachment=row.media_type not in photographs.PICTURES,
        download_name=row.name,
        conditional=True,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/<int:session_id>/files/<int:file_id>/remove")
@require(Permission.KEEP_STUDY)
def detach(session_id: int, file_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with db.writing() as session:
        meeting = queries.meeting_in(session, actor.reach(Permission.KEEP_STUDY), session_id)
        row = next((one for one in queries.attachments(session, meeting) if one.id == file_id), None)
        if row is None:
            raise Missing
        attachments.remove(session, actor, meeting, row, clock.now())
    return redirect(url_for("study.show", session_id=session_id, _anchor="files"))
