"""Where a contest is found from outside: the address in reminders and under a QR code."""

from __future__ import annotations

from flask import current_app, url_for

from studyhall.core.db import db
from studyhall.core.settings import settings_for
from studyhall.quizzes.models import Assessment


def address_of(assessment: Assessment) -> str:
    """The short address, whole where the office has set its own or the deployer one (`SITE_ADDRESS`).

    Never out of a Host header: a reminder goes to a work group.
    """
    path = url_for("quizzes.intro", code=assessment.code)
    set_here = settings_for(db.session, assessment.owner_unit.path).address
    own: str = set_here or current_app.config["SITE_ADDRESS"]
    return own.rstrip("/") + path
