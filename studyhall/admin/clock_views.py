"""The server's clock in doubt: an administrator looks at it and says that the time is right."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.admin.views import bp
from studyhall.core import clock, doubt
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Refused
from studyhall.core.filters import hour


@bp.get("/clock")
@require(Permission.KEEP_SETTINGS)
def clock_page() -> ResponseReturnValue:
    now = clock.now()
    return render_template("admin/clock.html", now=now, doubt=doubt.open_doubt(db.session, now))


@bp.post("/clock")
@require(Permission.KEEP_SETTINGS)
def confirm_clock() -> ResponseReturnValue:
    now = clock.now()
    if doubt.in_doubt(db, now):
        with db.writing() as session:
            if not doubt.confirm(session, current_actor(), now):
                raise Refused("没有轮到，时间还没有核对。请再按一次。")
        flash(_("时间核对过了，%(time)s起照常自动交卷。", time=hour(now)))
    return redirect(url_for("admin.clock_page"))
