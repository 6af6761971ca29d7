"""One's own devices: ended one by one."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.auth import devices
from studyhall.auth.views import bp
from studyhall.core import audit, clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing


@bp.post("/me/devices/<int:login_session_id>/end")
@require(Permission.SEE_OWN_RECORD)
def end_device(login_session_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with db.writing() as session:
        row = devices.sign_out_own(session, actor.person_id, login_session_id, clock.now())
        if row is None:
            raise Missing
        audit.record(
            session, actor, "person.device_ended", f"person:{actor.person_id}", actor.name,
            unit_path=actor.unit_path, after={"device": row.device},
        )  # fmt: skip
    flash(_("%(device)s退出了。", device=row.device))
    return redirect(url_for("home.me"))
