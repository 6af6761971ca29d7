"""The files of a meeting: put in, looked at, taken off."""

from __future__ import annotations

from flask import Response, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.core import clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.study import attachments, queries
from studyhall.study.views import bp


@bp.post("/<int:session_id>/files")
@require(Permission.KEEP_STUDY)
def attach(session_id: int) -> ResponseReturnValue:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Refused(_("请选一个文件。"))
    name, data = upload.filename, upload.read()
    actor = current_actor()
    with db.writing() as session:
        meeting = queries.meeting_in(session, actor.reach(Permission.KEEP_STUDY), session_id)
        attachments.attach(session, actor, meeting, name, data, clock.now())
    return redirect(url_for("study.show", session_id=session_id))


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
        as_attachment=row.media_type not in attachments.SHOWN_IN_PLACE,
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
    return redirect(url_for("study.show", session_id=session_id))
