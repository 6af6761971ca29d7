"""What an admin sends round: the notice, the short address with its QR code, the reminder, a sheet to pin up."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.core import clock, qr
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Refused
from studyhall.core.filters import moment
from studyhall.core.pages import slot
from studyhall.quizzes import queries
from studyhall.quizzes.address import address_of
from studyhall.quizzes.models import Assessment
from studyhall.quizzes.upkeep import keep_up
from studyhall.quizzes.views import bp


@bp.get("/assessments/<int:assessment_id>/notice")
@require(Permission.SET_PAPERS)
def notice(assessment_id: int) -> ResponseReturnValue:
    """On the screen to copy, or `?print` as a sheet of A4. Raises Refused while it is a draft."""
    keep_up(db)
    actor, now = current_actor(), clock.now()
    assessment = queries.kept_one(db.session, actor.reach(Permission.SET_PAPERS), assessment_id)
    if not assessment.is_published:
        raise Refused("还没有发布，发布以后才有网址。")
    address = address_of(assessment)
    whole = "://" in address
    return render_template(
        "quizzes/notice_print.html" if "print" in request.args else "quizzes/notice.html",
        assessment=assessment,
        now=now,
        address=address,
        code=qr.drawing(address) if whole else None,
        text=notice_text(assessment, address),
        reminders=slot("assessment.reminder", actor, assessment=assessment),
    )


def notice_text(assessment: Assessment, address: str) -> str:
    """To be sent round when it begins."""
    count, cases = queries.questions_of(assessment.lines)
    asked = [_("%(count)d题", count=count)] if count else []
    asked += [_("%(count)d道材料题", count=cases)] if cases else []
    where = (
        _("点这里登录答题：%(address)s", address=address)
        if "://" in address
        else _("登录学法堂，首页就能答。")
    )
    text: str = _(
        "【学法通知】%(title)s：%(opens)s至%(closes)s，%(asked)s，答题%(minutes)d分钟，%(mark)d分及格。",
        title=assessment.title,
        opens=moment(assessment.opens_at),
        closes=moment(assessment.closes_at),
        asked="、".join(asked),
        minutes=assessment.minutes,
        mark=assessment.pass_percent,
    )
    return text + where
